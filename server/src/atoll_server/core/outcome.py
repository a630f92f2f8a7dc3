"""What a machine answers when it does not answer with events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rejected:
    """A command that cannot be carried out in this state; nothing has changed."""

    code: str
    """Stable slug, such as `run.already_ended`."""
    message: str


class InternalError(Exception):
    """`internal.illegal_event`: our bug. A machine met an event that cannot happen there.

    Attributes:
        story: the machine's latest events, oldest first.
    """

    code = "internal.illegal_event"

    def __init__(self, message: str, story: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.story = tuple(story)

    def __reduce__(self) -> tuple[Any, ...]:
        return InternalError, (self.args[0], self.story)

    def __str__(self) -> str:
        told = "".join(f"\n  after {event}" for event in self.story)
        return f"{super().__str__()}{told}"
