"""What user code asks of what was recorded, and what it is told: queries and rows.

The same for every storage that answers: one in the asking process, or the host's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from atoll_wire.events import JournalEvent


@dataclass(frozen=True)
class RecordedEvent:
    """An event as it is kept."""

    id: int
    """Grows in the order of recording, across all runs."""
    run_id: str
    """Empty for an event of no run."""
    event: JournalEvent
    job_name: str = ""
    step: Optional[str] = None


@dataclass(frozen=True)
class RecordedRun:
    """A run as it is kept."""

    run_id: str
    job_name: str
    status: str
    """QUEUED, NOT_STARTED, STARTING, STARTED, SUCCESS, FAILURE, CANCELING or CANCELED."""
    created_at: float
    updated_at: float
    started_at: Optional[float] = None
    ended_at: Optional[float] = None
    tags: Dict[str, str] = field(default_factory=dict)
    run_config: Dict[str, Any] = field(default_factory=dict)
    assets: Optional[List[str]] = None
    """Keys of the assets that it is to make, where it was asked for by asset."""
    ops: Optional[List[str]] = None
    """The ops that it is to execute, where it was asked for by op."""
    steps: Optional[List[str]] = None
    """The steps that it is to execute, where it executes some steps of another run again."""
    id: int = 0
    """Grows in the order in which runs were asked for."""


@dataclass(frozen=True)
class EventQuery:
    """Which events are meant: those that pass everything that is set."""

    kinds: Optional[List[str]] = None
    run_id: Optional[str] = None
    asset_key: Optional[str] = None
    partitions: Optional[List[str]] = None
    ids: Optional[List[int]] = None
    job_names: Optional[List[str]] = None
    after: Optional[int] = None
    """Only greater ids."""
    before: Optional[int] = None
    """Only smaller ids."""
    after_at: Optional[float] = None
    before_at: Optional[float] = None
    limit: Optional[int] = None
    ascending: bool = False


@dataclass(frozen=True)
class RunQuery:
    """Which runs are meant: those that pass everything that is set."""

    run_ids: Optional[List[str]] = None
    job_name: Optional[str] = None
    statuses: Optional[List[str]] = None
    tags: Dict[str, List[str]] = field(default_factory=dict)
    """For each tag, the values of which a run has one."""
    created_after: Optional[float] = None
    created_before: Optional[float] = None
    updated_after: Optional[float] = None
    updated_before: Optional[float] = None
    cursor: Optional[str] = None
    """A run id: only those that come after it, in the order asked for."""
    limit: Optional[int] = None
    ascending: bool = False
    order_by: str = "id"
    """`id`, `created_at`, `updated_at`, `started_at` or `ended_at`."""
