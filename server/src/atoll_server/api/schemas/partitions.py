"""Partitions of assets and jobs."""

from __future__ import annotations

import msgspec

from atoll_server.api.schemas.assets import Materialization


class Dimension(msgspec.Struct, kw_only=True):
    """One dimension of a space that has two."""

    name: str
    kind: str
    summary: str
    count: int | None = None


class PartitionSpace(msgspec.Struct, kw_only=True):
    """Which partitions there are."""

    kind: str
    """`time_windows`, `static`, `dynamic`, `multi`, or `unknown`: only the location can tell."""
    summary: str
    """In words: `daily since 2024-01-01`, `3 keys`."""
    count: int | None = None
    """How many there are; null where only the location can tell."""
    first: str | None = None
    """Key of the first one."""
    last: str | None = None
    dimensions: list[Dimension] = []
    """Of a space of two."""


class PartitionSpan(msgspec.Struct, array_like=True):
    """Partitions that stand alike and follow each other, as a row."""

    status: str
    """`materialized`, `failed` (since it was last made), `in_progress` or `missing`."""
    start: int
    """Position of the first one, from 0."""
    stop: int
    """Position after the last one."""
    first: str
    """Key of the first one."""
    last: str


class PartitionsAsTheyStand(msgspec.Struct, kw_only=True):
    """The partitions of an asset, and how they stand; or those of a job."""

    asset: str | None
    job: str | None
    space: PartitionSpace
    counts: dict[str, int] = {}
    """Of an asset, by status: `materialized`, `failed`, `in_progress`, `missing`."""
    spans: list[PartitionSpan] = []
    """Of an asset: all in order, as few spans as there are."""
    is_whole: bool = True
    """False: there are more than 2000 spans, and those after are left out."""


class Partition(msgspec.Struct, kw_only=True):
    """One partition of an asset."""

    key: str
    position: int
    status: str
    """`materialized`, `failed`, `in_progress` or `missing`; of a job always `missing`."""
    window: tuple[float, float] | None = None
    """When it begins and ends, where it is a window of time."""
    latest_materialization: Materialization | None = None
    """Its metadata only where one partition is asked for."""


class Partitions(msgspec.Struct):
    """A page of the partitions of an asset, in order."""

    items: list[Partition]
    total: int
    """How many pass the filter."""
    next: str | None = None
