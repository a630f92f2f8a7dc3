"""Checks that are made, not written; and the sensor that has them evaluated."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Dict, List

import pytest

import atoll
from atoll import (
    AssetCheckEvaluation,
    AssetMaterialization,
    AssetObservation,
    DagsterInstance,
    DailyPartitionsDefinition,
    MaterializeResult,
    MetadataValue,
    RunRequest,
    SkipReason,
    TableColumn,
    TableSchema,
    asset,
    build_column_schema_change_checks,
    build_last_update_freshness_checks,
    build_metadata_bounds_checks,
    build_sensor_context,
    build_sensor_for_freshness_checks,
    build_time_partition_freshness_checks,
    materialize,
)
from atoll.errors import DefinitionError, InvariantError

DAY_S = 86400


@asset
def sales() -> None: ...


@asset(partitions_def=DailyPartitionsDefinition("2024-01-01"))
def daily() -> None: ...


def _evaluate(checks: Any, instance: DagsterInstance, *others: Any) -> AssetCheckEvaluation:
    selection = atoll.AssetSelection.checks(*checks)
    result = materialize([*others, *checks], instance=instance, selection=selection)
    (found,) = result.get_asset_check_evaluations()
    return found  # type: ignore[no-any-return]


def _told(facts: Dict[str, Any]) -> DagsterInstance:
    instance = DagsterInstance.ephemeral()
    instance.report_runless_asset_event(AssetMaterialization("sales", metadata=facts))
    return instance


@pytest.mark.parametrize(
    ("value", "exclusive", "passed"),
    [
        (1, False, True),
        (10, False, True),
        (0, False, False),
        (10.5, False, False),
        (1, True, False),
        (10, True, False),
        ("five", False, False),
    ],
)
def test_a_number_lies_within_its_bounds(value: Any, exclusive: bool, passed: bool) -> None:
    checks = build_metadata_bounds_checks(
        assets=[sales],
        metadata_key="dagster/row_count",
        min_value=1,
        max_value=10,
        exclusive_min=exclusive,
        exclusive_max=exclusive,
    )

    found = _evaluate(checks, _told({"dagster/row_count": value}))

    assert found.passed is passed
    assert found.check_name == "dagster_row_count_bounds_check"
    assert found.severity is atoll.AssetCheckSeverity.WARN


def test_what_was_never_told_is_out_of_bounds() -> None:
    checks = build_metadata_bounds_checks(assets=["sales"], metadata_key="n", min_value=1)

    assert "never" in str(_evaluate(checks, DagsterInstance.ephemeral()).description)
    assert "'n'" in str(_evaluate(checks, _told({"m": 1})).description)


def test_bounds_between_which_nothing_lies_are_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        build_metadata_bounds_checks(assets=[sales], metadata_key="n", min_value=2, max_value=1)

    assert caught.value.code == "definition.bad_check"


def test_an_asset_is_named_once() -> None:
    with pytest.raises(InvariantError, match="'sales'"):
        build_column_schema_change_checks(assets=[sales, "sales"])


def _columns(**types: str) -> Dict[str, Any]:
    columns = [TableColumn(name, kind) for name, kind in types.items()]
    return {"dagster/column_schema": TableSchema(columns=columns)}


def test_columns_that_have_come_gone_or_changed_are_told() -> None:
    checks = build_column_schema_change_checks(assets=[sales])
    instance = _told(_columns(a="int", b="int"))
    told = AssetMaterialization("sales", metadata=_columns(b="text", c="int"))
    instance.report_runless_asset_event(told)

    found = _evaluate(checks, instance)

    assert not found.passed
    assert found.description == "New: c; gone: a; changed: b from int to text."
    instance.report_runless_asset_event(told)
    assert _evaluate(checks, instance).passed


def test_an_asset_that_changed_long_ago_is_not_fresh() -> None:
    checks = build_last_update_freshness_checks(
        assets=[sales], lower_bound_delta=timedelta(hours=1)
    )
    instance = DagsterInstance.ephemeral()
    assert not _evaluate(checks, instance).passed

    long_ago = MetadataValue.timestamp(datetime(2020, 1, 1, tzinfo=timezone.utc))
    seen = AssetObservation("sales", metadata={"dagster/last_updated_timestamp": long_ago})
    instance.report_runless_asset_event(seen)
    found = _evaluate(checks, instance)
    assert not found.passed
    assert found.metadata["dagster/last_updated_timestamp"] == long_ago

    instance.report_runless_asset_event(AssetMaterialization("sales"))
    found = _evaluate(checks, instance)
    assert found.passed
    assert found.metadata["dagster/fresh_until_timestamp"].value > 0


def test_a_deadline_is_when_the_cron_fired_last() -> None:
    checks = build_last_update_freshness_checks(
        assets=[sales], lower_bound_delta=timedelta(minutes=1), deadline_cron="0 0 1 1 *"
    )
    found = _evaluate(checks, _told({}))

    first = datetime.fromtimestamp(
        found.metadata["dagster/latest_cron_tick_timestamp"].value, timezone.utc
    )
    assert (first.month, first.day, first.hour) == (1, 1, 0)
    assert found.passed


def test_the_partition_that_was_over_at_the_deadline_must_be_there() -> None:
    checks = build_time_partition_freshness_checks(assets=[daily], deadline_cron="0 0 * * *")
    instance = DagsterInstance.ephemeral()
    missing = _evaluate(checks, instance, daily)
    assert not missing.passed

    deadline = missing.metadata["dagster/latest_cron_tick_timestamp"].value
    day = datetime.fromtimestamp(deadline - DAY_S, timezone.utc).strftime("%Y-%m-%d")
    assert "'%s'" % day in str(missing.description)
    instance.report_runless_asset_event(AssetMaterialization("daily", partition=day))
    assert _evaluate(checks, instance, daily).passed


def _asked(instance: DagsterInstance, checks: Any) -> List[str]:
    found = build_sensor_for_freshness_checks(freshness_checks=checks)(
        build_sensor_context(instance=instance)
    )
    if isinstance(found, SkipReason):
        return []
    assert isinstance(found, RunRequest)
    return [key.to_user_string() for key in found.asset_check_keys or ()]


def test_a_sensor_asks_for_what_could_find_something_else() -> None:
    checks = build_last_update_freshness_checks(
        assets=[sales], lower_bound_delta=timedelta(hours=1)
    )
    instance = DagsterInstance.ephemeral()
    assert _asked(instance, checks) == ["sales:freshness_check"]

    _evaluate(checks, instance)  # it fails
    assert _asked(instance, checks) == []

    instance.report_runless_asset_event(AssetMaterialization("sales"))
    assert _asked(instance, checks) == ["sales:freshness_check"]

    _evaluate(checks, instance)  # it passes, for an hour
    assert _asked(instance, checks) == []


def test_a_sensor_asks_again_when_what_passed_may_be_late() -> None:
    checks = build_last_update_freshness_checks(
        assets=[sales], lower_bound_delta=timedelta(hours=1)
    )
    instance = DagsterInstance.ephemeral()
    past = {"dagster/fresh_until_timestamp": MetadataValue.timestamp(1.0)}
    instance.report_runless_asset_event(
        AssetCheckEvaluation("sales", "freshness_check", passed=True, metadata=past)
    )

    assert _asked(instance, checks) == ["sales:freshness_check"]


def test_results_of_a_run_are_checked_in_it() -> None:
    @asset
    def counted() -> MaterializeResult[Any]:
        return MaterializeResult(value=1, metadata={"n": 3})

    checks = build_metadata_bounds_checks(assets=[counted], metadata_key="n", max_value=3)

    (found,) = materialize([counted, *checks]).get_asset_check_evaluations()
    assert found.passed


def test_an_asset_may_have_checks_of_several_factories() -> None:
    checks = [
        *build_column_schema_change_checks(assets=["orders"]),
        *build_metadata_bounds_checks(assets=["orders"], metadata_key="rows", min_value=1),
        *build_metadata_bounds_checks(assets=["orders"], metadata_key="columns", min_value=1),
    ]

    assert len({each.name for each in checks}) == 3
