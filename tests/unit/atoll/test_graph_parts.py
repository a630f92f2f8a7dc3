"""Graphs: their own inputs and outputs, what they are made of, what is refused, their config."""

from __future__ import annotations

from typing import Any, List, Optional

import pytest

from atoll import (
    AssetSpec,
    ConfigError,
    ConfigMapping,
    DefinitionError,
    DependencyDefinition,
    GraphDefinition,
    GraphIn,
    GraphOut,
    In,
    InvariantError,
    InvocationError,
    IOManager,
    MaterializeResult,
    Nothing,
    Out,
    asset,
    graph,
    job,
    op,
)


@op
def one() -> int:
    return 1


@op
def plus(a: int, b: int = 0) -> int:
    return a + b


@op(out={"low": Out(int), "high": Out(int)})
def both() -> Any:
    return 1, 2


def test_the_inputs_of_a_graph_stand_in_the_order_of_its_parameters() -> None:
    @graph(ins={"second": GraphIn("the other one")})
    def swapped(second: int, first: int) -> Any:
        return plus(first, second)

    assert [one.name for one in swapped.input_defs] == ["second", "first"]
    assert swapped.input_defs[0].description == "the other one"
    assert swapped.input_def_named("first").dagster_type.display_name == "Int"
    assert [one.name for one in swapped.output_defs] == ["result"]

    @graph
    def around(second: int, first: int) -> Any:
        return swapped(second, first)

    assert around.execute_in_process(input_values={"second": 1, "first": 5}).output_value() == 6


def test_a_graphs_input_has_the_type_that_its_takers_have_in_common() -> None:
    @op(ins={"start": In(Nothing)})
    def wait() -> None: ...

    @op
    def total(numbers: List[int], extra: str = "") -> None: ...

    @graph
    def waits(start: Any) -> None:
        wait(start)

    @graph
    def mixed(start: Any) -> None:
        wait(start)
        plus(start)

    @graph
    def listed(number: Any) -> None:
        total([number])

    assert waits.input_defs[0].dagster_type.is_nothing
    assert mixed.input_defs[0].dagster_type.is_any
    assert listed.input_defs[0].dagster_type.typing_type is int


def test_a_graphs_input_has_a_default_where_each_taker_has_one() -> None:
    @graph
    def all_have(number: Any) -> None:
        plus(one(), number)

    @graph
    def some_have(number: Any) -> None:
        plus(number, number)

    assert all_have.ins["number"].default_value == 0
    assert not some_have.ins["number"].has_default_value


def test_the_outputs_of_an_op_become_those_of_the_graph_by_position() -> None:
    @graph(out={"small": GraphOut(), "large": GraphOut()})
    def renamed() -> Any:
        return both()

    result = renamed.execute_in_process()
    assert (result.output_value("small"), result.output_value("large")) == (1, 2)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"node_defs": ["one"]}, "'one' is no node"),
        ({"node_defs": [lambda: 1]}, "write @op before it"),
        ({"node_defs": [one.alias("two")]}, "NodeInvocation"),
        ({"node_defs": [one], "dependencies": ["one"]}, "its dependencies are"),
        ({"node_defs": [one], "dependencies": {"one": 1}}, "for 'one' are 1"),
        (
            {"node_defs": [one, plus], "dependencies": {"plus": DependencyDefinition("one")}},
            "for 'plus' are DependencyDefinition",
        ),
        ({"node_defs": [one, plus], "dependencies": {"plus": {"a": "one"}}}, "'a' of 'plus'"),
    ],
)
def test_parts_of_a_graph_that_are_none_are_refused(parts: Any, told: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        GraphDefinition("bad", **parts)
    assert refused.value.code == "definition.bad_graph"
    assert told in str(refused.value)


def test_two_ops_of_one_name_are_refused_wherever_they_stand() -> None:
    @op(name="one")
    def other() -> int:
        return 2

    @graph
    def within() -> None:
        other()

    with pytest.raises(DefinitionError, match="two different ops or graphs are called 'one'"):

        @graph
        def beside() -> None:
            one()
            other()

    with pytest.raises(DefinitionError, match="called 'one'"):

        @job
        def deep() -> None:
            one()
            within()

    with pytest.raises(DefinitionError, match="called 'one'"):
        GraphDefinition("declared", node_defs=[one, other])


def test_a_job_knows_what_is_in_it_at_every_depth() -> None:
    @graph
    def inner() -> Any:
        return plus(one())

    @job
    def outer() -> None:
        inner.alias("again")()

    assert outer.has_node("one") and outer.has_node("inner")
    assert not outer.has_node("again")
    assert {each.name for each in outer.all_node_defs} == {"inner", "one", "plus"}


def test_an_input_that_can_have_no_value_is_refused_when_the_job_is_made() -> None:
    class Opaque: ...

    @op
    def takes(value: Opaque) -> None: ...

    @graph
    def passes(value: Any) -> None:
        takes(value)

    assert passes.to_job().graph is passes  # the input is its own: input_values may give it
    for node, named in ((takes, "takes"), (passes, "passes")):
        with pytest.raises(DefinitionError, match="the input 'value' of '%s' in job" % named):
            GraphDefinition("lacks", node_defs=[node]).to_job()


def test_values_of_a_run_cannot_be_used_in_the_function_of_a_graph() -> None:
    def unpacks() -> None:
        _, _ = one()

    def indexes() -> None:
        one()[0]

    def names() -> None:
        one().alias("two")

    for function in (unpacks, indexes, names):
        with pytest.raises(InvariantError) as refused:
            job(function)
        assert refused.value.code == "invariant.output_handle"


def test_an_input_given_twice_is_refused() -> None:
    with pytest.raises(InvocationError, match="'a' by position and by name"):

        @graph
        def twice() -> None:
            plus(one(), a=one())


def test_inputs_of_kwargs_have_no_places() -> None:
    @op(ins={"b": In(), "c": In()})
    def many(a: int, **others: int) -> int:
        return a + sum(others.values())

    @graph
    def named() -> Any:
        return many(one(), b=one.alias("two")(), c=one.alias("three")())

    assert named.execute_in_process().output_value() == 3
    with pytest.raises(DefinitionError, match="by name: b, c"):

        @graph
        def placed() -> None:
            many(one(), one(), one())


def test_nodes_that_are_never_called_are_warned_of() -> None:
    with pytest.warns(UserWarning, match="'two' was given an alias") as warned:

        @job
        def forgets() -> None:
            one.alias("two")
            one.alias("three").tag({"a": "b"}).alias("four")()

    assert len(warned) == 1


# Config and tags


@op(config_schema=str)
def says(context: Any) -> str:
    return str(context.op_config)


@graph(config=ConfigMapping(lambda word: {"says": {"config": word + "!"}}, config_schema=str))
def shouts() -> Any:
    return says()


def test_the_graph_of_a_job_has_config_of_its_own() -> None:
    result = shouts.to_job().execute_in_process(run_config={"ops": {"config": "hey"}})
    assert result.output_value() == "hey!"
    assert shouts.to_job(config={"ops": {"config": "ho"}}).execute_in_process().output_value() == (
        "ho!"
    )
    assert shouts.configured("fixed", name="fixed").execute_in_process().output_value() == "fixed!"
    with pytest.raises(ConfigError):
        shouts.execute_in_process(run_config={"ops": {"config": {"not": "text"}}})


def test_a_graph_with_constant_config_needs_none() -> None:
    @graph(config={"says": {"config": "constant"}})
    def constant() -> Any:
        return says()

    assert constant.execute_in_process().output_value() == "constant"


def test_a_config_mapping_that_makes_no_mapping_is_refused() -> None:
    @graph(config=ConfigMapping(lambda _: "text"))
    def wrong() -> None:
        says()

    with pytest.raises(ConfigError, match="the config mapping of the graph 'wrong' made 'text'"):
        wrong.execute_in_process()


def test_a_config_mapping_gives_inputs_their_values() -> None:
    @graph(config=ConfigMapping(lambda _: {"plus": {"inputs": {"b": 5}}}))
    def inner(b: int) -> Any:
        return plus(one(), b)

    @graph(config=ConfigMapping(lambda n: {"inner": {"inputs": {"b": n}}}, config_schema=int))
    def outer() -> Any:
        return inner()

    @job
    def made() -> None:
        outer()

    @job
    def made_within() -> None:
        inner()

    result = made.execute_in_process(run_config={"ops": {"outer": {"config": 7}}})
    assert result.output_for_node("outer.inner.plus") == 6  # the innermost says more
    assert made_within.execute_in_process().output_for_node("inner.plus") == 6


def test_the_tags_of_a_graph_are_those_of_its_job_and_of_its_runs() -> None:
    @graph(tags={"a": "graph", "b": "graph"})
    def tagged() -> None:
        one()

    made = tagged.to_job(tags={"a": "job"})
    assert made.tags == made.run_tags == {"a": "job", "b": "graph"}
    assert made.execute_in_process().dagster_run.tags["b"] == "graph"
    assert tagged.to_job(run_tags={"c": "run"}).run_tags == {
        "a": "graph",
        "b": "graph",
        "c": "run",
    }


# Assets as inputs


class _Remembers(IOManager):
    def __init__(self) -> None:
        self.loaded: Optional[Any] = None

    def handle_output(self, context: Any, obj: Any) -> None: ...

    def load_input(self, context: Any) -> Any:
        self.loaded = context.upstream_output.definition_metadata
        return 5


def test_an_asset_passed_to_an_op_is_loaded_with_what_is_known_of_it() -> None:
    rows = AssetSpec("rows", metadata={"unit": "m", "dagster/io_manager_key": "warehouse"})

    @graph
    def inner(a: Any) -> Any:
        return plus(a, one())

    @graph
    def outer() -> Any:
        return inner(rows)

    manager = _Remembers()
    result = outer.execute_in_process(resources={"warehouse": manager})
    assert result.output_value() == 6
    assert manager.loaded is not None and manager.loaded["unit"] == "m"


def test_a_list_of_assets_is_refused() -> None:
    @asset
    def rows() -> MaterializeResult:
        return MaterializeResult()

    with pytest.raises(DefinitionError, match="a list with the asset 'rows' in it"):

        @graph
        def listed() -> None:
            plus([rows])
