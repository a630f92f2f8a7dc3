from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from atoll import (
    AnchorBasedFilePathMapping,
    AssetKey,
    AssetSpec,
    CodeReferencesMetadataValue,
    LocalFileCodeReference,
    MetadataValue,
    ParameterError,
    TableColumn,
    TableColumnConstraints,
    TableColumnDep,
    TableColumnLineage,
    TableConstraints,
    TableMetadataSet,
    TableRecord,
    TableSchema,
    UrlCodeReference,
    asset,
    link_code_references_to_git,
    with_source_code_references,
)

SCHEMA = TableSchema(
    [
        TableColumn("id", "int", constraints=TableColumnConstraints(nullable=False, unique=True)),
        TableColumn("name", description="of the customer", tags={"pii": "yes"}),
    ],
    TableConstraints(["id > 0"]),
)
LINEAGE = TableColumnLineage({"total": [TableColumnDep("orders", "price")]})


@pytest.mark.parametrize(
    "value",
    [
        MetadataValue.text("x"),
        MetadataValue.int(1),
        MetadataValue.float(1),
        MetadataValue.bool(False),
        MetadataValue.null(),
        MetadataValue.json({"a": [1]}),
        MetadataValue.md("# x"),
        MetadataValue.url("https://x"),
        MetadataValue.path("/a"),
        MetadataValue.notebook("/a.ipynb"),
        MetadataValue.timestamp(3.0),
        MetadataValue.python_artifact(AssetKey),
        MetadataValue.asset(AssetKey(["a", "b"])),
        MetadataValue.job("nightly", "shop", repository_name="r"),
        MetadataValue.job("nightly"),
        MetadataValue.dagster_run("abc"),
        MetadataValue.pool("warehouse"),
        MetadataValue.table([TableRecord({"id": 1, "name": "x"})], SCHEMA),
        MetadataValue.table_schema(SCHEMA),
        MetadataValue.column_lineage(LINEAGE),
        MetadataValue.code_references([LocalFileCodeReference("/a.py", 3, "a")]),
        MetadataValue.code_references([UrlCodeReference("https://x"), LocalFileCodeReference("b")]),
    ],
    ids=repr,
)
def test_a_value_that_travelled_is_the_same(value: MetadataValue) -> None:
    again = MetadataValue.from_wire(value.wire)

    assert again == value
    assert type(again) is type(value)
    assert hash(again) == hash(value)


def test_a_kind_of_another_release_keeps_its_value() -> None:
    value = MetadataValue.from_wire({"type": "hologram", "value": [1]})

    assert (value.kind, value.value) == ("hologram", [1])
    assert value.wire == {"type": "hologram", "value": [1]}


def test_numbers_that_json_lacks_come_back() -> None:
    assert math.isnan(MetadataValue.from_wire(MetadataValue.float(math.nan).wire).value)
    assert MetadataValue.from_wire(MetadataValue.float(-math.inf).wire).value == -math.inf


@pytest.mark.parametrize(
    ("value", "name", "told"),
    [
        (MetadataValue.text("x"), "text", "x"),
        (MetadataValue.md("x"), "md_str", "x"),
        (MetadataValue.url("x"), "url", "x"),
        (MetadataValue.path("x"), "fspath", "x"),
        (MetadataValue.pool("x"), "name", "x"),
        (MetadataValue.dagster_run("x"), "run_id", "x"),
        (MetadataValue.python_artifact(AssetKey), "module", "atoll.definitions.keys"),
        (MetadataValue.asset("a/b"), "value", AssetKey(["a", "b"])),
        (MetadataValue.job("j", "l"), "location_name", "l"),
        (MetadataValue.table_schema(SCHEMA), "value", SCHEMA),
        (MetadataValue.column_lineage(LINEAGE), "column_lineage", LINEAGE),
    ],
)
def test_a_kind_tells_its_parts_by_dagsters_names(value: Any, name: str, told: object) -> None:
    assert getattr(value, name) == told


@pytest.mark.parametrize(
    "make",
    [
        lambda: MetadataValue.text(5),  # type: ignore[arg-type]
        lambda: MetadataValue.int("5"),  # type: ignore[arg-type]
        lambda: MetadataValue.int(True),
        lambda: MetadataValue.float("5"),  # type: ignore[arg-type]
        lambda: MetadataValue.bool(1),  # type: ignore[arg-type]
        lambda: MetadataValue.url(5),  # type: ignore[arg-type]
        lambda: MetadataValue.timestamp("now"),
        lambda: MetadataValue.python_artifact(5),
        lambda: MetadataValue.table([]),
        lambda: MetadataValue.column_lineage({}),  # type: ignore[arg-type]
        lambda: TableRecord({"a": object()}),
        lambda: TableSchema(["a"]),  # type: ignore[list-item]
        lambda: TableSchema([], ["a"]),  # type: ignore[arg-type]
        lambda: TableColumnConstraints(nullable="no"),  # type: ignore[arg-type]
        lambda: CodeReferencesMetadataValue(["a.py"]),
        lambda: TableMetadataSet(row_count="3"),
        lambda: TableMetadataSet(row_count=True),
        lambda: TableMetadataSet(rows=3),
    ],
)
def test_an_argument_of_another_type_is_refused(make: Any) -> None:
    with pytest.raises(ParameterError):
        make()


def test_facts_of_a_table_are_named_as_dagster_names_them() -> None:
    facts = TableMetadataSet(row_count=3, column_schema=SCHEMA)

    assert dict(**facts) == {"dagster/row_count": 3, "dagster/column_schema": SCHEMA}
    assert TableMetadataSet.extract({**facts, "other": 1}) == facts
    wrapped = {"dagster/row_count": MetadataValue.int(3)}
    assert TableMetadataSet.extract(wrapped).row_count == 3
    old = {"dagster/relation_identifier": "Shop.Orders"}
    assert TableMetadataSet.extract(old).table_name == "Shop.Orders"
    assert TableMetadataSet.extract_normalized_table_name(old) == "shop.orders"


@asset(metadata={"rows": 3})
def orders() -> None: ...


def test_an_asset_can_tell_where_it_is_written() -> None:
    (linked, spec) = with_source_code_references([orders, AssetSpec("given")])

    assert isinstance(spec, AssetSpec)
    metadata = linked.metadata_by_key[AssetKey("orders")]
    (reference,) = metadata["dagster/code_references"].code_references
    assert metadata["rows"] == 3
    assert reference.file_path == __file__
    assert "@asset" in Path(__file__).read_text().splitlines()[reference.line_number - 1]


def test_a_local_file_becomes_an_address_in_source_control() -> None:
    mapping = AnchorBasedFilePathMapping(Path(__file__), "tests/unit/test_x.py")

    (linked,) = link_code_references_to_git(
        with_source_code_references([orders]), "https://github.com/o/p", "main", mapping
    )

    (reference,) = linked.metadata_by_key[AssetKey("orders")][
        "dagster/code_references"
    ].code_references
    assert reference.source.startswith("https://github.com/o/p/tree/main/tests/unit/test_x.py#L")


def test_an_address_of_neither_platform_needs_its_name() -> None:
    mapping = AnchorBasedFilePathMapping(Path(__file__), "x.py")

    with pytest.raises(ValueError, match="platform='gitlab'"):
        link_code_references_to_git([], "https://git.example.org/o/p", "main", mapping)
    link_code_references_to_git([], "https://git.example.org/o/p", "main", mapping, "gitlab")
