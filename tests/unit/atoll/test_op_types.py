"""Types of inputs and outputs that are made of others, and values of inputs by config."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import pytest

import atoll
from atoll import (
    ConfigError,
    DagsterType,
    DefinitionError,
    In,
    InvocationError,
    Nothing,
    Out,
    SubsetError,
    TypeCheck,
    TypeCheckError,
    check_dagster_type,
    dagster_type_loader,
    graph,
    job,
    op,
    resource,
)
from atoll.definitions.ops.types import resolve_type


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (atoll.List, [1, "x"], (1,)),
        (atoll.List[atoll.Int], [1, 2], [1, None]),
        (atoll.Optional[atoll.List[atoll.Int]], None, [None]),
        (atoll.List[atoll.Optional[atoll.Int]], [None, 1], ["x"]),
        (atoll.Set[atoll.String], {"x"}, {1}),
        (atoll.Dict[atoll.String, atoll.Any], {"x": 1}, {1: 1}),
        (atoll.Tuple[atoll.Int, atoll.String], (1, "x"), (1,)),
        (typing.Sequence[int], [1], ["x"]),
        (typing.Tuple[int, ...], (1, 2, 3), (1, "x")),
    ],
)
def test_a_value_is_of_the_type_or_not(kind: Any, good: Any, bad: Any) -> None:
    assert check_dagster_type(kind, good).success
    assert not check_dagster_type(kind, bad).success


def test_annotations_mean_the_same_types() -> None:
    assert resolve_type(typing.List[int]).key == atoll.List[atoll.Int].key
    assert resolve_type(typing.Dict[str, int]).key == atoll.Dict[str, int].key
    assert resolve_type(typing.Optional[int]).key == atoll.Optional[int].key


@pytest.mark.parametrize("make", [atoll.Set, atoll.Tuple, atoll.Optional])
def test_nothing_is_in_no_container(make: Any) -> None:
    with pytest.raises(DefinitionError) as told:
        make[Nothing]
    assert told.value.code == "type.of_nothing"


def test_any_is_a_type_of_config_too() -> None:
    @op(config_schema={"x": atoll.Any})
    def takes(context: Any) -> Any:
        return context.op_config["x"]

    assert takes(atoll.build_op_context(op_config={"x": [1]})) == [1]


def test_the_check_of_a_type_is_given_its_resources_and_tells_what_it_found() -> None:
    def check(context: Any, value: Any) -> TypeCheck:
        return TypeCheck(value < context.resources.limit, "too much", {"value": value})

    small = DagsterType(check, name="Small", required_resource_keys={"limit"})

    @op(out=Out(small))
    def makes() -> int:
        return 5

    @graph
    def one() -> None:
        makes()

    @resource
    def limit(context: Any) -> int:
        return int(context.resource_config)

    def run(limited_to: int) -> Any:
        nightly = one.to_job(resource_defs={"limit": limit})
        config = {"resources": {"limit": {"config": limited_to}}}
        return nightly.execute_in_process(run_config=config)

    told = next(e for e in run(6).all_events if e.event_type_value == "STEP_OUTPUT")
    assert told.event_specific_data.type_check_data.metadata["value"].value == 5
    with pytest.raises(TypeCheckError, match="too much") as refused:
        run(5)
    assert refused.value.metadata["value"].value == 5
    assert refused.value.dagster_type is small


@op
def echo(x: int) -> int:
    return x


@op
def five() -> int:
    return 5


def value_of(job_def: Any, run_config: Any, name: str = "echo") -> Any:
    return job_def.execute_in_process(run_config=run_config).output_for_node(name)


def inputs(given: Any) -> Any:
    return {"ops": {"echo": {"inputs": {"x": given}}}}


@job
def alone() -> None:
    echo()


def test_an_input_takes_its_value_from_the_config(tmp_path: Path) -> None:
    file = tmp_path / "value.json"
    file.write_text(json.dumps({"value": 3}))

    assert value_of(alone, inputs(1)) == 1
    assert value_of(alone, inputs({"value": 2})) == 2
    assert value_of(alone, inputs({"json": {"path": str(file)}})) == 3


@pytest.mark.parametrize("given", ["text", {"valu": 1}, {"value": "text"}])
def test_a_config_that_does_not_fit_an_input_is_told_before_anything_runs(given: Any) -> None:
    with pytest.raises(ConfigError, match=r"root:ops:echo:inputs:x"):
        alone.execute_in_process(run_config=inputs(given))


def test_an_input_without_any_value_is_told() -> None:
    @op(ins={"x": In(Path)})
    def reads(x: Any) -> None: ...

    @graph
    def outer(path: Any) -> None:
        reads(path)

    with pytest.raises(ConfigError, match="nothing is connected"):
        alone.execute_in_process()
    with pytest.raises(InvocationError, match="input_values"):
        outer.execute_in_process()
    assert outer.execute_in_process(input_values={"path": Path()}).success


def test_the_input_of_a_graph_takes_its_value_from_the_config() -> None:
    @graph
    def inner(value: Any) -> Any:
        return echo(value)

    @graph
    def outer(top: Any) -> None:
        inner(top)

    nested = outer.to_job()

    assert value_of(nested, {"inputs": {"top": 1}}, "inner.echo") == 1
    assert value_of(nested, {"ops": {"inner": {"inputs": {"value": 2}}}}, "inner.echo") == 2


def test_a_loader_makes_the_value_of_its_config() -> None:
    @dagster_type_loader({"times": int})
    def repeated(context: Any, config: Any) -> str:
        return "x" * int(config["times"])

    repeats = DagsterType(lambda _, value: isinstance(value, str), name="Repeats", loader=repeated)

    @op(ins={"x": In(repeats)})
    def takes(x: Any) -> Any:
        return x

    @job
    def nightly() -> None:
        takes()

    config = {"ops": {"takes": {"inputs": {"x": {"times": 3}}}}}
    assert value_of(nightly, config, "takes") == "xxx"
    with pytest.raises(DefinitionError, match="takes a context and a value"):
        dagster_type_loader(int)(lambda context: context)


def test_selected_ops_run_as_if_there_were_no_others() -> None:
    @job
    def chain() -> None:
        echo.alias("last")(echo(five()))

    chosen = chain.execute_in_process(
        op_selection=["echo+"], run_config={"ops": {"echo": {"inputs": {"x": 7}}}}
    )

    assert chosen.output_for_node("last") == 7
    assert chosen.is_node_untouched("five")
    with pytest.raises(ConfigError):
        chain.execute_in_process(op_selection=["echo"])


def test_ops_that_cannot_run_by_themselves_are_not_selected() -> None:
    @op
    def makes() -> Path:
        return Path()

    @op
    def takes(x: Path) -> None: ...

    @op(out=atoll.DynamicOut(int))
    def many() -> Any:
        yield atoll.DynamicOutput(1, mapping_key="a")

    @job
    def nightly() -> None:
        takes(makes())
        many().map(echo)

    with pytest.raises(SubsetError) as told:
        nightly.get_subset(op_selection=["takes"])
    assert told.value.code == "selection.no_value"
    with pytest.raises(SubsetError) as told:
        nightly.get_subset(op_selection=["echo"])
    assert told.value.code == "selection.dynamic"
