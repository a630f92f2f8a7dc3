"""Data frames between libraries; each test asks for the libraries that it needs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Optional, Union

import pytest
from tests.unit.atoll.test_typed_io import Shelf

from atoll import StoredValueError

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

KINDS = {
    "pandas": pd.DataFrame({"n": [1, 2], "s": ["a", None]}),
    "polars": pl.DataFrame({"n": [1, 2], "s": ["a", None]}),
    "lazy": pl.LazyFrame({"n": [1, 2], "s": ["a", None]}),
    "arrow": pa.table({"n": [1, 2], "s": ["a", None]}),
}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def rows(frame: Any) -> Any:
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pd.DataFrame):
        frame = pa.Table.from_pandas(frame, preserve_index=False)
    return frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.to_pylist()


@pytest.mark.parametrize("written", list(KINDS))
@pytest.mark.parametrize("wanted", [pd.DataFrame, pl.DataFrame, pl.LazyFrame, pa.Table])
def test_every_kind_is_read_as_every_other(shelf: Shelf, written: str, wanted: Any) -> None:
    shelf.store(KINDS[written])
    found = shelf.load(wanted)

    assert isinstance(found, wanted)
    assert rows(found) == [{"n": 1, "s": "a"}, {"n": 2, "s": None}]
    assert shelf.files() == [".json", ".parquet"]


@pytest.mark.parametrize("written", list(KINDS))
def test_without_an_annotation_it_comes_back_as_it_was(shelf: Shelf, written: str) -> None:
    shelf.store(KINDS[written])

    assert type(shelf.load()) is type(KINDS[written])


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("pl.DataFrame", pl.DataFrame),
        ("polars.LazyFrame", pl.LazyFrame),
        ("Optional[pa.Table]", pa.Table),
        (Optional[pl.DataFrame], pl.DataFrame),
        (Union[pl.DataFrame, pd.DataFrame], pd.DataFrame),
    ],
)
def test_unions_and_unresolved_annotations_count(shelf: Shelf, annotation: Any, kind: Any) -> None:
    shelf.store(KINDS["pandas"])

    assert isinstance(shelf.load(annotation), kind)


def test_rows_are_counted(shelf: Shelf) -> None:
    context = shelf.store(KINDS["polars"])

    assert context.get_logged_metadata()["atoll/row_count"].value == 2
    assert "atoll/row_count" not in shelf.store([1, 2]).output_metadata


def test_pandas_keeps_index_time_zone_and_categories(shelf: Shelf) -> None:
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime(["2026-01-01", "2026-01-02"]).tz_localize("Europe/Berlin"),
            "c": pd.Categorical(["x", "y"], categories=["y", "x"], ordered=True),
        },
        index=pd.Index([10, 20], name="id"),
    )
    shelf.store(frame)

    pd.testing.assert_frame_equal(shelf.load(), frame)
    assert shelf.load(pl.DataFrame).columns == ["at", "c", "id"]


def test_an_index_without_a_name_is_pandas_own_business(shelf: Shelf) -> None:
    frame = pd.DataFrame({"n": [1, 2, 3]})[lambda f: f.n > 1]
    shelf.store(frame)

    pd.testing.assert_frame_equal(shelf.load(), frame)
    assert shelf.load(pl.DataFrame).columns == ["n"]
    assert shelf.load(pl.LazyFrame).collect().columns == ["n"]
    assert shelf.load(pa.Table).column_names == ["n"]


def test_what_parquet_cannot_hold_is_pickled_with_a_warning(shelf: Shelf, caplog: Any) -> None:
    frame = pd.DataFrame({"mixed": [1, "a", object]})
    shelf.store(frame)

    pd.testing.assert_frame_equal(shelf.load(), frame)
    assert shelf.files() == [".json", ".pickle"]
    assert "was pickled" in caplog.text


def test_without_pyarrow_pandas_is_pickled_and_told_what_to_install(
    shelf: Shelf, caplog: Any, monkeypatch: Any
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    shelf.store(pd.DataFrame({0: [1, 2]}))  # text, even of names, is pyarrow's in pandas 3

    assert shelf.files() == [".json", ".pickle"]
    assert "install pyarrow" in caplog.text
    assert isinstance(shelf.load(pd.DataFrame), pd.DataFrame)


def test_where_pandas_is_missing_polars_reads_it(shelf: Shelf, monkeypatch: Any) -> None:
    shelf.store(KINDS["pandas"])
    monkeypatch.setitem(sys.modules, "pandas", None)

    assert isinstance(shelf.load(), pl.DataFrame)
    with pytest.raises(StoredValueError) as told:
        shelf.load("pd.DataFrame")
    assert told.value.code == "value.no_library"
    assert "pandas.DataFrame needs pandas" in str(told.value)


def test_a_lazy_frame_outlives_the_replacement_of_its_file(shelf: Shelf) -> None:
    shelf.store(KINDS["polars"])
    lazy = shelf.load(pl.LazyFrame)
    shelf.store(pl.DataFrame({"other": [1]}))

    if sys.platform.startswith("linux"):
        assert lazy.collect().columns == ["n", "s"]


def test_a_pickle_names_the_libraries_in_it(shelf: Shelf) -> None:
    shelf.store({"frames": (KINDS["pandas"],)})
    shelf.edit(libraries={"pandas": "0.1"})
    with pytest.raises(StoredValueError, match="the major versions of pandas differ"):
        shelf.load()


def test_a_wrong_kind_of_value_for_a_frame_is_told(shelf: Shelf) -> None:
    shelf.store([{"n": 1}])
    with pytest.raises(StoredValueError, match=r"is a list, but the parameter wants pandas"):
        shelf.load(pd.DataFrame)


def test_values_under_an_fsspec_url(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    shelf = Shelf(tmp_path)
    shelf.manager.values_url = "memory://values"
    shelf.store(KINDS["polars"])

    assert rows(shelf.load(pd.DataFrame)) == rows(KINDS["polars"])
    assert rows(shelf.load(pl.LazyFrame)) == rows(KINDS["polars"])
    shelf.store(b"later")
    assert shelf.load() == b"later"


def test_a_polars_column_of_python_objects_is_named(shelf: Shelf) -> None:
    with pytest.raises(StoredValueError) as told:
        shelf.store(pl.DataFrame({"n": [1], "odd": pl.Series([object()], dtype=pl.Object)}))

    assert told.value.code == "value.not_storable"
    assert "'odd'" in str(told.value.hint)
