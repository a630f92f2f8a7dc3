"""Frames of pandas, Polars and Arrow as rows of DuckDB.

A library is imported only where a value or an annotation asks for it.
"""

from __future__ import annotations

import sys
from typing import Any, Dict, List, Mapping, Sequence, Tuple, Type

from atoll.definitions.metadata.metadata_sets import TableMetadataSet
from atoll.definitions.metadata.tables import TableColumn, TableSchema
from atoll.definitions.metadata.values import MetadataValue
from atoll.io.contexts import InputContext, OutputContext, called
from atoll.io.duckdb_sql import has_table, select, table_of
from atoll.io.tables import DbTypeHandler, TableSlice

_FRAME = "atoll_frame"


class FrameHandler(DbTypeHandler[Any]):
    """What the handlers of all kinds of frames have in common.

    A value without partitions replaces its table, columns and all. Rows of partitions are added
    to their table by the names of their columns.
    """

    library = ""
    type_names: Sequence[str] = ()

    @property
    def supported_types(self) -> List[Type[Any]]:
        """The frames' classes; none as long as nobody has imported their library."""
        module = sys.modules.get(self.library)
        found = [getattr(module, name, None) for name in self.type_names]
        return [kind for kind in found if kind is not None]

    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: Any, connection: Any
    ) -> Mapping[str, Any]:
        """Write the frame; gives its number of rows and its columns."""
        frame, rows = self._eager(obj)
        table = table_of(table_slice)
        connection.register(_FRAME, self._readable(frame))
        if not table_slice.partition_dimensions:
            connection.execute("create or replace table %s as from %s" % (table, _FRAME))
        elif rows or has_table(connection, table_slice):
            connection.execute("create table if not exists %s as from %s limit 0" % (table, _FRAME))
            connection.execute("insert into %s by name from %s" % (table, _FRAME))
        else:
            context.log.warning(
                "'%s' has no rows, and its table is not there yet: it is not made, for nothing "
                "says of which types its columns are",
                called(context),
            )
        connection.unregister(_FRAME)
        return _facts(rows, self._columns(frame), bool(table_slice.partition_dimensions))

    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> Any:
        """Read the frame."""
        found = self._fetch(connection.sql(select(table_slice)))
        wanted = context.annotation
        return found.lazy() if getattr(wanted, "__name__", "") == "LazyFrame" else found

    def _eager(self, frame: Any) -> Tuple[Any, int]:
        return frame, len(frame)

    def _readable(self, frame: Any) -> Any:
        """The frame as DuckDB reads it."""
        return frame

    def _fetch(self, result: Any) -> Any:
        raise NotImplementedError

    def _columns(self, frame: Any) -> Mapping[str, Any]:
        """The types of its columns, by name."""
        raise NotImplementedError


class DuckDBPandasTypeHandler(FrameHandler):
    """Stores and loads `pandas.DataFrame`; its index is not stored."""

    library = "pandas"
    type_names = ("DataFrame",)

    def _fetch(self, result: Any) -> Any:
        return result.df()

    def _columns(self, frame: Any) -> Mapping[str, Any]:
        return dict(frame.dtypes.items())


class DuckDBPolarsTypeHandler(FrameHandler):
    """Stores and loads `polars.DataFrame` and `polars.LazyFrame`."""

    library = "polars"
    type_names = ("DataFrame", "LazyFrame")

    def _eager(self, frame: Any) -> Tuple[Any, int]:
        eager = frame.collect() if hasattr(frame, "collect") else frame
        return eager, len(eager)

    def _readable(self, frame: Any) -> Any:
        return frame.to_arrow()

    def _fetch(self, result: Any) -> Any:
        import polars

        return polars.from_arrow(_arrow(result))

    def _columns(self, frame: Any) -> Mapping[str, Any]:
        return dict(frame.schema)


class DuckDBPyArrowTypeHandler(FrameHandler):
    """Stores and loads `pyarrow.Table`."""

    library = "pyarrow"
    type_names = ("Table",)

    def _fetch(self, result: Any) -> Any:
        return _arrow(result)

    def _columns(self, frame: Any) -> Mapping[str, Any]:
        return dict(zip(frame.schema.names, frame.schema.types))


def _arrow(result: Any) -> Any:
    """A result as an Arrow table, in every release of DuckDB."""
    made = result.to_arrow_table if hasattr(result, "to_arrow_table") else result.arrow
    return made()


def _facts(rows: int, columns: Mapping[str, Any], is_part: bool) -> Dict[str, Any]:
    name = "partition_row_count" if is_part else "row_count"
    schema = TableSchema([TableColumn(str(key), str(kind)) for key, kind in columns.items()])
    return {
        **dict(TableMetadataSet(storage_kind="duckdb", **{name: rows})),
        "dataframe_columns": MetadataValue.table_schema(schema),
    }
