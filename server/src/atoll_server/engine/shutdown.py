"""Brings an engine to rest: no new work, time for what runs, then interruption.

Steps that are executed in this process's own supervisors end with it; those on servers go on, and
the next engine takes them over. An interrupted step counts as nobody's fault: its run stays as it
is, and goes on with the next engine. What is left over all the same goes on by itself.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from atoll_server.core.run.table import RunStatus
from atoll_server.engine.locations import Location
from atoll_server.engine.runs import Runs
from atoll_server.engine.settings import EngineSettings
from atoll_server.engine.turn import Turn
from atoll_server.ports.event_log import StoredEvent
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import CancelStep, Message

_PATIENCE_S = 5.0
"""How long the end of a killed worker may take to be noticed and stored."""


class Stage(StrEnum):
    """How far a shutdown has come."""

    WAITING = "WAITING"
    """Running steps have time to end."""
    INTERRUPTING = "INTERRUPTING"
    """Running steps are interrupted."""
    CLEANING_UP = "CLEANING_UP"
    """What still runs was canceled before, and cleans up."""
    LEAVING = "LEAVING"
    """Some have not ended, and are left to themselves."""


Tell = Callable[[Stage, Sequence[AttemptKey]], None]
"""Told of every stage in which attempts are under way, with these."""


class Surroundings(Protocol):
    """What shutting down needs of the engine."""

    runs: Runs
    settings: EngineSettings
    turn: Turn

    @property
    def locations(self) -> Mapping[str, Location]: ...  # noqa: D102
    def post(self, handler: Callable[..., None], *arguments: Any) -> None: ...  # noqa: D102
    def send(self, location: str, message: Message) -> None: ...  # noqa: D102
    def on_commit(  # noqa: D102
        self, listener: Callable[[list[StoredEvent]], None]
    ) -> None: ...


class Shutdown:
    """The end of an engine, which `Engine.stop` completes."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._committed = asyncio.Event()
        self.is_under_way = False
        """Whether nothing new is begun any more."""

    def begin(self) -> None:
        """From now on no run and no step is begun; what is asked for stays stored."""
        if not self.is_under_way:
            self.is_under_way = True
            self._around.on_commit(lambda events: self._committed.set())

    async def come_to_rest(self, grace_s: float, hurry: asyncio.Event, tell: Tell) -> None:
        """Begin, and return when no step is executed here any more, or nothing helps.

        Args:
            grace_s: how long running steps have to end by themselves; infinite: for ever.
            hurry: ends that time early; set when it is over.
        """
        self.begin()
        if (running := self.running()) and not hurry.is_set():
            tell(Stage.WAITING, running)
            await _first(grace_s, self._ended(), hurry.wait())
        hurry.set()
        if running := self.running():
            again = [key for key in running if not self._is_canceled(key)]
            tell(Stage.INTERRUPTING if again else Stage.CLEANING_UP, again or running)
            self._around.post(self._interrupt)
            await _first(self._around.settings.cancel_grace + _PATIENCE_S, self._ended())
        if running := self.running():
            tell(Stage.LEAVING, running)
        await _first(_PATIENCE_S, self._stored())

    def running(self) -> list[AttemptKey]:
        """The attempts that are to end with this host."""
        locations = self._around.locations.values()
        ours = {one.state.server_id for one in locations if one.client.ends_with_host}
        return [
            state.attempt_key(key)
            for state in self._around.runs.states.values()
            for key in state.active
            if state.steps[key].server_id in ours
        ]

    def _is_canceled(self, key: AttemptKey) -> bool:
        return self._around.runs.states[key.run_id].status is RunStatus.CANCELING

    def _interrupt(self) -> None:
        """In a turn of its own, behind what was ordered before."""
        for key in self.running():
            location = self._around.runs.states[key.run_id].steps[key.step].planned.location
            order = CancelStep(key, self._around.settings.cancel_grace, again=True)
            self._around.send(location, order)

    async def _ended(self) -> None:
        while self.running():
            self._committed.clear()
            await self._committed.wait()

    async def _stored(self) -> None:
        """Return when all that was decided by now is stored."""
        is_stored = asyncio.Event()
        self._around.post(lambda: self._around.turn.orders.append(is_stored.set))
        await is_stored.wait()


async def _first(timeout_s: float, *waits: Coroutine[Any, Any, Any]) -> None:
    """Return when the first of these is over, or the time is."""
    tasks = [asyncio.ensure_future(one) for one in waits]
    timeout = None if timeout_s == math.inf else timeout_s
    await asyncio.wait(tasks, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
