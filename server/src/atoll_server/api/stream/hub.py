"""The place where streams wait until something was committed."""

from __future__ import annotations

import asyncio


class Hub:
    """Wakes all that wait, once per ring; several rings in a row wake them once.

    Args:
        poll_s: how long a wait lasts at most where nobody rings, because the engine is
            another process. None: the engine rings after each commit.
    """

    def __init__(self, poll_s: float | None = None) -> None:
        self.poll_s = poll_s
        self.is_closed = False
        self._version = 0
        self._waiting: set[asyncio.Future[None]] = set()

    @property
    def version(self) -> int:
        """Grows with every ring: what was read at an older version may be out of date."""
        return self._version

    def ring(self) -> None:
        """Something was committed."""
        self._version += 1
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    def close(self) -> None:
        """Let every stream end."""
        self.is_closed = True
        self.ring()

    async def wait(self, version: int, timeout_s: float) -> None:
        """Return when the hub was rung since `version`, or after `timeout_s` seconds."""
        if self._version != version:
            return
        if self.poll_s is not None:
            timeout_s = min(timeout_s, self.poll_s)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.add(future)
        timer = loop.call_later(timeout_s, _finish, future)
        try:
            await future
        finally:
            timer.cancel()
            self._waiting.discard(future)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
