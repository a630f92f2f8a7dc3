"""Partition spaces as they come in snapshots, told in words, and keys that are close to others."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from atoll_wire.partitions.spaces import (
    DynamicSpace,
    Moment,
    MultiSpace,
    Space,
    StaticSpace,
    UnknownSpace,
    space_from_wire,
)
from atoll_wire.partitions.time_windows import TimeWindowSpace

_OFTEN = {"0 0 * * *": "daily", "0 * * * *": "hourly", "0 0 1 * *": "monthly"}
_MOST_COMPARED = 2000
"""Keys among which the nearest are looked for; of more, the first and the last ones."""
_NEAR = 3


class Told(NamedTuple):
    """A space in words and numbers."""

    kind: str
    summary: str
    size: int | None
    first: str | None
    last: str | None


def space_of(wire: Mapping[str, Any] | None) -> Space | None:
    """The space that a snapshot has; None: there are no partitions, or none that can be read."""
    if wire is None:
        return None
    try:
        return space_from_wire(dict(wire))
    except ValueError:
        return UnknownSpace(str(wire.get("name") or wire.get("kind")))


def is_listed(space: Space) -> bool:
    """Whether the host can tell which partitions there are."""
    if isinstance(space, MultiSpace):
        return all(is_listed(one) for one in space.spaces)
    return not isinstance(space, UnknownSpace)


def tell(space: Space, at: Moment) -> Told:
    """A space in words and numbers."""
    kind = str(space.kind)
    if not is_listed(space):
        return Told(kind, "known to its location only", None, None, None)
    count = space.count(at)
    first, last = (space.key(0, at), space.key(count - 1, at)) if count else (None, None)
    return Told(kind, _summary(space, count, first, at), count, first, last)


def _summary(space: Space, count: int, first: str | None, at: Moment) -> str:
    if isinstance(space, TimeWindowSpace):
        often = _OFTEN.get(space.cron, f"by {space.cron}")
        since = first or datetime.fromtimestamp(space.start, space.zone).strftime(space.fmt)
        zone = "" if space.timezone == "UTC" else f" ({space.timezone})"
        return f"{often} since {since}{zone}"
    if isinstance(space, MultiSpace):
        return " by ".join(f"{one.name}: {tell(one.space, at).summary}" for one in space.dimensions)
    keys = f"{count} key{'s' * (count != 1)}"
    return f"{keys}, added by hand to {space.name}" if isinstance(space, DynamicSpace) else keys


def dynamic_names(wires: Iterable[Mapping[str, Any] | None]) -> set[str]:
    """The names under which the keys of such spaces are added by hand."""
    found: set[str] = set()
    for wire in wires:
        if wire is None:
            continue
        if wire.get("kind") == "dynamic":
            found.add(str(wire.get("name")))
        elif wire.get("kind") == "multi":
            sides = (one.get("space") for one in wire.get("dimensions") or ())
            found |= dynamic_names(sides)
    return found


def near_keys(space: Space, key: str, at: Moment) -> list[str]:
    """Keys of a space that look like `key`, the nearest first."""
    count = space.count(at)
    if isinstance(space, StaticSpace) and count <= _MOST_COMPARED:
        known = space.keys(at)
    else:
        half = _MOST_COMPARED // 2
        known = space.keys(at, 0, half) + space.keys(at, max(half, count - half), half)
    return difflib.get_close_matches(key, known, n=_NEAR, cutoff=0.5)
