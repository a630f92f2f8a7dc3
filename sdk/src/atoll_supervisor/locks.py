"""POSIX record locks: a worker's pulse.

A worker holds one on its journal for as long as it lives. Unlike `flock`, such a lock is not
inherited by the processes that user code forks, and the kernel tells who holds it.
"""

from __future__ import annotations

import fcntl
import os
import struct
import sys
from typing import Optional

# struct flock; Linux and macOS order its fields differently
_MACOS = sys.platform == "darwin"
_FORMAT = "qqihh" if _MACOS else "hhqqi4x"


def holder(fd: int) -> Optional[int]:
    """The pid of the other process that holds the lock on the open file, or None.

    A holder that is not visible here (another pid namespace) is given as 0.
    """
    if _MACOS:
        asked = struct.pack(_FORMAT, 0, 0, 0, fcntl.F_WRLCK, os.SEEK_SET)
    else:
        asked = struct.pack(_FORMAT, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
    answer = struct.unpack(_FORMAT, fcntl.fcntl(fd, fcntl.F_GETLK, asked))
    kind, pid = (answer[3], answer[2]) if _MACOS else (answer[0], answer[4])
    return None if kind == fcntl.F_UNLCK else pid


def acquire(fd: int) -> bool:
    """Take the lock if it is free; it goes when this process closes the file, or dies.

    Raises:
        OSError: the file system has no locks.
    """
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
