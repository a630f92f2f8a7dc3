"""The lines of a journal: written by a worker, read by its supervisor.

A journal is a file of JSON lines, each one event, numbered from 1 without gaps. Its last line
may be torn (the writer died while writing). A journal that has served its purpose is replaced
by a tombstone: one line that says what became of the attempt, so that it can never start again.
"""

from __future__ import annotations

import json
from typing import List, NamedTuple, Optional

from atoll_wire.codec import MalformedMessage, from_wire, to_wire
from atoll_wire.events import CLOSING, JournalEvent

NEVER_STARTED = "never_started"
CLOSED = "closed"


class Tombstone(NamedTuple):
    """What is left of a journal."""

    why: str
    """`never_started`: no user code has run; `closed`: all events were acknowledged."""
    seq: int = 0
    """The last sequence number that the journal held."""


class JournalPart(NamedTuple):
    """What a stretch of a journal says."""

    events: List[JournalEvent]
    consumed: int
    """How many bytes the complete lines took; what follows is torn, or still being written."""
    tombstone: Optional[Tombstone] = None


def encode_event(event: JournalEvent) -> bytes:
    """The event's line, newline included."""
    return json.dumps(to_wire(event), separators=(",", ":")).encode() + b"\n"


def encode_tombstone(tombstone: Tombstone) -> bytes:
    """The only line of a tombstone."""
    return json.dumps({"tombstone": tombstone.why, "seq": tombstone.seq}).encode() + b"\n"


def parse(data: bytes) -> JournalPart:
    """The complete lines of `data`, which starts at a line's beginning.

    Raises:
        MalformedMessage: `wire.malformed`, a complete line is not an event.
    """
    end = data.rfind(b"\n") + 1
    events: List[JournalEvent] = []
    for line in data[:end].splitlines():
        try:
            value = json.loads(line.decode())
        except ValueError:
            raise MalformedMessage("not a line of a journal: %.80r" % (line,)) from None
        if isinstance(value, dict) and "tombstone" in value:
            return JournalPart([], end, Tombstone(value["tombstone"], value.get("seq", 0)))
        events.append(from_wire(JournalEvent, value))
    return JournalPart(events, end)


def closing(events: List[JournalEvent]) -> Optional[JournalEvent]:
    """The event among `events` that closes the attempt, if any."""
    return next((event for event in events if event.kind in CLOSING), None)
