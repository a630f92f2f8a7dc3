"""The steps of a run as they stand, by its events: a fold that goes on where it was left.

It tells what people look at: attempts with their times, and whether a step waits for others or for
room. What the engine decides by is `core.run.state`; both follow from the same events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from atoll_server.api.schemas.runs import RunStep, RunSteps, StepAttempt
from atoll_server.core.run.state import NO_VALUE
from atoll_server.ports.event_log import StoredEvent
from atoll_wire import events as kinds

_DONE = frozenset(["SUCCESS", "FAILURE", "SKIPPED", "CANCELED"])
_CANCELLATIONS = frozenset(["run.canceled", "step.canceled", "step.interrupted"])
"""Codes of failures that, while a run is being canceled, are what was asked for."""
_OUTCOMES = {
    kinds.STEP_SUCCESS: "SUCCESS",
    kinds.STEP_FAILURE: "FAILURE",
    kinds.STEP_UP_FOR_RETRY: "UP_FOR_RETRY",
    kinds.STEP_SKIPPED: "SKIPPED",
    kinds.STEP_WORKER_LOST: "LOST",
}


class StepsFold:
    """One run's steps.

    Attributes:
        last_event_id: the event up to which it tells; whoever feeds it may set it higher when it
            knows that no event of `STEP_EVENTS` lies between.
    """

    def __init__(self) -> None:
        self.last_event_id = 0
        self._planned_by = 0
        self._steps: dict[str, RunStep] = {}
        self._unmet: dict[str, int] = {}
        self._dependents: dict[str, list[str]] = {}
        self._changed_by: dict[str, int] = {}
        self._counts: Counter[str] = Counter()
        self._is_canceling = False

    def __len__(self) -> int:
        return len(self._steps)

    def add(self, event: StoredEvent) -> None:
        """Take one more event into account; they come in their order."""
        self.last_event_id = event.id
        if event.step is None:
            handle = _RUN.get(event.kind)
            if handle is not None:
                handle(self, event)
            return
        step = self._steps.get(event.step)
        if step is None or self._is_stale(step, event):
            return
        change = _STEP.get(event.kind)
        if change is not None:
            change(self, step, event)
            self._changed_by[step.key] = event.id

    def answer(self, after: int | None = None) -> RunSteps:
        """All steps, or those that have changed since the event `after`."""
        is_whole = after is None or after < self._planned_by or not self._steps
        items = [
            step
            for key, step in self._steps.items()
            if is_whole or self._changed_by[key] > (after or 0)
        ]
        return RunSteps(
            last_event_id=self.last_event_id,
            is_whole=is_whole,
            items=items,
            counts={status: count for status, count in self._counts.items() if count},
        )

    def _is_stale(self, step: RunStep, event: StoredEvent) -> bool:
        """Whether a worker tells of an attempt that is over, or was given up."""
        return event.seq is not None and _open_attempt(step, event.attempt) is None

    def _enter(self, step: RunStep, status: str, event: StoredEvent) -> None:
        self._counts[step.status] -= 1
        self._counts[status] += 1
        step.status = status
        if status in _DONE:
            step.ended_at = event.at
        elif status == "READY":
            step.ready_at = event.at
        self._changed_by[step.key] = event.id

    # What events about the run do

    def _plan(self, event: StoredEvent) -> None:
        self._planned_by = event.id
        for planned in event.data["plan"]["steps"]:
            key, needs = planned["key"], tuple(planned.get("needs", ()))
            self._steps[key] = RunStep(
                key=key,
                location=planned["location"],
                generation=planned["generation"],
                assets=tuple(planned["assets"]),
                checks=tuple(planned.get("checks", ())),
                partition=planned.get("partition"),
                needs=needs,
                pool=planned.get("pool"),
                status="WAITING",
            )
            self._unmet[key] = len(needs)
            self._changed_by[key] = event.id
            for needed in needs:
                self._dependents.setdefault(needed, []).append(key)
        self._counts["WAITING"] = len(self._steps)

    def _begin(self, event: StoredEvent) -> None:
        for key, step in self._steps.items():
            if not self._unmet[key]:
                self._enter(step, "READY", event)

    def _cancel(self, event: StoredEvent) -> None:
        # A run that took too long winds up in the same way, but has failed.
        self._is_canceling = event.data.get("failure") is None

    # What events about a step do

    def _order(self, step: RunStep, event: StoredEvent) -> None:
        step.generation = event.data.get("generation", step.generation)
        attempt = StepAttempt(attempt=event.attempt or 0, asked_at=event.at)
        step.attempts = (*step.attempts, attempt)
        self._enter(step, "STARTING", event)

    def _start_worker(self, step: RunStep, event: StoredEvent) -> None:
        attempt = step.attempts[-1]
        attempt.worker_at, attempt.pid = event.at, event.data.get("pid")
        self._enter(step, "RUNNING", event)

    def _start_code(self, step: RunStep, event: StoredEvent) -> None:
        step.attempts[-1].began_at = event.at

    def _close(self, step: RunStep, event: StoredEvent) -> None:
        kind = event.kind
        is_canceled = self._is_canceling and (
            (kind == kinds.STEP_FAILURE and _code(event.data) in _CANCELLATIONS)
            or (kind == kinds.STEP_SKIPPED and event.seq is None)
        )
        attempt = _open_attempt(step, event.attempt)
        if attempt is not None:
            attempt.ended_at, attempt.message = event.at, event.message
            attempt.outcome = "CANCELED" if is_canceled else _outcome(event)
        elif is_canceled and event.attempt and step.attempts:
            step.attempts[-1].outcome = "CANCELED"  # its worker was killed, and it looked lost
        if kind == kinds.STEP_UP_FOR_RETRY:
            self._enter(step, "RETRYING", event)
        elif kind != kinds.STEP_WORKER_LOST:  # what follows from that comes in the same append
            self._enter(step, "CANCELED" if is_canceled else _OUTCOMES[kind], event)
        if kind == kinds.STEP_SUCCESS or event.data.get(NO_VALUE) is not None:
            self._offer_dependents(step.key, event)

    def _offer_dependents(self, key: str, event: StoredEvent) -> None:
        for dependent in self._dependents.get(key, ()):
            self._unmet[dependent] -= 1
            step = self._steps[dependent]
            if not self._unmet[dependent] and step.status == "WAITING":
                self._enter(step, "READY", event)


def _open_attempt(step: RunStep, number: int | None) -> StepAttempt | None:
    """The step's latest attempt, if it is this one and has not ended."""
    if step.attempts and step.attempts[-1].attempt == number:
        latest = step.attempts[-1]
        return latest if latest.outcome is None else None
    return None


def _outcome(event: StoredEvent) -> str:
    """How the event ended an attempt. The host ends one that says nothing: it was lost."""
    if event.seq is None and not event.data.get("interrupted"):
        return "LOST"
    return _OUTCOMES[event.kind]


def _code(data: Mapping[str, Any]) -> str | None:
    return (data.get("failure") or {}).get("code")


_RUN: dict[str, Callable[[StepsFold, StoredEvent], None]] = {
    kinds.RUN_STARTING: StepsFold._plan,
    kinds.RUN_START: StepsFold._begin,
    kinds.RUN_CANCELING: StepsFold._cancel,
}
_STEP: dict[str, Callable[[StepsFold, RunStep, StoredEvent], None]] = {
    kinds.STEP_WORKER_STARTING: StepsFold._order,
    kinds.STEP_WORKER_STARTED: StepsFold._start_worker,
    kinds.STEP_START: StepsFold._start_code,
    **dict.fromkeys(_OUTCOMES, StepsFold._close),
}
STEP_EVENTS = tuple(sorted([*_RUN, *_STEP]))
"""The kinds that say anything about steps."""
