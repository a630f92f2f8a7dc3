"""One direction of a stream between a host and a fake location."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any


class Pipe:
    """Calls arrive in the order in which they were put in, each some time later."""

    def __init__(self) -> None:
        self._calls: deque[Callable[[], None]] = deque()
        self._last_arrival = 0.0

    def put(self, delay_s: float, call: Callable[..., None], *arguments: Any) -> None:
        """Have `call` happen behind all that was put in before."""
        loop = asyncio.get_running_loop()
        self._last_arrival = max(self._last_arrival, loop.time() + delay_s)
        self._calls.append(partial(call, *arguments))
        # Timers of the same time may fire in any order: each takes the call whose turn it is.
        loop.call_at(self._last_arrival, lambda: self._calls.popleft()())

    def lose(self, all_but: int) -> None:
        """Of what is on its way, only the first arrive."""
        for number in range(all_but, len(self._calls)):
            self._calls[number] = _nothing

    def stall(self, seconds: float) -> None:
        """Whatever is put in from now on arrives late."""
        self._last_arrival = max(self._last_arrival, asyncio.get_running_loop().time() + seconds)


def _nothing() -> None:
    pass
