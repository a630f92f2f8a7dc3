"""Pages of events: keyset queries, merged where several ranges of an index are read."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.statements import queries
from atoll_server.ports.event_log import ABOUT_ASSETS, StoredEvent

_ALL = 1 << 62


def events_page(
    connection: sqlite3.Connection, values: Mapping[str, Any], kinds: Sequence[str] | None
) -> list[StoredEvent]:
    """See `EventLog.events`; `values` are the parameters of the statements."""
    if values["step"] is not None and values["run_id"] is not None:
        found = connection.execute(queries()["events_of_step"], values).fetchall()
    elif values["run_id"] is not None:
        found = connection.execute(queries()["events_of_run"], values).fetchall()
    elif kinds is None:
        found = connection.execute(queries()["events"], values).fetchall()
    else:
        # One range of the index per kind, merged: no kind is read further than the page.
        pages = [
            connection.execute(queries()["events_of_kind"], {**values, "kind": kind})
            for kind in sorted(set(kinds))
        ]
        found = list(heapq.merge(*pages, key=lambda row: row[0]))[: values["limit"]]
    return [rows.event_of(row) for row in found]


def asset_events_page(
    connection: sqlite3.Connection,
    key: str,
    before: int | None,
    limit: int,
    kinds: Sequence[str] | None,
    partition: str | None = None,
    check: str | None = None,
) -> list[StoredEvent]:
    """See `EventLog.asset_events`."""
    values = {
        "asset_key": key,
        "before": _ALL if before is None else before,
        "limit": limit,
        "partition": partition,
        "check_name": check,
    }
    query = "events_of_asset" if check is None else "events_of_check"
    query = query if partition is None else "events_of_partition"
    pages = [
        connection.execute(queries()[query], {**values, "kind": kind})
        for kind in sorted(set(ABOUT_ASSETS if kinds is None else kinds))
    ]
    found = list(heapq.merge(*pages, key=lambda row: -row[0]))[:limit]
    return [rows.event_of(row) for row in found]
