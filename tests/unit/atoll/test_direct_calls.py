"""Assets and ops called like functions: what Dagster 1.13 was seen to take and to refuse."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, List

import pytest

import atoll
from atoll import (
    ConfigError,
    DefinitionError,
    DynamicOut,
    DynamicOutput,
    In,
    InvariantError,
    InvocationError,
    Nothing,
    OpExecutionContext,
    Out,
    Output,
    PropertyError,
    ResourceFunctionError,
    TypeCheckError,
    build_asset_context,
    build_op_context,
    graph,
    job,
    op,
    resource,
)


@op
def add(x: int, y: int = 2) -> int:
    return x + y


def test_values_are_passed_by_position_and_by_name() -> None:
    assert (add(1), add(1, 1), add(y=3, x=1)) == (3, 2, 4)
    assert add(build_op_context(), 1) == 3
    assert op(name="bound")(partial(lambda a, b: a + b, a=1, b=2))() == 3


@pytest.mark.parametrize(
    ("args", "kwargs", "code"),
    [
        ((), {}, "invocation.missing_argument"),
        ((1, 2, 3), {}, "invocation.too_many"),
        ((1,), {"z": 2}, "invocation.unknown_argument"),
        ((1,), {"x": 2}, "invocation.given_twice"),
    ],
)
def test_a_call_that_does_not_fit_is_refused(args: Any, kwargs: Any, code: str) -> None:
    with pytest.raises(InvocationError) as told:
        add.alias("sum")(*args, **kwargs)

    assert told.value.code == code
    assert "sum" in str(told.value)


def test_an_input_without_value_is_left_out() -> None:
    @op(ins={"x": In(), "after": In(Nothing), "z": In()})
    def last(x: Any, z: Any) -> Any:
        return x + z

    assert last(1, 2) == 3
    with pytest.raises(InvocationError, match="carries none"):
        last(1, 2, after=None)


def test_what_goes_in_and_what_comes_out_is_of_the_declared_type() -> None:
    @op(out=Out(int))
    def wrong() -> Any:
        return "text"

    with pytest.raises(TypeCheckError, match="'x' of add"):
        add("text")
    with pytest.raises(TypeCheckError, match="'result'"):
        wrong()


def test_a_config_is_read_with_its_defaults() -> None:
    @op(config_schema={"n": atoll.Field(int, default_value=4), "m": int})
    def sums(context: OpExecutionContext) -> Any:
        return context.op_config["n"] + context.op_config["m"]

    assert sums(build_op_context(op_config={"m": 1})) == 5
    assert sums.configured({"m": 2}, name="of_two")(None) == 6
    with pytest.raises(ConfigError, match="'m'"):
        sums(None)
    with pytest.raises(ConfigError):
        sums(build_op_context())


def test_resources_live_as_long_as_the_context() -> None:
    told = []

    @resource
    def connection(_: Any) -> Any:
        yield "open"
        told.append("closed")

    @op(required_resource_keys={"connection"})
    def uses(context: OpExecutionContext) -> Any:
        return context.resources.connection

    with build_op_context(resources={"connection": connection}) as context:
        assert uses(context) == "open"
        assert told == []
    assert told == ["closed"]

    alone = build_op_context(resources={"connection": connection})
    with pytest.raises(InvariantError, match="torn down"):
        uses(alone)
    del alone
    assert told == ["closed", "closed"]


def test_a_missing_or_broken_resource_is_told() -> None:
    @resource
    def broken(_: Any) -> Any:
        raise KeyError("no")

    @op(required_resource_keys={"db"})
    def uses(context: OpExecutionContext) -> None: ...

    with pytest.raises(DefinitionError, match="needs the resource 'db'"):
        uses(build_op_context())
    with pytest.raises(ResourceFunctionError) as told:
        build_op_context(resources={"db": broken})
    assert isinstance(told.value.user_exception, KeyError)


def test_a_context_belongs_to_one_call_at_a_time() -> None:
    @op(out={"a": Out(), "b": Out()})
    def both(context: OpExecutionContext) -> Any:
        context.add_output_metadata({"n": 1}, output_name="a")
        yield Output(1, "a")
        yield Output(2, "b")

    context = build_op_context()
    items = both(context)
    with pytest.raises(InvocationError) as told:
        both(context)
    assert told.value.code == "invocation.context_in_use"
    assert [item.value for item in items] == [1, 2]
    assert not context.is_bound
    assert context.get_output_metadata("a") == {"n": 1}
    assert context.get_output_metadata("b") is None
    assert [item.value for item in both(context)] == [1, 2]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_call_that_raises_lets_the_context_go(is_async: bool) -> None:
    @op
    def plain(context: OpExecutionContext) -> None:
        raise KeyError

    @op
    async def waits(context: OpExecutionContext) -> None:
        raise KeyError

    context = build_op_context()
    with pytest.raises(KeyError):
        asyncio.run(waits(context)) if is_async else plain(context)
    assert not context.is_bound


def test_a_generator_is_checked_as_it_goes_on() -> None:
    @op(out={"a": Out(int), "b": Out(int)})
    def half() -> Any:
        yield Output(1, "a")

    @op(out=Out(int, is_required=False))
    def twice() -> Any:
        yield Output(1)
        yield Output(2)

    items = half()
    assert next(items).value == 1
    with pytest.raises(InvariantError, match="gave nothing back for 'b'"):
        next(items)
    with pytest.raises(InvariantError, match="twice"):
        list(twice())


def test_async_functions_stay_async() -> None:
    @op
    async def one() -> int:
        return 1

    @op(out={"a": Out(), "b": Out(Nothing)})
    async def each() -> Any:
        yield Output(1, "a")

    async def all_of_them() -> List[Any]:
        return [(item.output_name, item.value) async for item in each()]

    assert asyncio.run(one()) == 1
    assert asyncio.run(all_of_them()) == [("a", 1), ("b", None)]


def test_metadata_comes_before_its_output() -> None:
    @op(out=DynamicOut())
    def late(context: OpExecutionContext) -> Any:
        context.add_output_metadata({"n": 1}, mapping_key="one")
        yield DynamicOutput(1, mapping_key="one")
        context.add_output_metadata({"n": 2}, mapping_key="two")
        yield DynamicOutput(2, mapping_key="two")
        context.add_output_metadata({"n": 3}, mapping_key="one")

    context = build_op_context(mapping_key="k")
    assert context.get_mapping_key() == "k"
    with pytest.raises(InvariantError) as told:
        list(late(context))
    assert told.value.code == "output.metadata_too_late"
    assert context.get_output_metadata("result", mapping_key="two") == {"n": 2}


@pytest.mark.parametrize("name", ["dagster_run", "job_def", "job_name", "node_handle", "op"])
def test_there_is_no_run(name: str) -> None:
    @op
    def asks(context: OpExecutionContext) -> None:
        getattr(context, name)

    with pytest.raises(PropertyError) as told:
        asks(build_op_context())
    assert told.value.code == "context.no_run"


def test_the_config_of_a_run_that_would_do_the_same() -> None:
    @op(config_schema={"n": int})
    def asks(context: OpExecutionContext) -> Any:
        return context.run_config

    called = asks(build_op_context(op_config={"n": 1}))

    assert called == {"ops": {"asks": {"config": {"n": 1}}}, "resources": {}}


def test_graphs_and_jobs_are_run_not_called() -> None:
    @graph
    def several() -> None:
        add.alias("first")(add.alias("second")())

    @job
    def nightly() -> None: ...

    for call in (several, nightly):
        with pytest.raises(InvariantError, match="execute_in_process"):
            call()


def test_an_op_is_not_called_with_the_context_of_an_asset() -> None:
    with pytest.raises(InvariantError, match="is no asset"):
        add(build_asset_context(), 1)
