"""How the database is kept: what is set, what is flushed, what is given back, what is noticed."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from atoll_server.adapters.event_log import flushing, upgrade
from atoll_server.adapters.event_log.connecting import CHECKPOINT_BYTES, connect
from atoll_server.adapters.event_log.flushing import Flush
from atoll_server.adapters.event_log.home_lock import LOCK_FILE
from atoll_server.adapters.event_log.sqlite import FILE_NAME, SqliteEventLog
from atoll_server.ports.event_log import NewEvent, StorageError


def opened(home: Path, story: Callable[[SqliteEventLog], Awaitable[None]]) -> None:
    async def whole() -> None:
        log = SqliteEventLog(str(home))
        await log.open()
        try:
            await story(log)
        finally:
            await log.close()

    asyncio.run(whole())


def failing(number: int) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


def many(run_id: str, count: int) -> list[NewEvent]:
    data = {"text": "x" * 500}
    logged = [NewEvent(run_id=run_id, kind="LOG", at=1.0, data=data) for _ in range(count)]
    return [NewEvent(run_id=run_id, kind="RUN_ENQUEUED", at=1.0), *logged]


def test_the_settings_are_those_that_the_docs_state(tmp_path: Path) -> None:
    connection = connect(str(tmp_path / FILE_NAME))
    stated = {
        "journal_mode": "wal",
        "synchronous": 1,
        "auto_vacuum": 2,
        "wal_autocheckpoint": 16000,
        "journal_size_limit": CHECKPOINT_BYTES,
        "busy_timeout": 5000,
    }
    for name, value in stated.items():
        assert connection.execute(f"PRAGMA {name}").fetchone() == (value,), name
    connection.close()


def test_a_file_system_without_locks_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "lockf", failing(errno.ENOLCK))

    with pytest.raises(StorageError) as caught:
        asyncio.run(SqliteEventLog(str(tmp_path)).open())

    assert caught.value.code == "storage.file_system"
    assert "local file system" in caught.value.hint


def test_after_a_flush_that_failed_a_second_one_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / FILE_NAME)
    connection = connect(path)
    connection.execute("CREATE TABLE t (x)")
    flush = Flush(path)
    flush(connection)
    monkeypatch.setattr(flushing.os, "fdatasync", failing(errno.EIO))
    with pytest.raises(OSError, match="Input/output"):
        flush(connection)
    monkeypatch.undo()
    connection.execute("INSERT INTO t VALUES (1)")

    flush(connection)

    shutil.copy(path, tmp_path / "copy.db")  # without the log
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("SELECT * FROM t").fetchall() == [(1,)]
    flush.close()
    connection.close()


def test_room_that_erasing_has_left_is_given_back_down_to_a_quarter(tmp_path: Path) -> None:
    async def story(log: SqliteEventLog) -> None:
        await log.append(many("r1", 2000))
        full = (await log.facts()).size_bytes
        assert not await log.give_back(), "nothing is free"
        while await log.erase_run("r1", 500) == 500:
            pass
        assert (await log.facts()).size_bytes == full
        while await log.give_back():
            pass
        assert (await log.facts()).size_bytes < full / 2

    opened(tmp_path, story)


def test_runs_are_counted_as_they_come_and_go(tmp_path: Path) -> None:
    async def story(log: SqliteEventLog) -> None:
        for run_id in ("r1", "r2", "r3"):
            await log.append(many(run_id, 1))
            await log.append([NewEvent(run_id=run_id, kind="RUN_FAILURE", at=2.0)])
        await log.erase_run("r2", 10)
        await log.erase_run("never", 10)
        assert (await log.facts()).runs == 2

    opened(tmp_path, story)


@pytest.mark.parametrize("name", [FILE_NAME, FILE_NAME + "-wal", LOCK_FILE])
@pytest.mark.parametrize("done", ["removed", "replaced"])
def test_files_that_are_taken_away_are_missed(tmp_path: Path, name: str, done: str) -> None:
    async def story(log: SqliteEventLog) -> None:
        await log.check_in_place()
        os.rename(tmp_path / name, tmp_path / "away")
        if done == "replaced":
            (tmp_path / name).touch()
        with pytest.raises(StorageError, match=f"{name} was {done}") as caught:
            await log.check_in_place()
        assert caught.value.code == "storage.moved"
        os.replace(tmp_path / "away", tmp_path / name)
        await log.check_in_place()

    opened(tmp_path, story)


def test_an_upgrade_without_room_for_the_copy_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / FILE_NAME
    with sqlite3.connect(path) as old:
        old.executescript(f"{upgrade.migrations()[1]}; PRAGMA user_version = 1;")
    old.close()
    usage = shutil.disk_usage(tmp_path)._replace(free=100)
    monkeypatch.setattr(upgrade.shutil, "disk_usage", lambda _: usage)

    with pytest.raises(StorageError, match="no room to copy") as caught:
        asyncio.run(SqliteEventLog(str(tmp_path)).open())

    assert caught.value.code == "storage.disk_full"
    with sqlite3.connect(path) as still:
        assert upgrade.version_of(still) == 1
