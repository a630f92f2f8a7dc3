"""Answers that never end by themselves, as server-sent events."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

HEARTBEAT_S = 15.0
"""After so long without a message, a comment says that the connection lives."""
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]


class Streaming(ABC):
    """An ASGI response that never ends by itself."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Send until the reader leaves or the host stops."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        gone = asyncio.ensure_future(_disconnected(receive))
        sending = asyncio.ensure_future(self._send(send))
        try:
            await asyncio.wait([gone, sending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            sending.cancel()
            results = await asyncio.gather(gone, sending, return_exceptions=True)
        error = results[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            raise error

    async def _send(self, send: Callable[[dict[str, Any]], Any]) -> None:
        async with aclosing(self.chunks()) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    @abstractmethod
    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The stream's bytes, each piece made of whole messages."""


async def _disconnected(receive: Callable[[], Any]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
