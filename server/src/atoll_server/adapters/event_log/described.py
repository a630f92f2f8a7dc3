"""Storage as a web without an engine reads it: locations are as whoever describes them says.

Runs, events and materializations are the storage's. While no engine works with the locations,
their records come from a describer's log, or, where there is none either, are the last known
ones, marked as such. It must not know who describes, or when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from atoll_server.ports.event_log import EventLog, LocationRecord

_AS_LAST_SEEN: Mapping[str, Any] = {
    "status": "unloaded",
    "pid": None,
    "loading": [],
    "draining": [],
}


class DescribedEventLog:
    """An `EventLog` over another one, with the locations from where they are known best."""

    def __init__(self, stored: EventLog) -> None:
        self._stored = stored
        self.is_attended = True
        """Whether an engine works with the locations, so that the storage knows them."""
        self.describer: EventLog | None = None
        """The log of whoever describes the locations meanwhile."""
        self.open = stored.open
        self.append = stored.append
        self.sync = stored.sync
        self.events = stored.events
        self.newest_event = stored.newest_event
        self.event_ids = stored.event_ids
        self.events_of_ids = stored.events_of_ids
        self.asset_events = stored.asset_events
        self.notes = stored.notes
        self.position = stored.position
        self.run = stored.run
        self.runs = stored.runs
        self.count_runs = stored.count_runs
        self.unfinished_runs = stored.unfinished_runs
        self.watermarks = stored.watermarks
        self.assets = stored.assets
        self.failures = stored.failures
        self.checks = stored.checks
        self.partition_changes = stored.partition_changes
        self.partitions = stored.partitions
        self.intents = stored.intents
        self.dynamic_partitions = stored.dynamic_partitions
        self.settings = stored.settings
        self.save_settings = stored.save_settings
        self.save_location = stored.save_location
        self.forget_location = stored.forget_location
        self.save_snapshot = stored.save_snapshot
        self.erase_run = stored.erase_run
        self.prunable_runs = stored.prunable_runs
        self.count_prunable = stored.count_prunable
        self.unused_snapshots = stored.unused_snapshots
        self.drop_snapshots = stored.drop_snapshots
        self.give_back = stored.give_back
        self.facts = stored.facts
        self.check = stored.check
        self.close = stored.close

    async def locations(self) -> list[LocationRecord]:
        """See `EventLog.locations`."""
        if self.describer is not None:
            return await self.describer.locations()
        records = await self._stored.locations()
        return records if self.is_attended else [_as_last_seen(record) for record in records]

    async def snapshot(self, hash: str) -> str | None:
        """See `EventLog.snapshot`."""
        text = None if self.describer is None else await self.describer.snapshot(hash)
        return text if text is not None else await self._stored.snapshot(hash)

    async def add_intent(self, kind: str, payload: Mapping[str, Any], at: float) -> int:
        """See `EventLog.add_intent`. A reload is for whoever has loaded the location."""
        if kind == "reload_location" and self.describer is not None:
            return await self.describer.add_intent(kind, payload, at)
        return await self._stored.add_intent(kind, payload, at)


def _as_last_seen(record: LocationRecord) -> LocationRecord:
    view = {**record.view, **_AS_LAST_SEEN, "stale": record.snapshot_hash is not None}
    return replace(record, view=view)
