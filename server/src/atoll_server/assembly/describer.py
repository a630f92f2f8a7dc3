"""Loads the locations of a workspace only to tell what they define.

An engine over a log in memory: nothing can be launched there, nothing is stored, and what the
location processes leave on disk goes when it stops. For a web that finds no engine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.host_file import is_alive
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.assembly.locations import location_clients
from atoll_server.settings import RELEASE, Settings

if TYPE_CHECKING:
    from atoll_server.adapters.workspace.location import WorkspaceLocation
    from atoll_server.engine.engine import Engine
    from atoll_server.ports.event_log import EventLog, LocationRecord

_FOLDER = "describing"
_HOUR_S = 3600.0
_WORKER = "none"


class Describer:
    """Describes locations from `start` until `stop`.

    Args:
        stored: where the last known snapshots are; they are shown until a location has loaded.
        on_location: told of every change of a location.
    """

    def __init__(
        self,
        settings: Settings,
        locations: Sequence[WorkspaceLocation],
        stored: EventLog,
        on_location: Callable[[LocationRecord], None],
    ) -> None:
        self._locations = locations
        self._stored = stored
        self._on_location = on_location
        self._folders = settings.home / _FOLDER
        self._state_dir = self._folders / str(os.getpid())
        self._engine: Engine | None = None
        # A server elsewhere must not take this for the deployment's engine.
        self.log = MemoryEventLog(f"describing-{os.getpid()}")

    async def start(self) -> None:
        """Begin with the last known snapshots, and have every location loaded."""
        from atoll_server.engine.engine import Engine
        from atoll_server.engine.settings import EngineSettings

        self._remove_what_others_left()
        self._state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        for record in await self._stored.locations():
            await self.log.save_location(record)
            if record.snapshot_hash is not None:
                text = await self._stored.snapshot(record.snapshot_hash)
                if text is not None:
                    await self.log.save_snapshot(record.snapshot_hash, text)
        clients = location_clients(self._locations, self._state_dir, worker=_WORKER, lets_go=True)
        settings = EngineSettings(release=RELEASE, poll_interval_s=_HOUR_S)
        self._engine = Engine(self.log, clients, SystemClock(), settings)
        self._engine.on_location(self._on_location)
        await self._engine.start()

    def ring(self) -> None:
        """There is an intent in `log`."""
        if self._engine is not None:
            self._engine.ring()

    async def stop(self) -> None:
        """Let the locations go; returns when their processes have ended."""
        if self._engine is not None:
            await self._engine.stop()
        shutil.rmtree(self._state_dir, ignore_errors=True)

    def _remove_what_others_left(self) -> None:
        """Folders of processes that were killed."""
        for folder in self._folders.glob("[0-9]*"):
            if not is_alive(int(folder.name)):
                shutil.rmtree(folder, ignore_errors=True)
