"""Takes up the runs that an earlier engine left unfinished: folds their events, and goes on.

What became of their attempts is asked of the locations as these connect.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from atoll_server.core.event import NewEvent
from atoll_server.core.run import commands as c
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import ENDED, RunStatus
from atoll_server.core.wanted import wanted_of
from atoll_server.engine.departed import location_unknown
from atoll_server.engine.locations import Location
from atoll_server.engine.planner import Planner
from atoll_server.engine.run_slots import RunSlots
from atoll_server.engine.runs import Runs
from atoll_server.engine.turn import Turn
from atoll_server.ports.event_log import EventLog
from atoll_wire import events as kinds
from atoll_wire.codec import to_wire
from atoll_wire.failure import Failure

_FOLD_PAGE = 5000


class Surroundings(Protocol):
    """What taking up needs of the engine."""

    log: EventLog
    turn: Turn
    runs: Runs
    planner: Planner
    slots: RunSlots

    @property
    def locations(self) -> Mapping[str, Location]: ...  # noqa: D102
    def now(self) -> float: ...  # noqa: D102
    def pin(self, run_id: str) -> None: ...  # noqa: D102
    def watch_departed(self, location: str) -> None: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102
    def fail_steps(  # noqa: D102
        self, location: str, run_ids: Iterable[str], failure: Failure
    ) -> None: ...


class Takeover:
    """What is done once, as an engine starts."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def take_up(self) -> None:
        """Fold the unfinished runs; what follows from that is done in the first turn."""
        for run_id in await self._around.log.unfinished_runs():
            await self._fold(run_id)
        for run_id in list(self._around.runs.states):
            self._around.runs.mend(run_id)
        try:
            self._go_on()  # at once: whoever asks for a run now comes after those that waited
        except Exception as error:
            self._around.report(error)

    async def _fold(self, run_id: str) -> None:
        around, after = self._around, 0
        while page := await around.log.events(run_id=run_id, after=after, limit=_FOLD_PAGE):
            try:
                around.runs.adopt(run_id, page)
            except Exception as error:
                around.report(error)
                around.runs.forget(run_id)
                around.turn.events.append(_given_up(run_id, around.now(), error))
                return
            after = page[-1].id

    def _go_on(self) -> None:
        around = self._around
        for state in list(around.runs.states.values()):
            if state.status is RunStatus.QUEUED:
                around.slots.ask(state.run_id, state.tags)
                around.planner.add(state.run_id, wanted_of(state))
            elif state.status not in ENDED:
                around.slots.occupy(state.run_id, state.tags)
                around.pin(state.run_id)
                self._see_to_departed_locations(state)
        around.runs.resume()

    def _see_to_departed_locations(self, state: RunState) -> None:
        """Locations may have left the workspace while no engine ran."""
        around = self._around
        names = dict.fromkeys(step.planned.location for step in state.steps.values())
        for name in [name for name in names if name not in around.locations]:
            around.fail_steps(name, [state.run_id], location_unknown(name))
            for step in [k for k in state.active if state.steps[k].planned.location == name]:
                message = (
                    f"Location {name!r} has left the workspace while step {step!r} ran there. "
                    "The step is watched until it ends; it cannot be started again."
                )
                around.runs.command(
                    state.run_id, c.Note(at=around.now(), message=message, step=step)
                )
                around.watch_departed(name)


def _given_up(run_id: str, at: float, error: Exception) -> NewEvent:
    """The end of a run that cannot go on: else nobody could retry it, or delete it."""
    failure = Failure(code="internal.illegal_event", message=str(error))
    message = f"What is stored of this run contradicts itself; it cannot go on. ({error})"
    data = {"failure": to_wire(failure)}
    return NewEvent(run_id=run_id, kind=kinds.RUN_FAILURE, at=at, message=message, data=data)
