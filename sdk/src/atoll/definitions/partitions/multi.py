"""Partitions of two dimensions."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from atoll.definitions.partitions.context import moment, partition_loading_context
from atoll.definitions.partitions.definition import PartitionsDefinition, StaticPartitionsDefinition
from atoll.definitions.partitions.dynamic import DynamicPartitionsDefinition
from atoll.definitions.partitions.keys import (
    PARTITION_TAG,
    MultiPartitionKey,
    PartitionKeyRange,
    TimeWindow,
    bad_partitions,
)
from atoll.definitions.partitions.time_windows import TimeWindowPartitionsDefinition
from atoll.errors import InvocationError, ParameterError, UnknownPartitionError, nearest
from atoll_wire.partitions.spaces import DELIMITER, Dimension, Moment, MultiSpace, Space

_DIMENSIONS = (
    StaticPartitionsDefinition,
    TimeWindowPartitionsDefinition,
    DynamicPartitionsDefinition,
)


class PartitionDimensionDefinition(NamedTuple):
    """One dimension: its name, and its partitions."""

    name: str
    partitions_def: PartitionsDefinition[Any]


class MultiPartitionsDefinition(PartitionsDefinition[MultiPartitionKey]):
    """Each partition of one dimension with each of another.

    Args:
        partitions_defs: the partitions of each of two dimensions, by name: static, by time, or
            dynamic. A static key must not contain `|`, `,`, `[` or `]`.

    Raises:
        InvocationError: `partition.dimensions`, there are not two.
        DefinitionError: `definition.bad_partitions`.
    """

    def __init__(self, partitions_defs: Mapping[str, PartitionsDefinition[Any]]):
        if len(partitions_defs) != 2:
            raise InvocationError(
                "partitions have two dimensions, and %d are given" % len(partitions_defs),
                code="partition.dimensions",
                hint="write MultiPartitionsDefinition({'date': ..., 'region': ...})",
            )
        for name, one in partitions_defs.items():
            _check_dimension(name, one)
        self._partitions_defs = [
            PartitionDimensionDefinition(name, partitions_defs[name])
            for name in sorted(partitions_defs)
        ]

    @property
    def space(self) -> MultiSpace:
        """The partitions as data."""
        return MultiSpace(
            [Dimension(one.name, one.partitions_def.space) for one in self._partitions_defs]
        )

    def _wire_space(self) -> Space:
        return self.space

    def _moment(self, current_time: Optional[datetime] = None, store: Any = None) -> Moment:
        timed = self._timed()
        name = timed[0].partitions_def.space.timezone if timed else "UTC"  # type: ignore[attr-defined]
        return moment(name, current_time, store)

    @property
    def partitions_defs(self) -> List[PartitionDimensionDefinition]:
        """The dimensions, in the order of their names."""
        return self._partitions_defs

    @property
    def partition_dimension_names(self) -> List[str]:
        """The names of the dimensions, in order."""
        return [one.name for one in self._partitions_defs]

    def get_partitions_def_for_dimension(self, dimension_name: str) -> PartitionsDefinition[Any]:
        """The partitions of one dimension.

        Raises:
            ParameterError: `partition.dimensions`, there is none of this name.
        """
        return self._dimension(dimension_name).partitions_def

    def get_partition_keys(
        self, current_time: Optional[datetime] = None, dynamic_partitions_store: Any = None
    ) -> List[MultiPartitionKey]:
        """The keys of all partitions, in order; arguments as for every definition."""
        at, space = self._moment(current_time, dynamic_partitions_store), self.space
        first, second = (one.keys(at) for one in space.spaces)
        valid = [[key for key in keys if DELIMITER not in key] for keys in (first, second)]
        return [self._of(a, b) for a in valid[0] for b in valid[1]]

    def get_partition_keys_in_range(
        self, partition_key_range: PartitionKeyRange, dynamic_partitions_store: Any = None
    ) -> List[MultiPartitionKey]:
        """Each key of one dimension within the range with each of the other.

        Args:
            partition_key_range: first and last key, both included.
            dynamic_partitions_store: who knows dynamic keys, such as `context.instance`.
        """
        start, end = (self.get_partition_key_from_str(key) for key in partition_key_range)
        with partition_loading_context(dynamic_partitions_store=dynamic_partitions_store):
            sides = [
                one.partitions_def.get_partition_keys_in_range(
                    PartitionKeyRange(
                        start.keys_by_dimension[one.name], end.keys_by_dimension[one.name]
                    )
                )
                for one in self._partitions_defs
            ]
        return [self._of(a, b) for a in sides[0] for b in sides[1]]

    def has_partition_key(self, partition_key: str) -> bool:
        """Whether there is a partition of this key.

        Raises:
            UnknownPartitionError: `partition.unknown`, it is a `MultiPartitionKey` of other
                dimensions.
        """
        if isinstance(partition_key, MultiPartitionKey):
            names = sorted(partition_key.keys_by_dimension)
            if names != self.partition_dimension_names:
                raise UnknownPartitionError(
                    "the key '%s' has the dimensions %s, not %s"
                    % (partition_key, names, self.partition_dimension_names),
                    code="partition.unknown",
                )
        return self.space.contains(partition_key, self._moment())

    def get_partition_key_from_str(self, partition_key_str: str) -> MultiPartitionKey:
        """The key that is written so.

        Raises:
            ParameterError: `partition.dimensions`, it does not have two parts.
        """
        parts = partition_key_str.split(DELIMITER)
        if len(parts) != 2:
            raise ParameterError(
                "'%s' is no key of two dimensions" % partition_key_str,
                code="partition.dimensions",
                hint="keys are written as '%s'" % DELIMITER.join(self.partition_dimension_names),
            )
        return self._of(*parts)

    def is_valid_key_format(self, partition_key: str) -> bool:
        """Whether a key has as many parts as there are dimensions."""
        return partition_key.count(DELIMITER) == 1

    def get_multipartition_keys_with_dimension_value(
        self, dimension_name: str, dimension_partition_key: str
    ) -> List[MultiPartitionKey]:
        """All keys that have one key in a dimension.

        Args:
            dimension_name: the dimension.
            dimension_partition_key: its key.
        """
        return self.get_multipartition_keys_with_dimension_values(
            dimension_name, [dimension_partition_key]
        )

    def get_multipartition_keys_with_dimension_values(
        self, dimension_name: str, dimension_partition_keys: Sequence[str]
    ) -> List[MultiPartitionKey]:
        """All keys that have one of some keys in a dimension.

        Args:
            dimension_name: the dimension.
            dimension_partition_keys: its keys.
        """
        name = self._dimension(dimension_name).name
        (other,) = [one for one in self._partitions_defs if one.name != name]
        others = other.partitions_def.get_partition_keys()
        return [
            MultiPartitionKey({name: key, other.name: one})
            for key in dimension_partition_keys
            for one in others
        ]

    @property
    def has_time_window_dimension(self) -> bool:
        """Whether a dimension is of time."""
        return bool(self._timed())

    @property
    def time_window_dimension(self) -> PartitionDimensionDefinition:
        """The one dimension that is of time.

        Raises:
            ParameterError: `partition.dimensions`, there is none, or two.
        """
        timed = self._timed()
        if len(timed) != 1:
            raise ParameterError(
                "%s dimension is of time" % ("more than one" if timed else "no"),
                code="partition.dimensions",
            )
        return timed[0]

    @property
    def time_window_partitions_def(self) -> TimeWindowPartitionsDefinition:
        """The partitions of the dimension of time."""
        found = self.time_window_dimension.partitions_def
        assert isinstance(found, TimeWindowPartitionsDefinition)
        return found

    @property
    def primary_dimension(self) -> PartitionDimensionDefinition:
        """The dimension of time if there is one such, else the first."""
        timed = self._timed()
        return timed[0] if len(timed) == 1 else self._partitions_defs[0]

    @property
    def secondary_dimension(self) -> PartitionDimensionDefinition:
        """The dimension that is not the primary one."""
        return next(one for one in self._partitions_defs if one is not self.primary_dimension)

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """The window of a key's dimension of time."""
        key = self.get_partition_key_from_str(partition_key)
        part = key.keys_by_dimension[self.time_window_dimension.name]
        return self.time_window_partitions_def.time_window_for_partition_key(part)

    def get_tags_for_partition_key(self, partition_key: str) -> Dict[str, str]:
        """The tags of a run for a partition: its key, and that of each dimension."""
        key = self.get_partition_key_from_str(partition_key)
        tags = {PARTITION_TAG: str.__str__(key)}
        tags.update(tags_of(key))
        return tags

    def get_serializable_unique_identifier(self, dynamic_partitions_store: Any = None) -> str:
        """A text that is the same for the same partitions."""
        with partition_loading_context(dynamic_partitions_store=dynamic_partitions_store):
            parts = {
                one.name: one.partitions_def.get_serializable_unique_identifier()
                for one in self._partitions_defs
            }
        return hashlib.sha1(str(parts).encode()).hexdigest()

    def _key(self, position: int, at: Moment) -> MultiPartitionKey:
        return self.get_partition_key_from_str(self.space.key(position, at))

    def _of(self, first: str, second: str) -> MultiPartitionKey:
        names = self.partition_dimension_names
        return MultiPartitionKey({names[0]: first, names[1]: second})

    def _timed(self) -> List[PartitionDimensionDefinition]:
        kind = TimeWindowPartitionsDefinition
        return [one for one in self._partitions_defs if isinstance(one.partitions_def, kind)]

    def _dimension(self, name: str) -> PartitionDimensionDefinition:
        for one in self._partitions_defs:
            if one.name == name:
                return one
        names = self.partition_dimension_names
        raise ParameterError(
            "there is no dimension '%s'" % name,
            code="partition.dimensions",
            hint=nearest(name, names) or "there are: %s" % ", ".join(names),
        )

    def _parts(self) -> Tuple[PartitionDimensionDefinition, ...]:
        return tuple(self._partitions_defs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MultiPartitionsDefinition) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return "%s(dimensions=%s)" % (type(self).__name__, [str(one) for one in self._parts()])

    def __str__(self) -> str:
        return "Multi-partitioned, with dimensions: \n" + " \n".join(
            "%s: %s" % (one.name.capitalize(), one.partitions_def) for one in self._partitions_defs
        )


def tags_of(key: MultiPartitionKey) -> Dict[str, str]:
    """The tags of a run with the key of each dimension."""
    return {"%s/%s" % (PARTITION_TAG, name): part for name, part in key.dimension_keys}


def _check_dimension(name: Any, one: Any) -> None:
    if not isinstance(name, str) or not isinstance(one, PartitionsDefinition):
        raise ParameterError(
            "the dimension %r is %.80r, not a PartitionsDefinition" % (name, one),
            hint="write MultiPartitionsDefinition({'date': ..., 'region': ...})",
        )
    if not isinstance(one, _DIMENSIONS):
        raise bad_partitions(
            "the dimension '%s' is a %s; it can be static, by time, or dynamic"
            % (name, type(one).__name__)
        )
    if isinstance(one, DynamicPartitionsDefinition) and one.name is None:
        raise bad_partitions(
            "the dimension '%s' is dynamic and has no name" % name,
            "write DynamicPartitionsDefinition(name='...')",
        )
    if isinstance(one, StaticPartitionsDefinition):
        odd = [key for key in one.get_partition_keys() if set(key) & set("|,[]")]
        if odd:
            raise bad_partitions(
                "the key '%s' of the dimension '%s' contains one of | , [ ], which none may"
                % (odd[0], name)
            )
