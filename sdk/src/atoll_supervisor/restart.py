"""When a location process that died is started again: a pure policy."""

from __future__ import annotations

from dataclasses import dataclass

SERVED_S = 30.0
"""A process that served this long before it died counts as the first to die."""
LONGEST_PAUSE_S = 60.0
CRASH_LOOP_AFTER = 3


@dataclass(frozen=True)
class Restarts:
    """How often in a row a generation's process has died."""

    in_a_row: int = 0

    def after_death(self, served_s: float) -> Restarts:
        """The count after a process died that had served for `served_s` seconds."""
        return Restarts(1 if served_s >= SERVED_S else self.in_a_row + 1)

    @property
    def pause_s(self) -> float:
        """Seconds to wait before the next start: none at first, then 1, 2, 4 … 60."""
        return 0.0 if self.in_a_row <= 1 else min(2.0 ** (self.in_a_row - 2), LONGEST_PAUSE_S)

    @property
    def crash_loop(self) -> bool:
        """Whether it has died so often that people should be told."""
        return self.in_a_row >= CRASH_LOOP_AFTER
