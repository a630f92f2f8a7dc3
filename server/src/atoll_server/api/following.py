"""Follows the event log, once for all who watch: how assets stand, and what has changed.

What storage keeps of the past is read when somebody first asks; from then on, each new event is
looked at once, without what it says. After a long silence, or when events were erased, it begins
anew: that costs what there is, not what has been.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable

from atoll_server.core.event import EventNote
from atoll_server.core.run.table import RUN_KINDS, STEP_KINDS
from atoll_server.core.standing import Failed, Made, PlannedAssets, Standing, Standings
from atoll_server.ports.event_log import EventLog, LogPosition, RunFilter
from atoll_wire.events import RUN_STARTING

_PAGE = 2000
"""So many events are looked at before others get their turn."""
_MOST_BEHIND = 50_000
"""Whoever is further behind begins anew."""
_MOST_RUNS = 10_000
_PLANNED = ("STARTING", "STARTED", "CANCELING")
_OF_QUEUE = RUN_KINDS | STEP_KINDS


class Noticed:
    """What has changed since it was last taken; beyond so many, only that there are more."""

    MOST_RUNS = 100
    MOST_ASSETS = 500

    def __init__(self) -> None:
        self._runs: dict[str, None] = {}
        self._assets: dict[str, None] = {}
        self.is_anew = False
        """Whether any asset may stand otherwise."""
        self.has_moved = False
        """Whether what runs or waits has changed."""

    def add_run(self, run_id: str) -> None:
        """A run has a new event."""
        if len(self._runs) <= self.MOST_RUNS:
            self._runs[run_id] = None

    def add_asset(self, key: str) -> None:
        """An asset stands otherwise."""
        if len(self._assets) <= self.MOST_ASSETS:
            self._assets[key] = None

    @property
    def runs(self) -> list[str] | None:
        """Runs with new events; None: many."""
        return list(self._runs) if len(self._runs) <= self.MOST_RUNS else None

    @property
    def assets(self) -> list[str] | None:
        """Assets that stand otherwise; None: many."""
        is_few = len(self._assets) <= self.MOST_ASSETS and not self.is_anew
        return list(self._assets) if is_few else None


class Follower:
    """The log as far as it was followed."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._lock = asyncio.Lock()
        self._position: LogPosition | None = None
        self._standings = Standings({}, {})
        self._changed: dict[str, int] = {}
        """By asset: the last event that changed how it stands; the newest of these come last."""
        self._whole_until = 0
        """Who knows no more than this has to be told everything."""
        self._noticed = Noticed()

    @property
    def last_event_id(self) -> int:
        """How far the log was followed."""
        return 0 if self._position is None else self._position.last_event_id

    async def catch_up(self) -> None:
        """Take in all that is stored by now."""
        async with self._lock:
            position = await self._log.position()
            known = self._position
            if (
                known is None
                or position.erasures != known.erasures
                or not 0 <= position.last_event_id - known.last_event_id <= _MOST_BEHIND
            ):
                await self._begin(position)
            elif position.last_event_id > known.last_event_id:
                await self._go_on(known.last_event_id, position)
            self._position = position

    def take(self) -> Noticed:
        """What has changed since this was last called."""
        noticed, self._noticed = self._noticed, Noticed()
        return noticed

    def standing(self, key: str) -> Standing | None:
        """How an asset stands."""
        return self._standings.of(key)

    def partitions_under_way(self, key: str) -> Collection[str]:
        """The partitions, and ranges of them, that runs are about to make of an asset."""
        return self._standings.partitions_under_way(key)

    def standings(self, after: int | None) -> dict[str, Standing | None] | None:
        """How those assets stand that have changed since event `after`; None: it is too old."""
        if after is None or not self._whole_until < after <= self.last_event_id:
            return None
        found: dict[str, Standing | None] = {}
        for key, changed in reversed(self._changed.items()):
            if changed <= after:
                break
            found[key] = self._standings.of(key)
        return found

    def all_standings(self) -> dict[str, Standing | None]:
        """How all assets stand that stand somewhere."""
        return {key: self._standings.of(key) for key in self._standings.keys}

    async def _begin(self, position: LogPosition) -> None:
        # In this order: of a run that is not listed because it has ended, all is stored by now.
        runs = await self._log.runs(limit=_MOST_RUNS, where=RunFilter(statuses=_PLANNED))
        made, failed = await self._log.assets(), await self._log.failures()
        checks = await self._log.checks()
        standings = Standings(
            {key: Made(one.event_id, one.run_id, one.at) for key, one in made.items()},
            {key: Failed(one.event_id, one.run_id) for key, one in failed.items()},
            {(one.asset, one.name): (one.event_id, one.outcome) for one in checks},
        )
        for run in reversed(runs):
            await self._plan(standings, run.run_id)
            after = 0
            while page := await self._log.notes(run_id=run.run_id, after=after, limit=_PAGE):
                for note in page:
                    if note.id <= position.last_event_id:
                        standings.recall(note)
                after = page[-1].id
        is_first = self._position is None
        self._standings, self._changed = standings, {}
        # Who has the last event already knows all of this, unless events were erased since.
        self._whole_until = position.last_event_id - is_first
        self._noticed.is_anew = self._noticed.has_moved = True

    async def _go_on(self, after: int, position: LogPosition) -> None:
        while page := await self._log.notes(after=after, limit=_PAGE):
            after = page[-1].id
            for note in page:
                if note.id > position.last_event_id:
                    return
                if note.kind == RUN_STARTING:
                    self._mark(await self._plan(self._standings, note.run_id), note.id)
                else:
                    self._mark(self._standings.evolve(note), note.id)
                self._notice(note)

    def _notice(self, note: EventNote) -> None:
        if note.run_id:
            self._noticed.add_run(note.run_id)
        if note.kind in _OF_QUEUE:
            self._noticed.has_moved = True

    def _mark(self, keys: Iterable[str], event_id: int) -> None:
        for key in keys:
            self._changed.pop(key, None)
            self._changed[key] = event_id
            self._noticed.add_asset(key)

    async def _plan(self, standings: Standings, run_id: str) -> Iterable[str]:
        found = await self._log.events(run_id=run_id, kinds=[RUN_STARTING], limit=1)
        if not found:  # it was canceled before it was planned, or erased meanwhile
            return ()
        steps = found[0].data.get("plan", {}).get("steps", ())
        run = await self._log.run(run_id)
        partition = None if run is None else run.partition
        return standings.plan(
            run_id,
            [
                PlannedAssets(step["key"], step["assets"], step.get("partition") or partition)
                for step in steps
            ],
        )
