"""The life of a command that runs until SIGINT or SIGTERM tells it to end."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click

from atoll_server.cli import exits
from atoll_server.ports.event_log import StorageError
from atoll_server.settings import Settings

if TYPE_CHECKING:
    from atoll_server.assembly import Host
    from atoll_server.engine.shutdown import Stage
    from atoll_wire.keys import AttemptKey

_RETRY_S = 0.25
_NAMED = 5


async def run_until_told(
    start: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
    watch: Callable[[], Coroutine[Any, Any, NoReturn]],
) -> int:
    """Start, wait for a signal, stop; returns the exit code. The second signal ends at once.

    Fails when `watch` raises a `StorageError` meanwhile.
    """
    signals = Signals(1)
    try:
        await start()
        await _first_of(_wait(signals[0]), watch())
        click.echo("stopping (Ctrl-C again: at once)", err=True)
    except StorageError as error:
        raise exits.refused_storage(error) from None
    finally:
        await stop()
    return exits.OK


async def _wait(event: asyncio.Event) -> None:
    await event.wait()


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


async def run_host_until_told(host: Host, start: Callable[[], Awaitable[None]]) -> int:
    """Start, wait for a signal, and end the host in order; returns the exit code.

    The first signal gives running steps time to end, the second interrupts them, the third ends
    at once. Fails when somebody takes the home away meanwhile.
    """
    signals = Signals(2)
    try:
        await start()
        await _first_of(_wait(signals[0]), host.watch())
        click.echo("stopping; no new work is begun", err=True)
        grace_s = float(host.settings.shutdown_grace)
        rest = host.come_to_rest(signals[1], teller(grace_s), grace_s)
        await _first_of(rest, host.watch())
    except StorageError as error:
        raise exits.refused_storage(error) from None
    finally:
        await host.stop()
    return exits.OK


def teller(grace_s: float) -> Callable[[Stage, Sequence[AttemptKey]], None]:
    """What says on screen how far the end has come."""

    def tell(stage: Stage, running: Sequence[AttemptKey]) -> None:
        names = ", ".join(key.step for key in running[:_NAMED])
        more = f" and {len(running) - _NAMED} more" if len(running) > _NAMED else ""
        steps = f"{len(running)} step{'s' * (len(running) > 1)} ({names}{more})"
        match stage.value:
            case "WAITING":
                if grace_s == math.inf:
                    told = f"waiting for {steps} of other runs; Ctrl-C interrupts"
                else:
                    told = f"waiting up to {grace_s:g} s for {steps}; Ctrl-C again interrupts"
            case "CLEANING_UP":
                told = f"waiting for {steps} to clean up (Ctrl-C: at once)"
            case "INTERRUPTING":
                told = f"interrupting {steps}; the next host starts them again (Ctrl-C: at once)"
            case _:
                told = f"{steps} did not end, and are left to themselves"
        click.echo(told, err=True)

    return tell


def wait_for_passing_engine(settings: Settings) -> None:
    """Let a command that is the engine for as long as it takes come to its end."""
    from atoll_server.adapters.event_log.home_lock import running_engine

    is_told = False
    while (engine := running_engine(str(settings.home))) is not None and engine.is_passing:
        if not is_told:
            is_told = True
            click.echo(f"waiting for a command (pid {engine.pid}) that uses this home", err=True)
        time.sleep(_RETRY_S)


class Signals(list[asyncio.Event]):
    """SIGINT and SIGTERM: each sets the next of these; one more ends the process at once.

    Args:
        stages: how many there are.
        heard: is called whenever one is set.
    """

    def __init__(self, stages: int, heard: Callable[[], object] | None = None) -> None:
        super().__init__(asyncio.Event() for _ in range(stages))
        self._heard = heard
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._received)

    def _received(self) -> None:
        for stage in self:
            if not stage.is_set():
                stage.set()
                if self._heard is not None:
                    self._heard()
                return
        # Nothing that matters is lost: what was committed is stored, workers have journals.
        os._exit(exits.INTERRUPTED)
