"""Some of the partitions of a definition."""

from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, Optional, Sequence, Set

from atoll.definitions.partitions.definition import PartitionsDefinition
from atoll.definitions.partitions.keys import PartitionKeyRange, TimeWindow
from atoll.errors import InvariantError
from atoll_wire.partitions.ranges import NONE, Ranges


class PartitionsSubset:
    """Some of the partitions of a definition: one of its subclasses."""

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return len(self) == 0

    def get_partition_keys(self) -> Iterable[str]:
        """Their keys."""
        raise NotImplementedError

    def with_partition_keys(self, partition_keys: Iterable[str]) -> Any:
        """These, and those of some keys."""
        raise NotImplementedError

    def empty_subset(self) -> Any:
        """None of the partitions."""
        raise NotImplementedError

    def with_partition_key_range(
        self, partitions_def: PartitionsDefinition[Any], partition_key_range: PartitionKeyRange
    ) -> Any:
        """These, and those from one key to another, both included."""
        return self.with_partition_keys(
            partitions_def.get_partition_keys_in_range(partition_key_range)
        )

    def get_partition_keys_not_in_subset(
        self, partitions_def: PartitionsDefinition[Any]
    ) -> Iterable[str]:
        """The keys of the partitions that are not among these."""
        return [key for key in partitions_def.get_partition_keys() if key not in self]

    def get_partition_key_ranges(
        self, partitions_def: PartitionsDefinition[Any]
    ) -> List[PartitionKeyRange]:
        """These, as few ranges as there can be."""
        at, space = partitions_def._moment(), partitions_def.space
        found, _ = space.ranges(list(self.get_partition_keys()), at)
        return [PartitionKeyRange(a, b) for a, b in space.spans(found, at)]

    def to_serializable_subset(self) -> Any:
        """The subset itself."""
        return self

    def __or__(self, other: Any) -> Any:
        return self.with_partition_keys(other.get_partition_keys())

    def __and__(self, other: Any) -> Any:
        kept = [key for key in self.get_partition_keys() if key in other]
        return self.empty_subset().with_partition_keys(kept)

    def __sub__(self, other: Any) -> Any:
        kept = [key for key in self.get_partition_keys() if key not in other]
        return self.empty_subset().with_partition_keys(kept)

    def __len__(self) -> int:
        raise NotImplementedError

    def __contains__(self, value: Any) -> bool:
        raise NotImplementedError


class DefaultPartitionsSubset(PartitionsSubset):
    """Some partitions, as the set of their keys.

    Args:
        subset: the keys.
    """

    def __init__(self, subset: Optional[Set[str]] = None):
        self.subset: Set[str] = set(subset or ())

    def get_partition_keys(self) -> Iterable[str]:
        """Their keys, in no order."""
        return self.subset

    def with_partition_keys(self, partition_keys: Iterable[str]) -> DefaultPartitionsSubset:
        """These, and those of some keys."""
        return DefaultPartitionsSubset(self.subset | set(partition_keys))

    def empty_subset(self) -> DefaultPartitionsSubset:
        """None of the partitions."""
        return DefaultPartitionsSubset()

    @classmethod
    def create_empty_subset(cls, partitions_def: Any = None) -> DefaultPartitionsSubset:
        """None of the partitions."""
        return cls()

    def serialize(self) -> str:
        """The subset as text."""
        return json.dumps({"version": 1, "subset": sorted(self.subset)})

    @classmethod
    def from_serialized(cls, partitions_def: Any, serialized: str) -> DefaultPartitionsSubset:
        """The subset that `serialize` wrote.

        Raises:
            InvariantError: `partition.unreadable`.
        """
        data = json.loads(serialized)
        if isinstance(data, list):
            return cls(set(data))
        return cls(set(_read(data, "subset")))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DefaultPartitionsSubset) and self.subset == other.subset

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self.subset)

    def __contains__(self, value: Any) -> bool:
        return value in self.subset

    def __repr__(self) -> str:
        return "DefaultPartitionsSubset(subset=%r)" % (self.subset,)


class TimeWindowPartitionsSubset(PartitionsSubset):
    """Some windows of time, as ranges.

    Args:
        partitions_def: the windows that there can be.
        ranges: the places of those that are in; the first window has place 0.
    """

    def __init__(self, partitions_def: Any, ranges: Ranges = NONE):
        self.partitions_def = partitions_def
        self.ranges = ranges

    @property
    def num_partitions(self) -> int:
        """How many there are."""
        return self.ranges.count

    @property
    def included_time_windows(self) -> List[TimeWindow]:
        """From when to when windows are in, one after the other."""
        return [
            self.partitions_def._pair(pair) for pair in self.partitions_def.space.times(self.ranges)
        ]

    def get_partition_keys(self) -> List[str]:
        """Their keys, by time."""
        return [self.partitions_def.space.key(place) for place in self.ranges]

    def get_partition_keys_not_in_subset(self, partitions_def: Any) -> List[str]:
        """The keys of the windows that are there and not among these."""
        space = partitions_def.space
        return [space.key(place) for place in space.all(partitions_def._moment()) - self.ranges]

    def get_partition_key_ranges(self, partitions_def: Any) -> List[PartitionKeyRange]:
        """These, as few ranges as there can be."""
        space = partitions_def.space
        return [PartitionKeyRange(space.key(a), space.key(b - 1)) for a, b in self.ranges.pairs]

    def with_partition_keys(self, partition_keys: Iterable[str]) -> TimeWindowPartitionsSubset:
        """These, and those of some keys that are there."""
        found, _ = self.partitions_def.space.ranges(
            list(partition_keys), self.partitions_def._moment()
        )
        return TimeWindowPartitionsSubset(self.partitions_def, self.ranges | found)

    def with_partition_key_range(self, partitions_def: Any, partition_key_range: Any) -> Any:
        """These, and those from one key to another, both included; none is listed."""
        space = self.partitions_def.space
        start, end = (space.position_from(space.window(key)[0]) for key in partition_key_range)
        return TimeWindowPartitionsSubset(
            self.partitions_def, self.ranges | Ranges.span(start, end + 1)
        )

    def with_partitions_def(self, partitions_def: Any) -> TimeWindowPartitionsSubset:
        """The same windows of another definition that has the same ones, from another on."""
        first = self.partitions_def.space.start_of(0)
        moved = self.ranges.shifted(partitions_def.space.position_from(first))
        return TimeWindowPartitionsSubset(partitions_def, moved)

    def empty_subset(self) -> TimeWindowPartitionsSubset:
        """None of the windows."""
        return TimeWindowPartitionsSubset(self.partitions_def)

    @classmethod
    def create_empty_subset(cls, partitions_def: Any = None) -> TimeWindowPartitionsSubset:
        """None of the windows."""
        return cls(partitions_def)

    def serialize(self) -> str:
        """The subset as text: the instants from which, and up to which, windows are in."""
        times = [list(pair) for pair in self.partitions_def.space.times(self.ranges)]
        return json.dumps(
            {"version": 1, "time_windows": times, "num_partitions": self.num_partitions}
        )

    @classmethod
    def from_serialized(cls, partitions_def: Any, serialized: str) -> TimeWindowPartitionsSubset:
        """The subset that `serialize` wrote.

        Raises:
            InvariantError: `partition.unreadable`.
        """
        data = json.loads(serialized)
        times = data if isinstance(data, list) else _read(data, "time_windows")
        space = partitions_def.space
        pairs = [(space.position_from(start), space.position_from(end)) for start, end in times]
        return cls(partitions_def, Ranges(pairs))

    def __or__(self, other: Any) -> Any:
        return self._with(other, lambda mine, theirs: mine | theirs)

    def __and__(self, other: Any) -> Any:
        return self._with(other, lambda mine, theirs: mine & theirs)

    def __sub__(self, other: Any) -> Any:
        return self._with(other, lambda mine, theirs: mine - theirs)

    def _with(self, other: Any, how: Any) -> TimeWindowPartitionsSubset:
        theirs = other
        if not isinstance(other, TimeWindowPartitionsSubset):
            theirs = self.empty_subset().with_partition_keys(other.get_partition_keys())
        elif other.partitions_def != self.partitions_def:
            theirs = other.with_partitions_def(self.partitions_def)
        return TimeWindowPartitionsSubset(self.partitions_def, how(self.ranges, theirs.ranges))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeWindowPartitionsSubset) and (
            (self.partitions_def, self.ranges) == (other.partitions_def, other.ranges)
        )

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return self.ranges.count

    def __contains__(self, value: Any) -> bool:
        space = self.partitions_def.space
        parsed = space.parse(value) if isinstance(value, str) else None
        if parsed is None:
            return False
        place = space.position_from(parsed)
        return place in self.ranges and space.key(place) == value

    def __repr__(self) -> str:
        ranges = [] if not self.ranges else self.get_partition_key_ranges(self.partitions_def)
        return "TimeWindowPartitionsSubset(%s)" % (ranges,)


def ranges_of(subset: Any, partitions_def: Any, at: Any) -> Ranges:
    """The places of a subset's partitions in their space."""
    if isinstance(subset, TimeWindowPartitionsSubset):
        moved = subset
        if subset.partitions_def != partitions_def:
            moved = subset.with_partitions_def(partitions_def)
        return moved.ranges
    found, _ = partitions_def.space.ranges(list(subset.get_partition_keys()), at)
    return found  # type: ignore[no-any-return]


def subset_of(ranges: Ranges, partitions_def: Any, at: Any) -> Any:
    """The subset of the partitions at some places."""
    empty = partitions_def.empty_subset()
    if isinstance(empty, TimeWindowPartitionsSubset):
        return TimeWindowPartitionsSubset(partitions_def, ranges)
    return empty.with_partition_keys(partitions_def._key(place, at) for place in ranges)


def _read(data: Dict[str, Any], name: str) -> Sequence[Any]:
    if data.get("version") != 1 or name not in data:
        raise InvariantError(
            "a subset of partitions was written in a way that is not known here: %.80r" % (data,),
            code="partition.unreadable",
        )
    found: Sequence[Any] = data[name]
    return found
