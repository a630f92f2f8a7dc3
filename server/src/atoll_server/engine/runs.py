"""Drives `core.run`: the unfinished runs, in memory, and what their events make necessary.

It must not know storage or carriers: decisions go into the turn, orders behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from atoll_server.core.event import NewEvent
from atoll_server.core.outcome import Rejected
from atoll_server.core.partitions.choosing import partition_key
from atoll_server.core.queue.messages import Ticket
from atoll_server.core.run import commands as c
from atoll_server.core.run.machine import decide, effects, evolve, resume
from atoll_server.core.run.plan import PlannedStep
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import ENDED, UNSTARTED, StepStatus
from atoll_server.engine.queue import Queue
from atoll_server.engine.run_slots import RunSlots
from atoll_server.engine.settings import EngineSettings
from atoll_server.engine.turn import Turn
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import CancelStep, LaunchStep, Message, StepRequest


class Surroundings(Protocol):
    """What runs need of the engine."""

    turn: Turn
    queue: Queue
    slots: RunSlots
    settings: EngineSettings

    def now(self) -> float: ...  # noqa: D102
    def later(self, delay_s: float, handler: Callable[[], None]) -> None: ...  # noqa: D102
    def post(self, handler: Callable[..., None], *arguments: Any) -> None: ...  # noqa: D102
    def is_out_of_reach(self, location: str) -> bool: ...  # noqa: D102
    def send(self, location: str, message: Message) -> None: ...  # noqa: D102
    def offer(self, ticket: Ticket) -> None: ...  # noqa: D102
    def launch_run(self, run_id: str, payload: dict[str, Any]) -> None: ...  # noqa: D102
    def run_ended(self, state: RunState) -> None: ...  # noqa: D102


def ticket_of(state: RunState, step: str) -> Ticket:
    """What stands in line for a step of a run."""
    planned = state.steps[step].planned
    return Ticket(
        state.run_id,
        step,
        planned.location,
        planned.pool,
        state.priority,
        state.pools,
        state.max_concurrent_steps,
    )


class Runs:
    """The runs that have not ended, and those whose end is not yet acknowledged."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.states: dict[str, RunState] = {}

    def command(self, run_id: str, command: c.Command) -> Rejected | None:
        """Decide about a run; the consequences are in the turn."""
        state = self.states.get(run_id)
        if state is None:
            state = RunState(run_id)
        settings = self._around.settings
        decided = decide(
            state,
            command,
            max_lost_retries=settings.max_lost_retries,
            run_retries=settings.run_retries,
        )
        if isinstance(decided, Rejected):
            return decided
        self.states[run_id] = state
        for event in decided:
            self._happen(state, event)
        return None

    def _happen(self, state: RunState, event: NewEvent) -> None:
        evolve(state, event)
        self._around.turn.events.append(event)
        for effect in effects(event, state):
            self._carry_out(state, effect)
        if event.kind == kinds.RUN_CANCELING:
            self._tell_who_cannot_be_interrupted(state)

    def _tell_who_cannot_be_interrupted(self, state: RunState) -> None:
        """Say why a run does not end yet: the order to end is sent when its location is back."""
        for key in state.active:
            location = state.steps[key].planned.location
            if self._around.is_out_of_reach(location):
                message = (
                    f"Step {key!r} cannot be interrupted: location {location!r} is out of reach. "
                    "The run ends when it is back."
                )
                note = c.Note(at=self._around.now(), message=message, step=key)
                self._around.post(self._note, state.run_id, note)

    def _note(self, run_id: str, note: c.Note) -> None:
        self.command(run_id, note)

    def adopt(self, run_id: str, events: Iterable[NewEvent]) -> RunState:
        """Take up a run that was found unfinished, from (some more of) its events."""
        state = self.states.setdefault(run_id, RunState(run_id))
        for event in events:
            evolve(state, event)
        return state

    def mend(self, run_id: str) -> None:
        """Decide what a decision that was stored in part has left open about an adopted run.

        What follows from it is found by `resume`, as for all that was stored before.
        """
        state, around = self.states[run_id], self._around
        limit = around.settings.max_lost_retries
        decided = decide(state, c.Mend(at=around.now()), max_lost_retries=limit)
        assert not isinstance(decided, Rejected), decided.message
        for event in decided:
            evolve(state, event)
            around.turn.events.append(event)
        if state.status in ENDED:
            self._carry_out(state, c.EndRun())

    def resume(self) -> None:
        """Go on with all runs that were adopted."""
        for state in list(self.states.values()):
            for effect in resume(state):
                self._carry_out(state, effect)

    def forget(self, run_id: str) -> None:
        """Let go of a run that has ended."""
        self.states.pop(run_id, None)

    def under_way(self, location: str) -> list[tuple[RunState, AttemptKey, int]]:
        """The open attempts in a location, with their last known sequence numbers."""
        return [
            (state, state.attempt_key(key), state.steps[key].seq)
            for state in self.states.values()
            for key in state.active
            if state.steps[key].planned.location == location
        ]

    def unstarted(self, run_id: str, location: str) -> list[str]:
        """The steps of a run that may yet be started in a location."""
        state = self.states.get(run_id)
        steps = {} if state is None else state.steps
        return [
            key
            for key, step in steps.items()
            if step.planned.location == location and step.status in UNSTARTED
        ]

    def _carry_out(self, state: RunState, effect: c.Effect) -> None:
        """Queue at once, so that the next step shares this commit; send only after it."""
        around = self._around
        match effect:
            case c.OfferStep(step):
                around.offer(ticket_of(state, step))
            case c.OfferStepLater(step, delay_s, not_before):
                if not_before is not None:
                    delay_s = min(not_before - around.now(), delay_s)
                self._offer_later(state, step, delay_s)
            case c.WithdrawStep(step):
                around.queue.withdraw(ticket_of(state, step))
            case c.FreeSlot(key):
                around.queue.release(ticket_of(state, key.step))
            case c.OccupySlot(key):
                around.queue.occupy(ticket_of(state, key.step))
            case c.OrderAttempt(key):
                self._send_later(state, key, self._launch(state, key))
            case c.InterruptAttempt(key):
                grace_s = around.settings.cancel_grace
                self._send_later(state, key, CancelStep(key, grace_s))
            case c.AttachAttempt():
                pass  # done for all attempts of a location at once, when it is connected
            case c.HoldPools():
                around.queue.hold(state.run_id, state.pools)
            case c.RetryRun(wanted):
                around.launch_run(wanted["run_id"], dict(wanted))
            case c.EndRun():
                around.queue.leave(state.run_id)
                around.slots.leave(state.run_id)
                around.turn.orders.append(lambda: around.run_ended(state))

    def _send_later(self, state: RunState, key: AttemptKey, message: Message) -> None:
        location = state.steps[key.step].planned.location
        self._around.turn.orders.append(lambda: self._around.send(location, message))

    def _offer_later(self, state: RunState, step: str, delay_s: float) -> None:
        """Offer a step again when its pause is over."""
        ticket, attempt = ticket_of(state, step), state.steps[step].attempt

        def offer() -> None:
            now = state.steps[step]
            if now.attempt == attempt and now.status is StepStatus.RETRYING:
                self._around.offer(ticket)

        if delay_s <= 0:
            self._around.offer(ticket)
        else:
            self._around.later(delay_s, offer)

    def _launch(self, state: RunState, key: AttemptKey) -> LaunchStep:
        step = state.steps[key.step]
        return LaunchStep(
            step.generation,
            StepRequest(
                key=key,
                assets=list(step.planned.assets),
                checks=list(step.planned.checks),
                run_config=dict(state.config),
                run_tags=dict(state.tags),
                job_name=state.job or StepRequest.job_name,
                partition_key=step.planned.partition or partition_key(state.partition, state.tags),
                values_url=self._around.settings.values_url,
                retry_number=step.retries,
                identity=step.identity,
                grace_s=self._around.settings.cancel_grace,
                **_given_before(state, step.planned),
            ),
        )


def _given_before(state: RunState, planned: PlannedStep) -> dict[str, Any]:
    """What an op has to know of those before it, whose names are what its location calls them."""
    taken = [one for outputs in planned.inputs.values() for one in outputs]
    steps = {one.rpartition(":")[0] for one in taken}
    return {
        "not_given_back": sorted(_at_home(one) for one in taken if one in state.absent),
        "value_runs": {_at_home(key): state.kept[key] for key in steps if key in state.kept},
    }


def _at_home(name: str) -> str:
    """A step, or its output, without the location that a run's name for it may have."""
    step, colon, output = name.partition(":")
    return step.partition("@")[0] + colon + output
