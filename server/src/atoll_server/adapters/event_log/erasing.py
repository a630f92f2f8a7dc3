"""Erasing what is no longer wanted, a few rows per transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from atoll_server.adapters.event_log import parts, rows
from atoll_server.adapters.event_log.appending import set_asset
from atoll_server.adapters.event_log.statements import queries
from atoll_server.ports.event_log import Retention

_ALL = 1 << 62
_FREE_SHARE = 4
"""One page in so many may be free: what is stored next takes it, and nothing has to be moved."""
_PAGES = 100
"""Pages that are given back in one transaction: a few milliseconds."""


def erase_run(connection: sqlite3.Connection, run_id: str, limit: int) -> int:
    """See `EventLog.erase_run`."""
    connection.execute(queries()["erase_run"], (run_id,))
    connection.execute(queries()["erase_failures"], (run_id,))
    connection.execute(queries()["erase_partition_failures"], (run_id,))
    connection.execute(queries()["count_erasure"])
    found = connection.execute(queries()["some_events_of_run"], (run_id, limit)).fetchall()
    if not found:
        return 0
    connection.execute(queries()["erase_events"], (run_id, found[-1][0]))
    erased = {row[0] for row in found}
    for key in {row[1] for row in found if row[1] is not None}:
        _fall_back(connection, key, erased)
    parts.fall_back(connection, (row[1:] for row in found), erased)
    return len(found)


def _fall_back(connection: sqlite3.Connection, key: str, erased: Collection[int]) -> None:
    """Let an asset's record follow from what is left, if it came of an erased event."""
    record = connection.execute(queries()["asset_event_id"], (key,)).fetchone()
    if record is None or record[0] not in erased:
        return
    newest = connection.execute(queries()["newest_event_of_asset"], {"asset_key": key}).fetchone()
    set_asset(connection, key, None if newest is None else rows.event_of(newest))


def prunable_runs(connection: sqlite3.Connection, retention: Retention, limit: int) -> list[str]:
    """See `EventLog.prunable_runs`."""
    newest = _ALL
    if retention.keep_runs is not None:
        row = connection.execute(queries()["newest_prunable"], (retention.keep_runs,)).fetchone()
        newest = row[0] if row else 0
    by_age = retention.ended_before is not None
    query = queries()["prunable_runs_by_age" if by_age else "prunable_runs"]
    values = {"newest": newest, "ended_before": retention.ended_before, "limit": limit}
    return [row[0] for row in connection.execute(query, values)]


def count_prunable(connection: sqlite3.Connection, retention: Retention) -> tuple[int, int]:
    """See `EventLog.count_prunable`."""
    run_ids = prunable_runs(connection, retention, _ALL)
    listed = rows.encode(run_ids).decode()
    (count,) = connection.execute(queries()["count_events_of_runs"], (listed,)).fetchone()
    return len(run_ids), count


def drop_snapshots(connection: sqlite3.Connection, hashes: Collection[str]) -> int:
    """See `EventLog.drop_snapshots`."""
    drop = queries()["drop_snapshot"]
    return sum(connection.execute(drop, {"hash": hash}).rowcount for hash in hashes)


def give_back(connection: sqlite3.Connection) -> bool:
    """See `EventLog.give_back`."""
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    surplus = free - pages // _FREE_SHARE
    if surplus <= 0:
        return False
    connection.execute(f"PRAGMA incremental_vacuum({min(surplus, _PAGES)})").fetchall()
    (left,) = connection.execute("PRAGMA freelist_count").fetchone()
    return bool(left < free)  # a database of an early release has none to give
