"""How old assets may get, and the older policies of rules."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from atoll import (
    AssetSpec,
    AutoMaterializePolicy,
    AutoMaterializeRule,
    FreshnessPolicy,
    LegacyFreshnessPolicy,
    ParameterError,
    apply_freshness_policy,
    asset,
)
from atoll import AutomationCondition as C

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("policy", "wire"),
    [
        (
            FreshnessPolicy.time_window(DAY, HOUR),
            {"kind": "time_window", "fail_s": 86400.0, "warn_s": 3600.0},
        ),
        (
            FreshnessPolicy.time_window(fail_window=DAY),
            {"kind": "time_window", "fail_s": 86400.0, "warn_s": None},
        ),
        (
            FreshnessPolicy.cron("0 9 * * *", HOUR, "Europe/Berlin"),
            {
                "kind": "cron",
                "deadline_cron": "0 9 * * *",
                "lower_bound_s": 3600.0,
                "timezone": "Europe/Berlin",
            },
        ),
        (
            LegacyFreshnessPolicy(maximum_lag_minutes=5, cron_schedule="@daily"),
            {
                "kind": "legacy",
                "maximum_lag_s": 300.0,
                "cron_schedule": "@daily",
                "timezone": None,
            },
        ),
    ],
)
def test_a_policy_is_told_with_its_spans_in_seconds(policy: Any, wire: dict[str, Any]) -> None:
    assert policy.to_wire() == wire


def test_policies_are_values() -> None:
    assert FreshnessPolicy.time_window(DAY) == FreshnessPolicy.time_window(DAY)
    assert FreshnessPolicy.time_window(DAY) != FreshnessPolicy.time_window(HOUR)
    assert len({FreshnessPolicy.cron("@daily", HOUR), FreshnessPolicy.cron("@daily", HOUR)}) == 1


@pytest.mark.parametrize(
    ("make", "code", "says"),
    [
        (
            lambda: FreshnessPolicy.time_window(timedelta(seconds=59)),
            "definition.bad_freshness_policy",
            "less than 1 minute",
        ),
        (
            lambda: FreshnessPolicy.time_window(HOUR, DAY),
            "definition.bad_freshness_policy",
            "warn_window must be less than fail_window",
        ),
        (
            lambda: FreshnessPolicy.time_window(60),  # type: ignore[arg-type]
            "definition.bad_freshness_policy",
            "write timedelta(hours=...)",
        ),
        (lambda: FreshnessPolicy.cron("no", HOUR), "definition.bad_cron", "'no'"),
        (lambda: FreshnessPolicy.cron("@daily", HOUR, "Mars"), "definition.bad_timezone", "Mars"),
        (
            lambda: LegacyFreshnessPolicy(maximum_lag_minutes="5"),  # type: ignore[arg-type]
            "definition.bad_freshness_policy",
            "not a number",
        ),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(make: Any, code: str, says: str) -> None:
    with pytest.raises(ParameterError) as told:
        make()

    assert told.value.code == code
    assert says in str(told.value)


def test_a_policy_is_applied_to_a_description() -> None:
    policy, other = FreshnessPolicy.time_window(DAY), FreshnessPolicy.time_window(HOUR)
    spec = apply_freshness_policy(AssetSpec("orders"), policy)

    assert spec.freshness_policy == policy
    assert apply_freshness_policy(spec, other).freshness_policy == other
    assert apply_freshness_policy(spec, other, overwrite_existing=False) is spec


def test_an_older_policy_means_a_condition() -> None:
    condition = AutoMaterializePolicy.eager().to_automation_condition()

    assert str(condition) == (
        "(in_latest_time_window & (missing | any_deps_updated.since(handled)) & ~in_progress"
        " & ~backfill_in_progress & ~any_deps_missing)"
    )


def test_the_lazy_policy_follows_what_is_downstream() -> None:
    assert "ANY_DOWNSTREAM_CONDITIONS" in str(
        AutoMaterializePolicy.lazy().to_automation_condition()
    )


def test_a_policy_of_a_condition_means_that() -> None:
    assert C.eager().as_auto_materialize_policy().to_automation_condition() == C.eager()


def test_rules_are_added_replaced_and_taken_out() -> None:
    rule = AutoMaterializeRule
    eager = AutoMaterializePolicy.eager()
    daily, hourly = rule.materialize_on_cron("@daily"), rule.materialize_on_cron("@hourly")

    assert daily in eager.with_rules(daily).materialize_rules
    assert daily not in eager.with_rules(daily).with_rules(hourly).rules
    assert eager.with_rules(daily).without_rules(daily) == eager
    with pytest.raises(ParameterError, match="do not exist in the policy"):
        eager.without_rules(daily)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            AutoMaterializeRule.materialize_on_cron("@daily"),
            "cron_tick_passed(cron_schedule=@daily, cron_timezone=UTC).since(handled)",
        ),
        (
            AutoMaterializeRule.skip_on_not_all_parents_updated_since_cron("@daily"),
            "~all_deps_updated_since_cron(@daily, UTC)",
        ),
        (
            AutoMaterializeRule.skip_on_not_all_parents_updated(),
            "~all_deps_match((newly_updated | will_be_requested))",
        ),
        (AutoMaterializeRule.skip_on_run_in_progress(), "run_in_progress"),
        (AutoMaterializeRule.skip_on_parent_outdated(), "None"),
    ],
)
def test_each_rule_has_the_condition_nearest_to_it(rule: AutoMaterializeRule, text: str) -> None:
    assert str(rule.condition()) == text


def test_a_policy_has_rules_or_a_condition() -> None:
    for arguments in ({"rules": set()}, {"rules": {1}, "asset_condition": C.eager()}):
        with pytest.raises(ParameterError, match="one of the two"):
            AutoMaterializePolicy(**arguments)  # type: ignore[arg-type]


def test_an_asset_takes_an_older_policy_as_its_condition() -> None:
    @asset(auto_materialize_policy=AutoMaterializePolicy.from_automation_condition(C.eager()))
    def orders() -> None: ...

    assert next(iter(orders.specs)).automation_condition == C.eager()
