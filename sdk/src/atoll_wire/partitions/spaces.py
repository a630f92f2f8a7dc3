"""Partition spaces that are lists of keys, and those of two dimensions; what all spaces can do.

A space numbers its partitions: `position` of a key, `key` of a position, `count`. Which there are
may depend on the time and on the keys that were added by hand: both come with a `Moment`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from atoll_wire.codec import MalformedMessage, from_wire
from atoll_wire.partitions.ranges import Ranges

DELIMITER = "|"
"""Between the keys of the dimensions in the key of a partition that has several."""


class Moment:
    """What a space needs to know of the world: the time, and the keys that were added by hand.

    Args:
        now: seconds since 1970, UTC.
        dynamic: keys by name of their space, or a function that finds those of a name.
    """

    def __init__(
        self,
        now: float,
        dynamic: Any = None,
    ):
        self.now = now
        self._find: Callable[[str], Sequence[str]] = (
            dynamic if callable(dynamic) else lambda name: (dynamic or {}).get(name, ())
        )
        self._known: Dict[str, _Keys] = {}

    def dynamic_keys(self, name: str) -> _Keys:
        """The keys that were added to the space called `name`, in order; asked for once."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = _Keys(self._find(name))
        return known


class _Keys:
    """Some keys in order, and where each stands."""

    def __init__(self, keys: Sequence[str]):
        self.keys: Sequence[str] = keys if isinstance(keys, (list, tuple)) else list(keys)
        self.places: Mapping[str, int] = {key: place for place, key in enumerate(self.keys)}


class Space:
    """What all partition spaces can do. Positions count from 0, in the order of the partitions."""

    kind: str

    def count(self, at: Moment) -> int:
        """How many partitions there are."""
        raise NotImplementedError

    def key(self, position: int, at: Moment) -> str:
        """The key of the partition at a position."""
        raise NotImplementedError

    def position(self, key: str, at: Moment) -> Optional[int]:
        """Where the partition of a key stands; None if there is none."""
        raise NotImplementedError

    def contains(self, key: str, at: Moment) -> bool:
        """Whether there is a partition of this key."""
        return self.position(key, at) is not None

    def keys(self, at: Moment, offset: int = 0, limit: Optional[int] = None) -> List[str]:
        """Keys in order: at most `limit`, after the first `offset`."""
        count = self.count(at)
        stop = count if limit is None else min(count, offset + limit)
        return [self.key(position, at) for position in range(offset, stop)]

    def all(self, at: Moment) -> Ranges:
        """The positions of all partitions."""
        return Ranges.span(0, self.count(at))

    def ranges(self, keys: Sequence[str], at: Moment) -> Tuple[Ranges, List[str]]:
        """The positions of some keys, and those of the keys that are not there."""
        found, unknown = [], []
        following, count = -1, self.count(at) if keys else 0
        for key in keys:
            # Keys mostly come in order: writing the next one is cheaper than reading this one.
            is_next = 0 <= following < count and self.key(following, at) == key
            position = following if is_next else self.position(key, at)
            if position is None:
                unknown.append(key)
                following = -1
            else:
                found.append(position)
                following = position + 1
        return Ranges.of(found), unknown

    def between(self, first: str, last: str, at: Moment) -> Ranges:
        """The positions from one key to another, both included.

        Raises:
            KeyError: one of them is not there; it is the argument.
        """
        start, stop = self.position(first, at), self.position(last, at)
        for key, position in ((first, start), (last, stop)):
            if position is None:
                raise KeyError(key)
        assert start is not None and stop is not None
        return Ranges.span(start, stop + 1)

    def spans(self, ranges: Ranges, at: Moment) -> List[Tuple[str, str]]:
        """The first and last key of each range: how a subset is written so that it lasts."""
        return [(self.key(a, at), self.key(b - 1, at)) for a, b in ranges.pairs]


@dataclass(frozen=True)
class StaticSpace(Space):
    """Partitions that are listed where they are declared."""

    partition_keys: List[str]
    kind: str = "static"

    @cached_property
    def _listed(self) -> _Keys:
        return _Keys(self.partition_keys)

    def count(self, at: Moment) -> int:
        return len(self.partition_keys)

    def key(self, position: int, at: Moment) -> str:
        return self.partition_keys[position]

    def position(self, key: str, at: Moment) -> Optional[int]:
        return self._listed.places.get(key)


@dataclass(frozen=True)
class DynamicSpace(Space):
    """Partitions that are added and removed while the deployment runs, under a name."""

    name: str
    kind: str = "dynamic"

    def count(self, at: Moment) -> int:
        return len(at.dynamic_keys(self.name).keys)

    def key(self, position: int, at: Moment) -> str:
        return at.dynamic_keys(self.name).keys[position]

    def position(self, key: str, at: Moment) -> Optional[int]:
        return at.dynamic_keys(self.name).places.get(key)


@dataclass(frozen=True)
class UnknownSpace(Space):
    """Partitions that only the user's code can list: a class of its own, or a function.

    The host knows that there are such, and asks the location for their keys.
    """

    name: str
    kind: str = "unknown"


@dataclass(frozen=True)
class Dimension:
    """One dimension of a `MultiSpace`."""

    name: str
    space: Any
    """A space of one dimension."""


@dataclass(frozen=True)
class MultiSpace(Space):
    """Each partition of one dimension with each of the other; dimensions in the order of names."""

    dimensions: List[Dimension] = field(default_factory=list)
    kind: str = "multi"

    @property
    def spaces(self) -> Tuple[Space, Space]:
        """The spaces of the dimensions."""
        return self.dimensions[0].space, self.dimensions[1].space

    def dimension(self, name: str) -> int:
        """Where the dimension of a name stands.

        Raises:
            KeyError: there is none.
        """
        for place, dimension in enumerate(self.dimensions):
            if dimension.name == name:
                return place
        raise KeyError(name)

    def count(self, at: Moment) -> int:
        first, second = self.spaces
        return first.count(at) * second.count(at)

    def key(self, position: int, at: Moment) -> str:
        first, second = self.spaces
        row, column = divmod(position, second.count(at))
        return first.key(row, at) + DELIMITER + second.key(column, at)

    def position(self, key: str, at: Moment) -> Optional[int]:
        parts = key.split(DELIMITER)
        if len(parts) != 2:
            return None
        first, second = self.spaces
        row, column = first.position(parts[0], at), second.position(parts[1], at)
        return None if row is None or column is None else row * second.count(at) + column

    def between(self, first: str, last: str, at: Moment) -> Ranges:
        """Each partition from one key to the other of one dimension, with each of the other."""
        sides = []
        lows, highs = first.split(DELIMITER), last.split(DELIMITER)
        for key, parts in ((first, lows), (last, highs)):
            if len(parts) != 2:
                raise KeyError(key)
        for place, space in enumerate(self.spaces):
            sides.append(space.between(lows[place], highs[place], at))
        return self.box(sides[0], sides[1], at)

    def box(self, rows: Ranges, columns: Ranges, at: Moment) -> Ranges:
        """The positions of each of `rows` (of the first dimension) with each of `columns`."""
        width = self.spaces[1].count(at)
        if columns.pairs == ((0, width),):
            return Ranges((a * width, b * width) for a, b in rows.pairs)
        return Ranges((row * width + a, row * width + b) for row in rows for a, b in columns.pairs)

    def boxes(self, ranges: Ranges, at: Moment) -> List[Tuple[Ranges, Ranges]]:
        """Rows and columns that together make `ranges`; as many as there are differing rows."""
        width = self.spaces[1].count(at)
        rows: Dict[Tuple[Tuple[int, int], ...], List[Tuple[int, int]]] = {}
        parts: Dict[int, List[Tuple[int, int]]] = {}
        for start, stop in ranges.pairs:
            first, last = -(-start // width), stop // width
            if first < last:
                rows.setdefault(((0, width),), []).append((first, last))
            for low, high in ((start, min(stop, first * width)), (max(start, last * width), stop)):
                if low < high:
                    parts.setdefault(low // width, []).append((low % width, (high - 1) % width + 1))
        for row, columns in parts.items():
            rows.setdefault(Ranges(columns).pairs, []).append((row, row + 1))
        return [(Ranges(found), Ranges(columns)) for columns, found in rows.items()]

    def spans(self, ranges: Ranges, at: Moment) -> List[Tuple[str, str]]:
        first, second = self.spaces
        found = []
        for rows, columns in self.boxes(ranges, at):
            for a, b in first.spans(rows, at):
                for c, d in second.spans(columns, at):
                    found.append((a + DELIMITER + c, b + DELIMITER + d))
        return found


def space_from_wire(value: Any) -> Space:
    """The space that `codec.to_wire` wrote.

    Raises:
        MalformedMessage: `wire.malformed`, it is none.
    """
    from atoll_wire.partitions.time_windows import TimeWindowSpace

    kinds: Dict[str, Any] = {
        "static": StaticSpace,
        "dynamic": DynamicSpace,
        "unknown": UnknownSpace,
        "time_windows": TimeWindowSpace,
    }
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind == "multi":
        dimensions = [from_wire(Dimension, one) for one in value.get("dimensions") or ()]
        if len(dimensions) != 2:
            raise MalformedMessage("a space of %d dimensions" % len(dimensions))
        return MultiSpace([Dimension(one.name, space_from_wire(one.space)) for one in dimensions])
    if kind not in kinds:
        raise MalformedMessage("no partition space is of the kind %r" % (kind,))
    found: Space = from_wire(kinds[kind], value)
    return found
