"""Windows of time that need windows of time."""

from __future__ import annotations

from typing import Any, Optional

from atoll.definitions.partitions.definition import PartitionsDefinition
from atoll.definitions.partitions.mapping import PartitionMapping
from atoll.errors import ParameterError
from atoll_wire.partitions import mapping as wire


class TimeWindowPartitionMapping(PartitionMapping):
    """Each window needs those that overlap it: days the hours of the day, hours their day.

    Args:
        start_offset: by how many downstream windows the needed time begins later; -1 adds the one
            before.
        end_offset: by how many downstream windows it ends later; -1 leaves out the last.
        allow_nonexistent_upstream_partitions: whether a needed window that is not there, such as
            one before the first, is no fault.

    Raises:
        ParameterError: `parameter.type`, an offset is no whole number.
    """

    def __init__(
        self,
        start_offset: int = 0,
        end_offset: int = 0,
        allow_nonexistent_upstream_partitions: bool = False,
    ):
        for name, value in (("start_offset", start_offset), ("end_offset", end_offset)):
            if not isinstance(value, int):
                raise ParameterError("%s is %.80r, not a whole number" % (name, value))
        self.start_offset = start_offset
        self.end_offset = end_offset
        self.allow_nonexistent_upstream_partitions = bool(allow_nonexistent_upstream_partitions)

    def data(self) -> Any:
        """The mapping as data."""
        return wire.TimeWindowMapping(
            self.start_offset, self.end_offset, self.allow_nonexistent_upstream_partitions
        )

    def validate_partition_mapping(
        self,
        upstream_partitions_def: PartitionsDefinition[Any],
        downstream_partitions_def: Optional[PartitionsDefinition[Any]],
    ) -> None:
        """Refuse definitions that are not both windows of time in the same zone.

        Raises:
            DefinitionError: `partition.mapping`.
        """
        self._check(upstream_partitions_def, downstream_partitions_def)

    @property
    def description(self) -> str:
        """What it does, for a page."""
        text = "Each window needs the upstream windows that overlap it"
        if self.start_offset or self.end_offset:
            text += ", its start moved by %d windows and its end by %d" % (
                self.start_offset,
                self.end_offset,
            )
        return text + "."

    def __repr__(self) -> str:
        return (
            "TimeWindowPartitionMapping(start_offset=%r, end_offset=%r, "
            "allow_nonexistent_upstream_partitions=%r)"
        ) % (self.start_offset, self.end_offset, self.allow_nonexistent_upstream_partitions)
