"""Configuration of a job's runs that depends on the partition."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Union

from atoll.definitions.partitions.definition import PartitionsDefinition, StaticPartitionsDefinition
from atoll.definitions.partitions.dynamic import DynamicPartitionsDefinition
from atoll.definitions.partitions.keys import Partition
from atoll.definitions.partitions.regular import (
    DailyPartitionsDefinition,
    Exclusions,
    HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition,
)
from atoll.definitions.partitions.time_windows import TimeWindowPartitionsDefinition
from atoll.definitions.validation import as_text
from atoll.errors import InvocationError, ParameterError

When = Union[datetime, str]
KeyConfig = Callable[[str], Any]
KeyTags = Callable[[str], Mapping[str, str]]
WindowTags = Callable[[datetime, datetime], Mapping[str, str]]


class PartitionedConfig:
    """The configuration of each of a job's runs, from the key of its partition.

    Args:
        partitions_def: the partitions.
        run_config_for_partition_fn: configuration from a `Partition`; outdated.
        decorated_fn: what is called when the object itself is.
        tags_for_partition_fn: tags of a run from a `Partition`; outdated.
        run_config_for_partition_key_fn: configuration from a key: a dict, or a `RunConfig`.
        tags_for_partition_key_fn: tags of a run from a key.

    Raises:
        ParameterError: `parameter.type`, a function is missing, or given in two ways.
    """

    def __init__(
        self,
        partitions_def: PartitionsDefinition[Any],
        run_config_for_partition_fn: Optional[Callable[[Partition[Any]], Any]] = None,
        decorated_fn: Optional[Callable[..., Any]] = None,
        tags_for_partition_fn: Optional[Callable[[Partition[Any]], Mapping[str, str]]] = None,
        run_config_for_partition_key_fn: Optional[KeyConfig] = None,
        tags_for_partition_key_fn: Optional[KeyTags] = None,
    ):
        given: Any = partitions_def
        if not isinstance(given, PartitionsDefinition):
            raise ParameterError("partitions_def is %.80r, not a PartitionsDefinition" % (given,))
        if bool(run_config_for_partition_fn) == bool(run_config_for_partition_key_fn):
            raise ParameterError(
                "a PartitionedConfig needs a function from a partition's key to its configuration",
                hint="write PartitionedConfig(partitions_def, run_config_for_partition_key_fn=...)",
            )
        if tags_for_partition_fn and tags_for_partition_key_fn:
            raise ParameterError("tags come from a partition or from its key: give one function")
        self.partitions_def = partitions_def
        self.run_config_for_partition_fn = run_config_for_partition_fn
        self.run_config_for_partition_key_fn = run_config_for_partition_key_fn
        self.tags_for_partition_fn = tags_for_partition_fn
        self.tags_for_partition_key_fn = tags_for_partition_key_fn
        self._decorated_fn = decorated_fn

    def get_partition_keys(self, current_time: Optional[datetime] = None) -> Sequence[str]:
        """The keys of all partitions."""
        found: Sequence[str] = self.partitions_def.get_partition_keys(current_time)
        return found

    def get_run_config_for_partition_key(self, partition_key: str) -> Dict[str, Any]:
        """The configuration of the run for a partition; a copy of what the function gave."""
        if self.run_config_for_partition_key_fn is not None:
            found = self.run_config_for_partition_key_fn(partition_key)
        else:
            assert self.run_config_for_partition_fn is not None
            found = self.run_config_for_partition_fn(Partition(partition_key))
        as_dict = getattr(found, "to_config_dict", None)
        return copy.deepcopy(as_dict() if callable(as_dict) else dict(found or {}))

    def get_tags_for_partition_key(
        self, partition_key: str, job_name: Optional[str] = None
    ) -> Dict[str, str]:
        """The tags of the run for a partition: the function's, and its key.

        Args:
            partition_key: the partition.
            job_name: the job whose run it is; handed on to the tags that name it.
        """
        found: Mapping[str, str] = {}
        if self.tags_for_partition_key_fn is not None:
            found = self.tags_for_partition_key_fn(partition_key)
        elif self.tags_for_partition_fn is not None:
            found = self.tags_for_partition_fn(Partition(partition_key))
        tags = as_text("a run of the partition '%s'" % partition_key, found, None)
        tags.update(self.partitions_def.get_tags_for_partition_key(partition_key))
        if job_name:
            tags["dagster/partition_set"] = job_name + "_partition_set"
        return tags

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if self._decorated_fn is None:
            raise InvocationError(
                "this PartitionedConfig was not made by a decorator, so there is nothing to call",
                hint="ask get_run_config_for_partition_key(...)",
            )
        return self._decorated_fn(*arguments, **named)


def partitioned_config(
    partitions_def: PartitionsDefinition[Any],
    tags_for_partition_key_fn: Optional[KeyTags] = None,
) -> Callable[[KeyConfig], PartitionedConfig]:
    """Make a function from a partition's key to its configuration a `PartitionedConfig`.

    Args:
        partitions_def: the partitions.
        tags_for_partition_key_fn: tags of a run from a key.
    """

    def decorate(function: KeyConfig) -> PartitionedConfig:
        return PartitionedConfig(
            partitions_def,
            run_config_for_partition_key_fn=function,
            decorated_fn=function,
            tags_for_partition_key_fn=tags_for_partition_key_fn,
        )

    return decorate


def static_partitioned_config(
    partition_keys: Sequence[str],
    tags_for_partition_fn: Optional[KeyTags] = None,
    tags_for_partition_key_fn: Optional[KeyTags] = None,
) -> Callable[[KeyConfig], PartitionedConfig]:
    """As `partitioned_config`, for partitions that are listed.

    Args:
        partition_keys: their keys.
        tags_for_partition_fn: as the next one; outdated.
        tags_for_partition_key_fn: tags of a run from a key.
    """
    tags = tags_for_partition_key_fn or tags_for_partition_fn
    return partitioned_config(StaticPartitionsDefinition(partition_keys), tags)


def dynamic_partitioned_config(
    partition_fn: Callable[[Optional[datetime]], Sequence[str]],
    tags_for_partition_fn: Optional[KeyTags] = None,
    tags_for_partition_key_fn: Optional[KeyTags] = None,
) -> Callable[[KeyConfig], PartitionedConfig]:
    """As `partitioned_config`, for partitions that a function lists.

    Args:
        partition_fn: gives the keys, from the time.
        tags_for_partition_fn: as the next one; outdated.
        tags_for_partition_key_fn: tags of a run from a key.
    """
    tags = tags_for_partition_key_fn or tags_for_partition_fn
    return partitioned_config(DynamicPartitionsDefinition(partition_fn), tags)


def hourly_partitioned_config(
    start_date: When,
    minute_offset: int = 0,
    timezone: Optional[str] = None,
    fmt: Optional[str] = None,
    end_offset: int = 0,
    tags_for_partition_fn: Optional[WindowTags] = None,
    exclusions: Exclusions = None,
) -> Callable[[Callable[[datetime, datetime], Any]], PartitionedConfig]:
    """Make a function from start and end of an hour to its configuration a `PartitionedConfig`.

    Args:
        start_date: the first hour begins here or later; text or a `datetime`.
        minute_offset: the minute at which they begin.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d-%H:%M` if not given.
        end_offset: how many more there are than have ended.
        tags_for_partition_fn: called with start and end; gives the tags of the run.
        exclusions: cron strings and times; what begins then is left out.
    """
    return _windowed(
        HourlyPartitionsDefinition(
            start_date, None, minute_offset, timezone, fmt, end_offset, exclusions
        ),
        tags_for_partition_fn,
    )


def daily_partitioned_config(
    start_date: When,
    minute_offset: int = 0,
    hour_offset: int = 0,
    timezone: Optional[str] = None,
    fmt: Optional[str] = None,
    end_offset: int = 0,
    tags_for_partition_fn: Optional[WindowTags] = None,
    exclusions: Exclusions = None,
) -> Callable[[Callable[[datetime, datetime], Any]], PartitionedConfig]:
    """Make a function from start and end of a day to its configuration a `PartitionedConfig`.

    Args:
        start_date: the first day begins here or later; text or a `datetime`.
        minute_offset: the minute at which they begin.
        hour_offset: the hour at which they begin.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d` if not given.
        end_offset: how many more there are than have ended; 1 includes today.
        tags_for_partition_fn: called with start and end; gives the tags of the run.
        exclusions: cron strings and times; what begins then is left out.
    """
    return _windowed(
        DailyPartitionsDefinition(
            start_date, None, minute_offset, hour_offset, timezone, fmt, end_offset, exclusions
        ),
        tags_for_partition_fn,
    )


def weekly_partitioned_config(
    start_date: When,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 0,
    timezone: Optional[str] = None,
    fmt: Optional[str] = None,
    end_offset: int = 0,
    tags_for_partition_fn: Optional[WindowTags] = None,
    exclusions: Exclusions = None,
) -> Callable[[Callable[[datetime, datetime], Any]], PartitionedConfig]:
    """Make a function from start and end of a week to its configuration a `PartitionedConfig`.

    Args:
        start_date: the first week begins here or later; text or a `datetime`.
        minute_offset: the minute at which they begin.
        hour_offset: the hour at which they begin.
        day_offset: the day of the week on which they begin; 0 is Sunday.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d` if not given.
        end_offset: how many more there are than have ended; 1 includes this week.
        tags_for_partition_fn: called with start and end; gives the tags of the run.
        exclusions: cron strings and times; what begins then is left out.
    """
    offsets = (minute_offset, hour_offset, day_offset)
    return _windowed(
        WeeklyPartitionsDefinition(
            start_date, None, *offsets, timezone, fmt, end_offset, exclusions
        ),
        tags_for_partition_fn,
    )


def monthly_partitioned_config(
    start_date: When,
    minute_offset: int = 0,
    hour_offset: int = 0,
    day_offset: int = 1,
    timezone: Optional[str] = None,
    fmt: Optional[str] = None,
    end_offset: int = 0,
    tags_for_partition_fn: Optional[WindowTags] = None,
    exclusions: Exclusions = None,
) -> Callable[[Callable[[datetime, datetime], Any]], PartitionedConfig]:
    """Make a function from start and end of a month to its configuration a `PartitionedConfig`.

    Args:
        start_date: the first month begins here or later; text or a `datetime`.
        minute_offset: the minute at which they begin.
        hour_offset: the hour at which they begin.
        day_offset: the day of the month on which they begin.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d` if not given.
        end_offset: how many more there are than have ended; 1 includes this month.
        tags_for_partition_fn: called with start and end; gives the tags of the run.
        exclusions: cron strings and times; what begins then is left out.
    """
    offsets = (minute_offset, hour_offset, day_offset)
    return _windowed(
        MonthlyPartitionsDefinition(
            start_date, None, *offsets, timezone, fmt, end_offset, exclusions
        ),
        tags_for_partition_fn,
    )


def _windowed(
    definition: TimeWindowPartitionsDefinition, tags: Optional[WindowTags]
) -> Callable[[Callable[[datetime, datetime], Any]], PartitionedConfig]:
    def of_key(function: Callable[[datetime, datetime], Any]) -> KeyConfig:
        return lambda key: function(*definition.time_window_for_partition_key(key))

    def decorate(function: Callable[[datetime, datetime], Any]) -> PartitionedConfig:
        return PartitionedConfig(
            definition,
            run_config_for_partition_key_fn=of_key(function),
            decorated_fn=function,
            tags_for_partition_key_fn=None if tags is None else of_key(tags),
        )

    return decorate
