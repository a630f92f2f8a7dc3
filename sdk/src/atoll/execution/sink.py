"""Where the events of a step go."""

from __future__ import annotations

import contextlib
import time
from typing import Any, ContextManager, Dict, Iterator, List, Optional, Protocol

from atoll_wire.events import JournalEvent


class Sink(Protocol):
    """Takes the events of one attempt at one step.

    `emit` may be called from any thread of the user's (a log line), but never twice at once for
    log lines: the logging module's lock is held around those.

    Attributes:
        starts_again: whether the attempt was interrupted only because whoever looks after it ends:
            whatever comes of it, short of success, its step starts again.
    """

    starts_again: bool

    def emit(self, kind: str, message: str = "", data: Optional[Dict[str, Any]] = None) -> None:
        """Write one event; it is durable against the death of this process when this returns."""

    def uninterruptible(self) -> ContextManager[None]:
        """Hold a cancellation back until the block is left; it is raised then."""


class RecordingSink:
    """Keeps the events in memory; for `materialize` and tests. Nothing interrupts it."""

    starts_again = False

    def __init__(self) -> None:
        self.events: List[JournalEvent] = []

    def emit(self, kind: str, message: str = "", data: Optional[Dict[str, Any]] = None) -> None:
        """Keep one event."""
        event = JournalEvent(len(self.events) + 1, kind, time.time(), message, data or {})
        self.events.append(event)

    @contextlib.contextmanager
    def uninterruptible(self) -> Iterator[None]:
        """Nothing to hold back."""
        yield

    @property
    def kinds(self) -> List[str]:
        """The kinds of the events, in order."""
        return [event.kind for event in self.events]
