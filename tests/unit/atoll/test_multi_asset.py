from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.atoll.stepping import attempt

from atoll import (
    AssetExecutionContext,
    AssetKey,
    AssetOut,
    AssetSpec,
    DefinitionError,
    MaterializeResult,
    Output,
    materialize,
    multi_asset,
)


def test_outs_are_returned_as_a_tuple_in_their_order() -> None:
    @multi_asset(outs={"a": AssetOut(), "b": AssetOut(key=["x", "b"])})
    def both() -> tuple[int, str]:
        return 1, "two"

    result = materialize([both])

    assert result.asset_value("a") == 1
    assert result.asset_value("x/b") == "two"
    assert both.keys_by_output_name == {"a": AssetKey("a"), "b": AssetKey("x/b")}


def test_outs_may_be_yielded_in_any_order_with_metadata() -> None:
    @multi_asset(outs={"a": AssetOut(), "b": AssetOut()})
    def both() -> Iterator[Output[int]]:
        yield Output(2, "b", metadata={"rows": 2})
        yield Output(1, output_name="a")

    result = materialize([both])

    assert (result.asset_value("a"), result.asset_value("b")) == (1, 2)
    assert result.get_asset_materialization_events()[0].metadata["rows"].value == 2


def test_all_outs_depend_on_everything_unless_told_otherwise() -> None:
    @multi_asset(
        outs={"a": AssetOut(), "b": AssetOut()},
        deps=["extra"],
        internal_asset_deps={"b": {AssetKey("a")}},
    )
    def both(source: int) -> None: ...

    assert both.asset_deps == {
        AssetKey("a"): {AssetKey("source"), AssetKey("extra")},
        AssetKey("b"): {AssetKey("a")},
    }


def test_specs_need_no_value_back() -> None:
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b", deps=["a"])])
    def both() -> None:
        pass

    done = attempt([both], "both")

    assert done.closing.kind == "STEP_SUCCESS"
    assert [e.data["asset_key"] for e in done.of("ASSET_MATERIALIZATION")] == ["a", "b"]
    assert done.of("HANDLED_OUTPUT") == []


def test_specs_take_results_by_asset_key() -> None:
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")])
    def both() -> Iterator[MaterializeResult]:
        yield MaterializeResult(asset_key="a", metadata={"n": 1})
        yield MaterializeResult(asset_key=AssetKey("b"))

    done = attempt([both], "both")

    assert done.metadata("a") == {"n": 1}


def test_a_subset_makes_only_what_the_run_asks_for(tmp_path: Path) -> None:
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")], can_subset=True)
    def both(context: AssetExecutionContext) -> Iterator[MaterializeResult]:
        assert context.is_subset
        for key in context.selected_asset_keys:
            yield MaterializeResult(asset_key=key)

    done = attempt([both], "both", str(tmp_path), assets=["b"])

    assert [e.data["asset_key"] for e in done.of("ASSET_MATERIALIZATION")] == ["b"]
    assert os.listdir(str(tmp_path)) == []


def test_what_was_not_asked_for_is_refused() -> None:
    @multi_asset(specs=[AssetSpec("a"), AssetSpec("b")], can_subset=True)
    def both() -> Iterator[MaterializeResult]:
        yield MaterializeResult(asset_key="a")

    assert attempt([both], "both", assets=["b"]).failure["code"] == "output.unknown"


def test_an_optional_output_may_stay_away_a_required_one_not() -> None:
    @multi_asset(outs={"a": AssetOut(is_required=False), "b": AssetOut()})
    def optional() -> Iterator[Output[int]]:
        yield Output(1, "b")

    @multi_asset(outs={"a": AssetOut(), "b": AssetOut()})
    def required() -> Iterator[Output[int]]:
        yield Output(1, "b")

    assert materialize([optional]).success
    failure = attempt([required], "required").failure
    assert failure["code"] in ("output.missing", "value.not_storable", "user_code.raised")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, "either 'outs' or 'specs'"),
        ({"outs": {"a": AssetOut()}, "specs": [AssetSpec("b")]}, "either"),
        ({"specs": [AssetSpec("b")], "deps": ["a"]}, "AssetSpec(deps=...)"),
        ({"outs": {"a": AssetOut()}, "internal_asset_deps": {"aa": set()}}, "aa"),
        ({"outs": {"a": 3}}, "AssetOut"),
        ({"specs": ["a"]}, "AssetSpec"),
    ],
)
def test_wrong_declarations_are_told(arguments: Any, says: str) -> None:
    with pytest.raises(DefinitionError) as told:

        @multi_asset(**arguments)
        def both() -> None: ...

    assert says in str(told.value)
    assert told.value.file == __file__


@pytest.mark.parametrize("value", [(1, 2, 3), 5, [1, 2]])
def test_a_return_that_does_not_fit_the_outs_is_told(value: Any, tmp_path: Path) -> None:
    @multi_asset(outs={"a": AssetOut(), "b": AssetOut()})
    def both() -> Any:
        return value

    failure = attempt([both], "both", str(tmp_path)).failure

    assert failure["code"] == "output.wrong_return"
    assert "makes 2 assets" in failure["message"]
