"""What has to be done about a run's events, once they are committed."""

from __future__ import annotations

from atoll_server.core.event import NewEvent
from atoll_server.core.run.commands import (
    AttachAttempt,
    Effect,
    EndRun,
    FreeSlot,
    HoldPools,
    InterruptAttempt,
    OccupySlot,
    OfferStep,
    OfferStepLater,
    OrderAttempt,
    RetryRun,
    WithdrawStep,
)
from atoll_server.core.run.retry import wanted_of_retry
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import ENDED, STEP_KINDS, RunStatus, StepStatus
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey


def effects(event: NewEvent, state: RunState) -> list[Effect]:
    """The effects of `event`, which has just led to `state`; costs what the event changed."""
    if event.step is not None and event.kind in STEP_KINDS:
        return _of_step(event, state)
    if event.kind == kinds.RUN_START:
        return [OfferStep(key) for key, step in state.steps.items() if step.is_ready]
    if event.kind == kinds.RUN_CANCELING:
        return [InterruptAttempt(state.attempt_key(key)) for key in state.active]
    if state.status in ENDED and event.kind in kinds.RUN_ENDS:
        retry = event.data.get("retry")
        if retry is None:
            return [EndRun()]
        return [RetryRun(wanted_of_retry(state, retry["number"])), EndRun()]
    return []


def _of_step(event: NewEvent, state: RunState) -> list[Effect]:
    assert event.step is not None
    if event.seq is not None and not state.is_current(event):
        return []
    step = state.steps[event.step]
    if event.kind in (kinds.STEP_WORKER_STARTED, kinds.STEP_WORKER_LOST, kinds.STEP_RESTARTED):
        return []
    if event.attempt is None:  # decided about a step without an open attempt
        offers = _offers(event.step, state) if step.is_passed_over else ()
        return [WithdrawStep(event.step), *offers]
    key = AttemptKey(state.run_id, event.step, event.attempt)
    if event.kind == kinds.STEP_WORKER_STARTING:
        return [OrderAttempt(key)]
    if event.kind == kinds.STEP_UP_FOR_RETRY:
        if state.status is RunStatus.CANCELING:
            return [FreeSlot(key)]
        return [FreeSlot(key), OfferStepLater(event.step, step.delay_s)]
    found: list[Effect] = [FreeSlot(key)]
    if event.kind == kinds.STEP_SUCCESS:
        found.extend(_offers(event.step, state))
    return found


def _offers(step: str, state: RunState) -> list[Effect]:
    """The steps that could start because this one is done; some are passed over at once."""
    return [
        OfferStep(dependent)
        for dependent in state.dependents.get(step, ())
        if state.steps[dependent].is_ready
    ]


def resume(state: RunState) -> list[Effect]:
    """What to do about a run that was found unfinished when the engine started."""
    found: list[Effect] = []
    if state.status in ENDED:  # by what was decided about it as it was taken up
        return found
    if any(step.attempt and step.planned.pool is not None for step in state.steps.values()):
        found.append(HoldPools())
    for key in state.active:
        attempt = state.attempt_key(key)
        found.append(OccupySlot(attempt))
        found.append(AttachAttempt(attempt, state.steps[key].seq))
        if state.status is RunStatus.CANCELING:
            found.append(InterruptAttempt(attempt))
    for key, step in state.steps.items():
        if step.is_ready:
            found.append(OfferStep(key))
        elif step.status is StepStatus.RETRYING:
            found.append(OfferStepLater(key, step.delay_s, step.not_before))
    return found
