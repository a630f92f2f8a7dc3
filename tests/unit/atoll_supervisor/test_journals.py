"""The folder of journals: who may begin, what is read, what is left."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from atoll_supervisor.journals import JournalFolder
from atoll_wire.events import JournalEvent
from atoll_wire.journal import CLOSED, NEVER_STARTED, encode_event
from atoll_wire.keys import AttemptKey

KEY = AttemptKey("run", "a/strange step", 1)


@pytest.fixture
def folder(tmp_path: Path) -> JournalFolder:
    folder = JournalFolder(str(tmp_path), "deployment")
    folder.make_room("run")
    return folder


def _line(seq: int, kind: str = "LOG") -> bytes:
    return encode_event(JournalEvent(seq, kind, 0.0))


def test_a_buried_attempt_cannot_be_begun(folder: JournalFolder) -> None:
    assert folder.bury(KEY)
    with pytest.raises(FileExistsError):
        os.close(os.open(folder.path(KEY), os.O_CREAT | os.O_EXCL))
    journal = folder.open(KEY)
    assert journal is not None
    tombstone = journal.read().tombstone
    assert tombstone is not None
    assert tombstone.why == NEVER_STARTED
    journal.close()


def test_an_attempt_that_has_begun_cannot_be_buried(folder: JournalFolder) -> None:
    Path(folder.path(KEY)).write_bytes(_line(1))
    assert not folder.bury(KEY)
    assert Path(folder.path(KEY)).read_bytes() == _line(1)


def test_a_torn_last_line_is_read_when_it_is_whole(folder: JournalFolder) -> None:
    path = Path(folder.path(KEY))
    path.write_bytes(_line(1) + _line(2)[:9])
    journal = folder.open(KEY)
    assert journal is not None
    assert [e.seq for e in journal.read().events] == [1]
    assert journal.read().events == []
    path.write_bytes(_line(1) + _line(2))
    assert [e.seq for e in journal.read().events] == [2]
    journal.close()


def test_the_loss_of_a_worker_replaces_its_torn_line(folder: JournalFolder) -> None:
    path = Path(folder.path(KEY))
    path.write_bytes(_line(1) + b'{"seq": 2, "message": "' + b"x" * 5000)
    journal = folder.open(KEY)
    assert journal is not None
    journal.read()
    assert journal.worker() is None
    assert journal.take_over()
    journal.append("STEP_WORKER_LOST", 1.0, "gone", {})
    journal.close()
    again = folder.open(KEY)
    assert again is not None
    assert [(e.seq, e.kind) for e in again.read().events] == [(1, "LOG"), (2, "STEP_WORKER_LOST")]
    again.close()
    assert b"xx" not in path.read_bytes(), "what was torn is longer than what was written over it"


def test_the_lock_names_the_living_worker(folder: JournalFolder) -> None:
    Path(folder.path(KEY)).write_bytes(_line(1))
    ready, told = os.pipe()
    done, end = os.pipe()
    pid = os.fork()
    if pid == 0:
        import fcntl

        os.close(end)
        fd = os.open(folder.path(KEY), os.O_RDWR)
        fcntl.lockf(fd, fcntl.LOCK_EX)
        os.write(told, b"x")
        os.read(done, 1)
        os._exit(0)
    os.read(ready, 1)
    journal = folder.open(KEY)
    assert journal is not None
    assert journal.worker() == pid
    assert not journal.take_over()
    os.close(done)
    os.close(end)
    os.waitpid(pid, 0)
    assert journal.worker() is None
    journal.close()
    os.close(ready)
    os.close(told)


def test_a_shrunk_journal_says_how_far_it_went(folder: JournalFolder) -> None:
    Path(folder.path(KEY)).write_bytes(_line(1) + _line(2, "STEP_SUCCESS"))
    folder.shrink(KEY, 2)
    journal = folder.open(KEY)
    assert journal is not None
    assert journal.read().tombstone == (CLOSED, 2)
    journal.close()
    assert not folder.bury(KEY)


def test_a_forgotten_run_leaves_nothing(folder: JournalFolder) -> None:
    folder.bury(KEY)
    folder.forget("run")
    assert folder.open(KEY) is None


def test_what_a_supervisor_did_not_finish_forgetting_the_next_one_does(
    folder: JournalFolder, tmp_path: Path
) -> None:
    folder.bury(KEY)
    home = tmp_path / "journal" / "deployment"
    (home / "run").rename(home / "run.forgotten")

    JournalFolder(str(tmp_path), "deployment")

    assert list(home.iterdir()) == []


def test_nothing_is_buried_where_the_state_directory_was_taken_away(
    folder: JournalFolder, tmp_path: Path
) -> None:
    Path(folder.path(KEY)).write_bytes(_line(1))
    away = tmp_path.with_name(tmp_path.name + "-away")
    tmp_path.rename(away)
    with pytest.raises(FileNotFoundError, match="removed or replaced"):
        folder.bury(KEY)
    tmp_path.mkdir()  # as the point does where a file system is not mounted
    with pytest.raises(FileNotFoundError, match="removed or replaced"):
        folder.bury(KEY)
    assert list(tmp_path.iterdir()) == []
    tmp_path.rmdir()
    away.rename(tmp_path)
    assert not folder.bury(KEY)
