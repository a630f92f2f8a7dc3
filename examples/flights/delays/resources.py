"""A DuckDB that reads data frames where they lie."""

from typing import Any

import duckdb
import polars as pl

from atoll import ConfigurableResource


class DuckDB(ConfigurableResource):
    """An in-memory DuckDB for one query, with limits so that a laptop stays usable."""

    threads: int = 2
    memory_limit: str = "1GB"

    def query(self, sql: str, parameters: dict[str, Any], **frames: pl.DataFrame) -> pl.DataFrame:
        """The result of `sql`, in which each of `frames` is a table of that name."""
        settings = {"threads": self.threads, "memory_limit": self.memory_limit}
        with duckdb.connect(":memory:", config=settings) as connection:
            for name, frame in frames.items():
                connection.register(name, frame.to_arrow())
            return pl.from_arrow(connection.sql(sql, params=parameters).to_arrow_table())
