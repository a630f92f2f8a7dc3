"""The older way to say when an asset is made by itself: policies of rules.

A policy means the automation condition nearest to it; that is all that is kept of it. New code
writes `automation_condition=AutomationCondition.eager()` and the like.
"""

from __future__ import annotations

import copy
from typing import AbstractSet, Any, Optional, Tuple

from atoll.definitions.automation.condition import AutomationCondition
from atoll.errors import ParameterError

_MATERIALIZE, _SKIP = "MATERIALIZE", "SKIP"


class AutoMaterializeRule:
    """One reason to make an asset, or not to; made by the static methods."""

    def __init__(self, name: str, decision: str, *arguments: Any):
        self.name = name
        self.decision = decision
        self.arguments: Tuple[Any, ...] = arguments

    @staticmethod
    def materialize_on_missing() -> AutoMaterializeRule:
        """Make what was never made."""
        return AutoMaterializeRule("materialize_on_missing", _MATERIALIZE)

    @staticmethod
    def materialize_on_parent_updated(updated_parent_filter: Any = None) -> AutoMaterializeRule:
        """Make it when a dependency was made."""
        return AutoMaterializeRule("materialize_on_parent_updated", _MATERIALIZE)

    @staticmethod
    def materialize_on_required_for_freshness() -> AutoMaterializeRule:
        """Make it when a freshness policy asks for it. It has no condition that means the same."""
        return AutoMaterializeRule("materialize_on_required_for_freshness", _MATERIALIZE)

    @staticmethod
    def materialize_on_cron(
        cron_schedule: str, timezone: str = "UTC", all_partitions: bool = False
    ) -> AutoMaterializeRule:
        """Make it at each tick of the clock.

        Args:
            cron_schedule: such as `0 6 * * *`.
            timezone: the zone of the clock: `Europe/Zurich`.
            all_partitions: whether all partitions are made, not only the last.
        """
        AutomationCondition.cron_tick_passed(cron_schedule, timezone)
        return AutoMaterializeRule(
            "materialize_on_cron", _MATERIALIZE, cron_schedule, timezone, all_partitions
        )

    @staticmethod
    def skip_on_parent_missing() -> AutoMaterializeRule:
        """Not while a dependency was never made."""
        return AutoMaterializeRule("skip_on_parent_missing", _SKIP)

    @staticmethod
    def skip_on_parent_outdated() -> AutoMaterializeRule:
        """Not while a dependency is older than its own. It has no condition of its own."""
        return AutoMaterializeRule("skip_on_parent_outdated", _SKIP)

    @staticmethod
    def skip_on_not_all_parents_updated(
        require_update_for_all_parent_partitions: bool = False,
    ) -> AutoMaterializeRule:
        """Not until all dependencies were made."""
        return AutoMaterializeRule("skip_on_not_all_parents_updated", _SKIP)

    @staticmethod
    def skip_on_not_all_parents_updated_since_cron(
        cron_schedule: str, timezone: str = "UTC"
    ) -> AutoMaterializeRule:
        """Not until all dependencies were made since the last tick of the clock.

        Args:
            cron_schedule: such as `0 6 * * *`.
            timezone: the zone of the clock: `Europe/Zurich`.
        """
        AutomationCondition.cron_tick_passed(cron_schedule, timezone)
        return AutoMaterializeRule(
            "skip_on_not_all_parents_updated_since_cron", _SKIP, cron_schedule, timezone
        )

    @staticmethod
    def skip_on_required_but_nonexistent_parents() -> AutoMaterializeRule:
        """Not while partitions that it needs do not exist. It has no condition of its own."""
        return AutoMaterializeRule("skip_on_required_but_nonexistent_parents", _SKIP)

    @staticmethod
    def skip_on_backfill_in_progress(all_partitions: bool = False) -> AutoMaterializeRule:
        """Not while a backfill of it is under way."""
        return AutoMaterializeRule("skip_on_backfill_in_progress", _SKIP)

    @staticmethod
    def skip_on_run_in_progress() -> AutoMaterializeRule:
        """Not while a run of it is under way."""
        return AutoMaterializeRule("skip_on_run_in_progress", _SKIP)

    def condition(self) -> Optional[AutomationCondition[Any]]:
        """The condition that means the rule's reason, or None where there is none."""
        made = AutomationCondition
        if self.name == "materialize_on_cron":
            return made.cron_tick_passed(*self.arguments[:2]).since_last_handled()
        if self.name == "skip_on_not_all_parents_updated_since_cron":
            return ~made.all_deps_updated_since_cron(*self.arguments)
        updated = made.newly_updated() | made.will_be_requested()
        simple = {
            "materialize_on_missing": made.missing,
            "materialize_on_parent_updated": lambda: made.any_deps_updated().since_last_handled(),
            "skip_on_parent_missing": made.any_deps_missing,
            "skip_on_not_all_parents_updated": lambda: ~made.all_deps_match(updated),
            "skip_on_backfill_in_progress": made.backfill_in_progress,
            "skip_on_run_in_progress": made.run_in_progress,
        }
        make = simple.get(self.name)
        return None if make is None else make()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AutoMaterializeRule) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.name, self.arguments))

    def __repr__(self) -> str:
        given = ", ".join(repr(argument) for argument in self.arguments)
        return "AutoMaterializeRule.%s(%s)" % (self.name, given)


class AutoMaterializePolicy:
    """Rules that say when an asset is made by itself.

    Args:
        rules: reasons to make it, and reasons not to.
        max_materializations_per_minute: of no effect; accepted for code written for Dagster.
        asset_condition: a condition instead of rules.

    Raises:
        ParameterError: there are rules and a condition, or neither.
    """

    def __init__(
        self,
        rules: AbstractSet[AutoMaterializeRule],
        max_materializations_per_minute: Optional[int] = 1,
        asset_condition: Optional[AutomationCondition[Any]] = None,
    ):
        if bool(rules) == (asset_condition is not None):
            raise ParameterError(
                "AutoMaterializePolicy takes rules or asset_condition, one of the two",
                hint="write automation_condition=AutomationCondition.eager() instead of a policy",
            )
        limit = max_materializations_per_minute
        if limit is not None and limit <= 0:
            raise ParameterError("max_materializations_per_minute must be positive, not %r" % limit)
        self.rules = frozenset(rules)
        self.max_materializations_per_minute = limit
        self.asset_condition = asset_condition

    @staticmethod
    def eager(max_materializations_per_minute: Optional[int] = 1) -> AutoMaterializePolicy:
        """Make the asset when it is missing, and when a dependency was made."""
        rule = AutoMaterializeRule
        return AutoMaterializePolicy(
            _usual() | {rule.materialize_on_missing(), rule.materialize_on_parent_updated()},
            max_materializations_per_minute,
        )

    @staticmethod
    def lazy(max_materializations_per_minute: Optional[int] = 1) -> AutoMaterializePolicy:
        """Make the asset when a freshness policy asks for it."""
        return AutoMaterializePolicy(_usual(), max_materializations_per_minute)

    @staticmethod
    def from_automation_condition(
        automation_condition: AutomationCondition[Any],
    ) -> AutoMaterializePolicy:
        """A policy that means a condition."""
        return AutoMaterializePolicy(set(), None, automation_condition)

    @property
    def materialize_rules(self) -> AbstractSet[AutoMaterializeRule]:
        """The reasons to make the asset."""
        return {rule for rule in self.rules if rule.decision == _MATERIALIZE}

    @property
    def skip_rules(self) -> AbstractSet[AutoMaterializeRule]:
        """The reasons not to."""
        return {rule for rule in self.rules if rule.decision == _SKIP}

    def with_rules(self, *rules_to_add: AutoMaterializeRule) -> AutoMaterializePolicy:
        """A copy with more rules; one of the same kind is replaced."""
        kinds = {rule.name for rule in rules_to_add}
        kept = {rule for rule in self.rules if rule.name not in kinds}
        return self._with(kept.union(rules_to_add))

    def without_rules(self, *rules_to_remove: AutoMaterializeRule) -> AutoMaterializePolicy:
        """A copy without some rules.

        Raises:
            ParameterError: one is none of its rules.
        """
        others = [rule for rule in rules_to_remove if rule not in self.rules]
        if others:
            raise ParameterError(
                "the rules %s do not exist in the policy" % others,
                hint="its rules are: %s" % sorted(repr(rule) for rule in self.rules),
            )
        return self._with(self.rules.difference(rules_to_remove))

    def _with(self, rules: AbstractSet[AutoMaterializeRule]) -> AutoMaterializePolicy:
        made = copy.copy(self)
        made.rules = frozenset(rules)
        return made

    def to_automation_condition(self) -> AutomationCondition[Any]:
        """The condition that means the policy, as nearly as one does.

        Rules about freshness and about outdated dependencies have none, and are left out. A
        policy with no other reason to make the asset means `any_downstream_conditions()`.
        """
        if self.asset_condition is not None:
            return self.asset_condition
        ordered = sorted(self.rules, key=lambda rule: rule.name)
        found = [(rule, rule.condition()) for rule in ordered]
        reasons = [c for rule, c in found if c is not None and rule.decision == _MATERIALIZE]
        against = [c for rule, c in found if c is not None and rule.decision == _SKIP]
        whole: AutomationCondition[Any] = AutomationCondition.in_latest_time_window()
        reason: AutomationCondition[Any] = AutomationCondition.any_downstream_conditions()
        for index, one in enumerate(reasons):
            reason = one if index == 0 else reason | one
        whole = whole & reason & ~AutomationCondition.in_progress()
        for one in against:
            whole = whole & ~one
        return whole

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AutoMaterializePolicy) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.rules, self.asset_condition))

    def __repr__(self) -> str:
        inside = self.asset_condition or sorted(self.rules, key=repr)
        return "AutoMaterializePolicy(%r)" % (inside,)


def _usual() -> AbstractSet[AutoMaterializeRule]:
    rule = AutoMaterializeRule
    return {
        rule.materialize_on_required_for_freshness(),
        rule.skip_on_parent_outdated(),
        rule.skip_on_parent_missing(),
        rule.skip_on_required_but_nonexistent_parents(),
        rule.skip_on_backfill_in_progress(),
    }
