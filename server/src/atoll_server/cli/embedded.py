"""The API called within the process: requests without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import unquote

App = Callable[[Any, Any, Any], Awaitable[None]]


class AsgiTransport:
    """Speaks to an ASGI application as `HttpTransport` does to a host."""

    interrupts: tuple[type[BaseException], ...] = (KeyboardInterrupt, asyncio.CancelledError)

    def __init__(self, app: App) -> None:
        self._app = app

    async def request(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        """See `Transport.request`."""
        status, pieces = 0, []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body or b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                pieces.append(message.get("body", b""))

        await self._app(_scope(method, path, body is not None), receive, send)
        return status, b"".join(pieces)

    async def stream(self, path: str) -> AsyncIterator[bytes]:
        """See `Transport.stream`."""
        pieces: asyncio.Queue[bytes | None] = asyncio.Queue()

        async def receive() -> dict[str, Any]:
            await asyncio.Event().wait()
            raise AssertionError("unreachable")

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.body":
                pieces.put_nowait(message.get("body", b""))

        async def run() -> None:
            try:
                await self._app(_scope("GET", path, False), receive, send)
            finally:
                pieces.put_nowait(None)

        task = asyncio.ensure_future(run())
        rest = b""
        try:
            while (piece := await pieces.get()) is not None:
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    yield line
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def pause(self, seconds: float) -> None:
        """See `Transport.pause`."""
        await asyncio.sleep(seconds)


def _scope(method: str, path: str, has_body: bool) -> dict[str, Any]:
    raw, _, query = path.partition("?")
    headers = [(b"host", b"localhost")]
    if has_body:
        headers.append((b"content-type", b"application/json"))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw),
        "raw_path": raw.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "server": ("localhost", 80),
        "client": None,
    }
