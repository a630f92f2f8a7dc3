"""One location process: started, spoken to over a Unix socket, watched until its exit."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Callable, Dict, Optional

from atoll_supervisor import lend
from atoll_wire import keys
from atoll_wire.codec import MalformedMessage
from atoll_wire.failure import ProcessExit
from atoll_wire.framing import FrameDecoder, encode
from atoll_wire.messages import Message, Target

_RECEIVE_BYTES = 1 << 18
_STOP_GRACE_S = 5.0

LIVING: Dict[int, LocationProcess] = {}
"""By pid, those that have not been waited for; a worker may outlive everybody who knew it."""


class LocationProcess:
    """A process that has imported, or is importing, a location's code.

    Args:
        on_message: called with each message of the process.
        on_exit: called once, after its last message.

    Raises:
        OSError: the process could not be started.
    """

    def __init__(
        self,
        name: str,
        target: Target,
        lent: str,
        output_base: str,
        bell: socket.socket,
        on_message: Callable[[LocationProcess, Message], None],
        on_exit: Callable[[LocationProcess, ProcessExit], None],
    ) -> None:
        self.output_base = output_base
        self.is_let_go = False
        """Whether it may close its end of the socket and go on: a spare that executes a step."""
        self._started_at = time.monotonic()
        self._loop = asyncio.get_running_loop()
        self._on_message, self._on_exit = on_message, on_exit
        self._decoder = FrameDecoder()
        self._outgoing = bytearray()
        self._pidfd: Optional[int] = None
        self.exited: asyncio.Future[None] = self._loop.create_future()
        """Done when the process has ended and been waited for."""
        self._socket, theirs = socket.socketpair()
        self._socket.setblocking(False)
        try:
            self._process = _start(name, target, lent, output_base, theirs, bell)
        except BaseException:
            self._socket.close()
            raise
        finally:
            theirs.close()
        self.pid = self._process.pid
        self._loop.add_reader(self._socket, self._receive)
        self._watch()
        LIVING[self.pid] = self

    @property
    def age_s(self) -> float:
        """Seconds since its start."""
        return time.monotonic() - self._started_at

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    def send(self, message: Message) -> None:
        """Send without waiting; what a dead process does not read is lost."""
        if self._socket.fileno() < 0:
            return
        waiting = bool(self._outgoing)
        self._outgoing += encode(message)
        if not waiting:
            self._flush()

    def stop(self) -> None:
        """Let it go: it ends at EOF, and is killed should it not."""
        self._close_socket()
        self._loop.call_later(_STOP_GRACE_S, self.kill)

    def kill(self) -> None:
        """End it at once, with the processes that it started itself (its workers excepted)."""
        if self.alive:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def dump_stack(self) -> None:
        """Have faulthandler write where the process is to its stack file."""
        if self.alive:
            self._process.send_signal(signal.SIGUSR2)

    def _flush(self) -> None:
        try:
            sent = self._socket.send(self._outgoing)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # its exit tells the rest
        del self._outgoing[:sent]
        if self._outgoing:
            self._loop.add_writer(self._socket, self._flush)
        else:
            self._loop.remove_writer(self._socket)

    def _receive(self) -> bool:
        """Take what has arrived; whether there was anything."""
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._close_socket()
            if not self.is_let_go:
                self._loop.call_later(_STOP_GRACE_S, self.kill)
            return False
        try:
            for frame in self._decoder.feed(data):
                self._on_message(self, frame.message)
        except MalformedMessage:
            self.kill()  # user code wrote to our socket: nothing it says can be trusted
        return True

    def _close_socket(self) -> None:
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket.close()

    def _watch(self) -> None:
        """Learn of the exit from the kernel; where it cannot tell, by asking."""
        try:
            self._pidfd = os.pidfd_open(self.pid)  # type: ignore[attr-defined,unused-ignore]
        except (AttributeError, OSError):
            self._loop.call_later(0.1, self._poll)
        else:
            self._loop.add_reader(self._pidfd, self._poll)

    def _poll(self) -> None:
        if self._process.poll() is None:
            if self._pidfd is None:
                self._loop.call_later(0.1, self._poll)
            return
        if self._pidfd is not None:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        while self._socket.fileno() >= 0 and self._receive():
            pass  # its last words; ends at EOF, or where a child of its keeps the socket open
        self._close_socket()
        LIVING.pop(self.pid, None)
        self.exited.set_result(None)
        self._on_exit(self, ProcessExit.of_returncode(self._process.returncode))


def _start(
    name: str,
    target: Target,
    lent: str,
    output_base: str,
    frames: socket.socket,
    bell: socket.socket,
) -> subprocess.Popen[bytes]:
    command = [
        target.executable or sys.executable,
        lend.BOOTSTRAP,
        lent,
        name,
        str(frames.fileno()),
        str(bell.fileno()),
        output_base + keys.STACK,
    ]
    with open(output_base + keys.STDOUT, "ab") as out, open(output_base + keys.STDERR, "ab") as err:
        return subprocess.Popen(
            command,
            cwd=target.working_directory or None,
            env=environment(target, dict(os.environ)),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            pass_fds=(frames.fileno(), bell.fileno()),
            start_new_session=True,
        )


def environment(target: Target, inherited: Dict[str, str]) -> Dict[str, str]:
    """The variables of a location process: the host's less its own, and the location's."""
    kept = {
        key: value
        for key, value in inherited.items()
        if target.inherit_env and not key.startswith("ATOLL_")
    }
    # OpenMP's threads wait by spinning, each at the cost of another step's work: two models that
    # train at a time took 1.6 s each with spinning, 0.7 s without.
    return {"OMP_WAIT_POLICY": "PASSIVE", **kept, **target.env}
