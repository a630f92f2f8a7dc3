"""Watches attempts whose location has left the workspace: they run on, and come to an end.

Nothing is loaded there and nothing new can start. All that is done is to ask what becomes of
attempts that are under way, and to interrupt them when their run is canceled.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Protocol

from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.locations import LocationClient, StreamLost
from atoll_wire.failure import Failure
from atoll_wire.messages import Hello, Message

Reach = Callable[[str], LocationClient]
"""Makes a client for what a location, now gone from the workspace, has left behind."""


class Surroundings(Protocol):
    """What watching needs of the engine."""

    settings: EngineSettings

    def post(self, handler: Callable[..., None], *arguments: Any) -> None: ...  # noqa: D102
    def later(self, delay_s: float, handler: Callable[[], None]) -> None: ...  # noqa: D102
    def spawn(self, work: Coroutine[Any, Any, None]) -> None: ...  # noqa: D102
    def hear(self, location: str, message: Message) -> None: ...  # noqa: D102
    def connected(self, location: str, server_id: str) -> None: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102


class Departed:
    """The locations that are gone, as far as attempts are under way in them."""

    def __init__(self, around: Surroundings, reach: Reach | None) -> None:
        self._around = around
        self._reach = reach
        self._clients: dict[str, LocationClient] = {}

    def watch(self, location: str, hello: Hello) -> None:
        """Ask what becomes of the attempts that are under way there."""
        if self._reach is not None and location not in self._clients:
            self._clients[location] = self._reach(location)
            self._around.spawn(self._connect(location, hello))

    def send(self, location: str, message: Message) -> None:
        """Send there; lost if nobody watches it."""
        if location in self._clients:
            self._clients[location].send(message)

    async def close(self) -> None:
        """Watch no longer."""
        for client in self._clients.values():
            await client.close()

    async def _connect(self, location: str, hello: Hello) -> None:
        deliver = partial(self._deliver, location, hello)
        try:
            answer = await self._clients[location].connect(hello, deliver)
        except Exception as error:
            self._around.report(error)
            self._connect_later(location, hello)
            return
        self._around.post(self._around.connected, location, answer.server_id)

    def _connect_later(self, location: str, hello: Hello) -> None:
        delay_s = self._around.settings.reconnect_at_most_s
        self._around.later(delay_s, lambda: self._around.spawn(self._connect(location, hello)))

    def _deliver(self, location: str, hello: Hello, message: Message | StreamLost) -> None:
        if isinstance(message, StreamLost):
            self._around.post(self._connect_later, location, hello)
        else:
            self._around.post(self._around.hear, location, message)


def location_unknown(name: str) -> Failure:
    """Why a step cannot start whose location has left the workspace."""
    return Failure(
        code="location.unknown",
        message=f"location {name} is no longer in the workspace",
        hint="Add the location to the workspace again, then start the run again.",
    )
