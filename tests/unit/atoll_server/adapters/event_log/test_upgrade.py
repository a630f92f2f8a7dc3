"""An older database becomes one of today's, with a copy of what it was."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from atoll_server.adapters.event_log import statements, upgrade
from atoll_server.adapters.event_log.home_lock import HomeLock
from atoll_server.adapters.event_log.probe import probe
from atoll_server.adapters.event_log.sqlite import FILE_NAME, SqliteEventLog
from atoll_server.ports.event_log import NewEvent, RunFilter, StorageError

INSERT = "INSERT INTO events (run_id, kind, at, message, data, step) VALUES (?, ?, 1.0, '', ?, 'a')"


def make_first_schema(home: Path) -> None:
    """What the first release left: an asset made twice, and an event that is no JSON."""
    script = statements.migrations()[1]
    with closing(sqlite3.connect(home / FILE_NAME, isolation_level=None)) as old:
        old.executescript(f"{script}\nPRAGMA user_version = 1;")
        for run_id in ("r1", "r2"):
            data = b'{"asset_key": "a", "metadata": {}}'
            old.execute(INSERT, (run_id, "ASSET_MATERIALIZATION", data))
        old.execute(INSERT, ("r0", "LOG", b"no JSON"))
        old.execute("INSERT INTO assets VALUES ('a', 2, 'r2', 1.0, ?)", (b"{}",))
        old.execute("INSERT INTO deployment VALUES ('d', 7)")


def backups(home: Path) -> list[Path]:
    return sorted(home.glob("*.backup*"))


def opened(home: Path, *, engine: bool = True) -> SqliteEventLog:
    log = SqliteEventLog(str(home), engine=engine)
    asyncio.run(_open_and_close(log))
    return log


async def _open_and_close(log: SqliteEventLog) -> None:
    await log.open()
    await log.close()


def test_a_new_database_needs_no_backup(tmp_path: Path) -> None:
    log = opened(tmp_path)

    assert log.upgraded is not None
    assert (log.upgraded.before, log.upgraded.backup) == (0, None)
    assert backups(tmp_path) == []


def test_before_an_upgrade_the_database_is_copied_for_its_owner_only(tmp_path: Path) -> None:
    make_first_schema(tmp_path)

    log = opened(tmp_path)

    (backup,) = backups(tmp_path)
    assert log.upgraded == (1, max(statements.migrations()), str(backup))
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with closing(sqlite3.connect(backup)) as copy:
        assert upgrade.version_of(copy) == 1
        assert copy.execute("SELECT count(*) FROM events").fetchone() == (3,)
    opened(tmp_path)
    assert backups(tmp_path) == [backup]


def test_an_upgraded_database_finds_what_was_observed_of_its_assets(tmp_path: Path) -> None:
    make_first_schema(tmp_path)
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as old:
        for data in (b'{"asset_key": "a"}', b"no JSON"):
            old.execute(INSERT, ("r3", "ASSET_OBSERVATION", data))

    async def story() -> None:
        log = SqliteEventLog(str(tmp_path))
        await log.open()
        assert [one.run_id for one in await log.asset_events("a")] == ["r3", "r2", "r1"]
        await log.close()

    asyncio.run(story())


def test_an_upgraded_database_knows_what_its_assets_fall_back_to(tmp_path: Path) -> None:
    make_first_schema(tmp_path)

    async def story() -> None:
        log = SqliteEventLog(str(tmp_path))
        await log.open()
        assert await log.erase_run("r2", 10) == 1
        assert {key: one.run_id for key, one in (await log.assets()).items()} == {"a": "r1"}
        (added,) = await log.append([NewEvent(run_id="r3", kind="LOG", at=1.0)])
        assert added.id == 4
        await log.close()

    asyncio.run(story())


def test_an_upgraded_database_knows_its_runs_by_what_they_make_and_where(tmp_path: Path) -> None:
    steps = [
        {"assets": [f"a{number}" for number in range(30)], "location": "shop"},
        {"assets": ["c"], "location": "bank"},
    ]
    plan = json.dumps({"plan": {"steps": steps}}).encode()
    keys = json.dumps([key for step in steps for key in step["assets"]]).encode()
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as old:
        for number in range(1, 6):
            old.executescript(statements.migrations()[number])
        old.execute("PRAGMA user_version = 5")
        old.execute("INSERT INTO deployment (id, epoch) VALUES ('d', 7)")
        for run_id, status, end in (("r1", "SUCCESS", 2.0), ("r2", "STARTED", None)):
            for kind, data in (("RUN_ENQUEUED", b"{}"), ("RUN_STARTING", plan), ("RUN_START", b"")):
                old.execute(
                    "INSERT INTO events (run_id, kind, at, message, data) VALUES (?, ?, 1, '', ?)",
                    (run_id, kind, data or b"{}"),
                )
            old.execute(
                "INSERT INTO runs (run_id, status, created_at, started_at, ended_at, selection,"
                " assets, tags, config, message) VALUES (?, ?, 1, 1, ?, '[]', ?, '{}', '{}', '')",
                (run_id, status, end, keys),
            )
        old.execute(
            "INSERT INTO events (run_id, kind, at, message, data) VALUES ('r1', 'RUN_SUCCESS', 2,"
            " '', '{}')"
        )

    async def story() -> None:
        log = SqliteEventLog(str(tmp_path))
        await log.open()
        assert await log.check() == []
        listed = await log.runs()
        assert [(run.asset_count, len(run.assets)) for run in listed] == [(31, 20), (31, 20)]
        assert {run.locations for run in listed} == {("shop", "bank")}
        for where in (RunFilter(asset="c"), RunFilter(locations=["bank"])):
            assert [run.run_id for run in await log.runs(where=where)] == ["r2", "r1"]
        await log.close()

    asyncio.run(story())


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_first_schema(tmp_path)
    broken = {1: "", 2: "CREATE TABLE half (id); SELECT * FROM nowhere;"}
    monkeypatch.setattr(upgrade, "migrations", lambda: broken)

    with pytest.raises(StorageError):
        opened(tmp_path)

    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as old:
        assert upgrade.version_of(old) == 1
        assert old.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall() == []
    assert len(backups(tmp_path)) == 1


def test_a_reader_upgrades_nothing_under_an_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_first_schema(tmp_path)
    lock = HomeLock(str(tmp_path))
    lock.acquire()
    try:
        with pytest.raises(StorageError) as caught:
            opened(tmp_path, engine=False)
    finally:
        lock.release()

    assert caught.value.code == "storage.outdated"
    assert "pid" in str(caught.value)
    assert backups(tmp_path) == []
    opened(tmp_path, engine=False)  # nobody holds it now
    assert len(backups(tmp_path)) == 1


def test_a_look_from_outside_changes_nothing(tmp_path: Path) -> None:
    assert probe(str(tmp_path)) is None
    make_first_schema(tmp_path)

    told = probe(str(tmp_path))

    assert told is not None
    assert "schema 1; the next start upgrades it" in told
    assert backups(tmp_path) == []
    (tmp_path / FILE_NAME).write_bytes(b"this is not a database" * 100)
    with pytest.raises(StorageError, match="not a database"):
        probe(str(tmp_path))
