"""What a process uses, as the kernel counts it."""

from __future__ import annotations

import os
from typing import Optional, Tuple

_NOTICEABLE = 0.02
_NOTICEABLE_CPU_S = 0.1


def of_process(pid: int) -> Optional[Tuple[int, float]]:
    """Bytes of resident memory, and seconds of CPU since its start; None where nobody tells."""
    try:
        with open("/proc/%d/statm" % pid) as file:
            pages = int(file.read().split()[1])
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rpartition(")")[2].split()
    except (OSError, ValueError, IndexError):
        return None
    ticks = int(fields[11]) + int(fields[12])
    return pages * os.sysconf("SC_PAGE_SIZE"), ticks / os.sysconf("SC_CLK_TCK")


def is_other(before: Tuple[int, float], now: Tuple[int, float]) -> bool:
    """Whether the difference is worth a word."""
    grown = abs(now[0] - before[0])
    return grown > before[0] * _NOTICEABLE or now[1] - before[1] >= _NOTICEABLE_CPU_S
