"""Which of a run's events are meant."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from atoll_server.core.event import NewEvent
from atoll_wire.lines import level_of

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Those that pass everything that is set; equal filters are one key of a cache."""

    kinds: Set[str] | None = None
    """One of these."""
    levels: Set[str] | None = None
    """One of these, as on a console line; a level of the user's own counts as INFO."""
    step: str | None = None
    search: str | None = None
    """This is in the message, the step or the kind, in whatever case."""

    def matches(self, event: NewEvent) -> bool:
        """Whether an event passes."""
        return (
            (self.kinds is None or event.kind in self.kinds)
            and (self.levels is None or _known(level_of(event)) in self.levels)
            and self.step in (None, event.step)
            and (not self.search or self._is_in(event.message, event.step, event.kind))
        )

    def _is_in(self, *texts: str | None) -> bool:
        wanted = (self.search or "").casefold()
        return any(text is not None and wanted in text.casefold() for text in texts)


ALL_EVENTS = EventFilter()


def _known(level: str) -> str:
    return level if level in LEVELS else "INFO"
