"""The shapes that the API sends and takes. Times are seconds since the Unix epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Launch(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /runs` takes."""

    assets: list[str] = []
    """Selections, joined by or: `orders`, `group:finance`, `+orders`. Of a job: what of it."""
    job: str | None = None
    """A job, all of which is made if `assets` names nothing."""
    location: str | None = None
    """Where the job lies; needed where several locations have one of that name."""
    config: dict[str, Any] = {}
    """Run config, as `{"ops": {STEP: {"config": …}}, "resources": …}`; over the job's own."""
    tags: dict[str, str] = {}
    """Over the job's own."""
    partition: str | None = None
    """Null: no asset has partitions yet."""


class Retry(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /runs/{run_id}/retry` takes."""

    from_failure: bool = True
    """Make what did not succeed; false: make everything again."""
    steps: list[str] = []
    """Make these steps of the run instead; selections over its steps, such as `load+`."""


class Wipe(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /assets/wipe` takes: keys, or `all`."""

    keys: list[str] = []
    all: bool = False


class Prune(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /storage/prune` takes: at least one rule; a run that either keeps stays."""

    keep_days: float | None = None
    """Runs that ended within so many days stay."""
    keep_runs: int | None = None
    """So many of the newest ended runs stay."""


class Accepted(msgspec.Struct, kw_only=True):
    """A command that is stored; `GET /intents/{id}` tells when it has been carried out."""

    intent: int | None
    """Null: there was nothing to do."""


class Wiped(Accepted, kw_only=True):
    """Assets that are being wiped."""

    keys: list[str]


class Prunable(msgspec.Struct, kw_only=True):
    """What need not be kept."""

    runs: int
    events: int
    snapshots: int


class Pruning(Prunable, kw_only=True):
    """What is being erased."""

    intent: int | None


class IntentState(msgspec.Struct):
    """Whether a stored command still waits."""

    id: int
    is_settled: bool
    """Whether it has been carried out."""
    has_engine: bool
    """Whether an engine runs that will take it up."""


class Finding(msgspec.Struct):
    """Something in the storage that is not as it should be."""

    message: str
    hint: str


class Findings(msgspec.Struct):
    """All that a check of the storage has found; none: it is sound."""

    items: list[Finding]
    next: str | None = None


class Database(msgspec.Struct):
    """The database of a deployment."""

    path: str
    size_bytes: int
    schema_version: int


class Engine(msgspec.Struct):
    """The process that decides what runs next."""

    pid: int


class Web(msgspec.Struct):
    """The process that serves this API over HTTP."""

    pid: int
    url: str


class Setting(msgspec.Struct):
    """A setting of the deployment."""

    name: str
    variable: str
    value: Any
    origin: str
    """`default`, `option`, `stored`, the name of the variable that was set, or `engine`: the
    engine runs in another process, and was started so."""


class Instance(msgspec.Struct, kw_only=True):
    """The deployment."""

    home: str
    deployment_id: str
    release: str
    database: Database
    values_url: str
    engine: Engine | None
    """Null: none runs."""
    web: Web | None
    runs: int
    assets: int
    """Assets that have been materialized."""
    locations: int
    settings: list[Setting]


class Run(msgspec.Struct, kw_only=True):
    """A run."""

    run_id: str
    status: str
    """QUEUED, STARTING, STARTED, SUCCESS, FAILURE, CANCELING or CANCELED."""
    created_at: float
    started_at: float | None = None
    ended_at: float | None = None
    selection: tuple[str, ...] = ()
    """As it was asked for."""
    assets: tuple[str, ...] = ()
    """Keys of the planned assets; empty before the run is planned."""
    tags: Mapping[str, str] = {}
    config: Mapping[str, Any] = {}
    partition: str | None = None
    job: str | None = None
    """Name of the job that it is a run of."""
    message: str = ""
    """Of the latest event about the run itself: why it waits, or why it failed."""
    retry_of: str | None = None
    """The run that this one makes again, or goes on with."""
    retried_as: tuple[str, ...] = ()
    """The runs that do so for this one, oldest first; not in lists."""


class Event(msgspec.Struct, kw_only=True):
    """A stored event; ids grow in the order of storing, across all runs."""

    id: int
    kind: str
    run_id: str
    step: str | None = None
    attempt: int | None = None
    timestamp: float
    """By the writer's clock; for display, never for order."""
    message: str = ""
    data: Mapping[str, Any] = {}


class Materialization(msgspec.Struct, kw_only=True):
    """The latest materialization of an asset."""

    event_id: int
    run_id: str
    timestamp: float
    metadata: Mapping[str, Any] = {}


class Asset(msgspec.Struct, kw_only=True):
    """An asset as lists show it."""

    key: str
    location: str
    group: str = "default"
    deps: list[str] = []
    kinds: list[str] = []
    tags: dict[str, str] = {}
    owners: list[str] = []
    description: str | None = None
    step: str | None = None
    """The step that makes it; null for an external asset."""
    latest_materialization: Materialization | None = None


class AssetDetail(Asset, kw_only=True):
    """An asset with all that its definition says."""

    dependents: list[str] = []
    metadata: Mapping[str, Any] = {}
    code_version: str | None = None
    file: str | None = None
    line: int | None = None


class Job(msgspec.Struct, kw_only=True):
    """A job as lists show it."""

    name: str
    location: str
    description: str | None = None
    asset_count: int
    tags: Mapping[str, str] = {}


class JobAsset(msgspec.Struct, kw_only=True):
    """An asset that a job makes."""

    key: str
    location: str
    """Of the asset: another one than the job's, where two define it."""
    step: str | None = None


class JobDetail(Job, kw_only=True):
    """A job with all that its definition says."""

    assets: list[JobAsset] = []
    """Each after those that it depends on."""
    config: Mapping[str, Any] = {}
    """Of its runs, under what they are asked for with."""
    run_tags: Mapping[str, str] = {}
    metadata: Mapping[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None


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


class Output(msgspec.Struct, kw_only=True):
    """A piece of what a step attempt wrote to stdout or stderr."""

    run_id: str
    step: str
    attempt: int
    stream: str
    offset: int
    next_offset: int
    """Where to go on reading, in bytes."""
    size: int
    text: str
    is_complete: bool = True
    """False while a copy of what is written behind a server is still being fetched."""


class Runs(msgspec.Struct):
    """A page of runs, newest first."""

    items: list[Run]
    next: str | None = None


class Events(msgspec.Struct):
    """A page of events, ascending."""

    items: list[Event]
    next: int | None = None


class Assets(msgspec.Struct):
    """A page of assets by key."""

    items: list[Asset]
    next: str | None = None


class Jobs(msgspec.Struct):
    """All jobs, by name."""

    items: list[Job]
    next: str | None = None


class Locations(msgspec.Struct):
    """All locations, in workspace order."""

    items: list[Location]
    next: str | None = None


class ProblemBody(msgspec.Struct):
    """An RFC 9457 problem."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str


class Health(msgspec.Struct):
    """How the host is."""

    status: str
    """alive, ready or not_ready."""
    pid: int
    release: str
    reasons: list[str] = []
