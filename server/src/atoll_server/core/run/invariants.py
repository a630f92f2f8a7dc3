"""What always holds of a run: of its state, and of its history.

Used by the properties, the simulator and the chaos tests alike. Every function returns the
violations as sentences; none is the good case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from atoll_server.core.event import NewEvent
from atoll_server.core.run.state import NO_VALUE, RunState, StepState, evolve
from atoll_server.core.run.table import ACTIVE, DONE, ENDED, RunStatus, StepStatus
from atoll_wire import events as kinds


def check_state(state: RunState) -> list[str]:
    """Whether what the state counts agrees with what it holds."""
    found = []
    steps = state.steps
    if state.unfinished != sum(step.status not in DONE for step in steps.values()):
        found.append("the count of unfinished steps is wrong")
    if state.succeeded != sum(s.status is StepStatus.SUCCEEDED for s in steps.values()):
        found.append("the count of succeeded steps is wrong")
    if set(state.active) != {key for key, step in steps.items() if step.status in ACTIVE}:
        found.append("the active steps are not those with an open attempt")
    for key, step in steps.items():
        unmet = [n for n in step.planned.needs if not _is_met(steps[n])]
        if step.unmet != len(unmet):
            found.append(f"{key} counts {step.unmet} unmet needs, and has {len(unmet)}")
        if unmet and step.attempt:
            found.append(f"{key} was started before {unmet} succeeded")
        if step.status is StepStatus.LOST:
            found.append(f"{key} is lost and nothing was decided about it")
        if step.is_passed_over and not state.takes_nothing(step.planned):
            found.append(f"{key} was passed over, and something was given back for its inputs")
        if (
            state.status is RunStatus.STARTED
            and step.is_ready
            and state.takes_nothing(step.planned) is not None
        ):
            found.append(f"{key} could start although nothing was given back for an input")
    if state.status in ENDED and (state.active or state.unfinished):
        found.append(f"the run ended with {state.unfinished} steps unfinished")
    if state.status is RunStatus.STARTED and not state.unfinished:
        found.append("all steps are done, and the run has not ended")
    if state.status is RunStatus.SUCCESS and state.failed:
        found.append("the run succeeded although a step failed")
    return found


def _is_met(step: StepState) -> bool:
    """Whether a step holds up nobody any more."""
    return step.status is StepStatus.SUCCEEDED or step.is_passed_over


def check_history(events: Sequence[NewEvent]) -> list[str]:
    """Whether the stored events of one run, in order, keep the promises made about them."""
    return [*_check_journals(events), *_check_orders(events), *_check_end(events)]


def _check_journals(events: Sequence[NewEvent]) -> list[str]:
    """What workers wrote is there once, and without gaps."""
    journal = Counter((e.step, e.attempt, e.seq) for e in events if e.seq is not None)
    found = [f"{key} is stored {count} times" for key, count in journal.items() if count > 1]
    found += [
        f"{step}.{attempt}: event {seq} is stored without the one before it"
        for step, attempt, seq in journal
        if seq > 1 and (step, attempt, seq - 1) not in journal
    ]
    return found


def _check_orders(events: Sequence[NewEvent]) -> list[str]:
    """An attempt is ordered in its turn, when its step may start, and while the run goes on."""
    found = []
    needs: dict[str, Sequence[str]] = {}
    attempts: dict[str, int] = defaultdict(int)
    succeeded: set[str] = set()
    open_steps: set[str] = set()
    canceling = ended = False
    for event in events:
        step = event.step or ""
        if ended and event.seq is None:
            found.append(f"{event.kind} was decided after the run's end")
        ended = ended or event.kind in kinds.RUN_ENDS
        canceling = canceling or event.kind == kinds.RUN_CANCELING
        if event.kind == kinds.RUN_STARTING:
            needs = {planned["key"]: planned["needs"] for planned in event.data["plan"]["steps"]}
        if event.kind == kinds.STEP_WORKER_STARTING:
            attempts[step] += 1
            if event.attempt != attempts[step]:
                found.append(f"{step}: attempt {event.attempt} is out of turn")
            if step in succeeded:
                found.append(f"{step} was started again after it had succeeded")
            if step in open_steps:
                found.append(f"{step} was started again before it was over")
            if canceling:
                found.append(f"{step} was started after the run was canceled")
            if missing := set(needs.get(step, ())) - succeeded:
                found.append(f"{step} was started before {sorted(missing)} succeeded")
            open_steps.add(step)
        if event.kind == kinds.STEP_SUCCESS:
            succeeded.add(step)
        if event.kind == kinds.STEP_SKIPPED and event.data.get(NO_VALUE) is not None:
            succeeded.add(step)
        if event.kind in kinds.CLOSING and event.attempt == attempts[step]:
            open_steps.discard(step)
    return found


def _check_end(events: Sequence[NewEvent]) -> list[str]:
    """The fold of the events is sound, and the status of a run that has ended fits its steps."""
    if not events:
        return []
    state = RunState(events[0].run_id)
    for event in events:
        evolve(state, event)
    found = check_state(state)
    if not state.steps or state.status not in ENDED:
        return found
    statuses = {step.status for step in state.steps.values()}
    expected = RunStatus.FAILURE if StepStatus.FAILED in statuses else RunStatus.SUCCESS
    if any(event.kind == kinds.RUN_CANCELING for event in events) and statuses != {
        StepStatus.SUCCEEDED
    }:
        expected = RunStatus.CANCELED if state.expiry is None else RunStatus.FAILURE
    if state.status is not expected:
        found.append(f"the run is {state.status}, and its steps are {sorted(statuses)}")
    return found
