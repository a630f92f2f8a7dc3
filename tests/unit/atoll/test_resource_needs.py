"""What a job or an asset lacks of resources, told when it is made or when they are bound."""

from __future__ import annotations

from typing import Any

import pytest

from atoll import (
    DagsterType,
    DefinitionError,
    GraphDefinition,
    In,
    InvariantError,
    IOManager,
    SourceAsset,
    asset,
    dagster_type_loader,
    io_manager,
    materialize,
    op,
    resource,
    with_resources,
)


def test_resources_that_need_each_other_are_refused_when_they_are_bound() -> None:
    @resource(required_resource_keys={"right"})
    def left(_: Any) -> None: ...

    @resource(required_resource_keys={"left"})
    def right(_: Any) -> None: ...

    @op(required_resource_keys={"left"})
    def needs_left() -> None: ...

    @asset(required_resource_keys={"left"})
    def made() -> None: ...

    both = {"left": left, "right": right}
    with pytest.raises(InvariantError, match="'left' <- 'right' <- 'left'"):
        _job_of(needs_left, both)
    with pytest.raises(InvariantError) as caught:
        with_resources([made], both)
    assert caught.value.code == "definition.resource_cycle"


def test_a_job_with_resources_brings_all_that_it_needs() -> None:
    @resource(required_resource_keys={"absent"})
    def left(_: Any) -> None: ...

    @op(required_resource_keys={"left"})
    def needs_left() -> None: ...

    with pytest.raises(InvariantError, match="the resource 'left' needs 'absent'"):
        _job_of(needs_left, {"left": left})
    with pytest.raises(DefinitionError, match="'needs_left' needs the resource 'left'"):
        _job_of(needs_left, {"other": left})
    _job_of(needs_left, {})  # the location may have it


def test_a_type_and_its_loader_say_which_resources_they_use() -> None:
    @dagster_type_loader(str, required_resource_keys={"greeting"})
    def greeted(context: Any, name: str) -> str:
        return "%s %s" % (context.resources.greeting, name)

    named = DagsterType(
        lambda context, value: value.startswith(context.resources.prefix),
        name="Named",
        loader=greeted,
        required_resource_keys={"prefix"},
    )

    @op(ins={"name": In(named)})
    def tell(name: Any) -> Any:
        return name

    with pytest.raises(DefinitionError, match="the loader of the type 'Named'"):
        _job_of(tell, {"prefix": "h"})
    with pytest.raises(DefinitionError, match="the type 'Named', at 'tell', needs"):
        _job_of(tell, {"greeting": "hello"})

    whole = _job_of(tell, {"prefix": "h", "greeting": "hello"})
    result = whole.execute_in_process({"ops": {"tell": {"inputs": {"name": "you"}}}})
    assert result.output_for_node("tell") == "hello you"


def test_a_source_asset_carries_the_io_manager_that_loads_it() -> None:
    class Five(IOManager):
        def handle_output(self, context: Any, obj: Any) -> None: ...

        def load_input(self, context: Any) -> int:
            return 5

    @io_manager
    def fives() -> Any:
        return Five()

    source = SourceAsset("source", io_manager_key="fives")

    @asset
    def more(source: int) -> int:
        return source + 4

    bound = with_resources([source, more], {"fives": fives, "unused": 1})

    assert bound[0].resource_defs == {"fives": fives}
    assert materialize(bound, selection=["more"]).output_for_node("more") == 9
    with_resources([SourceAsset("plain")], {})
    with pytest.raises(DefinitionError, match="the source asset 'source' needs the resource 'fi"):
        with_resources([source], {})


def _job_of(op_def: Any, resources: Any) -> Any:
    return GraphDefinition("alone", node_defs=[op_def]).to_job(resource_defs=resources)
