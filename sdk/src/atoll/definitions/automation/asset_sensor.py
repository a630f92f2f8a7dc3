"""Sensors that wake when an asset has been materialized."""

from __future__ import annotations

from typing import Any, Callable, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.automation.evaluation_function import collected, shown_as
from atoll.definitions.automation.run_request import SkipReason
from atoll.definitions.automation.sensor_definition import (
    DefaultSensorStatus,
    SensorDefinition,
    SensorType,
)
from atoll.definitions.automation.sensor_result import SensorResult
from atoll.definitions.keys import AssetKey
from atoll.errors import InvariantError


class AssetSensorDefinition(SensorDefinition):
    """A sensor whose function is called when an asset has been materialized.

    Args:
        name: unique among the location's schedules and sensors.
        asset_key: the asset; another location may make it.
        job_name: the job that it runs, by its name.
        asset_materialization_fn: takes the context and the materialization's event, either or
            none of them, and resources by annotation; gives back what a sensor's function does.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        job: the job that it runs.
        jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        default_status: whether it runs before anybody has started or stopped it.
        required_resource_keys: resources that the function asks of `context.resources`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.

    Raises:
        DefinitionError: `definition.*`.
    """

    sensor_type = SensorType.ASSET

    def __init__(
        self,
        name: str,
        asset_key: Any,
        job_name: Optional[str],
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: Optional[int] = None,
        description: Optional[str] = None,
        job: Any = None,
        jobs: Optional[Sequence[Any]] = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        required_resource_keys: Optional[Iterable[str]] = None,
        tags: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
    ):
        super().__init__(
            name,
            evaluation_fn=asset_materialization_fn,
            job_name=job_name,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=job,
            jobs=jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        self.asset_key = AssetKey.from_coercible(asset_key)

    def __call__(self, context: Any = None, event: Any = None, **resources: Any) -> Any:
        """Call its function directly, as tests do: with a context, an event, and resources."""
        if resources and context is not None:
            context = context.merge_resources(resources)
        return self._function.call(context, event)

    def _evaluate(self, context: Any) -> List[Any]:
        records = context.instance.fetch_materializations(self.asset_key, limit=1).records
        seen = int(context.cursor) if (context.cursor or "").isdigit() else -1
        if not records or records[0].storage_id <= seen:
            return [SkipReason("no new materialization of the asset '%s'" % self.asset_key)]
        newest = records[0]
        found = collected(self._function.call(context, newest.event_log_entry))
        if any(isinstance(item, SensorResult) and item.cursor for item in found):
            raise InvariantError(
                "%s has set SensorResult.cursor. The cursor is managed by the asset sensor"
                % self.what,
                code="tick.two_cursors",
                hint="leave the cursor out",
            )
        context.update_cursor(str(newest.storage_id))
        return found


def asset_sensor(
    asset_key: Any,
    *,
    job_name: Optional[str] = None,
    name: Optional[str] = None,
    minimum_interval_seconds: Optional[int] = None,
    description: Optional[str] = None,
    job: Any = None,
    jobs: Optional[Sequence[Any]] = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    required_resource_keys: Optional[Iterable[str]] = None,
    tags: Optional[Mapping[str, Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
) -> Callable[[Callable[..., Any]], AssetSensorDefinition]:
    """Declare a function that is called when an asset has been materialized.

    Args:
        asset_key: the asset; another location may make it.
        job_name: the job that it runs, by its name.
        name: unique among the location's schedules and sensors; the function's, by default.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        job: the job that it runs.
        jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        default_status: whether it runs before anybody has started or stopped it.
        required_resource_keys: resources that the function asks of `context.resources`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.

    Raises:
        DefinitionError: `definition.*`.
    """

    def decorate(fn: Callable[..., Any]) -> AssetSensorDefinition:
        made = AssetSensorDefinition(
            name=name or fn.__name__,
            asset_key=asset_key,
            job_name=job_name,
            asset_materialization_fn=fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=job,
            jobs=jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        found: AssetSensorDefinition = shown_as(made, fn)
        return found

    return decorate
