"""The event log in one SQLite file under ATOLL_HOME.

One thread writes (`writer`), a few read on connections of their own, and a third kind syncs.
A commit survives the death of any process (`connecting`), `sync` makes it survive a power cut
(`flushing`).
Nothing in this process may open and close the database file by other means: closing any
descriptor of it would drop SQLite's POSIX locks. (The `-wal` file carries no locks.)
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from atoll_server.adapters.event_log import erasing, parts, rows
from atoll_server.adapters.event_log.appending import append, save_settings
from atoll_server.adapters.event_log.check import check
from atoll_server.adapters.event_log.connecting import connect
from atoll_server.adapters.event_log.event_ids import event_ids, events_of_ids
from atoll_server.adapters.event_log.failing import Failures
from atoll_server.adapters.event_log.flushing import Flush
from atoll_server.adapters.event_log.home_lock import LOCK_FILE, HomeLock
from atoll_server.adapters.event_log.in_place import InPlace
from atoll_server.adapters.event_log.pages import asset_events_page, events_page
from atoll_server.adapters.event_log.run_pages import count_runs, runs_page
from atoll_server.adapters.event_log.sqlite_errors import refusal, storage_error
from atoll_server.adapters.event_log.statements import queries
from atoll_server.adapters.event_log.upgrade import Upgrade, upgrade, version_of
from atoll_server.adapters.event_log.writer import Writer
from atoll_server.ports.event_log import (
    ALL_EVENTS,
    ALL_RUNS,
    AssetFailure,
    AssetRecord,
    CheckRecord,
    Deployment,
    EventFilter,
    EventNote,
    Finding,
    Intent,
    LocationRecord,
    LogPosition,
    NewEvent,
    PartitionChanges,
    PartitionNote,
    Retention,
    RunFilter,
    RunRecord,
    StorageError,
    StorageFacts,
    StoredEvent,
)
from atoll_wire.keys import AttemptKey

T = TypeVar("T")

FILE_NAME = "atoll.db"
READERS = 3


class SqliteEventLog:
    """An `EventLog` in a SQLite database.

    Args:
        home: the deployment's folder; made if it is not there.
        engine: whether this process is the deployment's engine. Without, `open` neither takes
            the lock nor begins an epoch: a `webserver` reads and leaves intents.
        is_passing: whether the engine ends with the command that it was started for.
    """

    def __init__(self, home: str, *, engine: bool = True, is_passing: bool = False) -> None:
        self.path = os.path.join(os.path.abspath(home), FILE_NAME)
        self.upgraded: Upgrade | None = None
        """What opening has changed about the schema."""
        self._engine = engine
        self._lock = HomeLock(os.path.dirname(self.path), is_passing=is_passing)
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None
        self._syncer: ThreadPoolExecutor | None = None
        self._reading: list[sqlite3.Connection] = []
        self._local = threading.local()
        self._flush: Flush | None = None
        self._in_place: InPlace | None = None
        self._failures = Failures()

    # Opening and closing

    async def open(self) -> Deployment:
        """See `EventLog.open`; refuses a second engine with `storage.locked`."""
        return await asyncio.to_thread(self._open)

    def _open(self) -> Deployment:
        try:
            return self._open_or_raise()
        except (sqlite3.Error, OSError, StorageError) as error:
            self._lock.release()
            raise storage_error(error, self.path) from error

    def _open_or_raise(self) -> Deployment:
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        if self._engine:
            self._lock.acquire()
        connection = connect(self.path)
        try:
            self.upgraded = upgrade(connection, self.path, self._lock)
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(queries()["create_deployment"], (str(uuid.uuid4()),))
            if self._engine:
                connection.execute(queries()["begin_epoch"])
            deployment = Deployment(*connection.execute(queries()["deployment"]).fetchone())
            connection.execute("COMMIT")
        except BaseException:
            connection.close()
            raise
        self._flush = Flush(self.path)
        self._in_place = InPlace(self._files())
        if self._engine:
            self._flush(connection)  # an epoch that was told to a server must never come again
        self._writer = Writer(connection, lambda error: refusal(error, self.path))
        self._readers = ThreadPoolExecutor(READERS, "atoll-reader")
        self._syncer = ThreadPoolExecutor(1, "atoll-sync")
        return deployment

    def _files(self) -> list[str]:
        lock = os.path.join(os.path.dirname(self.path), LOCK_FILE)
        return [self.path, self.path + "-wal", *([lock] if self._engine else [])]

    async def check_in_place(self) -> None:
        """Look whether the files are still there, and the same.

        Raises:
            StorageError: `storage.moved`, somebody has removed or replaced one.
        """
        if self._in_place is not None:
            await asyncio.to_thread(self._in_place.check)

    async def close(self) -> None:
        """See `EventLog.close`."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        for pool in (self._readers, self._syncer):
            if pool is not None:
                pool.shutdown()
        while self._reading:
            self._reading.pop().close()
        if self._writer is not None:
            self._writer.close()
        if self._flush is not None:
            self._flush.close()
        self._readers = self._syncer = self._writer = self._flush = self._in_place = None
        self._lock.release()

    # Writing

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        """See `EventLog.append`."""
        clean, encoded = rows.storable(events)
        return await self._write(lambda c: append(c, clean, encoded, intents, self._failures))

    async def sync(self) -> None:
        """See `EventLog.sync`."""
        await self._in_pool(self._syncer, self._sync)

    def _sync(self) -> None:
        assert self._flush is not None
        self._flush(self._reader())

    async def add_intent(self, kind: str, payload: Mapping[str, Any], at: float) -> int:
        """See `EventLog.add_intent`."""
        row = (kind, rows.encode(payload), at)
        return await self._write(lambda c: _insert(c, "add_intent", row))

    async def save_settings(
        self, changes: Mapping[str, Any], at: float, intents: Sequence[int] = ()
    ) -> None:
        """See `EventLog.save_settings`."""
        await self._write(lambda c: save_settings(c, changes, at, intents))

    async def save_location(self, record: LocationRecord) -> None:
        """See `EventLog.save_location`."""
        row = (record.name, rows.encode(record.view), record.snapshot_hash)
        await self._write(lambda c: _insert(c, "save_location", row))

    async def forget_location(self, name: str) -> None:
        """See `EventLog.forget_location`."""
        await self._write(lambda c: _insert(c, "forget_location", (name,)))

    async def save_snapshot(self, hash: str, text: str) -> None:
        """See `EventLog.save_snapshot`."""
        await self._write(lambda c: _insert(c, "save_snapshot", (hash, text)))

    async def erase_run(self, run_id: str, limit: int) -> int:
        """See `EventLog.erase_run`."""
        return await self._write(lambda c: erasing.erase_run(c, run_id, limit))

    async def drop_snapshots(self, hashes: Collection[str]) -> int:
        """See `EventLog.drop_snapshots`."""
        return await self._write(lambda c: erasing.drop_snapshots(c, hashes))

    async def give_back(self) -> bool:
        """See `EventLog.give_back`."""
        return await self._write(erasing.give_back)

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._writer is None:
            raise StorageError(f"{self.path} is not open", code="storage.closed")
        outcome: T = await self._writer.submit(work)
        return outcome

    # Reading

    async def events(
        self,
        *,
        after: int = 0,
        limit: int = 1000,
        run_id: str | None = None,
        kinds: Sequence[str] | None = None,
        step: str | None = None,
    ) -> list[StoredEvent]:
        """See `EventLog.events`."""
        values = {
            "after": after,
            "limit": limit,
            "run_id": run_id,
            "step": step,
            "kinds": None if kinds is None else f" {' '.join(kinds)} ",
        }
        return await self._read(lambda c: events_page(c, values, kinds))

    async def newest_event(self, run_id: str) -> int | None:
        """See `EventLog.newest_event`."""
        found = await self._select("newest_event", (run_id,))
        return found[0][0] if found else None

    async def event_ids(
        self, run_id: str, *, after: int = 0, where: EventFilter = ALL_EVENTS
    ) -> list[int]:
        """See `EventLog.event_ids`."""
        return await self._read(lambda c: event_ids(c, run_id, after, where))

    async def events_of_ids(self, ids: Sequence[int]) -> list[StoredEvent]:
        """See `EventLog.events_of_ids`."""
        return await self._read(lambda c: events_of_ids(c, ids))

    async def asset_events(
        self,
        key: str,
        *,
        before: int | None = None,
        limit: int = 100,
        kinds: Sequence[str] | None = None,
        partition: str | None = None,
        check: str | None = None,
    ) -> list[StoredEvent]:
        """See `EventLog.asset_events`."""
        return await self._read(
            lambda c: asset_events_page(c, key, before, limit, kinds, partition, check)
        )

    async def notes(
        self, *, after: int = 0, limit: int = 1000, run_id: str | None = None
    ) -> list[EventNote]:
        """See `EventLog.notes`."""
        name = "notes" if run_id is None else "notes_of_run"
        values = {"after": after, "limit": limit, "run_id": run_id}
        return await self._read(
            lambda c: [EventNote._make(row) for row in c.execute(queries()[name], values)]
        )

    async def position(self) -> LogPosition:
        """See `EventLog.position`."""
        ((last_event_id, erasures),) = await self._select("position")
        return LogPosition(last_event_id=last_event_id, erasures=erasures)

    async def run(self, run_id: str) -> RunRecord | None:
        """See `EventLog.run`."""
        found = await self._select("run", (run_id,))
        return rows.run_of(found[0]) if found else None

    async def runs(
        self, *, limit: int = 100, before: str | None = None, where: RunFilter = ALL_RUNS
    ) -> list[RunRecord]:
        """See `EventLog.runs`."""
        return await self._read(lambda c: runs_page(c, limit, before, where))

    async def count_runs(self, most: int, where: RunFilter = ALL_RUNS) -> dict[str, int]:
        """See `EventLog.count_runs`."""
        return await self._read(lambda c: count_runs(c, most, where))

    async def unfinished_runs(self) -> list[str]:
        """See `EventLog.unfinished_runs`."""
        return [row[0] for row in await self._select("unfinished_runs")]

    async def watermarks(self, run_id: str) -> dict[AttemptKey, int]:
        """See `EventLog.watermarks`."""
        found = await self._select("watermarks", (run_id,))
        return {AttemptKey(run_id, step, attempt): seq for step, attempt, seq in found}

    async def assets(self, keys: Sequence[str] | None = None) -> dict[str, AssetRecord]:
        """See `EventLog.assets`."""
        if keys is None:
            found = await self._select("assets")
        else:
            found = await self._select("assets_of_keys", (rows.encode(keys).decode(),))
        return {row[0]: rows.asset_of(row) for row in found}

    async def failures(self) -> dict[str, AssetFailure]:
        """See `EventLog.failures`."""
        return {row[0]: rows.failure_of(row) for row in await self._select("failures")}

    async def checks(self, asset: str | None = None) -> list[CheckRecord]:
        """See `EventLog.checks`."""
        return await self._read(lambda c: parts.checks(c, asset))

    async def partition_changes(self, key: str, after: int = 0) -> PartitionChanges:
        """See `EventLog.partition_changes`."""
        return await self._read(lambda c: parts.partition_changes(c, key, after))

    async def partitions(self, key: str, wanted: Sequence[str]) -> dict[str, PartitionNote]:
        """See `EventLog.partitions`."""
        return await self._read(lambda c: parts.partitions(c, key, wanted))

    async def intents(self) -> list[Intent]:
        """See `EventLog.intents`."""
        return [rows.intent_of(row) for row in await self._select("intents")]

    async def dynamic_partitions(
        self, name: str, *, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, str]]:
        """See `EventLog.dynamic_partitions`."""
        found = await self._select("dynamic_partitions", (name, after, limit))
        return [(place, key) for place, key in found]

    async def settings(self) -> dict[str, Any]:
        """See `EventLog.settings`."""
        return {name: rows.decode(value) for name, value in await self._select("settings")}

    async def locations(self) -> list[LocationRecord]:
        """See `EventLog.locations`."""
        return [rows.location_of(row) for row in await self._select("locations")]

    async def snapshot(self, hash: str) -> str | None:
        """See `EventLog.snapshot`."""
        found = await self._select("snapshot", (hash,))
        return found[0][0] if found else None

    async def prunable_runs(self, retention: Retention, limit: int) -> list[str]:
        """See `EventLog.prunable_runs`."""
        return await self._read(lambda c: erasing.prunable_runs(c, retention, limit))

    async def count_prunable(self, retention: Retention) -> tuple[int, int]:
        """See `EventLog.count_prunable`."""
        return await self._read(lambda c: erasing.count_prunable(c, retention))

    async def unused_snapshots(self) -> list[str]:
        """See `EventLog.unused_snapshots`."""
        return [row[0] for row in await self._select("unused_snapshots")]

    async def facts(self) -> StorageFacts:
        """See `EventLog.facts`."""
        return await self._read(self._facts)

    def _facts(self, connection: sqlite3.Connection) -> StorageFacts:
        def one(sql: str) -> Any:
            return connection.execute(sql).fetchone()[0]

        return StorageFacts(
            deployment_id=one(queries()["deployment"]),
            path=self.path,
            size_bytes=one("PRAGMA page_count") * one("PRAGMA page_size"),
            schema_version=version_of(connection),
            runs=one(queries()["count_runs"]),
            assets=one(queries()["count_assets"]),
        )

    async def check(self) -> list[Finding]:
        """See `EventLog.check`."""
        return await self._read(check)

    async def _select(self, name: str, values: rows.Row = ()) -> list[rows.Row]:
        return await self._read(lambda c: c.execute(queries()[name], values).fetchall())

    async def _read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._in_pool(self._readers, lambda: work(self._reader()))

    async def _in_pool(self, pool: ThreadPoolExecutor | None, work: Callable[[], T]) -> T:
        if pool is None:
            raise StorageError(f"{self.path} is not open", code="storage.closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except (sqlite3.Error, OSError) as error:
            raise storage_error(error, self.path) from error

    def _reader(self) -> sqlite3.Connection:
        """The connection of the calling thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None or connection not in self._reading:
            connection = self._local.connection = connect(self.path)
            self._reading.append(connection)
        return connection


def _insert(connection: sqlite3.Connection, name: str, row: rows.Row) -> int:
    return connection.execute(queries()[name], row).lastrowid or 0
