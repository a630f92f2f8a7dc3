"""The HTTP server: uvicorn on a socket that is bound already, within the host's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from atoll_server.api.app import Api
from atoll_server.api.context import ApiContext

_CLOSE_S = 2


class WebServer:
    """Serves the API of one host."""

    def __init__(self, context: ApiContext) -> None:
        self._hub = context.hub
        config = uvicorn.Config(
            Api(context),
            http="auto",  # httptools where somebody installed it, else h11
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=_CLOSE_S,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self, listener: socket.socket) -> None:
        """Return when requests are answered."""
        self._task = asyncio.create_task(self._server.serve([listener]))
        waiting = asyncio.create_task(self._server.is_started.wait())
        await asyncio.wait([self._task, waiting], return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            waiting.cancel()
            self._task.result()
            raise RuntimeError("the HTTP server ended at once")

    async def stop(self) -> None:
        """End the streams, finish what is being answered, and close."""
        self._hub.close()
        self._server.stopping.set()
        if self._task is not None:
            await self._task


class _Server(uvicorn.Server):
    """Uvicorn without its signal handlers, and without waking ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_started = asyncio.Event()
        self.stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the host's business."""
        yield

    async def main_loop(self) -> None:
        """Wait until the server is to stop."""
        self.is_started.set()
        await self.stopping.wait()
