"""Checks of how old assets are. A `FreshnessPolicy` is the newer way."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Dict, List, Optional, Sequence

from atoll.definitions.asset_events import LAST_UPDATED
from atoll.definitions.automation.cron import check_cron_argument
from atoll.definitions.checks.decorators import AssetChecksDefinition
from atoll.definitions.checks.factories import checks_of, found_by
from atoll.definitions.checks.results import AssetCheckResult
from atoll.definitions.checks.specs import AssetCheckKey, AssetCheckSeverity, AssetCheckSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue
from atoll.definitions.parameters import check_type
from atoll.errors import InvariantError
from atoll_wire.cron import cron
from atoll_wire.zones import moment, zone

FRESH_UNTIL = "dagster/fresh_until_timestamp"
_PARAMETERS = "dagster/freshness_params"
_LOWER_BOUND = "dagster/freshness_lower_bound_timestamp"
_LATEST_TICK = "dagster/latest_cron_tick_timestamp"


def build_last_update_freshness_checks(
    *,
    assets: Sequence[Any],
    lower_bound_delta: timedelta,
    deadline_cron: Optional[str] = None,
    timezone: str = "UTC",
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    blocking: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Checks that assets were materialized, or seen to have changed, late enough.

    An observation tells when the data changed as the fact `dagster/last_updated_timestamp`.

    Args:
        assets: keys, or assets themselves.
        lower_bound_delta: how long before the deadline is late enough.
        deadline_cron: the deadline is when this fired last; without it, the check's own moment.
        timezone: of the cron string.
        severity: how grave it is where they were not.
        blocking: whether nothing downstream is made then, with the severity ERROR.

    Raises:
        InvariantError: `definition.bad_check`, an asset is named twice.
        ParameterError: `parameter.*`, an argument cannot be meant so.
    """
    check_type(lower_bound_delta, "lower_bound_delta", timedelta)
    if deadline_cron is not None:
        check_cron_argument(deadline_cron, timezone, "deadline_cron")
    allowed = lower_bound_delta.total_seconds()
    parameters = {"timezone": timezone, "lower_bound_delta_seconds": allowed}
    if deadline_cron is not None:
        parameters["deadline_cron"] = deadline_cron

    def judge(context: Any, key: AssetCheckKey) -> AssetCheckResult:
        now = time.time()
        deadline = now if deadline_cron is None else _before(deadline_cron, timezone, now)
        updated = context.instance.last_update(key.asset_key)
        passed = updated is not None and updated >= deadline - allowed
        facts: Dict[str, Any] = {
            _PARAMETERS: MetadataValue.json(parameters),
            _LOWER_BOUND: MetadataValue.timestamp(deadline - allowed),
        }
        if deadline_cron is not None:
            facts[_LATEST_TICK] = MetadataValue.timestamp(float(deadline))
        if updated is not None:
            facts[LAST_UPDATED] = MetadataValue.timestamp(updated)
        if updated is not None and passed:
            until = updated + allowed
            if deadline_cron is not None:
                until = _after(deadline_cron, timezone, now)
            facts[FRESH_UNTIL] = MetadataValue.timestamp(float(until))
        if updated is None:
            told = "It was never materialized or observed."
        else:
            age, limit = in_words(now - updated), in_words(now - deadline + allowed)
            told = "It changed %s ago; %s ago is late enough." % (age, limit)
        return found_by(key, passed, severity, told, facts)

    return checks_of(assets, "freshness_check", _describe(parameters, blocking), judge)


def build_time_partition_freshness_checks(
    *,
    assets: Sequence[Any],
    deadline_cron: str,
    timezone: str = "UTC",
    severity: AssetCheckSeverity = AssetCheckSeverity.WARN,
    blocking: bool = False,
) -> Sequence[AssetChecksDefinition]:
    """Checks that the partition which was over at the deadline is there.

    Args:
        assets: keys, or assets themselves; each is made in windows of time.
        deadline_cron: the deadline is when this fired last.
        timezone: of the cron string.
        severity: how grave it is where the partition is missing.
        blocking: whether nothing downstream is made then, with the severity ERROR.

    Raises:
        InvariantError: `definition.bad_check`, an asset is named twice; when the check runs, an
            asset is not made in windows of time.
        ParameterError: `parameter.*`, an argument cannot be meant so.
    """
    check_cron_argument(deadline_cron, timezone, "deadline_cron")
    parameters = {"timezone": timezone, "deadline_cron": deadline_cron}

    def judge(context: Any, key: AssetCheckKey) -> AssetCheckResult:
        now = time.time()
        deadline = _before(deadline_cron, timezone, now)
        partition = _last_partition(context, key.asset_key, deadline)
        passed = context.instance.last_update(key.asset_key, partition) is not None
        facts: Dict[str, Any] = {
            _PARAMETERS: MetadataValue.json(parameters),
            _LATEST_TICK: MetadataValue.timestamp(float(deadline)),
        }
        if passed:
            until = _after(deadline_cron, timezone, now)
            facts[FRESH_UNTIL] = MetadataValue.timestamp(float(until))
        else:
            updated = context.instance.last_update(key.asset_key)
            if updated is not None:
                facts[LAST_UPDATED] = MetadataValue.timestamp(updated)
        told = "The partition '%s' is %s." % (partition, "there" if passed else "missing")
        return found_by(key, passed, severity, told, facts)

    return checks_of(assets, "freshness_check", _describe(parameters, blocking), judge)


def in_words(seconds: float) -> str:
    """A stretch of time for people, such as `2 h 5 min`."""
    left = int(seconds)
    parts: List[str] = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count and len(parts) < 2:
            parts.append("%d %s" % (count, unit))
    return " ".join(parts) or "0 s"


def _last_partition(context: Any, key: AssetKey, deadline: float) -> str:
    """The key of the last window of an asset that was over at an instant."""
    from atoll.definitions.partitions.context import partition_loading_context

    spec = context.repository_def.spec_of(key)
    made: Any = getattr(spec, "partitions_def", None)
    if not hasattr(made, "get_last_partition_window"):
        raise InvariantError(
            "the asset '%s' is not made in windows of time" % key,
            code="definition.bad_check",
            hint="use build_last_update_freshness_checks",
        )
    where = zone(getattr(made, "timezone", None) or "UTC")
    with partition_loading_context(moment(deadline, where), context.instance):
        window = made.get_last_partition_window()
    if window is None:
        raise InvariantError(
            "the asset '%s' has no partition yet" % key,
            code="definition.bad_check",
            hint="its first window is not over",
        )
    return str(made.get_partition_key_range_for_time_window(window).start)


def _before(text: str, timezone: str, instant: float) -> int:
    return cron(text).before(instant, zone(timezone), inclusive=True)


def _after(text: str, timezone: str, instant: float) -> int:
    return cron(text).after(instant, zone(timezone))


def _describe(parameters: Dict[str, Any], blocking: bool) -> Any:
    return lambda key: AssetCheckSpec(
        "freshness_check",
        asset=key,
        description="Whether the asset is as fresh as it should be.",
        metadata={_PARAMETERS: MetadataValue.json(parameters)},
        blocking=blocking,
    )
