"""Kinds of events, and the form in which a worker writes them into its journal."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict

ASSET_JOB = "__ASSET_JOB"
"""The job of runs that were asked for by asset."""

RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
"""The tags of a run that makes a range of partitions in one step each."""

RUN_ENQUEUED = "RUN_ENQUEUED"
RUN_STARTING = "RUN_STARTING"
RUN_START = "RUN_START"
RUN_SUCCESS = "RUN_SUCCESS"
RUN_FAILURE = "RUN_FAILURE"
RUN_CANCELING = "RUN_CANCELING"
RUN_CANCELED = "RUN_CANCELED"
STEP_WORKER_STARTING = "STEP_WORKER_STARTING"
STEP_WORKER_STARTED = "STEP_WORKER_STARTED"
STEP_WORKER_LOST = "STEP_WORKER_LOST"
STEP_START = "STEP_START"
STEP_INPUT = "STEP_INPUT"
STEP_OUTPUT = "STEP_OUTPUT"
STEP_SUCCESS = "STEP_SUCCESS"
STEP_FAILURE = "STEP_FAILURE"
STEP_UP_FOR_RETRY = "STEP_UP_FOR_RETRY"
STEP_RESTARTED = "STEP_RESTARTED"
STEP_SKIPPED = "STEP_SKIPPED"
RESOURCE_INIT_STARTED = "RESOURCE_INIT_STARTED"
RESOURCE_INIT_SUCCESS = "RESOURCE_INIT_SUCCESS"
RESOURCE_INIT_FAILURE = "RESOURCE_INIT_FAILURE"
STEP_EXPECTATION_RESULT = "STEP_EXPECTATION_RESULT"
LOADED_INPUT = "LOADED_INPUT"
HANDLED_OUTPUT = "HANDLED_OUTPUT"
ASSET_MATERIALIZATION = "ASSET_MATERIALIZATION"
ASSET_OBSERVATION = "ASSET_OBSERVATION"
ASSET_CHECK_EVALUATION = "ASSET_CHECK_EVALUATION"
ASSET_WIPED = "ASSET_WIPED"
"""Of no run: the asset in `data["asset_key"]` counts as never materialized from here on."""
HOOK_COMPLETED = "HOOK_COMPLETED"
HOOK_SKIPPED = "HOOK_SKIPPED"
HOOK_ERRORED = "HOOK_ERRORED"
DYNAMIC_PARTITIONS_CHANGED = "DYNAMIC_PARTITIONS_CHANGED"
"""The dynamic partitions definition `data["name"]` has the keys `data["add"]` from here on, and not
those in `data["delete"]`."""
LOGS_CAPTURED = "LOGS_CAPTURED"
LOG = "LOG"
"""A line of `context.log`; `data["level"]` is its level."""
ENGINE_EVENT = "ENGINE_EVENT"

CLOSING = frozenset([STEP_SUCCESS, STEP_FAILURE, STEP_UP_FOR_RETRY, STEP_SKIPPED, STEP_WORKER_LOST])
"""The kinds that close an attempt: exactly one of them is the last event of its journal."""

RUN_ENDS = frozenset([RUN_SUCCESS, RUN_FAILURE, RUN_CANCELED])

FOLLOWED = frozenset([STEP_WORKER_STARTED, LOGS_CAPTURED, STEP_OUTPUT, ASSET_MATERIALIZATION])
"""The kinds after which a worker writes another event at once; it rings for that one only."""


@dataclass(frozen=True)
class JournalEvent:
    """One event of one attempt, as the worker (or, of a dead one, the supervisor) wrote it."""

    seq: int
    """Position in the journal, from 1, without gaps."""
    kind: str
    at: float
    """The writer's wall clock, seconds since the epoch; for display, never for order."""
    message: str = ""
    data: Dict[str, Any] = field(default_factory=dict)
