"""Metadata: named facts about an asset or a materialization, each of a kind that the UI can show.

On the wire a value is `{"type": KIND, "value": JSON}`. Kinds: text, int, float, bool, null, json,
md, url, path, timestamp, notebook, python_artifact, asset, job, run, table, table_schema,
column_lineage.
"""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Union

from atoll.definitions.keys import AssetKey
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
        return MetadataValue("text", text)

    @staticmethod
    def int(value: int) -> MetadataValue:
        """A whole number."""
        return MetadataValue("int", value)

    @staticmethod
    def float(value: float) -> MetadataValue:
        """A number."""
        return MetadataValue("float", value)

    @staticmethod
    def bool(value: bool) -> MetadataValue:
        """True or false."""
        return MetadataValue("bool", value)

    @staticmethod
    def null() -> MetadataValue:
        """The absence of a value."""
        return MetadataValue("null", None)

    @staticmethod
    def json(data: Any) -> MetadataValue:
        """Any JSON-able value, shown as a tree."""
        return MetadataValue("json", data)

    @staticmethod
    def md(data: str) -> MetadataValue:
        """Markdown; a picture is embedded as `![](data:image/png;base64,...)`."""
        return MetadataValue("md", data)

    @staticmethod
    def url(url: str) -> MetadataValue:
        """A link."""
        return MetadataValue("url", url)

    @staticmethod
    def path(path: Union[str, os.PathLike[str]]) -> MetadataValue:
        """A path on the machine that wrote it."""
        return MetadataValue("path", os.fspath(path))

    @staticmethod
    def notebook(path: Union[str, os.PathLike[str]]) -> MetadataValue:
        """Path of a notebook."""
        return MetadataValue("notebook", os.fspath(path))

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
        return MetadataValue("timestamp", value)

    @staticmethod
    def python_artifact(python_artifact: Any) -> MetadataValue:
        """A class or function, by its full name."""
        name = "%s.%s" % (python_artifact.__module__, python_artifact.__qualname__)
        return MetadataValue("python_artifact", name)

    @staticmethod
    def asset(asset_key: Any) -> MetadataValue:
        """Another asset."""
        return MetadataValue("asset", AssetKey.from_coercible(asset_key).to_user_string())

    @staticmethod
    def job(job_name: str, location_name: Optional[str] = None) -> MetadataValue:
        """A job."""
        return MetadataValue("job", {"name": job_name, "location": location_name})

    @staticmethod
    def dagster_run(run_id: str) -> MetadataValue:
        """A run."""
        return MetadataValue("run", run_id)

    run = dagster_run

    @staticmethod
    def table(records: Sequence[Any], schema: Optional[TableSchema] = None) -> MetadataValue:
        """Rows: `TableRecord`s or dicts; the schema is read from the first where none is given."""
        rows = [row.data if isinstance(row, TableRecord) else dict(row) for row in records]
        if schema is None:
            schema = _schema_of(rows)
        return MetadataValue("table", {"schema": schema.to_wire(), "records": rows})

    @staticmethod
    def table_schema(schema: TableSchema) -> MetadataValue:
        """The columns of a table."""
        return MetadataValue("table_schema", schema.to_wire())

    @staticmethod
    def column_lineage(lineage: Mapping[str, Iterable[Any]]) -> MetadataValue:
        """For each column, the (asset key, column) pairs that it is made from."""
        deps = getattr(lineage, "deps_by_column", lineage)
        return MetadataValue(
            "column_lineage",
            {
                column: [
                    {"asset": AssetKey.from_coercible(asset).to_user_string(), "column": name}
                    for asset, name in sources
                ]
                for column, sources in deps.items()
            },
        )

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


class TableColumn:
    """One column of a table."""

    def __init__(
        self,
        name: str,
        type: str = "string",
        description: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
    ):
        self.name = name
        self.type = type
        self.description = description
        self.tags = dict(tags or {})


class TableSchema:
    """The columns of a table."""

    def __init__(self, columns: Sequence[Any]):
        self.columns = [
            column if isinstance(column, TableColumn) else TableColumn(**column)
            for column in columns
        ]

    @staticmethod
    def from_name_type_dict(name_type_dict: Mapping[str, str]) -> TableSchema:
        """A schema from column names and types."""
        return TableSchema([TableColumn(name, kind) for name, kind in name_type_dict.items()])

    def to_wire(self) -> Dict[str, Any]:
        """JSON-able form."""
        return {
            "columns": [
                {"name": c.name, "type": c.type, "description": c.description, "tags": c.tags}
                for c in self.columns
            ]
        }


class TableRecord:
    """One row of a table."""

    def __init__(self, data: Mapping[str, Any]):
        self.data = dict(data)


class TableColumnDep:
    """A column of an asset that another column is made from."""

    def __init__(self, asset_key: Any, column_name: str):
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.column_name = column_name

    def __iter__(self) -> Any:
        return iter((self.asset_key, self.column_name))


class TableColumnLineage:
    """For each column, the columns that it is made from."""

    def __init__(self, deps_by_column: Mapping[str, Sequence[TableColumnDep]]):
        self.deps_by_column = dict(deps_by_column)


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
        return MetadataValue(kind, value)
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
            return MetadataValue(plain_kind, value)
    if isinstance(value, tuple):
        return MetadataValue("json", list(value))
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
