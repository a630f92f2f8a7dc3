"""Bringing a database to the schema that this release knows, with a backup of what it was.

Only the deployment's engine may change the schema, or whoever keeps engines out meanwhile.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from typing import NamedTuple

from atoll_server.adapters.event_log.home_lock import HomeLock
from atoll_server.adapters.event_log.statements import migrations
from atoll_server.ports.event_log import StorageError

_ROOM = 4
"""The room that an upgrade may need, in databases: the copy, and a table that is written anew."""


class Upgrade(NamedTuple):
    """What an upgrade has done."""

    before: int
    """Version of the schema; 0 of a new database."""
    after: int
    backup: str | None
    """Path of the copy that was made before anything changed; None: nothing did."""


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the database's schema."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def upgrade(connection: sqlite3.Connection, path: str, lock: HomeLock) -> Upgrade:
    """Bring the database to the newest schema, one migration per transaction.

    Raises:
        StorageError: `storage.too_new`, a newer release of Atoll wrote this database;
            `storage.outdated`, it has to be upgraded, and another process is the engine.
    """
    before, newest = version_of(connection), max(migrations())
    if before > newest:
        raise StorageError(
            f"the database has schema {before}; this release knows {newest}",
            code="storage.too_new",
            hint="Use the release of Atoll that wrote it, or a newer one.",
        )
    if before == newest:
        return Upgrade(before, newest, None)
    if before == 0:  # new: whoever is first makes it, another one finds it made
        _migrate(connection)
        return Upgrade(before, newest, None)
    is_ours = lock.is_held
    if not is_ours:
        _keep_engines_out(lock, before)
    try:
        backup = _back_up(connection, path, version_of(connection))
        _migrate(connection)
    finally:
        if not is_ours:
            lock.release()
    return Upgrade(before, newest, backup)


def _keep_engines_out(lock: HomeLock, version: int) -> None:
    try:
        lock.acquire()
    except StorageError as error:
        raise StorageError(
            f"the database has schema {version} and this release needs {max(migrations())}, but "
            f"{error}",
            code="storage.outdated",
            hint="Stop it if it is of an older release, then: atoll db upgrade",
        ) from None


def _migrate(connection: sqlite3.Connection) -> None:
    for number, script in migrations().items():
        if number <= version_of(connection):
            continue
        # executescript commits what is open; the script brings its own transaction.
        whole = f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {number};\nCOMMIT;"
        try:
            connection.executescript(whole)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if version_of(connection) < number:
                raise


def _back_up(connection: sqlite3.Connection, path: str, version: int) -> str:
    """A copy of the whole database beside it; complete under its name, or not there."""
    _refuse_without_room(path)
    name = f"{path}.schema-{version}.{time.strftime('%Y%m%dT%H%M%S')}.backup"
    temporary = f"{name}.{os.getpid()}"
    try:
        connection.execute("VACUUM INTO ?", (temporary,))
        os.chmod(temporary, 0o600)
        _flush(temporary)  # what it is a copy of changes next
        os.replace(temporary, name)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
    return name


def _refuse_without_room(path: str) -> None:
    size, free = os.stat(path).st_size, shutil.disk_usage(os.path.dirname(path)).free
    needed = _ROOM * size
    if free < needed:
        raise StorageError(
            f"{path} has an older schema, and there is no room to copy and upgrade it: "
            f"that may take {needed >> 20} MiB, and {free >> 20} MiB are free",
            code="storage.disk_full",
            hint="Free some space, then start again; nothing has been changed.",
        )


def _flush(path: str) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
