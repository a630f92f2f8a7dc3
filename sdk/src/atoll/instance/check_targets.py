"""Which materialization a check looked at: the latest of its asset when its result is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from atoll_wire import events
from atoll_wire.events import JournalEvent
from atoll_wire.recorded import EventQuery


def with_target(event: JournalEvent, storage: Any) -> JournalEvent:
    """The event, with the materialization that it judges, if it tells what a check found.

    Args:
        event: of any kind; others are given back as they are.
        storage: what keeps the events.
    """
    data = event.data
    if event.kind != events.ASSET_CHECK_EVALUATION or data.get("target_materialization_data"):
        return event
    key, partition = data["asset_key"], data.get("partition")
    if partition is None:
        found = storage.latest_of_assets(events.ASSET_MATERIALIZATION, [key]).get(key)
    else:
        ids = storage.latest_of_partitions(events.ASSET_MATERIALIZATION, key)
        asked = EventQuery(ids=[ids[partition]]) if partition in ids else None
        found = next(iter(storage.events(asked)), None) if asked else None
    if found is None:
        return event
    target = {"storage_id": found.id, "run_id": found.run_id, "timestamp": found.event.at}
    return replace(event, data={**data, "target_materialization_data": target})
