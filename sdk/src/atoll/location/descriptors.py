"""Descriptors of ours, out of the way of user code that closes what it did not open."""

from __future__ import annotations

import fcntl
import os


def moved_up(fd: int, least: int) -> int:
    """The same file under a number from `least` on, closed where a program is executed.

    Where so high a number is not allowed (`ulimit -n`), any other will have to do. The descriptor
    itself is closed.
    """
    try:
        high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, least)
    except OSError:
        high = os.dup(fd)  # not inherited either
    os.close(fd)
    return high
