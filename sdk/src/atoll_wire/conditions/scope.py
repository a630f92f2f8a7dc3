"""What the evaluation of one target's condition can ask, and what it leaves."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from atoll_wire.conditions.facts import Facts, Update
from atoll_wire.conditions.memory import Memory, Moments, NodeMemory, TargetMemory
from atoll_wire.conditions.results import Result
from atoll_wire.conditions.targets import Target, Targets
from atoll_wire.conditions.tree import CUSTOM, Node
from atoll_wire.cron import cron
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment
from atoll_wire.zones import zone

Custom = Callable[["Scope", Node, str, Ranges, Optional[str]], Tuple[Ranges, Optional[str]]]
"""Evaluates a condition of a user's own class: scope, condition, key, candidates, and the text
that it left the last time; gives the partitions for which it holds, and text for the next."""


class Tick:
    """What all targets of one evaluation have in common.

    Attributes:
        targets: what there is.
        memory: what the last evaluation has left.
        facts: what has happened.
        at: the time, and the keys that were added by hand.
        custom: evaluates conditions of users' own classes.
        requested: by key, what this evaluation has asked for so far.
        evaluations: how many conditions were evaluated; for tests.
    """

    def __init__(
        self, targets: Targets, memory: Memory, facts: Facts, at: Moment, custom: Optional[Custom]
    ):
        self.targets = targets
        self.memory = memory
        self.facts = facts
        self.at = at
        self.custom = custom
        self.requested: Dict[str, Ranges] = {}
        self.evaluations = 0
        self._all: Dict[str, Ranges] = {}
        self._ticks: Dict[Tuple[str, str], int] = {}
        self._updates: Dict[str, Sequence[Update]] = {}

    def all(self, key: str) -> Ranges:
        """All partitions of a target."""
        found = self._all.get(key)
        if found is None:
            found = self._all[key] = self.targets.by_key[key].all(self.at)
        return found

    def last_tick(self, schedule: str, timezone: str) -> int:
        """The last instant of a cron string until now."""
        found = self._ticks.get((schedule, timezone))
        if found is None:
            found = cron(schedule).before(self.at.now, zone(timezone), inclusive=True)
            self._ticks[schedule, timezone] = found
        return found

    def updates(self, key: str) -> Sequence[Update]:
        """The updates of a target since the last evaluation, oldest first."""
        found = self._updates.get(key)
        if found is None:
            found = self._updates[key] = self.facts.updates(key, self.memory.last_event)
        return found


class Scope:
    """The evaluation of the condition of one target, the root.

    Attributes:
        root: the key of the target whose condition it is.
        path: the places, from the root on, of the conditions under evaluation.
        above: the conditions under evaluation, by digest.
        nodes: what is to be remembered of them.
        is_momentary: whether something holds now that will not by itself hold the next time.
    """

    def __init__(self, tick: Tick, root: str, evaluate: Callable[..., Result]):
        self.tick = tick
        self.root = root
        self.facts = tick.facts
        self.targets = tick.targets
        self.memory = tick.memory
        self.at = tick.at
        self.requested = tick.requested
        self.all = tick.all
        self.last_tick = tick.last_tick
        self.updates = tick.updates
        self.remembered_target: Optional[TargetMemory] = tick.memory.targets.get(root)
        self.path: List[int] = []
        self.above: List[str] = []
        self.nodes: Dict[str, NodeMemory] = {}
        self.is_momentary = False
        self._evaluate = evaluate

    def target(self, key: str) -> Target:
        """The target of a key."""
        return self.targets.by_key[key]

    def child(self, place: int, node: Node, key: str, candidates: Ranges) -> Result:
        """What a condition says that the one under evaluation is made of.

        Args:
            place: where it stands among the others.
            node: the condition.
            key: the target that it is asked about.
            candidates: the partitions of it that matter.
        """
        self.path.append(place)
        try:
            return self._evaluate(self, node, key, candidates)
        finally:
            self.path.pop()

    def momentary(self, result: Result) -> Result:
        """`result`; where it holds for something, the root is looked at once more next time."""
        if result.true:
            self.is_momentary = True
        return result

    def requested_before(self, key: str) -> Ranges:
        """What the last evaluation has asked for of a target that had a condition."""
        return self.memory.requested.get(key, NONE) if key in self.memory.targets else NONE

    def remembered(self, node: Node, key: str) -> Optional[NodeMemory]:
        """What a condition has left of a target the last time."""
        before = self.remembered_target
        return None if before is None else before.nodes.get(self._place(node, key))

    def remember(
        self,
        node: Node,
        key: str,
        subset: Ranges = NONE,
        cursor: Optional[str] = None,
        trigger: Moments = None,
        reset: Moments = None,
    ) -> None:
        """Leave something for the next evaluation."""
        self.nodes[self._place(node, key)] = NodeMemory(key, subset, cursor, trigger, reset)

    def is_settled(self, result: Result) -> bool:
        """Whether another evaluation of the same facts would give the same, which is nothing."""
        before: Any = self.remembered_target
        if before is None or self.is_momentary or result.true:
            return False
        if len(before.nodes) != len(self.nodes):
            return False
        for name, node in self.nodes.items():
            old = before.nodes.get(name)
            if old is None or old.subset != node.subset or old.cursor != node.cursor:
                return False
        return True

    def _place(self, node: Node, key: str) -> str:
        """Conditions of Atoll's own remember the same wherever they stand; others may not."""
        where = ".".join(map(str, self.path)) if node.kind == CUSTOM else ""
        return "%s %s %s" % (node.identity, where, key)
