"""Schedules as users declare them, and what one tick of them comes to."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from atoll import (
    AssetSelection,
    ConfigurableResource,
    DailyPartitionsDefinition,
    DefaultScheduleStatus,
    DefinitionError,
    Definitions,
    InvariantError,
    InvocationError,
    ParameterError,
    ResourceParam,
    RunConfig,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    StaticPartitionsDefinition,
    UserCodeError,
    asset,
    build_schedule_context,
    build_schedule_from_partitioned_job,
    define_asset_job,
    resource,
    schedule,
)
from atoll.errors import AtollError
from atoll.graph.automation import schedules_of

NIGHTLY = define_asset_job("nightly", "*")
AT = datetime(2026, 11, 25, 6, tzinfo=timezone.utc)


class Warehouse(ConfigurableResource):
    rows: int = 3


@asset(name="orders")
def an_asset() -> None: ...


def tick(one: Any, **context: Any) -> Any:
    return one.evaluate_tick(build_schedule_context(**context))


def requests(one: Any, **context: Any) -> list[RunRequest]:
    found: list[RunRequest] = tick(one, **context).run_requests
    return found


def refused(**arguments: Any) -> AtollError:
    with pytest.raises(AtollError) as told:
        ScheduleDefinition(**{"cron_schedule": "@daily", **arguments})
    return told.value


def test_a_schedule_takes_its_name_from_its_job() -> None:
    assert ScheduleDefinition(job=NIGHTLY, cron_schedule="@daily").name == "nightly_schedule"
    assert ScheduleDefinition(job_name="x", cron_schedule="@daily").name == "x_schedule"
    assert ScheduleDefinition("early", job=NIGHTLY, cron_schedule="@daily").name == "early"


def test_all_that_is_said_of_a_schedule_is_kept() -> None:
    one = ScheduleDefinition(
        job=NIGHTLY,
        cron_schedule=["0 6 * * *", "0 18 * * *"],
        execution_timezone="Europe/Berlin",
        default_status=DefaultScheduleStatus.RUNNING,
        description="Twice a day.",
        tags={"team": "data", "size": 3},
        owners=["team:data"],
        required_resource_keys={"warehouse"},
    )

    assert (one.job, one.job_name, one.cron_schedule) == (
        NIGHTLY,
        "nightly",
        ["0 6 * * *", "0 18 * * *"],
    )
    assert (one.execution_timezone, one.description) == ("Europe/Berlin", "Twice a day.")
    assert (one.tags, one.owners) == ({"team": "data", "size": "3"}, ["team:data"])
    assert one.required_resource_keys == {"warehouse"}
    assert one.default_status is DefaultScheduleStatus.RUNNING


@pytest.mark.parametrize("target", [an_asset, [an_asset], "orders", AssetSelection.all()])
def test_a_target_of_assets_becomes_a_job_without_a_name_of_its_own(target: Any) -> None:
    one = ScheduleDefinition("early", target=target, cron_schedule="@daily")

    assert one.job_name == "__anonymous_asset_job_early"
    assert one.target.selection is not None


def test_a_target_may_be_a_job() -> None:
    one = ScheduleDefinition("early", target=NIGHTLY, cron_schedule="@daily")

    assert (one.job, one.target.selection) == (NIGHTLY, None)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ({}, "definition.bad_target", "must provide target, job, or job_name"),
        ({"job": NIGHTLY, "job_name": "x"}, "definition.invalid", "job, job_name"),
        ({"target": an_asset}, "definition.bad_target", "write name=..."),
        ({"job": "nightly"}, "definition.bad_target", "write job_name='nightly'"),
        ({"name": "a", "target": 3}, "definition.bad_target", "pass a job, an AssetSelection"),
        ({"name": "a", "target": "orders and"}, "selection.syntax", "ends too early"),
        ({"job": NIGHTLY, "cron_schedule": "* * *"}, "definition.bad_cron", "invalid cron"),
        ({"job": NIGHTLY, "cron_schedule": []}, "definition.bad_cron", "empty list"),
        ({"job": NIGHTLY, "cron_schedule": ["@daily", "0 25 * * *"]}, "definition.bad_cron", "25"),
        ({"job": NIGHTLY, "cron_schedule": None}, "parameter.type", "not text"),
        ({"job": NIGHTLY, "execution_timezone": "Mars"}, "definition.bad_timezone", "Mars"),
        ({"job": NIGHTLY, "name": "a b"}, "definition.bad_name", "'a b'"),
        ({"job": NIGHTLY, "owners": ["me"]}, "definition.bad_owner", "me"),
        ({"job": NIGHTLY, "default_status": "RUNNING"}, "parameter.type", "DefaultScheduleStatus"),
        (
            {"job": NIGHTLY, "run_config": {"a": 1}, "run_config_fn": dict},
            "definition.invalid",
            "run_config_fn and run_config",
        ),
        (
            {"job": NIGHTLY, "tags": {"a": "b"}, "tags_fn": dict},
            "definition.invalid",
            "tags_fn and tags",
        ),
        (
            {"job": NIGHTLY, "execution_fn": dict, "should_execute": bool},
            "definition.invalid",
            "execution_fn and should_execute",
        ),
        ({"job": NIGHTLY, "execution_fn": 3}, "parameter.type", "not a function"),
    ],
)
def test_a_schedule_that_cannot_be_meant_is_refused(
    arguments: dict[str, Any], code: str, says: str
) -> None:
    error = refused(**arguments)

    assert error.code == code
    assert says in str(error)


def test_a_bad_cron_string_is_told_with_its_place() -> None:
    error = refused(job=NIGHTLY, cron_schedule="0 25 * * *")

    assert isinstance(error, DefinitionError)
    assert error.file == __file__


def test_a_schedule_of_a_job_asks_for_one_run_with_its_config_and_tags() -> None:
    one = ScheduleDefinition(
        job=NIGHTLY, cron_schedule="@daily", run_config={"ops": {"a": {}}}, tags={"team": "data"}
    )

    assert requests(one) == [
        RunRequest(
            run_config={"ops": {"a": {}}},
            tags={"team": "data", "dagster/schedule_name": "nightly_schedule"},
        )
    ]


def test_config_and_tags_may_be_made_of_the_context() -> None:
    one = ScheduleDefinition(
        job=NIGHTLY,
        cron_schedule="@daily",
        run_config_fn=lambda context: RunConfig(
            ops={"a": {"config": {"day": context.scheduled_execution_time.day}}}
        ),
        tags_fn=lambda _: {"made": "late"},
        should_execute=lambda: True,
    )

    (request,) = requests(one, scheduled_execution_time=AT)

    assert request.run_config == {
        "loggers": {},
        "resources": {},
        "ops": {"a": {"config": {"day": 25}}},
        "execution": {},
    }
    assert request.tags["made"] == "late"


def test_should_execute_says_whether_there_is_a_run() -> None:
    one = ScheduleDefinition(
        job=NIGHTLY, cron_schedule="@daily", should_execute=lambda context: False
    )

    assert requests(one) == []
    assert "returned false" in str(tick(one).skip_message)


def test_should_execute_is_asked_before_a_decorated_function() -> None:
    @schedule("@daily", job=NIGHTLY, should_execute=lambda _: False)
    def early() -> RunRequest:
        raise AssertionError("it is not called")

    assert "returned false" in str(tick(early).skip_message)


@pytest.mark.parametrize(
    ("returned", "keys"),
    [
        (RunRequest("a"), ["a"]),
        ([RunRequest("a"), RunRequest("b")], ["a", "b"]),
        ({"ops": {}}, [None]),
        (RunConfig(), [None]),
        ([], []),
        (None, []),
    ],
)
def test_a_function_may_return_runs_in_several_forms(returned: Any, keys: list[Any]) -> None:
    @schedule("@daily", job=NIGHTLY)
    def early() -> Any:
        return returned

    assert [request.run_key for request in requests(early)] == keys


def test_a_function_may_yield_runs() -> None:
    @schedule("@daily", job=NIGHTLY)
    def early(context: ScheduleEvaluationContext) -> Any:
        yield RunRequest("a")
        yield RunRequest("b")

    assert [request.run_key for request in requests(early)] == ["a", "b"]


def test_a_function_may_skip_with_a_reason_or_without() -> None:
    @schedule("@daily", job=NIGHTLY)
    def early() -> SkipReason:
        return SkipReason("too early")

    @schedule("@daily", job=NIGHTLY)
    def never() -> None: ...

    assert tick(early).skip_message == "too early"
    assert "returned nothing" in str(tick(never).skip_message)


def test_tags_of_a_decorated_schedule_go_to_runs_whose_config_it_returns() -> None:
    @schedule("@daily", job=NIGHTLY, tags={"team": "data"})
    def config() -> dict[str, Any]:
        return {}

    @schedule("@daily", job=NIGHTLY, tags={"team": "data"})
    def whole() -> RunRequest:
        return RunRequest()

    assert requests(config)[0].tags == {"team": "data", "dagster/schedule_name": "config"}
    assert requests(whole)[0].tags == {"dagster/schedule_name": "whole"}


def test_config_that_a_function_returns_is_not_shared_with_it() -> None:
    kept: dict[str, Any] = {"ops": {"a": {"config": {}}}}

    @schedule("@daily", job=NIGHTLY)
    def early() -> dict[str, Any]:
        return kept

    (request,) = requests(early)
    request.run_config["ops"]["a"]["config"]["x"] = 1

    assert kept == {"ops": {"a": {"config": {}}}}


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (3, "returned int: 3"),
        ([RunRequest("a"), SkipReason()], "returned SkipReason"),
        ([RunRequest("a"), RunRequest()], "not each has a run_key"),
    ],
)
def test_what_a_function_returned_is_told_where_it_cannot_be_meant(
    returned: Any, says: str
) -> None:
    @schedule("@daily", job=NIGHTLY)
    def early() -> Any:
        return returned

    with pytest.raises(ParameterError) as told:
        tick(early)

    assert told.value.code == "tick.bad_result"
    assert says in str(told.value)
    assert "'early'" in str(told.value)


def test_what_a_function_raises_is_its_own_error() -> None:
    @schedule("@daily", job=NIGHTLY)
    def early() -> None:
        raise ValueError("no such day")

    with pytest.raises(UserCodeError, match="'early' raised ValueError: no such day") as told:
        tick(early)

    assert isinstance(told.value.user_exception, ValueError)


def test_asking_for_a_time_that_is_not_given_is_told() -> None:
    @schedule("@daily", job=NIGHTLY)
    def early(context: ScheduleEvaluationContext) -> None:
        print(context.scheduled_execution_time)

    with pytest.raises(UserCodeError, match="scheduled_execution_time"):
        tick(early)


def test_resources_come_as_parameters_or_from_the_context() -> None:
    @schedule("@daily", job=NIGHTLY)
    def early(context: ScheduleEvaluationContext, warehouse: Warehouse) -> RunRequest:
        return RunRequest(str(warehouse.rows))

    @schedule("@daily", job=NIGHTLY, required_resource_keys={"warehouse"})
    def late(context: ScheduleEvaluationContext) -> RunRequest:
        return RunRequest(str(context.resources.warehouse.rows))

    for one in (early, late):
        assert one.required_resource_keys == {"warehouse"}
        assert requests(one, resources={"warehouse": Warehouse(rows=5)})[0].run_key == "5"
        with pytest.raises(DefinitionError, match="'warehouse', required by the schedule"):
            tick(one)


def test_resources_are_asked_for_in_one_way_only() -> None:
    with pytest.raises(ParameterError, match="required_resource_keys and in parameters"):

        @schedule("@daily", job=NIGHTLY, required_resource_keys={"a"})
        def early(b: ResourceParam[int]) -> None: ...


def test_a_resource_that_cleans_up_needs_a_block() -> None:
    ended = []

    @resource
    def connection() -> Any:
        yield 7
        ended.append(True)

    @schedule("@daily", job=NIGHTLY, required_resource_keys={"connection"})
    def early(context: ScheduleEvaluationContext) -> RunRequest:
        return RunRequest(str(context.resources.connection))

    with pytest.raises(InvariantError, match="with build_"):
        tick(early, resources={"connection": connection})
    ended.clear()
    with build_schedule_context(resources={"connection": connection}) as context:
        assert early.evaluate_tick(context).run_requests[0].run_key == "7"
        assert ended == []
    assert ended == [True]


def test_a_schedule_is_called_like_its_function() -> None:
    @schedule("@daily", job=NIGHTLY)
    def early(context: ScheduleEvaluationContext, warehouse: Warehouse) -> int:
        """Counts rows."""
        return warehouse.rows

    context = build_schedule_context(resources={"warehouse": Warehouse(rows=5)})

    assert early(context) == 5
    assert early(context=context) == 5
    assert early(build_schedule_context(), warehouse=Warehouse(rows=8)) == 8
    assert early.__doc__ == "Counts rows."


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda one: one(), "without the context"),
        (lambda one: one(build_schedule_context(), 3), "several arguments"),
        (lambda one: one(other=build_schedule_context()), "expected argument 'context'"),
        (lambda one: one(Warehouse()), "pass resources by name"),
    ],
)
def test_a_call_that_does_not_fit_is_told(call: Any, says: str) -> None:
    @schedule("@daily", job=NIGHTLY)
    def early(context: ScheduleEvaluationContext) -> None: ...

    with pytest.raises(InvocationError, match=says):
        call(early)


def test_a_schedule_without_a_function_cannot_be_called() -> None:
    with pytest.raises(InvocationError, match="has no function"):
        ScheduleDefinition(job=NIGHTLY, cron_schedule="@daily")(build_schedule_context())


def test_a_decorator_without_a_time_is_told() -> None:
    with pytest.raises(ParameterError, match="needs to be told when"):
        schedule(lambda: None)  # type: ignore[arg-type]


def test_a_copy_may_have_another_job() -> None:
    other = define_asset_job("other", "*")
    one = ScheduleDefinition(job=NIGHTLY, cron_schedule="@daily")

    assert one.with_updated_job(other).job is other
    assert one.job is NIGHTLY


def test_a_context_without_instance_or_definitions_says_so() -> None:
    context = build_schedule_context()

    with pytest.raises(InvariantError, match="no instance"):
        _ = context.instance
    with pytest.raises(InvariantError, match="no definitions"):
        _ = context.repository_def


DAILY = DailyPartitionsDefinition("2026-11-20")


@asset(partitions_def=DAILY)
def daily() -> None: ...


def test_a_run_of_a_partition_is_checked_and_tagged() -> None:
    @schedule("@daily", target=[daily])
    def early() -> RunRequest:
        return RunRequest(partition_key="2026-11-21")

    (request,) = requests(early, repository_def=Definitions([daily]))

    assert request.tags["dagster/partition"] == "2026-11-21"


@pytest.mark.parametrize(
    ("context", "error"),
    [({}, "takes the definitions"), ({"repository_def": Definitions([daily])}, "1999-01-01")],
)
def test_a_run_of_no_partition_is_refused(context: dict[str, Any], error: str) -> None:
    @schedule("@daily", target=[daily])
    def early() -> RunRequest:
        return RunRequest(partition_key="1999-01-01")

    with pytest.raises(AtollError, match=error):
        tick(early, **context)


def test_a_schedule_follows_the_partitions_of_the_assets_of_its_job() -> None:
    job = define_asset_job("days", [daily])
    unresolved = build_schedule_from_partitioned_job(job, hour_of_day=3, tags={"team": "data"})
    definitions = Definitions([daily], schedules=[unresolved])
    (one,) = schedules_of(definitions)

    assert definitions.resolve_schedule_def("days_schedule").crons == one.crons
    (request,) = requests(one, scheduled_execution_time=AT)

    assert (one.name, one.crons, one.execution_timezone) == ("days_schedule", ["0 3 * * *"], "UTC")
    assert (request.run_key, request.partition_key) == ("2026-11-24", "2026-11-24")
    assert request.tags == {
        "team": "data",
        "dagster/partition": "2026-11-24",
        "dagster/schedule_name": "days_schedule",
    }


def test_before_the_first_partition_has_ended_there_is_no_run() -> None:
    job = define_asset_job("days", [daily], partitions_def=DAILY)
    one = build_schedule_from_partitioned_job(job)
    before = datetime(2026, 11, 20, 6, tzinfo=timezone.utc)

    assert "has ended" in str(tick(one, scheduled_execution_time=before).skip_message)


def test_static_partitions_are_made_at_every_tick() -> None:
    static = StaticPartitionsDefinition(["de", "fr"])
    job = define_asset_job("countries", "*", partitions_def=static)
    one = build_schedule_from_partitioned_job(job, cron_schedule="@daily")

    assert [request.partition_key for request in requests(one)] == ["de", "fr"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"cron_schedule": "@daily"}, "its partitions say both"),
        ({"cron_schedule": "@daily", "hour_of_day": 3}, "parts of one"),
        ({"day_of_week": 1, "day_of_month": 2}, "day_of_week and day_of_month"),
    ],
)
def test_a_clock_that_contradicts_the_partitions_is_refused(
    arguments: dict[str, Any], says: str
) -> None:
    with pytest.raises(ParameterError, match=says):
        build_schedule_from_partitioned_job(define_asset_job("days", [daily]), **arguments)


def test_a_job_without_partitions_cannot_be_followed() -> None:
    unresolved = build_schedule_from_partitioned_job(NIGHTLY)

    with pytest.raises(ParameterError, match="is not partitioned") as told:
        schedules_of(Definitions([an_asset], schedules=[unresolved]))

    assert told.value.code == "definition.not_partitioned"
