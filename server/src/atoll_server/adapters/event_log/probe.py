"""A look at a database from outside: nothing is created, upgraded or locked."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from urllib.parse import quote

from atoll_server.adapters.event_log.sqlite import FILE_NAME
from atoll_server.adapters.event_log.sqlite_errors import storage_error
from atoll_server.adapters.event_log.statements import migrations
from atoll_server.adapters.event_log.upgrade import version_of
from atoll_server.ports.event_log import StorageError


def probe(home: str) -> str | None:
    """The state of the database in `home` in a few words; None: there is none yet.

    Not to be called in a process that has the database open: closing the file would drop the
    locks that the process holds on it.

    Raises:
        StorageError: `storage.*`, it cannot be used; says why and what to do.
    """
    path = os.path.join(home, FILE_NAME)
    if not os.path.exists(path):
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True)) as connection:
            version = version_of(connection)
            damage = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    if damage != ["ok"]:
        hint = "See all of it with: atoll db check"
        raise StorageError(f"{path} is damaged: {damage[0]}", code="storage.corrupt", hint=hint)
    newest = max(migrations())
    if version > newest:
        raise StorageError(
            f"{path} has schema {version}; this release knows {newest}",
            code="storage.too_new",
            hint="Use the release of Atoll that wrote it, or a newer one.",
        )
    note = "" if version == newest else f"; the next start upgrades it to {newest}"
    return f"schema {version}{note}"
