"""What a schedule is evaluated with."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, Optional

from atoll.definitions.automation.tick_context import TickContext
from atoll.errors import InvariantError, ParameterError


class ScheduleEvaluationContext(TickContext):
    """What a schedule's functions are given. In tests, `build_schedule_context` makes one.

    Raises:
        ParameterError: `parameter.type`, `scheduled_execution_time` is no `datetime`.
    """

    def __init__(
        self,
        instance: Any = None,
        scheduled_execution_time: Optional[datetime] = None,
        resources: Optional[Mapping[str, Any]] = None,
        repository_def: Any = None,
        repository_name: Optional[str] = None,
        schedule_name: Optional[str] = None,
    ):
        super().__init__("a schedule", instance, resources, repository_def)
        if scheduled_execution_time is not None and not isinstance(
            scheduled_execution_time, datetime
        ):
            raise ParameterError(
                "scheduled_execution_time is %.80r, not a datetime" % (scheduled_execution_time,)
            )
        self._scheduled_execution_time = scheduled_execution_time
        self._repository_name = repository_name
        self._schedule_name = schedule_name

    @property
    def scheduled_execution_time(self) -> datetime:
        """The instant of the tick, in the schedule's time zone; the evaluation may be later.

        Raises:
            ParameterError: `tick.no_time`, the context was made without it.
        """
        if self._scheduled_execution_time is None:
            raise ParameterError(
                "the context has no scheduled_execution_time",
                code="tick.no_time",
                hint="write build_schedule_context(scheduled_execution_time=datetime(...))",
            )
        return self._scheduled_execution_time

    @property
    def repository_def(self) -> Any:
        """The definitions among which the schedule is.

        Raises:
            InvariantError: `tick.no_definitions`, the context was made without them.
        """
        if self._definitions is None:
            raise InvariantError(
                "the context of a schedule has no definitions",
                code="tick.no_definitions",
                hint="write build_schedule_context(repository_def=...)",
            )
        return self._given


def build_schedule_context(
    instance: Any = None,
    scheduled_execution_time: Optional[datetime] = None,
    resources: Optional[Mapping[str, Any]] = None,
    repository_def: Any = None,
    instance_ref: Any = None,
) -> ScheduleEvaluationContext:
    """A context to evaluate a schedule with, in tests.

    Args:
        instance: what `context.instance` is.
        scheduled_execution_time: the instant of the tick.
        resources: by name: resources, or plain objects.
        repository_def: the definitions among which the schedule is; `Definitions` will do.
        instance_ref: not needed; accepted for code written for Dagster.
    """
    return ScheduleEvaluationContext(
        instance=instance,
        scheduled_execution_time=scheduled_execution_time,
        resources=resources,
        repository_def=repository_def,
    )
