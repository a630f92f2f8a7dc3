"""What a self-hosted server prints: one line per event of what it executes, and of its own."""

from __future__ import annotations

import dataclasses
import sys
import time
from typing import Any, Dict, NamedTuple, Optional

from atoll_wire.failure import render
from atoll_wire.keys import AttemptKey
from atoll_wire.lines import EventLines, host_line
from atoll_wire.messages import (
    AttemptEvents,
    AttemptNeverStarted,
    GenerationExited,
    GenerationFailed,
    GenerationLoaded,
    GenerationStarting,
    Message,
    WorkerMode,
)

_STANDING = (
    GenerationStarting,
    GenerationLoaded,
    GenerationFailed,
    GenerationExited,
    WorkerMode,
)


class _Event(NamedTuple):
    """An event of a journal as a line shows it."""

    run_id: str
    kind: str
    at: float
    message: str
    data: Dict[str, Any]
    step: Optional[str]
    attempt: Optional[int]


class Console:
    """Prints to stderr; what a host is told twice is printed once."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._lines = EventLines()
        self._seen: Dict[AttemptKey, int] = {}
        self._told: Dict[type, Message] = {}

    def say(self, message: str, level: str = "INFO") -> None:
        """One line about the server itself."""
        sys.stderr.write(host_line(time.time(), level, message) + "\n")
        sys.stderr.flush()

    def told(self, message: Message) -> None:
        """The supervisor tells this to whichever host is there."""
        if isinstance(message, AttemptEvents):
            self._events(message)
        elif isinstance(message, AttemptNeverStarted):
            key = message.key
            text = "step %s did not start: %s" % (key.step, message.failure.message)
            self.say("run %s - %s" % (key.run_id, text), "WARNING")
        elif self._is_repeated(message):
            return
        elif isinstance(message, GenerationStarting):
            self.say("location %s loading, pid %d" % (self._location, message.pid))
        elif isinstance(message, GenerationLoaded):
            self._loaded(message)
        elif isinstance(message, GenerationFailed):
            self.say("location %s failed" % self._location, "ERROR")
            sys.stderr.write(render(message.failure) + "\n")
            sys.stderr.flush()
        elif isinstance(message, GenerationExited):
            again = "; it is started again in %g s" % message.restart_in_s
            self.say("location %s died (%s)%s" % (self._location, message.exit, again), "ERROR")
        elif isinstance(message, WorkerMode):
            self.say("location %s workers: %s, %s" % (self._location, message.mode, message.reason))

    def _is_repeated(self, message: Message) -> bool:
        """Whether a host that has just come is told what was printed already."""
        if not isinstance(message, _STANDING):
            return False
        same = dataclasses.replace(message, generation=0)
        is_known = self._told.get(type(message)) == same
        self._told[type(message)] = same
        return is_known

    def forget(self, run_id: str) -> None:
        """The run is over."""
        self._lines.forget(run_id)
        for key in [key for key in self._seen if key.run_id == run_id]:
            del self._seen[key]

    def _loaded(self, message: GenerationLoaded) -> None:
        text = "location %s loaded in %.2f s, pid %d, Python %s"
        told = (self._location, message.load_seconds, message.pid, message.python_version)
        self.say(text % told)
        for notice in message.notices:
            self.say("location %s - %s" % (self._location, notice), "WARNING")

    def _events(self, message: AttemptEvents) -> None:
        key, last = message.key, self._seen.get(message.key, 0)
        for event in message.events:
            if event.seq > last:
                told = _Event(
                    key.run_id,
                    event.kind,
                    event.at,
                    event.message,
                    event.data,
                    key.step,
                    key.attempt,
                )
                sys.stderr.write(self._lines.line(told) + "\n")
                self._seen[key] = event.seq
        sys.stderr.flush()
