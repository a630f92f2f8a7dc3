"""Settings, pools and the queue."""

from __future__ import annotations

from typing import Any

import msgspec

from atoll_server.api.schemas.deployment import Setting


class SettingChanges(msgspec.Struct, forbid_unknown_fields=True):
    """What `PATCH /settings` takes."""

    changes: dict[str, Any]
    """Values by name; null: what is stored goes, and the variable or the default holds again."""


class Settings(msgspec.Struct):
    """All settings of the deployment."""

    items: list[Setting]
    next: str | None = None


class PoolLimit(msgspec.Struct, forbid_unknown_fields=True):
    """What `PUT /pools/{name}` takes."""

    limit: int | str
    """A number of slots, or `unlimited`."""


class Pool(msgspec.Struct, kw_only=True):
    """A pool: one that has a limit, that a step is in, or both."""

    name: str
    limit: int | None
    """Its slots; null: no limit."""
    has_own_limit: bool
    """Whether the limit is its own, and not that of all pools without one."""
    taken: int
    """Slots that steps hold or, where the granularity is `run`, runs."""
    waiting: int
    """Steps in it that wait, for whatever reason."""


class Pools(msgspec.Struct):
    """All pools, by name."""

    items: list[Pool]
    next: str | None = None


class Limits(msgspec.Struct, kw_only=True):
    """The limits that hold; null: none."""

    max_concurrent_runs: int | None
    tag_concurrency_limits: list[dict[str, Any]]
    max_concurrent_steps: int
    location_limits: dict[str, int]
    default_pool_limit: int | None
    pool_granularity: str


class QueuedRun(msgspec.Struct, kw_only=True):
    """A run that is under way, or waits."""

    run_id: str
    status: str
    created_at: float
    priority: int
    job: str | None = None
    waits_for: str = ""
    """As a sentence; empty: it is under way."""


class QueuedStep(msgspec.Struct, kw_only=True):
    """A step that runs, or waits for room: those that need other steps first are not told."""

    run_id: str
    step: str
    location: str
    priority: int
    pool: str | None = None
    waits_for: str = ""


class RunQueue(msgspec.Struct, kw_only=True):
    """Runs, in the order in which they begin."""

    under_way: int
    waiting: int
    items: list[QueuedRun]
    """The first of each: those that are under way, then those that wait."""


class StepQueue(msgspec.Struct, kw_only=True):
    """Steps, those of higher priority first."""

    running: int
    waiting: int
    items: list[QueuedStep]
    """The first of each: those that run, then those that wait."""


class Queue(msgspec.Struct, kw_only=True):
    """What runs, what waits, and for what."""

    limits: Limits
    runs: RunQueue
    steps: StepQueue
