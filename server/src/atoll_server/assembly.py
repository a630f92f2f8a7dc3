"""The one place where adapters meet the ports they serve.

Slow imports (the web, the engine) happen when they are needed, so that `cli.dev` can decide
what a host does first.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from atoll_server.adapters.event_log.home_lock import engine_pid
from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.settings import LOOPBACK, RELEASE, Settings
from atoll_wire.messages import Target

if TYPE_CHECKING:
    from atoll_server.adapters.event_log.upgrade import Upgrade
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
            engine_pid=lambda: engine_pid(str(settings.home)),
            settings=settings,
            hub=Hub(poll_s=_POLL_S),
        )
    finally:
        await log.close()


@asynccontextmanager
async def housekeeping(settings: Settings) -> AsyncIterator[ApiContext]:
    """The API over the storage, with commands about the past carried out in this process.

    Holds the deployment's lock meanwhile. Commands for an engine are left for one: runs that
    wait or are under way stay as they are.

    Raises:
        StorageError: `storage.locked`, an engine runs.
    """
    from atoll_server.adapters.run_files import HomeRunFiles
    from atoll_server.api.context import ApiContext
    from atoll_server.engine.housekeeping import Housekeeper

    log, clock, bell = SqliteEventLog(str(settings.home)), SystemClock(), asyncio.Event()
    await log.open()
    keeper = Housekeeper(log, clock.now, HomeRunFiles(settings.home))

    async def work() -> None:
        while True:
            await bell.wait()
            bell.clear()
            await keeper.take_up()

    try:
        async with asyncio.TaskGroup() as group:
            working = group.create_task(work())
            yield ApiContext(
                log=log,
                clock=clock,
                home=settings.home,
                release=RELEASE,
                ring=bell.set,
                engine_pid=os.getpid,
                settings=settings,
            )
            working.cancel()
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    finally:
        await log.close()


async def upgrade_storage(settings: Settings) -> Upgrade:
    """Bring the deployment's database to the schema of this release.

    Raises:
        StorageError: `storage.*`, such as an engine that uses it.
    """
    log = SqliteEventLog(str(settings.home), engine=False)
    await log.open()
    await log.close()
    assert log.upgraded is not None
    return log.upgraded


def is_engine_running(settings: Settings) -> bool:
    """Whether some process is this deployment's engine, be it with a web or without."""
    return engine_pid(str(settings.home)) is not None


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
                engine_pid=lambda: engine_pid(str(self.settings.home)),
                settings=self.settings,
                host_names=_host_names(self.settings),
            )
        return self._context

    async def start(self) -> None:
        """Open the storage, take up what an earlier host left, and start the locations.

        Raises:
            StorageError: `storage.*`, such as another engine that holds the deployment.
        """
        from atoll_server.adapters.locations.local import LocalLocation
        from atoll_server.adapters.run_files import HomeRunFiles
        from atoll_server.adapters.workspace.fresh_environment import FreshEnvironment
        from atoll_server.engine.engine import Engine
        from atoll_server.engine.settings import EngineSettings

        clients = [
            FreshEnvironment(
                LocalLocation(location.name, location.target, self.settings.home),
                location.target,
                os.environ,
            )
            for location in self._locations
            if isinstance(location.target, Target)
        ]
        settings = EngineSettings(
            release=RELEASE,
            values_url=self.settings.values_url,
            max_concurrent_steps=self.settings.max_concurrent_steps,
        )
        files = HomeRunFiles(self.settings.home)
        engine = Engine(self._log, clients, self._clock, settings, reach=self._reach, files=files)
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
