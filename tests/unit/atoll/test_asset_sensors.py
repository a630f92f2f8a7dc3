"""Sensors that wake when assets have been materialized, evaluated against a kept list of events."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from atoll import (
    AssetKey,
    AssetSelection,
    DailyPartitionsDefinition,
    Definitions,
    InvariantError,
    InvocationError,
    MultiAssetSensorEvaluationContext,
    RunRequest,
    SensorEvaluationContext,
    SensorResult,
    SensorType,
    StaticPartitionsDefinition,
    asset,
    asset_sensor,
    build_multi_asset_sensor_context,
    build_sensor_context,
    define_asset_job,
    multi_asset_sensor,
)
from atoll.definitions.automation.multi_asset_cursor import AssetCursor, advanced

NIGHTLY = define_asset_job("nightly", "*")
ORDERS, SALES = AssetKey("orders"), AssetKey("sales")


class Recorded:
    """Materializations as a deployment has them: newest first, a page at a time."""

    def __init__(self, *made: tuple[AssetKey, str | None]):
        self.records = [
            SimpleNamespace(
                storage_id=number,
                asset_key=key,
                partition_key=partition,
                event_log_entry="event %d" % number,
            )
            for number, (key, partition) in enumerate(made, 1)
        ]

    def fetch_materializations(
        self, key: AssetKey, *, limit: int, cursor: str | None = None
    ) -> Any:
        start = int(cursor or 0)
        found = [one for one in reversed(self.records) if one.asset_key == key]
        page = found[start : start + min(limit, 2)]
        end = start + len(page)
        return SimpleNamespace(records=page, cursor=str(end), has_more=end < len(found))

    def get_materialized_partitions(self, key: AssetKey) -> set[str]:
        return {one.partition_key for one in self.records if one.asset_key == key}


def many(key: AssetKey, *partitions: str | None) -> Recorded:
    return Recorded(*[(key, partition) for partition in partitions])


def several(recorded: Recorded, cursor: str | None = None, **more: Any) -> Any:
    return build_multi_asset_sensor_context(
        monitored_assets=more.pop("monitored_assets", [ORDERS]),
        instance=recorded,
        cursor=cursor,
        **more,
    )


def test_an_asset_sensor_is_given_the_newest_materialization_once() -> None:
    @asset_sensor(ORDERS, job=NIGHTLY)
    def watch(context: SensorEvaluationContext, event: Any) -> RunRequest:
        return RunRequest(event)

    recorded = many(ORDERS, None, None)
    first = watch.evaluate_tick(build_sensor_context(recorded))
    again = watch.evaluate_tick(build_sensor_context(recorded, cursor=first.cursor))

    assert watch.sensor_type is SensorType.ASSET
    assert ([r.run_key for r in first.run_requests], first.cursor) == (["event 2"], "2")
    assert (again.run_requests, again.cursor) == ([], "2")
    assert "no new materialization of the asset 'orders'" in str(again.skip_message)


def test_an_asset_sensor_is_called_like_its_function() -> None:
    @asset_sensor("orders", job=NIGHTLY)
    def watch(context: SensorEvaluationContext, event: Any) -> RunRequest:
        return RunRequest(event)

    assert watch(build_sensor_context(), "an event").run_key == "an event"


def test_the_cursor_of_an_asset_sensor_is_its_own() -> None:
    @asset_sensor(ORDERS, job=NIGHTLY)
    def watch() -> SensorResult:
        return SensorResult(cursor="mine")

    with pytest.raises(InvariantError, match="managed by the asset sensor"):
        watch.evaluate_tick(build_sensor_context(many(ORDERS, None)))


def test_materializations_are_offered_until_they_are_read() -> None:
    context = several(many(ORDERS, None, None, None))

    assert [r.storage_id for r in context.materialization_records_for_key(ORDERS)] == [1, 2, 3]
    assert [r.storage_id for r in context.materialization_records_for_key(ORDERS, 2)] == [1, 2]
    assert context.latest_materialization_records_by_key()[ORDERS].storage_id == 3

    context.advance_cursor({ORDERS: context.materialization_records_for_key(ORDERS, 2)[1]})
    context.update_cursor_after_evaluation()

    assert context.cursor_updated
    assert json.loads(context.cursor) == {"AssetKey(['orders'])": [None, 2, {}]}
    assert [r.storage_id for r in context.materialization_records_for_key(ORDERS)] == [3]


def test_all_are_read_at_once() -> None:
    recorded = Recorded((ORDERS, "a"), (SALES, None), (ORDERS, "b"))
    context = several(recorded, monitored_assets=[ORDERS, SALES])

    context.advance_all_cursors()
    context.update_cursor_after_evaluation()

    assert json.loads(context.cursor) == {
        "AssetKey(['orders'])": ["b", 3, {}],
        "AssetKey(['sales'])": [None, 2, {}],
    }
    assert context.latest_materialization_records_by_key() == {ORDERS: None, SALES: None}


def test_partitions_that_were_passed_over_are_offered_again() -> None:
    recorded = many(ORDERS, "a", "b", "a", "c")
    context = several(recorded)
    context.advance_cursor({ORDERS: recorded.records[3]})
    context.update_cursor_after_evaluation()

    assert json.loads(context.cursor)["AssetKey(['orders'])"] == ["c", 4, {"b": 2, "a": 3}]
    assert [r.storage_id for r in context.get_trailing_unconsumed_events(ORDERS)] == [2, 3]
    assert context.get_cursor_partition(ORDERS) == "c"

    later = several(recorded, cursor=context.cursor)
    later.advance_cursor({ORDERS: recorded.records[1]})
    later.update_cursor_after_evaluation()

    assert json.loads(later.cursor)["AssetKey(['orders'])"] == ["c", 4, {"a": 3}]


def test_what_is_older_than_what_was_read_of_its_partition_is_not_offered_again() -> None:
    recorded = many(ORDERS, "a", "a")
    context = several(recorded)
    context.advance_cursor({ORDERS: recorded.records[1]})
    context.update_cursor_after_evaluation()

    assert json.loads(context.cursor)["AssetKey(['orders'])"] == ["a", 2, {}]


def test_too_many_that_were_passed_over_are_told() -> None:
    unread = [(number, "p%d" % number) for number in range(1, 26)]

    with pytest.raises(InvariantError, match="maximum number of trailing unconsumed events"):
        advanced(ORDERS, AssetCursor(), [(30, "last")], unread)


STATIC = StaticPartitionsDefinition(["a", "b", "c"])


@asset(partitions_def=STATIC)
def orders() -> None: ...


@asset(partitions_def=STATIC, deps=[orders])
def sales() -> None: ...


@asset(partitions_def=DailyPartitionsDefinition("2026-01-01"))
def daily() -> None: ...


def test_the_newest_of_each_partition_is_offered_in_order() -> None:
    recorded = many(ORDERS, "b", "a", "b", "gone")
    context = several(recorded, definitions=Definitions([orders]))

    found = context.latest_materialization_records_by_partition(ORDERS)

    assert [(name, record.storage_id) for name, record in found.items()] == [("a", 2), ("b", 3)]


def test_partitions_behind_the_last_that_was_read() -> None:
    cursor = json.dumps({"AssetKey(['orders'])": ["a", 0, {}]})
    context = several(many(ORDERS, "a", "b"), cursor, definitions=Definitions([orders]))

    found = context.latest_materialization_records_by_partition(ORDERS, after_cursor_partition=True)

    assert list(found) == ["b"]


def test_partitions_of_several_assets_are_joined() -> None:
    recorded = Recorded((ORDERS, "a"), (SALES, "a"), (ORDERS, "b"))
    definitions = Definitions([orders, sales, daily])
    context = several(
        recorded, monitored_assets=AssetSelection.assets(orders, sales), definitions=definitions
    )

    found = context.latest_materialization_records_by_partition_and_asset()

    assert {name: list(by_asset) for name, by_asset in found.items()} == {
        "a": [ORDERS, SALES],
        "b": [ORDERS],
    }
    unlike = several(
        recorded, monitored_assets=[ORDERS, AssetKey("daily")], definitions=definitions
    )
    with pytest.raises(InvocationError, match="not all partitioned in the same way"):
        unlike.latest_materialization_records_by_partition_and_asset()


def test_whether_all_partitions_were_ever_made() -> None:
    context = several(many(ORDERS, "a", "b"), definitions=Definitions([orders]))

    assert context.all_partitions_materialized(ORDERS, ["a", "b"])
    assert not context.all_partitions_materialized(ORDERS)
    with pytest.raises(InvocationError, match="empty list"):
        context.all_partitions_materialized(ORDERS, [])


def test_partitions_downstream_are_found() -> None:
    context = several(many(ORDERS, "a"), definitions=Definitions([orders, sales]))

    assert context.get_downstream_partition_keys("a", ORDERS, SALES) == ["a"]


def test_an_asset_that_is_not_watched_is_told() -> None:
    context = several(many(ORDERS, None))

    for call in (context.materialization_records_for_key, context.get_cursor_partition):
        with pytest.raises(InvocationError, match="'sales' is not monitored"):
            call(SALES)


def test_what_makes_the_assets_is_known() -> None:
    context = several(
        many(ORDERS, None), monitored_assets=[ORDERS, SALES], definitions=Definitions([orders])
    )

    assert context.assets_defs_by_key == {ORDERS: orders, SALES: None}


def test_a_multi_asset_sensor_goes_on_where_it_stopped() -> None:
    @multi_asset_sensor([ORDERS, SALES], job=NIGHTLY)
    def watch(context: MultiAssetSensorEvaluationContext) -> Any:
        records = context.latest_materialization_records_by_key()
        if all(records.values()):
            context.advance_all_cursors()
            yield RunRequest("both")

    early = watch.evaluate_tick(build_sensor_context(many(ORDERS, None), definitions=Definitions()))
    recorded = Recorded((ORDERS, None), (SALES, None))
    late = watch.evaluate_tick(build_sensor_context(recorded))
    again = watch.evaluate_tick(build_sensor_context(recorded, cursor=late.cursor))

    assert (early.run_requests, early.cursor) == ([], None)
    assert [request.run_key for request in late.run_requests] == ["both"]
    assert again.run_requests == []


def test_a_multi_asset_sensor_is_called_like_its_function() -> None:
    @multi_asset_sensor([ORDERS], job=NIGHTLY)
    def watch(context: MultiAssetSensorEvaluationContext) -> Any:
        context.advance_all_cursors()
        return RunRequest("one")

    context = several(many(ORDERS, None))

    assert watch(context).run_key == "one"
    assert json.loads(context.cursor) == {"AssetKey(['orders'])": [None, 1, {}]}
    with pytest.raises(InvocationError, match="without the context"):
        watch()


def test_a_multi_asset_sensor_does_not_set_the_cursor_itself() -> None:
    @multi_asset_sensor([ORDERS], job=NIGHTLY)
    def watch() -> SensorResult:
        return SensorResult(cursor="mine")

    with pytest.raises(InvariantError, match="Cannot set cursor"):
        watch.evaluate_tick(build_sensor_context(many(ORDERS, None)))


def test_a_context_may_begin_behind_what_there_is() -> None:
    context = several(many(ORDERS, None), cursor_from_latest_materializations=True)

    assert context.latest_materialization_records_by_key() == {ORDERS: None}
    assert not context.cursor_updated
    with pytest.raises(InvocationError, match="both cursor and"):
        several(many(ORDERS), "{}", cursor_from_latest_materializations=True)
    with pytest.raises(InvocationError, match="Dagster instance"):
        build_multi_asset_sensor_context(
            monitored_assets=[ORDERS], cursor_from_latest_materializations=True
        )


def test_a_selection_takes_the_definitions_to_resolve() -> None:
    with pytest.raises(InvariantError, match="takes the definitions"):
        build_multi_asset_sensor_context(monitored_assets=AssetSelection.all())
