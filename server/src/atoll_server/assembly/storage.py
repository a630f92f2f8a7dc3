"""The API over the storage alone, beside an engine in another process or without any."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from atoll_server.adapters.doorbell import Bells
from atoll_server.adapters.event_log.home_lock import running_engine
from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.settings import RELEASE, Settings

if TYPE_CHECKING:
    from atoll_server.api.context import ApiContext

LOOK_EVERY_S = 1.0
"""How often one looks who hears a bell; and, where nobody can ring:"""
POLL_S = 0.25
NO_ENGINE = "No daemon is running: start one with: atoll daemon run"


@asynccontextmanager
async def storage(settings: Settings) -> AsyncIterator[ApiContext]:
    """Reads, and intents that an engine elsewhere takes up: at once, where one runs."""
    from atoll_server.api.context import ApiContext
    from atoll_server.api.stream.hub import Hub

    log = SqliteEventLog(str(settings.home), engine=False)
    await log.open()
    bells, hub = Bells(settings.home), Hub()
    hub.poll_s = LOOK_EVERY_S if bells.hear_as_reader(hub.ring) else POLL_S
    try:
        yield ApiContext(
            log=log,
            clock=SystemClock(),
            home=settings.home,
            release=RELEASE,
            ring=bells.ring_engine,
            not_ready=lambda: absence(settings),
            hub=hub,
        )
    finally:
        bells.close()
        await log.close()


def absence(settings: Settings) -> list[str]:
    """Why nothing that is asked for will happen for now: nobody is the deployment's engine."""
    return [NO_ENGINE] if running_engine(str(settings.home)) is None else []
