"""`@sensor`: a function that looks, again and again, whether something has happened."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from atoll.definitions.automation.evaluation_function import shown_as
from atoll.definitions.automation.sensor_definition import DefaultSensorStatus, SensorDefinition


def sensor(
    job_name: Any = None,
    *,
    name: Optional[str] = None,
    minimum_interval_seconds: Optional[int] = None,
    description: Optional[str] = None,
    job: Any = None,
    jobs: Optional[Sequence[Any]] = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    asset_selection: Any = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    tags: Optional[Mapping[str, Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    target: Any = None,
    owners: Optional[Sequence[str]] = None,
) -> Any:
    """Declare a function that looks whether something has happened, and asks for runs if so.

    It takes the context, if it has a parameter for it, and a resource in each parameter that is
    annotated with one. It returns or yields `RunRequest`s, returns a `SkipReason`, a
    `SensorResult`, or nothing. Bare `@sensor` will do too.

    Args:
        job_name: the job that it runs, by its name.
        name: the function's name, by default.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        job: the job that it runs.
        jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        default_status: whether it runs before anybody has started or stopped it.
        asset_selection: instead of a job: the assets that it makes, all or those of a request.
        required_resource_keys: resources that the function asks of `context.resources`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.
        target: instead of a job: assets, or a selection of some.
        owners: e-mail addresses, or `team:NAME`.

    Returns:
        A `SensorDefinition`.

    Raises:
        DefinitionError: `definition.*`.
    """
    if callable(job_name):
        return sensor()(job_name)

    def decorate(fn: Callable[..., Any]) -> SensorDefinition:
        made = SensorDefinition(
            name or fn.__name__,
            evaluation_fn=fn,
            job_name=job_name,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=job,
            jobs=jobs,
            default_status=default_status,
            asset_selection=asset_selection,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
            target=target,
            owners=owners,
        )
        found: SensorDefinition = shown_as(made, fn)
        return found

    return decorate
