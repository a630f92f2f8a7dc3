"""What the host tells its terminal; the lines are those of `atoll_wire.lines`."""

from __future__ import annotations

from atoll_wire.lines import EventLike, EventLines, host_line

__all__ = ["EventLike", "EventLines", "host_line"]
