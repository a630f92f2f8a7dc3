"""What a step may use at most: how limits are written, how they travel, how they are told.

Both sides read them here: a definition's `op_tags`, a workspace's `step_limits`, run tags and
settings, so that `10m` and `2GiB` mean the same everywhere.
"""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Optional, Tuple, Union

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)\s*")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\Z", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_LEAST_MEMORY = 1 << 20
_LEAST_FILES = 16

Written = Union[str, int, float]


@dataclass(frozen=True)
class StepLimits:
    """What one attempt at a step may use; None: as much as there is."""

    max_runtime_s: Optional[float] = None
    """Seconds from the worker's start; what the machine sleeps is not counted."""
    memory_bytes: Optional[int] = None
    cpu_time_s: Optional[float] = None
    """Seconds of CPU of each of its processes."""
    cpus: Optional[float] = None
    """How many CPUs at a time."""
    open_files: Optional[int] = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no limit at all."""
        return self == NO_LIMITS

    def over(self, defaults: StepLimits) -> StepLimits:
        """These, and the defaults where nothing is said."""
        if defaults.is_empty or self.is_empty:
            return self if defaults.is_empty else defaults
        said = {name: value for name, value in vars(self).items() if value is not None}
        return dataclasses.replace(defaults, **said)


NO_LIMITS = StepLimits()


def seconds(written: Written) -> float:
    """A duration above 0: a number of seconds, or a text such as `90s`, `10m` or `1h 30m`.

    Raises:
        ValueError: it is none; the text says what it may be.
    """
    number = _number(written)
    if number is None and isinstance(written, str) and written.strip():
        text = written.strip()
        if _DURATION.sub("", text) == "":
            number = sum(float(n) * _SECONDS[unit] for n, unit in _DURATION.findall(text))
    if number is None or not 0 < number < math.inf:
        raise ValueError("a number of seconds above 0, or a text such as 90s, 10m or 1h 30m")
    return float(number)


def size(written: Written) -> int:
    """Bytes: a number of them, or a text such as `512MiB` or `2GB`.

    Raises:
        ValueError: it is none, or less than any process needs.
    """
    number = _number(written)
    if number is None and isinstance(written, str):
        found = _SIZE.match(written.strip())
        if found is not None:
            base = 1024 if found.group(3) else 1000
            number = float(found.group(1)) * float(base ** _POWERS[found.group(2).upper()])
    if number is None or not _LEAST_MEMORY <= number < math.inf:
        raise ValueError("a number of bytes, at least 1 MiB, or a text such as 512MiB or 2GB")
    return int(number)


def _cpus(written: Written) -> float:
    number = _number(written)
    if number is None or not 0.01 <= number < math.inf:
        raise ValueError("a number of CPUs, at least 0.01")
    return float(number)


def _files(written: Written) -> int:
    number = _number(written)
    if number is None or number != int(number) or not _LEAST_FILES <= number < 1 << 31:
        raise ValueError("a whole number, at least %d" % _LEAST_FILES)
    return int(number)


def _number(written: Written) -> Optional[float]:
    """What is written as a plain number."""
    if isinstance(written, bool) or not isinstance(written, (str, int, float)):
        return None
    try:
        number = float(written)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


LIMITS: Dict[str, Tuple[str, Callable[[Written], Any]]] = {
    "max_runtime": ("max_runtime_s", seconds),
    "memory": ("memory_bytes", size),
    "cpu_time": ("cpu_time_s", seconds),
    "cpus": ("cpus", _cpus),
    "open_files": ("open_files", _files),
}
"""By the name that people write: the field, and what reads it."""


def duration_text(duration_s: float) -> str:
    """A duration for people: `10 min`, `1 h 30 min`, `2.5 s`."""
    if duration_s < 60:
        return "%g s" % round(duration_s, 3)
    left, parts = round(duration_s), []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append("%d %s" % (count, unit))
    return " ".join(parts)


def size_text(size_bytes: int) -> str:
    """A size for people: `2 GiB`, `1.5 MiB`."""
    number, unit = float(size_bytes), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if number < 1024:
            break
        number, unit = number / 1024, larger
    return "%g %s" % (round(number, 2), unit)


def told_max_runtime(limit_s: float) -> str:
    """What a step is told that ran too long."""
    return "the step ran longer than its limit of %s (atoll/max_runtime)" % duration_text(limit_s)


def told_cpu_time(limit_s: float) -> str:
    """What a step is told that has used up its CPU time."""
    limit = duration_text(limit_s)
    return "the step used more CPU time than its limit of %s (atoll/cpu_time)" % limit


def told_memory(limit_bytes: int) -> str:
    """What a step is told that needs more memory than it may have."""
    return "the step used more memory than its limit of %s (atoll/memory)" % size_text(limit_bytes)
