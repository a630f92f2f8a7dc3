"""Assets and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from atoll_server.api.schemas.deployment import Accepted


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
    is_partitioned: bool = False
    check_count: int = 0
    latest_materialization: Materialization | None = None


class AssetStanding(msgspec.Struct, array_like=True):
    """How an asset stands, as a row: state, time, run."""

    state: str
    """`materialized`, `failed` (since it was last made), `running` or `queued` (a run that is
    under way makes it); `checked`: never made here, and a check of it has failed."""
    at: float | None
    """Of the latest materialization; null: it has none."""
    run_id: str | None
    """The run that `state` tells of."""
    failed_checks: int = 0
    """How many of its checks did not pass when they were last evaluated; warnings do not count."""


class AssetDetail(Asset, kw_only=True):
    """An asset with all that its definition says.

    Its checks are told by `GET /checks`, its partitions by `GET /partitions`.
    """

    dependents: list[str] = []
    jobs: list[str] = []
    """Names of the jobs that make it."""
    graph: str | None = None
    """Name of the graph behind it, if there is one: its steps run together."""
    partitions: Mapping[str, Any] | None = None
    """The space as declared; `GET /partitions` tells it in words and numbers."""
    partition_mappings: Mapping[str, Any] = {}
    """By key of a dependency, which of its partitions each own one needs, where that was said."""
    backfill_partitions: int | None = None
    """How many partitions one run may make; 0: any number; null: one."""
    is_observable: bool = False
    pool: str | None = None
    io_manager_key: str = "io_manager"
    required_resources: list[str] = []
    """Keys of the resources that its step takes."""
    config_schema: Mapping[str, Any] | None = None
    """JSON Schema of its step's config, where it takes one."""
    standing: AssetStanding | None = None
    """Null: it was never asked for nor made."""
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
    step_count: int = 0
    """How many ops it has; 0 of a job of assets."""
    check_count: int = 0
    is_partitioned: bool = False
    not_supported: str | None = None
    """What in it cannot be run yet, as a sentence; it cannot be launched."""
    tags: Mapping[str, str] = {}


class JobAsset(msgspec.Struct, kw_only=True):
    """An asset that a job makes."""

    key: str
    location: str
    """Of the asset: another one than the job's, where two define it."""
    step: str | None = None


class JobStep(msgspec.Struct, kw_only=True):
    """A step of a job of ops."""

    key: str
    """Names of the graphs around it and its own, joined by dots."""
    deps: list[str] = []
    """Keys of the steps that come before it."""
    inputs: Mapping[str, list[str]] = {}
    """By input, the outputs that it takes, as `STEP:OUTPUT`."""
    description: str | None = None
    kind: str | None = None
    pool: str | None = None
    required_resources: list[str] = []
    config_schema: Mapping[str, Any] | None = None
    max_retries: int = 0


class JobDetail(Job, kw_only=True):
    """A job with all that its definition says."""

    assets: list[JobAsset] = []
    """Each after those that it depends on."""
    steps: list[JobStep] = []
    """Of a job of ops; each after those that it waits for."""
    checks: list[str] = []
    """Keys of the checks that it evaluates."""
    partitions: Mapping[str, Any] | None = None
    """The space as declared; `GET /partitions?job=` tells it in words and numbers."""
    max_concurrent_steps: int | None = None
    config: Mapping[str, Any] = {}
    """Of its runs, under what they are asked for with."""
    run_tags: Mapping[str, str] = {}
    metadata: Mapping[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None


class Assets(msgspec.Struct):
    """A page of assets by key."""

    items: list[Asset]
    next: str | None = None


class Jobs(msgspec.Struct):
    """All jobs, by name."""

    items: list[Job]
    next: str | None = None


class Wipe(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /assets/wipe` takes: keys, or `all`."""

    keys: list[str] = []
    all: bool = False


class Wiped(Accepted, kw_only=True):
    """Assets that are being wiped."""

    keys: list[str]


class CatalogAsset(msgspec.Struct, kw_only=True):
    """An asset as the graph and the catalog show it."""

    key: str
    location: str
    group: str
    deps: list[str]
    kinds: list[str]
    owners: list[str]
    tags: dict[str, str]
    is_external: bool
    """Whether no step makes it."""


class CatalogGraph(msgspec.Struct, kw_only=True):
    """Every asset and job there is; `version` is also the answer's ETag."""

    version: str
    is_complete: bool
    """Whether every location has loaded."""
    assets: list[CatalogAsset]
    """By key."""
    jobs: list[Job]


class CatalogStandings(msgspec.Struct, kw_only=True):
    """How the assets stand."""

    last_event_id: int
    """What `after` of the next request is."""
    is_whole: bool
    """Whether all that stand somewhere are told; false: those that have changed since `after`."""
    items: dict[str, AssetStanding | None]
    """By key; null: it stands nowhere any more (wiped, or its run was erased)."""


class Selected(msgspec.Struct):
    """What a selection chooses."""

    keys: list[str]
    """In alphabetical order."""
