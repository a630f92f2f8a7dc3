"""Frames as Parquet files: real files, every kind of frame that is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import atoll
from atoll import (
    MetadataValue,
    PartitionKeyRange,
    StaticPartitionsDefinition,
    StoredValueError,
    TypeCheckError,
    asset,
    build_init_resource_context,
    build_input_context,
    build_output_context,
    materialize,
)

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

from atoll.io.parquet import ParquetIOManager  # noqa: E402

LETTERS = StaticPartitionsDefinition(["a", "b"])
KIND: dict[str, Any] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
    "arrow": pa.Table,
}


def make(kind: str, rows: dict[str, Any]) -> Any:
    return pa.table(rows) if kind == "arrow" else KIND[kind](rows)


def plain(frame: Any) -> dict[str, list[Any]]:
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "to_pydict"):
        return dict(frame.to_pydict())
    if hasattr(frame, "to_dict") and not hasattr(frame, "to_dicts"):
        return dict(frame.to_dict("list"))
    return dict(frame.to_dict(as_series=False))


@pytest.fixture
def manager(tmp_path: Path) -> ParquetIOManager:
    made = ParquetIOManager(base_dir=str(tmp_path))
    made.setup_for_execution(build_init_resource_context())
    return made


@pytest.mark.parametrize("loaded", KIND)
@pytest.mark.parametrize("stored", KIND)
def test_any_frame_is_read_as_any_other(
    manager: ParquetIOManager, tmp_path: Path, stored: str, loaded: str
) -> None:
    context = build_output_context(asset_key=["shop", "orders"])
    manager.handle_output(context, make(stored, {"n": [1, 2], "text": ["a", "ü"]}))
    found = manager.load_input(
        build_input_context(asset_key=["shop", "orders"], dagster_type=KIND[loaded])
    )

    assert type(found) is KIND[loaded]
    assert plain(found) == {"n": [1, 2], "text": ["a", "ü"]}
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()] == [
        "shop/orders.parquet"
    ]
    facts = context.get_logged_metadata()
    assert facts["path"] == MetadataValue.path(str(tmp_path / "shop" / "orders.parquet"))
    assert ("dagster/row_count" in facts) == (stored != "lazy")


@pytest.mark.parametrize("kind", KIND)
def test_several_partitions_are_one_frame_or_a_dict(manager: Any, kind: str) -> None:
    for key, rows in (("a", {"n": [1]}), ("b", {"n": [2], "more": [3]})):
        context = build_output_context(asset_key="t", partition_key=key)
        manager.handle_output(context, make(kind, rows))
    arguments: dict[str, Any] = {
        "asset_key": "t",
        "asset_partitions_def": LETTERS,
        "asset_partition_key_range": PartitionKeyRange("a", "b"),
    }

    found = manager.load_input(build_input_context(dagster_type=KIND[kind], **arguments))
    assert type(found) is KIND[kind]
    assert plain(found)["n"] == [1, 2]
    assert plain(found)["more"][1] == 3
    each = manager.load_input(build_input_context(dagster_type=dict, **arguments))
    assert plain(each["b"]) == {"n": [2], "more": [3]}


def test_without_an_annotation_the_assets_own_kind_is_loaded(tmp_path: Path) -> None:
    @asset
    def up() -> pd.DataFrame:
        return pd.DataFrame({"n": [1]})

    @asset(io_manager_key="kept")
    def down(up: Any) -> str:
        return type(up).__module__.split(".")[0]

    given = {"io_manager": ParquetIOManager(base_dir=str(tmp_path)), "kept": atoll.mem_io_manager}

    assert materialize([up, down], resources=given).output_for_node("down") == "pandas"


def test_values_lie_where_the_deployment_keeps_them_by_default(tmp_path: Path) -> None:
    @asset
    def up() -> pl.DataFrame:
        return pl.DataFrame({"n": [1]})

    given = {"io_manager": ParquetIOManager()}
    assert materialize([up], resources=given, values_url=str(tmp_path)).success
    assert (tmp_path / "up.parquet").exists()


def test_what_is_no_frame_is_refused_and_leaves_nothing(
    manager: ParquetIOManager, tmp_path: Path
) -> None:
    with pytest.raises(TypeCheckError, match="'t' is a int, and ParquetIOManager stores frames"):
        manager.handle_output(build_output_context(asset_key="t"), 1)
    with pytest.raises(StoredValueError, match="cannot be stored as Parquet"):
        frame = pd.DataFrame({"mixed": [1, "a", object()]})
        manager.handle_output(build_output_context(asset_key="t"), frame)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    with pytest.raises(FileNotFoundError):
        manager.load_input(build_input_context(asset_key="t"))


def test_it_writes_to_any_file_system() -> None:
    pytest.importorskip("upath")
    manager = ParquetIOManager(base_dir="memory://tables/base")
    manager.setup_for_execution(build_init_resource_context())
    manager.handle_output(
        build_output_context(asset_key="t", partition_key="a"), pl.DataFrame({"n": [1]})
    )
    context = build_input_context(asset_key="t", partition_key="a", dagster_type=pd.DataFrame)

    assert plain(manager.load_input(context)) == {"n": [1]}
