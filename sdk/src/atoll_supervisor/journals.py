"""The folder of journals: what each attempt has written, and tombstones where none may write.

Layout: `<state>/journal/<deployment>/<run>/<step>.<attempt>.jsonl`. A file appears under its
name complete, by `link()`, which fails where one exists: that decides, once for all, whether
an attempt's user code may start. Called on an event loop: every call is a few short system calls.
"""

from __future__ import annotations

import os
import shutil
from typing import List, Optional, Tuple

from atoll_supervisor import locks
from atoll_wire import journal
from atoll_wire.events import JournalEvent
from atoll_wire.journal import JournalPart, Tombstone
from atoll_wire.keys import AttemptKey

_READ_BYTES = 1 << 20
_FORGOTTEN = ".forgotten"


class JournalFolder:
    """The journals of one deployment in one state directory."""

    def __init__(self, state_dir: str, deployment_id: str) -> None:
        self._state_dir = state_dir
        self._identity = _identity(state_dir)
        self._folder = os.path.join(state_dir, "journal", deployment_id)
        if os.path.isdir(self._folder):
            for name in os.listdir(self._folder):
                if name.endswith(_FORGOTTEN):  # whoever was at it died before it was done
                    shutil.rmtree(os.path.join(self._folder, name), ignore_errors=True)

    def path(self, key: AttemptKey) -> str:
        return os.path.join(self._folder, key.run_id, key.file_name + ".jsonl")

    def make_room(self, run_id: str) -> None:
        """Create the run's folder, without which its workers cannot begin.

        Raises:
            OSError: it cannot be made, or the state directory is not the one that it was: what
                no journal is found of there may well have begun.
        """
        if self._identity is None:
            os.makedirs(self._state_dir, mode=0o700, exist_ok=True)
            self._identity = _identity(self._state_dir)
        elif _identity(self._state_dir) != self._identity:
            raise FileNotFoundError("%s was removed or replaced" % self._state_dir)
        os.makedirs(os.path.join(self._folder, run_id), mode=0o700, exist_ok=True)

    def open(self, key: AttemptKey) -> Optional[Journal]:
        """The attempt's journal, or None where there is none (yet)."""
        try:
            return Journal(key, os.open(self.path(key), os.O_RDWR | os.O_CLOEXEC))
        except FileNotFoundError:
            return None

    def bury(self, key: AttemptKey) -> bool:
        """Make sure that the attempt never starts; False if it has already begun.

        Raises:
            OSError: that cannot be done now; see `make_room`.
        """
        self.make_room(key.run_id)
        path = self.path(key)
        temporary = _written(path, journal.encode_tombstone(Tombstone(journal.NEVER_STARTED)))
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        finally:
            os.unlink(temporary)
        return True

    def shrink(self, key: AttemptKey, seq: int) -> None:
        """Replace the attempt's finished journal by a tombstone."""
        path = self.path(key)
        if os.path.exists(path):
            line = journal.encode_tombstone(Tombstone(journal.CLOSED, seq))
            os.rename(_written(path, line), path)

    def forget(self, run_id: str) -> None:
        """Drop the run's journals; a worker that is still late finds no folder and ends."""
        folder = os.path.join(self._folder, run_id)
        # At one stroke: were the files removed one by one, a late worker could slip in between.
        forgotten = folder + _FORGOTTEN
        try:
            os.rename(folder, forgotten)
        except OSError:
            return
        shutil.rmtree(forgotten, ignore_errors=True)


def _identity(path: str) -> Optional[Tuple[int, int]]:
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _written(path: str, line: bytes) -> str:
    temporary = "%s.%d.tmp" % (path, os.getpid())
    with open(temporary, "wb") as file:
        file.write(line)
    return temporary


class Journal:
    """One attempt's journal, read as it grows."""

    def __init__(self, key: AttemptKey, fd: int) -> None:
        self.key = key
        self._fd = fd
        self._offset = 0
        self.seq = 0
        """The last sequence number read."""
        self.is_damaged = False
        """Whether an event is missing, so that what the worker writes can no longer be read."""

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def read(self) -> JournalPart:
        """What was written since the last call; of much, a part of about a megabyte."""
        data = bytearray()
        while True:
            piece = os.pread(self._fd, _READ_BYTES, self._offset + len(data))
            data += piece
            is_all = len(piece) < _READ_BYTES
            if is_all or b"\n" in piece:
                break
        part = journal.parse(bytes(data), self.seq)._replace(has_more=not is_all)
        self._offset += part.consumed
        self.is_damaged = part.is_damaged
        if part.events:
            self.seq = part.events[-1].seq
        return part

    def worker(self) -> Optional[int]:
        """The pid of the worker that holds the lock, or None when nobody does."""
        return locks.holder(self._fd)

    def take_over(self) -> bool:
        """Take the lock of a dead worker and cut the line that it may have torn."""
        if not locks.acquire(self._fd):
            return False
        os.ftruncate(self._fd, self._offset)
        return True

    def append(self, kind: str, at: float, message: str, data: dict) -> List[JournalEvent]:  # type: ignore[type-arg]
        """Write an event in the name of a worker whose lock was taken over."""
        event = JournalEvent(self.seq + 1, kind, at, message, data)
        line = journal.encode_event(event)
        os.pwrite(self._fd, line, self._offset)
        self._offset += len(line)
        self.seq = event.seq
        return [event]
