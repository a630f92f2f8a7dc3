"""The one place where adapters meet the ports they serve.

Slow imports (the web, the engine) happen when they are needed, so that `cli.dev` can decide
what a host does first.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.settings import LOOPBACK, RELEASE, Settings

if TYPE_CHECKING:
    from atoll_server.adapters.workspace.location import WorkspaceLocation
    from atoll_server.api.context import ApiContext
    from atoll_server.api.serve import WebServer
    from atoll_server.engine import Engine
    from atoll_server.ports.event_log import StoredEvent

Listener = Callable[["Sequence[StoredEvent]"], None]
_UNSETTLED = frozenset(["building", "loading"])
_POLL_S = 0.25


@asynccontextmanager
async def storage(settings: Settings) -> AsyncIterator[ApiContext]:
    """The API over the storage alone: reads, and intents that an engine elsewhere takes up."""
    from atoll_server.api.context import ApiContext
    from atoll_server.api.stream.hub import Hub

    log = SqliteEventLog(str(settings.home), engine=False)
    await log.open()
    try:
        yield ApiContext(
            log=log,
            clock=SystemClock(),
            home=settings.home,
            release=RELEASE,
            hub=Hub(poll_s=_POLL_S),
        )
    finally:
        await log.close()


@asynccontextmanager
async def host(settings: Settings, locations: Sequence[WorkspaceLocation]) -> AsyncIterator[Host]:
    """A host without a web that runs until the block ends."""
    running = Host(settings, locations)
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


class Host:
    """Engine, locations and API of one deployment, in this process.

    Args:
        listener: told of every event as soon as it is committed.
    """

    def __init__(
        self,
        settings: Settings,
        locations: Sequence[WorkspaceLocation],
        listener: Listener | None = None,
    ) -> None:
        self.settings = settings
        self._locations = locations
        self._listener = listener
        self._clock = SystemClock()
        self._log = SqliteEventLog(str(settings.home))
        self._engine: Engine | None = None
        self._context: ApiContext | None = None
        self._web: WebServer | None = None

    @property
    def context(self) -> ApiContext:
        """What the API stands on; there is one once `start` has returned."""
        if self._context is None:
            from atoll_server.api.context import ApiContext

            self._context = ApiContext(
                log=self._log,
                clock=self._clock,
                home=self.settings.home,
                release=RELEASE,
                ring=self._ring,
                not_ready=self._not_ready,
                host_names=_host_names(self.settings),
            )
        return self._context

    async def start(self) -> None:
        """Open the storage, take up what an earlier host left, and start the locations.

        Raises:
            StorageError: `storage.*`, such as another engine that holds the deployment.
        """
        from atoll_server.adapters.locations.local import LocalLocation
        from atoll_server.engine import Engine

        clients = [
            LocalLocation(location.name, location.target, self.settings.home)
            for location in self._locations
        ]
        engine = Engine(log=self._log, clients=clients, clock=self._clock)
        engine.on_commit(self._committed)
        await engine.start()
        self._engine = engine

    async def serve(self, listener: socket.socket) -> str:
        """Answer HTTP on `listener`; returns the URL, which other commands find from now on."""
        from atoll_server.api.serve import WebServer

        self._web = WebServer(self.context)
        await self._web.start(listener)
        name, port = listener.getsockname()[:2]
        url = f"http://{f'[{name}]' if ':' in name else name}:{port}"
        _write_host_file(self.settings, url)
        return url

    async def settled(self) -> None:
        """Return when every location has loaded or failed."""
        from atoll_server.api.views import location_views

        while True:
            version = self.context.hub.version
            views = await location_views(self._log)
            if not any(view["status"] in _UNSETTLED for view in views):
                return
            await self.context.hub.wait(version, _POLL_S)

    async def stop(self) -> None:
        """Take no more requests, let the locations go, and close the storage.

        Steps that are running go on; the next host takes up what they did.
        """
        if self._web is not None:
            _remove_host_file(self.settings)
            await self._web.stop()
        if self._engine is not None:
            await self._engine.stop()
        await self._log.close()

    def _ring(self) -> None:
        if self._engine is not None:
            self._engine.ring()

    def _committed(self, events: Sequence[StoredEvent]) -> None:
        if self._context is not None:
            self._context.hub.ring()
        if self._listener is not None:
            self._listener(events)

    def _not_ready(self) -> list[str]:
        return [] if self._engine is not None else ["the engine has not started yet"]


def _host_names(settings: Settings) -> frozenset[str] | None:
    """The names under which requests are answered."""
    return LOOPBACK if settings.is_loopback else None


def _write_host_file(settings: Settings, url: str) -> None:
    temporary = settings.host_file.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps({"url": url, "pid": os.getpid()}) + "\n")
    temporary.replace(settings.host_file)


def _remove_host_file(settings: Settings) -> None:
    """Remove the file, unless it is another host's by now."""
    with suppress(OSError, ValueError, KeyError):
        if json.loads(settings.host_file.read_text())["pid"] == os.getpid():
            settings.host_file.unlink()
