"""What one turn of the engine has decided, and will do once that is committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from atoll_server.core.event import NewEvent


@dataclass(slots=True)
class Turn:
    """The outcome of everything that came in together: one append, then the orders."""

    events: list[NewEvent] = field(default_factory=list)
    intents: list[int] = field(default_factory=list)
    """Intents that these events answer."""
    orders: list[Callable[[], object]] = field(default_factory=list)
    """To be carried out after the commit, in order."""

    @property
    def must_be_stored(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.events or self.intents)
