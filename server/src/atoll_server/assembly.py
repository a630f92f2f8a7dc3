"""The one place where adapters meet the ports they serve.

Slow imports (the web, the engine) happen when they are needed, so that `cli.dev` can decide
what a host does first.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from atoll_server.adapters.event_log.home_lock import engine_pid
from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.settings import LOOPBACK, RELEASE, Settings
from atoll_wire.messages import VALUES_MARK, Target

if TYPE_CHECKING:
    from atoll_server.adapters.workspace.location import WorkspaceLocation
    from atoll_server.api.context import ApiContext
    from atoll_server.api.serve import WebServer
    from atoll_server.engine.engine import Engine
    from atoll_server.ports.event_log import LocationRecord, StoredEvent
    from atoll_server.ports.locations import LocationClient

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


def is_engine_running(settings: Settings) -> bool:
    """Whether some process is this deployment's engine, be it with a web or without."""
    return engine_pid(str(settings.home)) is not None


def location_client(
    location: WorkspaceLocation, home: Path, *, lets_go: bool = False
) -> LocationClient:
    """What carries messages to a location, wherever it is.

    Args:
        lets_go: whether a server elsewhere is to keep nothing for this host once it is closed.
    """
    if not isinstance(location.target, Target):
        from atoll_server.adapters.locations.grpc import GrpcLocation

        return GrpcLocation(location.name, location.target, home, lets_go=lets_go)
    from atoll_server.adapters.locations.local import LocalLocation
    from atoll_server.adapters.workspace.fresh_environment import FreshEnvironment

    local = LocalLocation(location.name, location.target, home)
    return FreshEnvironment(local, location.target, os.environ)


class Host:
    """Engine, locations and API of one deployment, in this process.

    Args:
        on_events: told of every event as soon as it is committed.
        on_location: told of every change of a location.
    """

    def __init__(
        self,
        settings: Settings,
        locations: Sequence[WorkspaceLocation],
        on_events: Callable[[Sequence[StoredEvent]], None] | None = None,
        on_location: Callable[[LocationRecord], None] | None = None,
    ) -> None:
        self.settings = settings
        self._locations = locations
        self._on_events = on_events
        self._on_location = on_location
        self._clock = SystemClock()
        self._log = SqliteEventLog(str(settings.home))
        self._engine: Engine | None = None
        self._context: ApiContext | None = None
        self._web: WebServer | None = None
        self._statuses: dict[str, str] = {}
        self._changed = asyncio.Event()

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
        from atoll_server.engine.engine import Engine
        from atoll_server.engine.settings import EngineSettings

        clients = [location_client(one, self.settings.home) for one in self._locations]
        settings = EngineSettings(
            release=RELEASE,
            values_url=self.settings.values_url,
            values_mark=_mark_values(self.settings.values_url),
            max_concurrent_steps=self.settings.max_concurrent_steps,
        )
        engine = Engine(self._log, clients, self._clock, settings, reach=self._reach)
        engine.on_commit(self._committed)
        engine.on_location(self._location_changed)
        await engine.start()
        self._engine = engine

    def _reach(self, name: str) -> LocationClient:
        """What a location that is gone has left behind: its journals lie in this same home."""
        from atoll_server.adapters.locations.local import LocalLocation

        return LocalLocation(name, None, self.settings.home)

    async def serve(self, listener: socket.socket) -> str:
        """Answer HTTP on `listener`; returns the URL, which other commands find from now on."""
        from atoll_server.api.serve import WebServer

        await self._until(lambda status: True)
        self._web = WebServer(self.context)
        await self._web.start(listener)
        name, port = listener.getsockname()[:2]
        url = f"http://{f'[{name}]' if ':' in name else name}:{port}"
        _write_host_file(self.settings, url)
        return url

    async def settled(self) -> None:
        """Return when every location has loaded or failed."""
        await self._until(lambda status: status not in _UNSETTLED)

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

    async def _until(self, holds: Callable[[str], bool]) -> None:
        """Return when `holds` is true of the status of every location.

        What is stored may still be what an earlier host saw: only what was told counts.
        """
        names = {location.name for location in self._locations}
        while not (
            names <= self._statuses.keys() and all(holds(self._statuses[name]) for name in names)
        ):
            self._changed.clear()
            await self._changed.wait()

    def _ring(self) -> None:
        if self._engine is not None:
            self._engine.ring()

    def _committed(self, events: Sequence[StoredEvent]) -> None:
        if self._context is not None:
            self._context.hub.ring()
        if self._on_events is not None:
            self._on_events(events)

    def _location_changed(self, record: LocationRecord) -> None:
        self._statuses[record.name] = record.view["status"]
        self._changed.set()
        if self._on_location is not None:
            self._on_location(record)
        if self._context is not None:
            self._context.hub.ring()

    def _not_ready(self) -> list[str]:
        return ["The engine is starting."] if self._engine is None else self._engine.not_ready()


def _mark_values(values_url: str) -> str:
    """Leave a mark in a folder of values, by which a location elsewhere knows it; gives it."""
    if "://" in values_url:
        return ""
    path = Path(values_url) / VALUES_MARK
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(uuid.uuid4().hex + "\n")
        return path.read_text().strip()
    except OSError:
        return ""  # whoever stores a value there tells what is wrong


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
