"""A sensor that has checks of freshness evaluated when they could find something else."""

from __future__ import annotations

import time
from typing import Any, Iterable, List, Mapping, Optional, Sequence, Union

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.automation.run_request import RunRequest, SkipReason
from atoll.definitions.automation.sensor_decorator import sensor
from atoll.definitions.automation.sensor_definition import DefaultSensorStatus, SensorDefinition
from atoll.definitions.checks.decorators import AssetChecksDefinition
from atoll.definitions.checks.factories import refuse_repeated
from atoll.definitions.checks.freshness_checks import FRESH_UNTIL
from atoll.definitions.checks.specs import AssetCheckKey
from atoll.errors import InvariantError


def build_sensor_for_freshness_checks(
    *,
    freshness_checks: Sequence[AssetChecksDefinition],
    minimum_interval_seconds: Optional[int] = None,
    name: str = "freshness_checks_sensor",
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    tags: Optional[Mapping[str, Any]] = None,
) -> SensorDefinition:
    """A sensor that has checks of freshness evaluated when they could find something else.

    That is the case of a check that was never evaluated, of one that passed so long ago that it
    may not any more, and of one that did not pass before its asset was materialized again.

    Args:
        freshness_checks: what `build_last_update_freshness_checks` and
            `build_time_partition_freshness_checks` return.
        minimum_interval_seconds: between two looks.
        name: of the sensor.
        default_status: whether it begins to work by itself.
        tags: of the runs.

    Raises:
        InvariantError: `definition.bad_check`, a check is there twice, or the interval is none.
    """
    keys = [key for checks in freshness_checks for key in _keys(checks)]
    _check(keys, minimum_interval_seconds)

    declare: Any = sensor(
        name=name,
        minimum_interval_seconds=minimum_interval_seconds,
        asset_selection=AssetSelection.checks(*freshness_checks),
        default_status=default_status,
        description="Has checks of freshness evaluated when they could find something else.",
    )

    def look(context: Any) -> Union[RunRequest, SkipReason]:
        now = time.time()
        due = [key for key in sorted(keys) if _is_due(context.instance, key, now)]
        if not due:
            return SkipReason("No check could find anything else than it did last.")
        return RunRequest(asset_check_keys=due, tags=dict(tags or {}))

    found: SensorDefinition = declare(look)
    return found


def _keys(checks: AssetChecksDefinition) -> Iterable[AssetCheckKey]:
    return [spec.key for spec in checks.check_specs]


def _check(keys: List[AssetCheckKey], interval: Optional[int]) -> None:
    refuse_repeated("check", (key.to_user_string() for key in keys), "name each once")
    if interval is not None and interval <= 0:
        raise InvariantError(
            "minimum_interval_seconds is %r, and must be positive" % interval,
            code="definition.bad_check",
            hint="leave it out for the deployment's own",
        )


def _is_due(instance: Any, key: AssetCheckKey, now: float) -> bool:
    """Whether a check could find something else than it did last."""
    record = instance.get_latest_asset_check_evaluation_record(key)
    if record is None:
        return True
    entry = record.event
    found = entry.asset_check_evaluation
    if not found.passed:
        made = instance.get_latest_materialization_event(key.asset_key)
        return made is not None and made.timestamp > entry.timestamp
    until = found.metadata.get(FRESH_UNTIL)
    return until is None or bool(until.value < now)
