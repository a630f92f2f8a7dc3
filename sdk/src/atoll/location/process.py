"""The location process: imports user code once, describes it, and makes workers of it.

Single-threaded, with a plain `poll` loop, so that a fork of it is a whole copy.
"""

from __future__ import annotations

import faulthandler
import fcntl
import gc
import os
import platform
import select
import signal
import socket
import sys
import time
import traceback
import warnings
from typing import Dict, Iterator, List, NoReturn, Optional

from atoll.compat import dagster
from atoll.definitions.collection import Definitions
from atoll.execution.prepare import prepare, warm
from atoll.graph.hints import notices
from atoll.graph.snapshot import build_snapshot
from atoll.location import loading, worker
from atoll.location.descriptors import moved_up
from atoll.location.imports import ImportTimes
from atoll.location.load_failure import load_failure
from atoll.location.probe import TIME_LIMIT_S, Trial, verdict_without_fork
from atoll_wire.codec import MalformedMessage
from atoll_wire.failure import Failure, ProcessExit
from atoll_wire.framing import FrameDecoder, encode
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import (
    Load,
    Loaded,
    LoadFailed,
    Message,
    Probed,
    SnapshotChunk,
    StartWorker,
    WorkerExited,
    WorkerStarted,
)
from atoll_wire.snapshot import chunks, content_hash

_RECEIVE_BYTES = 1 << 18
_SOCKETS_FD = 300


def main(arguments: List[str]) -> NoReturn:
    """Serve until the supervisor goes.

    Args:
        arguments: name of the location (for `ps`), file descriptors of the frames and of the
            doorbell, path of the file for stacks.
    """
    _name, frames_fd, bell_fd, stack_path = arguments
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    stack = open(stack_path, "a")  # noqa: SIM115  # stays open: faulthandler writes to its descriptor
    faulthandler.enable(stack)
    faulthandler.register(signal.SIGUSR2, stack)
    process = LocationProcess(_inherited(int(frames_fd)), _inherited(int(bell_fd)))
    status = 1
    try:
        process.serve()
        status = 0
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)  # no atexit handler of user code may keep it


def _inherited(fd: int) -> socket.socket:
    return socket.socket(fileno=moved_up(fd, _SOCKETS_FD))


class LocationProcess:
    """One process of a location: its leader, or a spare."""

    def __init__(self, frames: socket.socket, bell: socket.socket) -> None:
        self._frames, self._bell = frames, bell
        bell.setblocking(False)
        self._decoder = FrameDecoder()
        self._workers: Dict[int, AttemptKey] = {}
        self._trial: Optional[Trial] = None
        self._trial_ends = 0.0
        self._wakeup, self._wakeup_writer = -1, -1
        self._pid = os.getpid()

    def serve(self) -> None:
        """Load, then take orders until the supervisor closes the socket."""
        load = next(self._messages())
        assert isinstance(load, Load)
        definitions = self._load(load)
        if definitions is None:
            return
        if load.spare:
            self._serve_as_spare(definitions, reuse=load.target.worker == "pool")
        else:
            self._catch_children()
            self._start_trial(load.target.worker)
            self._serve_as_leader(definitions)

    def _load(self, load: Load) -> Optional[Definitions]:
        self._die_with_supervisor(True)
        times = ImportTimes()
        try:
            with times:
                definitions = loading.load(load.target)
            snapshot = build_snapshot(definitions)
            prepare(definitions)
        except BaseException as error:  # SystemExit and KeyboardInterrupt among them
            self._end_if_stray()
            failure = load_failure(error, load.target)
            self._die_with_supervisor(False)
            self._send(LoadFailed(failure))
            return None
        self._end_if_stray()
        self._die_with_supervisor(False)
        text = snapshot.dumps()
        hash = content_hash(text)
        self._send(
            Loaded(
                identity=loading.identity(hash, load.target),
                snapshot_hash=hash,
                python_version=platform.python_version(),
                rss_bytes=_rss_bytes(),
                platform=sys.platform,
                notices=dagster.notices() + notices(definitions),
                executable=sys.executable,
                packages=loading.packages(),
                slowest_imports=times.slowest,
            )
        )
        if not load.spare:
            pieces = chunks(text)
            for index, piece in enumerate(pieces):
                self._send(SnapshotChunk(hash, index, len(pieces), piece))
        del snapshot, text
        warm()  # the host knows already; what every step would import is imported once
        gc.collect()
        gc.freeze()  # what a fork does not collect, it does not copy
        return definitions

    def _end_if_stray(self) -> None:
        """End a process that user code forked and let come back to us."""
        if os.getpid() != self._pid:
            os._exit(0)

    def _die_with_supervisor(self, on: bool) -> None:
        """While user code holds the process, let the socket's end end it (SIGIO's default).

        The supervisor sends nothing until it has heard of the outcome.
        """
        flags = fcntl.fcntl(self._frames, fcntl.F_GETFL)
        if on and sys.platform.startswith("linux"):
            signal.signal(signal.SIGIO, signal.SIG_DFL)
            fcntl.fcntl(self._frames, fcntl.F_SETOWN, os.getpid())
            fcntl.fcntl(self._frames, fcntl.F_SETFL, flags | os.O_ASYNC)
        else:
            fcntl.fcntl(self._frames, fcntl.F_SETFL, flags & ~getattr(os, "O_ASYNC", 0))

    def _serve_as_spare(self, definitions: Definitions, reuse: bool) -> None:
        for message in self._messages():
            if isinstance(message, StartWorker):
                key = message.request.key
                self._send(WorkerStarted(key, os.getpid()))
                if not reuse:
                    self._frames.close()
                worker.execute(message, definitions, self._bell, forked=False)
                self._end_if_stray()
                if not reuse:
                    return

    def _serve_as_leader(self, definitions: Definitions) -> None:
        poll = select.poll()
        poll.register(self._frames, select.POLLIN)
        poll.register(self._wakeup, select.POLLIN)
        while True:
            timeout = None
            if self._trial is not None:
                timeout = max(0.0, self._trial_ends - time.monotonic()) * 1000
            ready = {fd for fd, _ in poll.poll(timeout)}
            if self._wakeup in ready:
                os.read(self._wakeup, 4096)
            self._wait_for_children()
            if self._frames.fileno() in ready:
                data = self._frames.recv(_RECEIVE_BYTES)
                if not data:
                    return
                for frame in self._decoder.feed(data):
                    if isinstance(frame.message, StartWorker):
                        self._fork(frame.message, definitions)

    def _fork(self, order: StartWorker, definitions: Definitions) -> None:
        worker.flush_output()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the trial has proven it safe
            pid = os.fork()
        if pid:
            self._workers[pid] = order.request.key
            self._send(WorkerStarted(order.request.key, pid))
            return
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            self._frames.close()
            os.close(self._wakeup)
            os.close(self._wakeup_writer)
            worker.execute(order, definitions, self._bell, forked=True)
            status = 0
        finally:
            os._exit(status)

    def _catch_children(self) -> None:
        """Wake up when a child ends, whatever handlers user code installed."""
        self._wakeup, self._wakeup_writer = os.pipe()
        os.set_blocking(self._wakeup_writer, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup_writer, warn_on_full_buffer=False)

    def _wait_for_children(self) -> None:
        if self._trial is not None:
            self._wait_for_trial(self._trial)
        for pid in list(self._workers):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if found:
                exit = ProcessExit.of_status(status)
                rss = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
                self._send(WorkerExited(self._workers.pop(pid), pid, exit, rss))

    def _start_trial(self, wanted: str) -> None:
        if wanted in ("spawn", "pool", "none"):
            self._send(Probed(False, "not tried: %s was asked for" % wanted))
            return
        verdict = verdict_without_fork()
        if verdict is not None:
            self._send(verdict)
            return
        self._trial = Trial()
        self._trial_ends = time.monotonic() + TIME_LIMIT_S

    def _wait_for_trial(self, trial: Trial) -> None:
        found, status = os.waitpid(trial.pid, os.WNOHANG)
        if found:
            self._send(trial.verdict(status))
        elif time.monotonic() >= self._trial_ends:
            os.kill(trial.pid, signal.SIGKILL)
            os.waitpid(trial.pid, 0)
            self._send(trial.verdict(None))
        else:
            return
        self._trial = None

    def _messages(self) -> Iterator[Message]:
        """Messages one by one, until the supervisor goes."""
        while True:
            data = self._frames.recv(_RECEIVE_BYTES)
            if not data:
                return
            for frame in self._decoder.feed(data):
                yield frame.message

    def _send(self, message: Message) -> None:
        try:
            self._frames.sendall(encode(message))
        except OSError:
            pass  # the supervisor is gone; EOF follows
        except MalformedMessage as error:
            self._send(LoadFailed(Failure("location.too_large", str(error))))


def _rss_bytes() -> Optional[int]:
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
