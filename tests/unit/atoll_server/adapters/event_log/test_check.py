"""What a check of the database finds: each test breaks one thing."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from atoll_server.adapters.event_log.sqlite import FILE_NAME, SqliteEventLog
from atoll_server.ports.event_log import Finding, NewEvent


def events() -> list[NewEvent]:
    plan = {"steps": [{"key": "a", "assets": ["a"]}]}
    asked = {"selection": ["a"], "tags": {"team": "x"}, "config": {"n": 1}}
    made = {"asset_key": "a", "metadata": {}}
    return [
        NewEvent(run_id="r1", kind="RUN_ENQUEUED", at=1.0, data=asked),
        NewEvent(run_id="r1", kind="RUN_STARTING", at=2.0, data={"plan": plan}),
        NewEvent(run_id="r1", kind="ASSET_MATERIALIZATION", at=3.0, data=made, step="a"),
        NewEvent(run_id="r1", kind="RUN_SUCCESS", at=4.0, message="Done."),
    ]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    async def fill() -> None:
        log = SqliteEventLog(str(tmp_path))
        await log.open()
        await log.append(events())
        await log.close()

    asyncio.run(fill())
    return tmp_path


def found(home: Path, *breakage: str) -> list[Finding]:
    with closing(sqlite3.connect(home / FILE_NAME)) as database:
        for statement in breakage:
            database.execute(statement)
        database.commit()

    async def check() -> list[Finding]:
        log = SqliteEventLog(str(home), engine=False)
        await log.open()
        try:
            return await log.check()
        finally:
            await log.close()

    return asyncio.run(check())


def test_what_an_engine_wrote_is_sound(home: Path) -> None:
    assert found(home) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE runs SET status = 'FAILURE'", "run r1 is not what its events say"),
        ("UPDATE runs SET tags = '{}'", "run r1 is not what its events say"),
        ("UPDATE assets SET event_id = 1", 'materialization stored of asset "a"'),
        ("DELETE FROM assets", 'materialization stored of asset "a"'),
        ("DELETE FROM runs", "events of run r1, but no such run"),
    ],
)
def test_a_record_that_does_not_follow_from_the_events_is_told(
    home: Path, statement: str, told: str
) -> None:
    (finding,) = found(home, statement)

    assert told in finding.message
    assert finding.hint


def test_events_that_an_engine_is_erasing_are_no_finding(home: Path) -> None:
    waiting = "INSERT INTO intents (kind, payload, created_at) VALUES ('delete_run', '{}', 1)"

    assert found(home, "DELETE FROM runs", waiting) == []


def test_damaged_pages_are_told_with_what_to_do(home: Path) -> None:
    data = bytearray((home / FILE_NAME).read_bytes())
    page = int.from_bytes(data[16:18], "big")
    for start in range(page, len(data), page):
        data[start + 5 : start + 7] = b"\xff\xff"  # where the page's content begins
    (home / FILE_NAME).write_bytes(data)

    findings = found(home)

    assert findings
    assert all("damaged" in one.message and "backup" in one.hint for one in findings)
