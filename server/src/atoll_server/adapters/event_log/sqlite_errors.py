"""SQLite's errors in the words of the port: one table."""

from __future__ import annotations

import errno
import sqlite3

from atoll_server.ports.event_log import StorageError

NO_LOCKS = "Put ATOLL_HOME on a local file system; network file systems often have no locks."
_FREE = "Free some space; Atoll goes on by itself."
_TABLE = {
    "SQLITE_FULL": ("storage.disk_full", _FREE),
    "SQLITE_READONLY": ("storage.read_only", "Make the folder and the files in it writable."),
    "SQLITE_CANTOPEN": ("storage.cannot_open", "Check that the folder exists and is writable."),
    "SQLITE_PERM": ("storage.cannot_open", "Check who owns the folder and the files in it."),
    "SQLITE_CORRUPT": (
        "storage.corrupt",
        "Restore the database from a backup, or move it away to begin anew.",
    ),
    "SQLITE_NOTADB": (
        "storage.corrupt",
        "This file is not a database: move it away, or choose another ATOLL_HOME.",
    ),
    "SQLITE_BUSY": ("storage.locked", "Another program keeps the database locked; close it."),
    "SQLITE_LOCKED": ("storage.locked", "Another program keeps the database locked; close it."),
    "SQLITE_IOERR_LOCK": ("storage.file_system", NO_LOCKS),
    "SQLITE_IOERR_SHMLOCK": ("storage.file_system", NO_LOCKS),
    "SQLITE_IOERR_SHMMAP": ("storage.file_system", NO_LOCKS),
    "SQLITE_IOERR_SHMSIZE": ("storage.disk_full", _FREE),
    "SQLITE_PROTOCOL": ("storage.file_system", NO_LOCKS),
    "SQLITE_IOERR": ("storage.io", "The disk failed to read or write; see the system's log."),
}

_OS_ERRORS = {
    errno.ENOSPC: _TABLE["SQLITE_FULL"],
    errno.EDQUOT: _TABLE["SQLITE_FULL"],
    errno.EROFS: _TABLE["SQLITE_READONLY"],
    errno.ENOLCK: ("storage.file_system", NO_LOCKS),
}

_NOT_THE_STORAGE = (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError)
"""The storage is well; what it was given cannot be stored, now or later."""


def refusal(error: Exception, path: str) -> Exception:
    """What a write that failed with `error` means to the user of the port.

    A `StorageError` where trying again may help, else `error` itself.
    """
    is_storage = isinstance(error, sqlite3.Error | OSError | StorageError)
    if not is_storage or isinstance(error, _NOT_THE_STORAGE):
        return error
    return storage_error(error, path)


def storage_error(error: Exception, path: str) -> StorageError:
    """What `error`, met at `path`, means to the user of the port."""
    if isinstance(error, StorageError):
        return error
    if isinstance(error, PermissionError | FileNotFoundError | NotADirectoryError):
        code, hint = _TABLE["SQLITE_CANTOPEN"]
        return StorageError(f"cannot open {path}: {error.strerror}", code=code, hint=hint)
    if isinstance(error, OSError):
        code, hint = _OS_ERRORS.get(error.errno or 0, _TABLE["SQLITE_IOERR"])
        return StorageError(f"{path}: {error.strerror or error}", code=code, hint=hint)
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, (code, hint) in _TABLE.items():
        if name.startswith(prefix):
            return StorageError(f"{path}: {error}", code=code, hint=hint)
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return StorageError(f"{path} is closed", code="storage.closed")
    return StorageError(f"{path}: {error}", code="storage.failed")
