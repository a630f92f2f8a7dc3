"""A self-hosted server as a real process, and a stand-in for the host that speaks to it by gRPC."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

from tests.contract.island import PATIENCE_S, Host, Island

from atoll_server.adapters.locations.grpc import GrpcLocation
from atoll_server.adapters.workspace.location import ServerAddress
from atoll_server.ports.locations import StreamLost
from atoll_wire.events import CLOSING
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AttachAttempts, Hello, Message


class Served:
    """`atoll api grpc` over an island's file.

    Args:
        arguments: further ones of the command.
        grace_s: how long running steps have to end when it is asked to.
    """

    def __init__(
        self, island: Island, *arguments: str, python: str = sys.executable, grace_s: int = 0
    ) -> None:
        self.island, self.python = island, python
        self.environment = {**os.environ, "ATOLL_SHUTDOWN_GRACE": str(grace_s)}
        self.log = island.folder.parent / "server.log"
        self.arguments = ["-f", str(island.file), "--state-dir", str(island.state_dir), *arguments]
        self.port = 0

    def start(self) -> None:
        """Start it, on the port that it had before if it had one; returns as soon as it listens."""
        self.log.write_text("")
        command = [self.python, "-m", "atoll_supervisor", "api", "grpc"]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "-p", str(self.port), *self.arguments],
                cwd=self.island.folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        told = self.wait_for(r"serving location \S+ at localhost:(\d+)")
        self.port = int(told[1])

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first place in its console that fits."""
        end = time.monotonic() + PATIENCE_S
        while True:
            text = self.log.read_text()
            found = re.search(pattern, text)
            if found:
                return found
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"no {pattern!r} in:\n{text}")
            select.select([], [], [], 0.02)

    def kill(self) -> None:
        """End it without warning; what it started is left to itself."""
        self.process.kill()
        self.process.wait()

    def terminate(self) -> int:
        """Ask it to end; returns its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    @contextlib.asynccontextmanager
    async def host(self, epoch: int = 1, deployment: str = "d") -> AsyncIterator[RemoteHost]:
        """A host that is connected, until the end of the block."""
        host = RemoteHost(self, epoch, deployment)
        host.hello = await host.connect()
        try:
            yield host
        finally:
            await host.client.close()


@contextlib.contextmanager
def served(
    island: Island, *arguments: str, python: str = sys.executable, grace_s: int = 0
) -> Iterator[Served]:
    """A server that is started, and is gone at the end of the block."""
    server = Served(island, *arguments, python=python, grace_s=grace_s)
    server.start()
    try:
        yield server
    finally:
        if server.process.poll() is None:
            os.kill(server.process.pid, signal.SIGCONT)
            server.terminate()


class RemoteHost(Host):
    """Gives orders through the adapter that the real host uses."""

    def __init__(
        self,
        server: Served,
        epoch: int,
        deployment: str,
        *,
        host_id: str = "host",
        lets_go: bool = False,
    ) -> None:
        self.host_id = host_id
        self.state_dir, self.epoch = server.island.state_dir, epoch
        self.home = server.island.folder.parent / "home"
        self.deployment = deployment
        self.messages: list[Message] = []
        self.lost: list[StreamLost] = []
        self._news = asyncio.Event()
        self._runs = itertools.count(1)
        address = ServerAddress(port=server.port)
        self.client = GrpcLocation("island", address, self.home, lets_go=lets_go)

    async def connect(self) -> Hello:
        """Connect (again)."""
        who = {"deployment_id": self.deployment, "epoch": self.epoch, "host_id": self.host_id}
        hello = Hello("test", **who)
        return await self.client.connect(hello, self._deliver)

    def _deliver(self, message: Message | StreamLost) -> None:
        if isinstance(message, StreamLost):
            self.lost.append(message)
            self._news.set()
        else:
            self._take(message)

    def send(self, message: Message, epoch: int | None = None) -> None:
        self.client.send(message)

    async def told_in_full(self, key: AttemptKey) -> list[int]:
        """The numbers of the attempt's events up to its end; calls again where the stream is lost.

        On a machine that has much to do, a server that has much to say may be taken for gone.
        """
        while True:
            if self.lost:
                self.lost.clear()
                await self.connect()
                known = [event.seq for event in self.events(key)]
                self.send(AttachAttempts([key], [max(known, default=0)]))
            seqs = [event.seq for event in self.events(key)]
            if any(event.kind in CLOSING for event in self.events(key)):
                return seqs
            async with asyncio.timeout(PATIENCE_S):
                self._news.clear()
                await self._news.wait()

    async def stream_lost(self) -> StreamLost:
        """The loss of the stream, as soon as it is known."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.lost:
                self._news.clear()
                await self._news.wait()
        return self.lost[0]
