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
        self._pausing: set[asyncio.Future[None]] = set()

    @property
    def version(self) -> int:
        """Grows with every ring: what was read at an older version may be out of date."""
        return self._version

    def ring(self) -> None:
        """Something was committed."""
        self._version += 1
        _finish_all(self._waiting)

    def close(self) -> None:
        """Let every stream end."""
        self.is_closed = True
        self.ring()
        _finish_all(self._pausing)

    async def wait(self, version: int, timeout_s: float) -> None:
        """Return when the hub was rung since `version`, or after `timeout_s` seconds."""
        if self._version != version:
            return
        if self.poll_s is not None:
            timeout_s = min(timeout_s, self.poll_s)
        await _finished(self._waiting, timeout_s)

    async def pause(self, seconds: float) -> None:
        """Return after so many seconds, or as soon as every stream is to end."""
        if not self.is_closed:
            await _finished(self._pausing, seconds)


async def _finished(waiting: set[asyncio.Future[None]], timeout_s: float) -> None:
    """Return when all that are `waiting` are let go, or after `timeout_s` seconds."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()
    waiting.add(future)
    timer = loop.call_later(timeout_s, _finish, future)
    try:
        await future
    finally:
        timer.cancel()
        waiting.discard(future)


def _finish_all(waiting: set[asyncio.Future[None]]) -> None:
    for future in waiting:
        _finish(future)
    waiting.clear()


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
