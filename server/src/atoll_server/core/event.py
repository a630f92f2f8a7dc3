"""The event: what the run machine decides and folds, and what the event log stores.

It must not know where events come from or how they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """An event to be stored: a decision of the host, or one out of a worker's journal."""

    run_id: str
    kind: str
    at: float
    """Seconds since the Unix epoch, by the writer's clock; for display, never for order."""
    message: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    step: str | None = None
    attempt: int | None = None
    seq: int | None = None
    """Position in the attempt's journal; None for an event that the host decided."""


class EventNote(NamedTuple):
    """What a stored event is about, without what it says: for those who follow them all."""

    id: int
    kind: str
    run_id: str
    at: float
    step: str | None = None
    attempt: int | None = None
    seq: int | None = None
    asset_key: str | None = None
    partition: str | None = None
    """Of the asset that it is about."""
    check_name: str | None = None
    """The check of that asset of which it tells the outcome."""
    outcome: str | None = None
    """`passed`, `warned` or `failed`."""
