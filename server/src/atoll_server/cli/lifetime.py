"""The life of a command that runs until SIGINT or SIGTERM tells it to end."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, NoReturn

import click

from atoll_server.cli import exits
from atoll_server.ports.event_log import StorageError
from atoll_server.settings import Settings

_RETRY_S = 0.25


async def run_until_told(
    start: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
    farewell: str,
    watch: Callable[[], Coroutine[Any, Any, NoReturn]],
) -> int:
    """Start, wait for a signal, say `farewell`, stop; returns the exit code.

    Fails when `watch` raises a `StorageError` meanwhile. The first signal asks for an orderly
    end, the second ends at once.
    """
    signals = _Signals()
    try:
        await start()
        await _first_of(signals.wait(), watch())
        click.echo(f"{farewell} (Ctrl-C again: at once)", err=True)
    except StorageError as error:
        raise exits.refused_storage(error) from None
    finally:
        await stop()
    return exits.OK


async def _first_of(*works: Coroutine[Any, Any, None]) -> None:
    """Return, or raise, as the first of them does; the others are canceled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()


def wait_for_passing_engine(settings: Settings) -> None:
    """Let a command that is the engine for as long as it takes come to its end."""
    from atoll_server.adapters.event_log.home_lock import running_engine

    is_told = False
    while (engine := running_engine(str(settings.home))) is not None and engine.is_passing:
        if not is_told:
            is_told = True
            click.echo(f"waiting for a command (pid {engine.pid}) that uses this home", err=True)
        time.sleep(_RETRY_S)


class _Signals:
    def __init__(self) -> None:
        self._asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._received)

    async def wait(self) -> None:
        await self._asked.wait()

    def _received(self) -> None:
        if self._asked.is_set():
            # Nothing that matters is lost: what was committed is stored, workers have journals.
            os._exit(exits.INTERRUPTED)
        self._asked.set()
