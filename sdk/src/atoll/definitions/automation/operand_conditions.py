"""The static methods of `AutomationCondition` that make its parts.

The classes of the parts derive from `AutomationCondition`, which derives from this one: hence each
method imports what it makes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, AbstractSet, Any, Mapping, Optional

from atoll.definitions.automation.cron import check_cron_argument
from atoll.definitions.keys import AssetKey

if TYPE_CHECKING:
    from atoll.definitions.automation import check_and_job_conditions as groups
    from atoll.definitions.automation import condition_operators as operators
    from atoll.definitions.automation.condition import AutomationCondition
    from atoll.definitions.automation.condition import BuiltinAutomationCondition as Builtin


class OperandConditions:
    """What a condition asks of an asset or a check, of its dependencies, or of its checks."""

    @staticmethod
    def missing() -> Builtin[Any]:
        """Holds while the target was never made."""
        from atoll.definitions.automation.condition_operands import MissingAutomationCondition

        return MissingAutomationCondition()

    @staticmethod
    def run_in_progress() -> Builtin[Any]:
        """Holds while a run is under way that has not made the target yet."""
        from atoll.definitions.automation.condition_operands import RunInProgressAutomationCondition

        return RunInProgressAutomationCondition()

    @staticmethod
    def backfill_in_progress() -> Builtin[Any]:
        """Holds while a backfill is under way that has not made the target yet."""
        from atoll.definitions.automation.condition_operands import (
            BackfillInProgressAutomationCondition,
        )

        return BackfillInProgressAutomationCondition()

    @staticmethod
    def execution_failed() -> Builtin[Any]:
        """Holds while the last attempt to make the target is a failed one."""
        from atoll.definitions.automation.condition_operands import (
            ExecutionFailedAutomationCondition,
        )

        return ExecutionFailedAutomationCondition()

    @staticmethod
    def initial_evaluation() -> Builtin[Any]:
        """Holds at the first evaluation, and at the first after the condition has changed."""
        from atoll.definitions.automation.condition_operands import InitialEvaluationCondition

        return InitialEvaluationCondition()

    @staticmethod
    def will_be_requested() -> Builtin[Any]:
        """Holds while the same evaluation asks for a run of the target."""
        from atoll.definitions.automation.condition_operands import WillBeRequestedCondition

        return WillBeRequestedCondition()

    @staticmethod
    def newly_updated() -> Builtin[Any]:
        """Holds at the evaluation after the target was made."""
        from atoll.definitions.automation.condition_operands import NewlyUpdatedCondition

        return NewlyUpdatedCondition()

    @staticmethod
    def newly_requested() -> Builtin[Any]:
        """Holds at the evaluation after a run of the target was asked for."""
        from atoll.definitions.automation.condition_operands import NewlyRequestedCondition

        return NewlyRequestedCondition()

    @staticmethod
    def code_version_changed() -> Builtin[Any]:
        """Holds at the evaluation after the asset's code version has changed."""
        from atoll.definitions.automation.condition_operands import CodeVersionChangedCondition

        return CodeVersionChangedCondition()

    @staticmethod
    def data_version_changed() -> Builtin[Any]:
        """Holds at the evaluation after the asset's data version has changed."""
        from atoll.definitions.automation.condition_operands import DataVersionChangedCondition

        return DataVersionChangedCondition()

    @staticmethod
    def executed_with_root_target() -> Builtin[Any]:
        """Holds if the last run that made the target also made the asset whose condition it is."""
        from atoll.definitions.automation.condition_operands import (
            LatestRunExecutedWithRootTargetCondition,
        )

        return LatestRunExecutedWithRootTargetCondition()

    @staticmethod
    def check_passed() -> Builtin[Any]:
        """Of a check: holds if it was evaluated on the asset as it is, and passed."""
        from atoll.definitions.automation.condition_operands import CheckResultCondition

        return CheckResultCondition(passed=True)

    @staticmethod
    def check_failed() -> Builtin[Any]:
        """Of a check: holds if it was evaluated on the asset as it is, and failed."""
        from atoll.definitions.automation.condition_operands import CheckResultCondition

        return CheckResultCondition(passed=False)

    @staticmethod
    def any_downstream_conditions() -> Builtin[Any]:
        """Holds while one of the conditions of the assets downstream does."""
        from atoll.definitions.automation.check_and_job_conditions import (
            AnyDownstreamConditionsCondition,
        )

        return AnyDownstreamConditionsCondition()

    @staticmethod
    def freshness_passed() -> Builtin[Any]:
        """Holds while the asset is as fresh as its policy wants it."""
        return _freshness("PASS").with_label("freshness_passed")

    @staticmethod
    def freshness_warned() -> Builtin[Any]:
        """Holds while the asset is nearly too old for its policy."""
        return _freshness("WARN").with_label("freshness_warned")

    @staticmethod
    def freshness_failed() -> Builtin[Any]:
        """Holds while the asset is too old for its policy."""
        return _freshness("FAIL").with_label("freshness_failed")

    @staticmethod
    def cron_tick_passed(cron_schedule: str, cron_timezone: str = "UTC") -> Builtin[Any]:
        """Holds at the evaluation after a tick of the clock.

        Args:
            cron_schedule: five fields: minute, hour, day of month, month, day of week.
            cron_timezone: the time zone of the clock.

        Raises:
            ParameterError: `definition.bad_cron` or `definition.bad_timezone`.
        """
        from atoll.definitions.automation.condition_operands import CronTickPassedCondition

        check_cron_argument(cron_schedule, cron_timezone, "the condition cron_tick_passed")
        return CronTickPassedCondition(cron_schedule=cron_schedule, cron_timezone=cron_timezone)

    @staticmethod
    def in_latest_time_window(lookback_delta: Optional[timedelta] = None) -> Builtin[Any]:
        """Holds for the latest partition in time; for an asset without such ones, always.

        Args:
            lookback_delta: how far before the end of the latest partition others begin that count
                too: two days for the last two of a daily asset.
        """
        from atoll.definitions.automation.condition_operands import InLatestTimeWindowCondition

        return InLatestTimeWindowCondition(lookback_timedelta=lookback_delta or None)

    @staticmethod
    def executed_with_tags(
        *,
        tag_keys: Optional[AbstractSet[str]] = None,
        tag_values: Optional[Mapping[str, str]] = None,
    ) -> Builtin[Any]:
        """Holds if the last run that made the target has all of these tags.

        Args:
            tag_keys: tags of any value.
            tag_values: tags with their values.
        """
        from atoll.definitions.automation.condition_operands import (
            LatestRunExecutedWithTagsCondition,
        )

        return LatestRunExecutedWithTagsCondition(tag_keys=tag_keys, tag_values=tag_values)

    @staticmethod
    def any_new_update_has_run_tags(
        *,
        tag_keys: Optional[AbstractSet[str]] = None,
        tag_values: Optional[Mapping[str, str]] = None,
    ) -> Builtin[Any]:
        """Holds if a run that made the asset since the last evaluation has all of these tags.

        Args:
            tag_keys: tags of any value.
            tag_values: tags with their values.
        """
        from atoll.definitions.automation.condition_operands import (
            AnyNewUpdateHasRunTagsCondition,
        )

        return AnyNewUpdateHasRunTagsCondition(tag_keys=tag_keys, tag_values=tag_values)

    @staticmethod
    def all_new_updates_have_run_tags(
        *,
        tag_keys: Optional[AbstractSet[str]] = None,
        tag_values: Optional[Mapping[str, str]] = None,
    ) -> Builtin[Any]:
        """Holds if each run that made the asset since the last evaluation has all of these tags.

        Args:
            tag_keys: tags of any value.
            tag_values: tags with their values.
        """
        from atoll.definitions.automation.condition_operands import (
            AllNewUpdatesHaveRunTagsCondition,
        )

        return AllNewUpdatesHaveRunTagsCondition(tag_keys=tag_keys, tag_values=tag_values)

    @staticmethod
    def asset_matches(key: Any, condition: AutomationCondition[Any]) -> Builtin[Any]:
        """Holds if `condition` holds for another asset.

        Args:
            key: the other asset, by its key.
            condition: what is asked of it.
        """
        from atoll.definitions.automation.condition_operators import EntityMatchesCondition

        return EntityMatchesCondition(key=AssetKey.from_coercible(key), operand=condition)

    @staticmethod
    def any_deps_match(
        condition: AutomationCondition[Any],
    ) -> operators.DepsAutomationCondition[Any]:
        """Holds if `condition` holds for a dependency, or for several."""
        from atoll.definitions.automation.condition_operators import AnyDepsCondition

        return AnyDepsCondition(operand=condition)

    @staticmethod
    def all_deps_match(
        condition: AutomationCondition[Any],
    ) -> operators.DepsAutomationCondition[Any]:
        """Holds if `condition` holds for all dependencies."""
        from atoll.definitions.automation.condition_operators import AllDepsCondition

        return AllDepsCondition(operand=condition)

    @staticmethod
    def any_checks_match(
        condition: AutomationCondition[Any], blocking_only: bool = False
    ) -> groups.ChecksAutomationCondition[Any]:
        """Holds if `condition` holds for a check of the asset, or for several.

        Args:
            condition: what is asked of each check.
            blocking_only: whether only blocking checks count.
        """
        from atoll.definitions.automation.check_and_job_conditions import AnyChecksCondition

        return AnyChecksCondition(operand=condition, blocking_only=blocking_only)

    @staticmethod
    def all_checks_match(
        condition: AutomationCondition[Any], blocking_only: bool = False
    ) -> groups.ChecksAutomationCondition[Any]:
        """Holds if `condition` holds for all checks of the asset.

        Args:
            condition: what is asked of each check.
            blocking_only: whether only blocking checks count.
        """
        from atoll.definitions.automation.check_and_job_conditions import AllChecksCondition

        return AllChecksCondition(operand=condition, blocking_only=blocking_only)

    @staticmethod
    def any_job_root_assets_match(condition: AutomationCondition[Any]) -> Builtin[Any]:
        """Of a job: holds if `condition` holds for one of its root assets, or for several."""
        from atoll.definitions.automation.check_and_job_conditions import (
            AnyJobRootAssetsMatchCondition,
        )

        made: Builtin[Any] = AnyJobRootAssetsMatchCondition(operand=condition)
        return made.with_label("any_job_root_assets_match(%s)" % _called(condition))

    @staticmethod
    def all_job_root_assets_match(condition: AutomationCondition[Any]) -> Builtin[Any]:
        """Of a job: holds if `condition` holds for all of its root assets."""
        from atoll.definitions.automation.check_and_job_conditions import (
            AllJobRootAssetsMatchCondition,
        )

        made: Builtin[Any] = AllJobRootAssetsMatchCondition(operand=condition)
        return made.with_label("all_job_root_assets_match(%s)" % _called(condition))


def _called(condition: AutomationCondition[Any]) -> str:
    return condition.get_label() or condition.name


def _freshness(state: str) -> Builtin[Any]:
    from atoll.definitions.automation.condition_operands import FreshnessResultCondition

    return FreshnessResultCondition(state=state)
