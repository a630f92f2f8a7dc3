"""A deployment's engine in this process, with its locations, and with a web if it is to serve."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from atoll_server.adapters.doorbell import Bells
from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.assembly.home_watch import watch_home
from atoll_server.assembly.locations import location_clients, location_limits
from atoll_server.assembly.serving import Serving, host_names
from atoll_server.assembly.values import mark_values
from atoll_server.core.location.table import UNSETTLED
from atoll_server.settings import RELEASE, Settings

if TYPE_CHECKING:
    from atoll_server.adapters.workspace.location import WorkspaceLocation
    from atoll_server.api.context import ApiContext
    from atoll_server.engine.engine import Engine
    from atoll_server.engine.shutdown import Tell
    from atoll_server.ports.event_log import LocationRecord, StoredEvent
    from atoll_server.ports.locations import LocationClient


class Host:
    """Engine, locations and API of one deployment, in this process.

    Args:
        on_events: told of every event as soon as it is committed.
        on_location: told of every change of a location.
        is_passing: whether it ends with the command that it was started for.
        takes_work: whether runs are begun, and go on.
        is_throwaway: whether its deployment ends with it, so that nobody will return to a server.
    """

    def __init__(
        self,
        settings: Settings,
        locations: Sequence[WorkspaceLocation],
        on_events: Callable[[Sequence[StoredEvent]], None] | None = None,
        on_location: Callable[[LocationRecord], None] | None = None,
        *,
        is_passing: bool = False,
        takes_work: bool = True,
        is_throwaway: bool = False,
    ) -> None:
        self.settings = settings
        self._locations = locations
        self._is_throwaway, self._takes_work = is_throwaway, takes_work
        self._on_events = on_events
        self._on_location = on_location
        self._clock = SystemClock()
        self._log = SqliteEventLog(str(settings.home), is_passing=is_passing)
        self._bells = Bells(settings.home)
        self._engine: Engine | None = None
        self._context: ApiContext | None = None
        self._serving: Serving | None = None
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
                engine_pid=os.getpid,
                settings=self.settings,
                host_names=host_names(self.settings),
            )
        return self._context

    async def start(self) -> None:
        """Open the storage, take up what an earlier host left, and start the locations.

        Raises:
            StorageError: `storage.*`, such as another engine that holds the deployment.
        """
        from atoll_server.adapters.run_files import HomeRunFiles
        from atoll_server.engine.engine import Engine
        from atoll_server.engine.settings import EngineSettings, with_stored

        clients = location_clients(self._locations, self.settings.home, lets_go=self._is_throwaway)
        own = EngineSettings(
            release=RELEASE,
            values_url=self.settings.values_url,
            values_mark=mark_values(self.settings.values_url),
            takes_work=self._takes_work,
            continuing=frozenset(
                location.name for location in self._locations if location.continues
            ),
            location_limits=location_limits(self._locations),
        )
        settings = with_stored(own, self.settings.storable)
        files = HomeRunFiles(self.settings.home, self.settings.values_url)
        engine = Engine(self._log, clients, self._clock, settings, reach=self._reach, files=files)
        engine.on_commit(self._committed)
        engine.on_location(self._location_changed)
        await engine.start()
        self._engine = engine
        self._bells.hear_as_engine(engine.ring)
        self._bells.ring_readers()

    def _reach(self, name: str) -> LocationClient:
        """What a location that is gone has left behind: its journals lie in this same home."""
        from atoll_server.adapters.locations.local import LocalLocation

        return LocalLocation(name, None, self.settings.home)

    async def serve(self, listener: socket.socket) -> str:
        """Answer HTTP on `listener`; returns the URL, which other commands find from now on."""
        await self._until(lambda status: True)
        self._serving = await Serving.start(self.context, self.settings, listener)
        return self._serving.url

    async def settled(self) -> None:
        """Return when every location has loaded or failed."""
        await self._until(lambda status: status not in UNSETTLED)

    async def watch(self) -> NoReturn:
        """Return never; raises `storage.moved` when somebody takes the database away."""
        await watch_home(self._log, self._bells)

    async def come_to_rest(self, hurry: asyncio.Event, tell: Tell, grace_s: float) -> None:
        """Begin nothing new, and return when no step is executed here any more.

        Running steps have `grace_s` to end, or until `hurry` is set; then they are interrupted, and
        the next host starts them again. Requests are answered meanwhile.
        """
        if self._engine is not None:
            await self._engine.shutdown.come_to_rest(grace_s, hurry, tell)

    async def stop(self) -> None:
        """Take no more requests, let the locations go, and close the storage.

        Steps that are running all the same go on; the next host takes up what they did.
        """
        if self._serving is not None:
            await self._serving.stop()
        if self._engine is not None:
            await self._engine.stop()
        await self._log.close()
        if self._engine is not None:
            self._bells.ring_readers()
        self._bells.close()

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
        self._bells.ring_readers()
        if self._on_events is not None:
            self._on_events(events)

    def _location_changed(self, record: LocationRecord) -> None:
        self._statuses[record.name] = record.view["status"]
        self._changed.set()
        if self._on_location is not None:
            self._on_location(record)
        if self._context is not None:
            self._context.hub.ring()
        self._bells.ring_readers()

    def _not_ready(self) -> list[str]:
        return ["The engine is starting."] if self._engine is None else self._engine.not_ready()
