"""Whether a database is sound: its pages, and whether its records follow from its events."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.run_pages import runs_page
from atoll_server.adapters.event_log.statements import queries
from atoll_server.ports.event_log import (
    ALL_RUNS,
    Finding,
    RunRecord,
    project_asset,
    project_run,
)

_PAGE = 500
_MOST_TOLD = 20
_ALL = 1 << 62
_RESTORE = (
    "Stop the host, move the database away, and put a backup in its place; without one, "
    "`sqlite3 atoll.db .recover` saves what can be read."
)
_REPORT = "Please report it, with this line."


def check(connection: sqlite3.Connection) -> list[Finding]:
    """See `EventLog.check`. Every look is a statement of its own: no writer waits for it."""
    damage = [
        row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST_TOLD})").fetchall()
    ]
    if damage != ["ok"]:
        return [Finding(f"the database is damaged: {line}", _RESTORE) for line in damage]
    return [*_wrong_runs(connection), *_wrong_assets(connection), *_orphans(connection)]


def _wrong_runs(connection: sqlite3.Connection) -> Iterator[Finding]:
    before: str | None = None
    while page := runs_page(connection, _PAGE, before, ALL_RUNS):
        for run_id in [listed.run_id for listed in page]:
            record = _stored(connection, run_id)
            if record is None or _folded(connection, run_id) == record:
                continue
            if _stored(connection, run_id) == record:
                told = f"what is stored of run {run_id} is not what its events say"
                hint = f"To be rid of it: atoll run delete {run_id}"
                yield Finding(told, f"{_REPORT} {hint}")
        before = page[-1].run_id


def _folded(connection: sqlite3.Connection, run_id: str) -> RunRecord | None:
    values = {"run_id": run_id, "after": 0, "kinds": None, "limit": _ALL}
    record: RunRecord | None = None
    for row in connection.execute(queries()["events_of_run"], values):
        if row[2].startswith("RUN_"):
            record = project_run(record, rows.event_of(row))
    return record


def _stored(connection: sqlite3.Connection, run_id: str) -> RunRecord | None:
    """The run's record; it may move on, or be erased, at any time."""
    row = connection.execute(queries()["run"], (run_id,)).fetchone()
    return None if row is None else rows.run_of(row)


def _wrong_assets(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (key,) in connection.execute(queries()["known_asset_keys"]).fetchall():
        # One statement sees one state of the database; an engine may write between two.
        newest = connection.execute(
            queries()["newest_event_of_asset"], {"asset_key": key}
        ).fetchone()
        expected = None if newest is None else project_asset(rows.event_of(newest))
        listed = rows.encode([key]).decode()
        row = connection.execute(queries()["assets_of_keys"], (listed,)).fetchone()
        found = None if row is None else rows.asset_of(row)
        again = connection.execute(
            queries()["newest_event_of_asset"], {"asset_key": key}
        ).fetchone()
        if found != expected and newest == again:
            told = f'the latest materialization stored of asset "{key}" is not its newest one'
            yield Finding(told, f"{_REPORT} Materializing the asset again corrects it.")


def _orphans(connection: sqlite3.Connection) -> Iterator[Finding]:
    found = connection.execute(queries()["runs_without_record"], (_MOST_TOLD,)).fetchall()
    if connection.execute(queries()["erasing_intents"]).fetchone() is not None:
        return  # an engine is at it
    for (run_id,) in found:
        told = f"there are events of run {run_id}, but no such run"
        yield Finding(told, f"{_REPORT} They only take up room.")
