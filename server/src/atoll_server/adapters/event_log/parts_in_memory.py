"""Parts of assets in memory: what follows from the events about partitions and checks."""

from __future__ import annotations

from collections.abc import Sequence

from atoll_server.core.partitions.standing import RANGE
from atoll_server.ports.event_log import (
    CheckRecord,
    PartitionChanges,
    PartitionNote,
    StoredEvent,
    asset_key,
    check_name,
    check_outcome,
    partition_of,
)
from atoll_wire.events import ASSET_MATERIALIZATION, ASSET_WIPED


def checks_in(events: Sequence[StoredEvent], asset: str | None) -> list[CheckRecord]:
    """The latest evaluations of checks that the events tell of."""
    found: dict[tuple[str, str], CheckRecord] = {}
    for event in events:
        key, name, outcome = asset_key(event), check_name(event), check_outcome(event)
        if key is not None and name is not None and asset in (None, key):
            assert outcome is not None
            found[key, name] = CheckRecord(key, name, event.id, event.run_id, event.at, outcome)
    return [found[one] for one in sorted(found)]


def made_in(events: Sequence[StoredEvent], key: str) -> dict[str, PartitionNote]:
    """The latest materializations of the partitions of an asset, since it was wiped."""
    found: dict[str, PartitionNote] = {}
    for event in events:
        partition = partition_of(event)
        if asset_key(event) != key:
            continue
        if event.kind == ASSET_WIPED:
            found.clear()
        elif event.kind == ASSET_MATERIALIZATION and partition is not None:
            found[partition] = PartitionNote(partition, event.id, event.run_id, event.at)
    return found


class PartsInMemory:
    """The latest failures of partitions."""

    def __init__(self) -> None:
        self._failed: dict[str, dict[str, PartitionNote]] = {}

    def fail(
        self, events: Sequence[StoredEvent], key: str, partition: str, event: StoredEvent
    ) -> None:
        """The step that makes a partition, or a range, has failed; what its run made, is made."""
        made = made_in(events, key).get(partition.partition(RANGE)[0])
        if made is None or made.run_id != event.run_id:
            note = PartitionNote(partition, event.id, event.run_id)
            self._failed.setdefault(key, {})[partition] = note

    def wipe(self, key: str) -> None:
        """An asset counts as never made."""
        self._failed.pop(key, None)

    def erase(self, run_id: str) -> None:
        """Forget what a run has left."""
        for found in self._failed.values():
            for partition in [one for one, note in found.items() if note.run_id == run_id]:
                del found[partition]

    def changes(self, events: Sequence[StoredEvent], key: str, after: int) -> PartitionChanges:
        """See `EventLog.partition_changes`."""
        wiped = [e.id for e in events if e.kind == ASSET_WIPED and asset_key(e) == key]
        told = (made_in(events, key).values(), self._failed.get(key, {}).values())
        made, failed = (
            sorted((one for one in notes if one.event_id > after), key=lambda one: one.event_id)
            for notes in told
        )
        return PartitionChanges(made, failed, max(wiped, default=0))
