"""Metadata: named facts about an asset or a materialization, each of a kind that the UI can show.

On the wire a value is `{"type": KIND, "value": JSON}`. Kinds: text, int, float, bool, null, json,
md, url, path, timestamp, notebook, python_artifact, asset, job, run, table, table_schema,
column_lineage.
"""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Type, Union

from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.tables import (
    TableColumn,
    TableColumnLineage,
    TableRecord,
    TableSchema,
)
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError

_NOT_FINITE = {float("inf"): "Infinity", float("-inf"): "-Infinity"}


class MetadataValue:
    """A fact of a known kind. Made by the constructors below, or from a plain Python value."""

    __slots__ = ("kind", "value")

    def __init__(self, kind: str, value: Any):
        self.kind = kind
        self.value = value

    @staticmethod
    def text(text: str) -> MetadataValue:
        """Plain text."""
        return _made("text", text)

    @staticmethod
    def int(value: int) -> MetadataValue:
        """A whole number."""
        return _made("int", value)

    @staticmethod
    def float(value: float) -> MetadataValue:
        """A number."""
        return _made("float", value)

    @staticmethod
    def bool(value: bool) -> MetadataValue:
        """True or false."""
        return _made("bool", value)

    @staticmethod
    def null() -> MetadataValue:
        """The absence of a value."""
        return _made("null", None)

    @staticmethod
    def json(data: Any) -> MetadataValue:
        """Any JSON-able value, shown as a tree."""
        return _made("json", data)

    @staticmethod
    def md(data: str) -> MetadataValue:
        """Markdown; a picture is embedded as `![](data:image/png;base64,...)`."""
        return _made("md", data)

    @staticmethod
    def url(url: str) -> MetadataValue:
        """A link."""
        return _made("url", url)

    @staticmethod
    def path(path: Union[str, os.PathLike[str]]) -> MetadataValue:
        """A path on the machine that wrote it."""
        return _made("path", os.fspath(path))

    @staticmethod
    def notebook(path: Union[str, os.PathLike[str]]) -> MetadataValue:
        """Path of a notebook."""
        return _made("notebook", os.fspath(path))

    @staticmethod
    def timestamp(value: Any) -> MetadataValue:
        """A moment: seconds since the epoch, or an aware datetime."""
        if hasattr(value, "timestamp"):
            if value.tzinfo is None:
                raise DefinitionError(
                    "a timestamp must know its time zone: %r does not" % (value,),
                    code="definition.bad_metadata",
                    hint="use datetime.now(timezone.utc)",
                    source=caller_source(),
                )
            value = value.timestamp()
        return _made("timestamp", value)

    @staticmethod
    def python_artifact(python_artifact: Any) -> MetadataValue:
        """A class or function, by its full name."""
        name = "%s.%s" % (python_artifact.__module__, python_artifact.__qualname__)
        return _made("python_artifact", name)

    @staticmethod
    def asset(asset_key: Any) -> MetadataValue:
        """Another asset."""
        return _made("asset", AssetKey.from_coercible(asset_key).to_user_string())

    @staticmethod
    def job(job_name: str, location_name: Optional[str] = None) -> MetadataValue:
        """A job."""
        return _made("job", {"name": job_name, "location": location_name})

    @staticmethod
    def dagster_run(run_id: str) -> MetadataValue:
        """A run."""
        return _made("run", run_id)

    run = dagster_run

    @staticmethod
    def table(records: Sequence[Any], schema: Optional[TableSchema] = None) -> MetadataValue:
        """Rows: `TableRecord`s or dicts; the schema is read from the first where none is given."""
        rows = [row.data if isinstance(row, TableRecord) else dict(row) for row in records]
        if schema is None:
            schema = _schema_of(rows)
        return _made("table", {"schema": schema.to_wire(), "records": rows})

    @staticmethod
    def table_schema(schema: TableSchema) -> MetadataValue:
        """The columns of a table."""
        return _made("table_schema", schema.to_wire())

    @staticmethod
    def column_lineage(lineage: Mapping[str, Iterable[Any]]) -> MetadataValue:
        """For each column, the (asset key, column) pairs that it is made from."""
        deps = getattr(lineage, "deps_by_column", lineage)
        return _made(
            "column_lineage",
            {
                column: [
                    {"asset": AssetKey.from_coercible(asset).to_user_string(), "column": name}
                    for asset, name in sources
                ]
                for column, sources in deps.items()
            },
        )

    @staticmethod
    def from_wire(data: Mapping[str, Any]) -> MetadataValue:
        """The value that `wire` says."""
        return _made(str(data["type"]), data.get("value"))

    @property
    def wire(self) -> Dict[str, Any]:
        """`{"type", "value"}`, JSON-able."""
        return {"type": self.kind, "value": jsonable(self.value)}

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, MetadataValue):
            return NotImplemented
        return self.kind == other.kind and self.value == other.value

    def __hash__(self) -> Any:
        return hash((self.kind, repr(self.value)))

    def __repr__(self) -> str:
        return "MetadataValue.%s(%r)" % (self.kind, self.value)


_value: Any = property(lambda self: self.value)


class _Kind(MetadataValue):
    """A fact whose class says its kind."""

    __slots__ = ()
    KIND = ""

    def __init__(self, value: Any = None):
        super().__init__(self.KIND, value)


class TextMetadataValue(_Kind):
    """Plain text."""

    __slots__ = ()
    KIND = "text"
    text = _value


class IntMetadataValue(_Kind):
    """A whole number."""

    __slots__ = ()
    KIND = "int"


class FloatMetadataValue(_Kind):
    """A number."""

    __slots__ = ()
    KIND = "float"


class BoolMetadataValue(_Kind):
    """True or false."""

    __slots__ = ()
    KIND = "bool"


class NullMetadataValue(_Kind):
    """The absence of a value."""

    __slots__ = ()
    KIND = "null"


class JsonMetadataValue(_Kind):
    """Any JSON-able value."""

    __slots__ = ()
    KIND = "json"
    data = _value


class MarkdownMetadataValue(_Kind):
    """Markdown."""

    __slots__ = ()
    KIND = "md"
    md_str = _value


class UrlMetadataValue(_Kind):
    """A link."""

    __slots__ = ()
    KIND = "url"
    url = _value


class PathMetadataValue(_Kind):
    """A path on the machine that wrote it."""

    __slots__ = ()
    KIND = "path"
    path = _value


class NotebookMetadataValue(_Kind):
    """Path of a notebook."""

    __slots__ = ()
    KIND = "notebook"
    path = _value


class TimestampMetadataValue(_Kind):
    """Seconds since the epoch."""

    __slots__ = ()
    KIND = "timestamp"


class PythonArtifactMetadataValue(_Kind):
    """A class or function."""

    __slots__ = ()
    KIND = "python_artifact"


class DagsterAssetMetadataValue(_Kind):
    """Another asset."""

    __slots__ = ()
    KIND = "asset"

    @property
    def asset_key(self) -> AssetKey:
        """The asset's key."""
        return AssetKey.from_user_string(self.value)


class DagsterJobMetadataValue(_Kind):
    """A job."""

    __slots__ = ()
    KIND = "job"


class DagsterRunMetadataValue(_Kind):
    """A run."""

    __slots__ = ()
    KIND = "run"
    run_id = _value


class TableMetadataValue(_Kind):
    """Rows and their schema."""

    __slots__ = ()
    KIND = "table"


class TableSchemaMetadataValue(_Kind):
    """The columns of a table."""

    __slots__ = ()
    KIND = "table_schema"


class TableColumnLineageMetadataValue(_Kind):
    """What each column is made from."""

    __slots__ = ()
    KIND = "column_lineage"


_CLASSES: Dict[str, Type[_Kind]] = {cls.KIND: cls for cls in _Kind.__subclasses__()}


def _made(kind: str, value: Any) -> MetadataValue:
    """A fact, of the class for its kind."""
    cls = _CLASSES.get(kind)
    return MetadataValue(kind, value) if cls is None else cls(value)


RawMetadataValue = Any
RawMetadataMapping = Mapping[str, Any]


def normalize(metadata: Optional[Mapping[str, Any]]) -> Dict[str, MetadataValue]:
    """Every plain value as a `MetadataValue`.

    Raises:
        DefinitionError: `definition.bad_metadata`, a value has no kind.
    """
    if not metadata:
        return {}
    found = {}
    for name, value in metadata.items():
        if not isinstance(name, str):
            raise _bad(name, value, "names of metadata are strings")
        found[name] = value if isinstance(value, MetadataValue) else metadata_value(value, name)
    return found


def metadata_value(value: Any, name: str = "value") -> MetadataValue:
    """The `MetadataValue` that a plain Python value means."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return _made(kind, value)
    if isinstance(value, AssetKey):
        return MetadataValue.asset(value)
    if isinstance(value, os.PathLike):
        return MetadataValue.path(value)
    if isinstance(value, TableSchema):
        return MetadataValue.table_schema(value)
    if isinstance(value, TableColumnLineage):
        return MetadataValue.column_lineage(value.deps_by_column)
    for plain, plain_kind in _KINDS.items():
        if plain is not type(None) and isinstance(value, plain):
            return _made(plain_kind, value)
    if isinstance(value, tuple):
        return _made("json", list(value))
    item = getattr(value, "item", None)
    if callable(item) and type(value).__module__.split(".")[0] == "numpy" and not value.shape:
        return metadata_value(item(), name)
    if getattr(value, "tzinfo", None) is not None and hasattr(value, "timestamp"):
        return MetadataValue.timestamp(value)
    raise _bad(name, value, "use MetadataValue.text(str(...)), .json(...) or another constructor")


def to_wire(metadata: Mapping[str, MetadataValue]) -> Dict[str, Any]:
    """Normalised metadata as it travels."""
    return {name: value.wire for name, value in metadata.items()}


def jsonable(value: Any) -> Any:
    """`value` with everything that JSON lacks written as text; numbers that JSON lacks too."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if value - value == 0 else _NOT_FINITE.get(value, "NaN")
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [jsonable(item) for item in value]
    item = getattr(value, "item", None)
    if callable(item) and not getattr(value, "shape", True):
        return jsonable(item())
    return str(value)


_KINDS: Dict[type, str] = {
    str: "text",
    bool: "bool",
    int: "int",
    float: "float",
    dict: "json",
    list: "json",
    type(None): "null",
}


def _schema_of(rows: List[Dict[str, Any]]) -> TableSchema:
    names = {bool: "bool", int: "int", float: "float"}
    first = rows[0] if rows else {}
    return TableSchema(
        [TableColumn(str(name), names.get(type(value), "string")) for name, value in first.items()]
    )


def _bad(name: Any, value: Any, hint: str) -> DefinitionError:
    return DefinitionError(
        "metadata %r is %s, which has no kind of metadata" % (name, type(value).__name__),
        code="definition.bad_metadata",
        hint=hint,
        source=caller_source(),
    )
