"""Looks now and then whether the deployment's folder still is the one that was opened."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from atoll_server.adapters.doorbell import Bells
from atoll_server.adapters.event_log.sqlite import SqliteEventLog

_LOOK_EVERY_S = 2.0


async def watch_home(log: SqliteEventLog, bells: Bells) -> NoReturn:
    """Put up bells that were removed; end when the database was.

    Raises:
        StorageError: `storage.moved`, the database or the lock was removed or replaced: what this
            process stores from here on, nobody else would find.
    """
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        await log.check_in_place()
        bells.hear_again()
