"""Commands about the past where no engine runs: they hold the lock and do it themselves."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from atoll_server.adapters.event_log.sqlite import FILE_NAME, SqliteEventLog
from atoll_server.cli.main import run
from atoll_server.ports.event_log import NewEvent


def event(kind: str, run_id: str = "r1") -> NewEvent:
    return NewEvent(run_id=run_id, kind=kind, at=1.0, data={"asset_key": "a", "metadata": {}})


@pytest.fixture
def filled(home: Path) -> Path:
    """A deployment with a run that has ended, one that waits, and what the first has printed."""

    async def fill() -> None:
        log = SqliteEventLog(str(home))
        await log.open()
        for kind in ("RUN_ENQUEUED", "ASSET_MATERIALIZATION", "RUN_SUCCESS"):
            await log.append([event(kind)])
        await log.append([event("RUN_ENQUEUED", "r2")])
        await log.add_intent("launch_run", {"run_id": "r3", "selection": ["a"]}, 1.0)
        await log.close()

    asyncio.run(fill())
    (home / "output" / "r1").mkdir(parents=True)
    (home / "output" / "r1" / "a.1.out").write_text("hello")
    (home / "journal" / "d" / "r1").mkdir(parents=True)
    return home


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / FILE_NAME)) as database:
        return database.execute(query).fetchall()


def test_a_run_is_deleted_and_those_that_wait_still_wait(filled: Path) -> None:
    assert run(["run", "delete", "-f", "r1"]) == 0

    assert rows(filled, "SELECT run_id, status FROM runs") == [("r2", "QUEUED")]
    assert rows(filled, "SELECT DISTINCT run_id FROM events") == [("r2",)]
    assert rows(filled, "SELECT kind FROM intents") == [("launch_run",)]
    assert list((filled / "output").iterdir()) == []
    assert list((filled / "journal" / "d").iterdir()) == []
    assert run(["run", "delete", "-f", "r2"]) == 2
    assert run(["run", "delete", "-f", "r1"]) == 4


def test_an_asset_is_wiped(filled: Path) -> None:
    assert run(["asset", "wipe", "--noprompt", "a"]) == 0

    assert rows(filled, "SELECT * FROM assets") == []
    assert len(rows(filled, "SELECT * FROM events")) == 5


def test_a_prune_erases_what_no_rule_keeps(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["db", "prune", "--keep-runs", "1", "-o", "jsonl"]) == 0
    assert capsys.readouterr().out == '{"runs": 0, "events": 0, "snapshots": 0}\n'
    assert run(["db", "prune", "--keep-days", "1", "-o", "jsonl"]) == 0
    assert capsys.readouterr().out == '{"runs": 1, "events": 3, "snapshots": 0}\n'
    assert rows(filled, "SELECT run_id FROM runs") == [("r2",)]


def test_what_cannot_be_carried_out_ends_with_the_reason(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows(filled, "DROP INDEX events_of_run")

    assert run(["run", "delete", "-f", "r1"]) == 5
    assert "events_of_run" in capsys.readouterr().err


def test_a_sound_database_ends_with_zero_and_another_with_one(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["db", "check"]) == 0
    assert "sound" in capsys.readouterr().err
    with closing(sqlite3.connect(filled / FILE_NAME)) as database:
        database.execute("UPDATE runs SET status = 'FAILURE' WHERE run_id = 'r1'")
        database.commit()

    assert run(["db", "check"]) == 1
    assert "atoll run delete r1" in capsys.readouterr().out


def test_a_database_of_today_needs_no_upgrade(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["db", "upgrade"]) == 0
    assert "already" in capsys.readouterr().err


def test_where_no_deployment_is_commands_make_none(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["db", "check"], ["db", "upgrade"], ["instance", "info"]):
        assert run(command) == 4
    assert run(["asset", "wipe", "--noprompt", "--all"]) == 4
    assert "ATOLL_HOME" in capsys.readouterr().err
    assert not home.exists()
