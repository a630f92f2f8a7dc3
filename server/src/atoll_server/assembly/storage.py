"""The API over the storage alone, beside an engine in another process or without any."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from atoll_server.adapters.doorbell import Bells
from atoll_server.adapters.event_log.home_lock import running_engine
from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.adapters.system_clock import SystemClock
from atoll_server.settings import RELEASE, Settings

if TYPE_CHECKING:
    from atoll_server.adapters.event_log.upgrade import Upgrade
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
            engine_pid=lambda: engine_pid(settings),
            settings=settings,
            hub=hub,
        )
    finally:
        bells.close()
        await log.close()


def absence(settings: Settings) -> list[str]:
    """Why nothing that is asked for will happen for now: nobody is the deployment's engine."""
    return [NO_ENGINE] if running_engine(str(settings.home)) is None else []


def engine_pid(settings: Settings) -> int | None:
    """The pid of the process that is the deployment's engine, if one is."""
    engine = running_engine(str(settings.home))
    return None if engine is None else engine.pid


@asynccontextmanager
async def housekeeping(settings: Settings) -> AsyncIterator[ApiContext]:
    """The API over the storage, with commands about the past carried out in this process.

    Holds the deployment's lock meanwhile. Commands for an engine are left for one: runs that
    wait or are under way stay as they are.

    Raises:
        StorageError: `storage.locked`, an engine runs.
    """
    from atoll_server.adapters.run_files import HomeRunFiles
    from atoll_server.api.context import ApiContext
    from atoll_server.engine.housekeeping import Housekeeper

    log, clock, bell = SqliteEventLog(str(settings.home)), SystemClock(), asyncio.Event()
    await log.open()
    keeper = Housekeeper(log, clock.now, HomeRunFiles(settings.home))

    async def work() -> None:
        while True:
            await bell.wait()
            bell.clear()
            await keeper.take_up()

    try:
        async with asyncio.TaskGroup() as group:
            working = group.create_task(work())
            yield ApiContext(
                log=log,
                clock=clock,
                home=settings.home,
                release=RELEASE,
                ring=bell.set,
                engine_pid=os.getpid,
                settings=settings,
            )
            working.cancel()
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    finally:
        await log.close()


async def upgrade_storage(settings: Settings) -> Upgrade:
    """Bring the deployment's database to the schema of this release.

    Raises:
        StorageError: `storage.*`, such as an engine that uses it.
    """
    log = SqliteEventLog(str(settings.home), engine=False)
    await log.open()
    await log.close()
    assert log.upgraded is not None
    return log.upgraded
