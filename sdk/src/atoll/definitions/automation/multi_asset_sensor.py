"""Sensors that watch the materializations of several assets."""

from __future__ import annotations

from typing import Any, Callable, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.automation.evaluation_function import collected, shown_as
from atoll.definitions.automation.multi_asset_context import MultiAssetSensorEvaluationContext
from atoll.definitions.automation.sensor_definition import (
    DefaultSensorStatus,
    SensorDefinition,
    SensorType,
)
from atoll.definitions.automation.sensor_result import SensorResult
from atoll.errors import InvariantError, InvocationError


class MultiAssetSensorDefinition(SensorDefinition):
    """A sensor that watches the materializations of several assets.

    Args:
        name: unique among the location's schedules and sensors.
        monitored_assets: keys, or an `AssetSelection`.
        job_name: the job that it runs, by its name.
        asset_materialization_fn: takes a `MultiAssetSensorEvaluationContext`, and resources by
            annotation; gives back what a sensor's function does.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        job: the job that it runs.
        jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        default_status: whether it runs before anybody has started or stopped it.
        request_assets: instead of a job: the assets that it makes.
        required_resource_keys: resources that the function asks of `context.resources`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.

    Raises:
        DefinitionError: `definition.*`.
    """

    sensor_type = SensorType.MULTI_ASSET

    def __init__(
        self,
        name: str,
        monitored_assets: Any,
        job_name: Optional[str],
        asset_materialization_fn: Callable[..., Any],
        minimum_interval_seconds: Optional[int] = None,
        description: Optional[str] = None,
        job: Any = None,
        jobs: Optional[Sequence[Any]] = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_assets: Any = None,
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
            asset_selection=request_assets,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        self.monitored_assets = monitored_assets

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call its function directly, as tests do: with a context, and resources by name.

        The context's cursor moves on when the function has returned; of a generator, when it has
        been read to its end.

        Raises:
            InvocationError: `invocation.*`.
        """
        context = args[0] if args else kwargs.get(str(self._function.context_name))
        result = self._function.invoke(
            args, kwargs, MultiAssetSensorEvaluationContext, self._no_context
        )
        found = collected(result)
        if context is not None:
            context.update_cursor_after_evaluation()
        return found if hasattr(result, "__next__") or isinstance(result, list) else result

    def _no_context(self) -> Any:
        raise InvocationError(
            "%s was called without the context that it takes" % self.what,
            code="invocation.no_context",
            hint="pass build_multi_asset_sensor_context(monitored_assets=[...])",
        )

    def _evaluate(self, context: Any) -> List[Any]:
        own = MultiAssetSensorEvaluationContext(
            self.monitored_assets,
            instance=context._instance,
            last_tick_completion_time=context.last_tick_completion_time,
            last_run_key=context.last_run_key,
            cursor=context.cursor,
            repository_name=context.repository_name,
            repository_def=context.repository_def,
            sensor_name=self.name,
            resources=context.resource_defs,
            last_sensor_start_time=context.last_sensor_start_time,
        )
        with own:
            found = collected(self._function.call(own))
            own.update_cursor_after_evaluation()
        if any(isinstance(item, SensorResult) and item.cursor for item in found):
            raise InvariantError(
                "%s has set SensorResult.cursor. Cannot set cursor in a multi_asset_sensor"
                % self.what,
                code="tick.two_cursors",
                hint="call context.advance_cursor(...) instead",
            )
        if own.cursor_updated:
            context.update_cursor(own.cursor)
        return found


def multi_asset_sensor(
    monitored_assets: Any,
    *,
    job_name: Optional[str] = None,
    name: Optional[str] = None,
    minimum_interval_seconds: Optional[int] = None,
    description: Optional[str] = None,
    job: Any = None,
    jobs: Optional[Sequence[Any]] = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_assets: Any = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    tags: Optional[Mapping[str, Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
) -> Callable[[Callable[..., Any]], MultiAssetSensorDefinition]:
    """Declare a function that watches the materializations of several assets.

    Args:
        monitored_assets: keys, or an `AssetSelection`.
        job_name: the job that it runs, by its name.
        name: unique among the location's schedules and sensors; the function's, by default.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        job: the job that it runs.
        jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        default_status: whether it runs before anybody has started or stopped it.
        request_assets: instead of a job: the assets that it makes.
        required_resource_keys: resources that the function asks of `context.resources`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.

    Raises:
        DefinitionError: `definition.*`.
    """

    def decorate(fn: Callable[..., Any]) -> MultiAssetSensorDefinition:
        made = MultiAssetSensorDefinition(
            name=name or fn.__name__,
            monitored_assets=monitored_assets,
            job_name=job_name,
            asset_materialization_fn=fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=job,
            jobs=jobs,
            default_status=default_status,
            request_assets=request_assets,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        found: MultiAssetSensorDefinition = shown_as(made, fn)
        return found

    return decorate
