from __future__ import annotations

import datetime
import json
import os
import sys
from pathlib import Path
from typing import Any, List, Optional, Union

import pytest

from atoll import AssetKey, OutputContext, StoredValueError
from atoll.io import typed
from atoll.io.built_contexts import build_input_context, build_output_context
from atoll.io.typed import TypedIOManager


class Shelf:
    """The typed IO manager over one folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manager = TypedIOManager(str(path))

    def store(self, value: Any, key: str = "a", **arguments: Any) -> Any:
        context = build_output_context(asset_key=key, **arguments)
        self.manager.handle_output(context, value)
        return context

    def load(self, annotation: Any = Any, key: str = "a", **arguments: Any) -> Any:
        context = build_input_context(asset_key=key, dagster_type=annotation, **arguments)
        return self.manager.load_input(context)

    def files(self, key: str = "a") -> list[str]:
        return sorted(os.path.splitext(name)[1] for name in os.listdir(str(self.path / key)))

    def edit(self, key: str = "a", **changes: Any) -> None:
        pointer = self.path / key / "@value.json"
        pointer.write_text(json.dumps({**json.loads(pointer.read_text()), **changes}))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


class Point:
    def __init__(self, x: int) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Point) and other.x == self.x


SHARED = [1]


@pytest.mark.parametrize(
    ("value", "suffix"),
    [
        (1, ".json"),
        ("ü \U0001f600", ".json"),
        ("half \ud83d\ude00", ".pickle"),
        (True, ".json"),
        (1.5, ".json"),
        ([1, {"a": [None, "b"]}], ".json"),
        ({}, ".json"),
        (b"\x00raw", ".bin"),
        ({1: "int key"}, ".pickle"),
        ((1, 2), ".pickle"),
        ({"a": {1, 2}}, ".pickle"),
        ([SHARED, SHARED], ".pickle"),
        (datetime.date(2026, 1, 2), ".pickle"),
    ],
)
def test_a_value_comes_back_the_same_in_the_plainest_format(
    shelf: Shelf, value: Any, suffix: str
) -> None:
    shelf.store(value)

    assert shelf.load() == value
    assert type(shelf.load()) is type(value)
    assert shelf.files() == sorted([".json", suffix])


def test_none_is_a_value_without_a_file(shelf: Shelf) -> None:
    shelf.store(None)

    assert shelf.load() is None
    assert shelf.files() == [".json"]


def test_an_object_of_the_user_s_own_is_pickled(shelf: Shelf) -> None:
    shelf.store(Point(3))

    assert shelf.load(Point) == Point(3)


def test_a_change_of_format_leaves_one_truth(shelf: Shelf) -> None:
    shelf.store(b"bytes")
    shelf.store([1])

    assert shelf.load() == [1]
    assert shelf.files() == [".json", ".json"]


def test_a_value_that_cannot_be_stored_leaves_the_former_one(shelf: Shelf) -> None:
    shelf.store([1])
    with pytest.raises(StoredValueError) as told:
        shelf.store(lambda: 1)

    assert told.value.code == "value.not_storable"
    assert shelf.load() == [1]
    assert shelf.files() == [".json", ".json"]


def test_a_commit_that_is_interrupted_leaves_the_former_value_and_no_file(shelf: Shelf) -> None:
    def refuse() -> Any:
        raise KeyboardInterrupt

    shelf.store([1])
    context = OutputContext(asset_key=AssetKey("a"), uninterruptible=refuse)
    with pytest.raises(KeyboardInterrupt):
        shelf.manager.handle_output(context, b"new")

    assert shelf.load() == [1]
    assert shelf.files() == [".json", ".json"]


def test_keys_one_inside_the_other_do_not_meet(shelf: Shelf) -> None:
    keys = ["a", "a/b", "a/@value.json", r"a\/b", "a/..", "%40", "a/" + "long" * 100, "ü"]
    for key in keys:
        shelf.store(key, key=key)

    assert [shelf.load(key=key) for key in keys] == keys


def test_partitions_have_values_of_their_own(shelf: Shelf) -> None:
    shelf.store(1, partition_key="2026-01-01")
    shelf.store(2, partition_key="2026/01/02")

    assert shelf.load(partition_key="2026-01-01") == 1
    assert shelf.load(partition_key="2026/01/02") == 2
    with pytest.raises(StoredValueError):
        shelf.load()


def test_a_missing_value_says_what_to_do(shelf: Shelf) -> None:
    with pytest.raises(StoredValueError) as told:
        shelf.load(key="x/y")

    assert told.value.code == "value.missing"
    assert "materialize 'x/y' first" in str(told.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"python": "3.7"}, "written by Python 3.7"),
        ({"libraries": {"notalibrary": "1.0"}}, "notalibrary is missing here"),
        ({"libraries": {"pytest": "0.1"}}, "the major versions of pytest differ"),
    ],
)
def test_a_pickle_of_another_environment_is_refused_naming_both(
    shelf: Shelf, changes: Any, says: str
) -> None:
    shelf.store(Point(1))
    shelf.edit(**changes)
    with pytest.raises(StoredValueError) as told:
        shelf.load()

    assert told.value.code == "value.foreign_pickle"
    assert says in str(told.value)
    assert "this is Python %d.%d" % sys.version_info[:2] in str(told.value)
    assert "hint:" in str(told.value)


def test_json_and_bytes_of_another_python_are_read(shelf: Shelf) -> None:
    shelf.store([1])
    shelf.edit(python="2.7")

    assert shelf.load() == [1]


def test_a_torn_file_is_not_a_value(shelf: Shelf) -> None:
    shelf.store("long enough")
    (data,) = [f for f in (shelf.path / "a").iterdir() if f.name != "@value.json"]
    data.write_bytes(b'"long')
    with pytest.raises(StoredValueError) as told:
        shelf.load()

    assert told.value.code == "value.unreadable"


def test_a_value_of_the_wrong_type_is_told(shelf: Shelf) -> None:
    shelf.store([1])
    with pytest.raises(StoredValueError) as told:
        shelf.load(int)

    assert told.value.code == "value.wrong_type"
    assert "is a list, but the parameter wants int" in str(told.value)
    assert shelf.load(Optional[list]) == [1]
    assert shelf.load(Union[int, List[int]]) == [1]


def test_a_url_needs_fsspec_and_says_so(shelf: Shelf, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(StoredValueError) as told:
        TypedIOManager("s3://bucket/x").handle_output(build_output_context(asset_key="a"), 1)

    assert told.value.code == "value.no_fsspec"


def test_a_value_stays_under_its_key_for_a_file_url(tmp_path: Path) -> None:
    manager = TypedIOManager("file://" + str(tmp_path))
    manager.handle_output(build_output_context(asset_key="a/b"), 1)

    assert (tmp_path / "a" / "b" / "@value.json").exists()
    assert (
        typed.TypedIOManager(str(tmp_path)).load_input(
            build_input_context(asset_key=AssetKey("a/b"))
        )
        == 1
    )


def test_what_is_nested_too_deep_is_told(shelf: Shelf) -> None:
    value: List[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(StoredValueError) as told:
        shelf.store(value)

    assert told.value.code == "value.not_storable"
    assert "nested too deep" in told.value.message
