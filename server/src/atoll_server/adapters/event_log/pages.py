"""Pages of events and runs: keyset queries, merged where several ranges of an index are read."""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.statements import queries
from atoll_server.core.run.table import RunStatus
from atoll_server.ports.event_log import ABOUT_ASSETS, RunRecord, StoredEvent

_ALL = 1 << 62
_STATUSES = tuple(status.value for status in RunStatus if status is not RunStatus.NEW)


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
) -> list[StoredEvent]:
    """See `EventLog.asset_events`."""
    values = {"asset_key": key, "before": _ALL if before is None else before, "limit": limit}
    pages = [
        connection.execute(queries()["events_of_asset"], {**values, "kind": kind})
        for kind in sorted(set(ABOUT_ASSETS if kinds is None else kinds))
    ]
    found = list(heapq.merge(*pages, key=lambda row: -row[0]))[:limit]
    return [rows.event_of(row) for row in found]


def runs_page(
    connection: sqlite3.Connection,
    limit: int,
    before: str | None,
    statuses: Sequence[str] | None,
    job: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> list[RunRecord]:
    """See `EventLog.runs`."""
    number = _ALL
    if before is not None:
        row = connection.execute(queries()["run_number"], (before,)).fetchone()
        number = row[0] if row else 0
    values: dict[str, Any] = {"before": number, "limit": limit, "job": job}
    query = "runs_of_status" if job is None else "runs_of_job"
    if tags:
        (name, value), *others = tags.items()
        values |= {"name": name, "value": value, "others": rows.encode(dict(others)).decode()}
        query = "runs_of_tags"
    elif statuses is None and job is None:
        found = connection.execute(queries()["runs"], values).fetchall()
        return [rows.run_of(row) for row in found]
    # One range of an index per status, merged: none is read further than the page.
    pages = [
        connection.execute(queries()[query], {**values, "status": status})
        for status in sorted(set(_STATUSES if statuses is None else statuses))
    ]
    found = list(heapq.merge(*pages, key=lambda row: -row[-1]))[:limit]
    return [rows.run_of(row) for row in found]
