"""How old an asset may get."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict, Mapping, Optional

from atoll.definitions.automation.cron import check_cron_argument
from atoll.errors import ParameterError

_LEAST = timedelta(minutes=1)


class FreshnessPolicy:
    """How old an asset may get; made by `FreshnessPolicy.time_window` or `.cron`."""

    @staticmethod
    def time_window(
        fail_window: timedelta, warn_window: Optional[timedelta] = None
    ) -> TimeWindowFreshnessPolicy:
        """The asset is made at least once in every such span of time.

        Args:
            fail_window: the age from which on it is too old; a minute or more.
            warn_window: the age from which on a warning is shown; less than `fail_window`.

        Raises:
            ParameterError: `definition.bad_freshness_policy`.
        """
        return TimeWindowFreshnessPolicy(fail_window, warn_window)

    @staticmethod
    def cron(
        deadline_cron: str, lower_bound_delta: timedelta, timezone: str = "UTC"
    ) -> CronFreshnessPolicy:
        """The asset is made before each tick of the clock, and not too long before it.

        Args:
            deadline_cron: five fields: minute, hour, day of month, month, day of week.
            lower_bound_delta: how long before the tick it may be made; a minute or more.
            timezone: the time zone of the clock.

        Raises:
            ParameterError: `definition.bad_freshness_policy`, `definition.bad_cron` or
                `definition.bad_timezone`.
        """
        return CronFreshnessPolicy(deadline_cron, lower_bound_delta, timezone)

    def to_wire(self) -> Dict[str, Any]:
        """The policy as JSON-able data; spans of time in seconds."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), tuple(self.__dict__.values())))

    def __repr__(self) -> str:
        given = ", ".join("%s=%r" % item for item in self.__dict__.items())
        return "%s(%s)" % (type(self).__name__, given)


class TimeWindowFreshnessPolicy(FreshnessPolicy):
    """The asset is made at least once in every span of `fail_window`."""

    def __init__(self, fail_window: timedelta, warn_window: Optional[timedelta] = None):
        self.fail_window = _span(fail_window, "fail_window")
        self.warn_window = None if warn_window is None else _span(warn_window, "warn_window")
        if self.warn_window is not None and self.warn_window >= self.fail_window:
            raise _bad(
                "warn_window must be less than fail_window; they are %s and %s"
                % (warn_window, fail_window)
            )

    def to_wire(self) -> Dict[str, Any]:
        """The policy as JSON-able data; spans of time in seconds."""
        warn = self.warn_window
        return {
            "kind": "time_window",
            "fail_s": self.fail_window.total_seconds(),
            "warn_s": None if warn is None else warn.total_seconds(),
        }


class CronFreshnessPolicy(FreshnessPolicy):
    """The asset is made before each tick of `deadline_cron`."""

    def __init__(self, deadline_cron: str, lower_bound_delta: timedelta, timezone: str = "UTC"):
        check_cron_argument(deadline_cron, timezone, "a freshness policy")
        self.deadline_cron = deadline_cron
        self.lower_bound_delta = _span(lower_bound_delta, "lower_bound_delta")
        self.timezone = timezone

    def to_wire(self) -> Dict[str, Any]:
        """The policy as JSON-able data; spans of time in seconds."""
        return {
            "kind": "cron",
            "deadline_cron": self.deadline_cron,
            "lower_bound_s": self.lower_bound_delta.total_seconds(),
            "timezone": self.timezone,
        }


InternalFreshnessPolicy = FreshnessPolicy
"""The name of `FreshnessPolicy` in earlier releases of Dagster."""


class LegacyFreshnessPolicy:
    """How far an asset may lag behind its sources; an older policy, which is only described.

    Args:
        maximum_lag_minutes: how old the data in it may be.
        cron_schedule: when that must hold; always, by default.
        cron_schedule_timezone: the time zone of the clock.

    Raises:
        ParameterError: `definition.bad_freshness_policy`, `definition.bad_cron` or
            `definition.bad_timezone`.
    """

    def __init__(
        self,
        *,
        maximum_lag_minutes: float,
        cron_schedule: Optional[str] = None,
        cron_schedule_timezone: Optional[str] = None,
    ):
        if isinstance(maximum_lag_minutes, bool) or not isinstance(
            maximum_lag_minutes, (int, float)
        ):
            raise _bad("maximum_lag_minutes is %.80r, not a number" % (maximum_lag_minutes,))
        if cron_schedule is not None:
            check_cron_argument(cron_schedule, cron_schedule_timezone, "a freshness policy")
        if cron_schedule_timezone is not None and cron_schedule is None:
            raise _bad("cron_schedule_timezone is given without cron_schedule")
        self.maximum_lag_minutes = float(maximum_lag_minutes)
        self.cron_schedule = cron_schedule
        self.cron_schedule_timezone = cron_schedule_timezone

    @property
    def maximum_lag_delta(self) -> timedelta:
        """How old the data may be."""
        return timedelta(minutes=self.maximum_lag_minutes)

    def to_wire(self) -> Dict[str, Any]:
        """The policy as JSON-able data."""
        return {
            "kind": "legacy",
            "maximum_lag_s": self.maximum_lag_minutes * 60,
            "cron_schedule": self.cron_schedule,
            "timezone": self.cron_schedule_timezone,
        }

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LegacyFreshnessPolicy) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        given = ", ".join("%s=%r" % item for item in self.__dict__.items())
        return "LegacyFreshnessPolicy(%s)" % given


def apply_freshness_policy(spec: Any, policy: Any, overwrite_existing: bool = True) -> Any:
    """A copy of an `AssetSpec` with a freshness policy, for `Definitions.map_asset_specs`.

    Args:
        spec: the description of the asset.
        policy: the policy.
        overwrite_existing: whether it replaces one that the asset has.
    """
    if spec.freshness_policy is not None and not overwrite_existing:
        return spec
    changes: Mapping[str, Any] = {"freshness_policy": policy}
    return spec.replace_attributes(**changes)


def _span(value: Any, name: str) -> timedelta:
    if not isinstance(value, timedelta):
        raise _bad("%s is %.80r, not a timedelta" % (name, value), "write timedelta(hours=...)")
    if value < _LEAST:
        raise _bad("%s is %s, less than 1 minute" % (name, value))
    return value


def _bad(message: str, hint: Optional[str] = None) -> ParameterError:
    return ParameterError(
        "a freshness policy: %s" % message, code="definition.bad_freshness_policy", hint=hint
    )
