"""Connections to the database: how SQLite is set, in one place.

docs/explanation/storage.md says why. It must not know what is stored.
"""

from __future__ import annotations

import sqlite3

from atoll_server.ports.event_log import StorageError

CHECKPOINT_BYTES = 8 * 1024 * 1024
"""So long may the write-ahead log grow before it is copied into the database."""
_BUSY_S = 5.0
"""How long a statement waits for another program that has locked the database."""
_PRAGMAS = (
    # Of a new database only: what erasing has freed can be given back in pieces.
    "PRAGMA auto_vacuum = INCREMENTAL",
    # A commit survives the death of any process; `sync` makes it survive a power cut.
    "PRAGMA synchronous = NORMAL",
    # `sync` checkpoints beside the writer; this is only the fallback.
    "PRAGMA wal_autocheckpoint = 16000",
    # A log that a long reader has let grow becomes short again.
    f"PRAGMA journal_size_limit = {CHECKPOINT_BYTES}",
)


def connect(path: str) -> sqlite3.Connection:
    """A connection, for any one thread at a time; transactions are begun by hand.

    Raises:
        StorageError: `storage.file_system`, it cannot do what the write-ahead log needs.
        sqlite3.Error: the file is no database, is locked, or cannot be read.
    """
    connection = sqlite3.connect(
        path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        add_functions(connection)
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise StorageError(
                f"the file system of {path} has no memory that processes can share",
                code="storage.file_system",
                hint="Put ATOLL_HOME on a local file system.",
            )
    except BaseException:
        connection.close()
        raise
    return connection


def add_functions(connection: sqlite3.Connection) -> None:
    """Have the functions that statements use and SQLite lacks."""
    connection.create_function("casefold", 1, _casefold, deterministic=True)


def _casefold(text: str | None) -> str | None:
    """SQLite's own `lower` knows ASCII only."""
    return None if text is None else text.casefold()
