"""Making what is committed survive a power cut, beside the writer.

The write-ahead log is flushed through a descriptor of its own (it carries no locks), so that no
append ever waits for the disk. See docs/decisions/0006-sync-beside-the-writer.md.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3

from atoll_server.adapters.event_log.connecting import CHECKPOINT_BYTES

_FULL_FLUSH = getattr(fcntl, "F_FULLFSYNC", None)  # macOS: fsync alone does not reach the disk


class Flush:
    """Flushes the write-ahead log of one open database.

    Args:
        path: of the database; a connection to it must be open, and stay so.
    """

    def __init__(self, path: str) -> None:
        self._folder = os.path.dirname(path)
        self._wal = os.open(path + "-wal", os.O_RDONLY | os.O_CLOEXEC)
        self._is_folder_synced = False
        self._has_failed = False

    def close(self) -> None:
        """Let go of the log."""
        os.close(self._wal)

    def __call__(self, connection: sqlite3.Connection) -> None:
        """Return when all that was committed before this call is on disk.

        Args:
            connection: of the calling thread; checkpoints when the log has grown.

        Raises:
            OSError, sqlite3.Error: it is not; the next call tries again.
        """
        if self._has_failed:
            self._copy_all(connection)
        else:
            try:
                self._flush()
            except OSError:
                self._has_failed = True
                raise
        if os.fstat(self._wal).st_size > CHECKPOINT_BYTES:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _flush(self) -> None:
        if _FULL_FLUSH is None:
            os.fdatasync(self._wal)
        else:
            fcntl.fcntl(self._wal, _FULL_FLUSH)
        if not self._is_folder_synced:  # the log itself may be a new file
            _sync_folder(self._folder)
            self._is_folder_synced = True

    def _copy_all(self, connection: sqlite3.Connection) -> None:
        """Write everything anew, into the database.

        After a flush that failed, a kernel takes the pages that it could not write for written:
        a second flush that succeeds means nothing.
        """
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        if busy:
            raise OSError(f"the log of {self._folder} could not be written after a failed flush")
        self._flush()
        self._has_failed = False


def _sync_folder(path: str) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
