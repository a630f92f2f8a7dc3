"""What always holds of a run: of its state, and of its history.

Used by the properties, the simulator and the chaos tests alike. Every function returns the
violations as sentences; none is the good case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from atoll_server.core.event import NewEvent
from atoll_server.core.run.state import RunState
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
        unmet = [n for n in step.planned.needs if steps[n].status is not StepStatus.SUCCEEDED]
        if step.unmet != len(unmet):
            found.append(f"{key} counts {step.unmet} unmet needs, and has {len(unmet)}")
        if unmet and step.attempt:
            found.append(f"{key} was started before {unmet} succeeded")
        if step.status is StepStatus.LOST:
            found.append(f"{key} is lost and nothing was decided about it")
    if state.status in ENDED and (state.active or state.unfinished):
        found.append(f"the run ended with {state.unfinished} steps unfinished")
    if state.status is RunStatus.STARTED and not state.unfinished:
        found.append("all steps are done, and the run has not ended")
    if state.status is RunStatus.SUCCESS and state.failed:
        found.append("the run succeeded although a step failed")
    return found


def check_history(events: Sequence[NewEvent]) -> list[str]:
    """Whether the stored events of one run, in order, keep the promises made about them."""
    found = []
    attempts: dict[str, int] = defaultdict(int)
    succeeded: set[str] = set()
    journal: Counter[tuple[str | None, int | None, int]] = Counter()
    ended = False
    for event in events:
        if ended and event.seq is None:
            found.append(f"{event.kind} was decided after the run's end")
        ended = ended or event.kind in kinds.RUN_ENDS
        if event.seq is not None:
            journal[event.step, event.attempt, event.seq] += 1
        if event.kind == kinds.STEP_WORKER_STARTING and event.step is not None:
            attempts[event.step] += 1
            if event.attempt != attempts[event.step]:
                found.append(f"{event.step}: attempt {event.attempt} is out of turn")
            if event.step in succeeded:
                found.append(f"{event.step} was started again after it had succeeded")
        if event.kind == kinds.STEP_SUCCESS and event.step is not None:
            succeeded.add(event.step)
    found.extend(f"{key} is stored {count} times" for key, count in journal.items() if count > 1)
    found.extend(
        f"{step}.{attempt}: event {seq} is stored without the one before it"
        for step, attempt, seq in journal
        if seq > 1 and (step, attempt, seq - 1) not in journal
    )
    return found
