"""Which partitions of an asset those of another need: mappings that users declare."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Collection, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

from atoll.definitions.partitions.context import moment, partition_loading_context
from atoll.definitions.partitions.definition import PartitionsDefinition, StaticPartitionsDefinition
from atoll.definitions.partitions.subsets import DefaultPartitionsSubset, ranges_of, subset_of
from atoll.errors import DefinitionError, ParameterError, UnknownPartitionError
from atoll_wire.codec import to_wire
from atoll_wire.partitions import mapping as wire
from atoll_wire.partitions.ranges import NONE
from atoll_wire.partitions.time_windows import TimeWindowSpace


class UpstreamPartitionsResult(NamedTuple):
    """What partitions were mapped to.

    Attributes:
        partitions_subset: the upstream partitions that are there.
        required_but_nonexistent_subset: those that are needed and are not there.
    """

    partitions_subset: Any
    required_but_nonexistent_subset: Any

    @property
    def required_but_nonexistent_partition_keys(self) -> List[str]:
        """The keys of those that are needed and are not there."""
        return list(self.required_but_nonexistent_subset.get_partition_keys())


class PartitionMapping:
    """Which partitions of an asset those of another need; one of its subclasses.

    A subclass of one's own works where its code does. The host cannot follow it by itself.
    """

    @property
    def description(self) -> str:
        """What it does, for a page."""
        raise NotImplementedError

    def data(self) -> Any:
        """The mapping as data, which host and location both can follow."""
        return wire.CustomMapping(type(self).__name__)

    def to_wire(self) -> Dict[str, Any]:
        """The mapping as the location tells the host of it."""
        written: Dict[str, Any] = to_wire(self.data())
        return written

    def validate_partition_mapping(
        self,
        upstream_partitions_def: PartitionsDefinition[Any],
        downstream_partitions_def: Optional[PartitionsDefinition[Any]],
    ) -> None:
        """Refuse a mapping that cannot be between two definitions.

        Args:
            upstream_partitions_def: the one that is mapped from.
            downstream_partitions_def: the one that is mapped to, or None.
        """

    def get_upstream_mapped_partitions_result_for_partitions(
        self,
        downstream_partitions_subset: Any,
        downstream_partitions_def: Optional[PartitionsDefinition[Any]],
        upstream_partitions_def: PartitionsDefinition[Any],
        current_time: Optional[datetime] = None,
        dynamic_partitions_store: Any = None,
    ) -> UpstreamPartitionsResult:
        """The upstream partitions that some downstream ones need.

        Args:
            downstream_partitions_subset: the downstream ones; None for an asset made whole.
            downstream_partitions_def: what they are of.
            upstream_partitions_def: what is looked for.
            current_time: the time at which partitions are looked at; now if not given.
            dynamic_partitions_store: where dynamic keys are found.

        Raises:
            DefinitionError: `partition.mapping`, it cannot be between the two.
        """
        with partition_loading_context(current_time, dynamic_partitions_store):
            at = _moment(upstream_partitions_def, downstream_partitions_def)
            down, ranges, others = None, None, []
            if downstream_partitions_def is not None and downstream_partitions_subset is not None:
                down = downstream_partitions_def.space
                ranges = ranges_of(downstream_partitions_subset, downstream_partitions_def, at)
                others = (
                    []
                    if isinstance(down, TimeWindowSpace)
                    else [
                        key
                        for key in downstream_partitions_subset.get_partition_keys()
                        if not down.contains(key, at)
                    ]
                )
            found = _mapped(
                wire.upstream, self.data(), down, ranges, upstream_partitions_def.space, at
            )
            return UpstreamPartitionsResult(
                subset_of(found.ranges, upstream_partitions_def, at),
                _missing(
                    found,
                    others if type(self) is IdentityPartitionMapping else [],
                    upstream_partitions_def,
                    at,
                ),
            )

    def get_downstream_partitions_for_partitions(
        self,
        upstream_partitions_subset: Any,
        upstream_partitions_def: PartitionsDefinition[Any],
        downstream_partitions_def: PartitionsDefinition[Any],
        current_time: Optional[datetime] = None,
        dynamic_partitions_store: Any = None,
    ) -> Any:
        """The downstream partitions that need any of some upstream ones.

        Args:
            upstream_partitions_subset: the upstream ones.
            upstream_partitions_def: what they are of.
            downstream_partitions_def: what is looked for.
            current_time: the time at which partitions are looked at; now if not given.
            dynamic_partitions_store: where dynamic keys are found.

        Raises:
            DefinitionError: `partition.mapping`, it cannot be between the two.
        """
        with partition_loading_context(current_time, dynamic_partitions_store):
            at = _moment(upstream_partitions_def, downstream_partitions_def)
            ranges = ranges_of(upstream_partitions_subset, upstream_partitions_def, at)
            up, down = upstream_partitions_def.space, downstream_partitions_def.space
            found = _mapped(wire.downstream, self.data(), up, ranges, down, at)
            return subset_of(found, downstream_partitions_def, at)

    def _check(self, up: Any, down: Any) -> None:
        """Refuse definitions between which the mapping cannot be, by mapping nothing."""
        at = _moment(up, down)
        _mapped(wire.upstream, self.data(), down.space if down else None, NONE, up.space, at)

    def __eq__(self, other: object) -> bool:
        mine, data = type(self), self.data()
        if isinstance(data, wire.CustomMapping):
            return self is other
        return isinstance(other, PartitionMapping) and type(other) is mine and other.data() == data

    def __hash__(self) -> int:
        return hash(type(self))


class IdentityPartitionMapping(PartitionMapping):
    """Each partition needs the one of the same key."""

    def data(self) -> Any:
        """The mapping as data."""
        return wire.IdentityMapping()

    def validate_partition_mapping(
        self,
        upstream_partitions_def: PartitionsDefinition[Any],
        downstream_partitions_def: Optional[PartitionsDefinition[Any]],
    ) -> None:
        """Refuse definitions of different kinds.

        Raises:
            DefinitionError: `partition.mapping`.
        """
        kinds = [type(upstream_partitions_def), type(downstream_partitions_def)]
        if kinds[0] is not kinds[1]:
            raise DefinitionError(
                "partitions of a %s cannot need those of the same key of a %s"
                % (kinds[1].__name__, kinds[0].__name__),
                code="partition.mapping",
                hint="partition both in the same way, or declare another partition mapping",
            )

    @property
    def description(self) -> str:
        """What it does, for a page."""
        return "Each partition needs the upstream partition of the same key."

    def __repr__(self) -> str:
        return "IdentityPartitionMapping()"


class AllPartitionMapping(PartitionMapping):
    """Each partition, or an asset made whole, needs all upstream partitions."""

    def data(self) -> Any:
        """The mapping as data."""
        return wire.AllMapping()

    @property
    def description(self) -> str:
        """What it does, for a page."""
        return "Each partition needs all upstream partitions."

    def __repr__(self) -> str:
        return "AllPartitionMapping()"


class LastPartitionMapping(PartitionMapping):
    """Each partition, or an asset made whole, needs the last upstream partition there is."""

    def data(self) -> Any:
        """The mapping as data."""
        return wire.LastMapping()

    @property
    def description(self) -> str:
        """What it does, for a page."""
        return "Each partition needs the last upstream partition."

    def __repr__(self) -> str:
        return "LastPartitionMapping()"


class SpecificPartitionsPartitionMapping(PartitionMapping):
    """Each partition, or an asset made whole, needs the same few upstream partitions.

    Args:
        partition_keys: their keys.
    """

    def __init__(self, partition_keys: Sequence[str]):
        self.partition_keys = partition_keys

    def data(self) -> Any:
        """The mapping as data."""
        return wire.SpecificMapping(list(self.partition_keys))

    @property
    def description(self) -> str:
        """What it does, for a page."""
        return "Each partition needs these upstream partitions: %s." % list(self.partition_keys)

    def __repr__(self) -> str:
        return "SpecificPartitionsPartitionMapping(partition_keys=%r)" % (self.partition_keys,)


class StaticPartitionMapping(PartitionMapping):
    """Each key of static partitions needs those that are listed for it.

    Args:
        downstream_partition_keys_by_upstream_partition_key: by upstream key, the downstream key, or
            keys, that need it.

    Raises:
        ParameterError: `parameter.type`, it is no dict of keys.
    """

    def __init__(
        self,
        downstream_partition_keys_by_upstream_partition_key: Mapping[
            str, Union[str, Collection[str]]
        ],
    ):
        given: Any = downstream_partition_keys_by_upstream_partition_key
        bad = not isinstance(given, Mapping) or [
            pair
            for pair in given.items()
            if not isinstance(pair[0], str) or not isinstance(pair[1], Collection)
        ]
        if bad:
            raise ParameterError(
                "StaticPartitionMapping(%.80r): it takes downstream keys by upstream key"
                % (given,),
                hint="write StaticPartitionMapping({'upstream': 'downstream', ...})",
            )
        self.downstream_partition_keys_by_upstream_partition_key = given

    def data(self) -> Any:
        """The mapping as data."""
        given = self.downstream_partition_keys_by_upstream_partition_key
        return wire.StaticMapping(
            {key: [keys] if isinstance(keys, str) else sorted(keys) for key, keys in given.items()}
        )

    def validate_partition_mapping(
        self,
        upstream_partitions_def: PartitionsDefinition[Any],
        downstream_partitions_def: Optional[PartitionsDefinition[Any]],
    ) -> None:
        """Refuse definitions that are not static, or that lack keys of the mapping.

        Raises:
            DefinitionError: `partition.mapping`, they are not static.
            UnknownPartitionError: `partition.unknown`, they lack keys.
        """
        sides = (upstream_partitions_def, downstream_partitions_def)
        if not all(isinstance(side, StaticPartitionsDefinition) for side in sides):
            raise _unfit("a StaticPartitionMapping must be between two static definitions")
        listed = self.data().downstream_keys
        named = (list(listed), [key for keys in listed.values() for key in keys])
        for side, keys, what in zip(sides, named, ("upstream", "downstream")):
            assert side is not None
            known = side.get_partition_keys()
            extra = sorted(set(keys) - set(known))
            if extra:
                raise UnknownPartitionError(
                    "the %s partitions have no key %s" % (what, extra), code="partition.unknown"
                )

    @property
    def description(self) -> str:
        """What it does, for a page."""
        return "Maps upstream keys to downstream keys: %s" % (
            self.downstream_partition_keys_by_upstream_partition_key,
        )

    def __repr__(self) -> str:
        return "StaticPartitionMapping(%r)" % (
            self.downstream_partition_keys_by_upstream_partition_key,
        )


def infer_partition_mapping(
    partition_mapping: Optional[PartitionMapping],
    downstream_partitions_def: Optional[PartitionsDefinition[Any]],
    upstream_partitions_def: Optional[PartitionsDefinition[Any]],
) -> PartitionMapping:
    """The mapping that holds between two assets: the declared one, or what their partitions imply.

    Two windows of time map by overlap, a dimension maps to a space that is like it, an asset made
    whole needs all; everything else maps key by key.
    """
    if partition_mapping is not None:
        return partition_mapping
    from atoll.definitions.partitions.dimension_mapping import (
        MultiToSingleDimensionPartitionMapping,
    )
    from atoll.definitions.partitions.window_mapping import TimeWindowPartitionMapping

    up, down = upstream_partitions_def, downstream_partitions_def
    found = (
        wire.infer(up.space if up else None, down.space if down else None)
        if up and down
        else (wire.AllMapping())
    )
    kinds: Dict[str, Any] = {
        "all": AllPartitionMapping,
        "identity": IdentityPartitionMapping,
        "time_windows": TimeWindowPartitionMapping,
        "multi_to_single": MultiToSingleDimensionPartitionMapping,
    }
    made: PartitionMapping = kinds[found.kind]()
    return made


def _moment(*definitions: Optional[PartitionsDefinition[Any]]) -> Any:
    for one in definitions:
        if one is not None and isinstance(one.space, TimeWindowSpace):
            return one._moment()
    return moment()


def _mapped(how: Any, *arguments: Any) -> Any:
    try:
        return how(*arguments)
    except wire.MappingError as error:
        by_dimension = isinstance(arguments[0], (wire.MultiMapping, wire.MultiToSingleMapping))
        kind: Any = ParameterError if by_dimension else DefinitionError
        message = "the partition mapping does not fit: %s" % error
        raise kind(message, code="partition.mapping") from None


def _unfit(message: str) -> DefinitionError:
    return DefinitionError(message, code="partition.mapping")


def _missing(found: Any, others: List[str], up: Any, at: Any) -> Any:
    keys = [*found.unknown, *others]
    if found.missing or not keys:
        return subset_of(found.missing, up, at)
    return DefaultPartitionsSubset(set(keys))
