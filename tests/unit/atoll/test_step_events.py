from __future__ import annotations

import asyncio
import logging
import logging.config
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.atoll.stepping import attempt

import atoll
from atoll import (
    AssetExecutionContext,
    AssetMaterialization,
    AssetObservation,
    AssetSpec,
    DataVersion,
    MaterializeResult,
    Output,
    asset,
    get_dagster_logger,
)


@asset
def source() -> int:
    return 3


def test_the_events_come_in_order(tmp_path: Path) -> None:
    class Db(atoll.ConfigurableResource):
        url: str = "x"

    @asset(code_version="v1")
    def doubled(context: AssetExecutionContext, source: int, db: Db) -> int:
        context.log.info("working on %d", source)
        return source * 2

    attempt([source], "source", str(tmp_path))
    done = attempt([source, doubled], "doubled", str(tmp_path), resources={"db": Db()})

    assert done.kinds == [
        "RESOURCE_INIT_STARTED",
        "RESOURCE_INIT_SUCCESS",
        "STEP_START",
        "LOADED_INPUT",
        "STEP_INPUT",
        "LOG",
        "STEP_OUTPUT",
        "ASSET_MATERIALIZATION",
        "HANDLED_OUTPUT",
        "STEP_SUCCESS",
    ]
    (made,) = done.of("ASSET_MATERIALIZATION")
    assert made.data["asset_key"] == "doubled"
    assert made.data["code_version"] == "v1"
    assert made.data["partition"] is None
    assert done.of("LOADED_INPUT")[0].data["asset_key"] == "source"
    assert done.closing.data["duration_s"] >= 0


def test_an_asset_annotated_none_has_nothing_stored() -> None:
    @asset
    def effect() -> None:
        pass

    assert attempt([effect], "effect").kinds == [
        "STEP_START",
        "STEP_OUTPUT",
        "ASSET_MATERIALIZATION",
        "STEP_SUCCESS",
    ]


def test_none_without_an_annotation_is_a_value_that_downstream_can_load(tmp_path: Path) -> None:
    @asset
    def maybe():  # type: ignore[no-untyped-def]
        return None

    @asset
    def after(maybe):  # type: ignore[no-untyped-def]
        return repr(maybe)

    assert "HANDLED_OUTPUT" in attempt([maybe], "maybe", str(tmp_path)).kinds
    assert attempt([maybe, after], "after", str(tmp_path)).closing.kind == "STEP_SUCCESS"


def test_a_materialize_result_tells_without_storing() -> None:
    @asset
    def a() -> MaterializeResult:
        version = DataVersion("7")
        return MaterializeResult(metadata={"rows": 3}, tags={"t": "x"}, data_version=version)

    done = attempt([a], "a")

    assert done.metadata("a") == {"rows": 3}
    assert done.of("ASSET_MATERIALIZATION")[0].data["tags"] == {"t": "x"}
    assert done.of("ASSET_MATERIALIZATION")[0].data["data_version"] == "7"
    assert "HANDLED_OUTPUT" not in done.kinds


def test_a_materialize_result_with_a_value_is_stored(tmp_path: Path) -> None:
    @asset
    def a() -> MaterializeResult:
        return MaterializeResult(value=[1, 2])

    done = attempt([a], "a", str(tmp_path))

    assert done.closing.kind == "STEP_SUCCESS"
    assert "HANDLED_OUTPUT" in done.kinds


def test_metadata_comes_from_output_context_and_io_manager_together(tmp_path: Path) -> None:
    @asset
    def a(context: AssetExecutionContext) -> Output[int]:
        context.add_output_metadata({"from_context": 1})
        context.add_asset_metadata({"about_asset": 2}, asset_key="a")
        return Output(5, metadata={"from_output": 3})

    found = attempt([a], "a", str(tmp_path)).metadata("a")

    assert found.pop("path").endswith(".json")
    assert found == {"from_context": 1, "about_asset": 2, "from_output": 3}


def test_generators_yield_outputs_and_events(tmp_path: Path) -> None:
    @asset
    def a() -> Iterator[Any]:
        yield AssetMaterialization("other", description="made elsewhere", metadata={"n": 1})
        yield AssetObservation("seen", metadata={"fresh": True})
        yield Output(1)

    done = attempt([a], "a", str(tmp_path))

    assert done.closing.kind == "STEP_SUCCESS"
    assert done.metadata("other") == {"n": 1}
    assert done.of("ASSET_OBSERVATION")[0].data["asset_key"] == "seen"


def test_coroutines_and_async_generators_are_run(tmp_path: Path) -> None:
    @asset
    async def a() -> int:
        await asyncio.sleep(0)
        return 1

    @asset
    async def b() -> AsyncIterator[Any]:
        await asyncio.sleep(0)
        yield MaterializeResult(metadata={"n": 2})

    assert attempt([a], "a", str(tmp_path)).closing.kind == "STEP_SUCCESS"
    assert attempt([b], "b", str(tmp_path)).metadata("b") == {"n": 2}


def test_log_events_can_be_told_through_the_context() -> None:
    @asset
    def a(context: AssetExecutionContext) -> None:
        context.log_event(AssetObservation("x", metadata={"n": 1}))

    assert attempt([a], "a").of("ASSET_OBSERVATION")[0].data["asset_key"] == "x"


def test_lines_of_any_of_our_loggers_are_events_with_their_level() -> None:
    @asset
    def a(context: AssetExecutionContext) -> None:
        context.log.debug("one")
        get_dagster_logger("mine").warning("two %s", "words")
        try:
            raise ValueError("inside")
        except ValueError:
            context.log.exception("three")
        context.log.error("bad %d", "arguments")

    lines = attempt([a], "a").of("LOG")

    assert [(e.data["level"], e.message) for e in lines[:3]] == [
        ("DEBUG", "one"),
        ("WARNING", "two words"),
        ("ERROR", "three"),
    ]
    assert "ValueError: inside" in lines[2].data["traceback"]
    assert lines[3].message.startswith("bad %d")


def test_logging_that_the_user_switched_off_still_reaches_the_step() -> None:
    @asset
    def a(context: AssetExecutionContext) -> None:
        context.log.info("heard")

    logging.config.dictConfig({"version": 1, "disable_existing_loggers": True})

    assert [e.message for e in attempt([a], "a").of("LOG")] == ["heard"]


def test_lines_after_the_step_are_nobody_s() -> None:
    @asset
    def a() -> None: ...

    done = attempt([a], "a")
    get_dagster_logger().info("later")

    assert done.of("LOG") == []


def test_a_missing_value_names_what_to_materialize_first(tmp_path: Path) -> None:
    @asset
    def late(source: int) -> None: ...

    failure = attempt([source, late], "late", str(tmp_path)).failure

    assert failure["code"] == "value.missing"
    assert "'source' has no stored value" in failure["message"]
    assert failure["hint"] == "materialize 'source' first"


def test_a_misspelt_parameter_is_told_with_the_nearest_asset(tmp_path: Path) -> None:
    @asset
    def late(sorce: int) -> None: ...

    failure = attempt([source, late], "late", str(tmp_path)).failure

    assert "did you mean 'source'" in failure["hint"]


def test_a_parameter_that_is_a_resource_without_saying_so_is_told(tmp_path: Path) -> None:
    @asset
    def late(db: Any) -> None: ...

    failure = attempt([late], "late", str(tmp_path), resources={"db": object()}).failure

    assert "'db' is a resource here" in failure["hint"]


def test_an_unknown_step_fails_with_the_nearest_name() -> None:
    failure = attempt([source], "sourse").failure

    assert failure["code"] == "step.unknown"
    assert "source" in failure["hint"]


@pytest.mark.parametrize(
    ("annotation", "value", "fits"),
    [
        (int, 1, True),
        (int, "1", False),
        (float, 1, True),
        (str, b"", False),
        ("list[int]", [1], True),
        (None, 3, False),
        (Any, object, True),
    ],
)
def test_what_is_returned_is_held_to_the_annotation(
    annotation: Any, value: Any, fits: bool, tmp_path: Path
) -> None:
    def a():  # type: ignore[no-untyped-def]
        return value

    a.__annotations__["return"] = annotation
    done = attempt([asset(a)], "a", str(tmp_path))

    assert (done.closing.kind == "STEP_SUCCESS") is fits
    if not fits:
        assert done.failure["code"] == "output.wrong_type"


def test_external_specs_say_how_their_value_is_loaded(tmp_path: Path) -> None:
    class Constant(atoll.IOManager):
        def load_input(self, context: atoll.InputContext) -> int:
            assert context.upstream_output is not None
            return context.upstream_output.metadata["n"]  # type: ignore[no-any-return]

        def handle_output(self, context: atoll.OutputContext, obj: Any) -> None:
            raise NotImplementedError

    @asset
    def a(outside: int) -> int:
        return outside + 1

    spec = AssetSpec("outside", metadata={"n": 41}).with_io_manager_key("constant")
    done = attempt([spec, a], "a", str(tmp_path), resources={"constant": Constant()})

    assert done.closing.kind == "STEP_SUCCESS"
