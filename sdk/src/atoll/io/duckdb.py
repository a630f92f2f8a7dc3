"""DuckDB: IO managers that keep frames as tables, and a resource that connects.

Needs the extra `atoll[duckdb]` in the location's environment, once a step stores or loads.
"""

from __future__ import annotations

import contextlib
import importlib
import time
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Sequence, Type

from pydantic import Field

from atoll.definitions.resources.configurable import ConfigurableResource
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import IOManagerDefinition
from atoll.errors import StoredValueError
from atoll.io.configurable import ConfigurableIOManagerFactory
from atoll.io.contexts import OutputContext
from atoll.io.duckdb_frames import (
    DuckDBPandasTypeHandler,
    DuckDBPolarsTypeHandler,
    DuckDBPyArrowTypeHandler,
)
from atoll.io.duckdb_sql import delete, has_table, quoted, select
from atoll.io.tables import DbClient, DbIOManager, DbTypeHandler, TableSlice

__all__ = [
    "DuckDBIOManager",
    "DuckDBPandasIOManager",
    "DuckDBPandasTypeHandler",
    "DuckDBPolarsIOManager",
    "DuckDBPolarsTypeHandler",
    "DuckDBPyArrowIOManager",
    "DuckDBPyArrowTypeHandler",
    "DuckDBResource",
    "DuckDbClient",
    "build_duckdb_io_manager",
]

PAUSES = [0.05 * 2**n for n in range(6)] + [2.0] * 50
"""Seconds between tries to open a file that another process holds: 103 s in all."""


class DuckDbClient(DbClient[Any]):
    """Speaks to a DuckDB database.

    Args:
        database: a file's path, or `md:` and a name.
        connection_config: DuckDB's own settings.
    """

    def __init__(self, database: str, connection_config: Optional[Mapping[str, Any]] = None):
        self._database = database
        self._config = dict(connection_config or {})

    @contextlib.contextmanager
    def connect(self, context: Any, table_slice: TableSlice) -> Iterator[Any]:
        """A connection for the block: for an output in a transaction, which is taken back if the
        block raises.

        Raises:
            StoredValueError: `value.no_library`, DuckDB is missing; `value.locked`, another
                process holds the file.
        """
        with connected(self._database, self._config) as connection:
            if not isinstance(context, OutputContext):
                yield connection
                return
            connection.begin()
            yield connection  # closing the connection takes back what was not committed
            with context.uninterruptible():
                connection.commit()

    def ensure_schema_exists(
        self, context: OutputContext, table_slice: TableSlice, connection: Any
    ) -> None:
        """Make the table's schema, where it is missing."""
        connection.execute("create schema if not exists %s" % quoted(table_slice.schema))

    def delete_table_slice(
        self, context: OutputContext, table_slice: TableSlice, connection: Any
    ) -> None:
        """Remove the rows, where there are any."""
        if has_table(connection, table_slice):
            connection.execute(delete(table_slice))

    def get_select_statement(self, table_slice: TableSlice) -> str:
        """The SQL that reads the rows."""
        return select(table_slice)


class DuckDBIOManager(ConfigurableIOManagerFactory[Any]):
    """Keeps frames of pandas, Polars and Arrow as tables of a DuckDB database.

    See `DbIOManager` for which table and which rows a value is. Each input is loaded as what its
    parameter is annotated with, whichever kind of frame was stored; without an annotation, as
    what the asset is annotated with.

    Attributes:
        database: a file's path, or `md:` and a name.
        connection_config: DuckDB's own settings.
        schema: of tables whose asset says none.
    """

    database: str = Field(description="Path to the DuckDB database.")
    connection_config: Dict[str, Any] = Field(
        default={}, description="DuckDB's own settings, by name."
    )
    schema_: Optional[str] = Field(
        default=None, alias="schema", description="Schema of tables whose asset says none."
    )

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """For the types of values that it stores and loads; override it for others."""
        return [DuckDBPandasTypeHandler(), DuckDBPolarsTypeHandler(), DuckDBPyArrowTypeHandler()]

    @staticmethod
    def default_load_type() -> Optional[Type[Any]]:
        """The type of an input without an annotation; None for what the asset is annotated with."""
        return None

    def create_io_manager(self, context: InitResourceContext) -> DbIOManager:
        """The IO manager."""
        return DbIOManager(
            type_handlers=self.type_handlers(),
            db_client=DuckDbClient(self.database, self.connection_config),
            database=self.database,
            schema=self.schema_,
            io_manager_name=type(self).__name__,
            default_load_type=self.default_load_type(),
        )


class DuckDBPandasIOManager(DuckDBIOManager):
    """Keeps `pandas.DataFrame`s as tables; see `DuckDBIOManager`."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """For pandas."""
        return [DuckDBPandasTypeHandler()]

    @staticmethod
    def default_load_type() -> Optional[Type[Any]]:
        """`pandas.DataFrame`."""
        return frame_class("pandas", "DataFrame")


class DuckDBPolarsIOManager(DuckDBIOManager):
    """Keeps `polars.DataFrame`s as tables; see `DuckDBIOManager`."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """For Polars."""
        return [DuckDBPolarsTypeHandler()]

    @staticmethod
    def default_load_type() -> Optional[Type[Any]]:
        """`polars.DataFrame`."""
        return frame_class("polars", "DataFrame")


class DuckDBPyArrowIOManager(DuckDBIOManager):
    """Keeps `pyarrow.Table`s as tables; see `DuckDBIOManager`."""

    @staticmethod
    def type_handlers() -> Sequence[DbTypeHandler[Any]]:
        """For Arrow."""
        return [DuckDBPyArrowTypeHandler()]

    @staticmethod
    def default_load_type() -> Optional[Type[Any]]:
        """`pyarrow.Table`."""
        return frame_class("pyarrow", "Table")


def build_duckdb_io_manager(
    type_handlers: Sequence[DbTypeHandler[Any]], default_load_type: Optional[Type[Any]] = None
) -> IOManagerDefinition:
    """An IO manager whose `database`, `connection_config` and `schema` are given as config.

    Args:
        type_handlers: for the types of values that it stores and loads.
        default_load_type: of an input without an annotation.
    """

    def make(context: InitResourceContext) -> DbIOManager:
        config = context.resource_config
        return DbIOManager(
            type_handlers=type_handlers,
            db_client=DuckDbClient(config["database"], config.get("connection_config")),
            database=config["database"],
            schema=config.get("schema"),
            io_manager_name="DuckDBIOManager",
            default_load_type=default_load_type,
        )

    return IOManagerDefinition(make, DuckDBIOManager.to_config_schema())


class DuckDBResource(ConfigurableResource[Any]):
    """Connects to a DuckDB database.

    Attributes:
        database: a file's path, `md:` and a name, or `:memory:`.
        connection_config: DuckDB's own settings.
    """

    database: str = Field(
        description="Path to the DuckDB database; ':memory:' for one that nobody else sees."
    )
    connection_config: Dict[str, Any] = Field(
        default={}, description="DuckDB's own settings, by name."
    )

    @contextlib.contextmanager
    def get_connection(self) -> Iterator[Any]:
        """A connection for the block, closed behind it; waits while another process holds the file.

        Raises:
            StoredValueError: `value.no_library`, DuckDB is missing; `value.locked`, another
                process holds the file.
        """
        with connected(self.database, self.connection_config) as connection:
            yield connection


@contextlib.contextmanager
def connected(database: str, config: Mapping[str, Any]) -> Iterator[Any]:
    """A connection to a database for the block; see `DuckDBResource.get_connection`."""
    duckdb = library("duckdb")
    connection = opened(lambda: duckdb.connect(database, read_only=False, config=dict(config)))
    try:
        yield connection
    finally:
        connection.close()


def opened(
    connect: Callable[[], Any],
    sleep: Callable[[float], Any] = time.sleep,
    pauses: Sequence[float] = PAUSES,
) -> Any:
    """What `connect` gives, tried again while another process holds the file.

    Raises:
        StoredValueError: `value.locked`, it held it all the time.
    """
    for pause in [*pauses, None]:
        try:
            return connect()
        except Exception as error:
            if "lock" not in str(error).lower() or type(error).__name__ != "IOException":
                raise
            if pause is None:
                raise StoredValueError(
                    "another process holds the database: %s" % error,
                    code="value.locked",
                    hint="close what has it open; give the assets that use it a pool with one "
                    "slot, so that they wait for each other",
                ) from error
            sleep(pause)
    raise AssertionError("unreachable")


def frame_class(name: str, attribute: str) -> Type[Any]:
    """A class of frames.

    Raises:
        StoredValueError: `value.no_library`, its library is missing.
    """
    found: Type[Any] = getattr(library(name), attribute)
    return found


def library(name: str) -> Any:
    """A library that DuckDB's IO managers need.

    Raises:
        StoredValueError: `value.no_library`, it is missing.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        raise StoredValueError(
            "%s is missing in this location's environment" % name,
            code="value.no_library",
            hint="install it: pip install 'atoll[duckdb]'%s"
            % ("" if name == "duckdb" else " " + name),
        ) from None
