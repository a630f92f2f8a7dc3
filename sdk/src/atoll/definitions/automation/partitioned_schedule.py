"""Schedules that follow the partitions of a job: one run for each partition, when it has ended.

The partitions of a job of assets are those of its assets, which are known when the location loads:
until then such a schedule is unresolved.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from atoll.definitions.automation.run_request import RunRequest, SkipReason
from atoll.definitions.automation.schedule_context import ScheduleEvaluationContext
from atoll.definitions.automation.schedule_definition import (
    DefaultScheduleStatus,
    ScheduleDefinition,
)
from atoll.definitions.automation.target import AutomationTarget
from atoll.definitions.partitions.context import moment, partition_loading_context
from atoll.definitions.partitions.definition import StaticPartitionsDefinition
from atoll.definitions.partitions.multi import MultiPartitionsDefinition
from atoll.definitions.partitions.time_windows import TimeWindowPartitionsDefinition
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name, check_owners
from atoll.errors import DefinitionError, ParameterError

_CLOCK = ("minute_of_hour", "hour_of_day", "day_of_week", "day_of_month")


class UnresolvedPartitionedAssetScheduleDefinition:
    """A schedule of a job of assets, before its partitions are known."""

    def __init__(self, job: Any, name: str, arguments: Mapping[str, Any], source: Source):
        self.job = job
        self.name = name
        self.source = source
        self.default_status: DefaultScheduleStatus = arguments["default_status"]
        self.description: Optional[str] = arguments["description"]
        self.tags = arguments["tags"]
        self.metadata = arguments["metadata"]
        self.owners: List[str] = check_owners(arguments["owners"], source)
        self._clock: Dict[str, Any] = {name: arguments[name] for name in _CLOCK}

    @property
    def job_name(self) -> str:
        """The name of the job that it runs."""
        return str(self.job.name)

    @property
    def targets(self) -> List[AutomationTarget]:
        """What it runs, as the one item of a list."""
        return [AutomationTarget(self.job_name, self.job)]

    def with_metadata(
        self, metadata: Mapping[str, Any]
    ) -> UnresolvedPartitionedAssetScheduleDefinition:
        """A copy with other facts about it."""
        made = copy.copy(self)
        made.metadata = metadata
        return made

    def resolve(self, partitions_def: Any) -> ScheduleDefinition:
        """The schedule, once the partitions of its assets are known.

        Args:
            partitions_def: the partitions, or a job that has them.

        Raises:
            DefinitionError: `definition.not_partitioned`.
        """
        found = getattr(partitions_def, "partitions_def", partitions_def)
        return _schedule(
            self.job,
            self.name,
            found,
            None,
            None,
            self._clock,
            {
                "default_status": self.default_status,
                "description": self.description,
                "metadata": self.metadata,
                "owners": self.owners,
            },
            self.tags,
            self.source,
        )

    def __repr__(self) -> str:
        return "build_schedule_from_partitioned_job(%r, name=%r)" % (self.job, self.name)


def build_schedule_from_partitioned_job(
    job: Any,
    description: Optional[str] = None,
    name: Optional[str] = None,
    minute_of_hour: Optional[int] = None,
    hour_of_day: Optional[int] = None,
    day_of_week: Optional[int] = None,
    day_of_month: Optional[int] = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    tags: Optional[Mapping[str, str]] = None,
    cron_schedule: Optional[str] = None,
    execution_timezone: Optional[str] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    owners: Optional[Sequence[str]] = None,
) -> Union[UnresolvedPartitionedAssetScheduleDefinition, ScheduleDefinition]:
    """A schedule that makes each partition of a job when it has ended.

    It ticks as often as there are partitions in time; of a job with static partitions, at every
    tick of `cron_schedule`, all of them.

    Args:
        job: a job whose assets, or which itself, are partitioned by time, by time and something
            else, or into static partitions.
        description: Markdown.
        name: the job's name and `_schedule`, by default.
        minute_of_hour: when it ticks within the hour.
        hour_of_day: when it ticks within the day; for partitions of a day or longer.
        day_of_week: 0 for Sunday; for weekly partitions.
        day_of_month: for monthly partitions.
        default_status: whether it runs before anybody has started or stopped it.
        tags: of its runs.
        cron_schedule: for static partitions: when it ticks.
        execution_timezone: for static partitions: the time zone of the clock.
        metadata: facts about the schedule.
        owners: e-mail addresses, or `team:NAME`.

    Raises:
        ParameterError: `definition.not_partitioned`, or arguments exclude each other.
        DefinitionError: `definition.not_partitioned`, the job has partitions of another kind.
    """
    source = caller_source()
    clock = {
        "minute_of_hour": minute_of_hour,
        "hour_of_day": hour_of_day,
        "day_of_week": day_of_week,
        "day_of_month": day_of_month,
    }
    arguments: Dict[str, Any] = {
        "default_status": default_status,
        "description": description,
        "metadata": metadata,
        "owners": owners,
    }
    called = check_name(name or "%s_schedule" % job.name, "a schedule", source)
    has_cron = cron_schedule is not None or execution_timezone is not None
    if day_of_week and day_of_month:
        raise ParameterError("the schedule '%s' has day_of_week and day_of_month" % called)
    if has_cron and any(given is not None for given in clock.values()):
        raise ParameterError(
            "the schedule '%s' has a cron_schedule or time zone, and parts of one" % called,
            hint="leave out minute_of_hour, hour_of_day, day_of_week and day_of_month",
        )
    partitions = getattr(job, "partitions_def", None)
    if partitions is None and hasattr(job, "selection"):
        if has_cron:
            raise _clock_is_known(called)
        return UnresolvedPartitionedAssetScheduleDefinition(
            job, called, {**arguments, **clock, "tags": tags}, source
        )
    return _schedule(
        job, called, partitions, cron_schedule, execution_timezone, clock, arguments, tags, source
    )


schedule_from_partitions = build_schedule_from_partitioned_job


def _schedule(
    job: Any,
    name: str,
    partitions: Any,
    cron_schedule: Optional[str],
    timezone: Optional[str],
    clock: Mapping[str, Any],
    arguments: Mapping[str, Any],
    tags: Optional[Mapping[str, str]],
    source: Source,
) -> ScheduleDefinition:
    if partitions is None:
        raise ParameterError(
            "the schedule '%s' is of the job '%s', which is not partitioned: it must contain "
            "partitioned assets or a partitions definition" % (name, job.name),
            code="definition.not_partitioned",
            hint="write ScheduleDefinition(job=..., cron_schedule=...)",
        )
    in_time = _time_partitions(partitions)
    if in_time is not None:
        if cron_schedule is not None or timezone is not None:
            raise _clock_is_known(name)
        cron_schedule = in_time.get_cron_schedule(**clock)
        timezone = in_time.timezone
    elif not isinstance(partitions, StaticPartitionsDefinition):
        raise DefinitionError(
            "the schedule '%s' is of the job '%s', whose partitions are neither static nor in time"
            % (name, job.name),
            code="definition.not_partitioned",
            hint="write @schedule with a function that returns RunRequest(partition_key=...)",
            source=source,
        )
    elif cron_schedule is None:
        raise ParameterError(
            "the schedule '%s' of static partitions requires a cron schedule" % name,
            code="definition.bad_cron",
            hint="write cron_schedule='0 6 * * *'",
        )

    def requests(context: ScheduleEvaluationContext) -> Any:
        return _requests(partitions, job, context, tags)

    made = ScheduleDefinition(
        name,
        cron_schedule=cron_schedule,
        execution_timezone=timezone,
        execution_fn=requests,
        job=job,
        **arguments,
    )
    made.source = source
    return made


def _requests(
    partitions: Any,
    job: Any,
    context: ScheduleEvaluationContext,
    tags: Optional[Mapping[str, str]],
) -> Any:
    """A run of the last partition in time that has ended; of static partitions, of each."""
    store = context.instance if context.has_instance else None
    with partition_loading_context(context._scheduled_execution_time, store):
        if isinstance(partitions, StaticPartitionsDefinition):
            keys = partitions.get_partition_keys()
        else:
            in_time: Any = _time_partitions(partitions)
            last = in_time.get_last_partition_key()
            if last is None:
                return SkipReason("no partition of the job '%s' has ended" % job.name)
            if in_time.exclusions and last != _last_of_all(in_time):
                return SkipReason("the partition that has ended now is excluded")
            keys = [last]
            if isinstance(partitions, MultiPartitionsDefinition):
                dimension = partitions.time_window_dimension.name
                keys = partitions.get_multipartition_keys_with_dimension_value(dimension, last)
    return [_request(job, key, tags, partitions) for key in keys]


def _last_of_all(partitions: TimeWindowPartitionsDefinition) -> str:
    """The key that the last partition would have if none were excluded."""
    every = replace(partitions.space, excluded_crons=[], excluded_instants=[])
    return every.key(every.count(moment(partitions.timezone)) - 1)


def _request(job: Any, key: str, tags: Optional[Mapping[str, str]], partitions: Any) -> RunRequest:
    request = RunRequest(run_key=key, partition_key=key, tags=tags)
    of_key = getattr(job, "partitioned_config", None)
    found = {**request.tags, **partitions.get_tags_for_partition_key(key)}
    if of_key is None:
        return request.with_replaced_attrs(tags=found)
    found.update(of_key.get_tags_for_partition_key(key))
    config = of_key.get_run_config_for_partition_key(key)
    return request.with_replaced_attrs(tags=found, run_config=config)


def _time_partitions(partitions: Any) -> Optional[TimeWindowPartitionsDefinition]:
    """The partitions in time, or the dimension of some that is; None where there is none."""
    if isinstance(partitions, TimeWindowPartitionsDefinition):
        return partitions
    if isinstance(partitions, MultiPartitionsDefinition) and partitions.has_time_window_dimension:
        return partitions.time_window_partitions_def
    return None


def _clock_is_known(name: str) -> ParameterError:
    return ParameterError(
        "the schedule '%s' has a cron_schedule or a time zone; its partitions say both" % name,
        hint="leave them out, or write hour_of_day=... and the like",
    )
