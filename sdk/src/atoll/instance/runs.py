"""Runs as user code sees them."""

from __future__ import annotations

import datetime
import uuid
from enum import Enum
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Union

from atoll.definitions.keys import AssetKey
from atoll.definitions.parameters import check_optional, check_type
from atoll_wire.recorded import RecordedRun, RunQuery

UTC = datetime.timezone.utc  # Python 3.8 has no datetime.UTC
PARENT_RUN_TAG = "dagster/parent_run_id"
ROOT_RUN_TAG = "dagster/root_run_id"
RESUME_RETRY_TAG = "dagster/is_resume_retry"


class DagsterRunStatus(Enum):
    """How far a run has come."""

    QUEUED = "QUEUED"
    NOT_STARTED = "NOT_STARTED"
    MANAGED = "MANAGED"
    STARTING = "STARTING"
    STARTED = "STARTED"
    SUSPENDED = "SUSPENDED"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    CANCELING = "CANCELING"
    CANCELED = "CANCELED"


_S = DagsterRunStatus
FINISHED_STATUSES = [_S.SUCCESS, _S.FAILURE, _S.CANCELED]
IN_PROGRESS_RUN_STATUSES = [_S.STARTING, _S.STARTED, _S.CANCELING, _S.SUSPENDED]
NOT_FINISHED_STATUSES = [*IN_PROGRESS_RUN_STATUSES, _S.QUEUED, _S.NOT_STARTED]
CANCELABLE_RUN_STATUSES = [_S.STARTED, _S.QUEUED]


class DagsterRun:
    """A run.

    Args:
        job_name: the job, or `__ASSET_JOB` where assets were asked for.
        run_id: its id; made up where it is None.
        run_config: its configuration.
        asset_selection: the assets that it is to make; None: all of the job.
        asset_check_selection: the checks that it is to evaluate; None: those of its assets.
        op_selection: the ops that it is to execute; None: all of the job.
        status: how far it has come; `NOT_STARTED` where it is None.
        tags: its tags.
        root_run_id: the first of the runs that this one tries again.
        parent_run_id: the run that it tries again.
        step_keys_to_execute: the steps of that run that it executes again; None: all.
    """

    def __init__(
        self,
        job_name: str,
        run_id: Optional[str] = None,
        run_config: Optional[Mapping[str, Any]] = None,
        asset_selection: Optional[Any] = None,
        asset_check_selection: Optional[Any] = None,
        op_selection: Optional[Sequence[str]] = None,
        status: Optional[DagsterRunStatus] = None,
        tags: Optional[Mapping[str, str]] = None,
        root_run_id: Optional[str] = None,
        parent_run_id: Optional[str] = None,
        step_keys_to_execute: Optional[Sequence[str]] = None,
    ):
        self.job_name: str = check_type(job_name, "DagsterRun(job_name=...)", str)
        self.run_id: str = run_id or str(uuid.uuid4())
        self.run_config: Dict[str, Any] = dict(run_config or {})
        self.asset_selection: Optional[FrozenSet[AssetKey]] = (
            None
            if asset_selection is None
            else frozenset(AssetKey.from_coercible(key) for key in asset_selection)
        )
        self.asset_check_selection = asset_check_selection
        self.op_selection = None if op_selection is None else list(op_selection)
        check_optional(status, "DagsterRun(status=...)", DagsterRunStatus)
        self.status: DagsterRunStatus = status or DagsterRunStatus.NOT_STARTED
        self.tags: Dict[str, str] = dict(tags or {})
        self.step_keys_to_execute = (
            None if step_keys_to_execute is None else list(step_keys_to_execute)
        )
        self.root_run_id = root_run_id or self.tags.get(ROOT_RUN_TAG)
        self.parent_run_id = parent_run_id or self.tags.get(PARENT_RUN_TAG)

    @staticmethod
    def of(run: RecordedRun) -> DagsterRun:
        """The run that was recorded."""
        return DagsterRun(
            run.job_name,
            run.run_id,
            run.run_config,
            run.assets,
            op_selection=run.ops,
            status=DagsterRunStatus(run.status),
            tags=run.tags,
            step_keys_to_execute=run.steps,
        )

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, however."""
        return self.status in FINISHED_STATUSES

    @property
    def is_success(self) -> bool:
        """Whether it has succeeded."""
        return self.status == DagsterRunStatus.SUCCESS

    @property
    def is_failure(self) -> bool:
        """Whether it has failed."""
        return self.status == DagsterRunStatus.FAILURE

    @property
    def is_failure_or_canceled(self) -> bool:
        """Whether it has ended without success."""
        return self.status in (DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED)

    @property
    def is_cancelable(self) -> bool:
        """Whether it can be canceled now."""
        return self.status in CANCELABLE_RUN_STATUSES

    @property
    def resolved_op_selection(self) -> Optional[FrozenSet[str]]:
        """The ops that it is to execute, as a set; None: all of the job."""
        return None if self.op_selection is None else frozenset(self.op_selection)

    @property
    def is_resume_retry(self) -> bool:
        """Whether its tags say that it goes on where another run has failed."""
        return self.tags.get(RESUME_RETRY_TAG) == "true"

    @property
    def previous_run_id(self) -> Optional[str]:
        """The run that it tries again."""
        return self.parent_run_id

    def get_root_run_id(self) -> Optional[str]:
        """The first of the runs that it tries again, as its tags tell."""
        return self.tags.get(ROOT_RUN_TAG)

    def get_parent_run_id(self) -> Optional[str]:
        """The run that it tries again, as its tags tell."""
        return self.tags.get(PARENT_RUN_TAG)

    def with_status(self, status: DagsterRunStatus) -> DagsterRun:
        """A copy with another status."""
        return self._copy(status=status)

    def with_tags(self, tags: Mapping[str, str]) -> DagsterRun:
        """A copy with other tags."""
        return self._copy(tags=dict(tags))

    def _copy(self, **changes: Any) -> DagsterRun:
        made = DagsterRun.__new__(DagsterRun)
        made.__dict__.update({**self.__dict__, **changes})
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DagsterRun) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(self.run_id)

    def __repr__(self) -> str:
        return "DagsterRun(%r, %r, status=%s)" % (self.job_name, self.run_id, self.status.value)


class RunsFilter:
    """Which runs are meant: those that pass everything that is given.

    Args:
        run_ids: one of these.
        job_name: of this job.
        statuses: in one of these.
        tags: with all of these; where a list stands for a value, with one of the list.
        snapshot_id: not used: runs are not kept by snapshot.
        updated_after: changed after this moment.
        updated_before: last changed before it.
        created_after: asked for after this moment.
        created_before: asked for before it.
        exclude_subruns: not used: those of backfills are among the others.
    """

    def __init__(
        self,
        run_ids: Optional[Sequence[str]] = None,
        job_name: Optional[str] = None,
        statuses: Optional[Sequence[DagsterRunStatus]] = None,
        tags: Optional[Mapping[str, Union[str, Sequence[str]]]] = None,
        snapshot_id: Optional[str] = None,
        updated_after: Optional[datetime.datetime] = None,
        updated_before: Optional[datetime.datetime] = None,
        created_after: Optional[datetime.datetime] = None,
        created_before: Optional[datetime.datetime] = None,
        exclude_subruns: Optional[bool] = None,
    ):
        listed = (list, tuple, set, frozenset)
        check_optional(run_ids, "RunsFilter(run_ids=...)", listed, "write a list of ids")
        check_optional(statuses, "RunsFilter(statuses=...)", listed, "write a list of statuses")
        self.run_ids = None if run_ids is None else list(run_ids)
        self.job_name: Optional[str] = check_optional(job_name, "RunsFilter(job_name=...)", str)
        what = "RunsFilter(statuses=[...])"
        self.statuses: List[DagsterRunStatus] = [
            check_type(status, what, DagsterRunStatus) for status in statuses or ()
        ]
        self.tags: Dict[str, Union[str, Sequence[str]]] = dict(tags or {})
        self.snapshot_id = snapshot_id
        self.updated_after = updated_after
        self.updated_before = updated_before
        self.created_after = created_after
        self.created_before = created_before
        self.exclude_subruns = exclude_subruns

    def query(self, **more: Any) -> RunQuery:
        """What it asks of a storage, and more of a `RunQuery`'s fields."""
        return RunQuery(
            run_ids=self.run_ids,
            job_name=self.job_name,
            statuses=[status.value for status in self.statuses] or None,
            tags={
                name: [value] if isinstance(value, str) else list(value)
                for name, value in self.tags.items()
            },
            created_after=moment(self.created_after),
            created_before=moment(self.created_before),
            updated_after=moment(self.updated_after),
            updated_before=moment(self.updated_before),
            **more,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunsFilter) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        told = ("%s=%r" % item for item in self.__dict__.items() if item[1])
        return "RunsFilter(%s)" % ", ".join(told)


class RunRecord:
    """A run, and when things happened to it.

    Attributes:
        storage_id: grows in the order in which runs were asked for.
        dagster_run: the run.
        create_timestamp: when it was asked for; aware, in UTC.
        update_timestamp: when it last changed.
        start_time: when it began, in seconds since the epoch, or None.
        end_time: when it ended, or None.
    """

    def __init__(
        self,
        storage_id: int,
        dagster_run: DagsterRun,
        create_timestamp: datetime.datetime,
        update_timestamp: datetime.datetime,
        start_time: Optional[float] = None,
        end_time: Optional[float] = None,
    ):
        self.storage_id = storage_id
        self.dagster_run = dagster_run
        self.create_timestamp = create_timestamp
        self.update_timestamp = update_timestamp
        self.start_time = start_time
        self.end_time = end_time

    @staticmethod
    def of(run: RecordedRun) -> RunRecord:
        """The record of the run that was recorded."""
        return RunRecord(
            run.id,
            DagsterRun.of(run),
            datetime.datetime.fromtimestamp(run.created_at, UTC),
            datetime.datetime.fromtimestamp(run.updated_at, UTC),
            run.started_at,
            run.ended_at,
        )

    def __repr__(self) -> str:
        return "RunRecord(%d, %r)" % (self.storage_id, self.dagster_run)


class DagsterRunStatsSnapshot(NamedTuple):
    """What happened in a run, counted; times are seconds since the epoch."""

    run_id: str
    steps_succeeded: int
    steps_failed: int
    materializations: int
    expectations: int
    enqueued_time: Optional[float]
    launch_time: Optional[float]
    start_time: Optional[float]
    end_time: Optional[float]


def moment(time: Optional[datetime.datetime]) -> Optional[float]:
    """A moment in seconds since the epoch; one without a time zone is UTC."""
    if time is None:
        return None
    aware = time if time.tzinfo is not None else time.replace(tzinfo=UTC)
    return aware.timestamp()
