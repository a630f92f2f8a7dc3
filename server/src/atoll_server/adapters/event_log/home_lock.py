"""One engine per deployment: a record lock on a file in ATOLL_HOME, held until death.

It must not know what the lock protects. The lock goes with its process, so it is never stale.
"""

from __future__ import annotations

import fcntl
import os
from typing import NamedTuple

from atoll_server.ports.event_log import StorageError
from atoll_supervisor.locks import holder

LOCK_FILE = "engine.lock"
_PASSING = b"passing"
_held: dict[tuple[int, int], int] = {}
"""Device and inode of the locks that this process holds: record locks do not keep a process
out of its own files, and closing any descriptor of one would let it go."""


class EngineProcess(NamedTuple):
    """The process that is a deployment's engine."""

    pid: int
    is_passing: bool
    """Whether it ends with the command that it was started for."""


def running_engine(home: str) -> EngineProcess | None:
    """The process that is the engine of the deployment in `home`, if one is."""
    path = os.path.join(home, LOCK_FILE)
    try:
        status = os.stat(path)
        own = _held.get((status.st_dev, status.st_ino))
        if own is not None:
            return EngineProcess(os.getpid(), _is_passing(own))
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        pid = holder(fd)
        return None if pid is None else EngineProcess(pid, _is_passing(fd))
    finally:
        os.close(fd)


def _is_passing(fd: int) -> bool:
    return _PASSING in os.pread(fd, 32, 0).split()


class HomeLock:
    """The right to be the engine of one deployment.

    Args:
        is_passing: whether this engine ends with the command that it was started for.
    """

    def __init__(self, home: str, *, is_passing: bool = False) -> None:
        self._path = os.path.join(home, LOCK_FILE)
        self._note = b"%d %s\n" % (os.getpid(), _PASSING if is_passing else b"staying")
        self._fd: int | None = None
        self._identity = (0, 0)

    @property
    def is_held(self) -> bool:
        """Whether this object holds it."""
        return self._fd is not None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            StorageError: `storage.locked`, another engine has it; names its pid.
        """
        self._refuse_if_held_here()
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            pid, *_ = os.pread(fd, 32, 0).decode(errors="replace").split() or ["unknown"]
            os.close(fd)
            raise self._refusal(pid) from None
        except OSError:  # such as a file system without locks
            os.close(fd)
            raise
        os.ftruncate(fd, 0)
        os.pwrite(fd, self._note, 0)
        status = os.fstat(fd)
        self._identity = (status.st_dev, status.st_ino)
        self._fd = _held[self._identity] = fd

    def release(self) -> None:
        """Let the lock go, if it is held."""
        if self._fd is not None:
            _held.pop(self._identity, None)
            os.close(self._fd)
            self._fd = None

    def _refuse_if_held_here(self) -> None:
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            return
        if (status.st_dev, status.st_ino) in _held:
            raise self._refusal(str(os.getpid()))

    def _refusal(self, pid: str) -> StorageError:
        return StorageError(
            f"another engine (pid {pid}) runs this deployment: {os.path.dirname(self._path)}",
            code="storage.locked",
            hint=f"Stop process {pid}, or choose another ATOLL_HOME.",
        )
