from __future__ import annotations

from typing import Any

import pytest

from atoll import (
    AssetKey,
    AssetMaterialization,
    AssetObservation,
    AssetRecordsFilter,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    DataVersion,
    EventRecordsFilter,
    InvariantError,
    InvocationError,
    MaterializeResult,
    ParameterError,
    RunsFilter,
    RunShardedEventsCursor,
    RunStatusChangeRecordsFilter,
    asset,
    instance_for_test,
    materialize,
)
from atoll.instance.runs import UTC
from atoll_wire.events import JournalEvent

ORDERS = AssetKey("orders")


@asset
def orders(context: Any) -> MaterializeResult:
    context.log.info("counting")
    return MaterializeResult(metadata={"rows": 3}, data_version=DataVersion("v1"))


def reported(*events: Any) -> DagsterInstance:
    instance = DagsterInstance.ephemeral()
    for event in events:
        instance.report_runless_asset_event(event)
    return instance


def with_runs(*statuses: str) -> DagsterInstance:
    """Runs "0", "1" and so on, each of which has come to a status."""
    instance = DagsterInstance.ephemeral()
    for number, status in enumerate(statuses):
        run = DagsterRun("nightly", str(number), tags={"n": str(number % 2)})
        instance.add_run(run)
        if status != "NOT_STARTED":
            instance.record(run, None, JournalEvent(0, status, 100.0 + number))
    return instance


def test_a_run_in_this_process_is_recorded() -> None:
    instance = DagsterInstance.ephemeral()

    result = materialize([orders], instance=instance, tags={"team": "sales"})

    (run,) = instance.get_runs()
    assert (run.run_id, run.status) == (result.run_id, DagsterRunStatus.SUCCESS)
    assert run.is_finished
    assert run.tags == {"team": "sales"}
    entry = instance.get_latest_materialization_event(ORDERS)
    assert entry is not None
    assert entry.run_id == run.run_id
    materialization = entry.asset_materialization
    assert materialization is not None
    assert materialization.metadata["rows"].value == 3
    assert materialization.data_version == "v1"
    stats = instance.get_run_stats(run.run_id)
    assert (stats.steps_succeeded, stats.materializations) == (1, 1)
    assert stats.start_time is not None
    lines = [each for each in instance.all_logs(run.run_id) if not each.is_dagster_event]
    assert [(line.message, line.level) for line in lines] == [("counting", 20)]


def test_a_run_that_fails_is_recorded_as_failed() -> None:
    @asset
    def broken() -> None:
        raise ValueError("no")

    instance = DagsterInstance.ephemeral()
    materialize([broken], instance=instance, raise_on_error=False)

    assert [run.status for run in instance.get_runs()] == [DagsterRunStatus.FAILURE]
    wanted = RunsFilter(statuses=[DagsterRunStatus.SUCCESS])
    assert instance.get_runs_count(wanted) == 0


def test_the_instance_of_a_run_is_the_one_in_use() -> None:
    found = []

    @asset
    def curious(context: Any) -> None:
        found.append((context.instance, DagsterInstance.get()))

    instance = DagsterInstance.ephemeral()
    materialize([curious], instance=instance)

    assert found == [(instance, instance)]
    with pytest.raises(InvariantError) as told:
        DagsterInstance.get()
    assert told.value.code == "instance.none"


def test_a_test_may_have_an_instance_of_its_own() -> None:
    with instance_for_test() as instance:
        assert DagsterInstance.get() is instance
    with instance_for_test(set_dagster_home=False), pytest.raises(InvariantError):
        DagsterInstance.get()


def test_values_stay_with_an_instance() -> None:
    @asset
    def one() -> int:
        return 1

    @asset
    def two(one: int) -> int:
        return one + 1

    instance = DagsterInstance.ephemeral()
    materialize([one], instance=instance)

    result = materialize([one, two], selection=[two], instance=instance)

    assert result.output_for_node("two") == 2


def test_events_are_found_by_filter_and_by_page() -> None:
    instance = reported(*(AssetMaterialization("a", partition=p) for p in "xyxz"))
    instance.report_runless_asset_event(AssetObservation("a"))
    kind = DagsterEventType.ASSET_MATERIALIZATION

    newest = instance.get_event_records(EventRecordsFilter(kind, AssetKey("a")), limit=2)
    assert [record.partition_key for record in newest] == ["z", "x"]
    assert newest[0].storage_id > newest[1].storage_id
    only_x = EventRecordsFilter(kind, AssetKey("a"), asset_partitions=["x"])
    assert len(instance.get_event_records(only_x)) == 2
    cursor = RunShardedEventsCursor(newest[1].storage_id, None)  # type: ignore[arg-type]
    later = EventRecordsFilter(kind, AssetKey("a"), after_cursor=cursor)
    assert [record.partition_key for record in instance.get_event_records(later)] == ["z"]

    page = instance.fetch_materializations(AssetKey("a"), limit=3)
    assert [record.partition_key for record in page.records] == ["z", "x", "y"]
    assert page.has_more
    rest = instance.fetch_materializations(AssetKey("a"), limit=3, cursor=page.cursor)
    assert [record.partition_key for record in rest.records] == ["x"]
    assert not rest.has_more
    first = instance.fetch_materializations(
        AssetRecordsFilter(AssetKey("a"), ["y", "z"]), limit=1, ascending=True
    )
    assert [record.partition_key for record in first.records] == ["y"]
    assert len(instance.fetch_observations(AssetKey("a"), limit=9).records) == 1


def test_the_entries_of_a_run_come_in_order_or_from_the_end() -> None:
    @asset
    def a() -> int:
        return 1

    instance = DagsterInstance.ephemeral()
    run_id = materialize([a], instance=instance).run_id
    messages = [one.message for one in instance.all_logs(run_id)]
    assert [one.message for one in instance.get_logs_for_run(run_id)] == messages
    backwards = instance.get_logs_for_run(run_id, limit=2, ascending=False)
    assert [one.message for one in backwards] == messages[:-3:-1]
    kind = DagsterEventType.ASSET_MATERIALIZATION
    (made,) = instance.get_logs_for_run(run_id, of_type=kind)
    assert made.dagster_event is not None
    assert made.dagster_event.event_type is kind


def test_what_is_known_of_assets_is_their_latest() -> None:
    instance = reported(
        AssetMaterialization("a", metadata={"n": 1}, tags={"dagster/code_version": "c"}),
        AssetMaterialization("a", metadata={"n": 2}),
        AssetObservation("b", tags={"dagster/data_version": "v"}),
    )

    assert instance.all_asset_keys() == [AssetKey("a"), AssetKey("b")]
    assert instance.get_asset_keys(limit=1, cursor="a") == [AssetKey("b")]
    (a, b) = instance.get_asset_records([AssetKey("a"), AssetKey("b"), AssetKey("c")])
    assert a.asset_entry.last_materialization is not None
    assert a.asset_entry.last_materialization_storage_id == 2
    assert b.asset_entry.last_materialization is None
    assert b.asset_entry.last_observation_storage_id == 3
    record = instance.get_latest_data_version_record(AssetKey("b"))
    assert record is not None
    assert record.event_log_entry.tags == {"dagster/data_version": "v"}
    assert instance.get_latest_data_version_record(AssetKey("b"), is_source=False) is None
    events = instance.get_latest_materialization_events([AssetKey("a"), AssetKey("b")])
    assert [event is None for event in events.values()] == [False, True]

    instance.wipe_assets([AssetKey("a")])

    assert not instance.has_asset_key(AssetKey("a"))
    assert instance.get_latest_materialization_event(AssetKey("a")) is None
    instance.report_runless_asset_event(AssetMaterialization("a"))
    assert instance.has_asset_key(AssetKey("a"))


def test_partitions_are_told_by_asset() -> None:
    instance = reported(*(AssetMaterialization("a", partition=p) for p in ("x", "y", "x")))
    kind = DagsterEventType.ASSET_MATERIALIZATION

    assert instance.get_materialized_partitions(AssetKey("a")) == {"x", "y"}
    assert instance.get_materialized_partitions(AssetKey("a"), after_cursor=2) == {"x"}
    ids = instance.get_latest_storage_id_by_partition(AssetKey("a"), kind)
    assert ids == {"x": 3, "y": 2}
    status = instance.get_status_by_partition(AssetKey("a"), ["x", "z"])
    assert [each and each.value for each in status.values()] == ["MATERIALIZED", None]
    instance.wipe_asset_partitions(AssetKey("a"), ["x"])
    assert instance.get_materialized_partitions(AssetKey("a")) == {"y"}


def test_dynamic_partitions_keep_their_order() -> None:
    instance = DagsterInstance.ephemeral()

    instance.add_dynamic_partitions("regions", ["eu", "us", "eu"])
    instance.add_dynamic_partitions("regions", ["asia"])
    instance.delete_dynamic_partition("regions", "us")

    assert instance.get_dynamic_partitions("regions") == ["eu", "asia"]
    assert instance.has_dynamic_partition("regions", "eu")
    assert not instance.has_dynamic_partition("regions", "us")
    assert instance.get_existing_dynamic_partitions("regions", ["us", "eu"]) == {"eu"}
    page = instance.get_paginated_dynamic_partitions("regions", limit=1, ascending=False)
    assert (page.results, page.has_more) == (["asia"], True)
    page = instance.get_paginated_dynamic_partitions("regions", 1, False, page.cursor)
    assert (page.results, page.has_more) == (["eu"], False)
    with pytest.raises(InvocationError):
        instance.add_dynamic_partitions("regions", "eu")
    with pytest.raises(ParameterError):
        instance.add_dynamic_partitions("regions", [1])  # type: ignore[list-item]


def test_runs_are_found_by_filter_and_by_page() -> None:
    instance = with_runs("RUN_SUCCESS", "RUN_FAILURE", "RUN_SUCCESS", "NOT_STARTED")

    assert instance.get_run_ids() == ["3", "2", "1", "0"]
    assert instance.get_run_ids(limit=2, cursor="3") == ["2", "1"]
    done = RunsFilter(statuses=[DagsterRunStatus.SUCCESS])
    assert instance.get_run_ids(done) == ["2", "0"]
    assert instance.get_run_ids(RunsFilter(tags={"n": ["1", "7"]})) == ["3", "1"]
    assert instance.get_run_ids(RunsFilter(tags={"n": "0"}, run_ids=["0", "1"])) == ["0"]
    assert instance.get_runs_count(RunsFilter(job_name="nightly")) == 4
    oldest = instance.get_run_records(done, order_by="end_time", ascending=True, limit=1)[0]
    assert (oldest.dagster_run.run_id, oldest.end_time) == ("0", 100.0)
    assert oldest.create_timestamp.tzinfo is UTC
    with pytest.raises(InvariantError):
        instance.get_run_records(order_by="name")


def test_changes_of_status_are_events() -> None:
    instance = with_runs("RUN_SUCCESS", "RUN_FAILURE", "RUN_SUCCESS")

    page = instance.fetch_run_status_changes(DagsterEventType.RUN_SUCCESS, limit=1)
    assert [record.run_id for record in page.records] == ["2"]
    assert page.has_more
    kind = DagsterEventType.RUN_FAILURE
    where = RunStatusChangeRecordsFilter(kind, job_names=["weekly"])
    assert not instance.fetch_run_status_changes(where, limit=9).records
    with pytest.raises(InvariantError):
        RunStatusChangeRecordsFilter(DagsterEventType.STEP_START)


def test_tags_can_be_added_to_a_run() -> None:
    instance = with_runs("RUN_SUCCESS", "NOT_STARTED")

    instance.add_run_tags("0", {"checked": "yes"})

    run = instance.get_run_by_id("0")
    assert run is not None
    assert run.tags == {"n": "0", "checked": "yes"}
    assert instance.get_run_tag_keys() == ["checked", "n"]
    assert instance.get_run_tags(["n"]) == [("n", {"0", "1"})]
    with pytest.raises(InvariantError):
        instance.add_run_tags("7", {"a": "b"})
    with pytest.raises(InvariantError):
        instance.add_run(DagsterRun("nightly", "0"))
    instance.delete_run("0")
    assert not instance.has_run("0")
    assert instance.all_logs("0") == []


def test_only_what_tells_of_an_asset_can_be_reported() -> None:
    with pytest.raises(InvariantError) as told:
        DagsterInstance.ephemeral().report_runless_asset_event("orders")
    assert told.value.code == "instance.bad_event"
