"""A copy, in the deployment's home, of what a remote location's processes and steps print.

It lies where a local one's output lies, so that nobody else need know the difference. It is
fetched piece by piece: the copy's own length says where to go on, whatever went between.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from atoll_wire.events import CLOSING
from atoll_wire.keys import STDERR, STDOUT, AttemptKey, location_folder
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
    StartGeneration,
    StopGeneration,
)

_STREAMS = {"stdout": STDOUT, "stderr": STDERR}
_IDLE_TICKS = 10
"""Of a process that has loaded, output is looked for that much more rarely."""
_LAST_TICKS = 4
"""How long an attempt that is over may still print: its streams are flushed last."""


@dataclass
class _Followed:
    """The two streams of an attempt or a process."""

    base: str
    attempt: AttemptKey | None = None
    process: str | None = None
    every: int = 1
    """Ticks between two looks."""
    ticks_left: int | None = None
    """After so many it is looked at no more; None: it goes on."""
    asked: dict[str, int] = field(default_factory=dict)
    """Stream, and the offset from which a piece is on its way."""


class RemoteOutput:
    """Follows the output of one server's location while a stream to it is open.

    Args:
        ask: sends a request to the server.
    """

    def __init__(self, location: str, home: Path, ask: Callable[[Message], None]) -> None:
        self._home, self._ask = home, ask
        self._logs = home / "logs" / location_folder(location)
        self.generations: dict[int, None] = {}
        """Those that the host has asked for and not let go."""
        self._followed: dict[AttemptKey | str, _Followed] = {}
        self._ticks = 0

    def sent(self, message: Message) -> None:
        """The host sends this: learn what is under way."""
        match message:
            case StartGeneration(generation=number):
                self.generations[number] = None
            case StopGeneration(generation=number):
                self.generations.pop(number, None)
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
                    if events and events[-1].kind in CLOSING:
                        attempt.ticks_left = _LAST_TICKS
                    self._look(attempt)
            case AttemptNeverStarted(key=key):
                self._followed.pop(key, None)
            case GenerationStarting(log=log) if log and not os.path.dirname(log):
                for followed in self._processes():
                    followed.ticks_left = _LAST_TICKS
                base = str(self._logs / log)
                self._followed[log] = _Followed(base, process=log)
            case GenerationLoaded():
                for followed in self._processes():
                    followed.every = _IDLE_TICKS
            case GenerationFailed():
                for followed in self._processes():
                    followed.ticks_left = _LAST_TICKS

    def tick(self) -> None:
        """Some time has passed: look for what is new."""
        self._ticks += 1
        for key, followed in list(self._followed.items()):
            if followed.ticks_left is not None:
                followed.ticks_left -= 1
                if followed.ticks_left < 0:
                    del self._followed[key]
                    continue
            if self._ticks % followed.every == 0:
                self._look(followed)

    def take(self, piece: OutputPiece) -> None:
        """Add a piece to the copy; what is missing is asked for at once."""
        request = piece.request
        followed = self._followed.get(request.attempt or request.process or "")
        if followed is None or followed.asked.pop(request.stream, None) != request.offset:
            return
        data = base64.b64decode(piece.data)
        if not data:
            return
        try:
            os.makedirs(os.path.dirname(followed.base), mode=0o700, exist_ok=True)
            path = followed.base + _STREAMS[request.stream]
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

    def _follow_attempt(self, key: AttemptKey) -> None:
        base = str(self._home / "output" / key.run_id / key.file_name)
        self._followed[key] = _Followed(base, attempt=key)

    def _look(self, followed: _Followed) -> None:
        for stream, suffix in _STREAMS.items():
            if stream in followed.asked:
                continue
            try:
                offset = os.path.getsize(followed.base + suffix)
            except OSError:
                offset = 0
            followed.asked[stream] = offset
            self._ask(FetchOutput(stream, offset, followed.attempt, followed.process))
