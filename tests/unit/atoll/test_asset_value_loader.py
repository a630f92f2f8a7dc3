from __future__ import annotations

import contextlib
from typing import Any, Iterator, List

import pytest

import atoll
from atoll import (
    AssetKey,
    AssetSpec,
    AssetValueLoader,
    DagsterInstance,
    Definitions,
    IOManager,
    PartitionKeyRange,
    StaticPartitionsDefinition,
    asset,
    io_manager,
    materialize,
    repository,
    resource,
    with_resources,
)

seen: List[str] = []


class Told(IOManager):
    """Gives back what it is told."""

    def handle_output(self, context: Any, obj: Any) -> None: ...

    def load_input(self, context: Any) -> Any:
        return context


@resource
def beside() -> str:
    seen.append("beside")
    return "beside"


@io_manager(required_resource_keys={"beside"})
@contextlib.contextmanager
def told(_: Any) -> Iterator[IOManager]:
    seen.append("made")
    yield Told()
    seen.append("gone")


@asset(metadata={"kept": 1}, io_manager_key="told")
def first() -> int:
    return 1


@pytest.fixture(autouse=True)
def _nothing_seen() -> None:
    seen.clear()


def test_resources_are_made_once_and_torn_down_behind_the_block() -> None:
    defs = Definitions([first], resources={"told": told, "beside": beside})
    with defs.get_asset_value_loader() as loader:
        assert seen == []
        context = loader.load_asset_value("first", python_type=int, metadata={"wanted": 2})
        loader.load_asset_value(AssetKey("first"))
        assert sorted(seen) == ["beside", "made"]
    assert seen[-1] == "gone"
    assert context.asset_key == AssetKey("first")
    assert context.dagster_type.typing_type is int
    assert context.definition_metadata == {"wanted": 2}
    assert context.upstream_output.definition_metadata == {"kept": 1}
    assert context.upstream_output.op_def.name == "first"
    assert context.upstream_output.name == "result"
    assert context.resources.beside == "beside"


def test_a_repository_and_assets_by_key_do_the_same() -> None:
    bound = with_resources([first], {"told": told, "beside": beside})

    @repository
    def repo() -> Any:
        return bound

    assert repo.load_asset_value("first").resources.beside == "beside"
    with AssetValueLoader({AssetKey("first"): bound[0]}) as loader:
        assert loader.load_asset_value("first").resources.beside == "beside"


def test_values_are_those_of_the_instance() -> None:
    @asset
    def plain() -> int:
        return 7

    defs = Definitions([plain, AssetSpec("elsewhere")])
    instance = DagsterInstance.ephemeral()
    materialize([plain], instance=instance)
    with defs.get_asset_value_loader(instance) as loader:
        assert loader.load_asset_value("plain", python_type=int) == 7
    assert defs.load_asset_value("plain", instance=instance) == 7
    with atoll.instance_for_test(), pytest.raises(atoll.StoredValueError):
        defs.load_asset_value("plain")
    with pytest.raises(atoll.DefinitionError, match="plian"):
        defs.load_asset_value("plian")


def test_partitions_one_several_and_all() -> None:
    @asset(partitions_def=StaticPartitionsDefinition(["a", "b", "c"]))
    def parted(context: atoll.AssetExecutionContext) -> str:
        return context.partition_key.upper()

    instance = DagsterInstance.ephemeral()
    for key in "abc":
        materialize([parted], instance=instance, partition_key=key)
    with Definitions([parted]).get_asset_value_loader(instance) as loader:
        assert loader.load_asset_value("parted", partition_key="b") == "B"
        assert loader.load_asset_value(
            "parted", partition_key_range=PartitionKeyRange("a", "b")
        ) == {"a": "A", "b": "B"}
        assert loader.load_asset_value("parted") == {"a": "A", "b": "B", "c": "C"}
