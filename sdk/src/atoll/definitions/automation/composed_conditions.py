"""The static methods of `AutomationCondition` that are made of its parts.

Ten thousand assets may have the same policy: conditions are immutable, so each is made once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from atoll.definitions.automation.operand_conditions import OperandConditions as Parts

if TYPE_CHECKING:
    from atoll.definitions.automation.condition import BuiltinAutomationCondition as Builtin
    from atoll.definitions.automation.condition_operators import (
        AndAutomationCondition,
        DepsAutomationCondition,
    )


class ComposedConditions:
    """Whole policies, and the larger parts of them."""

    @staticmethod
    def eager() -> AndAutomationCondition[Any]:
        """Make the asset when it becomes missing, or when a dependency was made or will be.

        Not while a dependency is missing, nor while the asset or a dependency is being made. Of
        an asset that is partitioned by time, only the latest partition.
        """
        return _eager()

    @staticmethod
    def on_cron(cron_schedule: str, cron_timezone: str = "UTC") -> AndAutomationCondition[Any]:
        """Make the asset after each tick of the clock, once all dependencies were made since.

        Of an asset that is partitioned by time, only the latest partition.

        Args:
            cron_schedule: five fields: minute, hour, day of month, month, day of week.
            cron_timezone: the time zone of the clock.

        Raises:
            ParameterError: `definition.bad_cron` or `definition.bad_timezone`.
        """
        return _on_cron(cron_schedule, cron_timezone)

    @staticmethod
    def on_missing() -> AndAutomationCondition[Any]:
        """Make partitions that are added, once no dependency is missing.

        Of an asset that is partitioned by time, only the latest partition.
        """
        return _on_missing()

    @staticmethod
    def in_progress() -> Builtin[Any]:
        """Holds while a run or a backfill is under way that has not made the target yet."""
        return _in_progress()

    @staticmethod
    def newly_missing() -> Builtin[Any]:
        """Holds at the evaluation at which the target becomes missing."""
        return Parts.missing().newly_true().with_label("newly_missing")

    @staticmethod
    def any_deps_updated() -> DepsAutomationCondition[Any]:
        """Holds if a dependency was made since the last evaluation, or will be requested now.

        Not if the run that made it makes the asset itself, too.
        """
        alone = Parts.newly_updated() & ~Parts.executed_with_root_target()
        updated = alone.with_label("newly_updated_without_root") | Parts.will_be_requested()
        return Parts.any_deps_match(updated).with_label("any_deps_updated")

    @staticmethod
    def any_deps_missing() -> DepsAutomationCondition[Any]:
        """Holds if a dependency is missing, and will not be requested now."""
        missing = Parts.missing() & ~Parts.will_be_requested()
        return Parts.any_deps_match(missing).with_label("any_deps_missing")

    @staticmethod
    def any_deps_in_progress() -> DepsAutomationCondition[Any]:
        """Holds while a dependency is being made."""
        return Parts.any_deps_match(_in_progress()).with_label("any_deps_in_progress")

    @staticmethod
    def all_deps_blocking_checks_passed() -> DepsAutomationCondition[Any]:
        """Holds if all blocking checks of the dependencies have passed, or are requested now."""
        passed = Parts.check_passed() | Parts.will_be_requested()
        checks = Parts.all_checks_match(passed, blocking_only=True)
        found = Parts.all_deps_match(checks.with_label("all_blocking_checks_passed"))
        return found.with_label("all_deps_blocking_checks_passed")

    @staticmethod
    def all_deps_updated_since_cron(
        cron_schedule: str, cron_timezone: str = "UTC"
    ) -> DepsAutomationCondition[Any]:
        """Holds if all dependencies were made since the last tick of the clock.

        Args:
            cron_schedule: five fields: minute, hour, day of month, month, day of week.
            cron_timezone: the time zone of the clock.

        Raises:
            ParameterError: `definition.bad_cron` or `definition.bad_timezone`.
        """
        ticked = Parts.cron_tick_passed(cron_schedule, cron_timezone)
        updated = Parts.newly_updated().since(ticked) | Parts.will_be_requested()
        label = "all_deps_updated_since_cron(%s, %s)" % (cron_schedule, cron_timezone)
        return Parts.all_deps_match(updated).with_label(label)


@lru_cache(maxsize=1)
def _in_progress() -> Builtin[Any]:
    under_way = Parts.run_in_progress() | Parts.backfill_in_progress()
    return under_way.with_label("in_progress")


@lru_cache(maxsize=1)
def _eager() -> AndAutomationCondition[Any]:
    made = ComposedConditions
    reason = (made.newly_missing() | made.any_deps_updated()).since_last_handled()
    return _all_of(
        "eager",
        Parts.in_latest_time_window(),
        reason,
        ~made.any_deps_missing(),
        ~made.any_deps_in_progress(),
        ~made.in_progress(),
    )


@lru_cache(maxsize=1024)
def _on_cron(cron_schedule: str, cron_timezone: str) -> AndAutomationCondition[Any]:
    return _all_of(
        "on_cron(%s, %s)" % (cron_schedule, cron_timezone),
        Parts.in_latest_time_window(),
        Parts.cron_tick_passed(cron_schedule, cron_timezone).since_last_handled(),
        ComposedConditions.all_deps_updated_since_cron(cron_schedule, cron_timezone),
    )


@lru_cache(maxsize=1)
def _on_missing() -> AndAutomationCondition[Any]:
    reason = Parts.missing().newly_true().since_last_handled()
    return _all_of(
        "on_missing",
        Parts.in_latest_time_window(),
        reason.with_label("missing_since_last_handled"),
        ~ComposedConditions.any_deps_missing(),
    )


def _all_of(label: str, *operands: Any) -> AndAutomationCondition[Any]:
    from atoll.definitions.automation.condition_operators import AndAutomationCondition

    return AndAutomationCondition(operands=operands, label=label)
