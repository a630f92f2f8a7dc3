"""Partitions that are added and removed while a deployment runs."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Callable, List, NamedTuple, Optional, Sequence

from atoll.definitions.partitions.context import (
    dynamic_keys,
    dynamic_store,
    partition_loading_context,
)
from atoll.definitions.partitions.definition import PartitionsDefinition
from atoll.definitions.partitions.keys import bad_partitions
from atoll.errors import ParameterError
from atoll_wire.partitions.spaces import DynamicSpace, Space, StaticSpace, UnknownSpace


class AddDynamicPartitionsRequest(NamedTuple):
    """A sensor's or schedule's wish to add dynamic partitions.

    Args:
        partitions_def_name: name of the `DynamicPartitionsDefinition`.
        partition_keys: keys to add; those that are there already stay.
    """

    partitions_def_name: str
    partition_keys: Sequence[str]


class DeleteDynamicPartitionsRequest(NamedTuple):
    """A sensor's or schedule's wish to remove dynamic partitions.

    Args:
        partitions_def_name: name of the `DynamicPartitionsDefinition`.
        partition_keys: keys to remove.
    """

    partitions_def_name: str
    partition_keys: Sequence[str]


class DynamicPartitionsDefinition(PartitionsDefinition[str]):
    """Partitions whose keys are added and removed by hand, by a sensor or by an asset.

    Args:
        partition_fn: a function that lists the keys; outdated, give a name instead.
        name: what the keys are kept under in the deployment.

    Raises:
        DefinitionError: `definition.bad_partitions`, neither or both are given.
    """

    def __init__(
        self,
        partition_fn: Optional[Callable[[Optional[datetime]], Sequence[Any]]] = None,
        name: Optional[str] = None,
    ):
        if (partition_fn is None) == (name is None):
            raise bad_partitions(
                "dynamic partitions need a name, or a function that lists them, and not both",
                "write DynamicPartitionsDefinition(name='...')",
            )
        given: Any = name
        if given is not None and not isinstance(given, str):
            raise ParameterError("the name of dynamic partitions is a string, not %.80r" % (name,))
        if partition_fn is not None and not callable(partition_fn):
            raise ParameterError(
                "partition_fn is %.80r, which cannot be called" % (partition_fn,),
                hint="write DynamicPartitionsDefinition(name=...)",
            )
        self.partition_fn = partition_fn
        self.name = name

    @property
    def space(self) -> Space:
        """The partitions as data."""
        if self.name is not None:
            return DynamicSpace(self.name)
        return StaticSpace(list(self.get_partition_keys()))

    def _wire_space(self) -> Space:
        name = getattr(self.partition_fn, "__name__", "partition_fn")
        return UnknownSpace(name) if self.name is None else DynamicSpace(self.name)

    def get_partition_keys(
        self, current_time: Optional[datetime] = None, dynamic_partitions_store: Any = None
    ) -> List[str]:
        """The keys that have been added, in order.

        Args:
            current_time: handed to the `partition_fn`, where there is one.
            dynamic_partitions_store: who knows them, such as `context.instance`.

        Raises:
            ParameterError: `partition.no_store`, nobody can be asked.
        """
        with partition_loading_context(current_time, dynamic_partitions_store):
            if self.partition_fn is not None:
                found = self.partition_fn(current_time)
                return [key if isinstance(key, str) else key.name for key in found]
            return list(dynamic_keys(self._named()))

    def has_partition_key(
        self,
        partition_key: str,
        current_time: Optional[datetime] = None,
        dynamic_partitions_store: Any = None,
    ) -> bool:
        """Whether the key has been added; arguments as `get_partition_keys`'s.

        Args:
            partition_key: the key.
            current_time: handed to the `partition_fn`, where there is one.
            dynamic_partitions_store: who knows the keys, such as `context.instance`.
        """
        with partition_loading_context(current_time, dynamic_partitions_store):
            if self.partition_fn is None:
                asked = getattr(dynamic_store(), "has_dynamic_partition", None)
                if asked is not None:
                    return bool(asked(partitions_def_name=self.name, partition_key=partition_key))
            return partition_key in self.get_partition_keys(current_time)

    def get_serializable_unique_identifier(self, dynamic_partitions_store: Any = None) -> str:
        """A text that is the same for the same keys."""
        keys = self.get_partition_keys(dynamic_partitions_store=dynamic_partitions_store)
        return hashlib.sha1(repr(keys).encode()).hexdigest()

    def build_add_request(self, partition_keys: Sequence[str]) -> AddDynamicPartitionsRequest:
        """A wish to add keys, for a `SensorResult`."""
        return AddDynamicPartitionsRequest(self._named(), _strings(partition_keys))

    def build_delete_request(self, partition_keys: Sequence[str]) -> DeleteDynamicPartitionsRequest:
        """A wish to remove keys, for a `SensorResult`."""
        return DeleteDynamicPartitionsRequest(self._named(), _strings(partition_keys))

    def _named(self) -> str:
        if self.name is None:
            raise ParameterError(
                "these dynamic partitions have no name, so nothing can be added or removed",
                code="partition.no_store",
                hint="write DynamicPartitionsDefinition(name='...')",
            )
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DynamicPartitionsDefinition) and (
            (self.name, self.partition_fn) == (other.name, other.partition_fn)
        )

    def __hash__(self) -> int:
        return hash((self.name, self.partition_fn))

    def __repr__(self) -> str:
        return "DynamicPartitionsDefinition(partition_fn=%r, name=%r)" % (
            self.partition_fn,
            self.name,
        )

    def __str__(self) -> str:
        return 'Dynamic partitions: "%s"' % self.name if self.name else super().__str__()


def _strings(keys: Any) -> List[str]:
    if isinstance(keys, str) or not all(isinstance(key, str) for key in keys):
        raise ParameterError("partition_keys must be a list of strings, not %.80r" % (keys,))
    return list(keys)
