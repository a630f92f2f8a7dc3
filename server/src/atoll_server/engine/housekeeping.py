"""Carries out what was asked for about the past: wiping assets, deleting runs, pruning.

Erasing goes on beside the turns, a few rows per transaction, and is settled when it is done;
an engine that takes it up again goes on where the last one died. It must not know locations.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any

from atoll_server.core.event import NewEvent
from atoll_server.core.run.table import ENDED
from atoll_server.engine.stored_settings import save_changes
from atoll_server.ports.event_log import EventLog, Intent, Retention
from atoll_server.ports.run_files import RunFiles
from atoll_wire import events as kinds

ERASING = frozenset(["delete_run", "prune"])
_ROWS = 200
"""Events that are erased in one transaction: a few milliseconds."""
ROWS_PER_SYNC = 20_000
"""After so many the log's file is flushed and copied: it must not grow for as long as this lasts,
and its copying must not fall to the writer."""
_RUNS = 1000
_PAUSE_S, _LONGEST_PAUSE_S = 0.005, 0.1
_ENDED = frozenset(status.value for status in ENDED)


def wiped(keys: Iterable[str], at: float) -> list[NewEvent]:
    """The events after which these assets count as never materialized."""
    return [
        NewEvent(
            run_id="",
            kind=kinds.ASSET_WIPED,
            at=at,
            message=f"Asset {key!r} was wiped: it counts as never materialized.",
            data={"asset_key": key},
        )
        for key in keys
    ]


class Eraser:
    """Erases runs, and what nothing refers to any more.

    Args:
        offload: runs what blocks off the loop.
        used_snapshots: hashes of snapshots that are in use though no saved location says so.
        files: what runs have left on this machine, if anything.
    """

    def __init__(
        self,
        log: EventLog,
        offload: Callable[..., Awaitable[Any]] = asyncio.to_thread,
        used_snapshots: Callable[[], Collection[str]] = tuple,
        files: RunFiles | None = None,
    ) -> None:
        self._log = log
        self._offload = offload
        self._used_snapshots = used_snapshots
        self._files = files
        self._under_way: set[int] = set()
        self._unsynced = 0

    async def carry_out(self, intent: Intent) -> None:
        """Do what an intent of `ERASING` asks for, then settle it; once at a time."""
        if intent.id in self._under_way:
            return
        self._under_way.add(intent.id)
        try:
            if intent.kind == "delete_run":
                await self._erase(str(intent.payload["run_id"]))
            else:
                await self._prune(Retention(**intent.payload))
            await self._log.append([], [intent.id])
        finally:
            self._under_way.discard(intent.id)

    async def keep_up(self, retention: Retention | None, before: float) -> None:
        """Erase what need not be kept, and what has been left lying since `before`.

        Args:
            retention: which runs stay; None: all.
        """
        if retention is not None:
            await self._erase_runs(retention)
        await self._drop_snapshots()
        if self._files is not None:
            await self._remove_journals_of_ended_runs()
            await self._offload(self._files.sweep, before)

    async def _erase(self, run_id: str) -> None:
        run = await self._log.run(run_id)
        if run is not None and run.status not in _ENDED:
            return  # refused when it was asked for, unless somebody writes intents by hand
        while await self._erase_some(run_id) == _ROWS:
            pass
        if self._files is not None:
            await self._offload(self._files.remove, run_id)

    async def _erase_some(self, run_id: str) -> int:
        """One transaction; then others have the log for at least as long."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        count = await self._log.erase_run(run_id, _ROWS)
        self._unsynced += count
        if self._unsynced >= ROWS_PER_SYNC:
            self._unsynced = 0
            await self._log.sync()
        await asyncio.sleep(min(loop.time() - began, _LONGEST_PAUSE_S))
        return count

    async def _prune(self, retention: Retention) -> None:
        await self._erase_runs(retention)
        await self._drop_snapshots()
        await self._remove_files_of_nobody()

    async def _erase_runs(self, retention: Retention) -> None:
        while run_ids := await self._log.prunable_runs(retention, _RUNS):
            for run_id in run_ids:
                await self._erase(run_id)
        is_more = True
        while is_more:
            is_more = await self._log.give_back()
            await asyncio.sleep(_PAUSE_S)

    async def _drop_snapshots(self) -> None:
        used = self._used_snapshots()
        unused = [hash for hash in await self._log.unused_snapshots() if hash not in used]
        for hash in unused:
            await self._log.drop_snapshots([hash])

    async def _remove_files_of_nobody(self) -> None:
        """Remove the files of runs that are no longer known."""
        if self._files is None:
            return
        for run_id in await self._offload(self._files.run_ids):
            if await self._log.run(run_id) is None:
                await self._offload(self._files.remove, run_id)

    async def _remove_journals_of_ended_runs(self) -> None:
        """Who should have removed them was not there, or was killed, when the runs ended."""
        assert self._files is not None
        run_ids = await self._offload(self._files.with_journals)
        runs = [await self._log.run(run_id) for run_id in run_ids]
        await self._log.sync()  # their ends, too, must survive a power cut
        for run in runs:
            if run is not None and run.status in _ENDED:
                await self._offload(self._files.remove_journals, run.run_id)


class Housekeeper:
    """What takes up such intents where no engine runs; all others are left for one.

    Whoever uses it keeps engines out meanwhile.
    """

    def __init__(self, log: EventLog, now: Callable[[], float], files: RunFiles) -> None:
        self._log = log
        self._now = now
        self._eraser = Eraser(log, files=files)

    async def take_up(self) -> None:
        """Carry out what is waiting, in order."""
        for intent in await self._log.intents():
            if intent.kind == "wipe_assets":
                await self._log.append(wiped(intent.payload["keys"], self._now()), [intent.id])
            elif intent.kind == "change_settings":
                await save_changes(self._log, intent, self._now())
            elif intent.kind in ERASING:
                await self._eraser.carry_out(intent)
