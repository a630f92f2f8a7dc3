"""How far a sensor of several assets has read, for each of them.

The form is JSON: by asset key, the partition and the storage id of the last event that was read,
and by partition the storage id of an older event that was passed over. Cursors that Dagster wrote
can be read, and the other way round.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

from atoll.definitions.keys import AssetKey
from atoll.errors import InvariantError

MOST_PASSED_OVER = 25


class AssetCursor(NamedTuple):
    """How far the events of one asset have been read."""

    partition: Optional[str] = None
    """The partition of the last event that was read."""
    storage_id: Optional[int] = None
    """The storage id of that event."""
    passed_over: Dict[str, int] = {}  # noqa: RUF012 - of a NamedTuple, and never changed
    """By partition, the storage id of an older event that was not read."""


def load_cursor(text: Optional[str]) -> Dict[str, AssetCursor]:
    """The cursors by asset key, of the text that an evaluation left."""
    loaded = json.loads(text) if text else {}
    if not isinstance(loaded, dict):
        return {}
    return {key: AssetCursor(*value) for key, value in loaded.items() if len(value) == 3}


def dump_cursor(cursors: Dict[str, AssetCursor]) -> str:
    """The text that the next evaluation is given."""
    return json.dumps(cursors)


def cursor_name(key: AssetKey) -> str:
    """The key as the cursor's text has it."""
    return "AssetKey(%r)" % list(key.path)


def advanced(
    key: AssetKey,
    before: AssetCursor,
    read: Iterable[Tuple[int, Optional[str]]],
    unread: Iterable[Tuple[int, Optional[str]]],
) -> AssetCursor:
    """The cursor of an asset behind an evaluation.

    Args:
        key: the asset, for messages.
        before: its cursor at the beginning.
        read: the events that were read: storage id and partition of each.
        unread: those that are older than the newest of them and were not read before, ascending.

    Raises:
        InvariantError: `tick.too_many_unread`.
    """
    partitions = dict(read)
    if not partitions:
        return before
    newest = max(partitions)
    passed_over = dict(before.passed_over)
    for storage_id, partition in unread:
        if partition is None:
            continue
        if storage_id in partitions:
            passed_over.pop(partition, None)
        else:
            passed_over[partition] = storage_id
    if partitions[newest] is not None:
        passed_over.pop(str(partitions[newest]), None)
    if len(passed_over) >= MOST_PASSED_OVER:
        raise InvariantError(
            "a sensor has reached the maximum number of trailing unconsumed events (%d) of the "
            "asset '%s'" % (MOST_PASSED_OVER, key),
            code="tick.too_many_unread",
            hint="pass those of get_trailing_unconsumed_events to advance_cursor, or call "
            "advance_all_cursors",
        )
    if newest <= (before.storage_id or 0):
        return AssetCursor(before.partition, before.storage_id, passed_over)
    return AssetCursor(partitions[newest], newest, passed_over)


def marks(records: Iterable[Any]) -> List[Tuple[int, Optional[str]]]:
    """Storage id and partition of each record."""
    return [(record.storage_id, record.partition_key) for record in records]
