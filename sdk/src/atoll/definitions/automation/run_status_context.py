"""What a sensor of runs is evaluated with: the run, and the event that woke the sensor."""

from __future__ import annotations

import logging
from typing import Any, List, Mapping, Optional

from atoll.definitions.automation.tick_context import TickContext
from atoll.errors import ParameterError


class RunStatusSensorContext(TickContext):
    """What the function of a `@run_status_sensor` is given.

    In tests, `build_run_status_sensor_context` makes one.

    Raises:
        ParameterError: `parameter.type`, `sensor_name` is no text.
    """

    def __init__(
        self,
        sensor_name: str,
        dagster_run: Any,
        dagster_event: Any,
        instance: Any,
        context: Any = None,
        resource_defs: Optional[Mapping[str, Any]] = None,
        logger: Optional[logging.Logger] = None,
        partition_key: Optional[str] = None,
        repository_def: Any = None,
    ):
        super().__init__("a sensor of runs", instance, resource_defs, repository_def)
        if not isinstance(sensor_name, str):
            raise ParameterError("sensor_name is %.80r, not text" % (sensor_name,))
        self._sensor_name = sensor_name
        self._dagster_run = dagster_run
        self._dagster_event = dagster_event
        self._logger = logger if logger is not None or context is None else context.log
        self._partition_key = partition_key

    @property
    def sensor_name(self) -> str:
        """The name of the sensor."""
        return self._sensor_name

    @property
    def dagster_run(self) -> Any:
        """The run that has reached the status."""
        return self._dagster_run

    @property
    def dagster_event(self) -> Any:
        """The event with which it did."""
        return self._dagster_event

    @property
    def partition_key(self) -> Optional[str]:
        """The partition that the run makes, or None."""
        return self._partition_key

    @property
    def repository_def(self) -> Any:
        """The definitions among which the sensor is, or None."""
        return self._given

    @property
    def log(self) -> logging.Logger:
        """The logger whose lines are kept with the evaluation."""
        return super().log if self._logger is None else self._logger

    def for_run_failure(self) -> RunFailureSensorContext:
        """The same, as the function of a `@run_failure_sensor` is given it."""
        made = RunFailureSensorContext.__new__(RunFailureSensorContext)
        made.__dict__.update(self.__dict__)
        return made


class RunFailureSensorContext(RunStatusSensorContext):
    """What the function of a `@run_failure_sensor` is given."""

    @property
    def failure_event(self) -> Any:
        """The event with which the run failed; `get_step_failure_events` has those of its steps."""
        return self.dagster_event

    def get_step_failure_events(self) -> List[Any]:
        """The event of each step that failed, in order."""
        records = self.instance.get_records_for_run(run_id=self.dagster_run.run_id).records
        events = [record.event_log_entry.dagster_event for record in records]
        return [e for e in events if e is not None and e.event_type_value == "STEP_FAILURE"]


def build_run_status_sensor_context(
    sensor_name: str,
    dagster_event: Any,
    dagster_instance: Any,
    dagster_run: Any,
    context: Any = None,
    resources: Optional[Mapping[str, Any]] = None,
    partition_key: Optional[str] = None,
    *,
    repository_def: Any = None,
) -> RunStatusSensorContext:
    """A context to call a `@run_status_sensor` or a `@run_failure_sensor` with, in tests.

    Args:
        sensor_name: what `context.sensor_name` is.
        dagster_event: the event that woke the sensor.
        dagster_instance: what `context.instance` is.
        dagster_run: the run.
        context: a context whose log is to be used.
        resources: by name: resources, or plain objects.
        partition_key: the partition that the run makes.
        repository_def: the definitions among which the sensor is.
    """
    return RunStatusSensorContext(
        sensor_name=sensor_name,
        dagster_run=dagster_run,
        dagster_event=dagster_event,
        instance=dagster_instance,
        context=context,
        resource_defs=resources,
        partition_key=partition_key,
        repository_def=repository_def,
    )
