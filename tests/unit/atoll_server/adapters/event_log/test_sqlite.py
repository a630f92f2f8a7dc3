"""What only the SQLite adapter promises: locks, errors that say what to do, batching."""

from __future__ import annotations

import asyncio
import os
import pickle
import sqlite3
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from atoll_server.adapters.event_log.sqlite import FILE_NAME, SqliteEventLog
from atoll_server.adapters.event_log.sqlite_errors import storage_error
from atoll_server.ports.event_log import NewEvent, StorageError


def refusal(home: Path, *, engine: bool = True) -> StorageError:
    with pytest.raises(StorageError) as caught:
        asyncio.run(SqliteEventLog(str(home), engine=engine).open())
    return caught.value


def test_a_second_engine_in_this_process_is_refused_and_told_our_pid(tmp_path: Path) -> None:
    async def story() -> StorageError:
        first = SqliteEventLog(str(tmp_path))
        await first.open()
        try:
            with pytest.raises(StorageError) as caught:
                await SqliteEventLog(str(tmp_path)).open()
        finally:
            await first.close()
        again = SqliteEventLog(str(tmp_path))
        await again.open()
        await again.close()
        return caught.value

    error = asyncio.run(story())
    assert error.code == "storage.locked"
    assert str(os.getpid()) in str(error)


def test_a_second_engine_in_another_process_is_refused_and_told_our_pid(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from atoll_server.adapters.event_log.home_lock import HomeLock\n"
        "try:\n    HomeLock(sys.argv[1]).acquire()\n"
        "except Exception as error:\n    print(error.code, error)\n"
    )

    async def story() -> str:
        log = SqliteEventLog(str(tmp_path))
        await log.open()
        try:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            done = await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-c", program, str(tmp_path)],
                capture_output=True,
                text=True,
                env=environment,
            )
        finally:
            await log.close()
        return done.stdout + done.stderr

    said = asyncio.run(story())
    assert said.startswith("storage.locked")
    assert f"pid {os.getpid()}" in said


def test_a_reader_opens_beside_the_engine_and_begins_no_epoch(tmp_path: Path) -> None:
    async def story() -> None:
        engine = SqliteEventLog(str(tmp_path))
        reader = SqliteEventLog(str(tmp_path), engine=False)
        mine, theirs = await engine.open(), await reader.open()
        assert mine == theirs
        await reader.add_intent("launch_run", {}, 1.0)
        assert [intent.kind for intent in await engine.intents()] == ["launch_run"]
        await engine.append([NewEvent(run_id="r", kind="LOG", at=1.0)])
        assert len(await reader.events()) == 1
        await reader.close()
        await engine.close()

    asyncio.run(story())


def test_a_file_that_is_no_database_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is not a database" * 100)
    error = refusal(tmp_path)
    assert error.code == "storage.corrupt"
    assert FILE_NAME in str(error)
    assert error.hint


def test_a_home_that_is_a_file_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    error = refusal(tmp_path / "home" / "below")
    assert error.code == "storage.cannot_open"


def test_a_database_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / FILE_NAME)
    database.execute("PRAGMA user_version = 9999")
    database.close()
    assert refusal(tmp_path).code == "storage.too_new"


def test_a_database_from_before_jobs_is_brought_up_to_date(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / FILE_NAME)
    migrations = resources.files("atoll_server.adapters.event_log") / "migrations"
    database.executescript((migrations / "0001_initial.sql").read_text())
    database.execute(
        "INSERT INTO runs VALUES "
        "(1, 'r1', 'SUCCESS', 1.0, 2.0, 3.0, '[]', '[]', '{}', '{}', NULL, '')"
    )
    database.execute("PRAGMA user_version = 1")
    database.commit()
    database.close()

    async def story() -> None:
        log = SqliteEventLog(str(tmp_path))
        await log.open()
        enqueued = NewEvent(run_id="r2", kind="RUN_ENQUEUED", at=4.0, data={"job_name": "nightly"})
        await log.append([enqueued])
        assert [(run.run_id, run.job) for run in await log.runs()] == [
            ("r2", "nightly"),
            ("r1", None),
        ]
        await log.close()

    asyncio.run(story())


def test_a_closed_log_says_so(tmp_path: Path) -> None:
    async def story() -> str:
        log = SqliteEventLog(str(tmp_path))
        await log.open()
        await log.close()
        with pytest.raises(StorageError) as caught:
            await log.events()
        return caught.value.code

    assert asyncio.run(story()) == "storage.closed"


def test_one_bad_write_does_not_spoil_those_that_share_its_transaction(tmp_path: Path) -> None:
    async def story() -> None:
        log = SqliteEventLog(str(tmp_path))
        await log.open()

        def fail(connection: sqlite3.Connection) -> None:
            connection.execute("SELECT * FROM nowhere")

        good = [
            log.append([NewEvent(run_id="r", kind="LOG", at=1.0, message=str(n))]) for n in (1, 2)
        ]
        outcomes = await asyncio.gather(good[0], log._write(fail), good[1], return_exceptions=True)
        assert isinstance(outcomes[1], StorageError)
        assert [event.message for event in await log.events()] == ["1", "2"]
        await log.close()

    asyncio.run(story())


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SQLITE_FULL", "storage.disk_full"),
        ("SQLITE_READONLY_DIRECTORY", "storage.read_only"),
        ("SQLITE_IOERR_WRITE", "storage.io"),
        ("SQLITE_BUSY_SNAPSHOT", "storage.locked"),
        ("SQLITE_SOMETHING", "storage.failed"),
    ],
)
def test_sqlites_errors_have_the_codes_of_the_port(name: str, code: str) -> None:
    error = sqlite3.OperationalError("it said so")
    error.sqlite_errorname = name
    told = storage_error(error, "/home/atoll.db")
    assert told.code == code
    assert "/home/atoll.db" in str(told)
    copy = pickle.loads(pickle.dumps(told))
    assert (str(copy), copy.code, copy.hint) == (str(told), told.code, told.hint)


@pytest.mark.skipif(sys.platform == "darwin", reason="there it is F_FULLFSYNC")
def test_an_epoch_is_on_disk_before_anybody_is_told_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []

    def fdatasync(fd: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{fd}"))

    monkeypatch.setattr(os, "fdatasync", fdatasync)

    async def open_and_close(*, engine: bool) -> None:
        log = SqliteEventLog(str(tmp_path), engine=engine)
        await log.open()
        await log.close()

    asyncio.run(open_and_close(engine=True))
    assert flushed == [str(tmp_path / FILE_NAME) + "-wal"]
    asyncio.run(open_and_close(engine=False))
    assert len(flushed) == 1  # a web begins no epoch
