"""The conditions that are made of no others: what they ask of an asset or a check."""

from __future__ import annotations

from datetime import timedelta
from typing import AbstractSet, Any, Dict, Mapping, Optional

from atoll.definitions.automation.condition import BuiltinAutomationCondition, T


class _Operand(BuiltinAutomationCondition[T]):
    """A condition that leaves nothing for its next evaluation, unless it says so."""

    requires_cursor = False


class MissingAutomationCondition(_Operand[T]):
    """The target was never made."""

    kind = "missing"


class RunInProgressAutomationCondition(_Operand[T]):
    """A run that has not made the target yet is under way."""

    kind = "run_in_progress"


class BackfillInProgressAutomationCondition(_Operand[T]):
    """A backfill that has not made the target yet is under way."""

    kind = "backfill_in_progress"


class ExecutionFailedAutomationCondition(_Operand[T]):
    """The last attempt to make the target failed."""

    kind = "execution_failed"


class InitialEvaluationCondition(_Operand[T]):
    """The condition is evaluated for the first time, or for the first time since it changed."""

    kind = "initial_evaluation"
    requires_cursor = True


class WillBeRequestedCondition(_Operand[T]):
    """The same evaluation asks for a run of the target."""

    kind = "will_be_requested"

    @property
    def description(self) -> str:
        """When it holds, for people."""
        return "Will be requested this tick"


class NewlyRequestedCondition(_Operand[T]):
    """The last evaluation has asked for a run of the target."""

    kind = "newly_requested"


class NewlyUpdatedCondition(_Operand[T]):
    """The target was made since the last evaluation."""

    kind = "newly_updated"


class CodeVersionChangedCondition(_Operand[T]):
    """The code version of the asset is another than at the last evaluation."""

    kind = "code_version_changed"
    requires_cursor = True


class DataVersionChangedCondition(_Operand[T]):
    """The data version of the asset is another than at the last evaluation."""

    kind = "data_version_changed"


class LatestRunExecutedWithRootTargetCondition(_Operand[T]):
    """The run that made the target last also made the asset whose condition it is."""

    kind = "executed_with_root_target"


class CronTickPassedCondition(_Operand[T]):
    """A tick of the clock has passed since the last evaluation."""

    kind = "cron_tick_passed"

    def __init__(self, *, cron_schedule: str, cron_timezone: str, label: Optional[str] = None):
        super().__init__(label=label)
        self.cron_schedule = cron_schedule
        self.cron_timezone = cron_timezone

    def _arguments(self) -> Dict[str, Any]:
        return {"cron_schedule": self.cron_schedule, "cron_timezone": self.cron_timezone}


class InLatestTimeWindowCondition(_Operand[T]):
    """The partition is the latest in time, or one of the latest; or the asset has none in time."""

    kind = "in_latest_time_window"

    def __init__(
        self, *, lookback_timedelta: Optional[timedelta] = None, label: Optional[str] = None
    ):
        super().__init__(label=label)
        self.lookback_timedelta = lookback_timedelta

    @property
    def description(self) -> str:
        """When it holds, for people."""
        if self.lookback_timedelta is None:
            return "Within latest time window"
        return "Within %s of the end of the latest time window" % self.lookback_timedelta

    def _shown(self) -> Dict[str, Any]:
        given = self.lookback_timedelta
        return {} if given is None else {"lookback_timedelta": given}

    def _arguments(self) -> Dict[str, Any]:
        given = self.lookback_timedelta
        return {} if given is None else {"lookback_s": given.total_seconds()}


class CheckResultCondition(_Operand[T]):
    """The check was evaluated on the asset as it is, and has passed, or has failed."""

    def __init__(self, *, passed: bool, label: Optional[str] = None):
        super().__init__(label=label)
        self.passed = passed

    @property
    def kind(self) -> str:  # type: ignore[override]
        """Its name on the wire."""
        return "check_passed" if self.passed else "check_failed"


class FreshnessResultCondition(_Operand[T]):
    """The asset is as fresh as its policy wants it, nearly, or not at all.

    Args:
        state: `PASS`, `WARN` or `FAIL`.
    """

    kind = "freshness_result"

    def __init__(self, *, state: str, label: Optional[str] = None):
        super().__init__(label=label)
        self.state = state

    def _arguments(self) -> Dict[str, Any]:
        return {"state": self.state}


class _RunTagsCondition(_Operand[T]):
    """Something about the tags of the runs that made the target.

    Args:
        tag_keys: tags that the runs have.
        tag_values: tags that the runs have, with their values.
    """

    def __init__(
        self,
        *,
        tag_keys: Optional[AbstractSet[str]] = None,
        tag_values: Optional[Mapping[str, str]] = None,
        label: Optional[str] = None,
    ):
        super().__init__(label=label)
        self.tag_keys = None if tag_keys is None else frozenset(tag_keys)
        self.tag_values = None if tag_values is None else dict(tag_values)

    def _shown(self) -> Dict[str, Any]:
        given: Dict[str, Any] = {}
        if self.tag_keys is not None:
            given["tag_keys"] = "{%s}" % ",".join(sorted(self.tag_keys))
        if self.tag_values is not None:
            pairs = ("%s:%s" % pair for pair in sorted(self.tag_values.items()))
            given["tag_values"] = "{%s}" % ",".join(pairs)
        return given

    def _arguments(self) -> Dict[str, Any]:
        given: Dict[str, Any] = {}
        if self.tag_keys is not None:
            given["tag_keys"] = sorted(self.tag_keys)
        if self.tag_values is not None:
            given["tag_values"] = dict(sorted(self.tag_values.items()))
        return given


class LatestRunExecutedWithTagsCondition(_RunTagsCondition[T]):
    """The run that made the target last has these tags."""

    kind = "executed_with_tags"


class AnyNewUpdateHasRunTagsCondition(_RunTagsCondition[T]):
    """One of the runs that made the target since the last evaluation has these tags."""

    kind = "any_new_update_has_run_tags"


class AllNewUpdatesHaveRunTagsCondition(_RunTagsCondition[T]):
    """All runs that made the target since the last evaluation have these tags."""

    kind = "all_new_updates_have_run_tags"
