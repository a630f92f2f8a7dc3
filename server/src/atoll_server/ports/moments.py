"""The moment at which partitions are looked at: the time, and the keys that were added by hand."""

from __future__ import annotations

from collections.abc import Iterable

from atoll_server.ports.event_log import EventLog
from atoll_wire.partitions.spaces import Moment

_PAGE = 10_000


async def moment(log: EventLog, now: float, names: Iterable[str]) -> Moment:
    """What spaces need to know of the world.

    Args:
        now: seconds since the Unix epoch.
        names: under which keys are added by hand, of those that are asked about.
    """
    return Moment(now, {name: await _keys(log, name) for name in names})


async def _keys(log: EventLog, name: str) -> list[str]:
    found: list[str] = []
    after = 0
    while page := await log.dynamic_partitions(name, after=after, limit=_PAGE):
        found += [key for _, key in page]
        after = page[-1][0]
    return found
