"""The SQL that finds the rows of a value in DuckDB."""

from __future__ import annotations

import re
from typing import Any, Optional

from atoll.definitions.partitions.keys import TimeWindow
from atoll.io.tables import TablePartitionDimension, TableSlice

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_WORDS = (
    "all analyse analyze and any array as asc asymmetric both case cast check collate column "
    "constraint create default deferrable desc describe distinct do else end except false fetch "
    "for foreign from group having in initially intersect into lambda lateral leading limit not "
    "null offset on only or order pivot pivot_longer pivot_wider placing primary qualify "
    "references returning select show some summarize symmetric table then to trailing true union "
    "unique unpivot using variadic when where window with "
    "anti asof at authorization binary by collation concurrently cross freeze full glob ilike "
    "inner is isnull join left like natural notnull outer overlaps positional right semi similar "
    "tablesample unpack verbose columns generated map struct try_cast tuple"
)
_RESERVED = frozenset(_WORDS.split())
"""What DuckDB does not take as a name without quotes: its reserved words, those for types and
functions (`select * from duckdb_keywords()`), and a few more.
"""


def quoted(name: str) -> str:
    """A name as SQL takes it: in quotes where it needs them, as it is if it has some."""
    if _PLAIN.match(name) and name.lower() not in _RESERVED:
        return name
    if len(name) > 2 and name[0] == name[-1] == '"':
        return name
    return '"%s"' % name.replace('"', '""')


def table_of(rows: TableSlice) -> str:
    """The table, with its schema."""
    return "%s.%s" % (quoted(rows.schema), quoted(rows.table))


def select(rows: TableSlice) -> str:
    """The statement that reads the rows."""
    columns = ", ".join(quoted(name) for name in rows.columns or ()) or "*"
    return "SELECT %s FROM %s%s" % (columns, table_of(rows), _condition(rows))


def delete(rows: TableSlice) -> str:
    """The statement that removes the rows."""
    return "DELETE FROM %s%s" % (table_of(rows), _condition(rows))


def has_table(connection: Any, rows: TableSlice) -> bool:
    """Whether the table is there."""
    found: Optional[Any] = connection.execute(
        "select 1 from information_schema.tables where table_catalog = current_catalog() "
        "and lower(table_schema) = lower(?) and lower(table_name) = lower(?)",
        [rows.schema, rows.table],
    ).fetchone()
    return found is not None


def _condition(rows: TableSlice) -> str:
    found = [_where(one) for one in rows.partition_dimensions or ()]
    return " WHERE\n%s" % " AND\n".join(found) if found else ""


def _where(one: TablePartitionDimension) -> str:
    value = one.partition_expr
    if _PLAIN.match(value):  # a column's name; what is more than that is SQL already
        value = quoted(value)
    if isinstance(one.partitions, TimeWindow):
        start, end = (moment.strftime("%Y-%m-%d %H:%M:%S") for moment in one.partitions)
        return "%s >= '%s' AND %s < '%s'" % (value, start, value, end)
    keys = ["'%s'" % key.replace("'", "''") for key in one.partitions]
    return "%s in (%s)" % (value, ", ".join(keys)) if keys else "false"
