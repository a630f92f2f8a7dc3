"""A class for each kind of metadata: what it is made from, and how it travels.

On the wire a value is `{"type": KIND, "value": JSON}`, where the kind is the class's `kind`.
"""

from __future__ import annotations

import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Type, Union

from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.tables import TableColumnLineage, TableRecord, TableSchema
from atoll.definitions.metadata.values import MetadataValue, as_number
from atoll.definitions.parameters import check_optional, check_type

_PathLike = (str, os.PathLike)


class _Plain(MetadataValue):
    """A fact that is one plain value."""

    __slots__ = ("_value",)
    _value: Any

    @property
    def value(self) -> Any:
        """The value."""
        return self._value

    def _parts(self) -> Tuple[Any, ...]:
        return (self._value,)


class TextMetadataValue(_Plain):
    """Plain text.

    Args:
        text: the text; None means none.
    """

    __slots__ = ()
    kind = "text"

    def __init__(self, text: Optional[str]):
        self._value = "" if text is None else check_type(text, "MetadataValue.text(...)", str)

    @property
    def text(self) -> str:  # type: ignore[override]
        """The text."""
        return str(self._value)


class IntMetadataValue(_Plain):
    """A whole number.

    Args:
        value: a whole number, or None.
    """

    __slots__ = ()
    kind = "int"

    def __init__(self, value: Optional[int]):
        self._value = check_optional(as_number(value), "MetadataValue.int(...)", int)


class FloatMetadataValue(_Plain):
    """A number; a whole one is taken as well.

    Args:
        value: a number, or None.
    """

    __slots__ = ()
    kind = "float"

    def __init__(self, value: Optional[float]):
        number = check_optional(as_number(value), "MetadataValue.float(...)", (float, int))
        self._value = None if number is None else float(number)

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        return cls(float(value) if isinstance(value, str) else value)


class BoolMetadataValue(_Plain):
    """True or false.

    Args:
        value: a bool, or None.
    """

    __slots__ = ()
    kind = "bool"

    def __init__(self, value: Optional[bool]):
        self._value = check_optional(as_number(value), "MetadataValue.bool(...)", bool)


class NullMetadataValue(_Plain):
    """The absence of a value."""

    __slots__ = ()
    kind = "null"

    def __init__(self) -> None:
        self._value = None

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        return cls()

    def _parts(self) -> Tuple[Any, ...]:
        return ()


class JsonMetadataValue(_Plain):
    """Any value that JSON can write; what it cannot, is written as text.

    Args:
        data: a dict, list, text, number, bool or None.
    """

    __slots__ = ()
    kind = "json"

    def __init__(self, data: Any):
        self._value = data

    @property
    def data(self) -> Any:
        """The value."""
        return self._value


class MarkdownMetadataValue(_Plain):
    """Markdown.

    Args:
        md_str: Markdown; None means none.
    """

    __slots__ = ()
    kind = "md"

    def __init__(self, md_str: Optional[str]):
        self._value = "" if md_str is None else check_type(md_str, "MetadataValue.md(...)", str)

    @property
    def md_str(self) -> str:
        """The Markdown."""
        return str(self._value)


class UrlMetadataValue(_Plain):
    """A link.

    Args:
        url: the address; None means none.
    """

    __slots__ = ()
    kind = "url"

    def __init__(self, url: Optional[str]):
        self._value = "" if url is None else check_type(url, "MetadataValue.url(...)", str)

    @property
    def url(self) -> str:  # type: ignore[override]
        """The address."""
        return str(self._value)


class PathMetadataValue(_Plain):
    """A path on the machine that wrote it.

    Args:
        path: text or a `pathlib.Path`.
    """

    __slots__ = ()
    kind = "path"

    def __init__(self, path: Union[str, os.PathLike[str], None]):
        found = check_optional(path, "MetadataValue.path(...)", _PathLike)
        self._value = "" if found is None else os.fspath(found)

    @property
    def path(self) -> str:  # type: ignore[override]
        """The path."""
        return str(self._value)

    fspath = path


class NotebookMetadataValue(PathMetadataValue):
    """Path of a notebook.

    Args:
        path: of an `.ipynb` file, as text or `pathlib.Path`.
    """

    __slots__ = ()
    kind = "notebook"


class TimestampMetadataValue(_Plain):
    """A moment, in seconds since the epoch.

    Args:
        value: seconds since the epoch; `MetadataValue.timestamp` takes a `datetime` too.
    """

    __slots__ = ()
    kind = "timestamp"

    def __init__(self, value: float):
        what = "MetadataValue.timestamp(...)"
        hint = "pass seconds since the epoch, or an aware datetime"
        self._value = check_type(as_number(value), what, (float, int), hint)


class PythonArtifactMetadataValue(MetadataValue):
    """A class or function, by its module and its name.

    Args:
        module: the module's full name.
        name: the name in it.
    """

    __slots__ = ("module", "name")
    kind = "python_artifact"

    def __init__(self, module: str, name: str):
        self.module = check_type(module, "PythonArtifactMetadataValue(module=...)", str)
        self.name = check_type(name, "PythonArtifactMetadataValue(name=...)", str)

    def _parts(self) -> Tuple[Any, ...]:
        return (self.module, self.name)

    def _wire_value(self) -> Any:
        return "%s.%s" % (self.module, self.name)

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        module, _, name = str(value).rpartition(".")
        return cls(module, name)


class DagsterAssetMetadataValue(MetadataValue):
    """Another asset.

    Args:
        asset_key: its key, as `AssetKey`, text or parts.
    """

    __slots__ = ("asset_key",)
    kind = "asset"

    def __init__(self, asset_key: Any):
        self.asset_key = AssetKey.from_coercible(asset_key)

    @property
    def value(self) -> AssetKey:
        """The asset's key."""
        return self.asset_key

    def _parts(self) -> Tuple[Any, ...]:
        return (self.asset_key,)

    def _wire_value(self) -> Any:
        return self.asset_key.to_user_string()


class DagsterJobMetadataValue(MetadataValue):
    """A job of a location.

    Args:
        job_name: the job's name.
        location_name: its location; None: the one that says so.
        repository_name: the repository in that location.
    """

    __slots__ = ("job_name", "location_name", "repository_name")
    kind = "job"

    def __init__(
        self,
        job_name: str,
        location_name: Optional[str] = None,
        repository_name: Optional[str] = None,
    ):
        self.job_name = check_type(job_name, "MetadataValue.job(job_name=...)", str)
        what = "MetadataValue.job(location_name=...)"
        self.location_name = check_optional(location_name, what, str)
        self.repository_name = check_optional(repository_name, "repository_name", str)

    def _parts(self) -> Tuple[Any, ...]:
        return (self.job_name, self.location_name, self.repository_name)

    def _wire_value(self) -> Any:
        told: Dict[str, Any] = {"name": self.job_name, "location": self.location_name}
        if self.repository_name is not None:
            told["repository"] = self.repository_name
        return told

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        return cls(value["name"], value.get("location"), value.get("repository"))


class DagsterRunMetadataValue(_Plain):
    """A run, by its id.

    Args:
        run_id: the id.
    """

    __slots__ = ()
    kind = "run"

    def __init__(self, run_id: str):
        self._value = check_type(run_id, "MetadataValue.dagster_run(...)", str)

    @property
    def run_id(self) -> str:
        """The run's id."""
        return str(self._value)


class PoolMetadataValue(_Plain):
    """A pool that limits how many steps run at once, by its name.

    Args:
        pool: the name.
    """

    __slots__ = ()
    kind = "pool"

    def __init__(self, pool: str):
        self._value = check_type(pool, "MetadataValue.pool(...)", str)

    @property
    def pool(self) -> str:  # type: ignore[override]
        """The pool's name."""
        return str(self._value)

    name = pool


class TableMetadataValue(MetadataValue):
    """Rows and their columns.

    Args:
        records: the rows.
        schema: the columns; read from the first row, where none is given.

    Raises:
        ParameterError: `parameter.type`, there are neither rows nor columns.
    """

    __slots__ = ("records", "schema")
    kind = "table"

    def __init__(self, records: Sequence[Any], schema: Optional[TableSchema] = None):
        check_type(records, "MetadataValue.table(records=...)", (list, tuple))
        self.records: List[TableRecord] = [
            row if isinstance(row, TableRecord) else TableRecord(row) for row in records
        ]
        check_optional(schema, "MetadataValue.table(schema=...)", TableSchema)
        self.schema = TableSchema.of_records(self.records) if schema is None else schema

    @staticmethod
    def infer_column_type(value: Any) -> str:
        """The type of a column that holds `value`."""
        return TableSchema.type_of(value)

    def _parts(self) -> Tuple[Any, ...]:
        return (self.records, self.schema)

    def _wire_value(self) -> Any:
        rows = [row.data for row in self.records]
        return {"schema": self.schema.to_wire(), "records": rows}

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        rows = [TableRecord(row) for row in value["records"]]
        return cls(rows, TableSchema.from_wire(value["schema"]))


class TableSchemaMetadataValue(MetadataValue):
    """The columns of a table.

    Args:
        schema: a `TableSchema`.
    """

    __slots__ = ("schema",)
    kind = "table_schema"

    def __init__(self, schema: TableSchema):
        self.schema = check_type(schema, "MetadataValue.table_schema(...)", TableSchema)

    @property
    def value(self) -> TableSchema:
        """The columns."""
        found: TableSchema = self.schema
        return found

    def _parts(self) -> Tuple[Any, ...]:
        return (self.schema,)

    def _wire_value(self) -> Any:
        return self.schema.to_wire()

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        return cls(TableSchema.from_wire(value))


class TableColumnLineageMetadataValue(MetadataValue):
    """For each column, what it is made from.

    Args:
        column_lineage: a `TableColumnLineage`.
    """

    __slots__ = ("_lineage",)
    kind = "column_lineage"

    def __init__(self, column_lineage: TableColumnLineage):
        what = "MetadataValue.column_lineage(...)"
        self._lineage: TableColumnLineage = check_type(column_lineage, what, TableColumnLineage)

    @property
    def value(self) -> TableColumnLineage:
        """The lineage."""
        return self._lineage

    @property
    def column_lineage(self) -> TableColumnLineage:  # type: ignore[override]
        """The lineage."""
        return self._lineage

    def _parts(self) -> Tuple[Any, ...]:
        return (self._lineage,)

    def _wire_value(self) -> Any:
        return self._lineage.to_wire()

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        return cls(TableColumnLineage.from_wire(value))


class UnknownMetadataValue(MetadataValue):
    """A fact of a kind that only another release of Atoll knows."""

    def __init__(self, kind: str, value: Any):
        self.kind = kind
        self._value = value

    @property
    def value(self) -> Any:
        """What came over the wire."""
        return self._value

    def _parts(self) -> Tuple[Any, ...]:
        return (self.kind, self._value)


CLASSES: Dict[str, Type[MetadataValue]] = {
    cls.kind: cls
    for cls in (
        TextMetadataValue,
        IntMetadataValue,
        FloatMetadataValue,
        BoolMetadataValue,
        NullMetadataValue,
        JsonMetadataValue,
        MarkdownMetadataValue,
        UrlMetadataValue,
        PathMetadataValue,
        NotebookMetadataValue,
        TimestampMetadataValue,
        PythonArtifactMetadataValue,
        DagsterAssetMetadataValue,
        DagsterJobMetadataValue,
        DagsterRunMetadataValue,
        PoolMetadataValue,
        TableMetadataValue,
        TableSchemaMetadataValue,
        TableColumnLineageMetadataValue,
    )
}
"""The classes by the kind that they write; code references are apart, for they are rare."""


def of_kind(data: Mapping[str, Any]) -> MetadataValue:
    """The value that `{"type", "value"}` says."""
    kind, value = str(data["type"]), data.get("value")
    cls = CLASSES.get(kind)
    if cls is None and kind == "code_references":
        from atoll.definitions.metadata.code_references import CodeReferencesMetadataValue

        cls = CodeReferencesMetadataValue
    return UnknownMetadataValue(kind, value) if cls is None else cls._from_wire(value)
