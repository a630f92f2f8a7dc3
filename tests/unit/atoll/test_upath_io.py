"""Values in files of their own; the paths were measured against Dagster 1.13.27."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

import atoll
from atoll import (
    AllPartitionMapping,
    AssetIn,
    BackfillPolicy,
    ConfigurableIOManager,
    DailyPartitionsDefinition,
    FilesystemIOManager,
    InputContext,
    MetadataValue,
    MissingValueError,
    MultiPartitionKey,
    MultiPartitionsDefinition,
    OutputContext,
    ParameterError,
    PartitionKeyRange,
    StaticPartitionsDefinition,
    StoredValueError,
    UPathIOManager,
    asset,
    build_init_resource_context,
    build_input_context,
    build_output_context,
    fs_io_manager,
    job,
    materialize,
    op,
)

LETTERS = StaticPartitionsDefinition(["a", "b", "c.d"])


class JsonFiles(UPathIOManager):
    extension = ".json"

    def dump_to_path(self, context: OutputContext, obj: Any, path: Path) -> None:
        path.write_text(json.dumps(obj))

    def load_from_path(self, context: InputContext, path: Path) -> Any:
        return json.loads(path.read_text())

    def get_metadata(self, context: OutputContext, obj: Any) -> dict[str, Any]:
        return {"length": len(str(obj))}


class AwaitedFiles(JsonFiles):
    async def load_from_path(self, context: InputContext, path: Path) -> Any:
        return super().load_from_path(context, path)


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def pickled(folder: Path) -> Any:
    return FilesystemIOManager(base_dir=str(folder)).create_io_manager(
        build_init_resource_context()
    )


@pytest.mark.parametrize(
    ("partition", "plain", "safe"),
    [
        ("../x", "a/../x", "a/%2E%2E/x"),
        ("/abs", "a/%2Fabs", "a/%2Fabs"),
        ("a/b", "a/a/b", "a/a/b"),
        ("a..b", "a/a..b", "a/a..b"),
        ("0.0-to-1.0", "a/0.0-to-1.0", "a/0.0-to-1.0"),
        (MultiPartitionKey({"b": "y.z", "a": "2024"}), "a/2024/y.z", "a/2024/y.z"),
    ],
)
def test_partitions_lie_below_their_asset(
    tmp_path: Path, partition: str, plain: str, safe: str
) -> None:
    context = build_output_context(asset_key="a", partition_key=partition)

    (path,) = JsonFiles(tmp_path)._get_paths_for_partitions(context).values()
    assert str(path) == "%s/%s.json" % (tmp_path, plain)
    (path,) = pickled(tmp_path)._get_paths_for_partitions(context).values()
    assert str(path) == "%s/%s" % (tmp_path, safe)


def test_values_of_assets_and_of_ops_have_their_places(tmp_path: Path) -> None:
    manager = JsonFiles(tmp_path)
    of_asset = build_output_context(asset_key=["shop", "orders"])
    of_op = build_output_context(run_id="r", step_key="s", name="n", mapping_key="m")
    for context in (of_asset, of_op):
        assert not manager.has_output(context)
        manager.handle_output(context, [1])
        assert manager.has_output(context)

    assert files(tmp_path) == ["r/s/n/m.json", "shop/orders.json"]
    assert manager.load_input(build_input_context(upstream_output=of_op)) == [1]
    assert manager.load_input(build_input_context(asset_key=["shop", "orders"])) == [1]


def test_where_a_value_lies_and_what_is_known_of_it_is_told(tmp_path: Path) -> None:
    context = build_output_context(asset_key="a")
    JsonFiles(tmp_path).handle_output(context, [1])
    assert context.get_logged_metadata() == {
        "path": MetadataValue.path(str(tmp_path / "a.json")),
        "length": MetadataValue.int(3),
    }

    nothing = build_output_context(asset_key="a")
    JsonFiles(tmp_path).handle_output(nothing, None)
    assert set(nothing.get_logged_metadata()) == {"length"}


def test_one_partition_is_a_value_and_several_are_a_dict(tmp_path: Path) -> None:
    @asset(partitions_def=LETTERS)
    def up(context: atoll.AssetExecutionContext) -> str:
        return context.partition_key.upper()

    @asset(partitions_def=LETTERS)
    def same(up: str) -> str:
        return up

    @asset(ins={"up": AssetIn(partition_mapping=AllPartitionMapping())})
    def every(up: dict[str, str]) -> dict[str, str]:
        return up

    for manager in (JsonFiles(tmp_path / "plain"), AwaitedFiles(tmp_path / "awaited")):
        for key in LETTERS.get_partition_keys():
            done = materialize([up, same], partition_key=key, resources={"io_manager": manager})
            assert done.output_for_node("same") == key.upper()
        result = materialize([up, every], selection=[every], resources={"io_manager": manager})
        assert result.output_for_node("every") == {"a": "A", "b": "B", "c.d": "C.D"}
    assert files(tmp_path / "plain")[-3:] == ["up/a.json", "up/b.json", "up/c.d.json"]


@pytest.mark.parametrize("manager_class", [JsonFiles, AwaitedFiles])
def test_missing_partitions_fail_or_are_left_out(tmp_path: Path, manager_class: Any) -> None:
    manager = manager_class(tmp_path)
    manager.handle_output(build_output_context(asset_key="a", partition_key="a"), 1)
    arguments: dict[str, Any] = {
        "asset_key": "a",
        "asset_partitions_def": LETTERS,
        "asset_partition_key_range": PartitionKeyRange("a", "c.d"),
    }

    with pytest.raises((FileNotFoundError, RuntimeError)):
        manager.load_input(build_input_context(**arguments))
    allowed = build_input_context(
        definition_metadata={"allow_missing_partitions": True}, **arguments
    )
    assert manager.load_input(allowed) == {"a": 1}


def test_dimensions_are_folders_in_the_order_of_their_names(tmp_path: Path) -> None:
    both = MultiPartitionsDefinition(
        {"letter": LETTERS, "day": DailyPartitionsDefinition("2024-01-01", end_date="2024-01-03")}
    )

    @asset(partitions_def=both)
    def up(context: atoll.AssetExecutionContext) -> str:
        return str(context.partition_key)

    @asset
    def every(up: dict[str, str]) -> int:
        return len(up)

    manager = JsonFiles(tmp_path)
    for key in both.get_partition_keys():
        materialize([up], partition_key=key, resources={"io_manager": manager})

    assert "up/2024-01-01/c.d.json" in files(tmp_path)
    result = materialize([up, every], selection=[every], resources={"io_manager": manager})
    assert result.output_for_node("every") == 6
    (tmp_path / "up/2024-01-01/c.d.json").rename(tmp_path / "up/2024-01-01|c.d.json")
    result = materialize([up, every], selection=[every], resources={"io_manager": manager})
    assert result.output_for_node("every") == 6


def test_several_partitions_made_at_once_are_stored_each(tmp_path: Path) -> None:
    @asset(partitions_def=LETTERS, backfill_policy=BackfillPolicy.single_run())
    def up(context: atoll.AssetExecutionContext) -> dict[str, int]:
        return {key: len(key) for key in context.partition_keys}

    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "c.d"}
    result = materialize([up], tags=tags, resources={"io_manager": JsonFiles(tmp_path)})

    assert result.success
    assert files(tmp_path) == ["up/a.json", "up/b.json", "up/c.d.json"]
    context = build_output_context(
        asset_key="up",
        asset_partitions_def=LETTERS,
        asset_partition_key_range=PartitionKeyRange("a", "b"),
    )
    with pytest.raises(StoredValueError, match="must be a dict"):
        JsonFiles(tmp_path).handle_output(context, 1)


def test_an_asset_may_become_partitioned(tmp_path: Path) -> None:
    manager = pickled(tmp_path)
    manager.handle_output(build_output_context(asset_key="a"), 1)
    manager.handle_output(build_output_context(asset_key="a", partition_key="p"), 2)

    assert files(tmp_path) == ["a/p"]


def test_values_are_pickled_where_dagster_pickles_them(tmp_path: Path) -> None:
    @op
    def one() -> set[int]:
        return {1}

    @op
    def two(one: set[int]) -> int:
        return len(one)

    @job(resource_defs={"io_manager": fs_io_manager.configured({"base_dir": str(tmp_path)})})
    def both() -> None:
        two(one())

    result = both.execute_in_process()

    assert files(tmp_path) == ["%s/%s/result" % (result.run_id, step) for step in ("one", "two")]
    assert pickle.loads((tmp_path / result.run_id / "one" / "result").read_bytes()) == {1}


def test_a_missing_value_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MissingValueError, match="'a/b' has no value") as told:
        pickled(tmp_path).load_input(build_input_context(asset_key="a/b"))

    assert isinstance(told.value, FileNotFoundError)
    assert told.value.code == "value.missing"
    assert told.value.hint


def test_what_does_not_pickle_leaves_the_former_value(tmp_path: Path) -> None:
    manager = pickled(tmp_path)
    manager.handle_output(build_output_context(asset_key="a"), 1)
    with pytest.raises(StoredValueError, match="cannot be stored"):
        manager.handle_output(build_output_context(asset_key="a"), lambda: 1)

    assert manager.load_input(build_input_context(asset_key="a")) == 1
    assert files(tmp_path) == ["a"]


def test_it_is_a_base_of_configurable_io_managers(tmp_path: Path) -> None:
    class Configured(ConfigurableIOManager, JsonFiles):  # type: ignore[misc]
        base_dir: str

        def setup_for_execution(self, context: Any) -> None:
            object.__setattr__(self, "_base_path", Path(self.base_dir))

    @asset
    def a() -> list[int]:
        return [1]

    assert materialize([a], resources={"io_manager": Configured(base_dir=str(tmp_path))}).success
    assert files(tmp_path) == ["a.json"]


def test_it_needs_an_extension_with_a_dot_and_both_methods() -> None:
    class Dotless(JsonFiles):
        extension = "json"

    with pytest.raises(ParameterError, match="without a dot"):
        Dotless()
    with pytest.raises(TypeError, match="abstract"):
        UPathIOManager()  # type: ignore[abstract]


def test_it_writes_to_any_file_system(tmp_path: Path) -> None:
    upath = pytest.importorskip("upath")
    base = upath.UPath("memory://shelf/base", some_option="value")
    manager = JsonFiles(base)
    manager.handle_output(build_output_context(asset_key=["a", "b"], partition_key="p"), [1])

    assert (base / "a" / "b" / "p.json").read_text() == "[1]"
    context = build_input_context(asset_key=["a", "b"], partition_key="p")
    assert manager.load_input(context) == [1]
    assert manager.storage_options == {"some_option": "value"}
    assert manager.fs.exists("/shelf/base/a/b/p.json") or manager.fs.ls("/shelf")
    in_memory = pickled(tmp_path).__class__("memory://pickled/base")
    in_memory.handle_output(build_output_context(asset_key="a"), {1})
    assert in_memory.load_input(build_input_context(asset_key="a")) == {1}
