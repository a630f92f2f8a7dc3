"""Whose turn it is: the steps of a run in this process, in the order in which they become ready."""

from __future__ import annotations

import heapq
import time
from typing import Any, Callable, Dict, Iterable, Iterator, List, Sequence, Set, Tuple

from atoll.graph.steps import Step

PRIORITY_TAG = "dagster/priority"
Turn = Tuple[Step, str]
"""A step, and the key under which it is executed."""


class Turns:
    """Tells which step is next. What became ready first goes first, unless priorities differ.

    Of steps that become ready at the same time, those at the same depth go by name.

    Args:
        steps: each after those that it needs.
        needs: by step, the keys of the steps that it needs.
        instances: the keys under which a step is executed; of one that is executed for each value
            of a dynamic output, once the step that gives them back has ended.
        before: the keys of the steps that an instance needs, known at the same time.
        settle: told of each instance that is ready; whether it has ended without being executed.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        needs: Callable[[Step], Iterable[str]],
        instances: Callable[[Step], List[str]],
        before: Callable[[Step, str], List[str]],
        settle: Callable[[Step, str], bool],
    ):
        self._instances, self._before, self._settle = instances, before, settle
        self._rank: Dict[str, int] = {}
        self._unfinished: Set[str] = {step.key for step in steps}
        self._unresolved: Dict[str, List[Step]] = {}
        self._watching: Dict[str, List[Turn]] = {}
        self._ready: List[Tuple[int, int, Turn]] = []
        self._later: List[Tuple[float, int, Turn]] = []
        self._count = 0
        first: List[Turn] = []
        for step in _by_depth(steps, needs):
            source = step.mapped_over
            if source is not None and source.step in self._unfinished:
                self._unresolved.setdefault(source.step, []).append(step)
            else:
                first += self._resolved(step)
        self._look_at(first)

    def __iter__(self) -> Iterator[Turn]:
        """Each that is to be executed; say `ended` or `again` of it before asking for the next."""
        while self._ready or self._later:
            now = time.monotonic()
            while self._later and (self._later[0][0] <= now or not self._ready):
                due, _, turn = heapq.heappop(self._later)
                time.sleep(max(0.0, due - now))
                self._push(turn)
            yield heapq.heappop(self._ready)[2]

    def ended(self, key: str) -> None:
        """Say that an instance has ended, so that others may become ready."""
        self._look_at(self._freed(key))

    def again(self, turn: Turn, delay_s: float) -> None:
        """Say that an instance is to be executed again, after some seconds at the earliest."""
        self._count += 1
        heapq.heappush(self._later, (time.monotonic() + delay_s, self._count, turn))

    def _look_at(self, turns: List[Turn]) -> None:
        """Find those of some that are ready, and what becomes ready since some have ended so."""
        while turns:
            after: List[Turn] = []
            for turn in sorted(turns, key=lambda one: self._rank[one[1]]):
                if self._is_waiting(turn):
                    continue
                if self._settle(*turn):
                    after += self._freed(turn[1])
                else:
                    self._push(turn)
            turns = after

    def _is_waiting(self, turn: Turn) -> bool:
        """Whether something before it has not ended; if so, the last of that wakes it."""
        for key in reversed(self._before(*turn)):
            if key in self._unfinished:
                self._watching.setdefault(key, []).append(turn)
                return True
        return False

    def _freed(self, key: str) -> List[Turn]:
        """Note that an instance has ended; give back those that may be ready now."""
        self._unfinished.discard(key)
        found = self._watching.pop(key, [])
        for step in self._unresolved.pop(key, ()):
            found += self._resolved(step)
        return found

    def _resolved(self, step: Step) -> List[Turn]:
        keys = self._instances(step)
        self._unfinished.discard(step.key)
        self._unfinished.update(keys)
        for key in keys:
            self._rank[key] = len(self._rank)
        return [(step, key) for key in keys]

    def _push(self, turn: Turn) -> None:
        self._count += 1
        heapq.heappush(self._ready, (-_priority(turn[0]), self._count, turn))


def _by_depth(steps: Sequence[Step], needs: Callable[[Step], Iterable[str]]) -> List[Step]:
    depth: Dict[str, int] = {}
    for step in steps:
        depth[step.key] = 1 + max((depth.get(key, 0) for key in needs(step)), default=0)
    return sorted(steps, key=lambda step: (depth[step.key], step.config_path))


def _priority(step: Step) -> int:
    given: Any = step.tags.get(PRIORITY_TAG, 0)
    try:
        return int(given)
    except ValueError:
        return 0
