"""What of schedules, sensors and conditions the host is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import atoll
from atoll import (
    AssetKey,
    AssetSelection,
    AutomationConditionSensorDefinition,
    CodeLocationSelector,
    ConfigurableResource,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    DefinitionError,
    Definitions,
    FreshnessPolicy,
    JobSelector,
    ParameterError,
    RunRequest,
    ScheduleDefinition,
    SensorDefinition,
    asset,
    asset_sensor,
    define_asset_job,
    multi_asset_sensor,
    run_failure_sensor,
    run_status_sensor,
    schedule,
    sensor,
)
from atoll import AutomationCondition as C
from atoll.graph.snapshot import build_snapshot
from atoll_wire.snapshot import LocationSnapshot, ScheduleSnapshot, SensorSnapshot


class Warehouse(ConfigurableResource):
    rows: int = 3


@asset
def orders() -> None: ...


@asset(deps=[orders])
def revenue() -> None: ...


@asset(automation_condition=C.eager(), freshness_policy=FreshnessPolicy.time_window(timedelta(1)))
def report() -> None: ...


NIGHTLY = define_asset_job("nightly", [orders])


def snapshot(*assets: Any, **arguments: Any) -> LocationSnapshot:
    found = build_snapshot(Definitions([orders, revenue, *assets], **arguments))
    assert LocationSnapshot.loads(found.dumps()) == found
    return found


def schedule_of(one: Any, **more: Any) -> ScheduleSnapshot:
    (found,) = snapshot(schedules=[one], **more).schedules
    return found


def sensor_of(one: Any, **more: Any) -> SensorSnapshot:
    (found,) = snapshot(sensors=[one], **more).sensors
    return found


def refused(**arguments: Any) -> DefinitionError:
    with pytest.raises(DefinitionError) as told:
        snapshot(**arguments)
    return told.value


def test_all_that_is_said_of_a_schedule_is_told() -> None:
    @schedule(
        ["@daily", "@hourly"],
        job=NIGHTLY,
        execution_timezone="Europe/Berlin",
        default_status=DefaultScheduleStatus.RUNNING,
        description="Often.",
        tags={"team": "data"},
        metadata={"rows": 3},
        owners=["team:data"],
    )
    def often(warehouse: Warehouse) -> None: ...

    found = schedule_of(often, resources={"warehouse": Warehouse()})

    assert found.line is not None
    assert found == ScheduleSnapshot(
        name="often",
        job="nightly",
        cron=["@daily", "@hourly"],
        timezone="Europe/Berlin",
        is_running=True,
        description="Often.",
        tags={"team": "data"},
        metadata={"rows": {"type": "int", "value": 3}},
        owners=["team:data"],
        required_resources=["warehouse"],
        file=__file__,
        line=found.line,
    )


def test_a_target_is_told_as_the_assets_that_it_makes() -> None:
    found = schedule_of(ScheduleDefinition("early", target="+revenue", cron_schedule="@daily"))

    assert (found.job, found.assets) == (None, ["orders", "revenue"])


def test_the_job_of_a_schedule_or_sensor_is_offered_too() -> None:
    other = define_asset_job("other", [revenue])
    found = snapshot(
        schedules=[ScheduleDefinition(job=NIGHTLY, cron_schedule="@daily")],
        sensors=[SensorDefinition("watch", evaluation_fn=lambda: None, jobs=[NIGHTLY, other])],
    )

    assert [job.name for job in found.jobs] == ["nightly", "other"]
    assert found.sensors[0].jobs == ["nightly", "other"]


def test_all_that_is_said_of_a_sensor_is_told() -> None:
    @sensor(
        asset_selection=AssetSelection.all(),
        minimum_interval_seconds=5,
        default_status=DefaultSensorStatus.RUNNING,
        description="Looks.",
        tags={"team": "data"},
        metadata={"rows": 3},
        owners=["team:data"],
    )
    def watch() -> RunRequest:
        return RunRequest()

    found = sensor_of(watch)

    assert found.line is not None
    assert found == SensorSnapshot(
        name="watch",
        assets=["orders", "revenue"],
        minimum_interval_s=5,
        is_running=True,
        description="Looks.",
        tags={"team": "data"},
        metadata={"rows": {"type": "int", "value": 3}},
        owners=["team:data"],
        file=__file__,
        line=found.line,
    )


def test_what_a_sensor_watches_is_told() -> None:
    @asset_sensor(AssetKey(["elsewhere", "raw"]), job=NIGHTLY)
    def one() -> None: ...

    @multi_asset_sensor([AssetKey("orders"), AssetKey("raw")], job=NIGHTLY)
    def several() -> None: ...

    @multi_asset_sensor(AssetSelection.all(), request_assets=AssetSelection.assets("revenue"))
    def every() -> None: ...

    found = snapshot(sensors=[one, several, every]).sensors

    assert [(f.kind, f.monitored_assets, f.jobs, f.assets) for f in found] == [
        ("asset", ["elsewhere/raw"], ["nightly"], []),
        ("multi_asset", ["orders", "raw"], ["nightly"], []),
        ("multi_asset", ["orders", "revenue"], [], ["revenue"]),
    ]


def test_which_runs_a_sensor_watches_is_told() -> None:
    @run_failure_sensor
    def own() -> None: ...

    @run_status_sensor(
        "SUCCESS",
        monitored_jobs=[NIGHTLY, JobSelector("shop", job_name="load"), CodeLocationSelector("web")],
        request_job=NIGHTLY,
    )
    def some() -> None: ...

    @run_status_sensor("STARTED", monitor_all_code_locations=True)
    def every() -> None: ...

    found = snapshot(sensors=[own, some, every]).sensors

    assert [
        (f.kind, f.run_status, f.monitored_jobs, f.monitors_every_location, f.jobs) for f in found
    ] == [
        ("run_status", "FAILURE", [], False, []),
        ("run_status", "SUCCESS", ["nightly", "shop:load", "web:*"], False, ["nightly"]),
        ("run_status", "STARTED", [], True, []),
    ]


def test_conditions_and_policies_of_an_asset_are_told() -> None:
    found = {one.key: one for one in snapshot(report).assets}

    assert found["report"].automation_condition == C.eager().to_wire()
    assert found["report"].freshness_policy is not None
    assert found["orders"].automation_condition is None


def test_assets_with_a_condition_get_a_sensor_that_is_stopped() -> None:
    (found,) = snapshot(report).sensors

    assert (found.name, found.kind, found.assets, found.is_running) == (
        "default_automation_condition_sensor",
        "automation",
        ["report"],
        False,
    )
    assert found.minimum_interval_s == 30
    assert found.metadata == {"dagster/emit_backfills": {"type": "bool", "value": True}}


def test_assets_in_a_sensors_selection_need_no_other() -> None:
    own = AutomationConditionSensorDefinition(
        "conditions",
        target="report",
        run_tags={"team": "data"},
        use_user_code_server=True,
        default_condition=C.on_missing(),
        emit_backfills=False,
    )

    (found,) = snapshot(report, sensors=[own]).sensors

    assert (found.name, found.kind, found.assets) == ("conditions", "automation", ["report"])
    assert (found.run_tags, found.evaluates_in_location) == ({"team": "data"}, True)
    assert found.default_condition == C.on_missing().to_wire()
    assert found.metadata == {}


def test_what_a_sensor_leaves_out_gets_the_other() -> None:
    @asset(automation_condition=C.on_missing())
    def extra() -> None: ...

    own = AutomationConditionSensorDefinition("conditions", target="report")
    names = {one.name: one.assets for one in snapshot(report, extra, sensors=[own]).sensors}

    assert names == {
        "conditions": ["report"],
        "default_automation_condition_sensor": ["extra"],
    }


def test_without_automation_nothing_is_told() -> None:
    found = snapshot()

    assert (found.schedules, found.sensors) == ([], [])


def test_the_same_schedule_twice_is_one() -> None:
    one = ScheduleDefinition(job=NIGHTLY, cron_schedule="@daily")

    assert len(snapshot(schedules=[one, one]).schedules) == 1


def daily(name: str, **arguments: Any) -> ScheduleDefinition:
    return ScheduleDefinition(name, cron_schedule="@daily", **arguments)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (
            {"schedules": [daily("a", job_name="nigthly")], "jobs": [NIGHTLY]},
            "definition.unknown_job",
            "did you mean 'nightly'",
        ),
        (
            {"sensors": [SensorDefinition("a", evaluation_fn=lambda: None, job_name="x")]},
            "definition.unknown_job",
            "Definitions(jobs=[...])",
        ),
        (
            {"schedules": [daily("a", job=NIGHTLY), daily("a", job=NIGHTLY)]},
            "definition.duplicate_automation",
            "two schedules or sensors are called 'a'",
        ),
        (
            {
                "schedules": [daily("a", job=NIGHTLY)],
                "sensors": [SensorDefinition("a", evaluation_fn=lambda: None)],
            },
            "definition.duplicate_automation",
            "'a'",
        ),
        ({"schedules": [NIGHTLY]}, "definition.not_a_schedule", "pass what @schedule"),
        ({"schedules": [lambda: None]}, "definition.not_a_schedule", "with @schedule"),
        ({"sensors": [[]]}, "definition.not_a_sensor", "put a * before"),
        ({"schedules": [daily("a", target="ordres")]}, "selection.unknown_key", "'ordres'"),
        (
            {"schedules": [daily("a", job=NIGHTLY, required_resource_keys={"warehouse"})]},
            "definition.missing_resource",
            "the schedule 'a' needs the resource 'warehouse'",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(
    arguments: dict[str, Any], code: str, says: str
) -> None:
    error = refused(**arguments)

    assert error.code == code
    assert says in str(error)
    assert error.file == __file__


def test_a_default_condition_needs_the_location() -> None:
    with pytest.raises(ParameterError, match="use_user_code_server=True"):
        AutomationConditionSensorDefinition("a", target="*", default_condition=C.eager())


def test_conditions_are_not_evaluated_in_process() -> None:
    one = AutomationConditionSensorDefinition("a", target="*")

    with pytest.raises(NotImplementedError, match="coming release"):
        one()


def test_a_job_with_a_condition_is_evaluated_by_a_sensor_that_claims_it() -> None:
    @atoll.asset
    def orders() -> None: ...

    eager = atoll.AutomationCondition.eager()
    condition = atoll.AutomationCondition.all_job_root_assets_match(eager)
    nightly = atoll.define_asset_job("nightly", [orders], automation_condition=condition)

    (found,) = build_snapshot(Definitions([orders], jobs=[nightly])).sensors
    assert (found.name, found.conditioned_jobs) == (
        "default_automation_condition_sensor",
        ["nightly"],
    )

    claims = atoll.AutomationConditionSensorDefinition(
        "claims", target="*", asset_job_keys={atoll.AssetJobKey("nightly")}
    )
    told = build_snapshot(Definitions([orders], jobs=[nightly], sensors=[claims])).sensors
    assert [(one.name, one.conditioned_jobs) for one in told] == [("claims", ["nightly"])]


def test_jobs_are_not_evaluated_in_their_location() -> None:
    with pytest.raises(atoll.ParameterError, match="evaluated by the host"):
        atoll.AutomationConditionSensorDefinition(
            "claims",
            target="*",
            use_user_code_server=True,
            asset_job_keys={atoll.AssetJobKey("nightly")},
        )


def test_a_source_that_is_looked_at_now_and_then_has_a_sensor() -> None:
    source = atoll.SourceAsset(
        "lake", observe_fn=lambda: atoll.DataVersion("1"), auto_observe_interval_minutes=10
    )

    (found,) = build_snapshot(Definitions([source])).sensors
    assert (found.kind, found.assets) == ("automation", ["lake"])
