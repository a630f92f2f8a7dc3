"""What every request handler may use: storage, a clock, the doorbell, and who is listening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from atoll_server.api.built_ui import BuiltUi
from atoll_server.api.catalog import Catalog
from atoll_server.api.catalog_graph import GraphCache
from atoll_server.api.followed_partitions import FollowedPartitions
from atoll_server.api.followed_runs import FollowedRuns
from atoll_server.api.following import Follower
from atoll_server.api.stream.changes import ChangeFeed
from atoll_server.api.stream.hub import Hub
from atoll_server.ports.clock import Clock
from atoll_server.ports.event_log import EventLog
from atoll_server.settings import Settings


def _nobody() -> None:
    """Where nobody can ring the engine: it polls."""


def _no_engine() -> int | None:
    return None


def _no_reasons() -> list[str]:
    return []


@dataclass(frozen=True, kw_only=True)
class ApiContext:
    """The surroundings of the API; made once by `assembly`."""

    log: EventLog
    clock: Clock
    home: Path
    release: str
    ring: Callable[[], None] = _nobody
    """Tells the engine that there is an intent."""
    not_ready: Callable[[], list[str]] = _no_reasons
    """Why the engine cannot take up work yet, in sentences; empty: it can."""
    engine_pid: Callable[[], int | None] = _no_engine
    """The process that is the deployment's engine, if one is."""
    settings: Settings | None = None
    """What the deployment is set to, for people to see."""
    hub: Hub = field(default_factory=Hub)
    catalog: Catalog = field(init=False)
    graph: GraphCache = field(default_factory=GraphCache)
    """The catalog as it is sent."""
    followed: FollowedRuns = field(init=False)
    follower: Follower = field(init=False)
    """How the assets stand."""
    partitions: FollowedPartitions = field(init=False)
    changes: ChangeFeed = field(init=False)
    host_names: frozenset[str] | None = field(
        default_factory=lambda: frozenset(["localhost", "127.0.0.1", "::1"])
    )
    """Names under which the web may be addressed; None: any (`--insecure` beyond loopback)."""
    is_read_only: bool = False
    """Whether commands are refused."""
    path_prefix: str = ""
    """What paths begin with, as `/atoll`; those without it are answered too, for a proxy that
    takes it away."""
    ui: BuiltUi = field(default_factory=BuiltUi)
    """The pages."""

    def __post_init__(self) -> None:
        follower = Follower(self.log)
        object.__setattr__(self, "catalog", Catalog(self.log))
        object.__setattr__(self, "followed", FollowedRuns(self.log))
        object.__setattr__(self, "follower", follower)
        object.__setattr__(self, "partitions", FollowedPartitions(self.log))
        object.__setattr__(self, "changes", ChangeFeed(self.log, self.hub, follower))
