"""The partitions of the value that an IO manager stores or loads: one, several, or none."""

from __future__ import annotations

import collections.abc
import typing
from typing import Any, Callable, Dict, List, Optional, Sequence, Union

from atoll.definitions.function import EMPTY
from atoll.errors import InvariantError, ParameterError, StoredValueError

Keys = Union[Sequence[str], Callable[[], Sequence[str]], None]


class PartitionedValue:
    """What an IO manager's context knows of partitions.

    `partition_key` is that of the run; everything that begins with `asset_` is of the asset at
    hand, which may be partitioned in another way, or not at all.
    """

    def __init__(
        self,
        partition_key: Optional[str] = None,
        asset_partitions_def: Any = None,
        asset_partition_keys: Keys = None,
        asset_partition_key_range: Any = None,
        is_partitioned: Optional[bool] = None,
    ):
        self._partition_key = partition_key
        self._partitions_def = asset_partitions_def
        self._partition_keys = asset_partition_keys
        self._partition_range = asset_partition_key_range
        self._is_partitioned = is_partitioned

    @property
    def has_partition_key(self) -> bool:
        """Whether the run is for one partition."""
        return self._partition_key is not None

    @property
    def partition_key(self) -> str:
        """The partition that the run is for."""
        if self._partition_key is None:
            raise ParameterError(
                "this run has no partition key: it is not for one partition",
                code="invocation.no_partition",
                hint="ask `has_partition_key` first",
            )
        return self._partition_key

    @property
    def has_asset_partitions(self) -> bool:
        """Whether the asset is partitioned."""
        if self._is_partitioned is not None:
            return self._is_partitioned
        given = (self._partition_keys, self._partition_range, self._partition_key)
        return any(one is not None for one in given)

    @property
    def asset_partition_keys(self) -> List[str]:
        """The partitions of the asset that are stored or loaded.

        Raises:
            ParameterError: `invocation.no_partition`, the asset is made whole.
            InvariantError: `partition.upstream_missing`, partitions are needed that are not there.
        """
        if not self.has_asset_partitions:
            raise self._whole("asset_partition_keys")
        if self._partition_keys is None:
            if self._partition_range is None:
                return [self.partition_key]
            self._partition_keys = _keys_between(self._partitions_def, self._partition_range)
        elif callable(self._partition_keys):
            self._partition_keys = list(self._partition_keys())
        return list(self._partition_keys)

    @property
    def asset_partition_key(self) -> str:
        """The one partition of the asset that is stored or loaded.

        Raises:
            ParameterError: `invocation.no_partition`, there are none or several.
        """
        if not self.has_asset_partitions:
            raise self._whole("asset_partition_key")
        keys = self.asset_partition_keys
        if len(keys) != 1:
            raise ParameterError(
                "there is no one partition key here, but %d of them" % len(keys),
                code="invocation.no_partition",
                hint="use `asset_partition_keys`",
            )
        return keys[0]

    @property
    def asset_partition_key_range(self) -> Any:
        """The partitions of the asset as one range, both ends included.

        Raises:
            ParameterError: `invocation.no_partition`, the asset is made whole.
            InvariantError: `partition.not_one_range`, they are none or several ranges.
        """
        from atoll.definitions.partitions.keys import PartitionKeyRange

        if self._partition_range is not None:
            return self._partition_range
        keys = self.asset_partition_keys
        if len(keys) == 1 or self._partitions_def is None:
            return PartitionKeyRange(keys[0], keys[-1])
        found = self._partitions_def.subset_with_partition_keys(keys)
        ranges = found.get_partition_key_ranges(self._partitions_def)
        if len(ranges) != 1:
            raise InvariantError(
                "the partitions here are %d ranges, not one" % len(ranges),
                code="partition.not_one_range",
                hint="use `asset_partition_keys`",
            )
        return ranges[0]

    @property
    def asset_partitions_def(self) -> Any:
        """In which pieces the asset is made.

        Raises:
            ParameterError: `invocation.no_partition`, it is made whole.
        """
        if self._partitions_def is None:
            raise self._whole("asset_partitions_def")
        return self._partitions_def

    @property
    def asset_partitions_time_window(self) -> Any:
        """From the start of the first of the asset's partitions to the end of the last.

        Raises:
            ParameterError: `invocation.no_partition`, the asset is made whole.
            InvariantError: `partition.not_of_time`, its partitions are not windows of time.
        """
        keys = self.asset_partition_keys
        return window_of(self.asset_partitions_def, keys)

    def _whole(self, name: str) -> ParameterError:
        return ParameterError(
            "the asset is not partitioned, so there is no `%s`" % name,
            code="invocation.no_partition",
            hint="ask `has_asset_partitions` first",
        )


def window_of(partitions_def: Any, keys: Sequence[str]) -> Any:
    """From the start of the first to the end of the last of the windows of some keys.

    Raises:
        InvariantError: `partition.not_of_time`, the partitions are not windows of time.
    """
    from atoll.definitions.partitions.keys import TimeWindow

    timed = getattr(partitions_def, "has_time_window_dimension", True)
    if not timed or not hasattr(partitions_def, "time_window_for_partition_key"):
        raise InvariantError(
            "the partitions are not windows of time, so none can be told",
            code="partition.not_of_time",
        )
    windows = [partitions_def.time_window_for_partition_key(key) for key in keys]
    return TimeWindow(min(w.start for w in windows), max(w.end for w in windows))


def store_each(context: Any, value: Any, store: Callable[[Any, Any], None]) -> None:
    """Store a value once, or each partition's value in its own place.

    Args:
        context: an `OutputContext`.
        value: the value; of several partitions, a mapping from their keys to their values.
        store: what stores one value, from its context and the value.

    Raises:
        StoredValueError: `value.several_partitions`, it is not such a mapping.
    """
    if not context.has_asset_key or not context.has_asset_partitions:
        store(context, value)
        return
    keys = context.asset_partition_keys
    if len(keys) == 1:
        store(context.for_partition(keys[0]), value)
        return
    if value is None:  # the function has stored them itself, or there is nothing to store
        value = dict.fromkeys(keys)
    if not isinstance(value, collections.abc.Mapping) or set(value) != set(keys):
        raise StoredValueError(
            "'%s' makes %d partitions at once, so its value must be a mapping from each "
            "partition's key to its value" % (context.asset_key.to_user_string(), len(keys)),
            code="value.several_partitions",
            hint="return {key: ... for key in context.partition_keys}, or nothing at all",
        )
    for key in keys:
        store(context.for_partition(key), value[key])


def load_each(context: Any, load: Callable[[Any], Any]) -> Any:
    """Load a value, or of several partitions a dict from their keys to their values.

    Args:
        context: an `InputContext`.
        load: what loads one value, from its context.

    Raises:
        StoredValueError: `value.several_partitions`, the parameter cannot hold several.
    """
    if not context.has_asset_key or not context.has_asset_partitions:
        return load(context)
    keys = context.asset_partition_keys
    if not keys:
        return None
    if len(keys) == 1:
        return load(context.for_partition(keys[0]))
    annotation = context.annotation
    kind = getattr(annotation, "__origin__", annotation)
    of_each: Any = Any
    if isinstance(kind, type) and kind is not object and issubclass(kind, collections.abc.Mapping):
        arguments: Any = getattr(annotation, "__args__", None) or ()
        if len(arguments) == 2 and not isinstance(arguments[1], typing.TypeVar):
            of_each = arguments[1]
    elif isinstance(kind, type) and kind is not object and kind is not EMPTY:
        raise StoredValueError(
            "the parameter '%s' is given %d partitions of '%s', so it must be a mapping"
            % (
                context.name if context.has_input_name else "?",
                len(keys),
                context.asset_key.to_user_string(),
            ),
            code="value.several_partitions",
            hint="annotate it with Dict[str, ...], or declare another partition mapping",
        )
    found: Dict[str, Any] = {}
    for key in keys:
        found[key] = load(context.for_partition(key, of_each))
    return found


def _keys_between(partitions_def: Any, ends: Any) -> List[str]:
    if partitions_def is None:
        if ends.start != ends.end:
            raise ParameterError(
                "which keys lie between '%s' and '%s' only their definition knows" % tuple(ends),
                code="invocation.no_partition",
                hint="pass asset_partitions_def",
            )
        return [ends.start]
    return list(partitions_def.get_partition_keys_in_range(ends))
