"""Frames as tables of DuckDB: real files, every kind of frame that is installed."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, Iterator

import pytest

import atoll
from atoll import (
    AssetIn,
    AssetKey,
    BackfillPolicy,
    DailyPartitionsDefinition,
    InvariantError,
    MultiPartitionsDefinition,
    Out,
    PartitionKeyRange,
    StaticPartitionsDefinition,
    StoredValueError,
    TypeCheckError,
    asset,
    build_input_context,
    build_output_context,
    job,
    materialize,
    op,
)

duckdb = pytest.importorskip("duckdb")
pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

from atoll.io.duckdb import (  # noqa: E402
    DuckDBIOManager,
    DuckDBPandasIOManager,
    DuckDBPandasTypeHandler,
    DuckDBPolarsIOManager,
    DuckDBPyArrowIOManager,
    DuckDBResource,
    build_duckdb_io_manager,
    opened,
)
from atoll.io.duckdb_sql import quoted  # noqa: E402
from atoll.io.tables import DbIOManager  # noqa: E402

ROWS = {"n": [1, 2, None], "text": ["a", None, "ü"]}
MAKE: dict[str, Any] = {
    "pandas": lambda: pd.DataFrame(ROWS),
    "polars": lambda: pl.DataFrame(ROWS),
    "lazy": lambda: pl.LazyFrame(ROWS),
    "arrow": lambda: pa.table(ROWS),
}
KIND: dict[str, Any] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "lazy": pl.LazyFrame,
    "arrow": pa.Table,
}
DAYS = DailyPartitionsDefinition("2024-01-01", end_date="2024-01-06")


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "db.duckdb")


def manager(path: str, kind: Any = DuckDBIOManager, **fields: Any) -> Any:
    return kind(database=path, **fields).create_io_manager(atoll.build_init_resource_context())


def rows_of(path: str, sql: str) -> list[Any]:
    with duckdb.connect(path) as connection:
        found: list[Any] = connection.execute(sql).fetchall()
        return found


def plain(frame: Any) -> list[dict[str, Any]]:
    if hasattr(frame, "collect"):
        frame = frame.collect()
    if hasattr(frame, "to_pylist"):
        return list(frame.to_pylist())
    if hasattr(frame, "to_dicts"):
        return list(frame.to_dicts())
    rows = frame.astype(object).to_dict("records")
    return [{k: None if pd.isna(v) else v for k, v in row.items()} for row in rows]


@pytest.mark.parametrize("loaded", KIND)
@pytest.mark.parametrize("stored", KIND)
def test_any_frame_is_read_as_any_other(path: str, stored: str, loaded: str) -> None:
    db = manager(path)
    db.handle_output(build_output_context(asset_key=["shop", "orders"]), MAKE[stored]())
    context = build_input_context(asset_key=["shop", "orders"], dagster_type=KIND[loaded])
    found = db.load_input(context)

    assert type(found) is KIND[loaded]
    assert plain(found) == [
        {"n": 1, "text": "a"},
        {"n": 2, "text": None},
        {"n": None, "text": "ü"},
    ]
    assert rows_of(path, "select count(*) from shop.orders") == [(3,)]


@pytest.mark.parametrize(
    ("key", "fields", "metadata", "table"),
    [
        (["a"], {}, {}, "public.a"),
        (["p", "a"], {}, {}, "p.a"),
        (["q", "p", "a"], {}, {}, "p.a"),
        (["p", "a"], {"schema": "own"}, {}, "own.a"),
        (["p", "a"], {"schema": "own"}, {"schema": "said"}, "said.a"),
        (["order"], {}, {}, 'public."order"'),
    ],
)
def test_which_table_an_asset_is(
    path: str, key: list[str], fields: Any, metadata: Any, table: str
) -> None:
    context = build_output_context(asset_key=key, definition_metadata=metadata)
    manager(path, **fields).handle_output(context, pl.DataFrame({"x": [1]}))

    assert rows_of(path, "select x from %s" % table) == [(1,)]
    facts = {name: one.value for name, one in context.get_logged_metadata().items()}
    assert facts["dagster/table_name"] == "%s.%s" % (path, table.replace('"', ""))
    assert facts["Query"] == "SELECT * FROM %s" % table
    assert facts["dagster/row_count"] == 1
    assert facts["dagster/storage_kind"] == "duckdb"


def test_a_value_replaces_the_former_with_its_columns(path: str) -> None:
    db = manager(path)
    for frame in (pl.DataFrame({"a": [1, 2]}), pl.DataFrame({"b": ["x"], "a": ["y"]})):
        db.handle_output(build_output_context(asset_key="t"), frame)

    assert rows_of(path, "select b, a from public.t") == [("x", "y")]
    db.handle_output(build_output_context(asset_key="t"), pl.DataFrame({"a": []}))
    assert rows_of(path, "select count(*) from public.t") == [(0,)]


def test_an_input_may_read_some_columns(path: str) -> None:
    db = manager(path)
    db.handle_output(
        build_output_context(asset_key="t"), pl.DataFrame({"a": [1], "b c": [2], "d": [3]})
    )
    context = build_input_context(
        asset_key="t", dagster_type=pl.DataFrame, definition_metadata={"columns": ["b c", "a"]}
    )

    assert db.load_input(context).to_dicts() == [{"b c": 2, "a": 1}]


def day(context: Any, letter: str = "") -> Any:
    start = context.partition_time_window.start.replace(tzinfo=None)
    times = [start, start + datetime.timedelta(hours=23)]
    return pl.DataFrame({"at": times, "letter": [letter, letter], "run": [context.run_id] * 2})


def test_days_are_replaced_each_by_itself(path: str) -> None:
    @asset(partitions_def=DAYS, metadata={"partition_expr": "at"})
    def up(context: atoll.AssetExecutionContext) -> pl.DataFrame:
        return day(context)

    @asset(partitions_def=DAYS, io_manager_key="none")
    def same(up: pl.DataFrame) -> None:
        lengths.append(len(up))

    lengths: list[int] = []
    given = {"io_manager": DuckDBPolarsIOManager(database=path), "none": atoll.mem_io_manager}
    for key in ("2024-01-01", "2024-01-02", "2024-01-01"):
        assert materialize([up, same], partition_key=key, resources=given).success

    assert lengths == [2, 2, 2]
    assert rows_of(path, "select count(*), count(distinct run) from public.up") == [(4, 2)]


def test_a_range_is_stored_and_loaded_as_one_window(path: str) -> None:
    db = manager(path)
    arguments: dict[str, Any] = {
        "asset_key": "t",
        "asset_partitions_def": DAYS,
        "definition_metadata": {"partition_expr": "at"},
    }
    start = datetime.datetime.fromisoformat("2024-01-01")
    frame = pl.DataFrame({"at": [start + datetime.timedelta(days=n) for n in range(5)]})
    for first, last, rows in (("01", "05", frame), ("02", "03", frame[1:2])):
        made = PartitionKeyRange("2024-01-" + first, "2024-01-" + last)
        context = build_output_context(asset_partition_key_range=made, **arguments)
        db.handle_output(context, rows)

    assert rows_of(path, 'select day(t."at") from public.t order by 1') == [(1,), (2,), (4,), (5,)]
    stored = build_output_context(asset_key="t", definition_metadata={"partition_expr": "at"})
    loaded = build_input_context(
        upstream_output=stored,
        dagster_type=pl.DataFrame,
        asset_partition_key_range=PartitionKeyRange("2024-01-03", "2024-01-04"),
        asset_key="t",
        asset_partitions_def=DAYS,
    )
    assert [at.day for at in db.load_input(loaded)["at"]] == [4]


def test_windows_with_a_gap_are_refused(path: str) -> None:
    db = manager(path)
    context = build_output_context(
        asset_key="t", asset_partitions_def=DAYS, definition_metadata={"partition_expr": "at"}
    )
    context._partition_keys, context._is_partitioned = ["2024-01-01", "2024-01-03"], True
    with pytest.raises(InvariantError, match="2 windows of time"):
        db.handle_output(context, pl.DataFrame({"at": []}))


def test_static_keys_are_replaced_even_with_quotes_in_them(path: str) -> None:
    letters = StaticPartitionsDefinition(["a", "it's"])
    db = manager(path)
    for _ in range(2):
        for key in letters.get_partition_keys():
            context = build_output_context(
                asset_key="t",
                partition_key=key,
                asset_partitions_def=letters,
                definition_metadata={"partition_expr": "letter"},
            )
            db.handle_output(context, pd.DataFrame({"letter": [key], "n": [1]}))

    assert sorted(rows_of(path, "select letter from public.t")) == [("a",), ("it's",)]
    facts = context.get_logged_metadata()
    assert facts["dagster/partition_row_count"].value == 1
    assert facts["Query"].value == "SELECT * FROM public.t WHERE\nletter in ('it''s')"


def test_two_dimensions_are_two_conditions(path: str) -> None:
    both = MultiPartitionsDefinition(
        {"day": DAYS, "letter": StaticPartitionsDefinition(["a", "b"])}
    )

    @asset(partitions_def=both, metadata={"partition_expr": {"day": "at", "letter": "letter"}})
    def up(context: atoll.AssetExecutionContext) -> pl.DataFrame:
        return day(context, context.partition_key.keys_by_dimension["letter"])  # type: ignore[attr-defined]

    @asset(io_manager_key="kept")
    def every(up: pd.DataFrame) -> int:
        return len(up)

    given = {"io_manager": DuckDBIOManager(database=path), "kept": atoll.mem_io_manager}
    for key in [*both.get_partition_keys()[:4], both.get_partition_keys()[0]]:
        assert materialize([up], partition_key=key, resources=given).success

    assert rows_of(path, "select count(*), count(distinct run) from public.up") == [(8, 4)]
    result = materialize([up, every], selection=[every], resources=given)
    assert result.output_for_node("every") == 8


def test_empty_partitions_remove_their_rows_and_make_no_table(path: str) -> None:
    letters = StaticPartitionsDefinition(["a"])
    arguments: dict[str, Any] = {
        "asset_key": "t",
        "partition_key": "a",
        "asset_partitions_def": letters,
        "definition_metadata": {"partition_expr": "l"},
    }
    db = manager(path)
    db.handle_output(build_output_context(**arguments), pl.DataFrame({"l": []}))
    assert rows_of(path, "select * from information_schema.tables") == []
    db.handle_output(build_output_context(**arguments), pl.DataFrame({"l": ["a"]}))
    db.handle_output(build_output_context(**arguments), pl.DataFrame({"l": []}))
    assert rows_of(path, "select * from public.t") == []


def test_a_write_that_fails_leaves_the_former_rows(path: str) -> None:
    letters = StaticPartitionsDefinition(["a"])
    arguments: dict[str, Any] = {
        "asset_key": "t",
        "partition_key": "a",
        "asset_partitions_def": letters,
        "definition_metadata": {"partition_expr": "l"},
    }
    db = manager(path)
    db.handle_output(build_output_context(**arguments), pl.DataFrame({"l": ["a"], "n": [1]}))
    with pytest.raises(duckdb.Error):
        db.handle_output(build_output_context(**arguments), pl.DataFrame({"l": ["a"], "m": [2]}))

    assert rows_of(path, "select l, n from public.t") == [("a", 1)]


def test_without_a_column_for_partitions_it_says_what_to_add(path: str) -> None:
    context = build_output_context(
        asset_key="t", partition_key="a", asset_partitions_def=StaticPartitionsDefinition(["a"])
    )
    with pytest.raises(StoredValueError, match="by which column") as told:
        manager(path).handle_output(context, pl.DataFrame({"l": ["a"]}))
    assert "partition_expr" in str(told.value.hint)


def test_what_is_no_frame_is_refused(path: str) -> None:
    with pytest.raises(TypeCheckError, match=r"DuckDBIOManager has no handler for int"):
        manager(path).handle_output(build_output_context(asset_key="t"), 1)
    with pytest.raises(InvariantError, match="gave back None"):
        manager(path).handle_output(build_output_context(asset_key="t"), None)
    with pytest.raises(TypeCheckError, match="cannot tell as which type"):
        manager(path).load_input(build_input_context(asset_key="t"))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (DuckDBPandasIOManager, pd.DataFrame),
        (DuckDBPolarsIOManager, pl.DataFrame),
        (DuckDBPyArrowIOManager, pa.Table),
        (DuckDBIOManager, pl.DataFrame),
    ],
)
def test_without_an_annotation_it_loads_its_own_kind(path: str, kind: Any, expected: Any) -> None:
    manager(path).handle_output(build_output_context(asset_key="t"), pl.DataFrame({"a": [1]}))
    stored = build_output_context(asset_key="t", dagster_type=pl.DataFrame)
    context = build_input_context(asset_key="t", upstream_output=stored)

    assert type(manager(path, kind).load_input(context)) is expected


def test_ops_have_tables_of_the_names_of_their_outputs(path: str) -> None:
    @op(out=Out(metadata={"schema": "s", "table": "t"}))
    def made() -> pd.DataFrame:
        return pd.DataFrame({"a": [1]})

    @op
    def used(made: pd.DataFrame) -> pd.DataFrame:
        return made

    given = build_duckdb_io_manager([DuckDBPandasTypeHandler()], default_load_type=pd.DataFrame)

    @job(resource_defs={"io_manager": given.configured({"database": path})})
    def both() -> None:
        used(made())

    assert both.execute_in_process().success
    assert rows_of(path, "select a from s.t") == [(1,)]
    assert rows_of(path, "select a from public.result") == [(1,)]


def test_one_run_stores_a_range_of_assets(path: str) -> None:
    @asset(
        partitions_def=DAYS,
        metadata={"partition_expr": "at"},
        backfill_policy=BackfillPolicy.single_run(),
    )
    def up(context: atoll.AssetExecutionContext) -> pl.DataFrame:
        keys = context.partition_keys
        return pl.DataFrame({"at": [datetime.datetime.fromisoformat(key) for key in keys]})

    @asset(ins={"up": AssetIn(metadata={"columns": ["at"]})}, io_manager_key="kept")
    def every(up: Any) -> int:
        return len(up)

    given = {"io_manager": DuckDBIOManager(database=path), "kept": atoll.mem_io_manager}
    tags = {
        "dagster/asset_partition_range_start": "2024-01-01",
        "dagster/asset_partition_range_end": "2024-01-03",
    }
    assert materialize([up], tags=tags, resources=given).success
    result = materialize([up, every], selection=[every], resources=given)
    assert result.output_for_node("every") == 3


def test_the_resource_connects(path: str) -> None:
    @asset
    def a(db: DuckDBResource) -> None:
        with db.get_connection() as connection:
            connection.execute("create table t as select 1 as x")

    assert materialize([a], resources={"db": DuckDBResource(database=path)}).success
    assert rows_of(path, "select x from t") == [(1,)]


def test_a_file_that_another_holds_is_waited_for() -> None:
    slept: list[float] = []
    tries: Iterator[int] = iter([1, 1, 0])

    def connect() -> str:
        if next(tries):
            raise duckdb.IOException("IO Error: Could not set lock on file: held by PID 7")
        return "connection"

    assert opened(connect, slept.append, [1.0, 2.0]) == "connection"
    assert slept == [1.0, 2.0]

    def held() -> str:
        raise duckdb.IOException("IO Error: Could not set lock on file: held by PID 7")

    with pytest.raises(StoredValueError, match="PID 7") as told:
        opened(held, slept.append, [1.0])
    assert told.value.code == "value.locked"

    def absent() -> str:
        raise duckdb.IOException("IO Error: Cannot open file: no such directory")

    with pytest.raises(duckdb.IOException):
        opened(absent, pytest.fail)


def test_names_are_quoted_where_they_must() -> None:
    names = ["a", "order", "a b", 'a"b', '"a b"', "2x"]

    assert [quoted(name) for name in names] == [
        "a",
        '"order"',
        '"a b"',
        '"a""b"',
        '"a b"',
        '"2x"',
    ]


def test_two_handlers_for_a_type_are_refused(path: str) -> None:
    handlers: list[Any] = [DuckDBPandasTypeHandler(), DuckDBPandasTypeHandler()]
    with pytest.raises(atoll.ParameterError, match="two handlers"):
        DbIOManager(type_handlers=handlers, db_client=None, database=path)  # type: ignore[arg-type]
    assert AssetKey("a")
