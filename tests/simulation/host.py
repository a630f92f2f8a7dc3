"""The host's process, as far as the simulator needs one: it starts, and it dies at any point.

Every piece of the engine's work is stepped from await to await. A process that dies is never
stepped again: nothing of it runs on, not even what stands in a `finally`.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import types
from collections import Counter
from collections.abc import Callable, Coroutine, Generator
from functools import cache
from pathlib import Path
from typing import Any

from atoll_server import engine as engine_package
from atoll_server.engine.engine import Engine
from atoll_server.ports.event_log import StorageError

_ENGINE = str(Path(engine_package.__file__).parent)
_AGAIN_AFTER_S = 1.0


class Host:
    """Engines, one after the other.

    Args:
        make: makes an engine that is not started yet.
        died: is told of every death, before anything else happens.
        refused: is told why an engine could not start; another try follows.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        make: Callable[[], Engine],
        died: Callable[[], None],
        refused: Callable[[StorageError], None],
    ) -> None:
        self._loop, self._make, self._died, self._refused = loop, make, died, refused
        self.engine: Engine | None = None
        self.started = asyncio.Event()
        self.deaths: Counter[str] = Counter()
        """At which awaits it has died."""
        self._left: int | None = None
        self._places: tuple[str, ...] = ()
        self._life = 0
        self._work: dict[int, Coroutine[Any, Any, Any]] = {}
        self._graveyard: list[Coroutine[Any, Any, Any]] = []
        self._dead = asyncio.Event()
        loop.set_task_factory(self._make_task)

    async def start(self) -> None:
        """Start an engine unless there is one; returns when it has started, or died over it."""
        if self.engine is not None:
            return
        self._dead.clear()
        self.engine = self._make()
        starting = self._loop.create_task(self._start(self.engine, self._life))
        with contextlib.suppress(asyncio.CancelledError):
            await starting

    async def _start(self, engine: Engine, life: int) -> None:
        try:
            await self._stepped(life, engine.start())
        except StorageError as error:
            self.kill()
            self._refused(error)
            await asyncio.sleep(_AGAIN_AFTER_S)  # somebody starts it again
            if self.engine is None:
                self._dead.clear()
                self.engine = self._make()
                await self._start(self.engine, self._life)
        else:
            self.started.set()

    async def shut_down(self, grace_s: float, hurry: asyncio.Event) -> None:
        """End in order, as a signal has it; it may die over that."""
        engine = self.engine
        if engine is None or not self.started.is_set():
            return
        with contextlib.suppress(asyncio.CancelledError):
            await self._loop.create_task(
                engine.shutdown.come_to_rest(grace_s, hurry, lambda stage, running: None)
            )
        if self.engine is engine:
            self.kill()  # what is left of it to do, a process that has ended does not do either

    def kill(self) -> None:
        """`kill -9`."""
        engine, self.engine = self.engine, None
        if engine is None:
            return
        self._life += 1
        self._left = None
        self.started.clear()
        self.deaths.update(where for work in self._work.values() for where in _awaits(work))
        self._graveyard.extend(self._work.values())
        self._work.clear()
        for timer in engine._timers:
            timer.cancel()
        self._dead.set()
        self._died()

    def die_at(self, *places: str, times: int = 1) -> None:
        """Die when its work has come so many times to an await at one of these places.

        Args:
            places: files of the engine, or awaits in them (see `awaits_of_the_engine`); none:
                wherever it awaits anything.
        """
        if self.engine is not None:
            self._left, self._places = times, places or ("",)

    async def has_died(self, within_s: float) -> bool:
        """Wait for that; if it takes longer, it lives on."""
        try:
            await asyncio.wait_for(self._dead.wait(), within_s)
        except TimeoutError:
            pass
        self._left = None
        return self.engine is None

    def bury(self) -> None:
        """At the end of all: let go of the work of those that died."""
        for work in self._graveyard:
            with contextlib.suppress(RuntimeError):
                work.close()

    def _make_task(
        self, loop: asyncio.AbstractEventLoop, work: Any, **options: Any
    ) -> asyncio.Task[Any]:
        if inspect.iscoroutine(work) and work.cr_code.co_filename.startswith(_ENGINE):
            work = _awaited(self._stepped(self._life, work))
        return asyncio.Task(work, loop=loop, **options)

    @types.coroutine
    def _stepped(self, life: int, work: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Run work until it is done, or its process dies."""
        me = id(work)
        if life == self._life:
            self._work[me] = work
        send: Callable[[], Any] = lambda: work.send(None)  # noqa: E731
        while True:
            if life != self._life:  # its process is dead
                self._graveyard.append(work)
                raise asyncio.CancelledError
            try:
                waits_for = send()
            except BaseException as error:
                self._work.pop(me, None)
                if isinstance(error, StopIteration):
                    return error.value
                raise
            self._count(work)
            try:
                yield waits_for
            except BaseException as thrown:
                error = thrown
                send = lambda: work.throw(error)  # noqa: E731, B023
            else:
                send = lambda: work.send(None)  # noqa: E731

    def _count(self, work: Coroutine[Any, Any, Any]) -> None:
        if self._left is not None and any(at.startswith(self._places) for at in _awaits(work)):
            self._left -= 1
            if self._left <= 0:
                self.kill()


async def _awaited(work: Generator[Any, Any, Any]) -> Any:
    return await work


def _awaits(work: Coroutine[Any, Any, Any]) -> list[str]:
    """The awaits of the engine's that the work has come to, the outermost first."""
    found = []
    inner: Any = work
    while inner is not None:
        frame = getattr(inner, "cr_frame", None)
        if frame is not None and frame.f_code.co_filename.startswith(_ENGINE):
            found.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
        inner = getattr(inner, "cr_await", None)
    return found


@cache
def awaits_of_the_engine() -> dict[str, str]:
    """Every await in the engine's code, and the method that it stands in.

    Not those of generators: whoever goes through one awaits, too, and only that frame can be seen.
    """
    found = {}
    for path in sorted(Path(_ENGINE).glob("*.py")):
        classes = [
            node for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)
        ]
        for of in classes:
            for method in of.body:
                name = f"{of.name}.{getattr(method, 'name', '')}"
                nodes = list(ast.walk(method))
                if any(isinstance(node, ast.Yield) for node in nodes):
                    continue
                awaits = [node for node in nodes if isinstance(node, ast.Await)]
                found.update((f"{path.name}:{node.lineno}", name) for node in awaits)
    return found
