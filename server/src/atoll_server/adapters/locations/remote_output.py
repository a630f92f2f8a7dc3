"""A copy, in the deployment's home, of what a remote location's processes and steps print.

It lies where a local one's output lies, so that nobody else need know the difference. It is
fetched piece by piece: the copy's own length says where to go on, whatever went between. As long
as an attempt's copy is not complete, a note says so, by which the next host goes on.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from atoll_wire.events import CLOSING
from atoll_wire.keys import FETCHING, STREAMS, AttemptKey, location_folder
from atoll_wire.messages import (
    AttachAttempts,
    AttemptEvents,
    AttemptNeverStarted,
    FetchOutput,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    LaunchStep,
    Message,
    OutputPiece,
)

_IDLE_TICKS = 10
"""Of a process that has loaded, output is looked for that much more rarely."""
_LAST_LOOKS = 4
"""So often there must be nothing new of an attempt that is over: its streams are flushed last."""


@dataclass
class _Followed:
    """The two streams of an attempt or a process."""

    base: str
    attempt: AttemptKey | None = None
    process: str | None = None
    every: int = 1
    """Ticks between two looks."""
    is_over: bool = False
    """Whether it can print no more, but for what is on its way."""
    looks_in_vain: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    """Stream, and the offset from which a piece is on its way."""


class RemoteOutput:
    """Follows the output of one server's location, over all streams to it."""

    def __init__(self, location: str, home: Path) -> None:
        self._location, self._home = location, home
        self._logs = home / "logs" / location_folder(location)
        self.ask: Callable[[Message], None] = lambda message: None
        """Sends a request to the server."""
        self._followed: dict[AttemptKey | str, _Followed] = {}
        self._ticks = 0

    def begin(self) -> None:
        """A new stream is opened: nothing is on its way, and what was begun earlier goes on."""
        for followed in self._followed.values():
            followed.asked.clear()
        for note in (self._home / FETCHING).glob("*"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                told = json.loads(note.read_text())
                if told["location"] == self._location:
                    key = AttemptKey(told["run_id"], told["step"], told["attempt"])
                    if key not in self._followed:
                        self._follow_attempt(key).is_over = True  # it is attached if it is not

    def sent(self, message: Message) -> None:
        """The host sends this: learn what is under way."""
        match message:
            case LaunchStep(request=request):
                self._follow_attempt(request.key)
            case AttachAttempts(attempts=keys):
                for key in keys:
                    self._follow_attempt(key)

    def heard(self, message: Message) -> None:
        """The server tells this: whoever writes events may have printed, too."""
        match message:
            case AttemptEvents(key=key, events=events):
                attempt = self._followed.get(key)
                if attempt is not None:
                    attempt.is_over = bool(events) and events[-1].kind in CLOSING
                    self._look(attempt)
            case AttemptNeverStarted(key=key):
                self._drop(key)
            case GenerationStarting(log=log) if log and not os.path.dirname(log):
                for followed in self._processes():
                    followed.is_over = followed.process != log
                if log not in self._followed:
                    self._followed[log] = _Followed(str(self._logs / log), process=log)
            case GenerationLoaded():
                for followed in self._processes():
                    followed.every = _IDLE_TICKS
            case GenerationFailed():
                for followed in self._processes():
                    followed.is_over = True

    def tick(self) -> None:
        """Some time has passed: look for what is new."""
        self._ticks += 1
        for key, followed in list(self._followed.items()):
            if followed.is_over and followed.looks_in_vain >= _LAST_LOOKS * len(STREAMS):
                self._drop(key)
            elif self._ticks % followed.every == 0:
                self._look(followed)

    def take(self, piece: OutputPiece) -> None:
        """Add a piece to the copy; what is missing is asked for at once."""
        request = piece.request
        followed = self._followed.get(request.attempt or request.process or "")
        if followed is None or followed.asked.pop(request.stream, None) != request.offset:
            return
        data = base64.b64decode(piece.data)
        if not data:
            followed.looks_in_vain += 1
            return
        followed.looks_in_vain = 0
        try:
            os.makedirs(os.path.dirname(followed.base), mode=0o700, exist_ok=True)
            path = followed.base + STREAMS[request.stream]
            fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                os.pwrite(fd, data, request.offset)
            finally:
                os.close(fd)
        except OSError:
            return  # a full disk, say: the next tick asks again
        if request.offset + len(data) < piece.size:
            self._look(followed)

    def _processes(self) -> list[_Followed]:
        return [one for one in self._followed.values() if one.process is not None]

    def _follow_attempt(self, key: AttemptKey) -> _Followed:
        base = str(self._home / "output" / key.run_id / key.file_name)
        followed = self._followed[key] = _Followed(base, attempt=key)
        note = {"location": self._location, **vars(key)}
        with suppress(OSError):
            (self._home / FETCHING).mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._home / FETCHING / key.note_name).write_text(json.dumps(note))
        return followed

    def _drop(self, key: AttemptKey | str) -> None:
        followed = self._followed.pop(key, None)
        if followed is not None and followed.attempt is not None:
            with suppress(OSError):
                (self._home / FETCHING / followed.attempt.note_name).unlink()

    def _look(self, followed: _Followed) -> None:
        for stream, suffix in STREAMS.items():
            if stream in followed.asked:
                continue
            try:
                offset = os.path.getsize(followed.base + suffix)
            except OSError:
                offset = 0
            followed.asked[stream] = offset
            self.ask(FetchOutput(stream, offset, followed.attempt, followed.process))
