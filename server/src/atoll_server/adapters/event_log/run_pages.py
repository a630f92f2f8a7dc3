"""Which runs pass a filter, newest first: ranges of indexes, merged.

A page costs what it finds: each range is read by an index that the filter names, in order, and no
further than the page. What else is asked for is looked at run by run.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby, islice
from typing import Any

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.statements import queries
from atoll_server.core.run.table import ENDED, RunStatus
from atoll_server.ports.runs import RunFilter, RunRecord

_ALL = 1 << 62
_STATUSES = tuple(status.value for status in RunStatus if status is not RunStatus.NEW)
_SLACK = 1000
"""So many runs may have been asked for in a time that a clock went through twice."""
_Range = tuple[str, dict[str, Any]]
_Found = tuple[int, str]
"""A run's number and its status."""


def runs_page(
    connection: sqlite3.Connection, limit: int, before: str | None, where: RunFilter
) -> list[RunRecord]:
    """See `EventLog.runs`."""
    with _one_state(connection):
        newest = _ALL
        if before is not None:
            row = connection.execute(queries()["run_number"], (before,)).fetchone()
            newest = row[0] if row else 0
        ranges = _ranges(connection, where, newest, limit)
        merged = heapq.merge(*(_read(connection, one) for one in ranges), reverse=True)
        # A run that lies in several ranges comes once.
        numbers = [number for number, _ in islice(groupby(merged, lambda found: found[0]), limit)]
        listed = rows.encode(numbers).decode()
        found = connection.execute(queries()["listed_runs"], (listed,)).fetchall()
    return [rows.run_of(row) for row in found]


def count_runs(connection: sqlite3.Connection, most: int, where: RunFilter) -> dict[str, int]:
    """See `EventLog.count_runs`."""
    by_status: dict[str, set[int]] = {status: set() for status in _wanted(where)}
    with _one_state(connection):
        for name, values in _ranges(connection, where, _ALL, most, by_status=True):
            numbers = by_status[values["status"]]
            if len(numbers) < most:
                numbers.update(number for number, _ in _read(connection, (name, values)))
    return {status: min(len(found), most) for status, found in by_status.items() if found}


@contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Several statements that see one state of the database."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def _read(connection: sqlite3.Connection, one: _Range) -> Iterable[_Found]:
    name, values = one
    return connection.execute(queries()[name], values)


def _wanted(where: RunFilter) -> list[str]:
    return [s for s in _STATUSES if where.statuses is None or s in where.statuses]


def _ranges(
    connection: sqlite3.Connection,
    where: RunFilter,
    before: int,
    limit: int,
    *,
    by_status: bool = False,
) -> list[_Range]:
    """Statements with their parameters; what they find together are the runs that pass."""
    values = _values(connection, where) | {"limit": limit, "beyond": 0}
    values["before"] = min(before, _first_too_late(connection, where))
    narrowed = _narrowed(where, values, is_ended=True)
    if narrowed is None and where.statuses is None and where.since is None and not by_status:
        return [("numbers_of_all", values)]
    beyond = _last_too_early(connection, where)
    found: list[_Range] = []
    for status in _wanted(where):
        is_ended = status in ENDED
        own = values | {"status": status, "beyond": beyond if is_ended else 0}
        for name, more in _narrowed(where, values, is_ended=is_ended) or [
            ("numbers_of_status", {})
        ]:
            found.append((name, own | more))
    return found


def _values(connection: sqlite3.Connection, where: RunFilter) -> dict[str, Any]:
    """The parameters of the part `passes`."""
    prefix = where.id_prefix
    jobs = None
    if where.search:
        jobs = [name for (name,) in connection.execute(queries()["job_names"]) if where.names(name)]
    return {
        "job": where.job,
        "asset": where.asset,
        "partition": where.partition,
        "since": where.since,
        "until": where.until,
        "tags": _json(dict(where.tags)),
        "locations": _json(list(where.locations)),
        "jobs": None if jobs is None else rows.encode(jobs).decode(),
        "first_id": prefix,
        "last_id": None if prefix is None else prefix + "g",
    }


def _json(value: Any) -> str | None:
    return rows.encode(value).decode() if value else None


def _narrowed(where: RunFilter, values: dict[str, Any], *, is_ended: bool) -> list[_Range] | None:
    """The narrowest ranges that the filter names, for each status; None: it names none."""
    if where.asset is not None and is_ended:
        return [("numbers_of_asset", {"key": where.asset, "asset": None})]
    if where.partition is not None:
        return [("numbers_of_partition", {"key": where.partition})]
    if where.tags:
        name, value = next(iter(where.tags.items()))
        return [("numbers_of_tag", {"key": name, "value": value})]
    if where.job is not None:
        return [("numbers_of_job", {"key": where.job})]
    if where.search:
        by_job = [("numbers_of_job", {"key": job}) for job in rows.decode(values["jobs"])]
        return [*([("numbers_of_ids", {})] if where.id_prefix else []), *by_job]
    if where.locations and is_ended:
        return [
            ("numbers_of_location", {"key": name, "locations": None}) for name in where.locations
        ]
    return None


def _first_too_late(connection: sqlite3.Connection, where: RunFilter) -> int:
    """The number from which on all runs were asked for after the filter's time."""
    if where.until is None:
        return _ALL
    values = {"until": where.until, "slack": _SLACK}
    (newest,) = connection.execute(queries()["newest_created"], values).fetchone()
    return 0 if newest is None else int(newest) + 1


def _last_too_early(connection: sqlite3.Connection, where: RunFilter) -> int:
    """The number up to which all runs that have ended had done so before the filter's time."""
    if where.since is None:
        return 0
    (longest,) = connection.execute(queries()["longest_run"]).fetchone()
    if longest is None:
        return _ALL
    values = {"since": where.since - longest - 1.0, "slack": _SLACK}  # 1 s: floats are rounded
    (oldest,) = connection.execute(queries()["oldest_created"], values).fetchone()
    return _ALL if oldest is None else int(oldest) - 1
