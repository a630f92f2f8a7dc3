"""Which of several webs the commands of a deployment find."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from atoll_server.adapters.host_file import HostFile


def url(path: Path) -> str:
    return str(json.loads(path.read_text())["url"])


def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        return process.pid


def test_the_newest_web_is_found(tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    HostFile(path, "http://old").write()
    HostFile(path, "http://new").write()
    assert json.loads(path.read_text()) == {"url": "http://new", "pid": os.getpid()}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("left", [None, "", "{}", '{"pid": "x"}', "[1]"])
def test_a_vacant_place_is_taken(left: str | None, tmp_path: Path) -> None:
    path = tmp_path / "host.json"
    if left is not None:
        path.write_text(left)
    HostFile(path, "http://mine").write_if_vacant()
    assert url(path) == "http://mine"


def test_the_place_of_a_dead_web_is_taken_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    path, mine = tmp_path / "host.json", HostFile(tmp_path / "host.json", "http://mine")
    path.write_text(json.dumps({"url": "http://other", "pid": os.getppid()}))
    mine.write_if_vacant()
    mine.remove()
    assert url(path) == "http://other"

    path.write_text(json.dumps({"url": "http://other", "pid": dead_pid()}))
    mine.write_if_vacant()
    assert url(path) == "http://mine"
    mine.remove()
    assert not path.exists()
