"""A location of this machine: its supervisor lives in the host's own process."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from atoll_server.ports.locations import Deliver
from atoll_supervisor.supervisor import Supervisor
from atoll_wire.messages import Hello, Message, Target


class LocalLocation:
    """Carries messages to a `Supervisor` by calling it.

    Args:
        target: what is loaded; None: nothing, attempts are only watched.
        home: the deployment's folder, where journals and output files lie.
    """

    def __init__(self, name: str, target: Target | None, home: Path) -> None:
        self.name = name
        self._target, self._home = target, home
        self._supervisor: Supervisor | None = None
        self._epoch = 0

    @property
    def reached(self) -> dict[str, Any]:
        """See `LocationClient.reached`."""
        return {}

    @property
    def ends_with_host(self) -> bool:
        """See `LocationClient.ends_with_host`."""
        return True

    async def connect(self, hello: Hello, deliver: Deliver) -> Hello:
        """Start the supervisor; it has no process until it is told to load a generation."""
        loop = asyncio.get_running_loop()

        def deliver_later(message: Message) -> None:
            # The engine may be in the middle of sending: it takes answers afterwards.
            loop.call_soon(deliver, message)

        self._supervisor = Supervisor(self.name, str(self._home), deliver_later, self._target)
        self._epoch = hello.epoch
        return self._supervisor.hello(hello)

    def send(self, message: Message) -> None:
        """Give the message to the supervisor."""
        if self._supervisor is not None:
            self._supervisor.handle(message, self._epoch)

    async def close(self) -> None:
        """Let the location's processes go; workers that are left finish their step."""
        if self._supervisor is not None:
            await self._supervisor.close()
            self._supervisor = None
