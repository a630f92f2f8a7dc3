"""The deployment, its storage and its settings; what an accepted command answers."""

from __future__ import annotations

from typing import Any

import msgspec


class Accepted(msgspec.Struct, kw_only=True):
    """A command that is stored; `GET /intents/{id}` tells when it has been carried out."""

    intent: int | None
    """Null: there was nothing to do."""


class Prune(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /storage/prune` takes: at least one rule; a run that either keeps stays."""

    keep_days: float | None = None
    """Runs that ended within so many days stay."""
    keep_runs: int | None = None
    """So many of the newest ended runs stay."""


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
    about: str = ""
    """What it is for."""
    is_storable: bool = False
    """Whether `PATCH /settings` takes it, while the deployment runs."""


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
    is_read_only: bool = False
    """Whether this web takes no commands."""
    runs: int
    assets: int
    """Assets that have been materialized."""
    locations: int
    settings: list[Setting]


class Health(msgspec.Struct):
    """How the host is."""

    status: str
    """alive, ready or not_ready."""
    pid: int
    release: str
    reasons: list[str] = []


class ProblemBody(msgspec.Struct):
    """An RFC 9457 problem."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
