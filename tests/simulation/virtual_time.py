"""An event loop whose clock jumps: waiting costs nothing, and a seed tells one story for ever."""

from __future__ import annotations

import asyncio
import heapq
import selectors
from typing import Any

MOST_TURNS = 400_000
EPOCH = 1_800_000_000.0


class Deadlock(Exception):
    """Everybody waits, and nothing will ever happen."""


class Livelock(Exception):
    """Something happens all the time, and nothing comes of it."""


class _JumpingSelector(selectors.SelectSelector):
    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Deadlock
        self.loop.jump(timeout)
        return []


class _Timer(asyncio.TimerHandle):
    """Of timers of the same time, the one that was set first fires first."""

    __slots__ = ("_number",)

    def __init__(self, number: int, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._number = number

    def __lt__(self, other: Any) -> bool:
        mine: bool = (self._when, self._number) < (other._when, other._number)
        return mine


class VirtualLoop(asyncio.SelectorEventLoop):
    """Tells virtual time, from 0."""

    def __init__(self) -> None:
        self._now = 0.0
        self._turns = self._timers_set = 0
        selector = _JumpingSelector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self._now

    def call_at(
        self, when: float, callback: Any, *arguments: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        self._timers_set += 1
        timer = _Timer(self._timers_set, when, callback, arguments, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def rest(self) -> None:
        """Count turns anew."""
        self._turns = 0

    def jump(self, seconds: float) -> None:
        self._now += max(seconds, 0.0)
        self._turns += 1
        if self._turns > MOST_TURNS:
            raise Livelock


class VirtualClock:
    """A `Clock` that tells the loop's time, as long as nobody sets it."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self._ids = 0
        self.is_off_by_s = 0.0
        """How far somebody has set it."""

    def now(self) -> float:
        return EPOCH + self._loop.time() + self.is_off_by_s

    def new_id(self) -> str:
        self._ids += 1
        return f"id-{self._ids}"


async def in_place(function: Any, *arguments: Any) -> Any:
    """An `offload` that does not leave the loop."""
    await asyncio.sleep(0)
    return function(*arguments)
