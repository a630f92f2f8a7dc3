"""A deployment's web without its engine.

Beside an engine in another process it reads the storage and leaves intents there. Where none
runs, it has the locations described, so that they can be browsed, and lets them go as soon as
an engine comes.
"""

from __future__ import annotations

import asyncio
import logging
import math
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from atoll_server.adapters.doorbell import Bells
from atoll_server.adapters.event_log.described import DescribedEventLog
from atoll_server.adapters.event_log.home_lock import running_engine
from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.assembly.describer import Describer
from atoll_server.assembly.home_watch import watch_home
from atoll_server.assembly.serving import Serving, host_names
from atoll_server.assembly.storage import LOOK_EVERY_S, POLL_S, absence, engine_pid
from atoll_server.settings import RELEASE, Settings

if TYPE_CHECKING:
    from atoll_server.adapters.workspace.location import WorkspaceLocation
    from atoll_server.api.context import ApiContext
    from atoll_server.ports.event_log import LocationRecord

DESCRIBE_AFTER_S = 2.0
"""How long an engine may be away, as while it is started anew, before locations are loaded here."""


class Webserver:
    """The API of one deployment, and a description of its locations while no engine runs.

    Args:
        on_location: told of every change of a location that is described here.
        on_engine: told of the engine's pid, or None, when that has changed.
    """

    def __init__(
        self,
        settings: Settings,
        locations: Sequence[WorkspaceLocation],
        on_location: Callable[[LocationRecord], None],
        on_engine: Callable[[int | None], None],
        *,
        is_read_only: bool = False,
        path_prefix: str = "",
    ) -> None:
        self._settings = settings
        self._locations = locations
        self._on_location = on_location
        self._on_engine = on_engine
        self._is_read_only = is_read_only
        self._path_prefix = path_prefix
        self._stored = SqliteEventLog(str(settings.home), engine=False)
        self._log = DescribedEventLog(self._stored)
        self._bells = Bells(settings.home)
        self._context: ApiContext | None = None
        self._serving: Serving | None = None
        self._describer: Describer | None = None
        self.engine_pid: int | None = None
        """Of the process that is the deployment's engine, as last seen."""
        self._absent_since = -math.inf
        self._rung = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None

    @property
    def context(self) -> ApiContext:
        """What the API stands on; there is one once `start` has returned."""
        assert self._context is not None
        return self._context

    async def start(self) -> None:
        """Open the storage, and look for an engine from now on.

        Raises:
            StorageError: `storage.*`, the storage cannot be used.
        """
        from atoll_server.api.context import ApiContext
        from atoll_server.api.stream.hub import Hub

        await self._log.open()
        can_be_rung = self._bells.hear_as_reader(self._ring)
        self._context = ApiContext(
            log=self._log,
            clock=SystemClock(),
            home=self._settings.home,
            release=RELEASE,
            ring=self._ring_engine,
            not_ready=lambda: absence(self._settings),
            engine_pid=lambda: engine_pid(self._settings),
            settings=self._settings,
            hub=Hub(LOOK_EVERY_S if can_be_rung else POLL_S),
            host_names=host_names(self._settings),
            is_read_only=self._is_read_only,
            path_prefix=self._path_prefix,
        )
        self.engine_pid = self._find_engine()
        await self._look()
        self._watching = asyncio.create_task(self._watch())

    async def serve(self, listener: socket.socket) -> str:
        """Answer HTTP on `listener`; returns the URL."""
        self._serving = await Serving.start(self.context, self._settings, listener)
        return self._serving.url

    async def watch(self) -> NoReturn:
        """Return never; raises `storage.moved` when somebody takes the database away."""
        await watch_home(self._stored, self._bells)

    async def stop(self) -> None:
        """Take no more requests, let go of what is described, and close the storage."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        if self._serving is not None:
            await self._serving.stop()
        if self._describer is not None:
            await self._describer.stop()
        await self._log.close()
        self._bells.close()

    async def _watch(self) -> None:
        while True:
            self._rung.clear()
            try:
                await self._look()
            except Exception as error:  # the storage is in trouble: the next look tries again
                logging.getLogger("atoll.webserver").error("%s", error)
            # Not `wait_for`: until Python 3.12 it loses a cancellation that meets a ring.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._rung.wait()

    async def _look(self) -> None:
        """See whether an engine runs, and do what is to be done then."""
        pid = self._find_engine()
        if pid != self.engine_pid:
            self.engine_pid = pid
            self._on_engine(pid)
        if pid is not None:
            await self._let_go()
        elif self._describer is None:
            await self._describe()
        if self._serving is not None and self._serving.host_file is not None:
            self._serving.host_file.write_if_vacant()

    def _find_engine(self) -> int | None:
        engine = running_engine(str(self._settings.home))
        return None if engine is None else engine.pid

    async def _let_go(self) -> None:
        """The engine tells of the locations."""
        self._absent_since = math.inf
        if self._describer is not None:
            await self._describer.stop()
            self._describer = self._log.describer = None
        self._log.is_attended = True

    async def _describe(self) -> None:
        """Tell of the locations as they were last seen, and soon as they are."""
        now = asyncio.get_running_loop().time()
        self._log.is_attended = False
        self._absent_since = min(self._absent_since, now)
        if now - self._absent_since >= DESCRIBE_AFTER_S:
            describer = Describer(
                self._settings, self._locations, self._log, self._location_changed
            )
            self._describer = describer
            try:
                await describer.start()
            except Exception:
                self._describer = None
                await describer.stop()
                raise
            self._log.describer = describer.log

    def _location_changed(self, record: LocationRecord) -> None:
        self._on_location(record)
        if self._context is not None:
            self._context.hub.ring()

    def _ring(self) -> None:
        """The engine has committed something, has come, or goes."""
        self._rung.set()
        if self._context is not None:
            self._context.hub.ring()

    def _ring_engine(self) -> None:
        """There is an intent, for the engine or for the describer."""
        self._bells.ring_engine()
        if self._describer is not None:
            self._describer.ring()
