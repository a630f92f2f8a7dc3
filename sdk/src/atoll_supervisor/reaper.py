"""Waiting for processes, also for those that somebody else started.

On Linux the supervisor's process is a child subreaper: workers whose location process has died
become its children, so that it learns how they ended.
"""

from __future__ import annotations

import os
import sys
from typing import Optional

from atoll_wire.failure import ProcessExit

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
