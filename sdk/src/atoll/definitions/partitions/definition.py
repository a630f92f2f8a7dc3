"""What all partitions definitions have in common, and those that are a list of keys."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import (
    AbstractSet,
    Any,
    Dict,
    Generic,
    Iterable,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    TypeVar,
)

from atoll.definitions.partitions.context import moment, partition_loading_context
from atoll.definitions.partitions.keys import PARTITION_TAG, PartitionKeyRange, check_keys
from atoll.errors import InvocationError, UnknownPartitionError, nearest
from atoll_wire.codec import to_wire
from atoll_wire.partitions.spaces import Moment, Space, StaticSpace, UnknownSpace

Key = TypeVar("Key", bound=str)


class PaginatedResults(NamedTuple):
    """One page of partition keys.

    Attributes:
        results: the keys.
        cursor: where the next page begins.
        has_more: whether there is one.
    """

    results: List[str]
    cursor: str
    has_more: bool


class PartitionsDefinition(Generic[Key]):
    """The pieces in which an asset is made, or for which a job runs; one of its subclasses.

    A subclass of one's own defines `get_partition_keys`; the host then asks the location for keys.
    """

    def get_partition_keys(
        self, current_time: Optional[datetime] = None, dynamic_partitions_store: Any = None
    ) -> Sequence[Key]:
        """The keys of all partitions, in order.

        Args:
            current_time: the time at which they are looked at; now if not given.
            dynamic_partitions_store: where dynamic keys are found, such as `context.instance`.
        """
        raise NotImplementedError

    @property
    def space(self) -> Space:
        """The partitions as data, which answers without listing them."""
        return StaticSpace([str(key) for key in self.get_partition_keys()])

    def to_wire(self) -> Dict[str, Any]:
        """The partitions as the location tells the host of them."""
        written: Dict[str, Any] = to_wire(self._wire_space())
        return written

    def _wire_space(self) -> Space:
        return UnknownSpace(type(self).__name__)

    def _moment(self, current_time: Optional[datetime] = None, store: Any = None) -> Moment:
        return moment(current_time=current_time, store=store)

    def get_paginated_partition_keys(
        self, context: Any, limit: int, ascending: bool, cursor: Optional[str] = None
    ) -> PaginatedResults:
        """One page of the keys.

        Args:
            context: the time, and the store of dynamic keys.
            limit: most keys of a page.
            ascending: whether from the first on, rather than from the last back.
            cursor: that of the page before.
        """
        with partition_loading_context(new_ctx=context):
            at, space = self._moment(), self.space
            count, done = space.count(at), int(cursor or 0)
            stop = min(count, done + limit)
            places = (
                range(done, stop) if ascending else range(count - 1 - done, count - 1 - stop, -1)
            )
            return PaginatedResults([self._key(i, at) for i in places], str(stop), stop < count)

    def get_first_partition_key(self) -> Optional[Key]:
        """The key of the first partition; None if there is none."""
        at = self._moment()
        return self._key(0, at) if self.space.count(at) else None

    def get_last_partition_key(self) -> Optional[Key]:
        """The key of the last partition; None if there is none."""
        at = self._moment()
        count = self.space.count(at)
        return self._key(count - 1, at) if count else None

    def get_num_partitions(self) -> int:
        """How many partitions there are; costs the same for millions."""
        return self.space.count(self._moment())

    def has_partition_key(self, partition_key: str) -> bool:
        """Whether there is a partition of this key."""
        return self.space.contains(partition_key, self._moment())

    def filter_valid_partition_keys(self, partition_keys: Set[str]) -> AbstractSet[str]:
        """Those of some keys of which there is a partition."""
        at, space = self._moment(), self.space
        return {key for key in partition_keys if space.contains(key, at)}

    def get_partition_keys_in_range(self, partition_key_range: PartitionKeyRange) -> Sequence[Key]:
        """The keys from one to another, both included.

        Raises:
            InvocationError: `partition.bad_range`, one of them is not there.
        """
        at, space = self._moment(), self.space
        missing = [key for key in partition_key_range if not space.contains(key, at)]
        if missing:
            raise InvocationError(
                "%s...%s is no range of partitions: there is no %s"
                % (*partition_key_range, " and no ".join(repr(key) for key in missing)),
                code="partition.bad_range",
                hint=nearest(missing[0], space.keys(at, 0, 1000)) or None,
            )
        return [self._key(position, at) for position in space.between(*partition_key_range, at)]

    def validate_partition_key(self, partition_key: str, context: Any = None) -> None:
        """Refuse a key of which there is no partition.

        Args:
            partition_key: the key.
            context: says when it is, and who knows dynamic keys; None: now, and the instance in
                use.

        Raises:
            UnknownPartitionError: `partition.unknown`.
        """
        with partition_loading_context(new_ctx=context):
            at, space = self._moment(), self.space
            if not space.contains(partition_key, at):
                raise UnknownPartitionError(
                    "there is no partition '%s'" % partition_key,
                    code="partition.unknown",
                    hint=nearest(partition_key, space.keys(at, 0, 1000)) or None,
                )

    def validate_partition_definition(self) -> None:
        """Refuse partitions that could not be told apart by their keys."""

    def get_tags_for_partition_key(self, partition_key: str) -> Dict[str, str]:
        """The tags of a run for a partition."""
        return {PARTITION_TAG: partition_key}

    def get_serializable_unique_identifier(self, dynamic_partitions_store: Any = None) -> str:
        """A text that is the same for the same partitions."""
        with partition_loading_context(dynamic_partitions_store=dynamic_partitions_store):
            keys = list(self.get_partition_keys())
        return hashlib.sha1(json.dumps(keys).encode()).hexdigest()

    @property
    def partitions_subset_class(self) -> Any:
        """The class of its subsets."""
        from atoll.definitions.partitions.subsets import DefaultPartitionsSubset

        return DefaultPartitionsSubset

    def empty_subset(self) -> Any:
        """None of the partitions."""
        return self.partitions_subset_class.create_empty_subset(self)

    def subset_with_partition_keys(self, partition_keys: Iterable[str]) -> Any:
        """Some of the partitions."""
        return self.empty_subset().with_partition_keys(partition_keys)

    def subset_with_all_partitions(self) -> Any:
        """All partitions that there are now."""
        return self.subset_with_partition_keys(self.get_partition_keys())

    def deserialize_subset(self, serialized: str) -> Any:
        """The subset that its `serialize` wrote."""
        return self.partitions_subset_class.from_serialized(self, serialized)

    def _key(self, position: int, at: Moment) -> Any:
        return self.space.key(position, at)

    def __str__(self) -> str:
        return ", ".join("'%s'" % key for key in self.get_partition_keys())


class StaticPartitionsDefinition(PartitionsDefinition[str]):
    """Partitions that are listed.

    Args:
        partition_keys: their keys, in order; each once, none with `...` or a control character.

    Raises:
        DefinitionError: `definition.bad_partitions`.
    """

    def __init__(self, partition_keys: Sequence[str]):
        self._space = StaticSpace(check_keys(partition_keys))
        self._partition_keys = partition_keys

    @property
    def space(self) -> StaticSpace:
        """The partitions as data."""
        return self._space

    def _wire_space(self) -> Space:
        return self._space

    def get_partition_keys(
        self, current_time: Optional[datetime] = None, dynamic_partitions_store: Any = None
    ) -> Sequence[str]:
        """The keys, in order; the arguments change nothing."""
        return self._partition_keys

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StaticPartitionsDefinition) and (
            self is other or self._space.partition_keys == other._space.partition_keys
        )

    def __hash__(self) -> int:
        return hash(tuple(self._space.partition_keys))

    def __repr__(self) -> str:
        return "%s(partition_keys=%r)" % (type(self).__name__, self._partition_keys)
