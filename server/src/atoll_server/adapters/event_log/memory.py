"""The event log in memory: for tests, the simulator, and as the shortest statement of the port.

It survives the engine that uses it, as a file would, but not the process.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from atoll_server.adapters.event_log import rows
from atoll_server.ports.event_log import (
    AssetRecord,
    Deployment,
    Intent,
    LocationRecord,
    NewEvent,
    RunRecord,
    StoredEvent,
    project_asset,
    project_run,
)
from atoll_wire.events import RUN_ENDS
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
        self._by_run: dict[str, list[StoredEvent]] = defaultdict(list)
        self._seen: dict[AttemptKey, set[int]] = defaultdict(set)
        self._runs: dict[str, RunRecord] = {}
        self._assets: dict[str, AssetRecord] = {}
        self._intents: dict[int, Intent] = {}
        self._last_intent = 0
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
            project_asset(stored(event, 0))  # all or nothing: what cannot be, is found before
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
        kept = stored(event, len(self._events) + 1)
        self._events.append(kept)
        self._by_run[event.run_id].append(kept)
        run = project_run(self._runs.get(event.run_id), kept)
        if run is not None:
            self._runs[event.run_id] = run
        asset = project_asset(kept)
        if asset is not None:
            self._assets[asset.key] = asset
        return kept

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

    async def run(self, run_id: str) -> RunRecord | None:
        """See `EventLog.run`."""
        return self._runs.get(run_id)

    async def runs(
        self,
        *,
        limit: int = 100,
        before: str | None = None,
        statuses: Sequence[str] | None = None,
        job: str | None = None,
    ) -> list[RunRecord]:
        """See `EventLog.runs`."""
        records = list(self._runs.values())
        if before is not None:
            if before not in self._runs:
                return []
            records = records[: list(self._runs).index(before)]
        records.reverse()
        found = [r for r in records if statuses is None or r.status in statuses]
        return [r for r in found if job is None or r.job == job][:limit]

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

    async def close(self) -> None:
        """See `EventLog.close`."""
