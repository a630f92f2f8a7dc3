"""The event log in memory: for tests, the simulator, and as the shortest statement of the port.

It survives the engine that uses it, as a file would, but not the process.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.parts_in_memory import PartsInMemory, checks_in, made_in
from atoll_server.ports.event_log import (
    ALL_EVENTS,
    ALL_RUNS,
    ASSET_KINDS,
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
    StorageFacts,
    StoredEvent,
    asset_key,
    check_name,
    check_outcome,
    dynamic_change,
    partition_of,
    project_asset,
    project_run,
)
from atoll_server.ports.runs import LISTED_ASSETS
from atoll_wire.events import (
    ASSET_WIPED,
    DYNAMIC_PARTITIONS_CHANGED,
    RUN_ENDS,
    RUN_STARTING,
    STEP_FAILURE,
)
from atoll_wire.keys import AttemptKey

_ENDED = frozenset(kind.removeprefix("RUN_") for kind in RUN_ENDS)


def stored(event: NewEvent, event_id: int) -> StoredEvent:
    """`event` as it is stored under `event_id`."""
    return StoredEvent(
        id=event_id,
        run_id=event.run_id,
        kind=event.kind,
        at=event.at,
        message=event.message,
        data=event.data,
        step=event.step,
        attempt=event.attempt,
        seq=event.seq,
    )


class MemoryEventLog:
    """An `EventLog` that keeps everything in lists and dicts."""

    def __init__(self, deployment_id: str = "memory") -> None:
        self._deployment_id = deployment_id
        self._epoch = 0
        self._events: list[StoredEvent] = []
        self._last_event = 0
        self._by_run: dict[str, list[StoredEvent]] = defaultdict(list)
        self._seen: dict[AttemptKey, set[int]] = defaultdict(set)
        self._runs: dict[str, RunRecord] = {}
        self._assets: dict[str, AssetRecord] = {}
        self._failures: dict[str, AssetFailure] = {}
        self._parts = PartsInMemory()
        self._erasures = 0
        self._intents: dict[int, Intent] = {}
        self._last_intent = 0
        self._settings: dict[str, Any] = {}
        self._dynamic_partitions: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._last_position = 0
        self._locations: dict[str, LocationRecord] = {}
        self._snapshots: dict[str, str] = {}

    async def open(self) -> Deployment:
        """See `EventLog.open`."""
        self._epoch += 1
        return Deployment(self._deployment_id, self._epoch)

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        """See `EventLog.append`."""
        events, _ = rows.storable(events)
        for event in events:
            asset_key(event)  # all or nothing: what cannot be, is found before
        added = [kept for event in events if (kept := self._add(event)) is not None]
        for intent_id in intents:
            self._intents.pop(intent_id, None)
        return added

    def _add(self, event: NewEvent) -> StoredEvent | None:
        if event.seq is not None:
            assert event.step is not None
            assert event.attempt is not None
            seen = self._seen[AttemptKey(event.run_id, event.step, event.attempt)]
            if event.seq in seen:
                return None
            seen.add(event.seq)
        self._last_event += 1
        kept = stored(event, self._last_event)
        self._events.append(kept)
        self._by_run[event.run_id].append(kept)
        before = self._runs.get(event.run_id)
        run = project_run(before, kept)
        if run is not None:
            self._runs[event.run_id] = run
        key = asset_key(kept)
        if key is not None and event.kind in ASSET_KINDS:
            self._set_asset(key, project_asset(kept))
            if event.kind == ASSET_WIPED:
                self._failures.pop(key, None)
                self._parts.wipe(key)
        elif event.kind == DYNAMIC_PARTITIONS_CHANGED:
            self._change_dynamic_partitions(kept)
        elif event.kind == STEP_FAILURE and self._counts(kept):
            step = self._planned(kept)
            partition = step.get("partition") or getattr(run or before, "partition", None)
            for failed in step["assets"]:
                self._failures[failed] = AssetFailure(
                    key=failed, event_id=kept.id, run_id=kept.run_id
                )
                if partition is not None:
                    self._parts.fail(self._events, failed, partition, kept)
        return kept

    def _change_dynamic_partitions(self, event: StoredEvent) -> None:
        name, add, delete = dynamic_change(event)
        known = self._dynamic_partitions[name]
        for key in add:
            if key not in known:
                self._last_position += 1
                known[key] = self._last_position
        for key in delete:
            known.pop(key, None)

    def _counts(self, event: StoredEvent) -> bool:
        """Whether no later attempt at its step has begun, and nobody cancels the run."""
        run = self._runs.get(event.run_id)
        if run is not None and run.status == "CANCELING":
            return False
        of_run = self._by_run[event.run_id]
        attempts = [e.attempt for e in of_run if e.step == event.step and e.attempt is not None]
        return event.seq is None or event.attempt == max(attempts)

    def _planned(self, event: StoredEvent) -> Mapping[str, Any]:
        """The step that an event is about, as its run's plan has it."""
        for starting in self._by_run[event.run_id]:
            if starting.kind == RUN_STARTING:
                for step in starting.data.get("plan", {}).get("steps", ()):
                    if step["key"] == event.step:
                        found: Mapping[str, Any] = step
                        return found
        return {"assets": ()}

    def _set_asset(self, key: str, record: AssetRecord | None) -> None:
        if record is None:
            self._assets.pop(key, None)
        else:
            self._assets[key] = record

    async def sync(self) -> None:
        """See `EventLog.sync`."""

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
        source = self._events if run_id is None else self._by_run.get(run_id, [])
        page: list[StoredEvent] = []
        for event in source[bisect_right(source, after, key=lambda kept: kept.id) :]:
            if len(page) == limit:
                break
            if (kinds is None or event.kind in kinds) and (step is None or event.step == step):
                page.append(event)
        return page

    async def newest_event(self, run_id: str) -> int | None:
        """See `EventLog.newest_event`."""
        return self._by_run[run_id][-1].id if run_id in self._runs else None

    async def event_ids(
        self, run_id: str, *, after: int = 0, where: EventFilter = ALL_EVENTS
    ) -> list[int]:
        """See `EventLog.event_ids`."""
        of_run = self._by_run.get(run_id, [])
        return [event.id for event in of_run if event.id > after and where.matches(event)]

    async def events_of_ids(self, ids: Sequence[int]) -> list[StoredEvent]:
        """See `EventLog.events_of_ids`."""
        return [event for event in self._events if event.id in ids]

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
        found = (
            event
            for event in reversed(self._events)
            if asset_key(event) == key
            and (before is None or event.id < before)
            and (kinds is None or event.kind in kinds)
            and partition in (None, partition_of(event))
            and check in (None, check_name(event))
        )
        return list(islice(found, limit))

    async def notes(
        self, *, after: int = 0, limit: int = 1000, run_id: str | None = None
    ) -> list[EventNote]:
        """See `EventLog.notes`."""
        return [
            EventNote(
                id=event.id,
                kind=event.kind,
                run_id=event.run_id,
                at=event.at,
                step=event.step,
                attempt=event.attempt,
                seq=event.seq,
                asset_key=asset_key(event),
                partition=partition_of(event),
                check_name=check_name(event),
                outcome=check_outcome(event),
            )
            for event in await MemoryEventLog.events(self, after=after, limit=limit, run_id=run_id)
        ]

    async def position(self) -> LogPosition:
        """See `EventLog.position`."""
        return LogPosition(last_event_id=self._last_event, erasures=self._erasures)

    async def run(self, run_id: str) -> RunRecord | None:
        """See `EventLog.run`."""
        return self._runs.get(run_id)

    async def runs(
        self, *, limit: int = 100, before: str | None = None, where: RunFilter = ALL_RUNS
    ) -> list[RunRecord]:
        """See `EventLog.runs`."""
        records = list(self._runs.values())
        if before is not None:
            if before not in self._runs:
                return []
            records = records[: list(self._runs).index(before)]
        found = (run for run in reversed(records) if where.matches(run))
        return [replace(run, assets=run.assets[:LISTED_ASSETS]) for run in islice(found, limit)]

    async def count_runs(self, most: int, where: RunFilter = ALL_RUNS) -> dict[str, int]:
        """See `EventLog.count_runs`."""
        counts = Counter(run.status for run in self._runs.values() if where.matches(run))
        return {status: min(count, most) for status, count in counts.items()}

    async def unfinished_runs(self) -> list[str]:
        """See `EventLog.unfinished_runs`."""
        return [run_id for run_id, run in self._runs.items() if run.status not in _ENDED]

    async def watermarks(self, run_id: str) -> dict[AttemptKey, int]:
        """See `EventLog.watermarks`."""
        return {key: max(seqs) for key, seqs in self._seen.items() if key.run_id == run_id}

    async def assets(self, keys: Sequence[str] | None = None) -> dict[str, AssetRecord]:
        """See `EventLog.assets`."""
        if keys is None:
            return dict(self._assets)
        return {key: self._assets[key] for key in keys if key in self._assets}

    async def failures(self) -> dict[str, AssetFailure]:
        """See `EventLog.failures`."""
        return dict(sorted(self._failures.items()))

    async def checks(self, asset: str | None = None) -> list[CheckRecord]:
        """See `EventLog.checks`."""
        return checks_in(self._events, asset)

    async def partition_changes(self, key: str, after: int = 0) -> PartitionChanges:
        """See `EventLog.partition_changes`."""
        return self._parts.changes(self._events, key, after)

    async def partitions(self, key: str, wanted: Sequence[str]) -> dict[str, PartitionNote]:
        """See `EventLog.partitions`."""
        made = made_in(self._events, key)
        return {one: made[one] for one in wanted if one in made}

    async def add_intent(self, kind: str, payload: Mapping[str, Any], at: float) -> int:
        """See `EventLog.add_intent`."""
        self._last_intent += 1
        self._intents[self._last_intent] = Intent(
            id=self._last_intent, kind=kind, payload=dict(payload), created_at=at
        )
        return self._last_intent

    async def intents(self) -> list[Intent]:
        """See `EventLog.intents`."""
        return list(self._intents.values())

    async def dynamic_partitions(
        self, name: str, *, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, str]]:
        """See `EventLog.dynamic_partitions`."""
        known = self._dynamic_partitions.get(name, {})
        return [(place, key) for key, place in known.items() if place > after][:limit]

    async def settings(self) -> dict[str, Any]:
        """See `EventLog.settings`."""
        return {name: self._settings[name] for name in sorted(self._settings)}

    async def save_settings(
        self, changes: Mapping[str, Any], at: float, intents: Sequence[int] = ()
    ) -> None:
        """See `EventLog.save_settings`."""
        for name, value in changes.items():
            self._settings.pop(name, None)
            if value is not None:
                self._settings[name] = rows.decode(rows.encode(value))
        for intent_id in intents:
            self._intents.pop(intent_id, None)

    async def save_location(self, record: LocationRecord) -> None:
        """See `EventLog.save_location`."""
        view = rows.decode(rows.encode(record.view))
        self._locations[record.name] = replace(record, view=view)

    async def locations(self) -> list[LocationRecord]:
        """See `EventLog.locations`."""
        return [self._locations[name] for name in sorted(self._locations)]

    async def forget_location(self, name: str) -> None:
        """See `EventLog.forget_location`."""
        self._locations.pop(name, None)

    async def save_snapshot(self, hash: str, text: str) -> None:
        """See `EventLog.save_snapshot`."""
        self._snapshots[hash] = text

    async def snapshot(self, hash: str) -> str | None:
        """See `EventLog.snapshot`."""
        return self._snapshots.get(hash)

    async def erase_run(self, run_id: str, limit: int) -> int:
        """See `EventLog.erase_run`."""
        self._runs.pop(run_id, None)
        self._failures = {k: one for k, one in self._failures.items() if one.run_id != run_id}
        self._parts.erase(run_id)
        self._erasures += 1
        of_run = self._by_run.get(run_id, [])
        dropped, self._by_run[run_id] = of_run[:limit], of_run[limit:]
        if not self._by_run[run_id]:
            del self._by_run[run_id]
            self._seen = defaultdict(
                set, {k: v for k, v in self._seen.items() if k.run_id != run_id}
            )
        ids = {event.id for event in dropped}
        self._events = [event for event in self._events if event.id not in ids]
        for key in {key for event in dropped if (key := asset_key(event)) is not None}:
            newest = next(
                (
                    e
                    for e in reversed(self._events)
                    if e.kind in ASSET_KINDS and asset_key(e) == key
                ),
                None,
            )
            self._set_asset(key, None if newest is None else project_asset(newest))
        return len(dropped)

    async def prunable_runs(self, retention: Retention, limit: int) -> list[str]:
        """See `EventLog.prunable_runs`."""
        ended = [run for run in self._runs.values() if run.status in _ENDED]
        before = retention.ended_before
        old = ended[: max(0, len(ended) - (retention.keep_runs or 0))]
        return [r.run_id for r in old if before is None or (r.ended_at or 0) < before][:limit]

    async def count_prunable(self, retention: Retention) -> tuple[int, int]:
        """See `EventLog.count_prunable`."""
        run_ids = await self.prunable_runs(retention, len(self._runs))
        return len(run_ids), sum(len(self._by_run[run_id]) for run_id in run_ids)

    async def unused_snapshots(self) -> list[str]:
        """See `EventLog.unused_snapshots`."""
        used = {record.snapshot_hash for record in self._locations.values()}
        return [hash for hash in self._snapshots if hash not in used]

    async def drop_snapshots(self, hashes: Collection[str]) -> int:
        """See `EventLog.drop_snapshots`."""
        unused = [hash for hash in await MemoryEventLog.unused_snapshots(self) if hash in hashes]
        for hash in unused:
            del self._snapshots[hash]
        return len(unused)

    async def give_back(self) -> bool:
        """See `EventLog.give_back`."""
        return False

    async def facts(self) -> StorageFacts:
        """See `EventLog.facts`."""
        return StorageFacts(
            deployment_id=self._deployment_id,
            path=":memory:",
            size_bytes=0,
            schema_version=0,
            runs=len(self._runs),
            assets=len(self._assets),
        )

    async def check(self) -> list[Finding]:
        """See `EventLog.check`."""
        return []

    async def close(self) -> None:
        """See `EventLog.close`."""
