"""The end of a server: nothing new begins, what runs has time to end, then it is interrupted.

Streams are closed by then: hosts see it as unreachable, and learn from the journals what became
of their attempts when a server works in the same state directory again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any, Coroutine, List, Mapping

from atoll_supervisor.console import Console
from atoll_supervisor.server import Server
from atoll_wire.keys import AttemptKey

INTERRUPTED = 130
GRACE_S = 10.0
_CANCEL_GRACE_S = 10.0
_PATIENCE_S = 5.0
_NAMED = 5


class Signals:
    """SIGINT and SIGTERM: the first asks for the end, the second for haste, a third is it."""

    def __init__(self) -> None:
        self.asked, self.hurry = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._received)

    def _received(self) -> None:
        for stage in (self.asked, self.hurry):
            if not stage.is_set():
                stage.set()
                return
        os._exit(INTERRUPTED)  # workers have journals: nothing is lost


def shutdown_grace_s(environment: Mapping[str, str]) -> float:
    """How long running steps have to end.

    Raises:
        ValueError: `ATOLL_SHUTDOWN_GRACE` is no whole number.
    """
    text = environment.get("ATOLL_SHUTDOWN_GRACE")
    if not text:
        return GRACE_S
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise ValueError(
            'ATOLL_SHUTDOWN_GRACE is a whole number from 0 to 1000000, not "%s"' % text
        )
    return float(text)


async def come_to_rest(
    server: Server, console: Console, hurry: asyncio.Event, grace_s: float
) -> None:
    """Return when nothing is executed any more, or nothing can be done about it."""
    running = server.under_way
    if running:
        console.say(
            "stopping: %s may end within %g s (again: interrupts)" % (_steps(running), grace_s)
        )
        await _first(grace_s, server.attempts_ended(), hurry.wait())
    else:
        console.say("stopping")
    hurry.set()  # from here on, one signal more is the end
    running = server.under_way
    if running:
        console.say(
            "interrupting %s; to be started again with the next server (again: leaves them)"
            % _steps(running)
        )
        server.interrupt_all(_CANCEL_GRACE_S)
        await _first(_CANCEL_GRACE_S + _PATIENCE_S, server.attempts_ended())


def _steps(keys: List[AttemptKey]) -> str:
    names = ", ".join(key.step for key in keys[:_NAMED])
    more = " and %d more" % (len(keys) - _NAMED) if len(keys) > _NAMED else ""
    return "%d step%s (%s%s)" % (len(keys), "s" * (len(keys) > 1), names, more)


async def _first(timeout_s: float, *waits: Coroutine[Any, Any, Any]) -> None:
    """Return when the first of these is over, or the time is."""
    tasks = [asyncio.ensure_future(one) for one in waits]
    await asyncio.wait(tasks, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
