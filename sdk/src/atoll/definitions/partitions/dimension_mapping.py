"""Partitions of two dimensions that need others, or are needed."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional

from atoll.definitions.partitions.definition import PartitionsDefinition
from atoll.definitions.partitions.mapping import PartitionMapping
from atoll.errors import ParameterError
from atoll_wire.partitions import mapping as wire


class DimensionPartitionMapping(NamedTuple):
    """How a dimension of a `MultiPartitionMapping` maps.

    Args:
        dimension_name: name of the downstream dimension.
        partition_mapping: which upstream keys its keys need.
    """

    dimension_name: str
    partition_mapping: PartitionMapping


class MultiPartitionMapping(PartitionMapping):
    """Two dimensions map to two dimensions, each by a mapping of its own.

    Dimensions that are not named need all of the other's that is not named.

    Args:
        downstream_mappings_by_upstream_dimension: by name of an upstream dimension, the downstream
            one and how it maps.

    Raises:
        ParameterError: `parameter.type`, a mapping is no `DimensionPartitionMapping`.
    """

    def __init__(
        self, downstream_mappings_by_upstream_dimension: Mapping[str, DimensionPartitionMapping]
    ):
        given: Any = downstream_mappings_by_upstream_dimension
        if not isinstance(given, Mapping) or not all(
            isinstance(one, DimensionPartitionMapping) for one in given.values()
        ):
            raise ParameterError(
                "MultiPartitionMapping(%.80r): it takes DimensionPartitionMappings by the name of "
                "an upstream dimension" % (given,),
            )
        self.downstream_mappings_by_upstream_dimension = given

    def data(self) -> Any:
        """The mapping as data; of the user's own kind if that of a dimension is."""
        found = {
            name: wire.DimensionMapping(one.dimension_name, one.partition_mapping.data())
            for name, one in self.downstream_mappings_by_upstream_dimension.items()
        }
        own = [one.mapping for one in found.values() if isinstance(one.mapping, wire.CustomMapping)]
        return own[0] if own else wire.MultiMapping(found)

    def validate_partition_mapping(
        self,
        upstream_partitions_def: PartitionsDefinition[Any],
        downstream_partitions_def: Optional[PartitionsDefinition[Any]],
    ) -> None:
        """Refuse definitions that lack one of the dimensions.

        Raises:
            ParameterError: `partition.mapping`.
        """
        self._check(upstream_partitions_def, downstream_partitions_def)

    @property
    def description(self) -> str:
        """What it does, for a page."""
        return "\n".join(
            "The upstream dimension '%s' maps to '%s' by %s."
            % (name, one.dimension_name, type(one.partition_mapping).__name__)
            for name, one in self.downstream_mappings_by_upstream_dimension.items()
        )

    def __repr__(self) -> str:
        return "MultiPartitionMapping(%r)" % (self.downstream_mappings_by_upstream_dimension,)


class MultiToSingleDimensionPartitionMapping(PartitionMapping):
    """A space of one dimension maps to the dimension of a space of two that is like it.

    Args:
        partition_dimension_name: the dimension; needed where both are like it.
    """

    def __init__(self, partition_dimension_name: Optional[str] = None):
        self.partition_dimension_name = partition_dimension_name

    def data(self) -> Any:
        """The mapping as data."""
        return wire.MultiToSingleMapping(self.partition_dimension_name)

    def validate_partition_mapping(
        self,
        upstream_partitions_def: PartitionsDefinition[Any],
        downstream_partitions_def: Optional[PartitionsDefinition[Any]],
    ) -> None:
        """Refuse definitions that have no dimension in common.

        Raises:
            ParameterError: `partition.mapping`.
        """
        self._check(upstream_partitions_def, downstream_partitions_def)

    @property
    def description(self) -> str:
        """What it does, for a page."""
        return "Each key of one dimension needs all that have it in the dimension that is like it."

    def __repr__(self) -> str:
        return "MultiToSingleDimensionPartitionMapping(partition_dimension_name=%r)" % (
            self.partition_dimension_name,
        )
