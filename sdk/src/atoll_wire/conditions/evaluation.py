"""One evaluation of all conditions, as a pure function that looks only at what may have changed.

A target is evaluated again when something happened to what its condition looks at, when the last
evaluation asked for it or this one does, when a clock or a window of time says so, when its
declaration is another, or while the last evaluation of it was not settled. What is left alone would
have asked for nothing: that is what `settled` means (`docs/decisions/0014`).
"""

from __future__ import annotations

import heapq
from typing import Dict, Iterable, List, Optional, Set

from atoll_wire.conditions.compiled import Conditions
from atoll_wire.conditions.facts import Facts
from atoll_wire.conditions.memory import Memory, TargetMemory
from atoll_wire.conditions.operators import evaluate_node
from atoll_wire.conditions.results import Result
from atoll_wire.conditions.scope import Custom, Scope, Tick
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment


class Outcome:
    """What came of an evaluation.

    Attributes:
        results: by key, what was said of the targets that were evaluated.
        requested: by key, the partitions to make; of what is made whole, `WHOLE`.
        memory: what the next evaluation is to be given. Keep it together with the requests, or
            neither: then nothing is asked for twice, and nothing is forgotten.
        evaluations: how many conditions were evaluated.
    """

    def __init__(
        self,
        results: Dict[str, Result],
        requested: Dict[str, Ranges],
        memory: Memory,
        evaluations: int,
    ):
        self.results = results
        self.requested = requested
        self.memory = memory
        self.evaluations = evaluations


def evaluate(
    conditions: Conditions,
    memory: Memory,
    facts: Facts,
    at: Moment,
    custom: Optional[Custom] = None,
    is_whole: bool = False,
) -> Outcome:
    """Find what is to be made.

    Args:
        conditions: what was declared.
        memory: what the last evaluation has left; `Memory()` for the first one.
        facts: what has happened.
        at: the time of the evaluation, and the keys that were added by hand.
        custom: evaluates conditions of users' own classes.
        is_whole: whether to evaluate every target, changed or not, for the sake of its results.
    """
    known, moved = memory.rebased(conditions.spaces, conditions.dynamic, at)
    tick = Tick(conditions.targets, known, facts, at, custom)
    if is_whole or not known.evaluation_id:
        stale: Iterable[str] = conditions.order
    else:
        stale = _stale(conditions, known, facts, at, moved)
    waiting = [(conditions.rank[key], key) for key in set(stale)]
    heapq.heapify(waiting)
    results: Dict[str, Result] = {}
    scopes: Dict[str, Scope] = {}
    queued = {key for _, key in waiting}
    while waiting:
        place, key = heapq.heappop(waiting)
        scope = scopes[key] = Scope(tick, key, evaluate_node)
        node = conditions.targets.by_key[key].condition
        assert node is not None
        result = results[key] = evaluate_node(scope, node, key, tick.all(key))
        for asked in _request(tick, key, result.true):
            for other in conditions.dependents.get(asked, ()):
                if other not in queued and conditions.rank[other] > place:
                    queued.add(other)
                    heapq.heappush(waiting, (conditions.rank[other], other))
    requested = {key: ranges for key, ranges in tick.requested.items() if ranges}
    left = _remembered(conditions, known, facts, at, results, scopes, requested)
    return Outcome(results, requested, left, tick.evaluations)


def _stale(
    conditions: Conditions, memory: Memory, facts: Facts, at: Moment, moved: Set[str]
) -> Set[str]:
    """The keys of the targets that may have something new to say."""
    found = set(memory.unsettled)
    found.update(memory.due(at.now))
    for keys in (moved, facts.changed(memory.last_event), memory.requested):
        for key in keys:
            found.update(conditions.dependents.get(key, ()))
    if conditions.signature != memory.signature:
        for key in conditions.order:
            before = memory.targets.get(key)
            if before is None or before.signature != conditions.reach[key].signature:
                found.add(key)
    return found & conditions.rank.keys()


def _request(tick: Tick, key: str, true: Ranges) -> List[str]:
    """Ask for a target, and for what can only be made together with it; the keys of all."""
    if not true:
        return []
    targets = tick.targets
    together = targets.by_key[key].together
    asked = [key, *(one for one in together if one != key and one in targets.by_key)]
    for one in asked:
        ranges = true if one == key else targets.mapped(true, key, one, True, tick.at)
        tick.requested[one] = tick.requested.get(one, NONE) | ranges
    return asked


def _remembered(
    conditions: Conditions,
    before: Memory,
    facts: Facts,
    at: Moment,
    results: Dict[str, Result],
    scopes: Dict[str, Scope],
    requested: Dict[str, Ranges],
) -> Memory:
    made = before.copy()
    made.evaluation_id += 1
    made.at, made.last_event = at.now, facts.last_event
    made.signature, made.requested = conditions.signature, requested
    for key, result in results.items():
        reach, scope = conditions.reach[key], scopes[key]
        made.keep(
            key,
            TargetMemory(
                scope.nodes,
                conditions.targets.by_key[key].shape,
                reach.signature,
                scope.is_settled(result) and key not in requested,
                reach.wakes_at(at),
            ),
        )
    if len(made.targets) > len(conditions.order):
        for key in [one for one in made.targets if one not in conditions.rank]:
            made.forget(key)
    return made
