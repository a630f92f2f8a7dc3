"""What a sensor is evaluated with."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from atoll.definitions.automation.tick_context import TickContext
from atoll.errors import ParameterError


class SensorEvaluationContext(TickContext):
    """What a sensor's function is given. In tests, `build_sensor_context` makes one."""

    def __init__(
        self,
        instance: Any = None,
        last_tick_completion_time: Optional[float] = None,
        last_run_key: Optional[str] = None,
        cursor: Optional[str] = None,
        repository_name: Optional[str] = None,
        repository_def: Any = None,
        sensor_name: Optional[str] = None,
        resources: Optional[Mapping[str, Any]] = None,
        definitions: Any = None,
        last_sensor_start_time: Optional[float] = None,
    ):
        super().__init__("a sensor", instance, resources, repository_def, definitions)
        self._last_tick_completion_time = last_tick_completion_time
        self._last_run_key = last_run_key
        self._cursor = _text(cursor)
        self._cursor_updated = False
        self._repository_name = repository_name
        self._sensor_name = sensor_name
        self._last_sensor_start_time = last_sensor_start_time

    @property
    def sensor_name(self) -> str:
        """The name of the sensor.

        Raises:
            ParameterError: the context was made without it.
        """
        if self._sensor_name is None:
            raise ParameterError(
                "the context of a sensor has no sensor_name",
                hint="write build_sensor_context(sensor_name=...)",
            )
        return self._sensor_name

    @property
    def cursor(self) -> Optional[str]:
        """The text that an earlier evaluation left, or None."""
        return self._cursor

    def update_cursor(self, cursor: Optional[str]) -> None:
        """Leave a text for the next evaluation.

        Raises:
            ParameterError: it is no text.
        """
        self._cursor = _text(cursor)
        self._cursor_updated = True

    @property
    def cursor_updated(self) -> bool:
        """Whether `update_cursor` was called."""
        return self._cursor_updated

    @property
    def last_run_key(self) -> Optional[str]:
        """The `run_key` of the last run that the sensor asked for."""
        return self._last_run_key

    @property
    def last_tick_completion_time(self) -> Optional[float]:
        """When the last evaluation ended; seconds since 1970, UTC."""
        return self._last_tick_completion_time

    @property
    def last_completion_time(self) -> Optional[float]:
        """The older name of `last_tick_completion_time`."""
        return self._last_tick_completion_time

    @property
    def last_sensor_start_time(self) -> Optional[float]:
        """When somebody last started the sensor; seconds since 1970, UTC."""
        return self._last_sensor_start_time

    @property
    def is_first_tick_since_sensor_start(self) -> bool:
        """Whether the sensor was started after its last evaluation, or never evaluated."""
        last, start = self._last_tick_completion_time, self._last_sensor_start_time
        return not last or (start is not None and start > last)

    @property
    def repository_name(self) -> Optional[str]:
        """The name of the repository among whose definitions the sensor is."""
        return self._repository_name

    @property
    def repository_def(self) -> Any:
        """The definitions among which the sensor is, or None."""
        return self._given


def build_sensor_context(
    instance: Any = None,
    cursor: Optional[str] = None,
    repository_name: Optional[str] = None,
    repository_def: Any = None,
    sensor_name: Optional[str] = None,
    resources: Optional[Mapping[str, Any]] = None,
    definitions: Any = None,
    instance_ref: Any = None,
    last_sensor_start_time: Optional[float] = None,
) -> SensorEvaluationContext:
    """A context to evaluate a sensor with, in tests.

    Args:
        instance: what `context.instance` is.
        cursor: the text that an earlier evaluation has left.
        repository_name: what `context.repository_name` is.
        repository_def: the definitions among which the sensor is; or `definitions`.
        sensor_name: what `context.sensor_name` is.
        resources: by name: resources, or plain objects.
        definitions: the `Definitions` among which the sensor is.
        instance_ref: not needed; accepted for code written for Dagster.
        last_sensor_start_time: when the sensor was started; seconds since 1970, UTC.
    """
    return SensorEvaluationContext(
        instance=instance,
        cursor=cursor,
        repository_name=repository_name,
        repository_def=repository_def,
        sensor_name=sensor_name,
        resources=resources,
        definitions=definitions,
        last_sensor_start_time=last_sensor_start_time,
    )


def _text(cursor: Any) -> Optional[str]:
    if cursor is not None and not isinstance(cursor, str):
        raise ParameterError(
            "the cursor is %.80r, not text" % (cursor,),
            hint="write str(...), or json.dumps(...) for several values",
        )
    return cursor
