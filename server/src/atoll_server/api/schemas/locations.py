"""Code locations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Location(msgspec.Struct, kw_only=True):
    """A code location. Members that are not known yet are null."""

    name: str
    status: str
    """building, loading, loaded, degraded, failed, unreachable, crash_loop or unloaded."""
    error: Mapping[str, Any] | None = None
    """A `Failure`: code, message, error_type, frames and what else is known."""
    error_text: str | None = None
    """The same as lines for people, the user's frames first."""
    generation: int | None = None
    pid: int | None = None
    python_version: str | None = None
    load_seconds: float | None = None
    rss_bytes: int | None = None
    worker: str | None = None
    """How workers are made: fork, spawn or pool; none where it is only described."""
    worker_reason: str | None = None
    limits_by: str | None = None
    """How the limits of steps are held: by cgroups or resource limits, and why."""
    restarts: int = 0
    """How often in a row its process had to be started again."""
    conflicts: list[str] = []
    """Assets that another location has, as sentences."""
    loading: list[int] = []
    """Generations that are being loaded."""
    draining: list[int] = []
    """Generations that finish the runs that they began."""
    notices: list[str] = []
    executable: str | None = None
    """The interpreter, as it calls itself."""
    platform: str | None = None
    loaded_from: dict[str, str] = {}
    """What is loaded, in the words of a workspace; of variables only the names."""
    server: Mapping[str, Any] = {}
    """Of a location behind a server: its address, whether by TLS, and free facts about it."""
    server_id: str | None = None
    """Identity of the folder that holds its journals."""
    reaches_values: bool = True
    """Whether its steps can read and write where the deployment keeps values."""
    packages: dict[str, str] = {}
    """Versions of the installed distributions by name; not in lists."""
    slowest_imports: dict[str, float] = {}
    """Seconds that the code of the slowest top-level packages took to load, the slowest first."""
    cpu_seconds: float | None = None
    """What its process has used since it was started."""
    generations: list[Mapping[str, Any]] = []
    """All that are not gone: number, phase, pid, runs to finish, restarts."""
    log: str | None = None
    """Name of the newest process's log."""
    stale: bool = False
    """Whether its assets are shown as they were when it last served."""
    last_change: Mapping[str, Any] | None = None
    """What the last reload added, removed and altered, and whether sources have changed."""
    last_generation: int | None = None
    """The highest number that a generation ever had."""
    snapshot_hash: str | None = None
    counts: dict[str, int] = {}
    """How many assets, groups, jobs and resources it defines."""
    updated_at: float | None = None


class LocationLog(msgspec.Struct, kw_only=True):
    """A piece of what a process of a location wrote to stdout or stderr."""

    location: str
    log: str
    """Which process: it was started for generation N the Mth time, as `N.M`."""
    stream: str
    offset: int
    next_offset: int
    """Where to go on reading, in bytes."""
    size: int
    text: str


class Locations(msgspec.Struct):
    """All locations, in workspace order."""

    items: list[Location]
    next: str | None = None
