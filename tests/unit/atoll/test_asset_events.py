from __future__ import annotations

from typing import Any

import pytest

from atoll import (
    AssetKey,
    AssetMaterialization,
    AssetObservation,
    DataProvenance,
    DataVersion,
    DataVersionsByPartition,
    DefinitionError,
    ExpectationResult,
    Failure,
    InvariantError,
    MaterializeResult,
    MetadataError,
    MetadataValue,
    ObserveResult,
    Output,
    ParameterError,
)


def test_a_materialization_tells_what_it_was_made_of() -> None:
    told = AssetMaterialization("a/b", "d", {"n": 1}, "2026-01-01", {"dagster/data_version": "v"})

    assert told.asset_key == AssetKey(["a", "b"])
    assert told.metadata == {"n": MetadataValue.int(1)}
    assert (told.description, told.partition, told.label) == ("d", "2026-01-01", "a b")
    assert told.data_version == "v"
    assert told == told.with_metadata({"n": 1})
    assert told != told.with_metadata({})
    assert AssetMaterialization("a") != AssetObservation("a")


def test_a_file_becomes_an_asset_of_its_path() -> None:
    told = AssetMaterialization.file("/data/orders.csv", description="d")

    assert told.asset_key == AssetKey(["data", "orders.csv"])
    assert told.metadata == {"path": MetadataValue.path("/data/orders.csv")}
    assert AssetMaterialization.file("/data/x", asset_key="x").asset_key == AssetKey("x")


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: AssetMaterialization("a", description=5), ParameterError),  # type: ignore[arg-type]
        (lambda: AssetMaterialization("a", partition=5), ParameterError),  # type: ignore[arg-type]
        (lambda: AssetMaterialization("a", metadata={"x": object()}), MetadataError),
        (lambda: AssetMaterialization("a", metadata=[1]), ParameterError),  # type: ignore[arg-type]
        (lambda: AssetMaterialization("a", tags={"x": 5}), DefinitionError),  # type: ignore[dict-item]
        (lambda: AssetObservation("a", tags={"a b!": "x"}), DefinitionError),
        (lambda: DataVersion(5), ParameterError),  # type: ignore[arg-type]
        (lambda: MaterializeResult(data_version="x"), ParameterError),  # type: ignore[arg-type]
        (lambda: MaterializeResult(check_results=["x"]), ParameterError),
        (lambda: ObserveResult(metadata={"x": object()}), MetadataError),
        (lambda: ObserveResult(tags={"x": 5}), DefinitionError),  # type: ignore[dict-item]
        (lambda: Output(1, 5), ParameterError),  # type: ignore[arg-type]
        (lambda: ExpectationResult("yes"), ParameterError),  # type: ignore[arg-type]
        (lambda: Failure(5), ParameterError),  # type: ignore[arg-type]
        (lambda: DataVersionsByPartition({"a": 5}), ParameterError),  # type: ignore[dict-item]
    ],
)
def test_what_cannot_be_meant_is_refused_with_dagsters_error(make: Any, error: type) -> None:
    with pytest.raises(error):
        make()


def test_results_of_equal_parts_are_equal() -> None:
    made = MaterializeResult(asset_key="a", metadata={"n": 1}, data_version=DataVersion("v"))

    assert made == MaterializeResult(
        asset_key="a", metadata={"n": 1}, data_version=DataVersion("v")
    )
    assert made != ObserveResult(asset_key="a", metadata={"n": 1}, data_version=DataVersion("v"))
    assert ObserveResult(asset_key="a", tags={"t": "x"}).tags == {"t": "x"}
    with pytest.raises(InvariantError):
        made.check_result_named("fresh")


def test_an_output_can_be_given_other_facts() -> None:
    first = Output(1, "n", {"a": 1}, DataVersion("v"), tags={"t": "x"})

    again = first.with_metadata({"b": 2})

    assert again.metadata == {"b": MetadataValue.int(2)}
    assert (again.value, again.output_name) == (1, "n")
    assert (again.data_version, again.tags) == (DataVersion("v"), {"t": "x"})


def test_provenance_is_read_from_tags() -> None:
    found = DataProvenance.from_tags(
        {
            "dagster/code_version": "c",
            "dagster/input_data_version/a/b": "v",
            "dagster/input_event_pointer/a/b": "7",
            "dagster/input_event_pointer/z": "NULL",
            "dagster/data_version_is_user_provided": "true",
        }
    )

    key = AssetKey(["a", "b"])
    assert found == DataProvenance(
        "c", {key: DataVersion("v")}, {key: 7, AssetKey("z"): None}, True
    )
    assert found is not None
    assert found.has_input_asset(key)
    assert DataProvenance.from_tags({}) is None


def test_versions_of_partitions_may_be_plain_text() -> None:
    found = DataVersionsByPartition({"a": "1", "b": DataVersion("2")}).data_versions_by_partition

    assert found == {"a": DataVersion("1"), "b": DataVersion("2")}
