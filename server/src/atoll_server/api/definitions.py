"""What is read of a location's snapshot: what the API shows, and what plans are made of."""

from __future__ import annotations

from typing import Any

import msgspec


class AssetDefinition(msgspec.Struct):
    """The part of an `AssetSnapshot` that is shown; unknown fields are ignored."""

    key: str
    step: str | None = None
    deps: list[str] = []
    group: str = "default"
    description: str | None = None
    metadata: dict[str, Any] = {}
    tags: dict[str, str] = {}
    owners: list[str] = []
    kinds: list[str] = []
    compute_kind: str | None = None
    code_version: str | None = None
    file: str | None = None
    line: int | None = None
    io_manager_key: str = "io_manager"
    partitions: dict[str, Any] | None = None
    partition_mappings: dict[str, Any] = {}
    backfill_partitions: int | None = None
    is_observable: bool = False
    output: str = "result"
    is_optional: bool = False

    @property
    def shown_kinds(self) -> list[str]:
        """As an `AssetSnapshot` has them."""
        return self.kinds or ([self.compute_kind] if self.compute_kind else [])


class StepDefinition(msgspec.Struct):
    """The part of a `StepSnapshot` that is shown, or that plans are made of."""

    key: str = ""
    assets: list[str] = []
    can_subset: bool = False
    pool: str | None = None
    required_resources: list[str] = []
    config_schema: dict[str, Any] | None = None
    max_retries: int = 0
    checks: list[str] = []
    deps: list[str] = []
    inputs: dict[str, list[str]] = {}
    graph: str | None = None
    description: str | None = None
    kind: str | None = None
    mapped_over: str | None = None


class JobDefinition(msgspec.Struct):
    """The part of a `JobSnapshot` that is shown, or that plans are made of."""

    name: str
    assets: list[str] = []
    description: str | None = None
    config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    run_tags: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None
    checks: list[str] = []
    steps: list[StepDefinition] = []
    partitions: dict[str, Any] | None = None
    max_concurrent_steps: int | None = None
    not_supported: str | None = None


class CheckDefinition(msgspec.Struct):
    """The part of a `CheckSnapshot` that is shown, or that plans are made of."""

    asset: str
    name: str
    step: str | None = None
    description: str | None = None
    is_blocking: bool = False
    deps: list[str] = []
    metadata: dict[str, Any] = {}
    file: str | None = None
    line: int | None = None

    @property
    def key(self) -> str:
        """Asset and name."""
        return f"{self.asset}:{self.name}"


class ScheduleDefinition(msgspec.Struct):
    """The part of a `ScheduleSnapshot` that is shown."""

    name: str
    job: str | None = None
    assets: list[str] = []
    cron: list[str] = []
    timezone: str | None = None
    is_running: bool = False
    description: str | None = None
    tags: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None


class SensorDefinition(msgspec.Struct):
    """The part of a `SensorSnapshot` that is shown."""

    name: str
    kind: str = "standard"
    jobs: list[str] = []
    assets: list[str] = []
    monitored_assets: list[str] = []
    monitored_jobs: list[str] = []
    minimum_interval_s: float | None = None
    is_running: bool = False
    description: str | None = None
    tags: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None


class ResourceDefinition(msgspec.Struct):
    """The part of a `ResourceSnapshot` that is shown."""

    key: str
    config_schema: dict[str, Any] | None = None
    required_resources: list[str] = []
    is_bound: bool = False


class SnapshotDefinition(msgspec.Struct):
    """The part of a `LocationSnapshot` that is shown, or that plans are made of."""

    assets: list[AssetDefinition] = []
    steps: list[StepDefinition] = []
    resources: list[ResourceDefinition] = []
    jobs: list[JobDefinition] = []
    checks: list[CheckDefinition] = []
    schedules: list[ScheduleDefinition] = []
    sensors: list[SensorDefinition] = []
