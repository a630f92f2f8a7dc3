"""What one evaluation leaves for the next: small, and JSON-able as a whole."""

from __future__ import annotations

import json
from bisect import bisect_left, insort
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from atoll_wire.codec import to_wire
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment, Space, space_from_wire
from atoll_wire.partitions.time_windows import TimeWindowSpace

Moments = Optional[Tuple[int, float]]
"""Number and time of an evaluation."""


class NodeMemory(NamedTuple):
    """What a condition remembers of a target.

    Attributes:
        key: the target, which need not be the one whose condition it is part of.
        subset: partitions of it.
        cursor: text.
        trigger: of `since`, when its trigger held last.
        reset: of `since`, when its reset held last.
    """

    key: str
    subset: Ranges = NONE
    cursor: Optional[str] = None
    trigger: Moments = None
    reset: Moments = None


class TargetMemory(NamedTuple):
    """What is remembered of a target that has a condition.

    Attributes:
        nodes: what the parts of its condition remember.
        shape: what sort of partitions it had.
        signature: condition, dependencies and code, as they were.
        is_settled: whether another evaluation of the same facts would say nothing new.
        wakes_at: when time alone makes a difference; seconds since 1970, UTC.
    """

    nodes: Dict[str, NodeMemory]
    shape: str
    signature: str
    is_settled: bool
    wakes_at: Optional[float]


class Memory:
    """What an evaluation leaves for the next; not changed once it is made.

    Attributes:
        evaluation_id: how many evaluations there were.
        at: when the last one was; seconds since 1970, UTC.
        last_event: the event until which it has seen what happened.
        signature: of all conditions together.
        requested: by key, what it has asked for.
        targets: by key.
        spaces: by key, the partitions that ranges here count.
        dynamic: by name, the keys of dynamic partitions, in order.
        unsettled: keys of the targets that are to be evaluated again whatever happens.
    """

    def __init__(self) -> None:
        self.evaluation_id = 0
        self.at = 0.0
        self.last_event = 0
        self.signature = ""
        self.requested: Dict[str, Ranges] = {}
        self.targets: Dict[str, TargetMemory] = {}
        self.spaces: Mapping[str, Optional[Space]] = {}
        self.dynamic: Dict[str, List[str]] = {}
        self.unsettled: Set[str] = set()
        self._alarms: List[Tuple[float, str]] = []

    def due(self, now: float) -> List[str]:
        """The keys of the targets for which time alone has made a difference."""
        return [key for _, key in self._alarms[: bisect_left(self._alarms, (now, "\U0010ffff"))]]

    def copy(self) -> Memory:
        """Another one, which may be changed until it is handed out."""
        made = Memory()
        for name, value in self.__dict__.items():
            shared = name == "spaces" or not hasattr(value, "copy")
            made.__dict__[name] = value if shared else value.copy()
        return made

    def keep(self, key: str, target: TargetMemory) -> None:
        """Remember a target, in place of what was remembered of it."""
        self.forget(key)
        self.targets[key] = target
        if not target.is_settled:
            self.unsettled.add(key)
        if target.wakes_at is not None:
            insort(self._alarms, (target.wakes_at, key))

    def forget(self, key: str) -> None:
        """Remember nothing of a target any more."""
        before = self.targets.pop(key, None)
        self.unsettled.discard(key)
        if before is not None and before.wakes_at is not None:
            del self._alarms[bisect_left(self._alarms, (before.wakes_at, key))]

    def rebased(
        self,
        spaces: Mapping[str, Optional[Space]],
        dynamic: Mapping[str, Sequence[str]],
        at: Moment,
    ) -> Tuple[Memory, Set[str]]:
        """The same of partitions as they are now: those that are gone are forgotten.

        Args:
            spaces: by key, the partitions that targets have now.
            dynamic: by name of dynamic partitions, the keys of the targets that have them.
            at: the time, and the keys that were added by hand.

        Returns:
            What is remembered, and the keys of the targets whose partitions are others.
        """
        changed: Set[str] = set()
        moved: Set[str] = set()
        for name, keys in dynamic.items():
            now, before = list(at.dynamic_keys(name).keys), self.dynamic.get(name, [])
            if now != before:
                changed.update(keys)
            if now[: len(before)] != before:
                moved.update(keys)
        if spaces is self.spaces and not changed:
            return self, changed
        if spaces is not self.spaces:
            for key, space in spaces.items():
                old = self.spaces.get(key, space)
                if old is not space and old != space:
                    moved.add(key)
        made = self.copy()
        made.spaces = spaces
        made.dynamic = {name: list(at.dynamic_keys(name).keys) for name in dynamic}
        if moved:
            before_at = Moment(self.at, self.dynamic)
            shifted = {key: (self.spaces.get(key, spaces[key]), spaces[key]) for key in moved}
            made._shift(shifted, before_at, at)
        return made, changed | moved

    def _shift(
        self,
        shifted: Mapping[str, Tuple[Optional[Space], Optional[Space]]],
        before: Moment,
        at: Moment,
    ) -> None:
        def moved(key: str, ranges: Ranges) -> Ranges:
            if key not in shifted:
                return ranges
            return _moved(ranges, shifted[key][0], before, shifted[key][1], at)

        self.requested = {key: moved(key, one) for key, one in self.requested.items()}
        for key, target in self.targets.items():
            nodes = {
                name: node._replace(subset=moved(node.key, node.subset))
                for name, node in target.nodes.items()
            }
            self.targets[key] = target._replace(nodes=nodes)

    def to_wire(self) -> Dict[str, Any]:
        """All of it, JSON-able."""
        every = list(dict.fromkeys(to_text(space) for space in self.spaces.values()))
        places = {text: place for place, text in enumerate(every)}
        return {
            "evaluation_id": self.evaluation_id,
            "at": self.at,
            "last_event": self.last_event,
            "signature": self.signature,
            "requested": {key: _pairs(ranges) for key, ranges in self.requested.items()},
            "targets": {
                key: [
                    {name: _written(node) for name, node in target.nodes.items()},
                    *target[1:],
                ]
                for key, target in self.targets.items()
            },
            "spaces": every,
            "space_of": {key: places[to_text(space)] for key, space in self.spaces.items()},
            "dynamic": self.dynamic,
        }

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Memory:
        """What `to_wire` wrote."""
        made = cls()
        for name in ("evaluation_id", "at", "last_event", "signature"):
            setattr(made, name, data[name])
        made.requested = {key: Ranges(pairs) for key, pairs in data["requested"].items()}
        every = [from_text(text) for text in data["spaces"]]
        made.spaces = {key: every[place] for key, place in data["space_of"].items()}
        made.dynamic = {name: list(keys) for name, keys in data["dynamic"].items()}
        for key, (nodes, shape, signature, is_settled, wakes_at) in data["targets"].items():
            known = {name: _read(node) for name, node in nodes.items()}
            made.keep(key, TargetMemory(known, shape, signature, is_settled, wakes_at))
        return made


def to_text(space: Optional[Space]) -> str:
    """A space as text; the same for equal ones."""
    return "" if space is None else json.dumps(to_wire(space), sort_keys=True)


def from_text(text: str) -> Optional[Space]:
    """The space that `to_text` wrote."""
    return space_from_wire(json.loads(text)) if text else None


def _moved(
    ranges: Ranges, old: Optional[Space], before: Moment, new: Optional[Space], at: Moment
) -> Ranges:
    """The partitions of one space, by key, in another, or in the same with other keys."""
    if old is None or new is None:
        return ranges if old is new else NONE
    if isinstance(old, TimeWindowSpace) and old.same_windows(new) and not old.excluded_crons:
        assert isinstance(new, TimeWindowSpace)
        if not old.excluded_instants:
            by = new.position_from(old.start_of(0))
            return ranges.shifted(by) & new.all(at)
    count = old.count(before)
    keys = [old.key(position, before) for position in ranges if position < count]
    return new.ranges(keys, at)[0]


def _pairs(ranges: Ranges) -> List[Tuple[int, int]]:
    return list(ranges.pairs)


def _written(node: NodeMemory) -> List[Any]:
    return [node.key, _pairs(node.subset), *node[2:]]


def _read(data: Any) -> NodeMemory:
    key, pairs, cursor, trigger, reset = data
    return NodeMemory(key, Ranges(pairs), cursor, _moments(trigger), _moments(reset))


def _moments(data: Any) -> Moments:
    return None if data is None else (data[0], data[1])
