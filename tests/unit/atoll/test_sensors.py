"""Sensors as users declare them, and what one evaluation of them comes to."""

from __future__ import annotations

from typing import Any

import pytest

from atoll import (
    AddDynamicPartitionsRequest,
    AssetKey,
    AssetSelection,
    ConfigurableResource,
    DefaultSensorStatus,
    DefinitionError,
    Definitions,
    DeleteDynamicPartitionsRequest,
    DynamicPartitionsDefinition,
    InvariantError,
    InvocationError,
    ParameterError,
    RunRequest,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SensorType,
    SkipReason,
    SubsetError,
    asset,
    build_sensor_context,
    define_asset_job,
    sensor,
)
from atoll.definitions.automation.sensor_result import SensorExecutionData
from atoll.errors import AtollError

NIGHTLY = define_asset_job("nightly", "*")
OTHER = define_asset_job("other", "*")


class Warehouse(ConfigurableResource):
    rows: int = 3


@asset
def orders() -> None: ...


@asset
def revenue() -> None: ...


def tick(one: SensorDefinition, **context: Any) -> SensorExecutionData:
    return one.evaluate_tick(build_sensor_context(**context))


def returning(value: Any, **arguments: Any) -> SensorDefinition:
    """A sensor whose function returns `value`."""
    return SensorDefinition("watch", evaluation_fn=lambda: value, **(arguments or {"job": NIGHTLY}))


def test_a_sensor_takes_its_name_from_its_function() -> None:
    @sensor
    def arrivals() -> None:
        """Looks."""

    assert isinstance(arrivals, SensorDefinition)
    assert (arrivals.name, arrivals.__doc__, arrivals.description) == ("arrivals", "Looks.", None)
    assert arrivals.minimum_interval_seconds == 30
    assert arrivals.default_status is DefaultSensorStatus.STOPPED
    assert arrivals.sensor_type is SensorType.STANDARD


def test_all_that_is_said_of_a_sensor_is_kept() -> None:
    @sensor(
        jobs=[NIGHTLY, OTHER],
        name="watch",
        minimum_interval_seconds=5,
        description="Looks.",
        default_status=DefaultSensorStatus.RUNNING,
        tags={"team": "data"},
        metadata={"rows": 3},
        owners=["team:data"],
        required_resource_keys={"warehouse"},
    )
    def arrivals() -> None: ...

    assert (arrivals.name, arrivals.minimum_interval_seconds) == ("watch", 5)
    assert (arrivals.jobs, arrivals.tags) == ([NIGHTLY, OTHER], {"team": "data"})
    assert arrivals.metadata["rows"].value == 3
    assert (arrivals.owners, arrivals.required_resource_keys) == (["team:data"], {"warehouse"})


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ({"job": NIGHTLY, "job_name": "x"}, "definition.invalid", "job_name, job"),
        ({"jobs": ["x"]}, "definition.bad_target", "write job_name='x'"),
        ({"job_name": NIGHTLY}, "parameter.type", "write job=..."),
        ({"asset_selection": "orders and"}, "selection.syntax", "the asset_selection of"),
        ({"minimum_interval_seconds": "5"}, "parameter.type", "not a whole number"),
        ({"default_status": True}, "parameter.type", "DefaultSensorStatus"),
        ({"name": "a-b"}, "definition.bad_name", "'a-b'"),
        ({"evaluation_fn": None}, "definition.not_a_function", "needs a function"),
    ],
)
def test_a_sensor_that_cannot_be_meant_is_refused(
    arguments: dict[str, Any], code: str, says: str
) -> None:
    with pytest.raises(AtollError) as told:
        SensorDefinition(**{"name": "watch", "evaluation_fn": lambda: None, **arguments})

    assert told.value.code == code
    assert says in str(told.value)


def test_asking_for_the_one_job_of_none_or_several_is_told() -> None:
    for one in (returning(None, jobs=[NIGHTLY, OTHER]), returning(None, description="of none")):
        with pytest.raises(DefinitionError, match="was asked for its job"):
            _ = one.job


@pytest.mark.parametrize(
    ("returned", "keys"),
    [
        (RunRequest("a"), ["a"]),
        ([RunRequest("a"), RunRequest("b")], ["a", "b"]),
        (SensorResult([RunRequest("a")]), ["a"]),
        ([SensorResult([RunRequest("a")])], ["a"]),
        (iter(()), None),
        ([], []),
        (None, []),
    ],
)
def test_a_function_may_return_runs_in_several_forms(returned: Any, keys: Any) -> None:
    if keys is None:
        with pytest.raises(ParameterError, match="returned tuple_iterator"):
            tick(returning(returned))
        return
    assert [request.run_key for request in tick(returning(returned)).run_requests] == keys


def test_a_generator_may_yield_runs_and_return_one_more() -> None:
    @sensor(job=NIGHTLY)
    def watch() -> Any:
        yield RunRequest("a")
        return RunRequest("b")

    assert [request.run_key for request in tick(watch).run_requests] == ["a", "b"]


def test_runs_are_tagged_with_the_sensor() -> None:
    (request,) = tick(returning(RunRequest(tags={"a": "b"}))).run_requests

    assert request.tags == {"a": "b", "dagster/sensor_name": "watch"}


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (SkipReason("nothing new"), "nothing new"),
        (SensorResult(skip_reason="nothing new"), "nothing new"),
        (SensorResult(skip_reason=SkipReason("nothing new")), "nothing new"),
        (SensorResult(), "the function of the sensor 'watch' returned nothing"),
        (None, "the function of the sensor 'watch' returned nothing"),
        (SkipReason(), None),
    ],
)
def test_why_there_is_no_run_is_told(returned: Any, message: str | None) -> None:
    found = tick(returning(returned))

    assert (found.skip_message, found.run_requests) == (message, [])


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        (3, "returned int: 3"),
        ("tomorrow", "returned str: 'tomorrow'"),
        ([SkipReason(), SkipReason()], "single SkipReason"),
        ([RunRequest(), SkipReason()], "single SkipReason"),
        ([SensorResult(), RunRequest()], "must be the only object returned"),
    ],
)
def test_what_a_function_returned_is_told_where_it_cannot_be_meant(
    returned: Any, says: str
) -> None:
    with pytest.raises(ParameterError, match=says) as told:
        tick(returning(returned))

    assert told.value.code == "tick.bad_result"


def test_a_result_has_runs_or_a_reason_to_skip() -> None:
    with pytest.raises(ParameterError, match="a reason to start none"):
        SensorResult([RunRequest()], "nothing")


@pytest.mark.parametrize(
    ("arguments", "request_of", "code"),
    [
        ({"name": "free"}, RunRequest(), "tick.no_target"),
        ({"jobs": [NIGHTLY, OTHER]}, RunRequest(), "tick.no_target"),
        ({"jobs": [NIGHTLY, OTHER]}, RunRequest(job_name="third"), "tick.unknown_target"),
        ({"job": NIGHTLY}, RunRequest(job_name="other"), "tick.unknown_target"),
    ],
)
def test_a_run_is_of_one_of_the_sensors_jobs(
    arguments: dict[str, Any], request_of: RunRequest, code: str
) -> None:
    one = SensorDefinition(**{"name": "watch", "evaluation_fn": lambda: request_of, **arguments})

    with pytest.raises(InvariantError) as told:
        tick(one)

    assert told.value.code == code


def test_of_several_jobs_the_request_names_one() -> None:
    one = returning(RunRequest(job_name="other"), jobs=[NIGHTLY, OTHER])

    assert tick(one).run_requests[0].job_name == "other"


def test_a_sensor_of_assets_asks_for_all_of_them_or_for_some() -> None:
    definitions = Definitions([orders, revenue])
    every = returning(RunRequest(), asset_selection=AssetSelection.all())
    one = returning(RunRequest(asset_selection=["orders"]), asset_selection=[orders, revenue])

    (whole,) = tick(every, definitions=definitions).run_requests
    (part,) = tick(one, repository_def=definitions).run_requests

    assert (whole.job_name, whole.asset_selection) == (
        "__ASSET_JOB",
        [AssetKey("orders"), AssetKey("revenue")],
    )
    assert part.asset_selection == [AssetKey("orders")]


def test_assets_outside_of_the_selection_are_refused() -> None:
    one = returning(RunRequest(asset_selection=["revenue"]), asset_selection=[orders])

    with pytest.raises(SubsetError, match="not part of its selection: revenue"):
        tick(one, definitions=Definitions([orders, revenue]))
    with pytest.raises(InvariantError, match="takes the definitions"):
        tick(one)


def test_the_cursor_goes_from_one_evaluation_to_the_next() -> None:
    @sensor(job=NIGHTLY)
    def watch(context: SensorEvaluationContext) -> None:
        context.update_cursor(str(int(context.cursor or 0) + 1))

    assert tick(watch).cursor == "1"
    assert tick(watch, cursor="7").cursor == "8"
    assert tick(returning(None), cursor="7").cursor == "7"
    assert tick(returning(SensorResult(cursor="9")), cursor="7").cursor == "9"


def test_the_cursor_is_set_in_one_way_only() -> None:
    @sensor(job=NIGHTLY)
    def watch(context: SensorEvaluationContext) -> SensorResult:
        context.update_cursor("a")
        return SensorResult(cursor="b")

    with pytest.raises(InvariantError, match=r"context.update_cursor\(\)"):
        tick(watch)


@pytest.mark.parametrize("make", [lambda: SensorResult(cursor=3), lambda: RunRequest(run_key=3)])  # type: ignore[arg-type]
def test_cursors_and_keys_are_text(make: Any) -> None:
    with pytest.raises(ParameterError, match="must be text"):
        make()
    with pytest.raises(ParameterError, match="not text"):
        build_sensor_context().update_cursor(3)  # type: ignore[arg-type]


def test_a_sensor_may_add_partitions_and_run_them() -> None:
    regions = DynamicPartitionsDefinition(name="regions")

    @asset(partitions_def=regions)
    def sales() -> None: ...

    requests = [AddDynamicPartitionsRequest("regions", ["de"])]
    one = returning(
        SensorResult([RunRequest(partition_key="de")], dynamic_partitions_requests=requests),
        target=[sales],
    )

    found = tick(one, definitions=Definitions([sales]))

    assert found.dynamic_partitions_requests == requests
    assert found.run_requests[0].tags["dagster/partition"] == "de"


@pytest.mark.parametrize(
    "requests",
    [
        [AddDynamicPartitionsRequest("r", ["a"]), AddDynamicPartitionsRequest("r", ["a"])],
        [AddDynamicPartitionsRequest("r", ["a"]), DeleteDynamicPartitionsRequest("r", ["a"])],
    ],
)
def test_a_partition_is_not_added_and_deleted_at_once(requests: Any) -> None:
    with pytest.raises(InvariantError, match="asks twice"):
        tick(returning(SensorResult(dynamic_partitions_requests=requests)))


def test_resources_come_as_parameters_or_from_the_context() -> None:
    @sensor(job=NIGHTLY)
    def watch(warehouse: Warehouse, context: SensorEvaluationContext) -> RunRequest:
        return RunRequest("%s %s" % (warehouse.rows, context.cursor))

    found = tick(watch, resources={"warehouse": Warehouse(rows=5)}, cursor="c")

    assert found.run_requests[0].run_key == "5 c"
    assert watch(build_sensor_context(), warehouse=Warehouse(rows=8)).run_key == "8 None"
    with pytest.raises(DefinitionError, match="'warehouse', required by the sensor 'watch'"):
        tick(watch)


def test_a_sensor_is_called_like_its_function() -> None:
    @sensor(job=NIGHTLY)
    def watch(context: SensorEvaluationContext) -> Any:
        yield context.cursor

    assert list(watch(build_sensor_context(cursor="c"))) == ["c"]
    with pytest.raises(InvocationError, match="without the context"):
        watch()
    with pytest.raises(ParameterError, match="takes a SensorEvaluationContext, not 3"):
        watch(3)


def test_a_context_tells_what_it_was_made_with() -> None:
    definitions = Definitions()
    context = build_sensor_context(
        instance="instance",
        cursor="c",
        repository_name="r",
        definitions=definitions,
        sensor_name="watch",
        last_sensor_start_time=3.0,
    )

    assert (context.instance, context.cursor, context.repository_name) == ("instance", "c", "r")
    assert (context.repository_def, context.sensor_name) == (definitions, "watch")
    assert (context.last_sensor_start_time, context.last_run_key) == (3.0, None)
    assert context.last_tick_completion_time is None
    assert context.log.name == "atoll"


@pytest.mark.parametrize(
    ("last", "start", "first"), [(None, None, True), (2.0, 1.0, False), (2.0, 3.0, True)]
)
def test_the_first_evaluation_since_the_start_is_known(last: Any, start: Any, first: bool) -> None:
    context = SensorEvaluationContext(last_tick_completion_time=last, last_sensor_start_time=start)

    assert context.is_first_tick_since_sensor_start is first


def test_run_requests_are_values() -> None:
    one = RunRequest("a", {"ops": {}}, {"n": 3}, asset_selection=["a/b"], partition_key="p")

    assert one.tags == {"n": "3"}
    assert one.asset_selection == [AssetKey(["a", "b"])]
    assert one == one.with_replaced_attrs()
    assert one.with_replaced_attrs(run_key="b").run_key == "b"
    assert not one.has_resolved_partition()
    assert repr(RunRequest("a")) == "RunRequest(run_key='a')"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"tags": ["a"]}, DefinitionError),
        ({"tags": {"a": object()}}, DefinitionError),
        ({"run_config": 3}, ParameterError),
        ({"partition_key": 3}, ParameterError),
    ],
)
def test_run_requests_that_cannot_be_meant_are_refused(
    arguments: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        RunRequest(**arguments)
