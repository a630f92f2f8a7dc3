"""Whatever happens to the disk: it is told in a sentence, and nothing that was stored is lost."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest
from atoll_e2e import DEADLINE_S, Deployment, Host, is_alive, until
from faults import full, obey_rights, set_rights, under, volume, without_locks

CHAIN = """
    import os
    import pathlib
    import time

    import atoll

    def begun(name):
        with open("begun", "a") as file:
            file.write(name + "\\n")

    @atoll.asset
    def first() -> int:
        begun("first")
        while not os.path.exists("go"):
            time.sleep(0.02)
        return 1

    @atoll.asset
    def second(first: int) -> int:
        begun("second")
        return first + 1

    @atoll.asset
    def third(second: int) -> int:
        begun("third")
        return second + 1

    defs = atoll.Definitions(assets=[first, second, third])
"""


def begun(deployment: Deployment) -> list[str]:
    return (deployment.folder / "begun").read_text().split()


def launched(deployment: Deployment, host: Host) -> str:
    """A run whose first step waits for `go`."""
    run_id = host.launch("first", "second", "third")
    host.wait_event(run_id, "STEP_START", "first")
    return run_id


def go(deployment: Deployment) -> None:
    (deployment.folder / "go").touch()


def wait_unready(host: Host, *words: str) -> None:
    """Until the host says that it cannot store, with these words."""

    def says() -> bool:
        reasons = str(host.ask("GET", "/readyz"))
        return "Events cannot be stored" in reasons and all(word in reasons for word in words)

    until(says, f"the host to say {words}; it says {host.ask('GET', '/readyz')}")


def assert_whole(deployment: Deployment, host: Host, run_id: str) -> None:
    """The run has succeeded, each step's code was run once, and the storage is sound."""
    ended = host.wait_run(run_id)
    assert ended["status"] == "SUCCESS", ended["message"]
    assert begun(deployment) == ["first", "second", "third"]
    until(lambda: not host.ask("GET", "/readyz").get("reasons"), "the host to be ready")
    assert deployment.run("db", "check").code == 0


def test_a_full_disk_under_the_database_is_told_and_the_run_goes_on(
    deployment: Deployment,
) -> None:
    deployment.write("shop", CHAIN)
    under(deployment, "", ATOLL_VALUES_URL=str(deployment.folder / "values"))
    home = deployment.home
    with volume(home, 24), volume(home / "journal", 8), deployment.dev() as host:
        run_id = launched(deployment, host)
        with full(home):
            go(deployment)
            wait_unready(host, "full", "Free some space")
        assert_whole(deployment, host, run_id)


def test_a_worker_that_cannot_write_its_journal_ends_and_is_tried_again_when_it_can(
    deployment: Deployment,
) -> None:
    talkative = CHAIN.replace("def first() -> int:", "def first(context) -> int:")
    talkative = talkative.replace(
        "return 1\n", "context.log.info('x' * 10_000)\n        return 1\n"
    )
    deployment.write("shop", talkative)
    with volume(deployment.home / "journal", 1), deployment.dev() as host:
        run_id = launched(deployment, host)
        with full(deployment.home / "journal"):
            worker = host.wait_event(run_id, "STEP_WORKER_STARTED", "first")["data"]["pid"]
            go(deployment)
            until(lambda: not is_alive(worker), "the worker to end")
            assert host.get(f"/runs/{run_id}")["status"] == "STARTED"
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        lost = host.wait_event(run_id, "STEP_WORKER_LOST", "first")["data"]["failure"]
        assert "the journal cannot be written: the disk is full" in "".join(lost["stderr"])
        assert begun(deployment) == ["first", "first", "second", "third"]


def test_folders_that_lose_their_rights_in_the_middle_of_a_run_are_waited_for(
    deployment: Deployment,
) -> None:
    deployment.write("shop", CHAIN)
    obey_rights(deployment)
    with deployment.dev() as host:
        run_id = launched(deployment, host)
        set_rights(deployment.home, 0o500)
        try:
            go(deployment)
            values = host.wait_event(run_id, "STEP_FAILURE", "first")
            assert "Permission denied" in str(values["data"])
        finally:
            set_rights(deployment.home, 0o700)
        assert host.wait_run(run_id)["status"] == "FAILURE"
        assert deployment.run("run", "retry", run_id).code == 0
        assert deployment.run("db", "check").code == 0


def test_a_step_that_cannot_begin_for_want_of_rights_waits_for_them(
    deployment: Deployment,
) -> None:
    deployment.write("shop", CHAIN)
    obey_rights(deployment)
    with deployment.dev() as host:
        run_id = launched(deployment, host)
        set_rights(deployment.home / "journal", 0o500)
        try:
            go(deployment)
            host.wait_event(run_id, "STEP_WORKER_STARTING", "second")
            time.sleep(1.0)  # as long as four attempts in a row would take
            assert host.get(f"/runs/{run_id}")["status"] == "STARTED"
        finally:
            set_rights(deployment.home / "journal", 0o700)
        assert_whole(deployment, host, run_id)


def test_a_database_that_another_program_has_locked_is_waited_for(deployment: Deployment) -> None:
    deployment.write("shop", CHAIN)
    with deployment.dev() as host:
        run_id = launched(deployment, host)
        with closing(sqlite3.connect(deployment.home / "atoll.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            go(deployment)
            wait_unready(host, "locked", "close it")
            other.execute("ROLLBACK")
        assert_whole(deployment, host, run_id)


def test_a_home_that_is_moved_away_ends_its_host_and_goes_on_where_it_is_put_back(
    deployment: Deployment,
) -> None:
    deployment.write("shop", CHAIN)
    away = deployment.folder / "away"
    with deployment.dev() as host:
        run_id = launched(deployment, host)
        deployment.home.rename(away)
        assert host.process.wait(DEADLINE_S) == 5
        said = host.log.read_text()
    assert "atoll.db was removed while this process worked with it" in said, said
    assert "Traceback" not in said
    go(deployment)
    shutil.rmtree(deployment.home, ignore_errors=True)
    away.rename(deployment.home)
    with deployment.dev() as host:
        assert_whole(deployment, host, run_id)


def test_a_home_that_is_removed_ends_its_host_and_its_web_and_a_new_one_can_begin(
    deployment: Deployment,
) -> None:
    deployment.write("shop", CHAIN)
    go(deployment)
    with deployment.daemon() as daemon, deployment.webserver() as web:
        shutil.rmtree(deployment.home)
        assert [one.process.wait(DEADLINE_S) for one in (daemon, web)] == [5, 5]
    assert deployment.run("asset", "materialize", "--select", "*").code == 0


def overwritten(path: Path) -> None:
    path.write_bytes(b"\0" * 200 + path.read_bytes()[200:])


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("damage", [overwritten, truncated])
def test_a_damaged_database_is_told_with_what_to_do(
    deployment: Deployment, damage: Callable[[Path], None]
) -> None:
    deployment.write("shop", CHAIN)
    go(deployment)
    assert deployment.run("asset", "materialize", "--select", "*").code == 0
    damage(deployment.home / "atoll.db")

    for command in (["dev", "--port", "0"], ["run", "list"], ["db", "check"], ["doctor"]):
        told = deployment.run(*command)
        assert told.code in (1, 5), told.text
        assert "Traceback" not in told.text
        assert any(word in told.text for word in ("malformed", "not a database", "damaged"))
        assert any(word in told.text.lower() for word in ("backup", "move it away", "db check"))


def test_a_file_system_without_locks_is_refused_and_the_doctor_says_so(
    deployment: Deployment,
) -> None:
    deployment.write("shop", CHAIN)
    without_locks(deployment)

    told = deployment.run("dev", "--port", "0")
    examined = deployment.run("doctor")

    assert told.code == 5, told.text
    assert "No locks available" in told.text
    assert "local file system" in told.text
    assert examined.code == 1
    assert "files cannot be locked: No locks available" in examined.text


def old_database(home: Path, rows: int) -> None:
    """Of the first release, with so many events."""
    folder = resources.files("atoll_server.adapters.event_log") / "migrations"
    home.mkdir(exist_ok=True)
    with closing(sqlite3.connect(home / "atoll.db", isolation_level=None)) as old:
        old.executescript((folder / "0001_initial.sql").read_text())
        old.execute("BEGIN")
        old.executemany(
            "INSERT INTO events (run_id, kind, at, message, data) VALUES (?, 'LOG', 1, ?, '{}')",
            ((f"r{number % 100}", "x" * 200) for number in range(rows)),
        )
        old.execute("PRAGMA user_version = 1")
        old.execute("COMMIT")


@pytest.mark.parametrize("sign", ["*.backup.*", "*.backup", "atoll.db-wal"])
def test_an_upgrade_that_is_killed_is_done_by_the_next_start(
    deployment: Deployment, sign: str
) -> None:
    rows = 60_000
    old_database(deployment.home, rows)
    command = subprocess.Popen(
        [deployment.atoll, "db", "upgrade"],
        env=deployment.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: any(deployment.home.glob(sign)) or command.poll() is not None, sign)
    command.send_signal(signal.SIGKILL)
    command.wait()

    done = deployment.run("db", "upgrade")

    assert done.code == 0, done.text
    assert deployment.run("db", "check").code in (0, 1)  # its events have no runs
    with closing(sqlite3.connect(deployment.home / "atoll.db")) as upgraded:
        assert upgraded.execute("SELECT count(*) FROM events").fetchone() == (rows,)


def test_an_upgrade_for_whose_copy_there_is_no_room_changes_nothing(
    deployment: Deployment,
) -> None:
    deployment.write("shop", CHAIN)
    with volume(deployment.home, 24):
        old_database(deployment.home, 40_000)
        before = (deployment.home / "atoll.db").stat().st_size

        told = deployment.run("dev", "--port", "0")

        assert told.code == 5, told.text
        assert "no room to copy and upgrade it" in told.text
        assert (deployment.home / "atoll.db").stat().st_size == before
        assert not list(deployment.home.glob("*.backup*"))
