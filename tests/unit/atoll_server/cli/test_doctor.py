"""What the doctor says of machines, folders and workspaces that are not as they should be."""

from __future__ import annotations

import json
import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from atoll_server.cli import checks
from atoll_server.cli.main import run
from atoll_server.settings import Settings


def settings(home: Path, **variables: str) -> Settings:
    return Settings.from_environment({"ATOLL_HOME": str(home), **variables})


def statuses(found: Any) -> dict[str, str]:
    return {check.about: check.status for check in found}


def test_a_folder_that_takes_files_links_and_locks_is_well_and_left_as_it_was(
    tmp_path: Path,
) -> None:
    found = list(checks.home(settings(tmp_path)))

    kinds = {check.about: check.message for check in found}
    assert statuses(found) == dict.fromkeys(["home", "file system", "hard links", "locks"], "ok")
    assert kinds["file system"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    (found,) = checks.home(settings(tmp_path / "file" / "home"))

    assert found.status == "problem"
    assert "ATOLL_HOME" in found.hint


def test_a_file_that_is_no_database_is_a_problem(tmp_path: Path) -> None:
    (first,) = checks.database(settings(tmp_path))
    (tmp_path / "atoll.db").write_bytes(b"not a database" * 100)
    (second,) = checks.database(settings(tmp_path))

    assert (first.status, second.status) == ("ok", "problem")
    assert second.hint


def test_a_database_of_a_newer_release_is_a_problem(tmp_path: Path) -> None:
    newer = sqlite3.connect(tmp_path / "atoll.db")
    newer.execute("PRAGMA user_version = 9999")
    newer.close()

    (found,) = checks.database(settings(tmp_path))

    assert (found.status, "9999" in found.message) == ("problem", True)


def test_a_taken_port_matters_where_it_was_chosen(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        (chosen,) = checks.port(settings(tmp_path, ATOLL_PORT=port))
        (by_default,) = checks.port(Settings(home=tmp_path, port=int(port)))

    assert (chosen.status, by_default.status) == ("problem", "warning")
    assert port in chosen.message


def test_a_long_home_leaves_little_room_for_sockets(tmp_path: Path) -> None:
    (short,) = checks.sockets(settings(Path("/srv/atoll")))
    (long,) = checks.sockets(settings(Path("/" + "a" * 100)))

    assert (short.status, long.status) == ("ok", "warning")


def test_interpreters_of_the_workspace_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").touch()
    old, other = tmp_path / "old", tmp_path / "other"
    for path, said in ((old, "3 7"), (other, "hello")):
        path.write_text(f"#!/bin/sh\necho {said}\n")
        path.chmod(0o755)
    entries = "".join(
        f"  - python_file: {{relative_path: a.py, location_name: {name}, "
        f"executable_path: {tmp_path / name}}}\n"
        for name in ("old", "other", "missing")
    )
    (tmp_path / "workspace.yaml").write_text(f"load_from:\n{entries}")

    listed, *interpreters = checks.workspace(settings(tmp_path))

    assert (listed.status, listed.message) == ("ok", "3 locations: old, other, missing")
    assert [one.status for one in interpreters] == ["problem"] * 3
    assert "3.8 or newer" in interpreters[0].hint
    assert "there is no" in interpreters[2].message


def test_no_workspace_is_a_warning_and_a_broken_one_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (none,) = checks.workspace(settings(tmp_path))
    (tmp_path / "workspace.yaml").write_text("load_form: []\n")
    (broken,) = checks.workspace(settings(tmp_path))

    assert (none.status, broken.status) == ("warning", "problem")
    assert "atoll init" in none.hint
    assert "load_from" in broken.message


def test_the_doctor_ends_with_one_where_there_is_a_problem(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATOLL_PORT", "0")
    assert run(["doctor", "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["status"] for one in found} <= {"ok", "warning"}
    assert not home.exists()

    home.mkdir()
    (home / "atoll.db").write_bytes(b"not a database" * 100)
    assert run(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    (problem,) = [line for line in lines if line.startswith("problem")]
    assert problem.startswith("problem  database: ")
