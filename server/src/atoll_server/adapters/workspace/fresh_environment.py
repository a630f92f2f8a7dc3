"""A location whose variables are read anew for every generation.

A reload takes up what was changed in `.env`, and a `.env` that cannot be read fails the load of
its own location only. Wraps the client of any carrier; must not know which.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Any

from atoll_server.adapters.workspace.environment import complete_environment
from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.ports.locations import Deliver, LocationClient
from atoll_wire.failure import Failure
from atoll_wire.messages import GenerationFailed, Hello, Message, StartGeneration, Target


class FreshEnvironment:
    """A `LocationClient` that puts the complete target into every `StartGeneration`.

    Args:
        client: whoever carries the messages.
        target: as the workspace has it.
        environment: the host's own variables.
    """

    def __init__(
        self, client: LocationClient, target: Target, environment: Mapping[str, str]
    ) -> None:
        self.name = client.name
        self._client = client
        self._target = target
        self._environment = environment
        self._deliver: Deliver | None = None

    @property
    def reached(self) -> dict[str, Any]:
        """See `LocationClient.reached`."""
        return self._client.reached

    @property
    def ends_with_host(self) -> bool:
        """See `LocationClient.ends_with_host`."""
        return self._client.ends_with_host

    async def connect(self, hello: Hello, deliver: Deliver) -> Hello:
        """See `LocationClient.connect`."""
        self._deliver = deliver
        return await self._client.connect(hello, deliver)

    def send(self, message: Message) -> None:
        """See `LocationClient.send`."""
        if isinstance(message, StartGeneration) and message.target is None:
            try:
                target = complete_environment(self._target, self._environment, sys.executable)
            except WorkspaceError as error:
                self._fail(message.generation, error)
                return
            message = StartGeneration(message.generation, target)
        self._client.send(message)

    async def close(self) -> None:
        """See `LocationClient.close`."""
        await self._client.close()

    def _fail(self, generation: int, error: WorkspaceError) -> None:
        failed = GenerationFailed(generation, Failure(code=error.code, message=str(error)), 0.0)
        if self._deliver is not None:
            # Whoever sends takes answers afterwards.
            asyncio.get_running_loop().call_soon(self._deliver, failed)
