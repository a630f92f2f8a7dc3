"""How the partitions of one asset stand, as ranges: it costs what its gaps cost.

Pure. Folded from what storage keeps of each partition; what is new since is added.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment, Space

MATERIALIZED, FAILED, IN_PROGRESS, MISSING = "materialized", "failed", "in_progress", "missing"
STATUSES = (MATERIALIZED, FAILED, IN_PROGRESS, MISSING)
RANGE = "..."
"""Between first and last key where a run makes a range of partitions."""


class PartitionNote(NamedTuple):
    """What happened last to a partition, or (of a failure) to a range of them."""

    partition: str
    event_id: int
    run_id: str
    at: float = 0.0


class PartitionSet:
    """Which partitions of an asset are made, and which have failed since."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.last_event_id = 0
        self._made = NONE
        self._failed = NONE

    def add(
        self, made: Sequence[PartitionNote], failed: Sequence[PartitionNote], at: Moment
    ) -> None:
        """Take in what is new; both in order of event."""
        waiting = deque(made)
        for note in failed:
            before: list[PartitionNote] = []
            while waiting and waiting[0].event_id < note.event_id:
                before.append(waiting.popleft())
            self._make(before, at)
            self._failed |= positions_of(self.space, note.partition, at)
        self._make(waiting, at)
        newest = [notes[-1].event_id for notes in (made, failed) if notes]
        self.last_event_id = max([self.last_event_id, *newest])

    def _make(self, notes: Iterable[PartitionNote], at: Moment) -> None:
        found, _ = self.space.ranges([note.partition for note in notes], at)
        self._made |= found
        self._failed -= found

    def by_status(self, under_way: Iterable[str], at: Moment) -> Mapping[str, Ranges]:
        """The positions by status; each partition has one.

        Args:
            under_way: keys and ranges that runs are about to make.
        """
        every = self.space.all(at)
        active = NONE
        for partition in under_way:
            active |= positions_of(self.space, partition, at)
        active &= every
        failed = (self._failed & every) - active
        made = (self._made & every) - active - failed
        missing = every - active - failed - made
        return dict(zip(STATUSES, (made, failed, active, missing), strict=True))


def positions_of(space: Space, partition: str, at: Moment) -> Ranges:
    """The positions of a key, or of a range `FIRST...LAST`; those that are not there are none."""
    position = space.position(partition, at)
    if position is not None:
        return Ranges.span(position, position + 1)
    first, dots, last = partition.partition(RANGE)
    try:
        return space.between(first, last, at) if dots else NONE
    except KeyError:
        return NONE


def spans(found: Mapping[str, Ranges]) -> list[tuple[str, int, int]]:
    """Status, first and last position (which is not in) of all, in order."""
    return sorted(
        ((status, start, stop) for status, ranges in found.items() for start, stop in ranges.pairs),
        key=lambda span: span[1],
    )
