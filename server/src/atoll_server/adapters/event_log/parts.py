"""Parts of assets, their partitions and their checks: what is kept of each, and how it is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.statements import queries
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
from atoll_wire.events import ASSET_CHECK_EVALUATION, ASSET_MATERIALIZATION, ASSET_WIPED


def note(connection: sqlite3.Connection, event: StoredEvent) -> None:
    """An event is about an asset: keep what it says of a part of it."""
    key = asset_key(event)
    if key is None:
        return
    if event.kind == ASSET_WIPED:
        connection.execute(queries()["forget_partitions"], (key,))
        connection.execute(queries()["forget_partition_failures"], (key,))
    elif event.kind == ASSET_MATERIALIZATION and (partition := partition_of(event)) is not None:
        row = (key, partition, event.id, event.run_id, event.at)
        connection.execute(queries()["save_partition"], row)
    elif event.kind == ASSET_CHECK_EVALUATION and (name := check_name(event)) is not None:
        values = (key, name, event.id, event.run_id, event.at, check_outcome(event))
        connection.execute(queries()["save_check"], values)


def note_failure(
    connection: sqlite3.Connection, key: str, partition: str, event: StoredEvent
) -> None:
    """The step that makes a partition, or a range, has failed; what its run made, is made."""
    first = partition.partition(RANGE)[0]
    made = connection.execute(queries()["partition_record"], (key, first)).fetchone()
    if made is None or made[1] != event.run_id:
        row = (key, partition, event.id, event.run_id)
        connection.execute(queries()["save_partition_failure"], row)


def fall_back(
    connection: sqlite3.Connection, found: Iterable[rows.Row], erased: Collection[int]
) -> None:
    """Let records that came of erased events follow from what is left.

    Args:
        found: asset, partition and check of the erased events; None where there is none.
    """
    for key, partition, check in {(row[0], row[1], row[2]) for row in found}:
        if key is not None and partition is not None:
            _partition_falls_back(connection, key, partition, erased)
        if key is not None and check is not None:
            _check_falls_back(connection, key, check, erased)


def _partition_falls_back(
    connection: sqlite3.Connection, key: str, partition: str, erased: Collection[int]
) -> None:
    record = connection.execute(queries()["partition_record"], (key, partition)).fetchone()
    if record is None or record[0] not in erased:
        return
    values = {"key": key, "partition": partition}
    newest = connection.execute(queries()["newest_of_partition"], values).fetchone()
    if newest[0] is None:
        connection.execute(queries()["forget_partition"], (key, partition))
    else:
        connection.execute(queries()["save_partition"], (key, partition, *newest))


def _check_falls_back(
    connection: sqlite3.Connection, key: str, name: str, erased: Collection[int]
) -> None:
    record = connection.execute(queries()["check_event_id"], (key, name)).fetchone()
    if record is None or record[0] not in erased:
        return
    newest = connection.execute(queries()["newest_of_check"], (key, name)).fetchone()
    if newest[0] is None:
        connection.execute(queries()["forget_check"], (key, name))
    else:
        connection.execute(queries()["save_check"], (key, name, *newest))


def checks(connection: sqlite3.Connection, asset: str | None) -> list[CheckRecord]:
    """See `EventLog.checks`."""
    found = connection.execute(queries()["checks"], {"asset": asset})
    return [CheckRecord._make(row) for row in found]


def partition_changes(connection: sqlite3.Connection, key: str, after: int) -> PartitionChanges:
    """See `EventLog.partition_changes`; one view of the database for all of it."""
    values = {"key": key, "after": after}
    connection.execute("BEGIN")
    try:
        made = connection.execute(queries()["partitions_made"], values).fetchall()
        failed = connection.execute(queries()["partitions_failed"], values).fetchall()
        (wiped_by,) = connection.execute(queries()["wiped_by"], values).fetchone()
    finally:
        connection.execute("COMMIT")
    return PartitionChanges(
        [PartitionNote._make(row) for row in made],
        [PartitionNote(*row) for row in failed],
        wiped_by,
    )


def partitions(
    connection: sqlite3.Connection, key: str, wanted: Sequence[str]
) -> dict[str, PartitionNote]:
    """See `EventLog.partitions`."""
    values = {"key": key, "wanted": rows.encode(wanted).decode()}
    found = connection.execute(queries()["partitions_of_keys"], values)
    return {row[0]: PartitionNote._make(row) for row in found}
