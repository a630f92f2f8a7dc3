"""Who is the engine of a deployment, as other processes see it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from atoll_server.adapters.event_log.home_lock import HomeLock, running_engine
from atoll_server.ports.event_log import StorageError

HOLD = """
import sys
from atoll_server.adapters.event_log.home_lock import HomeLock
HomeLock(sys.argv[1]).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_another_process_is_seen_until_it_ends(tmp_path: Path) -> None:
    assert running_engine(str(tmp_path)) is None
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdin is not None
        other.stdout.readline()
        assert running_engine(str(tmp_path)) == (other.pid, False)
        other.stdin.close()
    assert running_engine(str(tmp_path)) is None


def test_asking_does_not_let_go_of_ones_own_lock(tmp_path: Path) -> None:
    lock = HomeLock(str(tmp_path))
    lock.acquire()

    assert running_engine(str(tmp_path)) == (os.getpid(), False)
    code = "import sys; from atoll_server.adapters.event_log.home_lock import running_engine; "
    code += "print(tuple(running_engine(sys.argv[1])))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == str((os.getpid(), False))
    lock.release()
    assert running_engine(str(tmp_path)) is None


def test_an_engine_that_ends_with_its_command_says_so(tmp_path: Path) -> None:
    for is_passing in (True, False):
        lock = HomeLock(str(tmp_path), is_passing=is_passing)
        lock.acquire()
        assert running_engine(str(tmp_path)) == (os.getpid(), is_passing)
        with pytest.raises(StorageError, match=rf"\(pid {os.getpid()}\)"):
            HomeLock(str(tmp_path)).acquire()
        lock.release()
