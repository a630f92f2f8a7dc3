"""What ops return: by their annotations, in tuples, in lists of dynamic outputs, with metadata."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from atoll import (
    DefinitionError,
    DynamicOut,
    DynamicOutput,
    In,
    InvariantError,
    IOManager,
    Nothing,
    Out,
    Output,
    TypeCheckError,
    configured,
    graph,
    job,
    mem_io_manager,
    op,
)


def run(node: Any) -> Any:
    """The result of a graph with one node."""

    @graph
    def around() -> None:
        node()

    return around.execute_in_process()


def both(node: Any, code: str) -> None:
    """Check that it is refused in a run and in a direct call alike."""
    for call in (lambda: run(node), node):
        with pytest.raises(InvariantError) as refused:
            call()
        assert refused.value.code == code


def test_a_list_of_dynamic_outputs_is_spread() -> None:
    @op
    def files() -> List[DynamicOutput[int]]:
        return [DynamicOutput(1, "a"), DynamicOutput(2, "b")]

    assert files.output_defs[0].is_dynamic
    assert files.output_defs[0].dagster_type.display_name == "Int"
    assert run(files).output_for_node("files") == {"a": 1, "b": 2}
    assert [one.value for one in files()] == [1, 2]


def test_dynamic_outputs_stand_beside_others() -> None:
    @op(out={"count": Out(), "files": DynamicOut()})
    def listing() -> Tuple[Output[int], List[DynamicOutput[str]]]:
        return Output(1), [DynamicOutput("x", "a")]

    result = run(listing)
    assert result.output_for_node("listing", "count") == 1
    assert result.output_for_node("listing", "files") == {"a": "x"}

    @op(out={"count": Out(), "files": DynamicOut()})
    def wrong() -> Tuple[Output[int], List[DynamicOutput[str]]]:
        return Output(1), [DynamicOutput(5, "a")]  # type: ignore[list-item]

    for call in (lambda: run(wrong), wrong):
        with pytest.raises(TypeCheckError, match="'files' is declared to be str"):
            call()


def test_an_empty_list_gives_no_values() -> None:
    @op
    def none_found() -> List[DynamicOutput]:  # type: ignore[type-arg, unused-ignore]
        return []

    assert run(none_found).success
    assert none_found() == []


@pytest.mark.parametrize(
    ("returned", "code"),
    [
        (None, "output.wrong_return"),
        ({"a": 1}, "output.wrong_return"),
        (["text"], "output.wrong_return"),
        ([DynamicOutput(1, "a", output_name="other")], "output.unknown"),
    ],
)
def test_what_is_no_list_of_dynamic_outputs_is_refused(returned: Any, code: str) -> None:
    @op(out=DynamicOut())
    def files() -> Any:
        return returned

    both(files, code)


def test_one_dynamic_output_is_refused_as_an_annotation() -> None:
    def bare() -> DynamicOutput:  # type: ignore[type-arg, unused-ignore]
        return DynamicOutput(1, "a")

    def typed() -> DynamicOutput[int]:
        return DynamicOutput(1, "a")

    for function in (bare, typed):
        with pytest.raises(InvariantError) as refused:
            op(function)
        assert refused.value.code == "definition.bad_annotation"


def test_outputs_in_a_tuple_are_taken_by_their_place() -> None:
    @op(out={"name": Out(), "count": Out()})
    def facts() -> Tuple[Output[str], Output[int]]:
        return Output("x", metadata={"m": 1}), Output(5)

    result = run(facts)
    assert result.output_for_node("facts", "count") == 5

    @op(out={"name": Out(), "count": Out()})
    def swapped() -> Tuple[Output[str], Output[int]]:
        return Output("x", output_name="count"), Output(5, output_name="name")

    both(swapped, "output.unknown")


def test_an_annotation_says_whether_a_value_comes_in_an_output() -> None:
    @op
    def lacks() -> Output[int]:
        return 42  # type: ignore[return-value]

    @op
    def has() -> int:
        return Output(42)  # type: ignore[return-value]

    @op
    def says_nothing() -> Any:
        return Output(42)

    both(lacks, "output.wrong_return")
    both(has, "output.wrong_return")
    assert run(says_nothing).output_for_node("says_nothing") == 42


def test_several_outputs_need_as_many_types() -> None:
    def one_type() -> int:
        return 1

    def three_types() -> Tuple[int, int, int]:
        return 1, 2, 3

    def any_type() -> Any:
        return 1, 2

    for function in (one_type, three_types):
        with pytest.raises(InvariantError) as refused:
            op(out={"a": Out(), "b": Out()})(function)
        assert refused.value.code == "definition.bad_annotation"
    assert op(out={"a": Out(), "b": Out()})(any_type)() == (1, 2)


def test_nothing_returned_is_refused_where_an_output_may_be_left_out() -> None:
    @op(out={"a": Out(Nothing), "b": Out(Nothing, is_required=False)})
    def unclear() -> None: ...

    both(unclear, "output.wrong_return")


def test_metadata_of_an_output_is_told_with_it() -> None:
    @op
    def rows(context: Any) -> str:
        context.add_output_metadata({"seen": "first"})
        context.add_output_metadata({"seen": "second"})
        return "x"

    (event,) = [one for one in run(rows).all_events if one.is_successful_output]
    assert event.event_specific_data.metadata["seen"].text == "second"


def test_an_output_has_the_code_version_of_its_op() -> None:
    given = Out(code_version="own")

    @op(code_version="ops", out={"a": Out(), "b": given})
    def versioned() -> Any: ...

    assert versioned.output_def_named("a").code_version == "ops"
    assert versioned.output_def_named("b").code_version == "own"


def test_a_function_sees_the_io_manager_of_its_output() -> None:
    seen: Dict[str, Any] = {}

    @op(out=Out(io_manager_key="warehouse"))
    def stored(context: Any) -> int:
        seen["manager"] = context.resources.warehouse
        return 1

    @job(resource_defs={"warehouse": mem_io_manager})
    def stores() -> None:
        stored()

    assert stores.execute_in_process().success
    assert isinstance(seen["manager"], IOManager)


def test_a_configured_copy_is_named_after_the_function() -> None:
    @op(config_schema={"name": str})
    def greet(context: Any) -> str:
        return str(context.op_config["name"])

    @configured(greet, {"first": str})
    def greet_first(config: Any) -> Any:
        return {"name": config["first"]}

    assert greet_first.name == "greet_first"
    assert greet_first.__name__ == "greet"


@pytest.mark.parametrize("given", ["foo", {"foo": "bar"}, 5, object()])
def test_what_is_no_type_is_refused(given: Any) -> None:
    for port in (In, Out):
        with pytest.raises(DefinitionError) as refused:
            port(given)
        assert refused.value.code == "type.none"


def test_a_parameter_that_is_nothing_is_refused() -> None:
    with pytest.raises(DefinitionError, match=r"take the parameter away"):

        @op
        def waits(before: None) -> None: ...


def test_tags_are_what_json_keeps() -> None:
    with pytest.raises(DefinitionError, match="neither text nor"):
        op(name="tagged", tags={"pair": (1, 2)})(lambda: None)
