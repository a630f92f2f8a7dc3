"""What a query costs must not depend on how long the history is."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from atoll_server.adapters.event_log.connecting import add_functions
from atoll_server.adapters.event_log.statements import migrations, queries

LOOKS_AT_ALL = {"runs_without_record"}
"""Of `db check`, which reads everything."""
LOOKS_AT_WHAT_IT_KEEPS = {"newest_prunable"}
"""Walks over the newest runs, as many as are to be kept."""
IN_ORDER = {
    "dynamic_partitions",
    "events",
    "events_of_asset",
    "events_of_check",
    "events_of_partition",
    "partitions_made",
    "partitions_failed",
    "events_of_kind",
    "events_of_run",
    "newest_event_of_asset",
    "numbers_of_all",
    "numbers_of_status",
    "numbers_of_job",
    "numbers_of_partition",
    "numbers_of_tag",
    "numbers_of_asset",
    "numbers_of_location",
    "newest_created",
    "oldest_created",
    "notes",
    "notes_of_run",
    "plan_of_run",
    "newest_prunable",
    "prunable_runs",
    "prunable_runs_by_age",
}
"""Queries with a limit, which must not sort all before they give the first."""
HISTORY = re.compile(
    r"SCAN (events|runs|run_tags|run_assets|run_locations|asset_partitions|partition_failures)\b"
)


@pytest.fixture(scope="module")
def database() -> Iterator[sqlite3.Connection]:
    """An empty one with today's schema."""
    connection = sqlite3.connect(":memory:")
    add_functions(connection)
    for script in migrations().values():
        connection.executescript(script)
    yield connection
    connection.close()


def plan(database: sqlite3.Connection, sql: str) -> list[str]:
    names = re.findall(r"[:](\w+)", sql)
    values: Any = dict.fromkeys(names) if names else [None] * sql.count("?")
    rows = database.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return [row[-1] for row in rows]


@pytest.mark.parametrize("name", sorted(queries()))
def test_a_query_finds_what_it_needs_by_an_index(database: sqlite3.Connection, name: str) -> None:
    steps = plan(database, queries()[name])

    scans = [step for step in steps if HISTORY.match(step)]
    if name in LOOKS_AT_ALL:
        assert scans
    elif name in LOOKS_AT_WHAT_IT_KEEPS:
        assert scans == ["SCAN runs"], "in the order of their numbers, without an index"
    else:
        assert scans == [], queries()[name]


@pytest.mark.parametrize("name", sorted(IN_ORDER))
def test_a_page_is_read_in_order_and_no_further(database: sqlite3.Connection, name: str) -> None:
    steps = plan(database, queries()[name])

    assert not [step for step in steps if "TEMP B-TREE" in step], "it sorts all before the first"


@pytest.mark.parametrize(
    ("name", "range_of"),
    [
        ("numbers_of_status", "INDEX runs_of_status (status=?"),
        ("numbers_of_job", "INDEX runs_of_job (job=? AND status=?"),
        ("numbers_of_partition", "INDEX runs_of_partition (partition=? AND status=?"),
        ("numbers_of_tag", "PRIMARY KEY (name=? AND value=? AND status=?"),
        ("numbers_of_asset", "PRIMARY KEY (key=? AND status=?"),
        ("numbers_of_location", "PRIMARY KEY (name=? AND status=?"),
    ],
)
def test_a_page_of_runs_is_a_range_of_an_index(
    database: sqlite3.Connection, name: str, range_of: str
) -> None:
    step, *_ = plan(database, queries()[name])

    assert f"{range_of} AND number>? AND number<?)" in step


def test_runs_by_the_beginning_of_their_id_are_looked_at_alone(
    database: sqlite3.Connection,
) -> None:
    step, *_ = plan(database, queries()["numbers_of_ids"])

    assert "(run_id>? AND run_id<?)" in step


def test_the_triggers_of_a_run_find_what_is_kept_of_it_by_an_index(
    database: sqlite3.Connection,
) -> None:
    for sql in (
        "UPDATE run_tags SET status = 'x' WHERE number = 1",
        "DELETE FROM run_tags WHERE number = 1",
    ):
        assert "run_tags_of_run (number=?)" in plan(database, sql)[0]
    (trigger,) = database.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'run_goes'"
    ).fetchone()
    for table, column in (("run_assets", "key"), ("run_locations", "name")):
        sql = re.search(rf"DELETE FROM {table}.*?;", trigger, re.DOTALL)
        assert sql is not None
        step = plan(database, re.sub(r"old\.\w+", "?", sql[0]))[0]
        assert f"PRIMARY KEY ({column}=? AND status=? AND number=?)" in step
