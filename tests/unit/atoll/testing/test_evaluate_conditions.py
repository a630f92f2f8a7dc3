"""`evaluate_automation_conditions`: what users' tests of their conditions see."""

from __future__ import annotations

from typing import Any, List

import pytest

import atoll as dg
from atoll.errors import DefinitionError, ParameterError
from atoll.graph.automation import sensor_snapshots

AC = dg.AutomationCondition


@dg.asset
def up() -> None: ...


@dg.asset(deps=[up], automation_condition=AC.eager())
def down() -> None: ...


@dg.asset(deps=[down], automation_condition=AC.eager())
def last() -> None: ...


def test_eager_asks_for_all_that_is_downstream_and_then_for_nothing() -> None:
    instance = dg.DagsterInstance.ephemeral()
    first = dg.evaluate_automation_conditions([up, down, last], instance)
    instance.report_runless_asset_event(dg.AssetMaterialization("up"))
    second = dg.evaluate_automation_conditions([up, down, last], instance, cursor=first.cursor)
    third = dg.evaluate_automation_conditions([up, down, last], instance, cursor=second.cursor)
    assert [one.total_requested for one in (first, second, third)] == [0, 2, 0]
    assert second.get_requested_partitions("down") == {None}
    assert second.get_num_requested("up") == 0


def test_partitions_are_asked_for_by_key() -> None:
    parts = dg.StaticPartitionsDefinition(["a", "b"])
    asset = dg.asset(name="it", partitions_def=parts, automation_condition=AC.missing())(up_)
    instance = dg.DagsterInstance.ephemeral()
    instance.report_runless_asset_event(dg.AssetMaterialization("it", partition="a"))
    result = dg.evaluate_automation_conditions([asset], instance)
    assert result.get_requested_partitions("it") == {"b"}


def up_() -> None: ...


def test_an_explanation_says_what_held_and_since_when() -> None:
    instance = dg.DagsterInstance.ephemeral()
    first = dg.evaluate_automation_conditions([up, down], instance)
    instance.report_runless_asset_event(dg.AssetMaterialization("up"))
    second = dg.evaluate_automation_conditions([up, down], instance, cursor=first.cursor)
    told = second.explain("down")
    assert told is not None and told["label"] == "eager" and told["true"]["count"] == 1
    kinds = [part["kind"] for part in told["children"]]
    assert kinds == ["in_latest_time_window", "since", "not", "not", "not"]
    assert told["children"][1]["since"] is not None
    assert second.explain("up") is None


class EveryOther(AC):  # type: ignore[misc, unused-ignore]
    """Holds at every other evaluation, which its cursor remembers."""

    def evaluate(self, context: dg.AutomationContext) -> dg.AutomationResult:
        if context.cursor == "now":
            return dg.AutomationResult(context, context.candidate_subset)
        return dg.AutomationResult(context, context.get_empty_subset(), cursor="now")


def test_a_condition_of_ones_own_keeps_its_cursor() -> None:
    asset = dg.asset(name="it", automation_condition=EveryOther())(up_)
    instance, cursor = dg.DagsterInstance.ephemeral(), None
    asked: List[Any] = []
    for _ in range(4):
        result = dg.evaluate_automation_conditions([asset], instance, cursor=cursor)
        cursor = result.cursor
        asked.append(result.total_requested)
    assert asked == [0, 1, 0, 1]


class Wrong(AC):  # type: ignore[misc, unused-ignore]
    """Gives back what is no result."""

    def evaluate(self, context: dg.AutomationContext) -> Any:
        return True


def test_a_condition_that_gives_back_something_else_is_named() -> None:
    asset = dg.asset(name="it", automation_condition=Wrong())(up_)
    with pytest.raises(DefinitionError, match="Wrong"):
        dg.evaluate_automation_conditions([asset], dg.DagsterInstance.ephemeral())


def test_a_cursor_must_be_one() -> None:
    with pytest.raises(ParameterError, match="cursor"):
        instance = dg.DagsterInstance.ephemeral()
        dg.evaluate_automation_conditions([up], instance, cursor="x")  # type: ignore[arg-type]


def test_a_job_is_asked_for_by_its_condition() -> None:
    condition = AC.all_job_root_assets_match(AC.missing())
    job = dg.define_asset_job("nightly", selection=[up], automation_condition=condition)
    definitions = dg.Definitions(assets=[up], jobs=[job])
    instance = dg.DagsterInstance.ephemeral()
    result = dg.evaluate_automation_conditions(definitions, instance)
    assert [one.key for one in result.results if one.true_subset.size] == [
        dg.AssetJobKey("nightly")
    ]


def test_checks_are_evaluated_and_looked_at() -> None:
    passed = AC.all_checks_match(AC.check_passed())

    @dg.asset(check_specs=[dg.AssetCheckSpec("full", asset="it")], automation_condition=passed)
    def it() -> None: ...

    instance = dg.DagsterInstance.ephemeral()
    assert dg.evaluate_automation_conditions([it], instance).total_requested == 0
    key = dg.AssetKey("it")
    evaluation = dg.AssetCheckEvaluation(asset_key=key, check_name="full", passed=True)
    instance.report_runless_asset_event(evaluation)
    assert dg.evaluate_automation_conditions([it], instance).total_requested == 1


def test_a_condition_on_a_check_alone_has_a_sensor() -> None:
    @dg.asset_check(asset=up, automation_condition=AC.eager())
    def full() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=True)

    found = sensor_snapshots(dg.Definitions(assets=[up], asset_checks=[full]))
    assert [one.name for one in found] == ["default_automation_condition_sensor"]
