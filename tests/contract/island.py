"""A stand-in for the host: one supervisor on a loop, and the messages that it sends."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import textwrap
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from atoll_supervisor.supervisor import Supervisor
from atoll_wire.events import CLOSING, JournalEvent
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import (
    AttemptEvents,
    AttemptNeverStarted,
    GenerationFailed,
    GenerationLoaded,
    Hello,
    LaunchStep,
    Message,
    StartGeneration,
    StepRequest,
    Target,
    WorkerMode,
)

PATIENCE_S = float(os.environ.get("ATOLL_TEST_PATIENCE_S", "60"))
M = TypeVar("M")


class Host:
    """Gives orders to a supervisor and waits for what it answers."""

    def __init__(self, state_dir: Path, target: Target, epoch: int = 1) -> None:
        self.state_dir, self.epoch = state_dir, epoch
        self.messages: list[Message] = []
        self._news = asyncio.Event()
        self.supervisor = Supervisor("island", str(state_dir), self._take, target)
        self.hello = self.supervisor.hello(Hello("test", deployment_id="d", epoch=epoch))
        self._runs = itertools.count(1)

    def _take(self, message: Message) -> None:
        self.messages.append(message)
        self._news.set()

    def send(self, message: Message, epoch: int | None = None) -> None:
        self.supervisor.handle(message, self.epoch if epoch is None else epoch)

    async def first(self, kind: type[M], where: Callable[[M], bool] = lambda _: True) -> M:
        """The first message of the kind that fits, as soon as it has arrived."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for message in self.messages:
                    if isinstance(message, kind) and where(message):
                        return message
                self._news.clear()
                await self._news.wait()

    async def load(self, generation: int = 1) -> GenerationLoaded:
        self.send(StartGeneration(generation))
        await self.first(WorkerMode, lambda m: m.generation == generation)
        return await self.first(GenerationLoaded, lambda m: m.generation == generation)

    async def load_and_fail(self) -> GenerationFailed:
        self.send(StartGeneration(1))
        return await self.first(GenerationFailed)

    def launch(
        self, step: str = "numbers", run: str = "run", attempt: int = 1, **more: Any
    ) -> AttemptKey:
        key = AttemptKey(run, step, attempt)
        values = self.state_dir / "values"
        self.send(LaunchStep(1, StepRequest(key, assets=[step], values_url=str(values), **more)))
        return key

    def events(self, key: AttemptKey) -> list[JournalEvent]:
        return [
            e
            for m in self.messages
            if isinstance(m, AttemptEvents) and m.key == key
            for e in m.events
        ]

    def kinds(self, key: AttemptKey) -> list[str]:
        return [event.kind for event in self.events(key)]

    async def event(self, key: AttemptKey, kind: str) -> JournalEvent:
        message = await self.first(
            AttemptEvents, lambda m: m.key == key and any(e.kind == kind for e in m.events)
        )
        return next(e for e in message.events if e.kind == kind)

    async def closing(self, key: AttemptKey) -> JournalEvent:
        """The event that closes the attempt."""
        message = await self.first(
            AttemptEvents, lambda m: m.key == key and m.events[-1].kind in CLOSING
        )
        return message.events[-1]

    async def never_started(self, key: AttemptKey) -> AttemptNeverStarted:
        return await self.first(AttemptNeverStarted, lambda m: m.key == key)


class Island:
    """A code location in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "island"
        self.folder.mkdir()
        self.state_dir = folder / "state"
        self.state_dir.mkdir()
        self.file = self.folder / "island.py"

    def write(self, code: str) -> None:
        self.file.write_text(textwrap.dedent(code))

    def target(self, **more: Any) -> Target:
        return Target("file", str(self.file), working_directory=str(self.folder), **more)

    @contextlib.asynccontextmanager
    async def host(self, epoch: int = 1, **target: Any) -> AsyncIterator[Host]:
        host = Host(self.state_dir, self.target(**target), epoch)
        try:
            yield host
        finally:
            await host.supervisor.close()

    def marks(self) -> list[str]:
        """Lines that user code has appended to the file `marks`."""
        path = self.folder / "marks"
        return path.read_text().splitlines() if path.exists() else []


class Gate:
    """A FIFO: `open(path).read()` in user code ends when the test opens it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)

    def open(self) -> None:
        """Let pass who waits, or is about to."""
        os.close(os.open(self.path, os.O_WRONLY))

    def close(self) -> None:
        """Let everybody pass who still waits."""
        with contextlib.suppress(OSError):
            os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))


async def seen(condition: Callable[[], bool]) -> None:
    """Return as soon as the condition holds, which something outside this process brings about."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run one test's coroutine."""
    asyncio.run(main)
