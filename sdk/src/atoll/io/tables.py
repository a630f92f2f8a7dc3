"""Tables of a database as the places of values: one per asset, its partitions by a column.

Knows which table and which rows a value is; a `DbClient` knows the database, and a `DbTypeHandler`
how values of a type become rows. The names are Dagster's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import (
    Any,
    ContextManager,
    Dict,
    Generic,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Type,
    TypeVar,
    Union,
)

from atoll.definitions.metadata.metadata_sets import TableMetadataSet
from atoll.definitions.partitions.keys import TimeWindow
from atoll.errors import InvariantError, ParameterError, StoredValueError, TypeCheckError
from atoll.io.annotations import frame_kind, is_any, type_name, wanted_frames
from atoll.io.contexts import InputContext, OutputContext, called
from atoll.io.manager import IOManager

T = TypeVar("T")
Context = Union[InputContext, OutputContext]


class TablePartitionDimension(NamedTuple):
    """Which rows belong to some partitions, by one of their dimensions."""

    partition_expr: str
    """SQL for the dimension's value of a row, mostly a column's name."""
    partitions: Any
    """A `TimeWindow`, or the keys."""


class TableSlice(NamedTuple):
    """The rows and columns of a table that are a value."""

    table: str
    schema: str
    database: Optional[str] = None
    columns: Optional[Sequence[str]] = None
    """None for all."""
    partition_dimensions: Optional[Sequence[TablePartitionDimension]] = None
    """None, or none, for all rows."""


class DbTypeHandler(ABC, Generic[T]):
    """Stores values of some types as rows, and makes them of rows."""

    @abstractmethod
    def handle_output(
        self, context: OutputContext, table_slice: TableSlice, obj: T, connection: Any
    ) -> Optional[Mapping[str, Any]]:
        """Write the rows; those that were there are gone. Gives facts about them, or None."""

    @abstractmethod
    def load_input(self, context: InputContext, table_slice: TableSlice, connection: Any) -> T:
        """Read the rows."""

    @property
    @abstractmethod
    def supported_types(self) -> Sequence[Type[Any]]:
        """The types of its values; subclasses of them are meant too."""


class DbClient(Generic[T]):
    """Speaks to a database."""

    @abstractmethod
    def connect(self, context: Any, table_slice: TableSlice) -> ContextManager[T]:
        """A connection for the block; what was written in it is visible behind it, or not at all
        if it raised.
        """
        raise NotImplementedError("%s.connect" % type(self).__name__)

    @abstractmethod
    def ensure_schema_exists(
        self, context: OutputContext, table_slice: TableSlice, connection: T
    ) -> None:
        """Make the table's schema, where it is missing."""
        raise NotImplementedError("%s.ensure_schema_exists" % type(self).__name__)

    @abstractmethod
    def delete_table_slice(
        self, context: OutputContext, table_slice: TableSlice, connection: T
    ) -> None:
        """Remove the rows, where there are any."""
        raise NotImplementedError("%s.delete_table_slice" % type(self).__name__)

    @abstractmethod
    def get_select_statement(self, table_slice: TableSlice) -> str:
        """The SQL that reads the rows."""
        raise NotImplementedError("%s.get_select_statement" % type(self).__name__)

    def get_table_name(self, table_slice: TableSlice) -> str:
        """The table's full name, with its schema and database."""
        parts = [table_slice.database, table_slice.schema, table_slice.table]
        return ".".join(part for part in parts if part)


class DbIOManager(IOManager):
    """Keeps each asset in a table of a database.

    The table is the last part of the asset's key. Its schema is what the asset's metadata say
    under `schema`, else the IO manager's own, else the part of the key before the last, else
    `public`. An asset with partitions says under `partition_expr` in its metadata which column
    tells them apart: a window of time is `column >= start and column < end`, other keys are
    `column in (...)`; with several dimensions, a dict by their names. An input reads only the
    columns that its own metadata name under `columns`. An op's output is the table of its name,
    or what its metadata say under `table`.

    Args:
        type_handlers: for the types of values that are stored and loaded.
        db_client: speaks to the database.
        database: its name.
        schema: of tables whose asset says none.
        io_manager_name: for messages.
        default_load_type: of an input without an annotation; that of the only handler by default,
            else what the asset is annotated with.

    Raises:
        ParameterError: `parameter.given_twice`, two handlers are for the same type.
    """

    def __init__(
        self,
        *,
        type_handlers: Sequence[DbTypeHandler[Any]],
        db_client: DbClient[Any],
        database: str,
        schema: Optional[str] = None,
        io_manager_name: Optional[str] = None,
        default_load_type: Optional[Type[Any]] = None,
    ):
        self._handlers = list(type_handlers)
        self._db_client = db_client
        self._database = database
        self._schema = schema
        self._name = io_manager_name or type(self).__name__
        self._default_load_type = default_load_type
        types = [kind for handler in self._handlers for kind in handler.supported_types]
        twice = [kind for kind in types if types.count(kind) > 1]
        if twice:
            raise ParameterError(
                "%s has two handlers for %s" % (self._name, type_name(twice[0])),
                code="parameter.given_twice",
                hint="leave one of them out",
            )
        if default_load_type is None and len(self._handlers) == len(types) == 1:
            self._default_load_type = types[0]

    def handle_output(self, context: OutputContext, obj: Any) -> None:
        """Replace the rows of the value.

        Raises:
            InvariantError: `value.none`, there is no value.
            TypeCheckError: `value.no_handler`, it is of no type that is handled.
            StoredValueError: `value.no_partition_expr`, no column tells the partitions apart.
        """
        if obj is None:
            raise InvariantError(
                "'%s' gave back None, which is no table" % called(context),
                code="value.none",
                hint="annotate the function with `-> None` if it stores its data itself",
            )
        handler = self._handler_of(type(obj), context)
        rows = self._slice_of(context, context)
        with self._db_client.connect(context, rows) as connection:
            self._db_client.ensure_schema_exists(context, rows, connection)
            self._db_client.delete_table_slice(context, rows, connection)
            facts = handler.handle_output(context, rows, obj, connection)
        known = {**context.output_metadata, **context.get_logged_metadata()}
        named = dict(TableMetadataSet(table_name=self._db_client.get_table_name(rows)))
        told = {**named, **(facts or {}), "Query": self._db_client.get_select_statement(rows)}
        context.add_output_metadata({k: v for k, v in told.items() if k not in known})

    def load_input(self, context: InputContext) -> Any:
        """Read the rows of the value, as the type that the parameter is annotated with.

        Raises:
            TypeCheckError: `value.no_handler`, that is no type that is handled.
            StoredValueError: `value.no_partition_expr`, no column tells the partitions apart.
        """
        stored = context.upstream_output or context
        handler = self._handler_of(self._wanted(context), context)
        rows = self._slice_of(context, stored)
        with self._db_client.connect(context, rows) as connection:
            return handler.load_input(context, rows, connection)

    def _wanted(self, context: InputContext) -> Any:
        if not is_any(context.annotation):
            return context.annotation
        upstream = context.upstream_output
        if self._default_load_type is None and upstream is not None:
            return upstream.annotation
        return self._default_load_type

    def _handler_of(self, kind: Any, context: Context) -> DbTypeHandler[Any]:
        known: List[Any] = []
        frames = [] if isinstance(kind, type) else wanted_frames(kind)
        for handler in self._handlers:
            types = tuple(handler.supported_types)
            if isinstance(kind, type) and issubclass(kind, types):
                return handler
            if frames and any(frame_kind(each) in frames for each in types):
                return handler
            known += types
        names = " or ".join(type_name(each) for each in known) or "a type of an installed library"
        if kind is None or is_any(kind):
            raise TypeCheckError(
                "%s cannot tell as which type to load '%s'" % (self._name, called(context)),
                code="value.no_handler",
                hint="annotate the parameter with %s" % names,
            )
        raise TypeCheckError(
            "%s has no handler for %s, the type of '%s'"
            % (self._name, type_name(kind), called(context)),
            code="value.no_handler",
            hint="it handles %s" % names,
        )

    def _slice_of(self, context: Context, stored: Context) -> TableSlice:
        facts = stored.definition_metadata
        dimensions: List[TablePartitionDimension] = []
        if context.has_asset_key:
            path = context.asset_key.path
            table = path[-1]
            schema = facts.get("schema") or self._schema or (path[-2] if len(path) > 1 else None)
            if context.has_asset_partitions:
                dimensions = _dimensions(context, facts.get("partition_expr"))
        else:
            table = facts.get("table") or stored.name
            schema = facts.get("schema") or self._schema
        return TableSlice(
            table=str(_plain(table)),
            schema=str(_plain(schema) or "public"),
            database=self._database,
            partition_dimensions=dimensions,
            columns=_plain(context.definition_metadata.get("columns")),
        )


def _plain(fact: Any) -> Any:
    """What a fact says, be it a `MetadataValue`."""
    return getattr(fact, "value", fact)


def _dimensions(context: Context, expression: Any) -> List[TablePartitionDimension]:
    expression = _plain(expression)
    made = context.asset_partitions_def
    keys = context.asset_partition_keys
    if not hasattr(made, "partitions_defs"):
        if not expression:
            raise _no_expression(context, "'your_column'")
        return [TablePartitionDimension(str(expression), _partitions(made, keys))]
    names = made.partition_dimension_names
    if not isinstance(expression, Mapping) or not set(names) <= set(expression):
        raise _no_expression(context, "{%s}" % ", ".join("'%s': '...'" % name for name in names))
    by_name: Dict[str, List[str]] = {name: [] for name in names}
    whole: Set[str] = set()
    for key in keys:
        whole.add(str(key))
        if not hasattr(key, "keys_by_dimension"):
            key = made.get_partition_key_from_str(key)
        for name, part in key.keys_by_dimension.items():
            if part not in by_name[name]:
                by_name[name].append(part)
    count = 1
    for parts in by_name.values():
        count *= len(parts)
    if count != len(whole):
        raise InvariantError(
            "the partitions of '%s' here are not all that their dimensions make up"
            % called(context),
            code="partition.not_one_range",
            hint="store or load them one by one",
        )
    return [
        TablePartitionDimension(
            str(expression[one.name]), _partitions(one.partitions_def, by_name[one.name])
        )
        for one in made.partitions_defs
    ]


def _partitions(partitions_def: Any, keys: Sequence[str]) -> Any:
    """The keys; of windows of time one window, for it must have no gaps."""
    if not keys or not hasattr(partitions_def, "time_window_for_partition_key"):
        return list(keys)
    found = partitions_def.subset_with_partition_keys(keys)
    ranges = found.get_partition_key_ranges(partitions_def)
    if len(ranges) != 1:
        raise InvariantError(
            "the partitions here are %d windows of time, not one" % len(ranges),
            code="partition.not_one_range",
            hint="store or load them one by one",
        )
    first = partitions_def.time_window_for_partition_key(ranges[0].start)
    last = partitions_def.time_window_for_partition_key(ranges[0].end)
    return TimeWindow(first.start, last.end)


def _no_expression(context: Context, example: str) -> StoredValueError:
    return StoredValueError(
        "'%s' has partitions, and nothing says by which column of its table" % called(context),
        code="value.no_partition_expr",
        hint="add metadata={'partition_expr': %s} to the asset" % example,
    )
