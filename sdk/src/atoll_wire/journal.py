"""The lines of a journal: written by a worker, read by its supervisor.

A journal is a file of JSON lines, each one event, numbered from 1 without gaps. Its last line
may be torn (the writer died while writing). A journal that has served its purpose is replaced
by a tombstone: one line that says what became of the attempt, so that it can never start again.
"""

from __future__ import annotations

import json
from typing import List, NamedTuple, Optional, Union

from atoll_wire.codec import from_wire, to_wire
from atoll_wire.events import CLOSING, JournalEvent
from atoll_wire.text import may_hold_surrogates, storable

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
    is_damaged: bool = False
    """Whether an event is missing: nothing behind it can be read."""
    has_more: bool = False
    """Whether the file goes on behind this stretch."""


def encode_event(event: JournalEvent) -> bytes:
    """The event's line, newline included; what no storage could hold is written out."""
    value = to_wire(event)
    text = json.dumps(value, separators=(",", ":"))
    if may_hold_surrogates(text):
        text = json.dumps(storable(value), separators=(",", ":"))
    return text.encode() + b"\n"


def encode_tombstone(tombstone: Tombstone) -> bytes:
    """The only line of a tombstone."""
    return json.dumps({"tombstone": tombstone.why, "seq": tombstone.seq}).encode() + b"\n"


def parse(data: bytes, seq: int = 0) -> JournalPart:
    """The events in the complete lines of `data`, which follow on number `seq`.

    User code that writes to descriptors it did not open may leave anything in a journal: what
    is no event is passed over, and reading stops before a gap.
    """
    events: List[JournalEvent] = []
    start = 0
    while True:
        end = data.find(b"\n", start) + 1
        if not end:
            return JournalPart(events, start)
        value = _value(data[start:end])
        if isinstance(value, Tombstone):
            return JournalPart([], end, value)
        if value is not None and value.seq > seq + 1:
            return JournalPart(events, start, is_damaged=True)
        if value is not None and value.seq == seq + 1:
            events.append(value)
            seq = value.seq
        start = end


def _value(line: bytes) -> Union[JournalEvent, Tombstone, None]:
    """What a line says; it may stand behind garbage that had no newline."""
    for start in (0, line.rfind(b'{"seq":')):
        try:
            value = json.loads(line[start:].decode())
            if "tombstone" in value:
                return Tombstone(value["tombstone"], value.get("seq", 0))
            event = from_wire(JournalEvent, value)
        except (ValueError, TypeError, RecursionError):
            continue
        if isinstance(event.seq, int) and isinstance(event.kind, str):
            return event
    return None


def closing(events: List[JournalEvent]) -> Optional[JournalEvent]:
    """The event among `events` that closes the attempt, if any."""
    return next((event for event in events if event.kind in CLOSING), None)
