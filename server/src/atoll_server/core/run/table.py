"""The transitions of runs and steps, as data: all of them, and nowhere else.

`machine` obeys these tables and `tools/diagrams.py` draws them.
"""

from __future__ import annotations

from enum import StrEnum

from atoll_wire import events as kinds


class RunStatus(StrEnum):
    """Where a run stands."""

    NEW = "NEW"
    """Not stored yet."""
    QUEUED = "QUEUED"
    """Asked for; its steps are not planned yet."""
    STARTING = "STARTING"
    STARTED = "STARTED"
    CANCELING = "CANCELING"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELED = "CANCELED"


class StepStatus(StrEnum):
    """Where a step stands."""

    WAITING = "WAITING"
    """For the steps that it needs, or for capacity."""
    STARTING = "STARTING"
    """Its worker has been ordered."""
    RUNNING = "RUNNING"
    LOST = "LOST"
    """Its worker is gone; what becomes of the step is decided in the same append."""
    RETRYING = "RETRYING"
    """Waits for its next attempt."""
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


ENDED = frozenset([RunStatus.SUCCESS, RunStatus.FAILURE, RunStatus.CANCELED])
"""A run in one of these changes no more."""

ACTIVE = frozenset([StepStatus.STARTING, StepStatus.RUNNING, StepStatus.LOST])
"""A step in one of these has an attempt that is not closed, and takes up capacity."""

UNSTARTED = frozenset([StepStatus.WAITING, StepStatus.RETRYING])
"""A step in one of these may yet be started."""

DONE = frozenset([StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.SKIPPED])
"""A step in one of these changes no more."""

RUNS: dict[RunStatus, dict[str, RunStatus]] = {
    RunStatus.NEW: {
        kinds.RUN_ENQUEUED: RunStatus.QUEUED,
    },
    RunStatus.QUEUED: {
        kinds.RUN_STARTING: RunStatus.STARTING,
        kinds.RUN_FAILURE: RunStatus.FAILURE,
        kinds.RUN_CANCELING: RunStatus.CANCELING,
    },
    RunStatus.STARTING: {
        kinds.RUN_START: RunStatus.STARTED,
    },
    RunStatus.STARTED: {
        kinds.RUN_SUCCESS: RunStatus.SUCCESS,
        kinds.RUN_FAILURE: RunStatus.FAILURE,
        kinds.RUN_CANCELING: RunStatus.CANCELING,
    },
    RunStatus.CANCELING: {
        kinds.RUN_CANCELED: RunStatus.CANCELED,
        kinds.RUN_SUCCESS: RunStatus.SUCCESS,
        kinds.RUN_FAILURE: RunStatus.FAILURE,
    },
    RunStatus.SUCCESS: {},
    RunStatus.FAILURE: {},
    RunStatus.CANCELED: {},
}
"""Status, then kind of event, to the next status."""

_CLOSINGS = {
    kinds.STEP_SUCCESS: StepStatus.SUCCEEDED,
    kinds.STEP_FAILURE: StepStatus.FAILED,
    kinds.STEP_UP_FOR_RETRY: StepStatus.RETRYING,
    kinds.STEP_SKIPPED: StepStatus.SKIPPED,
    kinds.STEP_WORKER_LOST: StepStatus.LOST,
}

STEPS: dict[StepStatus, dict[str, StepStatus]] = {
    StepStatus.WAITING: {
        kinds.STEP_WORKER_STARTING: StepStatus.STARTING,
        kinds.STEP_SKIPPED: StepStatus.SKIPPED,
        kinds.STEP_FAILURE: StepStatus.FAILED,
    },
    StepStatus.STARTING: {
        kinds.STEP_WORKER_STARTED: StepStatus.RUNNING,
        **_CLOSINGS,
    },
    StepStatus.RUNNING: dict(_CLOSINGS),
    StepStatus.LOST: {
        kinds.STEP_UP_FOR_RETRY: StepStatus.RETRYING,
        kinds.STEP_FAILURE: StepStatus.FAILED,
    },
    StepStatus.RETRYING: {
        kinds.STEP_RESTARTED: StepStatus.RETRYING,
        kinds.STEP_WORKER_STARTING: StepStatus.STARTING,
        kinds.STEP_SKIPPED: StepStatus.SKIPPED,
        kinds.STEP_FAILURE: StepStatus.FAILED,
    },
    StepStatus.SUCCEEDED: {},
    StepStatus.FAILED: {},
    StepStatus.SKIPPED: {},
}
"""Status, then kind of event, to the next status. Other kinds out of a journal change nothing."""

RUN_KINDS = frozenset(kind for row in RUNS.values() for kind in row)
STEP_KINDS = frozenset(kind for row in STEPS.values() for kind in row)

COMMANDS: dict[str, frozenset[RunStatus]] = {
    "Enqueue": frozenset([RunStatus.NEW]),
    "Start": frozenset([RunStatus.QUEUED]),
    "Refuse": frozenset([RunStatus.QUEUED]),
    "Launch": frozenset([RunStatus.STARTED]),
    "FailSteps": frozenset([RunStatus.STARTED]),
    "Cancel": frozenset([RunStatus.QUEUED, RunStatus.STARTED]),
    "Expire": frozenset([RunStatus.STARTED]),
    "Record": frozenset([RunStatus.STARTED, RunStatus.CANCELING]),
    "NeverStarted": frozenset([RunStatus.STARTED, RunStatus.CANCELING]),
    "Note": frozenset(RunStatus) - ENDED - {RunStatus.NEW},
    "Mend": frozenset(RunStatus) - ENDED - {RunStatus.NEW},
}
"""The statuses in which each command is carried out; in all others it is rejected."""
