"""The memory log, as slow, as forgetful and as unreliable as a disk."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.ports.event_log import (
    AssetRecord,
    Deployment,
    Intent,
    LocationRecord,
    NewEvent,
    Retention,
    RunRecord,
    StorageError,
    StoredEvent,
)
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey

DEPLOYMENT = "simulated"


class Unstorable(Exception):
    """An event is such that it cannot be stored, ever."""


class FaultyLog(MemoryEventLog):
    """Suspends around every write, so that an engine can die before it and after it.

    What is committed survives the engine; only what is synced survives a power cut, and of the
    rest any number of transactions from the first on.
    """

    def __init__(self, chance: random.Random) -> None:
        super().__init__(DEPLOYMENT)
        self._chance = chance
        self.is_broken = False
        """Nothing can be written for now."""
        self.is_unreadable = False
        self.poison: str | None = None
        """The kind of the events that cannot be stored as they are."""
        self.pause_s = 0.0
        """How much longer than usual every write takes for now."""
        self.refused_openings = 0
        """How often opening fails yet."""
        self.last_append: str | None = None
        """`before` or `after`: the engine dies in its next append, on that side of the commit."""
        self.died = asyncio.Event()
        self.was_cut = False
        """Whether a power cut has made it forget anything."""
        self.on_disk: dict[AttemptKey, int] = {}
        """The last event of every attempt that is on the disk for good."""
        self.ends_on_disk: set[str] = set()
        self._transactions: list[tuple[str, tuple[Any, ...]]] = []
        self._synced = 0

    @property
    def epoch(self) -> int:
        """How often it was opened."""
        return self._epoch

    # What a judge sees

    def events_of(self, run_id: str) -> list[StoredEvent]:
        """The stored events of a run."""
        return self._by_run.get(run_id, [])

    @property
    def last_id(self) -> int:
        """Of the newest event that is stored."""
        return self._events[-1].id if self._events else 0

    @property
    def run_ids(self) -> list[str]:
        """The runs that are known."""
        return list(self._runs)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be done."""
        ended = {kind.removeprefix("RUN_") for kind in kinds.RUN_ENDS}
        return not self._intents and all(run.status in ended for run in self._runs.values())

    def status(self, run_id: str) -> str | None:
        """What the record of a run says, if there is one."""
        run = self._runs.get(run_id)
        return None if run is None else run.status

    def has_ordered(self, key: AttemptKey, location: str) -> bool:
        """Whether it is stored that the attempt was to start there.

        One that was ordered before a power cut may have the same name elsewhere by now.
        """
        return any(
            event.kind == kinds.STEP_WORKER_STARTING
            and (event.step, event.attempt) == (key.step, key.attempt)
            and event.data["location"] == location
            for event in self.events_of(key.run_id)
        )

    # Writing

    async def open(self) -> Deployment:
        if self.refused_openings:
            self.refused_openings -= 1
            await self._pause()
            raise StorageError("database is locked", code="storage.locked")
        deployment = await self._write("open")
        self._reach_disk(len(self._transactions))
        await self._pause()
        return deployment

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        stored: list[StoredEvent] = await self._write("append", tuple(events), tuple(intents))
        return stored

    async def add_intent(self, kind: str, payload: Mapping[str, Any], at: float) -> int:
        return await self._write("add_intent", kind, payload, at)

    async def save_settings(
        self, changes: Mapping[str, Any], at: float, intents: Sequence[int] = ()
    ) -> None:
        await self._write("save_settings", dict(changes), at, tuple(intents))

    async def save_location(self, record: LocationRecord) -> None:
        await self._write("save_location", record)

    async def forget_location(self, name: str) -> None:
        await self._write("forget_location", name)

    async def save_snapshot(self, hash: str, text: str) -> None:
        await self._write("save_snapshot", hash, text)

    async def erase_run(self, run_id: str, limit: int) -> int:
        return await self._write("erase_run", run_id, limit)

    async def drop_snapshots(self, hashes: Collection[str]) -> int:
        return await self._write("drop_snapshots", tuple(hashes))

    async def sync(self) -> None:
        covered = len(self._transactions)
        await self._pause()
        self._refuse(self.is_broken)
        self._reach_disk(covered)
        await self._pause()

    async def _write(self, name: str, *arguments: Any) -> Any:
        await self._pause()
        self._refuse(self.is_broken)
        if name == "append" and any(event.kind == self.poison for event in arguments[0]):
            raise Unstorable(self.poison)
        if name == "append" and self.last_append == "before":
            await self._die()
        result = await self._commit(name, arguments)
        if name == "append" and self.last_append == "after":
            await self._die()
        await self._pause()
        return result

    async def _commit(self, name: str, arguments: tuple[Any, ...]) -> Any:
        self._transactions.append((name, arguments))
        return await getattr(MemoryEventLog, name)(self, *arguments)

    # Reading

    async def intents(self) -> list[Intent]:
        return await self._read("intents")

    async def dynamic_partitions(self, name: str, **which: Any) -> list[tuple[int, str]]:
        return await self._read("dynamic_partitions", name, **which)

    async def settings(self) -> dict[str, Any]:
        return await self._read("settings")

    async def give_back(self) -> bool:
        return await self._read("give_back")

    async def events(self, **which: Any) -> list[StoredEvent]:
        return await self._read("events", **which)

    async def events_of_ids(self, ids: Sequence[int]) -> list[StoredEvent]:
        return await self._read("events_of_ids", ids)

    async def asset_events(self, key: str, **which: Any) -> list[StoredEvent]:
        return await self._read("asset_events", key, **which)

    async def assets(self, keys: Sequence[str] | None = None) -> dict[str, AssetRecord]:
        return await self._read("assets", keys)

    async def run(self, run_id: str) -> RunRecord | None:
        return await self._read("run", run_id)

    async def runs(self, **which: Any) -> list[RunRecord]:
        return await self._read("runs", **which)

    async def unfinished_runs(self) -> list[str]:
        return await self._read("unfinished_runs")

    async def locations(self) -> list[LocationRecord]:
        return await self._read("locations")

    async def snapshot(self, hash: str) -> str | None:
        return await self._read("snapshot", hash)

    async def prunable_runs(self, retention: Retention, limit: int) -> list[str]:
        return await self._read("prunable_runs", retention, limit)

    async def unused_snapshots(self) -> list[str]:
        return await self._read("unused_snapshots")

    async def _read(self, name: str, *which: Any, **more: Any) -> Any:
        await asyncio.sleep(self._chance.choice([0.0, 0.0, 0.001]))
        self._refuse(self.is_unreadable)
        return await getattr(MemoryEventLog, name)(self, *which, **more)

    # Accidents

    async def cut_power(self) -> int:
        """Forget what is not on the disk, or only some of it; returns how many writes.

        Whoever was writing must be dead.
        """
        kept = self._chance.randint(self._synced, len(self._transactions))
        transactions, forgotten = self._transactions[:kept], self._transactions[kept:]
        self._transactions = []
        MemoryEventLog.__init__(self, DEPLOYMENT)
        for name, arguments in transactions:
            await self._commit(name, arguments)
        self._reach_disk(kept)
        self.was_cut = self.was_cut or bool(forgotten)
        return len(forgotten)

    def _reach_disk(self, count: int) -> None:
        for name, arguments in self._transactions[self._synced : count]:
            for event in arguments[0] if name == "append" else ():
                if event.seq is not None:
                    key = AttemptKey(event.run_id, event.step, event.attempt)
                    self.on_disk[key] = max(self.on_disk.get(key, 0), event.seq)
                elif event.kind in kinds.RUN_ENDS:
                    self.ends_on_disk.add(event.run_id)
        self._synced = max(self._synced, count)

    async def _die(self) -> None:
        self.last_append = None
        self.died.set()
        await asyncio.Event().wait()  # nobody will ever be told

    def _refuse(self, it_is: bool) -> None:
        if it_is:
            raise StorageError("the disk is full", code="storage.disk_full")

    async def _pause(self) -> None:
        await asyncio.sleep(self._chance.choice([0.0, 0.0, 0.001, 0.02]) + self.pause_s)
