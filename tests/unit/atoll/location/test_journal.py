"""The worker's side of a journal: who may write, and what a cancellation waits for."""

from __future__ import annotations

import fcntl
import os
import signal
from pathlib import Path
from typing import Iterator

import pytest

from atoll.errors import ExecutionInterrupted
from atoll.location.journal import Journal
from atoll_wire import journal as lines
from atoll_wire.keys import AttemptKey

KEY = AttemptKey("run", "step", 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "step.1.jsonl"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.begin(str(path), KEY, None, {"pid": os.getpid()})
    assert journal is not None
    before = signal.signal(signal.SIGTERM, journal.interrupt)
    yield journal
    signal.signal(signal.SIGTERM, before)
    journal.close()


def _kinds(path: Path) -> "list[str]":
    return [event.kind for event in lines.parse(path.read_bytes()).events]


def test_an_attempt_begins_once(journal: Journal, path: Path) -> None:
    assert Journal.begin(str(path), KEY, None, {}) is None
    assert _kinds(path) == ["STEP_WORKER_STARTED"]


def test_an_attempt_of_a_run_that_was_forgotten_does_not_begin(tmp_path: Path) -> None:
    assert Journal.begin(str(tmp_path / "gone" / "step.1.jsonl"), KEY, None, {}) is None


def test_nothing_temporary_is_left(journal: Journal, path: Path) -> None:
    assert os.listdir(str(path.parent)) == [path.name]


def test_the_lock_is_held_as_long_as_the_worker_lives(journal: Journal, path: Path) -> None:
    assert _is_locked(path)


def test_a_descriptor_that_user_code_closed_is_opened_and_locked_again(
    journal: Journal, path: Path
) -> None:
    os.close(journal._fd)
    journal.emit("LOG")
    assert _is_locked(path)
    assert _kinds(path) == ["STEP_WORKER_STARTED", "LOG"]


def test_nothing_is_written_to_a_file_that_took_the_descriptors_number(
    journal: Journal, path: Path, tmp_path: Path
) -> None:
    precious = os.open(str(tmp_path / "precious"), os.O_RDWR | os.O_CREAT)
    os.dup2(precious, journal._fd)
    journal.emit("LOG")
    os.close(precious)
    assert (tmp_path / "precious").read_bytes() == b""
    assert _kinds(path) == ["STEP_WORKER_STARTED", "LOG"]


def _is_locked(path: Path) -> bool:
    """Whether another process cannot lock the file."""
    pid = os.fork()
    if pid == 0:
        try:
            fcntl.lockf(os.open(str(path), os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] != 0


def test_events_are_numbered_without_gaps(journal: Journal, path: Path) -> None:
    for _ in range(3):
        journal.emit("LOG")
    events = lines.parse(path.read_bytes()).events
    assert [event.seq for event in events] == [1, 2, 3, 4]


def test_nothing_follows_the_closing_event(journal: Journal, path: Path) -> None:
    journal.emit("STEP_SUCCESS")
    journal.emit("STEP_FAILURE")
    assert _kinds(path) == ["STEP_WORKER_STARTED", "STEP_SUCCESS"]


def test_a_process_that_user_code_forks_writes_nothing(journal: Journal, path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        journal.emit("LOG")
        os._exit(0)
    os.waitpid(pid, 0)
    assert _kinds(path) == ["STEP_WORKER_STARTED"]


def test_a_cancellation_raises_where_user_code_is(journal: Journal) -> None:
    with pytest.raises(ExecutionInterrupted):
        os.kill(os.getpid(), signal.SIGTERM)


def test_what_user_code_does_about_an_interruption_is_not_interrupted(journal: Journal) -> None:
    cleaned_up = []
    with pytest.raises(ExecutionInterrupted):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            cleaned_up.append("yes")
    assert cleaned_up == ["yes"]


def test_a_hangup_says_that_the_step_starts_again(journal: Journal) -> None:
    before = signal.signal(signal.SIGHUP, journal.interrupt)
    try:
        assert not journal.starts_again
        with pytest.raises(ExecutionInterrupted):
            os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)  # too late to mean anything else
        assert journal.starts_again
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_cancellation_is_no_reason_to_start_again(journal: Journal) -> None:
    with pytest.raises(ExecutionInterrupted):
        os.kill(os.getpid(), signal.SIGTERM)
    assert not journal.starts_again


def test_a_cancellation_waits_for_what_must_not_be_interrupted(journal: Journal) -> None:
    done = []
    with pytest.raises(ExecutionInterrupted), journal.uninterruptible():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("renamed")
    assert done == ["renamed"]


def test_a_cancellation_that_comes_after_the_end_is_too_late(journal: Journal, path: Path) -> None:
    with journal.uninterruptible():
        os.kill(os.getpid(), signal.SIGTERM)
        journal.emit("STEP_SUCCESS")
    os.kill(os.getpid(), signal.SIGTERM)
    assert _kinds(path) == ["STEP_WORKER_STARTED", "STEP_SUCCESS"]
