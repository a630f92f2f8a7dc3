"""Runs, their events and output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from atoll_server.api.schemas.partitions import PartitionSpace


class Launch(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /runs` takes."""

    assets: list[str] = []
    """Selections, joined by or: `orders`, `group:finance`, `+orders`. Of a job: what of it."""
    job: str | None = None
    """A job, all of which is made if nothing narrows it."""
    location: str | None = None
    """Where the job lies; needed where several locations have one of that name."""
    config: dict[str, Any] = {}
    """Run config, as `{"ops": {STEP: {"config": …}}, "resources": …}`; over the job's own."""
    tags: dict[str, str] = {}
    """Over the job's own."""
    checks: list[str] | None = None
    """Keys (`ASSET:NAME`) of the checks to evaluate. Null: those on the assets that are made, or
    the job's; none: without checks. Without `assets` and `job`, only these are evaluated."""
    ops: list[str] = []
    """Of a job of ops, which: `load`, `load*` with all after it, `+load` with those before it."""
    partition: str | None = None
    """Key of the partition to make."""
    partition_range: tuple[str, str] | None = None
    """First and last partition to make, all in this run."""


class Retry(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /runs/{run_id}/retry` takes."""

    from_failure: bool = True
    """Make what did not succeed; false: make everything again."""
    steps: list[str] = []
    """Make these steps of the run instead; selections over its steps, such as `load+`."""


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
    """Keys of the planned assets; empty before the run is planned. In lists the first 20."""
    asset_count: int = 0
    """How many assets are planned."""
    locations: tuple[str, ...] = ()
    """Where its steps lie, in the order of the plan; empty before the run is planned."""
    tags: Mapping[str, str] = {}
    config: Mapping[str, Any] = {}
    partition: str | None = None
    """Key of the partition that it makes; of a range, `FIRST...LAST`."""
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
    """A page of events: of a run ascending, of an asset newest first."""

    items: list[Event]
    next: int | None = None


class RunCounts(msgspec.Struct, kw_only=True):
    """How many runs there are, by status; counting stops at `most`."""

    most: int
    counts: dict[str, int]
    """By status; those that none has are left out."""


class RunIds(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /runs/cancel` takes."""

    runs: list[str]


class RetryRuns(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /runs/retry` takes."""

    runs: list[str]
    from_failure: bool = True
    """Make what did not succeed; false: make everything again."""


class RunOutcome(msgspec.Struct, kw_only=True):
    """What became of one run of a command about several."""

    run_id: str
    problem: str | None = None
    """Why it was left alone; null: the command is accepted."""
    retried_as: str | None = None
    """The new run."""


class RunOutcomes(msgspec.Struct):
    """What became of each run, in the order in which they were named."""

    items: list[RunOutcome]
    next: str | None = None


class StepAttempt(msgspec.Struct, kw_only=True):
    """One attempt at a step, by the events that tell of it; times that are not known are null."""

    attempt: int
    asked_at: float
    """When the engine decided to start it (STEP_WORKER_STARTING)."""
    worker_at: float | None = None
    """When its worker was there (STEP_WORKER_STARTED)."""
    began_at: float | None = None
    """When user code began (STEP_START)."""
    ended_at: float | None = None
    outcome: str | None = None
    """SUCCESS, FAILURE, UP_FOR_RETRY, SKIPPED, LOST or CANCELED; null: under way."""
    message: str = ""
    """Of the event that ended it."""
    pid: int | None = None


class RunStep(msgspec.Struct, kw_only=True):
    """A step of a run as it stands."""

    key: str
    location: str
    generation: int
    assets: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    """Keys of the checks that it evaluates."""
    partition: str | None = None
    """That it makes, where it is another one than the run's."""
    needs: tuple[str, ...] = ()
    pool: str | None = None
    status: str
    """WAITING (for other steps), READY (for room), STARTING, RUNNING, RETRYING, SUCCESS,
    FAILURE, SKIPPED or CANCELED."""
    ready_at: float | None = None
    """When the last step that it needs succeeded, or the run began."""
    ended_at: float | None = None
    attempts: tuple[StepAttempt, ...] = ()


class RunSteps(msgspec.Struct, kw_only=True):
    """The steps of a run, in the order of the plan."""

    last_event_id: int
    """What `after` of the next request is."""
    is_whole: bool
    """Whether all steps are told; false: those that have changed since `after`."""
    items: list[RunStep]
    counts: dict[str, int]
    """Of all steps by status."""


class RunLog(msgspec.Struct, kw_only=True):
    """A window on the events of a run that pass a filter."""

    total: int
    """How many pass it."""
    offset: int
    """The place of the first of `items` among them, from 0."""
    items: list[Event]
    last_event_id: int
    """Of the run's newest event, whether it passes or not."""


class PlannedStep(msgspec.Struct, kw_only=True):
    """A step that a run would have."""

    key: str
    location: str
    assets: tuple[str, ...]
    checks: tuple[str, ...] = ()
    partition: str | None = None
    """That it makes, where it is another one than was asked for."""
    needs: tuple[str, ...] = ()
    pool: str | None = None


class RunPlan(msgspec.Struct, kw_only=True):
    """What a launch would do."""

    steps: list[PlannedStep]
    """Each after those that it needs."""
    left_out: list[str]
    """Chosen assets that nothing makes: external ones."""
    read_only: list[str]
    """Assets that are not made but read: what the steps need of others."""
    config_schema: Mapping[str, Any]
    """JSON Schema (2020-12) of `config`: only what these steps and their resources take."""
    config: Mapping[str, Any]
    """With which the run would start: the job's own, under what was asked for."""
    tags: Mapping[str, str]
    """The run's tags, likewise."""
    partitions: PartitionSpace | None = None
    """Which partitions the launch may name; null: what it makes has none."""
    partitioned: str | None = None
    """The asset among those made whose partitions these are; null: they are the job's."""
    needs_partition: bool = False
    """Whether it cannot be launched without naming one, or a range."""
    waits_for: str | None = None
    """Why it cannot be planned yet, as a sentence; the lists are then empty."""
