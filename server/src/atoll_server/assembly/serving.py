"""A web on its address: what `atoll dev` and `atoll webserver` have in common."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from atoll_server.adapters.host_file import HostFile
from atoll_server.settings import LOOPBACK, Settings

if TYPE_CHECKING:
    from atoll_server.api.context import ApiContext
    from atoll_server.api.serve import WebServer


class Serving:
    """The API over HTTP, from `start` until `stop`.

    Args:
        url: how others reach it.
        host_file: where other commands find it; None: they do not.
    """

    def __init__(self, web: WebServer, url: str, host_file: HostFile | None) -> None:
        self._web = web
        self.url = url
        self.host_file = host_file

    @classmethod
    async def start(
        cls, context: ApiContext, settings: Settings, listener: socket.socket
    ) -> Serving:
        """Answer on `listener`; other commands find it from now on, unless it takes none."""
        from atoll_server.api.serve import WebServer

        web = WebServer(context)
        await web.start(listener)
        name, port = listener.getsockname()[:2]
        url = f"http://{f'[{name}]' if ':' in name else name}:{port}{context.path_prefix}"
        host_file = None if context.is_read_only else HostFile(settings.host_file, url)
        if host_file is not None:
            host_file.write()
        return cls(web, url, host_file)

    async def stop(self) -> None:
        """Take no more requests."""
        if self.host_file is not None:
            self.host_file.remove()
        await self._web.stop()


def host_names(settings: Settings) -> frozenset[str] | None:
    """The names under which requests are answered; None: any."""
    return LOOPBACK if settings.is_loopback else None
