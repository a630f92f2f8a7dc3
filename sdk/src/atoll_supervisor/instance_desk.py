"""Takes what workers ask of the instance to the host, and the answers back.

Workers come to a socket whose path follows from the location and its state directory, so that they
find whoever looks after them now, though supervisor and host may have been started again since.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import stat
import tempfile
from typing import Callable, Dict, Tuple

from atoll_wire.codec import MalformedMessage
from atoll_wire.framing import FrameDecoder, encode
from atoll_wire.messages import InstanceAnswer, InstanceQuery, Message

_RECEIVE_BYTES = 1 << 16
_MOST_WAITING = 1000
"""So many questions of one location wait for the host at a time; others stay in their sockets."""
_MOST_OUTGOING = 64 * 1024 * 1024
"""A worker that leaves more bytes of answers unread is let go; it comes again."""


class InstanceDesk:
    """The socket, the workers that came to it, and the questions that the host has not answered.

    Args:
        path: of the socket; an older one there is replaced.
        deliver: takes questions for the host.
    """

    def __init__(self, path: str, deliver: Callable[[Message], None]) -> None:
        self.path = path
        self._deliver = deliver
        self._loop = asyncio.get_running_loop()
        self._waiting: Dict[int, Tuple[_Worker, InstanceQuery]] = {}
        self._last = 0
        self._workers: Dict[int, _Worker] = {}
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.setblocking(False)
        temporary = "%s.%d" % (path, os.getpid())
        _remove(temporary)
        self._socket.bind(temporary)
        os.chmod(temporary, 0o600)
        self._socket.listen(128)
        os.rename(temporary, path)
        self._identity = _identity(path)
        self._loop.add_reader(self._socket, self._accept)

    def answer(self, answer: InstanceAnswer) -> None:
        """Pass on what the host answered; nothing happens if nobody waits for it any more."""
        worker, query = self._waiting.pop(answer.id, (None, None))
        if worker is not None and query is not None:
            worker.send(InstanceAnswer(query.id, answer.value, answer.failure))
            if len(self._waiting) == _MOST_WAITING - 1:
                for each in self._workers.values():
                    each.listen()

    def ask_again(self) -> None:
        """A host has come (back): what is not answered is asked again."""
        for number, (_, query) in list(self._waiting.items()):
            self._deliver(InstanceQuery(number, query.key, query.kind, query.arguments))

    def close(self) -> None:
        """Let everybody go; whoever waits comes again."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        for worker in list(self._workers.values()):
            worker.close()
        if _identity(self.path) == self._identity:  # else another supervisor has taken its place
            _remove(self.path)

    def ask(self, worker: _Worker, query: InstanceQuery) -> None:
        """Take a worker's question to the host."""
        self._last += 1
        self._waiting[self._last] = (worker, query)
        self._deliver(InstanceQuery(self._last, query.key, query.kind, query.arguments))

    @property
    def is_full(self) -> bool:
        """Whether so much waits for the host that nothing more is taken."""
        return len(self._waiting) >= _MOST_WAITING

    def gone(self, worker: _Worker) -> None:
        """A worker has gone; nobody waits for its answers."""
        self._workers.pop(id(worker), None)
        for number in [n for n, (each, _) in self._waiting.items() if each is worker]:
            del self._waiting[number]

    def _accept(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return
        worker = _Worker(connection, self)
        self._workers[id(worker)] = worker


class _Worker:
    """One worker's connection."""

    def __init__(self, connection: socket.socket, desk: InstanceDesk) -> None:
        connection.setblocking(False)
        self._socket, self._desk = connection, desk
        self._loop = asyncio.get_running_loop()
        self._decoder = FrameDecoder()
        self._outgoing = bytearray()
        self.listen()

    def listen(self) -> None:
        """Take questions (again)."""
        if self._socket.fileno() >= 0:
            self._loop.add_reader(self._socket, self._receive)

    def send(self, answer: InstanceAnswer) -> None:
        """Send without waiting."""
        if self._socket.fileno() < 0:
            return
        waiting = bool(self._outgoing)
        self._outgoing += encode(answer)
        if len(self._outgoing) > _MOST_OUTGOING:
            self.close()
        elif not waiting:
            self._flush()

    def close(self) -> None:
        """Let it go."""
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket.close()
        self._desk.gone(self)

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
            if not data:
                self.close()
                return
            for frame in self._decoder.feed(data):
                if isinstance(frame.message, InstanceQuery):
                    self._desk.ask(self, frame.message)
        except BlockingIOError:
            return
        except (OSError, MalformedMessage):
            self.close()
            return
        if self._desk.is_full:
            self._loop.remove_reader(self._socket)

    def _flush(self) -> None:
        try:
            sent = self._socket.send(self._outgoing)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return
        del self._outgoing[:sent]
        if self._outgoing:
            self._loop.add_writer(self._socket, self._flush)
        else:
            self._loop.remove_writer(self._socket)


def desk_path(server_id: str, deployment_id: str, location: str) -> str:
    """Where the desk of a location is: short enough for a socket, and its owner's alone.

    Raises:
        OSError: the folder cannot be made, or is somebody else's.
    """
    folder = os.path.join(tempfile.gettempdir(), "atoll-%d" % os.getuid())
    os.makedirs(folder, mode=0o700, exist_ok=True)
    found = os.lstat(folder)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise PermissionError("%s is not this user's own folder" % folder)
    name = "\n".join((server_id, deployment_id, location)).encode(errors="replace")
    return os.path.join(folder, hashlib.sha256(name).hexdigest()[:24])


def _identity(path: str) -> Tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
