"""`@schedule`: a function that says, at every tick of the clock, which runs to start."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Optional, Sequence, Union

from atoll.definitions.automation.evaluation_function import shown_as
from atoll.definitions.automation.schedule_definition import (
    DefaultScheduleStatus,
    ScheduleDefinition,
)
from atoll.errors import ParameterError


def schedule(
    cron_schedule: Union[str, Sequence[str]],
    *,
    job_name: Optional[str] = None,
    name: Optional[str] = None,
    tags: Optional[Mapping[str, Any]] = None,
    tags_fn: Optional[Callable[..., Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    should_execute: Optional[Callable[..., bool]] = None,
    environment_vars: Optional[Mapping[str, str]] = None,
    execution_timezone: Optional[str] = None,
    description: Optional[str] = None,
    job: Any = None,
    default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
    required_resource_keys: Optional[Iterable[str]] = None,
    target: Any = None,
    owners: Optional[Sequence[str]] = None,
) -> Callable[[Callable[..., Any]], ScheduleDefinition]:
    """Declare a function that says, at every tick of the clock, which runs to start.

    It takes the context, if it has a parameter for it, and a resource in each parameter that is
    annotated with one. It returns or yields `RunRequest`s, returns a `SkipReason`, or a dict of
    run config for one run; nothing, for no run.

    Args:
        cron_schedule: five fields (minute, hour, day of month, month, day of week), or several
            such texts: it ticks whenever one of them does.
        job_name: the job, by its name.
        name: the function's name, by default.
        tags: of the schedule, and of a run whose config the function returns as a dict.
        tags_fn: makes the tags of such a run, of the context.
        metadata: facts about the schedule.
        should_execute: says, of the context, whether the function is called.
        environment_vars: of no effect; accepted for code written for Dagster.
        execution_timezone: the time zone of the clock, such as `Europe/Berlin`; UTC by default.
        description: Markdown.
        job: the job.
        default_status: whether it runs before anybody has started or stopped it.
        required_resource_keys: resources that the function asks of `context.resources`.
        target: instead of a job: assets, or a selection of some.
        owners: e-mail addresses, or `team:NAME`.

    Raises:
        DefinitionError: `definition.*`.
    """
    if callable(cron_schedule):
        raise ParameterError(
            "@schedule needs to be told when: it decorates %r without arguments" % (cron_schedule,),
            hint="write @schedule(cron_schedule='0 6 * * *', job=...)",
        )

    def decorate(fn: Callable[..., Any]) -> ScheduleDefinition:
        made = ScheduleDefinition(
            name or fn.__name__,
            cron_schedule=cron_schedule,
            job_name=job_name,
            tags=None if tags_fn else tags,
            metadata=metadata,
            environment_vars=environment_vars,
            execution_timezone=execution_timezone,
            execution_fn=fn,
            description=description,
            job=job,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            target=target,
            owners=owners,
        )
        if tags:
            made._refuse_both("tags_fn", tags_fn, tags=tags)
        made._tags_fn, made._should_execute = tags_fn, should_execute
        found: ScheduleDefinition = shown_as(made, fn)
        return found

    return decorate
