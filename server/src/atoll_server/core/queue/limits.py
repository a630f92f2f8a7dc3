"""How much may run at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class PoolGranularity(StrEnum):
    """What holds a slot of a pool."""

    STEP = "step"
    """A step of it, while it runs."""
    RUN = "run"
    """A run, from its first step in a pool until it ends: a slot in each pool that it uses.

    It takes them all at once. Were they taken one by one, two runs could each hold what the
    other one waits for.
    """


@dataclass(frozen=True)
class Limits:
    """How many steps may run at a time."""

    total: int
    """Over all locations; at least 1."""
    per_location: Mapping[str, int] = field(default_factory=dict)
    """Of single locations; one that is not named has no limit of its own. 0: none starts."""
    pools: Mapping[str, int | None] = field(default_factory=dict)
    """Slots of single pools. None: no limit; 0: nothing starts in it."""
    default_pool: int | None = None
    """Slots of the pools that are not named; None: no limit."""
    granularity: PoolGranularity = PoolGranularity.STEP

    def of(self, location: str) -> int | None:
        """The limit of a location; None: none of its own."""
        return self.per_location.get(location)

    def of_pool(self, pool: str) -> int | None:
        """The slots of a pool; None: no limit."""
        return self.pools.get(pool, self.default_pool)


@dataclass(frozen=True, slots=True)
class TagLimit:
    """How many runs with a tag may be under way at a time."""

    key: str
    limit: int
    value: str | None = None
    """Only runs whose tag has this value; None: whatever it has."""
    per_value: bool = False
    """Whether each value has the limit for itself."""

    def claim(self, tags: Mapping[str, str]) -> TagClaim | None:
        """What a run with these tags takes up of the limit, if it does."""
        value = tags.get(self.key)
        if value is None or self.value not in (None, value):
            return None
        return TagClaim(self, value if self.per_value else self.value)


class TagClaim(NamedTuple):
    """One place among the runs that a tag limit counts together."""

    limit: TagLimit
    value: str | None
    """Of the tag; None: all values are counted together."""

    @property
    def told(self) -> str:
        """The tag, for people."""
        return self.limit.key if self.value is None else f"{self.limit.key}={self.value}"


@dataclass(frozen=True)
class RunLimits:
    """How many runs may be under way at a time."""

    total: int | None = None
    """None: no limit. 0: none begins."""
    tags: tuple[TagLimit, ...] = ()

    def claims(self, tags: Mapping[str, str]) -> tuple[TagClaim, ...]:
        """What a run with these tags takes up of the tag limits."""
        claims = [claim for one in self.tags if (claim := one.claim(tags)) is not None]
        return tuple(dict.fromkeys(claims))
