"""Waiting for processes, also for those that somebody else started.

On Linux the supervisor's process is a child subreaper: workers whose location process has died
become its children, so that it learns how they ended.
"""

from __future__ import annotations

import glob
import os
import sys
from typing import Optional, Set

from atoll_wire.failure import ProcessExit
from atoll_wire.pulse import start_time

_PR_SET_CHILD_SUBREAPER = 36
_done = False


def become_subreaper() -> None:
    """Adopt orphans below this process, from now on. Done once; elsewhere than Linux not at all."""
    global _done
    if _done or not sys.platform.startswith("linux"):
        return
    _done = True
    import ctypes  # here, because it costs more than the rest of this package together

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap(pid: int) -> Optional[ProcessExit]:
    """How `pid` ended, if it was ours to wait for and has ended."""
    try:
        found, status = os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return None
    return ProcessExit.of_status(status) if found else None


def reap_strangers(known: Set[int]) -> None:
    """Wait for dead orphans of workers that are none of `known`, and of this process's session.

    What user code started and left behind becomes a child of ours when its worker ends. Our own
    children, whose end others wait for, are in `known` or in our session.
    """
    own_session = os.getsid(0)
    for pid in _zombies() - known:
        try:
            if os.getsid(pid) not in (own_session, 0):
                os.waitpid(pid, os.WNOHANG)
        except OSError:
            pass


def _zombies() -> Set[int]:
    """The children of this process that have ended and have not been waited for."""
    found: Set[int] = set()
    for path in glob.glob("/proc/self/task/*/children"):
        try:
            with open(path) as file:
                children = [int(pid) for pid in file.read().split()]
        except OSError:
            continue
        found.update(pid for pid in children if start_time(pid) is None)
    return found
