"""What was read of the runs that somebody looks at, so that the next look costs what is new.

Events of a run only grow, and their ids never come back: what is kept of a run is true up to an
id, and is continued from there. Of an erased run nothing is told, and nothing kept.
"""

from __future__ import annotations

import asyncio
from array import array
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from atoll_server.api.run_steps import STEP_EVENTS, StepsFold
from atoll_server.ports.event_log import EventFilter, EventLog

_MOST_STEPS = 100_000
"""So many steps are kept in all: some 100 MB, where runs are that large."""
_MOST_IDS = 4_000_000
"""So many ids of events: 32 MB."""
_MOST_RUNS = 32
_PAGE = 2000
K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Sized)


class _Recent(Generic[K, V]):
    """The values that were asked for last; those before go when there are too many, or too large.

    Args:
        most: how large all of them may be together, by `len`.
    """

    def __init__(self, make: Callable[[], V], most: int) -> None:
        self._make = make
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V:
        """The value under a key, made if it is not there."""
        self._trim()
        value = self._kept.pop(key, None)
        if value is None:
            value = self._make()
        self._kept[key] = value
        return value

    def drop(self, is_meant: Callable[[K], bool]) -> None:
        """Forget the values whose keys are meant."""
        for key in [key for key in self._kept if is_meant(key)]:
            del self._kept[key]

    def _trim(self) -> None:
        size = sum(map(len, self._kept.values()))
        while self._kept and (size > self._most or len(self._kept) >= _MOST_RUNS):
            size -= len(self._kept.popitem(last=False)[1])


@dataclass
class _Steps:
    fold: StepsFold = field(default_factory=StepsFold)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __len__(self) -> int:
        return len(self.fold)


@dataclass
class FoundEvents:
    """The events of a run that pass a filter."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    last_event_id: int = 0
    """The newest event of the run, whether it passes or not."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __len__(self) -> int:
        return len(self.ids)


class FollowedRuns:
    """Keeps the steps of runs, and which of their events were looked for."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._steps: _Recent[str, _Steps] = _Recent(_Steps, _MOST_STEPS)
        self._found: _Recent[tuple[str, EventFilter], FoundEvents] = _Recent(FoundEvents, _MOST_IDS)

    async def steps(self, run_id: str) -> StepsFold | None:
        """The run's steps as they stand; None: there is no such run."""
        newest = await self._newest(run_id)
        if newest is None:
            return None
        kept = self._steps.get(run_id)
        async with kept.lock:
            fold, has_more = kept.fold, True
            while has_more and fold.last_event_id < newest:
                page = await self._log.events(
                    run_id=run_id, after=fold.last_event_id, kinds=STEP_EVENTS, limit=_PAGE
                )
                for event in page:
                    fold.add(event)
                has_more = len(page) == _PAGE
            fold.last_event_id = max(fold.last_event_id, newest)
        return fold

    async def events(self, run_id: str, where: EventFilter) -> FoundEvents | None:
        """Which events of the run pass; None: there is no such run."""
        newest = await self._newest(run_id)
        if newest is None:
            return None
        found = self._found.get((run_id, where))
        async with found.lock:
            if found.last_event_id < newest:
                ids = await self._log.event_ids(run_id, after=found.last_event_id, where=where)
                found.ids.extend(ids)
                found.last_event_id = max([newest, *ids[-1:]])
        return found

    async def _newest(self, run_id: str) -> int | None:
        newest = await self._log.newest_event(run_id)
        if newest is None:
            self._steps.drop(lambda key: key == run_id)
            self._found.drop(lambda key: key[0] == run_id)
        return newest
