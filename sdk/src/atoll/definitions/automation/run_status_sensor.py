"""Sensors that wake when a run has reached a status."""

from __future__ import annotations

from typing import Any, Callable, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.automation.evaluation_function import shown_as
from atoll.definitions.automation.run_status_context import RunStatusSensorContext
from atoll.definitions.automation.sensor_definition import (
    DefaultSensorStatus,
    SensorDefinition,
    SensorType,
)
from atoll.definitions.automation.target import is_job
from atoll.errors import DefinitionError, InvocationError

FAILURE = "FAILURE"
_STATUSES = frozenset(
    ["QUEUED", "NOT_STARTED", "STARTING", "STARTED", "SUCCESS", "FAILURE", "CANCELING", "CANCELED"]
)


class RunStatusSensorDefinition(SensorDefinition):
    """A sensor whose function is called for each run that has reached a status.

    Args:
        name: unique among the location's schedules and sensors.
        run_status: the status, a `DagsterRunStatus`.
        run_status_sensor_fn: takes a `RunStatusSensorContext`, and resources by annotation; gives
            back what a sensor's function does.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        monitored_jobs: the jobs whose runs are watched, those of other locations as
            `JobSelector`s; all of this location, by default.
        monitor_all_code_locations: whether the runs of all locations are watched.
        default_status: whether it runs before anybody has started or stopped it.
        request_job: the job that it runs, if it asks for runs.
        request_jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.
        required_resource_keys: resources that the function asks of `context.resources`.

    Raises:
        DefinitionError: `definition.*`.
    """

    sensor_type = SensorType.RUN_STATUS

    def __init__(
        self,
        name: str,
        run_status: Any,
        run_status_sensor_fn: Callable[..., Any],
        minimum_interval_seconds: Optional[int] = None,
        description: Optional[str] = None,
        monitored_jobs: Optional[Sequence[Any]] = None,
        monitor_all_code_locations: Optional[bool] = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        request_job: Any = None,
        request_jobs: Optional[Sequence[Any]] = None,
        tags: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        required_resource_keys: Optional[Iterable[str]] = None,
    ):
        super().__init__(
            name,
            evaluation_fn=run_status_sensor_fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            job=request_job,
            jobs=request_jobs,
            default_status=default_status,
            required_resource_keys=required_resource_keys,
            tags=tags,
            metadata=metadata,
        )
        self.run_status = run_status
        if self.status_name not in _STATUSES:
            raise DefinitionError(
                "%s watches for the status %.80r, which no run has" % (self.what, run_status),
                hint="write DagsterRunStatus.SUCCESS, .FAILURE, .STARTED or another of its members",
                source=self.source,
            )
        if monitored_jobs and monitor_all_code_locations:
            raise DefinitionError(
                "%s names jobs to watch, and is to watch those of all locations" % self.what,
                hint="keep one of monitored_jobs and monitor_all_code_locations",
                source=self.source,
            )
        self.monitored_jobs = [self._watched(job) for job in monitored_jobs or ()]
        self.monitor_all_code_locations = bool(monitor_all_code_locations)

    @property
    def status_name(self) -> str:
        """The status as text, such as `FAILURE`."""
        return str(getattr(self.run_status, "value", self.run_status))

    def _watched(self, job: Any) -> Any:
        if is_job(job) or hasattr(job, "location_name") or hasattr(job, "to_job"):
            return job
        raise DefinitionError(
            "%s is to watch %.80r, which is no job" % (self.what, job),
            code="definition.bad_target",
            hint="pass the job itself, or JobSelector(location_name, job_name=...)",
            source=self.source,
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call its function directly, as tests do: with a context, and resources by name.

        Raises:
            InvocationError: `invocation.*`.
        """
        if not args and not kwargs and self._function.context_name is None:
            return self._function.fn()
        return self._function.invoke(args, kwargs, RunStatusSensorContext, self._no_context)

    def _no_context(self) -> Any:
        raise InvocationError(
            "%s was called without the context that it takes" % self.what,
            code="invocation.no_context",
            hint="pass build_run_status_sensor_context(...)",
        )

    def _evaluate(self, context: Any) -> List[Any]:
        raise DefinitionError(
            "%s cannot be evaluated in process: the host finds the runs that it is called for, "
            "with a coming release of Atoll" % self.what,
            code="definition.not_supported_yet",
            hint="call it with build_run_status_sensor_context(...)",
            source=self.source,
        )


class _RunFailureSensorDefinition(RunStatusSensorDefinition):
    """The same, for failed runs: its function is given a `RunFailureSensorContext`."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call its function directly, as tests do."""
        return super().__call__(
            *[_of_failure(arg) for arg in args],
            **{name: _of_failure(value) for name, value in kwargs.items()},
        )


def run_status_sensor(
    run_status: Any,
    name: Optional[str] = None,
    minimum_interval_seconds: Optional[int] = None,
    description: Optional[str] = None,
    monitored_jobs: Optional[Sequence[Any]] = None,
    job_selection: Optional[Sequence[Any]] = None,
    monitor_all_code_locations: Optional[bool] = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Optional[Sequence[Any]] = None,
    monitor_all_repositories: Optional[bool] = None,
    tags: Optional[Mapping[str, Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
) -> Callable[[Callable[..., Any]], RunStatusSensorDefinition]:
    """Declare a function that is called for each run that has reached a status.

    Args:
        run_status: the status, a `DagsterRunStatus`.
        name: unique among the location's schedules and sensors; the function's, by default.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        monitored_jobs: the jobs whose runs are watched, those of other locations as `JobSelector`s;
            all of this location, by default.
        job_selection: the older name of `monitored_jobs`.
        monitor_all_code_locations: whether the runs of all locations are watched.
        default_status: whether it runs before anybody has started or stopped it.
        request_job: the job that it runs, if it asks for runs.
        request_jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        monitor_all_repositories: the older name of `monitor_all_code_locations`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.

    Raises:
        DefinitionError: `definition.*`.
    """

    def decorate(fn: Callable[..., Any]) -> RunStatusSensorDefinition:
        made = RunStatusSensorDefinition(
            name=name or fn.__name__,
            run_status=run_status,
            run_status_sensor_fn=fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            monitored_jobs=monitored_jobs or job_selection,
            monitor_all_code_locations=monitor_all_code_locations or monitor_all_repositories,
            default_status=default_status,
            request_job=request_job,
            request_jobs=request_jobs,
            tags=tags,
            metadata=metadata,
        )
        found: RunStatusSensorDefinition = shown_as(made, fn)
        return found

    return decorate


def run_failure_sensor(
    name: Any = None,
    minimum_interval_seconds: Optional[int] = None,
    description: Optional[str] = None,
    monitored_jobs: Optional[Sequence[Any]] = None,
    job_selection: Optional[Sequence[Any]] = None,
    monitor_all_code_locations: Optional[bool] = None,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    request_job: Any = None,
    request_jobs: Optional[Sequence[Any]] = None,
    monitor_all_repositories: Optional[bool] = None,
    tags: Optional[Mapping[str, Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
) -> Any:
    """Declare a function that is called for each run that has failed; bare, or with arguments.

    Args:
        name: unique among the location's schedules and sensors; the function's, by default.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        monitored_jobs: the jobs whose runs are watched; all of this location, by default.
        job_selection: the older name of `monitored_jobs`.
        monitor_all_code_locations: whether the runs of all locations are watched.
        default_status: whether it runs before anybody has started or stopped it.
        request_job: the job that it runs, if it asks for runs.
        request_jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        monitor_all_repositories: the older name of `monitor_all_code_locations`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.

    Returns:
        A `RunStatusSensorDefinition`.

    Raises:
        DefinitionError: `definition.*`.
    """
    if callable(name):
        return run_failure_sensor()(name)

    def decorate(fn: Callable[..., Any]) -> RunStatusSensorDefinition:
        made = _RunFailureSensorDefinition(
            name=name or fn.__name__,
            run_status=FAILURE,
            run_status_sensor_fn=fn,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            monitored_jobs=monitored_jobs or job_selection,
            monitor_all_code_locations=monitor_all_code_locations or monitor_all_repositories,
            default_status=default_status,
            request_job=request_job,
            request_jobs=request_jobs,
            tags=tags,
            metadata=metadata,
        )
        found: RunStatusSensorDefinition = shown_as(made, fn)
        return found

    return decorate


def _of_failure(value: Any) -> Any:
    return value.for_run_failure() if isinstance(value, RunStatusSensorContext) else value
