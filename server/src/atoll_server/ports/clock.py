"""The wall clock. Waiting is the event loop's business, which the simulator replaces."""

from __future__ import annotations

from typing import Protocol


class Clock(Protocol):
    """Tells the time and makes ids."""

    def now(self) -> float:
        """Seconds since the Unix epoch."""

    def new_id(self) -> str:
        """A fresh unique id, sortable by the time of its making (UUIDv7)."""
