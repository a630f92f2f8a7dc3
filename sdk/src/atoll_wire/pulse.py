"""Telling one process from another that has, or will have, the same pid."""

from __future__ import annotations

from typing import Optional


def start_time(pid: int) -> Optional[int]:
    """When a living process was started, in clock ticks since boot.

    Returns:
        None for a process that is gone or a zombie, and where there is no /proc.
    """
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])
