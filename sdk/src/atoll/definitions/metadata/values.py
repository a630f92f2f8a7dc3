"""Metadata: named facts about an asset or an event, each of a kind that the UI can show.

`MetadataValue` makes them; `kinds` has a class for each. On the wire a value is
`{"type": KIND, "value": JSON}`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Sequence, Tuple, Union

from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.tables import TableColumnLineage, TableSchema
from atoll.definitions.source import caller_source
from atoll.errors import MetadataError, ParameterError

if TYPE_CHECKING:
    from atoll.definitions.metadata.code_references import CodeReferencesMetadataValue

_NOT_FINITE = {float("inf"): "Infinity", float("-inf"): "-Infinity"}


class MetadataValue:
    """A fact of a known kind. Made by the functions below, or from a plain Python value.

    Attributes:
        kind: the name of the kind, as it travels: `text`, `int`, `table_schema` and so on.
    """

    __slots__ = ()
    kind = ""

    @property
    def value(self) -> Any:
        """What the fact says: a plain value where there is one, else the fact itself."""
        return self

    @property
    def wire(self) -> Dict[str, Any]:
        """`{"type", "value"}`, JSON-able."""
        return {"type": self.kind, "value": jsonable(self._wire_value())}

    def _wire_value(self) -> Any:
        return self.value

    @classmethod
    def _from_wire(cls, value: Any) -> MetadataValue:
        return cls(value)  # type: ignore[call-arg]

    def _parts(self) -> Tuple[Any, ...]:
        """All that two equal values of the kind have in common."""
        raise NotImplementedError

    @staticmethod
    def from_wire(data: Mapping[str, Any]) -> MetadataValue:
        """The value that `wire` says."""
        from atoll.definitions.metadata.kinds import of_kind

        return of_kind(data)

    @staticmethod
    def text(text: str) -> kinds.TextMetadataValue:
        """Plain text."""
        return kinds.TextMetadataValue(text)

    @staticmethod
    def int(value: int) -> kinds.IntMetadataValue:
        """A whole number."""
        return kinds.IntMetadataValue(value)

    @staticmethod
    def float(value: float) -> kinds.FloatMetadataValue:
        """A number."""
        return kinds.FloatMetadataValue(value)

    @staticmethod
    def bool(value: bool) -> kinds.BoolMetadataValue:
        """True or false."""
        return kinds.BoolMetadataValue(value)

    @staticmethod
    def null() -> kinds.NullMetadataValue:
        """The absence of a value."""
        return kinds.NullMetadataValue()

    @staticmethod
    def json(data: Any) -> kinds.JsonMetadataValue:
        """Any JSON-able value, shown as a tree."""
        return kinds.JsonMetadataValue(data)

    @staticmethod
    def md(data: str) -> kinds.MarkdownMetadataValue:
        """Markdown; a picture is embedded as `![](data:image/png;base64,...)`."""
        return kinds.MarkdownMetadataValue(data)

    @staticmethod
    def url(url: str) -> kinds.UrlMetadataValue:
        """A link."""
        return kinds.UrlMetadataValue(url)

    @staticmethod
    def path(path: Union[str, os.PathLike[str]]) -> kinds.PathMetadataValue:
        """A path on the machine that wrote it."""
        return kinds.PathMetadataValue(path)

    @staticmethod
    def notebook(path: Union[str, os.PathLike[str]]) -> kinds.NotebookMetadataValue:
        """Path of a notebook."""
        return kinds.NotebookMetadataValue(path)

    @staticmethod
    def timestamp(value: Any) -> kinds.TimestampMetadataValue:
        """A moment: seconds since the epoch, or an aware datetime.

        Raises:
            ParameterError: `parameter.type`, the value is neither, or has no time zone.
        """
        if hasattr(value, "timestamp"):
            if value.tzinfo is None:
                raise ParameterError(
                    "a timestamp must know its time zone: %r does not" % (value,),
                    hint="use datetime.now(timezone.utc)",
                )
            value = value.timestamp()
        return kinds.TimestampMetadataValue(value)

    @staticmethod
    def python_artifact(python_artifact: Any) -> kinds.PythonArtifactMetadataValue:
        """A class or function, by its full name.

        Raises:
            ParameterError: `parameter.type`, it is neither.
        """
        if not callable(python_artifact):
            raise ParameterError(
                "MetadataValue.python_artifact(...) takes a class or function, not %.80r"
                % (python_artifact,)
            )
        return kinds.PythonArtifactMetadataValue(
            python_artifact.__module__, python_artifact.__qualname__
        )

    @staticmethod
    def asset(asset_key: Any) -> kinds.DagsterAssetMetadataValue:
        """Another asset."""
        return kinds.DagsterAssetMetadataValue(asset_key)

    @staticmethod
    def job(
        job_name: str,
        location_name: Optional[str] = None,
        *,
        repository_name: Optional[str] = None,
    ) -> kinds.DagsterJobMetadataValue:
        """A job; of which location, where several have one of that name.

        Args:
            job_name: the job's name.
            location_name: its location; None: the one that says so.
            repository_name: the repository in that location.
        """
        return kinds.DagsterJobMetadataValue(job_name, location_name, repository_name)

    @staticmethod
    def dagster_run(run_id: str) -> kinds.DagsterRunMetadataValue:
        """A run, by its id."""
        return kinds.DagsterRunMetadataValue(run_id)

    run = dagster_run

    @staticmethod
    def pool(pool: str) -> kinds.PoolMetadataValue:
        """A pool that limits how many steps run at once, by its name."""
        return kinds.PoolMetadataValue(pool)

    @staticmethod
    def table(
        records: Sequence[Any], schema: Optional[TableSchema] = None
    ) -> kinds.TableMetadataValue:
        """Rows: `TableRecord`s or dicts; the columns are read from the first if none are given.

        Args:
            records: the rows.
            schema: the columns.
        """
        return kinds.TableMetadataValue(records, schema)

    @staticmethod
    def table_schema(schema: TableSchema) -> kinds.TableSchemaMetadataValue:
        """The columns of a table."""
        return kinds.TableSchemaMetadataValue(schema)

    @staticmethod
    def column_lineage(lineage: TableColumnLineage) -> kinds.TableColumnLineageMetadataValue:
        """For each column, the columns that it is made from."""
        return kinds.TableColumnLineageMetadataValue(lineage)

    @staticmethod
    def code_references(code_references: Sequence[Any]) -> CodeReferencesMetadataValue:
        """Files and addresses where the code of an asset is to be found."""
        from atoll.definitions.metadata.code_references import CodeReferencesMetadataValue

        return CodeReferencesMetadataValue(code_references)

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, MetadataValue):
            return NotImplemented
        return self.kind == other.kind and self._parts() == other._parts()

    def __hash__(self) -> Any:
        return hash((self.kind, repr(self._parts())))

    def __repr__(self) -> str:
        return "%s(%s)" % (type(self).__name__, ", ".join(map(repr, self._parts())))


RawMetadataValue = Any
RawMetadataMapping = Mapping[str, Any]


def normalize(metadata: Optional[Mapping[str, Any]]) -> Dict[str, MetadataValue]:
    """Every plain value as a `MetadataValue`.

    Raises:
        MetadataError: `metadata.no_kind`, a value has no kind.
        ParameterError: `parameter.type`, the metadata are no mapping.
    """
    if not metadata:
        return {}
    if not isinstance(metadata, Mapping):
        raise ParameterError(
            "metadata are facts by name, not %.80r" % (metadata,), hint="write {'rows': 3}"
        )
    found = {}
    for name, value in metadata.items():
        if not isinstance(name, str):
            raise _bad(name, value, "names of metadata are strings")
        found[name] = value if isinstance(value, MetadataValue) else metadata_value(value, name)
    return found


def metadata_value(value: Any, name: str = "value") -> MetadataValue:
    """The `MetadataValue` that a plain Python value means.

    Text, numbers, bools, None, dicts, lists, tuples, paths, asset keys, aware datetimes, table
    schemas and column lineages mean something; so do numpy's numbers.

    Raises:
        MetadataError: `metadata.no_kind`, it means nothing.
    """
    if isinstance(value, MetadataValue):
        return value
    for plain in type(value).__mro__:
        kind = _KINDS.get(plain)
        if kind is not None:
            return kinds.CLASSES[kind]._from_wire(value)
    if isinstance(value, AssetKey):
        return kinds.DagsterAssetMetadataValue(value)
    if isinstance(value, os.PathLike):
        return kinds.PathMetadataValue(value)
    if isinstance(value, TableSchema):
        return kinds.TableSchemaMetadataValue(value)
    if isinstance(value, TableColumnLineage):
        return kinds.TableColumnLineageMetadataValue(value)
    if isinstance(value, tuple):
        return kinds.JsonMetadataValue(list(value))
    number = as_number(value)
    if number is not value:
        return metadata_value(number, name)
    if getattr(value, "tzinfo", None) is not None and hasattr(value, "timestamp"):
        return MetadataValue.timestamp(value)
    raise _bad(name, value, "use MetadataValue.text(str(...)), .json(...) or another constructor")


def to_wire(metadata: Mapping[str, MetadataValue]) -> Dict[str, Any]:
    """Normalised metadata as they travel."""
    return {name: value.wire for name, value in metadata.items()}


def from_wire(metadata: Mapping[str, Any]) -> Dict[str, MetadataValue]:
    """Metadata as they travelled."""
    return {name: MetadataValue.from_wire(value) for name, value in metadata.items()}


def as_number(value: Any) -> Any:
    """The Python number that one of numpy's is; any other value as it is."""
    item = getattr(value, "item", None)
    if callable(item) and type(value).__module__.split(".")[0] == "numpy" and not value.shape:
        return item()
    return value


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


def _bad(name: Any, value: Any, hint: str) -> MetadataError:
    place = caller_source()
    where = "" if place is None else " (%s:%d)" % place
    return MetadataError(
        "metadata %r is %s, which has no kind of metadata%s" % (name, type(value).__name__, where),
        code="metadata.no_kind",
        hint=hint,
    )


from atoll.definitions.metadata import kinds  # noqa: E402  # they derive from MetadataValue
