"""What a generation of a code location offers, as data: all that the host knows of user code."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from atoll_wire.codec import from_wire, to_sparse
from atoll_wire.limits import StepLimits
from atoll_wire.text import may_hold_surrogates, storable

CHUNK_CHARS = 1024 * 1024


@dataclass(frozen=True)
class AssetSnapshot:
    """One asset; an external one has no step."""

    key: str
    step: Optional[str] = None
    """Key of the step that makes it; None for an asset that this location only refers to."""
    deps: List[str] = field(default_factory=list)
    """Keys of the assets that it depends on, in order of declaration."""
    group: str = "default"
    description: Optional[str] = None
    metadata: Dict[str, Any] = field(default_factory=dict)
    """Name to `{"type": KIND, "value": JSON}`, as `atoll.MetadataValue` writes it."""
    tags: Dict[str, str] = field(default_factory=dict)
    owners: List[str] = field(default_factory=list)
    kinds: List[str] = field(default_factory=list)
    compute_kind: Optional[str] = None
    """What its step runs on, as was said beside `kinds`, or instead."""
    code_version: Optional[str] = None
    file: Optional[str] = None
    line: Optional[int] = None
    io_manager_key: str = "io_manager"
    partitions: Optional[Dict[str, Any]] = None
    """The space of its partitions, as `atoll_wire.partitions` writes it; None for an asset that is
    made whole."""
    partition_mappings: Dict[str, Any] = field(default_factory=dict)
    """By key of a dependency, which of its partitions each own one needs, where that was said."""
    backfill_partitions: Optional[int] = None
    """How many partitions one run of a backfill makes; 0 for all of them; None for one."""
    automation_condition: Optional[Dict[str, Any]] = None
    freshness_policy: Optional[Dict[str, Any]] = None
    is_observable: bool = False
    """Whether its step observes it, rather than making it."""
    output: str = "result"
    """Name of the output of its step that it comes as."""
    is_optional: bool = False
    """Whether its step may succeed without it; what needs it in the same run is skipped then."""

    @property
    def shown_kinds(self) -> List[str]:
        """The kinds; of an asset that has none, the one that its step runs on."""
        return self.kinds or ([self.compute_kind] if self.compute_kind else [])


@dataclass(frozen=True)
class CheckSnapshot:
    """One check of an asset."""

    asset: str
    name: str
    step: Optional[str] = None
    """Key of the step that evaluates it: one of its own, or the one that makes the asset."""
    description: Optional[str] = None
    is_blocking: bool = False
    deps: List[str] = field(default_factory=list)
    """Keys of the other assets that it looks at."""
    metadata: Dict[str, Any] = field(default_factory=dict)
    partitions: Optional[Dict[str, Any]] = None
    automation_condition: Optional[Dict[str, Any]] = None
    file: Optional[str] = None
    line: Optional[int] = None

    @property
    def key(self) -> str:
        """Asset and name: what the check is known by."""
        return "%s:%s" % (self.asset, self.name)


@dataclass(frozen=True)
class StepSnapshot:
    """What one worker executes: the function behind assets, behind checks, or an op of a graph."""

    key: str
    assets: List[str] = field(default_factory=list)
    can_subset: bool = False
    config_schema: Optional[Dict[str, Any]] = None
    """JSON Schema of its config, where it takes one."""
    required_resources: List[str] = field(default_factory=list)
    pool: Optional[str] = None
    max_retries: int = 0
    limits: Optional[StepLimits] = None
    """What it may use at most, where its declaration says so."""
    checks: List[str] = field(default_factory=list)
    """The checks that it evaluates, as `CheckSnapshot.key` has them."""
    deps: List[str] = field(default_factory=list)
    """Keys of the steps of its graph, or of its job, that come before it."""
    graph: Optional[str] = None
    """Name of the graph behind an asset that it is a part of: all steps of one run together."""
    description: Optional[str] = None
    kind: Optional[str] = None
    inputs: Dict[str, List[str]] = field(default_factory=dict)
    """By input, the outputs of earlier steps that it takes, as `step:output`. Where none of these
    was given back, the step is skipped."""
    mapped_over: Optional[str] = None
    """The dynamic output, as `step:output`, for each of whose values it is executed."""


@dataclass(frozen=True)
class ResourceSnapshot:
    key: str
    type: str = ""
    description: Optional[str] = None
    config_schema: Optional[Dict[str, Any]] = None
    required_resources: List[str] = field(default_factory=list)
    """Keys of the resources that it takes itself."""
    is_bound: bool = False
    """Whether it belongs to some assets alone, and the location does not offer it."""


@dataclass(frozen=True)
class JobSnapshot:
    """A name for some of the location's assets, or for ops, with config and tags for its runs."""

    name: str
    assets: List[str] = field(default_factory=list)
    """Keys of what it makes, each after those of them that it depends on."""
    description: Optional[str] = None
    config: Dict[str, Any] = field(default_factory=dict)
    tags: Dict[str, str] = field(default_factory=dict)
    """Of the job."""
    run_tags: Dict[str, str] = field(default_factory=dict)
    """Of its runs."""
    metadata: Dict[str, Any] = field(default_factory=dict)
    owners: List[str] = field(default_factory=list)
    file: Optional[str] = None
    line: Optional[int] = None
    checks: List[str] = field(default_factory=list)
    """The checks that it evaluates."""
    steps: List[StepSnapshot] = field(default_factory=list)
    """Of a job of ops: its steps, each after those that it waits for."""
    partitions: Optional[Dict[str, Any]] = None
    max_concurrent_steps: Optional[int] = None
    """How many of its steps go on at once, where its executor says so."""
    automation_condition: Optional[Dict[str, Any]] = None
    not_supported: Optional[str] = None
    """What in it cannot be run yet; it is described all the same."""


@dataclass(frozen=True)
class ScheduleSnapshot:
    """What starts runs by the clock."""

    name: str
    job: Optional[str] = None
    """The job that it runs; None where `assets` says what is made."""
    assets: List[str] = field(default_factory=list)
    cron: List[str] = field(default_factory=list)
    timezone: Optional[str] = None
    is_running: bool = False
    """Whether it runs unless somebody stops it."""
    description: Optional[str] = None
    tags: Dict[str, str] = field(default_factory=dict)
    metadata: Dict[str, Any] = field(default_factory=dict)
    owners: List[str] = field(default_factory=list)
    required_resources: List[str] = field(default_factory=list)
    file: Optional[str] = None
    line: Optional[int] = None


@dataclass(frozen=True)
class SensorSnapshot:
    """What starts runs because something has happened."""

    name: str
    kind: str = "standard"
    """`standard`, `asset`, `multi_asset`, `run_status`, `automation`: what wakes it."""
    jobs: List[str] = field(default_factory=list)
    """The jobs that it may run."""
    assets: List[str] = field(default_factory=list)
    """What it may make, where it names no job."""
    monitored_assets: List[str] = field(default_factory=list)
    monitored_jobs: List[str] = field(default_factory=list)
    """The jobs whose runs wake it: those of other locations as `location:job` and `location:*`;
    none for all of its own location."""
    minimum_interval_s: Optional[float] = None
    is_running: bool = False
    """Whether it runs unless somebody stops it."""
    description: Optional[str] = None
    tags: Dict[str, str] = field(default_factory=dict)
    metadata: Dict[str, Any] = field(default_factory=dict)
    owners: List[str] = field(default_factory=list)
    required_resources: List[str] = field(default_factory=list)
    file: Optional[str] = None
    line: Optional[int] = None
    run_status: Optional[str] = None
    """Of a `run_status` sensor: the status that wakes it, such as `FAILURE`."""
    monitors_every_location: bool = False
    """Whether the runs of all locations wake it."""
    run_tags: Dict[str, str] = field(default_factory=dict)
    """Of an `automation` sensor: of its runs."""
    conditioned_jobs: List[str] = field(default_factory=list)
    """Of an `automation` sensor: the jobs whose own conditions it evaluates."""
    default_condition: Optional[Dict[str, Any]] = None
    """Of an `automation` sensor: the condition of those of its assets that have none."""
    evaluates_in_location: bool = False
    """Of an `automation` sensor: whether the location evaluates the conditions, not the host."""


@dataclass(frozen=True)
class LocationSnapshot:
    """Everything that one generation of a location defines, in order of declaration."""

    assets: List[AssetSnapshot] = field(default_factory=list)
    steps: List[StepSnapshot] = field(default_factory=list)
    resources: List[ResourceSnapshot] = field(default_factory=list)
    metadata: Dict[str, Any] = field(default_factory=dict)
    jobs: List[JobSnapshot] = field(default_factory=list)
    checks: List[CheckSnapshot] = field(default_factory=list)
    schedules: List[ScheduleSnapshot] = field(default_factory=list)
    sensors: List[SensorSnapshot] = field(default_factory=list)

    def dumps(self) -> str:
        """Canonical JSON: equal snapshots give equal text; lone surrogates are written out."""
        text = json.dumps(to_sparse(self), separators=(",", ":"), sort_keys=True)
        if may_hold_surrogates(text):
            value = storable(to_sparse(self))
            text = json.dumps(value, separators=(",", ":"), sort_keys=True)
        return text

    @classmethod
    def loads(cls, text: str) -> LocationSnapshot:
        return from_wire(cls, json.loads(text))


def content_hash(text: str) -> str:
    """The name of a snapshot: the SHA-256 of its text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def chunks(text: str) -> List[str]:
    """`text` in pieces that fit a frame; at least one."""
    return [text[i : i + CHUNK_CHARS] for i in range(0, len(text), CHUNK_CHARS)] or [""]
