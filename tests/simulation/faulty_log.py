"""The memory log, as slow and as unreliable as a disk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.ports.event_log import Deployment, NewEvent, StorageError, StoredEvent


class FaultyLog(MemoryEventLog):
    """Suspends around every write, so that an engine can die before it and after it."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__("simulated")
        self._chance = chance
        self.is_broken = False
        self.epoch = 0
        self.last_append: str | None = None
        """`before` or `after`: the engine dies in its next append, on that side of the commit."""
        self.died = asyncio.Event()

    async def open(self) -> Deployment:
        await self._pause()
        deployment = await super().open()
        self.epoch = deployment.epoch
        return deployment

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        await self._pause()
        if self.is_broken:
            raise StorageError("the disk is full", code="storage.disk_full")
        if self.last_append == "before":
            await self._die()
        stored = await super().append(events, intents)
        if self.last_append == "after":
            await self._die()
        await self._pause()
        return stored

    async def _die(self) -> None:
        self.last_append = None
        self.died.set()
        await asyncio.Event().wait()  # nobody will ever be told

    async def sync(self) -> None:
        await self._pause()
        if self.is_broken:
            raise StorageError("the disk is full", code="storage.disk_full")

    async def _pause(self) -> None:
        await asyncio.sleep(self._chance.choice([0.0, 0.0, 0.001, 0.02]))
