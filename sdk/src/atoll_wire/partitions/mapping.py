"""Which partitions of one asset those of another need, and the other way round.

A mapping is data that travels, and two functions that work on ranges of positions: `upstream` and
`downstream`. Host and SDK map with the same code. What a mapping does not know (a class of the
user's own) travels as `CustomMapping`, and only the location can follow it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from atoll_wire.codec import MalformedMessage, from_wire
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment, MultiSpace, Space, StaticSpace
from atoll_wire.partitions.time_windows import TimeWindowSpace


class MappingError(ValueError):
    """`partition.mapping`: a mapping cannot be between two such spaces."""

    code = "partition.mapping"


class Mapped(NamedTuple):
    """What partitions were mapped to.

    Attributes:
        ranges: positions of partitions that are there.
        missing: positions, in a space of time windows, of needed ones that are not there.
        unknown: keys of needed ones that are not there, in other spaces.
    """

    ranges: Ranges
    missing: Ranges = NONE
    unknown: Sequence[str] = ()


@dataclass(frozen=True)
class IdentityMapping:
    """Each partition needs the one of the same key."""

    kind: str = "identity"


@dataclass(frozen=True)
class AllMapping:
    """Each partition needs all."""

    kind: str = "all"


@dataclass(frozen=True)
class LastMapping:
    """Each partition needs the last one that there is."""

    kind: str = "last"


@dataclass(frozen=True)
class SpecificMapping:
    """Each partition needs the same few."""

    partition_keys: List[str]
    kind: str = "specific"


@dataclass(frozen=True)
class StaticMapping:
    """Each key needs those that are listed for it."""

    downstream_keys: Dict[str, List[str]]
    """By upstream key, the downstream keys that need it."""
    kind: str = "static"


@dataclass(frozen=True)
class TimeWindowMapping:
    """Each window needs those that overlap it, or one that is shifted by whole windows."""

    start_offset: int = 0
    end_offset: int = 0
    allow_nonexistent: bool = False
    """Whether a needed window that is not there is no fault."""
    kind: str = "time_windows"


@dataclass(frozen=True)
class MultiToSingleMapping:
    """Each key of one dimension and all that have it in a space of two."""

    dimension: Optional[str] = None
    """The dimension; None to find it by what it is like."""
    kind: str = "multi_to_single"


@dataclass(frozen=True)
class DimensionMapping:
    """How one dimension of a downstream space maps to one of an upstream space."""

    dimension: str
    """Name of the downstream dimension."""
    mapping: Any


@dataclass(frozen=True)
class MultiMapping:
    """Dimension by dimension; those that are not named need all of the other's."""

    dimensions: Dict[str, DimensionMapping] = field(default_factory=dict)
    """By name of the upstream dimension."""
    kind: str = "multi"


@dataclass(frozen=True)
class CustomMapping:
    """A class of the user's own: only its location can map with it."""

    name: str
    kind: str = "custom"


_KINDS: Dict[str, Any] = {
    "identity": IdentityMapping,
    "all": AllMapping,
    "last": LastMapping,
    "specific": SpecificMapping,
    "static": StaticMapping,
    "time_windows": TimeWindowMapping,
    "multi_to_single": MultiToSingleMapping,
    "custom": CustomMapping,
}


def mapping_from_wire(value: Any) -> Any:
    """The mapping that `codec.to_wire` wrote.

    Raises:
        MalformedMessage: `wire.malformed`, it is none.
    """
    kind = value.get("kind") if isinstance(value, dict) else None
    if kind == "multi":
        found = from_wire(MultiMapping, value)
        return MultiMapping(
            {
                name: DimensionMapping(one.dimension, mapping_from_wire(one.mapping))
                for name, one in found.dimensions.items()
            }
        )
    if kind not in _KINDS:
        raise MalformedMessage("no partition mapping is of the kind %r" % (kind,))
    return from_wire(_KINDS[kind], value)


def infer(upstream: Optional[Space], downstream: Optional[Space]) -> Any:
    """The mapping between two spaces where none was declared; None for an asset made whole."""
    if upstream is None or downstream is None:
        return AllMapping()
    try:
        shared_dimension(upstream, downstream)
        return MultiToSingleMapping()
    except MappingError:
        pass
    both = isinstance(upstream, TimeWindowSpace) and isinstance(downstream, TimeWindowSpace)
    return TimeWindowMapping() if both else IdentityMapping()


def upstream(
    mapping: Any, down: Optional[Space], ranges: Optional[Ranges], up: Space, at: Moment
) -> Mapped:
    """The upstream partitions that some downstream ones need.

    Args:
        mapping: which they need.
        down: the downstream space; None for an asset that is made whole.
        ranges: the downstream partitions; None with `down`.
        up: the upstream space.
        at: the time, and the keys that were added by hand.

    Raises:
        MappingError: `partition.mapping`, the spaces do not fit the mapping.
    """
    if isinstance(mapping, AllMapping):
        return Mapped(up.all(at))
    if isinstance(mapping, LastMapping):
        count = up.count(at)
        return Mapped(Ranges.span(max(0, count - 1), count))
    if isinstance(mapping, SpecificMapping):
        found, unknown = up.ranges(mapping.partition_keys, at)
        return Mapped(found, NONE, unknown)
    if down is None or ranges is None:
        raise MappingError("an asset that is made whole has no partitions to map from")
    if isinstance(mapping, StaticMapping):
        inverse: Dict[str, List[str]] = {}
        for key, needing in mapping.downstream_keys.items():
            for one in needing:
                inverse.setdefault(one, []).append(key)
        return _by_keys(inverse, down, ranges, up, at)
    if isinstance(mapping, TimeWindowMapping):
        return _windows(mapping, down, ranges, up, at, to_upstream=True)
    if isinstance(mapping, IdentityMapping):
        return _same(down, ranges, up, at)
    if isinstance(mapping, (MultiMapping, MultiToSingleMapping)):
        return _dimensions(mapping, down, ranges, up, at, to_upstream=True)
    raise MappingError("'%s' can only be followed where it was written" % mapping.name)


def downstream(mapping: Any, up: Space, ranges: Ranges, down: Space, at: Moment) -> Ranges:
    """The downstream partitions that need any of some upstream ones; arguments as `upstream`'s."""
    if isinstance(mapping, AllMapping):
        return down.all(at) if ranges else NONE
    if isinstance(mapping, LastMapping):
        return down.all(at) if up.count(at) - 1 in ranges else NONE
    if isinstance(mapping, SpecificMapping):
        return down.all(at) if up.ranges(mapping.partition_keys, at)[0] & ranges else NONE
    if isinstance(mapping, StaticMapping):
        return _by_keys(mapping.downstream_keys, up, ranges, down, at).ranges
    if isinstance(mapping, TimeWindowMapping):
        return _windows(mapping, up, ranges, down, at, to_upstream=False).ranges
    if isinstance(mapping, IdentityMapping):
        return _same(up, ranges, down, at).ranges
    if isinstance(mapping, (MultiMapping, MultiToSingleMapping)):
        return _dimensions(mapping, up, ranges, down, at, to_upstream=False).ranges
    raise MappingError("'%s' can only be followed where it was written" % mapping.name)


def shared_dimension(up: Space, down: Space, name: Optional[str] = None) -> Tuple[str, Any]:
    """The dimension that a space of two has in common with one of one, and how the two map.

    Raises:
        MappingError: `partition.mapping`, there is none, or more than one.
    """
    multi, single = (up, down) if isinstance(up, MultiSpace) else (down, up)
    if not isinstance(multi, MultiSpace) or isinstance(single, MultiSpace):
        raise MappingError("one of the two must have two dimensions, and the other one")
    found = [one for one in multi.dimensions if name is None or one.name == name]
    if not found:
        names = ", ".join(one.name for one in multi.dimensions)
        raise MappingError("there is no dimension '%s'; there are: %s" % (name, names))
    equal = [one for one in found if one.space == single]
    if len(equal) == 1:
        return equal[0].name, IdentityMapping()
    if equal:
        raise MappingError("more than one dimension is like it; name one")
    timed = [one for one in found if isinstance(one.space, TimeWindowSpace)]
    if len(timed) == 1 and isinstance(single, TimeWindowSpace):
        return timed[0].name, TimeWindowMapping()
    raise MappingError("none of the two dimensions is like it")


def _by_keys(
    keys: Dict[str, List[str]], source: Space, ranges: Ranges, target: Space, at: Moment
) -> Mapped:
    if not isinstance(source, StaticSpace) or not isinstance(target, StaticSpace):
        raise MappingError("both must be static partitions")
    wanted = [key for position in ranges for key in keys.get(source.key(position, at), ())]
    found, unknown = target.ranges(wanted, at)
    return Mapped(found, NONE, unknown)


def _same(source: Space, ranges: Ranges, target: Space, at: Moment) -> Mapped:
    if source == target:
        return Mapped(ranges)
    if isinstance(source, TimeWindowSpace) and source.same_windows(target):
        assert isinstance(target, TimeWindowSpace)
        if not source.excluded_crons and not source.excluded_instants:
            return _split(ranges.shifted(target.position_from(source.start_of(0))), target, at)
    found, unknown = target.ranges([source.key(position, at) for position in ranges], at)
    return Mapped(found, NONE, unknown)


def _split(wanted: Ranges, target: Space, at: Moment) -> Mapped:
    there = wanted & target.all(at)
    return Mapped(there, wanted - there)


def _windows(
    mapping: TimeWindowMapping,
    source: Space,
    ranges: Ranges,
    target: Space,
    at: Moment,
    to_upstream: bool,
) -> Mapped:
    """Windows to windows: whole ranges at once."""
    if not isinstance(source, TimeWindowSpace) or not isinstance(target, TimeWindowSpace):
        raise MappingError("both must be partitions by time")
    if source.timezone != target.timezone:
        raise MappingError(
            "their time zones, '%s' and '%s', differ" % (source.timezone, target.timezone)
        )
    count = target.count(at)
    aligned = source.cron == target.cron or (source.is_daily and target.is_hourly)
    found = []
    for start, stop in ranges.pairs:
        if to_upstream:
            low_offset, high_offset = mapping.start_offset, mapping.end_offset
            begin = source.start_of(start + low_offset)
            end = source.end_of(stop - 1 + high_offset)
            low = target.position_from(begin) if aligned else target.position_at(begin)
            high = target.position_from(end)
        else:
            low_offset, high_offset = -mapping.end_offset, -mapping.start_offset
            begin, end = source.start_of(start), source.end_of(stop - 1)
            low = target.position_from(begin) if aligned else target.position_at(begin)
            low, high = low + low_offset, target.position_from(end) + high_offset
        if count:
            low, high = _bounded(low, low_offset, count), _bounded(high, high_offset, count)
        found.append((low, high))
    mapped = _split(Ranges(found), target, at)
    return Mapped(mapped.ranges) if mapping.allow_nonexistent else mapped


def _bounded(position: int, offset: int, count: int) -> int:
    """An offset alone never leads out of the space: what lies there is not needed."""
    if offset < 0:
        return max(position, 0)
    return min(position, count) if offset > 0 else position


class _Link(NamedTuple):
    """One dimension of the source and one of the target; None for a space that has just one."""

    source: Optional[int]
    target: Optional[int]
    mapping: Any


def _dimensions(
    mapping: Any, source: Space, ranges: Ranges, target: Space, at: Moment, to_upstream: bool
) -> Mapped:
    """Dimension by dimension. What maps a union maps each part, so that boxes map as wholes."""
    links = _links(mapping, source, target, to_upstream)
    parts = source.boxes(ranges, at) if isinstance(source, MultiSpace) else [(ranges, NONE)]
    found, unknown = NONE, []
    for part in parts:
        sides: Dict[Optional[int], Ranges] = {}
        for link in links:
            below = _side(source, link.source)
            above = _side(target, link.target)
            if to_upstream:
                one = upstream(link.mapping, below, part[link.source or 0], above, at)
                unknown += [*one.unknown, *(above.key(position, at) for position in one.missing)]
                sides[link.target] = one.ranges
            else:
                sides[link.target] = downstream(
                    link.mapping, below, part[link.source or 0], above, at
                )
        if not isinstance(target, MultiSpace):
            found |= sides[None]
            continue
        both = [sides[i] if i in sides else target.spaces[i].all(at) for i in (0, 1)]
        found |= target.box(both[0], both[1], at)
    return Mapped(found, NONE, list(dict.fromkeys(unknown)))


def _side(space: Space, place: Optional[int]) -> Space:
    return space.spaces[place] if place is not None and isinstance(space, MultiSpace) else space


def _links(mapping: Any, source: Space, target: Space, to_upstream: bool) -> List[_Link]:
    up, down = (target, source) if to_upstream else (source, target)
    if isinstance(mapping, MultiToSingleMapping):
        name, how = shared_dimension(up, down, mapping.dimension)
        in_source = source.dimension(name) if isinstance(source, MultiSpace) else None
        in_target = target.dimension(name) if isinstance(target, MultiSpace) else None
        return [_Link(in_source, in_target, how)]
    if not isinstance(up, MultiSpace) or not isinstance(down, MultiSpace):
        raise MappingError("both must have two dimensions")
    found = []
    for name, one in mapping.dimensions.items():
        try:
            above, below = up.dimension(name), down.dimension(one.dimension)
        except KeyError as error:
            raise MappingError("there is no dimension %s" % error) from None
        found.append(_Link(*((below, above) if to_upstream else (above, below)), one.mapping))
    return found
