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
    latest_materialization: Materialization | None = None


class AssetStanding(msgspec.Struct, array_like=True):
    """How an asset stands, as a row: state, time, run."""

    state: str
    """`materialized`, `failed` (since it was last made), `running` or `queued` (a run that is
    under way makes it)."""
    at: float | None
    """Of the latest materialization; null: it has none."""
    run_id: str | None
    """The run that `state` tells of."""


class AssetDetail(Asset, kw_only=True):
    """An asset with all that its definition says."""

    dependents: list[str] = []
    jobs: list[str] = []
    """Names of the jobs that make it."""
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
