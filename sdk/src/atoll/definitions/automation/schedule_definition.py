"""`ScheduleDefinition`: runs that start by the clock."""

from __future__ import annotations

import copy
import enum
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Union,
)

from atoll.definitions.automation.cron import check_crons, check_timezone
from atoll.definitions.automation.evaluation_function import (
    EvaluationFunction,
    collected,
    guarded,
    takes_argument,
)
from atoll.definitions.automation.requests import with_partition
from atoll.definitions.automation.run_request import RunRequest, SkipReason
from atoll.definitions.automation.schedule_context import (
    ScheduleEvaluationContext,
    build_schedule_context,
)
from atoll.definitions.automation.target import AutomationTarget
from atoll.definitions.config.run_config import RunConfig
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.parameters import check_type
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name, check_owners, text_tags
from atoll.errors import DefinitionError, InvocationError, ParameterError

SCHEDULE_TAG = "dagster/schedule_name"


class DefaultScheduleStatus(enum.Enum):
    """Whether a schedule runs before anybody has started or stopped it."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class ScheduleExecutionData(NamedTuple):
    """What came of evaluating a schedule once.

    Attributes:
        run_requests: runs to start, with the tags that they get.
        skip_message: why there are none.
        log_key: None: lines of an evaluation in process go where Python's logging sends them.
    """

    run_requests: List[RunRequest]
    skip_message: Optional[str] = None
    log_key: Optional[List[str]] = None


class ScheduleDefinition:
    """Runs that start by the clock.

    Args:
        name: unique among the location's schedules and sensors; the job's name and `_schedule`,
            by default.
        cron_schedule: five fields (minute, hour, day of month, month, day of week), or several
            such texts: it ticks whenever one of them does.
        job_name: the job, by its name.
        run_config: the config of its runs: a `RunConfig` or a dict.
        run_config_fn: makes that config, of the context.
        tags: of the schedule, and of the runs that it makes without `execution_fn`.
        tags_fn: makes the tags of its runs, of the context.
        metadata: facts about the schedule.
        should_execute: says, of the context, whether a run is started.
        environment_vars: of no effect; accepted for code written for Dagster.
        execution_timezone: the time zone of the clock, such as `Europe/Berlin`; UTC by default.
        execution_fn: makes `RunRequest`s, or a `SkipReason`, of the context; instead of
            `run_config`, `run_config_fn`, `tags_fn` and `should_execute`.
        description: Markdown.
        job: the job.
        default_status: whether it runs before anybody has started or stopped it.
        required_resource_keys: resources that its functions ask of `context.resources`.
        target: instead of a job: assets, or a selection of some. Needs a `name`.
        owners: e-mail addresses, or `team:NAME`.

    Raises:
        DefinitionError: `definition.*`.
        ParameterError: `parameter.type`, or `definition.bad_target` where there is no target.
    """

    def __init__(
        self,
        name: Optional[str] = None,
        *,
        cron_schedule: Union[str, Sequence[str], None] = None,
        job_name: Optional[str] = None,
        run_config: Any = None,
        run_config_fn: Optional[Callable[..., Any]] = None,
        tags: Optional[Mapping[str, Any]] = None,
        tags_fn: Optional[Callable[..., Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        should_execute: Optional[Callable[..., bool]] = None,
        environment_vars: Optional[Mapping[str, str]] = None,
        execution_timezone: Optional[str] = None,
        execution_fn: Optional[Callable[..., Any]] = None,
        description: Optional[str] = None,
        job: Any = None,
        default_status: DefaultScheduleStatus = DefaultScheduleStatus.STOPPED,
        required_resource_keys: Optional[Iterable[str]] = None,
        target: Any = None,
        owners: Optional[Sequence[str]] = None,
    ):
        self.source: Source = caller_source()
        self.target = self._target(name, job, job_name, target)
        self.name = name or self.target.job_name + "_schedule"
        self.what = "the schedule '%s'" % self.name
        check_name(self.name, "a schedule", self.source)
        self.crons = check_crons(cron_schedule, self.what, self.source)
        self.cron_schedule: Union[str, Sequence[str]] = (
            self.crons[0] if isinstance(cron_schedule, str) else self.crons
        )
        self.execution_timezone = check_timezone(execution_timezone, self.what, self.source)
        self.default_status: DefaultScheduleStatus = check_type(
            default_status, "the default_status of %s" % self.what, DefaultScheduleStatus
        )
        self.description = description
        self.environment_vars = environment_vars
        self.tags: Dict[str, str] = text_tags(self.what, tags, caller_source())
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.owners: List[str] = check_owners(owners, self.source)
        self._run_config, self._run_config_fn = run_config, run_config_fn
        self._tags_fn, self._should_execute = tags_fn, should_execute
        self.required_resource_keys = set(required_resource_keys or ())
        self._function: Optional[EvaluationFunction] = None
        self._take_function(execution_fn)

    def _take_function(self, fn: Any) -> None:
        """Take the function that is evaluated, and refuse what would have no effect beside it."""
        self._refuse_both(
            "execution_fn",
            fn,
            run_config=self._run_config,
            run_config_fn=self._run_config_fn,
            tags_fn=self._tags_fn,
            should_execute=self._should_execute,
        )
        self._refuse_both("run_config_fn", self._run_config_fn, run_config=self._run_config)
        self._refuse_both("tags_fn", self._tags_fn, tags=self.tags)
        if fn is not None:
            self._function = EvaluationFunction(fn, self.what, self.required_resource_keys)
            self.required_resource_keys = self._function.required_resource_keys

    def _target(self, name: Any, job: Any, job_name: Any, target: Any) -> AutomationTarget:
        what = "the schedule '%s'" % name if name else "a schedule"
        ways = {"job": job, "job_name": job_name, "target": target}
        given = [way for way, value in ways.items() if value is not None]
        if len(given) > 1:
            raise DefinitionError(
                "%s names what it runs in several ways: %s" % (what, ", ".join(given)),
                hint="keep one of them",
                source=self.source,
            )
        if job_name is not None:
            return AutomationTarget.of_name(job_name)
        if job is not None:
            return AutomationTarget.of_job(job, what, self.source)
        if target is not None and name:
            return AutomationTarget.of_target(target, name, what, self.source)
        raise ParameterError(
            "a schedule of a target needs a name"
            if target
            else "%s must provide target, job, or job_name: it says nothing to run" % what,
            code="definition.bad_target",
            hint="write name=..." if target else "write job=... or target=[...]",
        )

    def _refuse_both(self, name: str, value: Any, **others: Any) -> None:
        """Refuse what is given beside `name` and would have no effect, or contradict it."""
        both = [other for other, given in others.items() if given] if value else []
        if both:
            raise DefinitionError(
                "%s has %s and %s" % (self.what, name, ", ".join(both)),
                hint="keep one of them",
                source=self.source,
            )

    @property
    def targets(self) -> List[AutomationTarget]:
        """What it runs, as the one item of a list."""
        return [self.target]

    @property
    def job_name(self) -> str:
        """The name of the job that it runs."""
        return self.target.job_name

    @property
    def has_job(self) -> bool:
        """Whether the job itself is known, not only its name."""
        return self.target.has_job_def

    @property
    def job(self) -> Any:
        """The job that it runs.

        Raises:
            DefinitionError: `definition.bad_target`, only its name is known.
        """
        if self.target.has_job_def:
            return self.target.job_def
        raise DefinitionError(
            "%s knows its job by name only: '%s'" % (self.what, self.target.job_name),
            code="definition.bad_target",
            hint="ask for job_name",
            source=self.source,
        )

    def with_updated_job(self, new_job: Any) -> ScheduleDefinition:
        """A copy that runs another job."""
        return self.with_attributes(job=new_job)

    def with_attributes(
        self, *, job: Any = None, metadata: Optional[Mapping[str, Any]] = None
    ) -> ScheduleDefinition:
        """A copy with another job, or with other facts about it.

        Args:
            job: the other job; None: its own.
            metadata: the other facts; None: its own.
        """
        made = copy.copy(self)
        if job is not None:
            made.target = AutomationTarget.of_job(job, self.what, self.source)
        if metadata is not None:
            made.metadata = normalize(metadata)
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call its function directly, as tests do: with a context, and resources by name.

        Raises:
            InvocationError: `invocation.*`.
        """
        if self._function is None:
            raise InvocationError(
                "%s has no function that could be called" % self.what,
                code="invocation.no_function",
                hint="declare it with @schedule, or call evaluate_tick(build_schedule_context())",
            )
        return self._function.invoke(
            args, kwargs, ScheduleEvaluationContext, build_schedule_context
        )

    def evaluate_tick(self, context: ScheduleEvaluationContext) -> ScheduleExecutionData:
        """What one tick comes to: runs to start, or why there are none.

        Raises:
            UserCodeError: `user_code.raised`, one of its functions raised.
            ParameterError: `tick.bad_result`, its function gave back something else.
        """
        if not isinstance(context, ScheduleEvaluationContext):
            raise ParameterError(
                "evaluate_tick takes a context, not %.80r" % (context,),
                hint="pass build_schedule_context()",
            )
        found = guarded(self.what, lambda: self._evaluate(context))
        if found in ([], [None]):
            return ScheduleExecutionData([], "the function of %s returned nothing" % self.what)
        if len(found) == 1 and isinstance(found[0], SkipReason):
            return ScheduleExecutionData([], found[0].skip_message)
        self._check_requests(found)
        mark = {SCHEDULE_TAG: self.name}
        resolved = [with_partition(one, self.target, context, self.what) for one in found]
        return ScheduleExecutionData(
            [one.with_replaced_attrs(tags={**one.tags, **mark}) for one in resolved]
        )

    def _evaluate(self, context: ScheduleEvaluationContext) -> List[Any]:
        if self._should_execute is not None and not _asked(self._should_execute, context):
            return [SkipReason("should_execute of %s returned false" % self.what)]
        if self._function is None:
            config = self._run_config
            if self._run_config_fn is not None:
                config = _asked(self._run_config_fn, context)
            return [self._request(config, context)]
        result = self._function.call(context)
        if isinstance(result, (dict, RunConfig)):
            return [self._request(result, context)]
        return collected(result)

    def _request(self, config: Any, context: ScheduleEvaluationContext) -> RunRequest:
        tags: Any = self.tags
        if self._tags_fn is not None:
            tags = _asked(self._tags_fn, context)
        return RunRequest(run_config=config, tags=tags)

    def _check_requests(self, found: Sequence[Any]) -> None:
        for item in found:
            if not isinstance(item, RunRequest):
                raise ParameterError(
                    "the function of %s returned %s: %.80r"
                    % (self.what, type(item).__name__, item),
                    code="tick.bad_result",
                    hint="return RunRequests, one SkipReason, a dict of run config, or nothing",
                )
        if len(found) > 1 and not all(item.run_key for item in found):
            raise ParameterError(
                "%s asks for %d runs, and not each has a run_key" % (self.what, len(found)),
                code="tick.bad_result",
                hint="write RunRequest(run_key=...): after a crash, it tells which were started",
            )

    def __repr__(self) -> str:
        return "ScheduleDefinition(%r, cron_schedule=%r)" % (self.name, self.cron_schedule)


def _asked(fn: Callable[..., Any], context: ScheduleEvaluationContext) -> Any:
    return fn(context) if takes_argument(fn) else fn()
