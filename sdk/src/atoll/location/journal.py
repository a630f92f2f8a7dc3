"""The worker's side of a journal: where a step's events are written, and its right to run.

See `atoll_wire.journal` for the format. Who has created the journal may execute the attempt;
the lock on it says that the worker lives.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import threading
import time
from contextlib import contextmanager
from typing import Any, Dict, Iterator, Optional, Tuple

from atoll.errors import ExecutionInterrupted
from atoll.location.descriptors import moved_up
from atoll_wire import events
from atoll_wire.events import JournalEvent
from atoll_wire.journal import encode_event
from atoll_wire.keys import AttemptKey
from atoll_wire.limits import NO_LIMITS, StepLimits, told_cpu_time, told_max_runtime
from atoll_wire.pulse import start_time

UNWRITABLE_EXIT = 74
"""Exit status of a worker that could not write its journal (EX_IOERR)."""

_HIGH_FD = 500


class Journal:
    """The open journal of the attempt that this process executes.

    Use `begin`. Writing from several threads is fine; a process that user code forked writes
    nothing. Signals that cancel are held back while an event is written.
    """

    def __init__(
        self,
        path: str,
        fd: int,
        key: AttemptKey,
        bell: Optional[socket.socket],
        limits: StepLimits = NO_LIMITS,
    ) -> None:
        self._path, self._fd, self._bell, self._limits = path, fd, bell, limits
        self._began = time.monotonic()
        self._inode = _inode(fd)
        self._ring = key.ring.encode()
        self._pid, self._main = os.getpid(), threading.get_ident()
        self._lock = threading.Lock()
        self._seq = 0
        self._held = 0
        self._interruption: Optional[ExecutionInterrupted] = None
        """Why the step is to end; user code sees it once, however often it is asked for."""
        self._is_due = False
        """Whether user code has yet to see it."""
        self.starts_again = False
        """See `Sink`."""
        self.closed = False
        """Whether the closing event is written: what comes now cannot change the outcome."""

    @classmethod
    def begin(
        cls,
        path: str,
        key: AttemptKey,
        bell: Optional[socket.socket],
        data: Dict[str, Any],
        limits: StepLimits = NO_LIMITS,
    ) -> Optional[Journal]:
        """Create the attempt's journal; None where it has been executed, or buried, before."""
        temporary = "%s.%d.tmp" % (path, os.getpid())
        try:
            fd = _opened(temporary, os.O_CREAT | os.O_EXCL)
        except FileNotFoundError:
            return None  # the run is over: its folder is gone
        self = cls(path, fd, key, bell, limits)
        data = dict(data, pid=self._pid, start_time=start_time(self._pid))
        if not limits.is_empty:
            data.update(began=self._began, began_cpu_s=time.process_time())
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
        if os.getpid() != self._pid:
            if kind == events.LOG:
                return
            os._exit(0)  # user code forked, and the child came back out of the step's function
        if self.closed:
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
        if self._is_due and not self._held and not self.closed:
            self._raise()

    def interrupt(self, number: int, *_: Any) -> None:
        """Signal handler: raise in user code, now or when it may be interrupted.

        Once: what user code does about it is not interrupted, but killed when the grace is over.
        SIGHUP says that whoever looks after this attempt ends, as a terminal does.
        """
        if os.getpid() != self._pid:  # in a process that user code forked, it means what it says
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        if self.closed or self._interruption is not None:
            return
        self.starts_again = number == signal.SIGHUP
        self._interruption, self._is_due = self._why(number), True
        if not self._held:
            self._raise()

    def _why(self, number: int) -> ExecutionInterrupted:
        limits = self._limits
        if number == signal.SIGHUP:
            return ExecutionInterrupted()
        if number == signal.SIGXCPU and limits.cpu_time_s is not None:
            text = told_cpu_time(limits.cpu_time_s)
            return ExecutionInterrupted(text, code="step.cpu_time")
        gone_s = time.monotonic() - self._began
        if limits.max_runtime_s is not None and gone_s >= limits.max_runtime_s:
            text = told_max_runtime(limits.max_runtime_s)
            return ExecutionInterrupted(text, code="step.timed_out")
        return ExecutionInterrupted()

    def _raise(self) -> None:
        assert self._interruption is not None
        self._is_due = False
        raise self._interruption

    def close(self) -> None:
        """Let go of the lock; only a closed journal may be let go by a living process."""
        if _inode(self._fd) == self._inode:
            os.close(self._fd)

    def _write(self, line: bytes) -> None:
        try:
            if _inode(self._fd) != self._inode:
                self._reopen()
            start = os.fstat(self._fd).st_size
            if os.write(self._fd, line) == len(line):
                return
            os.ftruncate(self._fd, start)
            reason = "the disk is full"
        except OSError as error:
            reason = str(error)
        # Nobody would ever learn what this worker does from here on: better to end, and be
        # reported as lost, than to go on unrecorded.
        os.write(2, ("atoll: the journal cannot be written: %s\n" % reason).encode())
        os._exit(UNWRITABLE_EXIT)

    def _reopen(self) -> None:
        """User code has closed our descriptor, and with it the lock; its number may be a file
        of the user's by now."""
        self._fd = _opened(self._path, 0)
        self._inode = _inode(self._fd)

    def _ring_bell(self) -> None:
        if self._bell is not None:
            try:
                self._bell.send(self._ring)
            except OSError:
                pass  # nobody listens, or too many ring: the supervisor rescans anyway


def _opened(path: str, flags: int) -> int:
    """The file, open to append and locked, out of reach of those who close what they find."""
    low = os.open(path, os.O_RDWR | os.O_APPEND | flags, 0o600)
    # Before there is a lock: closing any descriptor of a file lets its locks go.
    fd = moved_up(low, _HIGH_FD)
    fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return fd


def _inode(fd: int) -> Optional[Tuple[int, int]]:
    """What file a descriptor is, or None where it is none any more."""
    try:
        status = os.fstat(fd)
    except OSError:
        return None
    return status.st_dev, status.st_ino
