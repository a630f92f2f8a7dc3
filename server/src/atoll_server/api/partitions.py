"""What the API tells of partitions: spaces in words, how they stand, pages of keys."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from atoll_server.api.context import ApiContext
from atoll_server.api.schemas.assets import Materialization
from atoll_server.api.schemas.partitions import (
    Dimension,
    Partition,
    Partitions,
    PartitionsAsTheyStand,
    PartitionSpace,
    PartitionSpan,
)
from atoll_server.core.partitions.spaces import dynamic_names, is_listed, space_of, tell
from atoll_server.core.partitions.standing import MISSING, STATUSES, spans
from atoll_server.ports.moments import moment
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment, MultiSpace, Space
from atoll_wire.partitions.time_windows import TimeWindowSpace

_MOST_SPANS = 2000


def space_view(wire: Mapping[str, Any] | None, at: Moment) -> PartitionSpace | None:
    """A space in words and numbers; None: there are no partitions."""
    space = space_of(wire)
    if space is None:
        return None
    dimensions = space.dimensions if isinstance(space, MultiSpace) else []
    told = tell(space, at)
    return PartitionSpace(
        kind=told.kind,
        summary=told.summary,
        count=told.size,
        first=told.first,
        last=told.last,
        dimensions=[
            Dimension(
                name=one.name,
                kind=one.space.kind,
                summary=tell(one.space, at).summary,
                count=tell(one.space, at).size,
            )
            for one in dimensions
        ],
    )


class Standing:
    """The partitions of an asset (or, without status, of a job) at one moment."""

    def __init__(
        self,
        space: Space,
        at: Moment,
        by_status: Mapping[str, Ranges],
    ) -> None:
        self.space = space
        self.at = at
        self.by_status = by_status

    def summary(self, asset: str | None, job: str | None, space: PartitionSpace) -> Any:
        """Counts, and all partitions as spans."""
        found = spans(self.by_status) if asset is not None else []
        shown = found[:_MOST_SPANS]
        return PartitionsAsTheyStand(
            asset=asset,
            job=job,
            space=space,
            counts={status: ranges.count for status, ranges in self.by_status.items()}
            if asset is not None
            else {},
            spans=[
                PartitionSpan(
                    status,
                    start,
                    stop,
                    self.space.key(start, self.at),
                    self.space.key(stop - 1, self.at),
                )
                for status, start, stop in shown
            ],
            is_whole=len(shown) == len(found),
        )

    def status(self, position: int) -> str:
        """How the partition at a position stands."""
        return next((s for s in STATUSES if position in self.by_status.get(s, NONE)), MISSING)

    def chosen(self, statuses: Collection[str], search: str, newest_first: bool) -> Sequence[int]:
        """The positions that pass a filter, in order."""
        found = self.space.all(self.at)
        if statuses:
            found = NONE
            for status in statuses:
                found |= self.by_status.get(status, NONE)
        if search:
            positions = [
                position
                for position in found
                if search in self.space.key(position, self.at).casefold()
            ]
        else:
            positions = _Positions(found)  # type: ignore[assignment]
        return _Reversed(positions) if newest_first else positions


class _Positions(Sequence[int]):
    """The numbers of a set, by their place, without listing them."""

    def __init__(self, ranges: Ranges) -> None:
        self._ranges = ranges
        self._count = ranges.count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            start, stop, _ = place.indices(self._count)
            return self._ranges.page(start, max(0, stop - start))
        return self._ranges.page(place, 1)[0]


class _Reversed(Sequence[int]):
    """A sequence from its end."""

    def __init__(self, forth: Sequence[int]) -> None:
        self._forth = forth

    def __len__(self) -> int:
        return len(self._forth)

    def __getitem__(self, place: Any) -> Any:
        count = len(self._forth)
        if isinstance(place, slice):
            start, stop, _ = place.indices(count)
            return list(reversed(self._forth[count - stop : count - start]))
        return self._forth[count - 1 - place]


async def moment_of(context: ApiContext, wire: Mapping[str, Any]) -> Moment:
    """The time, with the keys of a space that were added by hand."""
    return await moment(context.log, context.clock.now(), dynamic_names([wire]))


async def standing_of(
    context: ApiContext, asset: str | None, wire: Mapping[str, Any]
) -> Standing | None:
    """The partitions of an asset, or of a job; None: only the location can list them."""
    at, space = await moment_of(context, wire), space_of(wire)
    assert space is not None
    if not is_listed(space):
        return None
    if asset is None:
        return Standing(space, at, {})
    await context.follower.catch_up()
    kept = await context.partitions.of(asset, wire, space, at)
    under_way = context.follower.partitions_under_way(asset)
    return Standing(kept.space, at, await asyncio.to_thread(kept.by_status, under_way, at))


async def page(
    context: ApiContext,
    standing: Standing,
    asset: str | None,
    chosen: Sequence[int],
    offset: int,
    limit: int,
) -> Partitions:
    """A page of partitions, each with its latest materialization."""
    positions = chosen[offset : offset + limit]
    keys = [standing.space.key(position, standing.at) for position in positions]
    latest = {} if asset is None else await context.log.partitions(asset, keys)
    items = []
    for key, position in zip(keys, positions, strict=True):
        note = latest.get(key)
        window = None
        if isinstance(standing.space, TimeWindowSpace):
            space = standing.space
            window = (float(space.start_of(position)), float(space.end_of(position)))
        items.append(
            Partition(
                key=key,
                position=position,
                status=standing.status(position) if asset is not None else MISSING,
                window=window,
                latest_materialization=None
                if note is None
                else Materialization(event_id=note.event_id, run_id=note.run_id, timestamp=note.at),
            )
        )
    more = offset + len(items)
    return Partitions(
        items=items, total=len(chosen), next=str(more) if more < len(chosen) else None
    )
