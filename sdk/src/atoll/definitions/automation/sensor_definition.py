"""`SensorDefinition`: runs that start because something has happened."""

from __future__ import annotations

import copy
import enum
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.automation.evaluation_function import EvaluationFunction, collected
from atoll.definitions.automation.requests import with_assets, with_partition
from atoll.definitions.automation.run_request import RunRequest, SkipReason
from atoll.definitions.automation.sensor_context import (
    SensorEvaluationContext,
    build_sensor_context,
)
from atoll.definitions.automation.sensor_result import (
    SensorExecutionData,
    SensorResult,
    check_partition_requests,
)
from atoll.definitions.automation.target import AutomationTarget, jobs_of, selection_of
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.parameters import check_type
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name, check_owners, text_tags
from atoll.errors import DefinitionError, InvariantError, ParameterError

SENSOR_TAG = "dagster/sensor_name"
DEFAULT_INTERVAL_S = 30
_EMPTY = "the function of %s returned nothing"


class DefaultSensorStatus(enum.Enum):
    """Whether a sensor runs before anybody has started or stopped it."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class SensorType(enum.Enum):
    """What wakes a sensor."""

    STANDARD = "STANDARD"
    RUN_STATUS = "RUN_STATUS"
    ASSET = "ASSET"
    MULTI_ASSET = "MULTI_ASSET"
    FRESHNESS_POLICY = "FRESHNESS_POLICY"
    AUTO_MATERIALIZE = "AUTO_MATERIALIZE"
    AUTOMATION = "AUTOMATION"
    UNKNOWN = "UNKNOWN"


class SensorDefinition:
    """Runs that start because something has happened.

    Args:
        name: unique among the location's schedules and sensors; the function's, by default.
        evaluation_fn: looks whether something has happened. It takes the context, if it has a
            parameter for it, and a resource in each parameter that is annotated with one; it
            gives back `RunRequest`s, a `SkipReason`, a `SensorResult`, or nothing.
        job_name: the job that it runs, by its name.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        job: the job that it runs.
        jobs: the jobs that it runs; each `RunRequest` then has a `job_name`.
        default_status: whether it runs before anybody has started or stopped it.
        asset_selection: instead of a job: the assets that it makes, all or those of a request.
        required_resource_keys: resources that its function asks of `context.resources`.
        tags: for searching; its runs do not get them.
        metadata: facts about the sensor.
        target: instead of a job: assets, or a selection of some. Needs a `name`.
        owners: e-mail addresses, or `team:NAME`.

    Raises:
        DefinitionError: `definition.*`.
        ParameterError: `parameter.type`.
    """

    sensor_type = SensorType.STANDARD

    def __init__(
        self,
        name: Optional[str] = None,
        *,
        evaluation_fn: Optional[Callable[..., Any]] = None,
        job_name: Optional[str] = None,
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
    ):
        self.source: Source = caller_source()
        if evaluation_fn is None:
            raise DefinitionError(
                "a sensor needs a function: SensorDefinition(evaluation_fn=...)",
                code="definition.not_a_function",
                source=self.source,
            )
        called: str = name or str(getattr(evaluation_fn, "__name__", ""))
        self.name = check_name(called, "a sensor", self.source)
        self.what = "the sensor '%s'" % self.name
        ways = {"job_name": job_name, "job": job, "jobs": jobs, "target": target}
        ways["asset_selection"] = asset_selection
        self.targets = self._targets(ways, name)
        self.asset_selection = (
            None
            if asset_selection is None
            else selection_of(asset_selection, "the asset_selection of %s" % self.what, self.source)
        )
        self._function = EvaluationFunction(evaluation_fn, self.what, required_resource_keys)
        self.required_resource_keys = self._function.required_resource_keys
        self.minimum_interval_seconds = _interval(minimum_interval_seconds, self.what)
        self.default_status: DefaultSensorStatus = check_type(
            default_status, "the default_status of %s" % self.what, DefaultSensorStatus
        )
        self.description = description
        self.tags: Dict[str, str] = text_tags(self.what, tags, caller_source())
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.owners: List[str] = check_owners(owners, self.source)

    def _targets(self, ways: Mapping[str, Any], name: Optional[str]) -> List[AutomationTarget]:
        given = {way: value for way, value in ways.items() if value is not None}
        if len(given) > 1:
            raise DefinitionError(
                "%s names what it runs in several ways: %s" % (self.what, ", ".join(given)),
                hint="keep one of them",
                source=self.source,
            )
        for way, value in given.items():
            if way == "job_name":
                return [AutomationTarget.of_name(value)]
            if way == "target":
                return [AutomationTarget.of_target(value, self.name, self.what, self.source)]
            if way in ("job", "jobs"):
                jobs = [value] if way == "job" else value
                return [AutomationTarget.of_job(one, self.what, self.source) for one in jobs]
        return []

    @property
    def has_jobs(self) -> bool:
        """Whether it has jobs that are known themselves, not only by name."""
        return bool(jobs_of(self.targets))

    @property
    def jobs(self) -> List[Any]:
        """The jobs that it runs.

        Raises:
            DefinitionError: `definition.bad_target`, it has none.
        """
        found = jobs_of(self.targets)
        if not found:
            raise self._no_job("it has no jobs, or knows them by name only")
        return found

    @property
    def job(self) -> Any:
        """The one job that it runs.

        Raises:
            DefinitionError: `definition.bad_target`, it has none, or several.
        """
        if len(self.targets) != 1:
            raise self._no_job("it has %d jobs" % len(self.targets))
        return self.jobs[0]

    @property
    def job_name(self) -> str:
        """The name of the one job that it runs.

        Raises:
            DefinitionError: `definition.bad_target`, it has none, or several.
        """
        if len(self.targets) != 1:
            raise self._no_job("it has %d jobs" % len(self.targets))
        return self.targets[0].job_name

    def _no_job(self, why: str) -> DefinitionError:
        return DefinitionError(
            "%s was asked for its job: %s" % (self.what, why),
            code="definition.bad_target",
            hint="its `targets` are what it runs",
            source=self.source,
        )

    def with_updated_job(self, new_job: Any) -> SensorDefinition:
        """A copy that runs another job."""
        return self.with_attributes(jobs=[new_job])

    def with_updated_jobs(self, new_jobs: Sequence[Any]) -> SensorDefinition:
        """A copy that runs other jobs."""
        return self.with_attributes(jobs=new_jobs)

    def with_attributes(
        self,
        *,
        jobs: Optional[Sequence[Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
    ) -> SensorDefinition:
        """A copy with other jobs, or with other facts about it.

        Args:
            jobs: the other jobs; None: its own.
            metadata: the other facts; None: its own.
        """
        made = copy.copy(self)
        if jobs is not None:
            made.targets = [AutomationTarget.of_job(j, self.what, self.source) for j in jobs]
        if metadata is not None:
            made.metadata = normalize(metadata)
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call its function directly, as tests do: with a context, and resources by name.

        Raises:
            InvocationError: `invocation.*`.
        """
        return self._function.invoke(args, kwargs, SensorEvaluationContext, build_sensor_context)

    def _evaluate(self, context: Any) -> List[Any]:
        """What its function gave back, one by one; kinds of sensors differ in this."""
        return collected(self._function.call(context))

    def evaluate_tick(self, context: SensorEvaluationContext) -> SensorExecutionData:
        """What one evaluation comes to: runs to start and events to record, or why there are none.

        Raises:
            ParameterError: `tick.bad_result`, its function gave back something else.
            InvariantError: `tick.*`, what it asks for cannot be.
            SubsetError: `tick.unknown_target`, it asks for assets outside of its selection.
        """
        if not isinstance(context, SensorEvaluationContext):
            raise ParameterError(
                "evaluate_tick takes a context, not %.80r" % (context,),
                hint="pass build_sensor_context()",
            )
        items = [item for item in self._evaluate(context) if item is not None]
        result = self._result(items)
        if context.cursor_updated and result.cursor:
            raise InvariantError(
                "%s has set SensorResult.cursor, which cannot be set if context.update_cursor() "
                "was called" % self.what,
                code="tick.two_cursors",
                hint="keep one of them",
            )
        partitions = result.dynamic_partitions_requests
        check_partition_requests(self.what, partitions)
        mark = {SENSOR_TAG: self.name}
        requests = [
            _marked(self._resolved(one, context, partitions), mark) for one in result.run_requests
        ]
        skip = result.skip_reason
        return SensorExecutionData(
            requests,
            skip.skip_message if skip else None if requests else _EMPTY % self.what,
            result.cursor or context.cursor,
            partitions,
            result.asset_events,
        )

    def _result(self, items: Sequence[Any]) -> SensorResult:
        """All that the function gave back, as one result."""
        kinds = (RunRequest, SkipReason, SensorResult)
        for item in items:
            if not isinstance(item, kinds):
                raise ParameterError(
                    "the function of %s returned %s: %.80r"
                    % (self.what, type(item).__name__, item),
                    code="tick.bad_result",
                    hint="return RunRequests, one SkipReason, one SensorResult, or nothing",
                )
        if len(items) == 1 and isinstance(items[0], SensorResult):
            return items[0]
        if any(isinstance(item, SensorResult) for item in items):
            raise ParameterError(
                "%s returned a SensorResult, and more: it must be the only object returned"
                % self.what,
                code="tick.bad_result",
                hint="put all into it: SensorResult(run_requests=[...], cursor=...)",
            )
        if len(items) == 1 and isinstance(items[0], SkipReason):
            return SensorResult(skip_reason=items[0])
        if any(isinstance(item, SkipReason) for item in items):
            raise ParameterError(
                "%s returned a SkipReason, and more: expected a single SkipReason or one or more "
                "RunRequests" % self.what,
                code="tick.bad_result",
                hint="return the SkipReason by itself; context.log.info(...) tells more",
            )
        return SensorResult(run_requests=items)

    def _resolved(
        self, request: RunRequest, context: SensorEvaluationContext, partitions: Sequence[Any]
    ) -> RunRequest:
        if self.asset_selection is not None:
            request = with_assets(request, self.asset_selection, context, self.what)
            return with_partition(request, None, context, self.what, partitions)
        return with_partition(request, self._target_of(request), context, self.what, partitions)

    def _target_of(self, request: RunRequest) -> AutomationTarget:
        known = {target.job_name: target for target in self.targets}
        if not known:
            raise InvariantError(
                "%s asks for a run, for a sensor lacking a specified target" % self.what,
                code="tick.no_target",
                hint="declare it with job=..., jobs=[...], job_name=... or target=...",
            )
        if request.job_name is None and len(known) > 1:
            raise InvariantError(
                "%s asks for a run without saying of which job" % self.what,
                code="tick.no_target",
                hint="write RunRequest(job_name=...); its jobs are: %s" % ", ".join(known),
            )
        name = next(iter(known)) if request.job_name is None else request.job_name
        if name not in known:
            raise InvariantError(
                "%s asks for a run of the job '%s', which is none of its own" % (self.what, name),
                code="tick.unknown_target",
                hint="its jobs are: %s" % ", ".join(known),
            )
        return known[name]

    def __repr__(self) -> str:
        return "%s(%r)" % (type(self).__name__, self.name)


def _marked(request: RunRequest, mark: Mapping[str, str]) -> RunRequest:
    return request.with_replaced_attrs(tags={**request.tags, **mark})


def _interval(seconds: Any, what: str) -> int:
    if seconds is None:
        return DEFAULT_INTERVAL_S
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise ParameterError(
            "the minimum_interval_seconds of %s is %.80r, not a whole number" % (what, seconds)
        )
    return seconds
