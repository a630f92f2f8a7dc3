"""The SQL beside this module, as data: named queries and numbered migrations."""

from __future__ import annotations

import re
import sqlite3
from functools import cache
from importlib import resources

from atoll_server.ports.event_log import StorageError

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_MIGRATION = re.compile(r"(\d{4})_\w+\.sql")


@cache
def queries() -> dict[str, str]:
    """Every statement of `queries.sql` by its name."""
    text = resources.files(__package__).joinpath("queries.sql").read_text("utf-8")
    parts = _NAME.split(text)
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to the newest schema, one migration per transaction.

    Raises:
        StorageError: `storage.too_new`, a newer release of Atoll wrote this database.
    """
    migrations = _migrations()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > max(migrations):
        raise StorageError(
            f"the database has schema {version}; this release knows {max(migrations)}",
            code="storage.too_new",
            hint="Use the release of Atoll that wrote it, or a newer one.",
        )
    for number in sorted(migrations):
        if number > version:
            # executescript commits what is open; the script brings its own transaction.
            script = f"BEGIN IMMEDIATE;\n{migrations[number]}\nPRAGMA user_version = {number};"
            try:
                connection.executescript(script + "\nCOMMIT;")
            except sqlite3.Error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _migrations() -> dict[int, str]:
    folder = resources.files(__package__).joinpath("migrations")
    return {
        int(match.group(1)): entry.read_text("utf-8")
        for entry in folder.iterdir()
        if (match := _MIGRATION.fullmatch(entry.name))
    }
