"""Keys of partitions, ranges of them, and the windows of time that they stand for."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, Generic, Iterable, List, Mapping, NamedTuple, Tuple, TypeVar

from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError, ParameterError
from atoll_wire.partitions.spaces import DELIMITER

MULTIPARTITION_KEY_DELIMITER = DELIMITER
INVALID_PARTITION_SUBSTRINGS = ["...", "\a", "\b", "\f", "\n", "\r", "\t", "\v", "\0"]
"""What no partition key may contain: it would not be seen on a page, or be read as a range."""
PARTITION_TAG = "dagster/partition"
"""The tag with the partition key of a run; dimensions have `dagster/partition/<dimension>`."""

V = TypeVar("V")


class PartitionKeyRange(NamedTuple):
    """The partitions from one key to another, both included.

    Args:
        start: key of the first partition.
        end: key of the last one.
    """

    start: str
    end: str


class TimeWindow(NamedTuple):
    """A stretch of time: from its start up to, and without, its end.

    Args:
        start: when it begins; aware.
        end: when it ends; aware.
    """

    start: datetime
    end: datetime


class PartitionDimensionKey(NamedTuple):
    """The key of one dimension within the key of a partition that has several."""

    dimension_name: str
    partition_key: str


class MultiPartitionKey(str):
    """The key of a partition of several dimensions: their keys, joined by `|`.

    It is a string, such as `2024-01-01|eu`, with the dimensions in the order of their names.

    Args:
        keys_by_dimension: the key of each dimension, by name.
    """

    dimension_keys: List[PartitionDimensionKey]

    def __new__(cls, keys_by_dimension: Mapping[str, str]) -> MultiPartitionKey:
        given: Any = keys_by_dimension
        if not isinstance(given, Mapping) or not all(
            isinstance(part, str) for pair in given.items() for part in pair
        ):
            raise ParameterError(
                "MultiPartitionKey(%.80r): it takes the key of each dimension" % (given,),
                hint="write MultiPartitionKey({'date': '2024-01-01', 'region': 'eu'})",
            )
        keys = [PartitionDimensionKey(name, given[name]) for name in sorted(given)]
        self = super().__new__(cls, DELIMITER.join(key.partition_key for key in keys))
        self.dimension_keys = keys
        return self

    def __getnewargs__(self) -> Tuple[Any, ...]:
        return (self.keys_by_dimension,)

    @property
    def keys_by_dimension(self) -> Dict[str, str]:
        """The key of each dimension, by name."""
        return dict(self.dimension_keys)


class Partition(Generic[V]):
    """One partition as an object, which older code gives and takes; new code uses keys.

    Args:
        value: what stands for it.
        name: its key; the value as text if not given.
    """

    def __init__(self, value: V, name: Any = None):
        self.value = value
        self.name: str = name or str(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Partition) and (
            (self.value, self.name) == (other.value, other.name)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Partition(%r, name=%r)" % (self.value, self.name)


def check_keys(keys: Any) -> List[str]:
    """The keys of static partitions, once nothing is wrong with them.

    Raises:
        ParameterError: `parameter.type`, something is no string.
        DefinitionError: `definition.bad_partitions`, a key comes twice, or cannot be one.
    """
    listed: Any = list(keys) if isinstance(keys, Iterable) else None
    odd = [key for key in listed or () if not isinstance(key, str)]
    if listed is None or odd:
        raise ParameterError(
            "partition_keys must be strings, and there is %.80r" % (odd[0] if odd else keys,),
            hint="write StaticPartitionsDefinition([str(key) for key in ...])",
        )
    check_characters(listed)
    if len(set(listed)) < len(listed):
        seen: Dict[str, int] = {}
        for key in listed:
            seen[key] = seen.get(key, 0) + 1
        twice = [key for key in seen if seen[key] > 1]
        raise bad_partitions(
            "each partition key must be there once; more than once are: %s" % twice
        )
    return list(listed)


def check_characters(keys: Iterable[str]) -> None:
    """Refuse keys that a page could not show.

    Raises:
        DefinitionError: `definition.bad_partitions`.
    """
    for key in keys:
        found = [part for part in INVALID_PARTITION_SUBSTRINGS if part in key]
        if found:
            raise bad_partitions("the partition key %r contains %s, which none may" % (key, found))


def bad_partitions(message: str, hint: Any = None) -> DefinitionError:
    """The error for partitions that cannot be meant so, with the line that declares them."""
    return DefinitionError(
        message, code="definition.bad_partitions", hint=hint, source=caller_source()
    )
