"""How the partitions of the assets that somebody looks at stand: read once, then what is new."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from atoll_server.core.partitions.spaces import dynamic_names
from atoll_server.core.partitions.standing import PartitionSet
from atoll_server.ports.event_log import EventLog
from atoll_wire.partitions.spaces import Moment, Space

_MOST_ASSETS = 64


@dataclass
class _Kept:
    set: PartitionSet
    known: tuple[Any, ...]
    """What positions follow from: the space, the keys that were added by hand, erasures."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class FollowedPartitions:
    """Keeps the partitions of some assets; those that were asked for last."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def of(self, key: str, wire: Mapping[str, Any], space: Space, at: Moment) -> PartitionSet:
        """The partitions of an asset as they stand.

        Args:
            wire: its space, as it travels: another one makes other positions.
            space: the same.
            at: the time, and the keys that were added by hand.
        """
        erasures = (await self._log.position()).erasures
        kept = self._kept.pop(key, None)
        names = dynamic_names([wire])
        by_hand = tuple(tuple(at.dynamic_keys(name).keys) for name in sorted(names))
        known = (wire, by_hand, erasures)
        if kept is None or kept.known != known:
            kept = _Kept(PartitionSet(space), known)
        self._kept[key] = kept
        while len(self._kept) > _MOST_ASSETS:
            self._kept.popitem(last=False)
        async with kept.lock:
            after = kept.set.last_event_id
            changes = await self._log.partition_changes(key, after)
            if changes.wiped_by > after > 0:
                kept.set = PartitionSet(space)
                changes = await self._log.partition_changes(key)
            await asyncio.to_thread(kept.set.add, changes.made, changes.failed, at)
        return kept.set
