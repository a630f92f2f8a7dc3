from __future__ import annotations

import datetime
import json
import pathlib
from typing import Any

import pytest

from atoll import (
    AssetKey,
    MetadataError,
    MetadataValue,
    ParameterError,
    TableColumn,
    TableColumnDep,
    TableColumnLineage,
    TableRecord,
    TableSchema,
)
from atoll.definitions.metadata.values import normalize, to_wire

UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("x", ("text", "x")),
        (1, ("int", 1)),
        (True, ("bool", True)),
        (1.5, ("float", 1.5)),
        (None, ("null", None)),
        ({"a": [1]}, ("json", {"a": [1]})),
        ([1], ("json", [1])),
        ((1,), ("json", [1])),
        (pathlib.PurePosixPath("/a"), ("path", "/a")),
        (AssetKey("a/b"), ("asset", "a/b")),
        (datetime.datetime(1970, 1, 2, tzinfo=UTC), ("timestamp", 86400.0)),
        (MetadataValue.md("# x"), ("md", "# x")),
        (MetadataValue.url("u"), ("url", "u")),
        (MetadataValue.path("p"), ("path", "p")),
        (MetadataValue.notebook("n.ipynb"), ("notebook", "n.ipynb")),
        (MetadataValue.timestamp(3.0), ("timestamp", 3.0)),
        (MetadataValue.job("j"), ("job", {"name": "j", "location": None})),
        (MetadataValue.asset("a"), ("asset", "a")),
        (MetadataValue.null(), ("null", None)),
        (
            MetadataValue.python_artifact(AssetKey),
            ("python_artifact", "atoll.definitions.keys.AssetKey"),
        ),
        (float("nan"), ("float", "NaN")),
        (float("-inf"), ("float", "-Infinity")),
        (
            MetadataValue.json({"n": float("nan"), "o": object}),
            ("json", {"n": "NaN", "o": str(object)}),
        ),
    ],
)
def test_every_value_has_a_kind_and_a_json_form(value: Any, wire: Any) -> None:
    found = to_wire(normalize({"n": value}))["n"]

    assert (found["type"], found["value"]) == wire
    json.dumps(found, allow_nan=False)


def test_tables_tell_their_columns() -> None:
    table = MetadataValue.table([TableRecord({"n": 1, "s": "x"}), {"n": 2, "s": "y"}]).wire

    assert table["value"]["records"] == [{"n": 1, "s": "x"}, {"n": 2, "s": "y"}]
    assert [c["type"] for c in table["value"]["schema"]["columns"]] == ["int", "string"]
    schema = TableSchema([TableColumn("a", "int", description="d")])
    assert MetadataValue.table_schema(schema).wire["value"]["columns"][0]["name"] == "a"


def test_column_lineage_names_assets_and_columns() -> None:
    lineage = TableColumnLineage({"a": [TableColumnDep("up/x", "b")]})

    assert to_wire(normalize({"l": lineage}))["l"] == {
        "type": "column_lineage",
        "value": {"a": [{"asset": "up/x", "column": "b"}]},
    }


def test_numpy_scalars_are_numbers() -> None:
    numpy = pytest.importorskip("numpy")

    assert to_wire(normalize({"n": numpy.int64(3)})) == {"n": {"type": "int", "value": 3}}
    assert MetadataValue.int(numpy.int64(3)).wire == {"type": "int", "value": 3}


@pytest.mark.parametrize("value", [object(), {1, 2}, lambda: 1])
def test_what_has_no_kind_is_told_with_what_to_write(value: Any) -> None:
    with pytest.raises(MetadataError, match="MetadataValue") as told:
        normalize({"n": value})

    assert told.value.code == "metadata.no_kind"


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ParameterError, match="time zone"):
        MetadataValue.timestamp(datetime.datetime(2026, 1, 1))  # noqa: DTZ001
