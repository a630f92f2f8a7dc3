"""Appending: events, and the records that follow from them, in the writer's transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from atoll_server.adapters.event_log import parts, rows
from atoll_server.adapters.event_log.failing import Failures
from atoll_server.adapters.event_log.memory import stored
from atoll_server.adapters.event_log.statements import queries
from atoll_server.ports.event_log import (
    ASSET_KINDS,
    NewEvent,
    StoredEvent,
    asset_key,
    dynamic_change,
    project_asset,
    project_run,
)
from atoll_wire.events import (
    ASSET_CHECK_EVALUATION,
    ASSET_WIPED,
    DYNAMIC_PARTITIONS_CHANGED,
    STEP_FAILURE,
)


def append(
    connection: sqlite3.Connection,
    events: Sequence[NewEvent],
    encoded: Sequence[rows.Row],
    intents: Sequence[int],
    failures: Failures,
) -> list[StoredEvent]:
    """Store events, what follows from them, and that these intents are settled."""
    added = []
    insert = queries()["insert_event"]
    for event, row in zip(events, encoded, strict=True):
        cursor = connection.execute(insert, row)
        if cursor.rowcount == 0:
            continue
        assert cursor.lastrowid is not None
        kept = stored(event, cursor.lastrowid)
        added.append(kept)
        if event.kind.startswith("RUN_"):
            _project_run(connection, kept)
        elif event.kind in ASSET_KINDS and (key := asset_key(kept)) is not None:
            set_asset(connection, key, kept)
            if event.kind == ASSET_WIPED:
                connection.execute(queries()["forget_failure"], (key,))
            parts.note(connection, kept)
        elif event.kind == ASSET_CHECK_EVALUATION:
            parts.note(connection, kept)
        elif event.kind == STEP_FAILURE:
            failures.note(connection, kept)
        elif event.kind == DYNAMIC_PARTITIONS_CHANGED:
            _change_dynamic_partitions(connection, kept)
    _settle(connection, intents)
    return added


def _change_dynamic_partitions(connection: sqlite3.Connection, event: StoredEvent) -> None:
    name, add, delete = dynamic_change(event)
    for query, keys in (("add_dynamic_partition", add), ("delete_dynamic_partition", delete)):
        connection.executemany(queries()[query], [(name, key) for key in keys])


def _settle(connection: sqlite3.Connection, intents: Sequence[int]) -> None:
    for intent_id in intents:
        connection.execute(queries()["settle_intent"], (intent_id,))


def save_settings(
    connection: sqlite3.Connection, changes: Mapping[str, Any], at: float, intents: Sequence[int]
) -> None:
    """Store settings, and that the intents which asked for it are settled."""
    for name, value in changes.items():
        if value is None:
            connection.execute(queries()["forget_setting"], (name,))
        else:
            connection.execute(queries()["save_setting"], (name, rows.encode(value), at))
    _settle(connection, intents)


def _project_run(connection: sqlite3.Connection, event: StoredEvent) -> None:
    row = connection.execute(queries()["run"], (event.run_id,)).fetchone()
    before = rows.run_of(row) if row else None
    after = project_run(before, event)
    if after is not None and after is not before:
        connection.execute(queries()["save_run"], rows.run_row(after))
        if before is None or before.tags != after.tags:
            tags = [(*tag, event.run_id) for tag in after.tags.items()]
            connection.executemany(queries()["save_run_tag"], tags)


def set_asset(connection: sqlite3.Connection, key: str, newest: StoredEvent | None) -> None:
    """Save an asset's record as it follows from the newest of its events, if there is one."""
    record = None if newest is None else project_asset(newest)
    if record is None:
        connection.execute(queries()["forget_asset"], (key,))
    else:
        connection.execute(queries()["save_asset"], rows.asset_row(record))
