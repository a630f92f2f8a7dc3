from __future__ import annotations

from typing import Any

import pytest

import atoll
from atoll import AssetSpec, Output, RetryPolicy, asset, materialize, materialize_to_memory


@asset
def one() -> int:
    return 1


@asset
def two(one: int) -> int:
    return one + 1


@asset(deps=[two])
def three() -> None: ...


def test_assets_are_made_upstream_first_whatever_their_order() -> None:
    result = materialize([three, two, one])

    assert result.success
    assert [e.step_key for e in result.get_step_success_events()] == ["one", "two", "three"]
    assert result.output_for_node("two") == 2
    assert result.asset_value(two) == 2
    assert str(result.asset_materializations_for_node("one")[0].asset_key) == "one"


def test_an_exception_of_the_user_s_comes_out_as_it_was() -> None:
    error = ValueError("mine")

    @asset
    def bad() -> None:
        raise error

    with pytest.raises(ValueError, match="mine") as raised:
        materialize([bad])
    assert raised.value is error


def test_without_raising_the_rest_goes_on_and_downstream_is_left_out() -> None:
    @asset
    def bad() -> None:
        raise ValueError

    @asset(deps=[bad])
    def after_bad() -> None: ...

    result = materialize([bad, after_bad, one], raise_on_error=False)

    assert not result.success
    assert result.get_failed_step_keys() == {"bad"}
    assert [e.step_key for e in result.get_step_success_events()] == ["one"]


def test_a_selection_makes_a_part(tmp_path: Any) -> None:
    url = str(tmp_path)
    materialize([one, two], values_url=url, selection="one")
    result = materialize([one, two, AssetSpec("x")], values_url=url, selection=[two])

    assert [e.step_key for e in result.get_step_success_events()] == ["two"]
    assert result.asset_value("two") == 2


def test_retries_happen_here_too() -> None:
    tries: list[int] = []

    @asset(retry_policy=RetryPolicy(max_retries=2))
    def flaky(context: atoll.AssetExecutionContext) -> int:
        tries.append(context.retry_number)
        if len(tries) < 3:
            raise ValueError
        return 5

    assert materialize([flaky]).asset_value("flaky") == 5
    assert tries == [0, 1, 2]


def test_in_memory_nothing_needs_to_be_storable() -> None:
    @asset(io_manager_key="anything")
    def function() -> Any:
        return Output(lambda: 7)

    @asset
    def called(function: Any) -> int:
        return function()  # type: ignore[no-any-return]

    assert materialize_to_memory([function, called]).asset_value("called") == 7


def test_what_does_not_fit_together_is_told_before_anything_runs() -> None:
    @asset(required_resource_keys={"db"})
    def needy() -> None: ...

    with pytest.raises(atoll.DefinitionError, match="db"):
        materialize([needy])


def test_asking_for_what_was_not_made_names_the_nearest() -> None:
    result = materialize([one])

    with pytest.raises(atoll.InvariantError, match="did you mean 'one'"):
        result.output_for_node("onne")
    with pytest.raises(atoll.InvariantError, match="no asset"):
        result.asset_value("two")


def test_system_exit_is_not_swallowed() -> None:
    @asset
    def leaves() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        materialize([leaves], raise_on_error=False)


def test_resources_live_as_long_as_the_run() -> None:
    result = materialize([one, two], resources={"io_manager": atoll.mem_io_manager})

    assert result.asset_value("two") == 2
    assert len(result.filter_events(lambda e: e.kind == "RESOURCE_INIT_SUCCESS")) == 1


def test_a_teardown_that_fails_is_told_and_fails_nothing() -> None:
    @atoll.resource
    def leaky(_: Any) -> Any:
        yield 1
        raise ValueError("teardown")

    @asset(required_resource_keys={"leaky"})
    def a() -> None: ...

    result = materialize([a], resources={"leaky": leaky})

    assert result.success
    _begun, told, _ended = result.filter_events(lambda event: event.kind == "ENGINE_EVENT")
    assert told.message == "A resource could not be torn down: ValueError: teardown"
    assert told.data["failure"]["message"] == "teardown"


@pytest.mark.parametrize("section", ["ops", "resources"])
def test_config_for_what_does_not_exist_is_told(section: str) -> None:
    with pytest.raises(atoll.ConfigError, match="onne"):
        materialize([one], run_config={section: {"onne": {"config": {}}}})


def test_facts_come_back_as_values_of_the_kind_that_they_were_told_as() -> None:
    @asset
    def a() -> atoll.MaterializeResult:
        return atoll.MaterializeResult(
            metadata={"n": 1, "m": atoll.MetadataValue.md("*x*"), "k": atoll.AssetKey("b")}
        )

    found = materialize([a]).asset_materializations_for_node("a")[0].metadata

    assert found["n"] == atoll.IntMetadataValue(1)
    assert found["n"].value == 1
    assert isinstance(found["m"], atoll.MarkdownMetadataValue)
    assert found["m"].md_str == found["m"].value == "*x*"
    assert isinstance(found["k"], atoll.DagsterAssetMetadataValue)
    assert found["k"].asset_key == atoll.AssetKey("b")


def test_an_attempt_after_the_first_starts_again() -> None:
    tries = []

    @asset(retry_policy=RetryPolicy(max_retries=1))
    def flaky() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError

    kinds = [e.kind for e in materialize([flaky]).all_events]

    assert kinds[:6] == [
        "RUN_START",
        "ENGINE_EVENT",
        "RESOURCE_INIT_STARTED",
        "RESOURCE_INIT_SUCCESS",
        "LOGS_CAPTURED",
        "STEP_START",
    ]
    assert kinds[6:8] == ["STEP_UP_FOR_RETRY", "STEP_RESTARTED"]
    assert kinds.count("STEP_START") == 1
    assert kinds[-3:] == ["STEP_SUCCESS", "ENGINE_EVENT", "RUN_SUCCESS"]


def test_resources_are_made_ready_once_before_all_steps_and_fail_the_run() -> None:
    @atoll.resource
    def broken(_: Any) -> Any:
        raise ValueError("no")

    @asset
    def a() -> None: ...

    @asset(required_resource_keys={"broken"}, deps=[a])
    def b() -> None: ...

    result = materialize([a, b], resources={"broken": broken}, raise_on_error=False)

    assert [(event.kind, event.step_key) for event in result.all_events] == [
        ("RUN_START", None),
        ("ENGINE_EVENT", None),
        ("RESOURCE_INIT_STARTED", None),
        ("RESOURCE_INIT_FAILURE", None),
        ("RUN_FAILURE", None),
    ]


def test_inputs_are_all_loaded_before_any_is_checked_and_log_lines_are_no_events() -> None:
    @asset
    def left(context: atoll.AssetExecutionContext) -> int:
        context.log.info("a line")
        return 1

    @asset
    def right() -> int:
        return 2

    @asset
    def both(left: int, right: int) -> int:
        return left + right

    events = materialize([left, right, both]).all_events

    assert [e.kind for e in events if e.step_key == "both"][:5] == [
        "STEP_START",
        "LOADED_INPUT",
        "LOADED_INPUT",
        "STEP_INPUT",
        "STEP_INPUT",
    ]
    assert "LOG" not in [e.kind for e in events]


def test_without_config_the_context_has_none() -> None:
    seen = []

    @asset
    def a(context: atoll.AssetExecutionContext) -> None:
        seen.append(context.op_config)

    materialize([a])
    a(atoll.build_asset_context())

    assert seen == [None, None]


def test_the_version_of_the_data_is_told() -> None:
    @asset
    def a() -> Output[int]:
        return Output(1, data_version=atoll.DataVersion("v7"))

    event = materialize([a]).get_asset_materialization_events()[0]

    assert event.data["data_version"] == "v7"
    assert atoll.DataVersion("v7") == atoll.DataVersion("v7")
