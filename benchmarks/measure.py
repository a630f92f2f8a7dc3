"""Waiting, and what became of the figures."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Collection
from typing import TypeVar

T = TypeVar("T")

Figures = dict[str, list[float]]
"""All values measured of each quantity, by its name: `start.loaded`, `launch` …"""

POLL_S = 0.005
_SHARE = 0.01


class GaveUp(RuntimeError):
    """A peer did not do what is measured."""


def wait_for(
    probe: Callable[[], T | None], *, began: float, timeout: float, what: str
) -> tuple[float, T]:
    """Ask until `probe` answers; returns the seconds since `began`, and the answer.

    Asks every 5 ms at first, and later every hundredth of what has passed: a figure is at most
    1 % (or 5 ms) too long, and asking does not load the machine on which the peer works.
    """
    while True:
        answer = probe()
        elapsed = time.monotonic() - began
        if answer is not None:
            return elapsed, answer
        if elapsed > timeout:
            raise GaveUp(f"{what}: not within {timeout:.0f} s")
        time.sleep(max(POLL_S, elapsed * _SHARE))


def median(values: list[float]) -> float:
    return statistics.median(values)


def merge(into: Figures, more: Figures, groups: Collection[str]) -> None:
    """Add the values of one measurement to those of the earlier ones.

    Args:
        groups: what the names must begin with; the rest was not asked for.
    """
    for name, values in more.items():
        if group(name) in groups:
            into.setdefault(name, []).extend(values)


def group(name: str) -> str:
    """The group of rows to which a quantity belongs."""
    return name.partition(".")[0]
