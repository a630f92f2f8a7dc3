"""Decisions about a run: commands in, events out. Nothing happens here.

It must not know a clock, storage or processes. `table` says which transitions exist, `state`
how events change a run, `effects` what has to be done about them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from atoll_server.core.event import NewEvent
from atoll_server.core.outcome import Rejected
from atoll_server.core.run.commands import (
    Cancel,
    Command,
    Enqueue,
    Expire,
    FailSteps,
    Launch,
    Mend,
    NeverStarted,
    Note,
    Record,
    Refuse,
    Start,
)
from atoll_server.core.run.config import merge
from atoll_server.core.run.effects import effects, resume
from atoll_server.core.run.retry import NO_RETRIES, RunRetries, run_retry
from atoll_server.core.run.state import NO_VALUE, RunState, StepState, adopted, evolve
from atoll_server.core.run.table import ACTIVE, COMMANDS, UNSTARTED, RunStatus, StepStatus
from atoll_wire import events as kinds
from atoll_wire.codec import to_wire
from atoll_wire.failure import SHUT_DOWN, Failure
from atoll_wire.limits import duration_text

__all__ = ["MAX_LOST_RETRIES", "decide", "effects", "evolve", "resume"]

MAX_LOST_RETRIES = 3
_NAMED_STEPS = 5


def decide(
    state: RunState,
    command: Command,
    *,
    max_lost_retries: int = MAX_LOST_RETRIES,
    run_retries: RunRetries = NO_RETRIES,
) -> list[NewEvent] | Rejected:
    """The events that follow from `command`; `state` stays as it is.

    Events of earlier attempts, and those that are known, lead to nothing: an empty list, or
    (`Record`) only what is worth keeping as stale.
    """
    name = type(command).__name__
    if state.status not in COMMANDS[name]:
        return Rejected(
            f"run.{state.status.lower()}", f"{name}: run {state.run_id} is {state.status}"
        )
    draft = _Draft(state, command.at, max_lost_retries, run_retries)
    rejected = _DECIDERS[type(command)](draft, command)
    return draft.events if rejected is None else rejected


class _Draft:
    """Events in the making, and what they will have changed."""

    def __init__(
        self, state: RunState, at: float, max_lost_retries: int, run_retries: RunRetries
    ) -> None:
        self.state = state
        self.at = at
        self.max_lost_retries = max_lost_retries
        self.run_retries = run_retries
        self.events: list[NewEvent] = []
        self.succeeded = 0
        self.done: set[str] = set()
        self.given: set[str] = set()
        """What the step in question has given back besides what is known, as `step:output`."""
        self.absent: set[str] = set()
        self.met: Counter[str] = Counter()
        """How many of the steps that it needs a step has lost its wait for."""
        self.failed: dict[str, Mapping[str, Any]] = {}

    def add(
        self,
        kind: str,
        message: str = "",
        data: Mapping[str, Any] | None = None,
        step: str | None = None,
        attempt: int | None = None,
    ) -> None:
        """One more decision of the host."""
        data = data or {}
        if self.state.job is not None:
            data = {**data, "job_name": self.state.job}
        self.events.append(
            NewEvent(
                run_id=self.state.run_id,
                kind=kind,
                at=self.at,
                message=message,
                data=data,
                step=step,
                attempt=attempt,
            )
        )

    def fail(self, step: str, attempt: int | None, message: str, failure: Failure) -> None:
        """The host gives a step up."""
        data = {"failure": to_wire(failure)}
        self.add(kinds.STEP_FAILURE, message, data, step, attempt)
        self.failed[step] = data
        self.finish(step, f'"{step}" failed')

    def finish(self, step: str, why_skip: str) -> None:
        """A step is done without success: what needs it is skipped."""
        self.done.add(step)
        self.skip_dependents(step, why_skip)

    def skip_dependents(self, step: str, why_skip: str) -> None:
        """What needs a step can never start."""
        queue = [step]
        while queue:
            for dependent in self.state.dependents.get(queue.pop(), ()):
                if dependent in self.done:
                    continue
                if self.state.steps[dependent].status in UNSTARTED:
                    self.add(kinds.STEP_SKIPPED, f"Skipped: {why_skip}", step=dependent)
                    self.done.add(dependent)
                    queue.append(dependent)

    def let_on(self, step: str) -> None:
        """A step has succeeded, or was passed over: what it gave back decides about those after.

        A step goes on when all that it needs is done; it is passed over where nothing was given
        back for one of its inputs, and whatever comes after that decides likewise.
        """
        queue = [step]
        while queue:
            for dependent in self.state.dependents.get(queue.pop(), ()):
                self.met[dependent] += 1
                if self.pass_over(dependent):
                    queue.append(dependent)

    def pass_over(self, key: str) -> bool:
        """Skip a step if nothing was given back for one of its inputs; tells whether it was."""
        step = self.state.steps[key]
        if step.status is not StepStatus.WAITING or step.unmet > self.met[key] or key in self.done:
            return False
        name = self.state.takes_nothing(step.planned, self.absent)
        if name is None:
            return False
        message = f"Skipped: no earlier step gave anything back for its input {name!r}."
        self.add(kinds.STEP_SKIPPED, message, {NO_VALUE: name}, key)
        self.done.add(key)
        self.absent.update(self.state.taken.get(key, ()))
        return True

    def pass_over_all(self) -> None:
        """Skip all steps that can start and have an input for which nothing was given back."""
        for key in self.state.steps:
            if self.pass_over(key):
                self.let_on(key)

    def skip_unstarted(self, expiry: Mapping[str, Any] | None) -> None:
        """The run is canceled, or took too long: nothing more of it starts."""
        why = _ending(expiry).message
        for key, step in self.state.steps.items():
            if step.status in UNSTARTED and key not in self.done:
                self.add(kinds.STEP_SKIPPED, f"Skipped: {why}", step=key)
                self.done.add(key)

    def end_if_over(self) -> None:
        """End the run when its last step is done."""
        state = self.state
        if state.unfinished - len(self.done):
            return
        if state.steps and state.succeeded + self.succeeded == len(state.steps):
            self.add(kinds.RUN_SUCCESS, "Finished execution of run.")
        elif state.status is RunStatus.CANCELING:
            self.end_before_its_time(state.expiry)
        elif state.failed or self.failed:
            self.fail_run({**state.failed, **self.failed})
        else:
            self.add(kinds.RUN_SUCCESS, "Finished execution of run; some steps were skipped.")

    def end_before_its_time(self, expiry: Mapping[str, Any] | None) -> None:
        """End a run that was canceled, or took too long: nothing of it is under way any more."""
        if expiry is None:
            self.add(kinds.RUN_CANCELED, "The run was canceled.")
        else:
            failed = {**self.state.failed, **self.failed}
            told, retry = run_retry(self.state, failed, self.run_retries)
            message = f"{sentence(expiry['message'])} {told}".rstrip()
            self.add(kinds.RUN_FAILURE, message, {"failure": expiry, **retry})

    def fail_run(self, failed: Mapping[str, Mapping[str, Any]]) -> None:
        """The run has failed, and may be launched anew."""
        message, data = _failure_of_run(failed)
        told, retry = run_retry(self.state, failed, self.run_retries)
        self.add(
            kinds.RUN_FAILURE, f"{message.rstrip('.')}. {told}" if told else message, data | retry
        )


def _enqueue(draft: _Draft, command: Enqueue) -> None:
    data: dict[str, Any] = {
        "selection": list(command.selection),
        "tags": dict(command.tags),
        "config": dict(command.config),
        "partition": command.partition,
    }
    if command.job is not None:
        data |= {"job_name": command.job, "job_location": command.job_location}
    if command.checks is not None:
        data["checks"] = list(command.checks)
    if command.only_checks:
        data["only_checks"] = True
    if command.ops:
        data["ops"] = list(command.ops)
    if command.kept:
        data |= {"kept": dict(command.kept), "not_given_back": list(command.not_given_back)}
    draft.add(kinds.RUN_ENQUEUED, command.message, data)


def _start(draft: _Draft, command: Start) -> Rejected | None:
    steps = command.plan.steps
    if not steps:
        return Rejected("plan.nothing_to_do", "the plan has no steps")
    locations = dict.fromkeys(step.location for step in steps)
    data: dict[str, Any] = {"plan": command.plan.to_data()}
    if command.plan.config:
        data["config"] = merge(command.plan.config, draft.state.config)
    if command.plan.tags:
        data["tags"] = {**command.plan.tags, **draft.state.tags}
    draft.add(
        kinds.RUN_STARTING,
        f"Planned {len(steps)} step{'s' * (len(steps) > 1)} in {', '.join(locations)}.",
        data,
    )
    draft.add(kinds.RUN_START, "Started execution of run.")
    draft.state = adopted(draft.state, command.plan)
    draft.pass_over_all()
    draft.end_if_over()
    return None


def _refuse(draft: _Draft, command: Refuse) -> None:
    failure = command.failure
    message = failure.message.rstrip(".") + "."
    if failure.hint:
        message += f" {failure.hint}"
    draft.add(kinds.RUN_FAILURE, message, {"failure": to_wire(failure)})


def _launch(draft: _Draft, command: Launch) -> Rejected | None:
    step = draft.state.steps.get(command.step)
    if step is None or not (step.is_ready or step.status is StepStatus.RETRYING):
        return Rejected("step.not_ready", f"step {command.step} is not ready to start")
    attempt = step.attempt + 1
    if step.attempt:
        message = f"Starting step {command.step!r} again (attempt {attempt})."
        draft.add(kinds.STEP_RESTARTED, message, step=command.step)
    if command.identity != step.planned.identity:
        message = (
            f"The code that step {command.step!r} was planned on is gone; it continues on that of "
            f"generation {command.generation}, as the workspace says (on_code_change)."
        )
        data = {"planned_on": step.planned.identity, "identity": command.identity}
        draft.add(kinds.ENGINE_EVENT, message, data, command.step)
    draft.add(
        kinds.STEP_WORKER_STARTING,
        f"Launching a worker for step {command.step!r} in location {step.planned.location!r}.",
        {
            "location": step.planned.location,
            "generation": command.generation,
            "identity": command.identity,
            "retry_number": step.retries,
            "server_id": command.server_id,
        },
        command.step,
        attempt,
    )
    return None


def _record(draft: _Draft, command: Record) -> Rejected | None:
    step = draft.state.steps.get(command.key.step)
    if step is None or command.key.attempt > step.attempt:
        return Rejected("attempt.unknown", f"attempt {command.key} was never ordered")
    is_stale = command.key.attempt < step.attempt or step.status not in ACTIVE
    if is_stale:
        if command.key.attempt < step.attempt:
            _keep(draft, command, 0)
        return None
    expected = step.seq + 1
    news = [event for event in command.events if event.seq >= expected]
    if news and news[0].seq > expected:
        return Rejected(
            "attempt.gap", f"attempt {command.key}: event {expected} expected, not {news[0].seq}"
        )
    if not news:
        return None
    _keep(draft, command, step.seq)
    draft.given = {
        f"{command.key.step}:{event.data.get('output_name')}"
        for event in news
        if event.kind == kinds.STEP_OUTPUT
    }
    last = news[-1]
    if last.kind in kinds.CLOSING:
        _close(draft, step, last.kind, last.data)
    return None


def _keep(draft: _Draft, command: Record, after: int) -> None:
    key = command.key
    draft.events.extend(
        NewEvent(
            run_id=key.run_id,
            kind=event.kind,
            at=event.at,
            message=event.message,
            data=event.data,
            step=key.step,
            attempt=key.attempt,
            seq=event.seq,
        )
        for event in command.events
        if event.seq > after
    )


def _close(draft: _Draft, step: StepState, kind: str, data: Mapping[str, Any]) -> None:
    """What follows from the event that closed a step's attempt."""
    key = step.planned.key
    is_canceling = draft.state.status is RunStatus.CANCELING
    if kind == kinds.STEP_SUCCESS:
        draft.succeeded += 1
        draft.done.add(key)
        given = step.given | draft.given
        draft.absent.update(one for one in draft.state.taken.get(key, ()) if one not in given)
        draft.let_on(key)
    elif kind == kinds.STEP_FAILURE:
        draft.failed[key] = data
        draft.finish(key, f'"{key}" failed')
    elif kind == kinds.STEP_SKIPPED:
        draft.finish(key, f'"{key}" was skipped')
    elif kind == kinds.STEP_WORKER_LOST:
        _lose(draft, step, _failure_in(data))
    elif is_canceling:  # STEP_UP_FOR_RETRY
        why = _ending(draft.state.expiry).message
        draft.add(kinds.STEP_SKIPPED, f"Skipped: {why}", step=key)
        draft.finish(key, why)
    draft.end_if_over()


def _never_started(draft: _Draft, command: NeverStarted) -> Rejected | None:
    step = draft.state.steps.get(command.key.step)
    if step is None or command.key.attempt > step.attempt:
        return Rejected("attempt.unknown", f"attempt {command.key} was never ordered")
    if command.key.attempt < step.attempt or step.status not in ACTIVE:
        return None
    _lose(draft, step, command.failure)
    draft.end_if_over()
    return None


def _lose(draft: _Draft, step: StepState, failure: Failure) -> None:
    """The latest attempt is gone: try again, or give the step up."""
    key = step.planned.key
    if draft.state.status is RunStatus.CANCELING:
        ending = replace(_ending(draft.state.expiry), cause=failure)
        message = f"Step {key!r} ended because {ending.message}."
        draft.fail(key, step.attempt, message, ending)
    elif failure.code == SHUT_DOWN:  # counts as nobody's fault
        draft.add(
            kinds.STEP_UP_FOR_RETRY,
            f"Attempt {step.attempt} of step {key!r} will be started again: {failure.message}",
            {"interrupted": True, "failure": to_wire(failure)},
            key,
            step.attempt,
        )
    elif step.lost < draft.max_lost_retries:
        draft.add(
            kinds.STEP_UP_FOR_RETRY,
            f"Attempt {step.attempt} of step {key!r} was lost: {failure.message}",
            {"lost": True, "failure": to_wire(failure)},
            key,
            step.attempt,
        )
    else:
        message = f"Step {key!r} was lost {step.lost + 1} times; the last time: {failure.message}"
        draft.fail(key, step.attempt, message, failure)


def _fail_steps(draft: _Draft, command: FailSteps) -> None:
    for key in command.steps:
        step = draft.state.steps.get(key)
        if step is not None and step.status in UNSTARTED and key not in draft.done:
            draft.fail(key, None, command.failure.message, command.failure)
    if draft.events:
        draft.end_if_over()


def _cancel(draft: _Draft, command: Cancel) -> None:
    draft.add(kinds.RUN_CANCELING, command.message or "Canceling the run.")
    _wind_up(draft, None)


def _expire(draft: _Draft, command: Expire) -> None:
    limit = duration_text(command.limit_s)
    failure = Failure(
        code="run.timed_out",
        message=f"the run took longer than its limit of {limit}",
        hint="Raise its tag atoll/max_runtime, or ATOLL_MAX_RUNTIME.",
    )
    expiry = to_wire(failure)
    message = f"{sentence(failure.message)} Interrupting what is under way."
    draft.add(kinds.RUN_CANCELING, message, {"failure": expiry})
    _wind_up(draft, expiry)


def _wind_up(draft: _Draft, expiry: Mapping[str, Any] | None) -> None:
    """Skip what has not started; end the run if nothing has."""
    draft.skip_unstarted(expiry)
    if not draft.state.unfinished - len(draft.done):
        draft.end_before_its_time(expiry)


def _ending(expiry: Mapping[str, Any] | None) -> Failure:
    """Why a run ends before its steps have."""
    if expiry is None:
        return Failure(code="run.canceled", message="the run was canceled")
    return Failure(code=str(expiry["code"]), message=str(expiry["message"]))


def sentence(text: str) -> str:
    """A clause as a sentence of its own."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def _note(draft: _Draft, command: Note) -> None:
    draft.add(kinds.ENGINE_EVENT, command.message, command.data, command.step)


def _mend(draft: _Draft, command: Mend) -> None:
    """Decide what was left open: the last decision may have been cut off anywhere."""
    state = draft.state
    if state.status is RunStatus.QUEUED:
        return
    if state.status is RunStatus.STARTING:
        draft.add(kinds.RUN_START, "Started execution of run.")
    for key, step in state.steps.items():
        if step.status is StepStatus.LOST:
            _lose(draft, step, Failure(code="step.worker_lost", message="the worker was lost"))
        elif step.status is StepStatus.FAILED:
            draft.skip_dependents(key, f'"{key}" failed')
        elif step.status is StepStatus.SKIPPED and not step.is_passed_over:
            draft.skip_dependents(key, f'"{key}" was skipped')
    if state.status is RunStatus.CANCELING:
        draft.skip_unstarted(state.expiry)
    draft.pass_over_all()
    draft.end_if_over()


def _failure_in(data: Mapping[str, Any]) -> Failure:
    told = data.get("failure") or {}
    return Failure(
        code=str(told.get("code", "step.worker_lost")),
        message=str(told.get("message", "the worker was lost")),
    )


def _failure_of_run(failed: Mapping[str, Mapping[str, Any]]) -> tuple[str, dict[str, Any]]:
    """The message and data of RUN_FAILURE: which steps failed, and the first one's error."""
    names: Sequence[str] = [f'"{key}"' for key in failed]
    shown = ", ".join(names[:_NAMED_STEPS])
    if len(names) > _NAMED_STEPS:
        shown += f" and {len(names) - _NAMED_STEPS} more"
    first, data = next(iter(failed.items()))
    failure = data.get("failure") or {}
    told = str(failure.get("message") or "no reason was given")
    if failure.get("error_type"):
        told = f"{failure['error_type']}: {told}"
    message = f"Step{'s' * (len(names) > 1)} failed: {shown}. " + (
        f'The first error, in "{first}": {told}' if len(names) > 1 else told
    )
    return message, {"failed_steps": list(failed), "failure": failure}


_DECIDERS: dict[type, Callable[[_Draft, Any], Rejected | None]] = {
    Enqueue: _enqueue,
    Start: _start,
    Refuse: _refuse,
    Launch: _launch,
    Record: _record,
    NeverStarted: _never_started,
    FailSteps: _fail_steps,
    Cancel: _cancel,
    Expire: _expire,
    Note: _note,
    Mend: _mend,
}
