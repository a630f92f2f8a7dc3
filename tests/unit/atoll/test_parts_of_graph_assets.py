"""A graph that makes assets, executed in part: which ops run, and what they are told."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

import pytest

from atoll import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetOut,
    AssetsDefinition,
    DagsterInstance,
    GraphOut,
    In,
    Nothing,
    Out,
    Output,
    graph,
    graph_multi_asset,
    materialize,
    multi_asset,
    op,
)

TOLD: List[Any] = []


@op(out={"left": Out(is_required=False), "right": Out(is_required=False)})
def split(context: Any) -> Any:
    TOLD.append((sorted(context.selected_output_names), context.is_subset))
    for name in sorted(context.selected_output_names):
        yield Output(1, output_name=name)


@op
def plus_one(x: int) -> int:
    return x + 1


@op(out={"low": Out(is_required=False), "high": Out(is_required=False)})
def both(context: Any, x: int) -> Any:
    for name in sorted(context.selected_output_names):
        yield Output(x, output_name=name)


@graph(out={name: GraphOut() for name in ("last", "low", "high", "first")})
def four() -> Any:
    left, right = split()
    low, high = both(plus_one(right))
    return {"last": plus_one(left), "low": low, "high": high, "first": left}


ALL = ["first", "last", "low", "high"]


@pytest.mark.parametrize(
    ("selection", "steps", "told"),
    [
        (ALL, ["split", "plus_one", "plus_one_2", "both"], (["left", "right"], False)),
        (["first"], ["split"], (["left"], True)),
        (["low"], ["split", "plus_one", "both"], (["right"], True)),
        (["first", "high"], ["split", "plus_one", "both"], (["left", "right"], True)),
        (["first", "last"], ["split", "plus_one_2"], (["left"], True)),
    ],
)
def test_only_the_ops_run_that_what_is_wanted_needs(
    selection: Sequence[str], steps: Sequence[str], told: Any
) -> None:
    assets = AssetsDefinition.from_graph(four, can_subset=True)
    TOLD.clear()

    result = materialize([assets], selection=selection)

    assert sorted(_steps(result)) == sorted("four.%s" % name for name in steps)
    assert sorted(_made(result)) == sorted(selection)
    assert [told] == TOLD


def test_an_asset_that_is_not_wanted_is_loaded_instead_of_made() -> None:
    assets = AssetsDefinition.from_graph(four, can_subset=True)
    with DagsterInstance.ephemeral() as instance:
        materialize([assets], instance=instance)
        TOLD.clear()

        result = materialize([assets], selection=["last"], instance=instance)

        assert _steps(result) == ["four.plus_one_2"]
        assert result.output_for_node("four.plus_one_2") == 2
    assert not TOLD


def test_what_is_given_back_unasked_is_dropped() -> None:
    @op(out={"a": Out(int), "b": Out(int)})
    def two() -> Any:
        return 1, 2

    @graph_multi_asset(outs={"a": AssetOut(), "b": AssetOut()}, can_subset=True)
    def pair() -> Any:
        a, b = two()
        return {"a": a, "b": b}

    result = materialize([pair], selection=["b"])

    assert _made(result) == ["b"]
    stored = [each for each in result.all_events if each.event_type_value == "HANDLED_OUTPUT"]
    assert len(stored) == 1


def test_an_op_without_values_is_asked_for_too() -> None:
    @op(out={"a": Out(is_required=False), "b": Out(is_required=False)})
    def two(context: Any) -> Any:
        for name in context.selected_output_names:
            yield Output(None, output_name=name)

    @op(ins={"a": In(Nothing), "b": In(Nothing)})
    def after(context: Any) -> None:
        assert context.asset_key_for_input("a").to_user_string() == "a"
        assert {key.to_user_string() for key in context.selected_asset_keys} == {"c"}

    @graph_multi_asset(outs={"a": AssetOut(), "c": AssetOut()}, can_subset=True)
    def parts() -> Any:
        a, b = two()
        return {"a": a, "c": after(a=a, b=b)}

    assert _made(materialize([parts], selection=["c"])) == ["c"]


def test_a_check_of_the_graph_comes_with_its_asset() -> None:
    @op
    def value() -> int:
        return 1

    @op
    def look(x: int) -> AssetCheckResult:
        return AssetCheckResult(passed=x == 1)

    @graph_multi_asset(
        outs={"a": AssetOut(), "b": AssetOut()},
        check_specs=[AssetCheckSpec("is_one", asset="b")],
        can_subset=True,
    )
    def parts() -> Any:
        b = value()
        return {"a": value(), "b": b, "b_is_one": look(b)}

    without, having = (materialize([parts], selection=[key]) for key in ("a", "b"))

    assert not without.get_asset_check_evaluations()
    assert [one.passed for one in having.get_asset_check_evaluations()] == [True]


def test_a_fan_in_takes_what_this_run_makes() -> None:
    @op
    def total(values: List[int]) -> int:
        return sum(values)

    @op
    def three() -> int:
        return 3

    @graph_multi_asset(outs={"a": AssetOut(), "sum": AssetOut()}, can_subset=True)
    def parts() -> Dict[str, Any]:
        a = three()
        return {"a": a, "sum": total([a, three()])}

    result = materialize([parts], selection=["sum"])

    assert result.output_for_node("parts.total") == 6


def test_the_only_asset_of_a_function_without_a_result_is_none() -> None:
    @multi_asset(outs={"nothing": AssetOut()})
    def returns_none() -> Any: ...

    assert materialize([returns_none]).output_for_node("returns_none", "nothing") is None


def _steps(result: Any) -> List[str]:
    return [each.step_key for each in result.all_events if each.event_type_value == "STEP_SUCCESS"]


def _made(result: Any) -> List[str]:
    return [each.asset_key.to_user_string() for each in result.get_asset_materialization_events()]
