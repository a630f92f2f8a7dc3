"""What IO managers are told: facts that were measured against Dagster 1.13.27."""

from __future__ import annotations

from typing import Any, Iterator

import pytest

import atoll
from atoll import (
    AssetIn,
    AssetKey,
    AssetMaterialization,
    AssetObservation,
    ConfigError,
    DagsterType,
    DailyPartitionsDefinition,
    Field,
    In,
    InputContext,
    InvariantError,
    IOManager,
    IOManagerDefinition,
    MetadataError,
    Out,
    Output,
    OutputContext,
    ParameterError,
    PartitionKeyRange,
    asset,
    build_input_context,
    build_output_context,
    input_manager,
    io_manager,
    job,
    materialize,
    op,
    resource,
)
from atoll.graph.snapshot import build_snapshot


class Shelf(IOManager):
    """Keeps values by identifier, and the contexts that it was given."""

    def __init__(self) -> None:
        self.values: dict[Any, Any] = {}
        self.outputs: list[OutputContext] = []
        self.inputs: list[InputContext] = []

    def handle_output(self, context: OutputContext, obj: Any) -> Any:
        self.outputs.append(context)
        self.values[tuple(context.get_identifier())] = obj

    def load_input(self, context: InputContext) -> Any:
        self.inputs.append(context)
        return self.values[tuple(context.get_identifier())]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, ["__EPHEMERAL_RUN_ID", "s", "n"]),
        ({"run_id": "r", "mapping_key": "m"}, ["r", "s", "n", "m"]),
        ({"version": "v"}, ["versioned_outputs", "v", "s", "n"]),
        ({"asset_key": "a", "partition_key": "p"}, ["__EPHEMERAL_RUN_ID", "s", "n"]),
    ],
)
def test_identifiers_are_those_of_dagster(arguments: Any, expected: list[str]) -> None:
    context = build_output_context(step_key="s", name="n", **arguments)

    assert context.get_identifier() == context.get_output_identifier() == expected
    assert build_input_context(upstream_output=context).get_identifier() == expected
    assert "versioned_outputs" not in context.get_run_scoped_output_identifier()


def test_a_version_does_not_go_with_a_mapping_key() -> None:
    context = build_output_context(step_key="s", name="n", version="v", mapping_key="m")

    with pytest.raises(ParameterError, match="cannot be versioned"):
        context.get_identifier()


def test_an_asset_is_identified_by_its_key_and_partition() -> None:
    key = ["shop", "orders"]

    assert build_output_context(asset_key=key).get_asset_identifier() == key
    for context in (
        build_output_context(asset_key=key, partition_key="p"),
        build_input_context(asset_key=key, partition_key="p"),
    ):
        assert context.get_asset_identifier() == [*key, "p"]
        assert context.asset_partition_key_range == PartitionKeyRange("p", "p")
    assert not build_output_context(partition_key="p").has_asset_partitions


@pytest.mark.parametrize(
    "fact", ["name", "step_key", "job_name", "asset_key", "op_def", "dagster_type", "asset_spec"]
)
def test_what_was_not_given_is_told(fact: str) -> None:
    with pytest.raises(InvariantError, match=r"without|no key"):
        getattr(build_output_context(), fact)


@pytest.mark.parametrize("fact", ["name", "job_name", "asset_key", "op_def", "instance"])
def test_what_an_input_was_not_given_is_told(fact: str) -> None:
    context = build_input_context()

    assert not context.has_input_name
    assert context.upstream_output is None
    with pytest.raises(InvariantError):
        getattr(context, fact)
    with pytest.raises(InvariantError):
        context.get_identifier()


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": 1},
        {"resources": 1},
        {"definition_metadata": {1: 2}},
        {"op_def": 1},
        {"partition_key": 1},
        {"asset_partitions_def": 1},
        {"metadata": {"a": 1}, "definition_metadata": {"b": 1}},
    ],
)
def test_arguments_of_other_types_are_refused(arguments: Any) -> None:
    with pytest.raises(ParameterError):
        build_input_context(**arguments)
    with pytest.raises(ParameterError):
        build_output_context(**arguments)


def test_what_was_given_is_told() -> None:
    kind = DagsterType(lambda _, __: True, name="Any of mine", typing_type=int)
    context = build_output_context(
        definition_metadata={"a": 1},
        output_metadata={"b": 2},
        config={"c": 3},
        resource_config={"d": 4},
        dagster_type=kind,
    )

    assert context.metadata == context.definition_metadata == {"a": 1}
    assert context.output_metadata == {"b": 2}
    assert context.config == {"c": 3}
    assert context.resource_config == {"d": 4}
    assert context.dagster_type is kind
    assert context.annotation is int
    assert build_output_context(metadata={"a": 1}).definition_metadata == {"a": 1}


def test_resources_are_made_ready_and_torn_down() -> None:
    told: list[str] = []

    @resource
    def client() -> Iterator[str]:
        yield "ready"
        told.append("closed")

    with build_input_context(resources={"client": client, "n": 1}) as context:
        assert context.resources.client == "ready"
        assert context.resources.n == 1
    assert told == ["closed"]
    with pytest.raises(InvariantError, match="torn down"):
        build_output_context(resources={"client": client}).resources  # noqa: B018


def test_facts_of_an_output_are_added_once() -> None:
    context = build_output_context()
    context.add_output_metadata({"a": 1})
    with pytest.raises(MetadataError, match="already"):
        context.add_output_metadata({"a": 2})

    assert set(context.get_logged_metadata()) == {"a"}
    assert set(context.consume_logged_metadata()) == {"a"}
    assert context.consume_logged_metadata() == {}


def test_events_of_an_output_are_kept() -> None:
    context = build_output_context()
    context.log_event(AssetMaterialization("a"))
    with pytest.raises(ParameterError):
        context.log_event("a")

    assert [event.asset_key for event in context.get_logged_events()] == [AssetKey("a")]


def test_facts_of_an_input_observe_its_asset() -> None:
    context = build_input_context(asset_key="a", partition_key="p")
    context.add_input_metadata({"rows": 3}, description="d")

    (observation,) = context.get_observations()
    assert observation.partition == "p"
    assert observation.description == "d"
    assert set(context.consume_logged_metadata()) == {"rows"}


def test_a_step_tells_its_io_manager_what_dagster_would() -> None:
    shelf = Shelf()

    @asset(metadata={"m": 1})
    def up(context: atoll.AssetExecutionContext) -> Any:
        context.add_output_metadata({"added": 2})
        return Output(1, metadata={"given": 3})

    @asset(ins={"up": AssetIn(metadata={"i": 4})})
    def down(up: int) -> int:
        return up + 1

    result = materialize([up, down], resources={"io_manager": shelf})

    assert result.output_for_node("down") == 2
    stored, loaded = shelf.outputs[0], shelf.inputs[0]
    assert stored.get_identifier() == [result.run_id, "up", "result"]
    assert {name: one.value for name, one in stored.output_metadata.items()} == {
        "added": 2,
        "given": 3,
    }
    assert stored.definition_metadata == {"m": 1}
    assert stored.asset_spec.key == AssetKey("up")
    assert loaded.definition_metadata == {"i": 4}
    assert loaded.name == "up"
    assert loaded.upstream_output is not None
    assert loaded.upstream_output.definition_metadata == {"m": 1}
    assert loaded.dagster_type.typing_type is int
    assert loaded.step_context.asset_key == AssetKey("down")


def test_an_unpartitioned_asset_has_no_partitions_in_a_run_that_has() -> None:
    shelf = Shelf()
    daily = DailyPartitionsDefinition("2024-01-01")

    @op
    def one() -> int:
        return 1

    @op
    def two(one: int) -> int:
        return one

    @job(partitions_def=daily, resource_defs={"io_manager": shelf})
    def both() -> None:
        two(one())

    assert both.execute_in_process(partition_key="2024-01-02").success
    for context in (shelf.outputs[0], shelf.inputs[0]):
        assert context.partition_key == "2024-01-02"
        assert not context.has_asset_partitions


def test_what_an_io_manager_yields_is_recorded_in_dagsters_order() -> None:
    class Telling(Shelf):
        def handle_output(self, context: OutputContext, obj: Any) -> Any:
            context.add_output_metadata({"foo": 1})
            yield {"baz": 2}
            context.log_event(AssetObservation("seen"))
            context.add_output_metadata({"bar": 3})
            yield AssetMaterialization("made")

    @asset
    def a() -> Output[int]:
        return Output(5, metadata={"mine": 0, "baz": "less than the IO manager's"})

    result = materialize([a], resources={"io_manager": Telling()})

    kinds = [event.event_type_value for event in result.all_events]
    told = [kind for kind in kinds if kind.startswith("ASSET") or kind == "HANDLED_OUTPUT"]
    assert told == [
        "ASSET_OBSERVATION",
        "ASSET_MATERIALIZATION",
        "ASSET_MATERIALIZATION",
        "HANDLED_OUTPUT",
    ]
    made, own = [e.data for e in result.all_events if e.event_type_value == told[1]]
    assert set(made["metadata"]) == {"foo", "baz", "bar"}
    assert set(own["metadata"]) == {"foo", "baz", "bar", "mine"}
    assert own["metadata"]["baz"]["value"] == 2
    handled = next(e for e in result.all_events if e.event_type_value == "HANDLED_OUTPUT")
    assert set(handled.data["metadata"]) == {"foo", "baz", "bar"}


def test_metadata_in_two_places_is_refused() -> None:
    class Telling(Shelf):
        def handle_output(self, context: OutputContext, obj: Any) -> Any:
            context.add_output_metadata({"foo": 1})
            return AssetMaterialization("made", metadata={"bar": 1})

    @asset
    def a() -> int:
        return 5

    with pytest.raises(InvariantError, match="metadata of its own"):
        materialize([a], resources={"io_manager": Telling()})


def test_what_is_no_event_is_refused() -> None:
    class Telling(Shelf):
        def handle_output(self, context: OutputContext, obj: Any) -> Any:
            return 3

    @asset
    def a() -> int:
        return 5

    with pytest.raises(InvariantError, match=r"Telling.handle_output gave back an int for 'a'"):
        materialize([a], resources={"io_manager": Telling()})


def test_facts_of_a_loaded_input_are_in_its_event() -> None:
    class Telling(Shelf):
        def load_input(self, context: InputContext) -> Any:
            context.add_input_metadata({"rows": 3})
            return super().load_input(context)

    @asset
    def up() -> int:
        return 5

    @asset
    def down(up: int) -> None: ...

    result = materialize([up, down], resources={"io_manager": Telling()})

    loaded = next(e for e in result.all_events if e.event_type_value == "LOADED_INPUT")
    assert loaded.data["metadata"]["rows"]["value"] == 3
    assert any(e.event_type_value == "ASSET_OBSERVATION" for e in result.all_events)


@op
def one() -> int:
    return 1


@op(ins={"n": In(input_manager_key="loader")})
def two(n: Any) -> Any:
    return n


def test_an_input_manager_stands_for_the_io_manager() -> None:
    @input_manager
    def loader(context: InputContext) -> int:
        assert context.upstream_output is not None
        assert context.upstream_output.step_key == "one"
        return 4

    @job(resource_defs={"loader": loader, "io_manager": Shelf()})
    def both() -> None:
        two(one())

    assert both.execute_in_process().output_for_node("two") == 4


def test_an_input_that_is_connected_to_nothing_has_its_manager() -> None:
    @input_manager(input_config_schema={"path": str}, config_schema={"base": Field(str, "/base")})
    def loader(context: InputContext) -> str:
        assert context.upstream_output is None
        return "%s/%s" % (context.resource_config["base"], context.config["path"])

    @job(resource_defs={"loader": loader})
    def alone() -> None:
        two()

    config = {"ops": {"two": {"inputs": {"n": {"path": "x.csv"}}}}}
    assert alone.execute_in_process(run_config=config).output_for_node("two") == "/base/x.csv"
    config["ops"]["two"]["inputs"]["n"]["path"] = 1  # type: ignore[assignment]
    with pytest.raises(ConfigError):
        alone.execute_in_process(run_config=config)


def test_an_input_manager_may_give_another() -> None:
    class Four(atoll.InputManager):
        def load_input(self, context: InputContext) -> int:
            return 4

    @input_manager
    def loader() -> atoll.InputManager:
        return Four()

    @job(resource_defs={"loader": loader})
    def alone() -> None:
        two()

    assert alone.execute_in_process().output_for_node("two") == 4
    assert loader.configured({}).version is None


def test_outputs_have_config_that_downstream_sees() -> None:
    class Configured(Shelf):
        def handle_output(self, context: OutputContext, obj: Any) -> None:
            assert context.config == {"some": "value"}
            super().handle_output(context, obj)

        def load_input(self, context: InputContext) -> Any:
            assert context.upstream_output is not None
            assert context.upstream_output.config == {"some": "value"}
            return super().load_input(context)

    @io_manager(output_config_schema={"some": str}, required_resource_keys={"client"})
    def manager(context: Any) -> IOManager:
        assert context.resources.client == "c"
        return Configured()

    @op(out=Out(io_manager_key="kept"))
    def made() -> int:
        return 2

    @op
    def used(made: int) -> int:
        return made

    @job(resource_defs={"kept": manager, "client": "c"})  # type: ignore[dict-item]
    def both() -> None:
        used(made())

    config = {"ops": {"made": {"outputs": {"result": {"some": "value"}}}}}
    assert both.execute_in_process(run_config=config).output_for_node("used") == 2


def test_an_io_manager_is_abstract_until_it_stores_and_loads() -> None:
    with pytest.raises(TypeError, match="abstract"):
        IOManager()  # type: ignore[abstract]
    assert IOManagerDefinition.hardcoded_io_manager(Shelf()).config_schema is not None


def test_a_resource_that_is_no_io_manager_is_refused() -> None:
    @resource
    def loader() -> int:
        return 1

    @job
    def alone() -> None:
        two()

    with pytest.raises(atoll.DefinitionError, match="it is none"):
        build_snapshot(atoll.Definitions(jobs=[alone], resources={"loader": loader}))
    with pytest.raises(atoll.DefinitionError, match="it is none"):
        alone.graph.to_job(resource_defs={"loader": loader})
