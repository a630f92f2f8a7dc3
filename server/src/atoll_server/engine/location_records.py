"""Stores what is shown of the locations, so that it can be shown without an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

from atoll_server.engine.locations import Location
from atoll_server.engine.settings import EngineSettings
from atoll_server.ports.event_log import EventLog, LocationRecord


class Surroundings(Protocol):
    """What keeping records needs of the engine."""

    log: EventLog
    settings: EngineSettings

    @property
    def locations(self) -> Mapping[str, Location]: ...  # noqa: D102
    def later(self, delay_s: float, handler: Callable[[], None]) -> None: ...  # noqa: D102
    def report(self, error: Exception) -> None: ...  # noqa: D102


class LocationRecords:
    """The records that have changed, and who wants to know."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._listeners: list[Callable[[LocationRecord], None]] = []
        self._changed: dict[str, None] = {}
        self._bell = asyncio.Event()

    def listen(self, listener: Callable[[LocationRecord], None]) -> None:
        """Have `listener` called with every record that has changed, once it is stored."""
        self._listeners.append(listener)

    def changed(self, location: str) -> None:
        """What is shown of a location has changed."""
        self._changed[location] = None
        self._bell.set()

    async def keep(self) -> None:
        """Save what changes, for ever."""
        while True:
            await self._bell.wait()
            self._bell.clear()
            changed, self._changed = self._changed, {}
            for name in changed:
                await self._save(name)

    async def _save(self, name: str) -> None:
        around = self._around
        record = around.locations[name].record
        try:
            await around.log.save_location(record)
        except Exception as error:
            around.report(error)
            self._changed[name] = None
            around.later(around.settings.storage_retry_s, self._bell.set)
            return
        for listener in self._listeners:
            try:
                listener(record)
            except Exception as error:
                around.report(error)
