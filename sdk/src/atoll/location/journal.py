"""The worker's side of a journal: where a step's events are written, and its right to run.

See `atoll_wire.journal` for the format. Who has created the journal may execute the attempt;
the lock on it says that the worker lives.
"""

from __future__ import annotations

import fcntl
import os
import socket
import sys
import threading
import time
from contextlib import contextmanager
from typing import Any, Dict, Iterator, Optional

from atoll.errors import ExecutionInterrupted
from atoll_wire import events
from atoll_wire.events import JournalEvent
from atoll_wire.journal import encode_event
from atoll_wire.keys import AttemptKey

UNWRITABLE_EXIT = 74
"""Exit status of a worker that could not write its journal (EX_IOERR)."""


class Journal:
    """The open journal of the attempt that this process executes.

    Use `begin`. Writing from several threads is fine; a process that user code forked writes
    nothing. Signals that cancel are held back while an event is written.
    """

    def __init__(self, fd: int, key: AttemptKey, bell: Optional[socket.socket]) -> None:
        self._fd, self._bell = fd, bell
        self._ring = ("%s/%s" % (key.run_id, key.file_name)).encode()
        self._pid, self._main = os.getpid(), threading.get_ident()
        self._lock = threading.Lock()
        self._seq = 0
        self._held = 0
        self._interrupted = False
        self.closed = False
        """Whether the closing event is written: what comes now cannot change the outcome."""

    @classmethod
    def begin(
        cls, path: str, key: AttemptKey, bell: Optional[socket.socket], data: Dict[str, Any]
    ) -> Optional[Journal]:
        """Create the attempt's journal; None where it has been executed, or buried, before."""
        temporary = "%s.%d.tmp" % (path, os.getpid())
        try:
            fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except FileNotFoundError:
            return None  # the run is over: its folder is gone
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self = cls(fd, key, bell)
        try:
            self.emit(events.STEP_WORKER_STARTED, "worker %d has started" % self._pid, data)
            os.link(temporary, path)
        except OSError:
            os.close(fd)
            return None
        finally:
            try:
                os.unlink(temporary)
            except FileNotFoundError:
                pass  # the run was forgotten meanwhile, and its folder moved
        return self

    def emit(self, kind: str, message: str = "", data: Optional[Dict[str, Any]] = None) -> None:
        """Append an event; durable against the death of any process when this returns."""
        if os.getpid() != self._pid or self.closed:
            return
        with self.uninterruptible():
            with self._lock:
                self._seq += 1
                line = encode_event(JournalEvent(self._seq, kind, time.time(), message, data or {}))
                self._write(line)
                self.closed = kind in events.CLOSING
            if kind not in events.FOLLOWED:
                self._ring_bell()

    @contextmanager
    def uninterruptible(self) -> Iterator[None]:
        """Hold cancellation back: what is inside is done whole, or not begun."""
        if threading.get_ident() != self._main:
            yield  # signals reach the main thread only
            return
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        if self._interrupted and not self._held and not self.closed:
            self._interrupted = False
            raise ExecutionInterrupted()

    def interrupt(self, *_: Any) -> None:
        """Signal handler: raise in user code, now or when it may be interrupted."""
        if self.closed or os.getpid() != self._pid:
            return
        if self._held:
            self._interrupted = True
        else:
            raise ExecutionInterrupted()

    def close(self) -> None:
        """Let go of the lock; only a closed journal may be let go by a living process."""
        os.close(self._fd)

    def _write(self, line: bytes) -> None:
        start = os.fstat(self._fd).st_size
        try:
            if os.write(self._fd, line) == len(line):
                return
            reason = "the disk is full"
        except OSError as error:
            reason = str(error)
        # Nobody would ever learn what this worker does from here on: better to end, and be
        # reported as lost, than to go on unrecorded.
        os.ftruncate(self._fd, start)
        sys.stderr.write("atoll: the journal cannot be written: %s\n" % reason)
        sys.stderr.flush()
        os._exit(UNWRITABLE_EXIT)

    def _ring_bell(self) -> None:
        if self._bell is not None:
            try:
                self._bell.send(self._ring)
            except OSError:
                pass  # nobody listens, or too many ring: the supervisor rescans anyway
