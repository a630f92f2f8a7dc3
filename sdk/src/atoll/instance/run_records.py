"""What an instance tells of runs, and takes about them."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from atoll.definitions.parameters import check_optional, check_type
from atoll.errors import InvariantError
from atoll.instance.event_types import DagsterEventType
from atoll.instance.runs import DagsterRun, DagsterRunStatsSnapshot, RunRecord, RunsFilter
from atoll.instance.storage import InstanceStorage
from atoll_wire import events
from atoll_wire.recorded import EventQuery, RecordedRun, RunQuery

_ORDERS = {
    None: "id",
    "id": "id",
    "create_timestamp": "created_at",
    "update_timestamp": "updated_at",
    "start_time": "started_at",
    "end_time": "ended_at",
}


class RunRecords:
    """The part of an instance that is about runs."""

    storage: InstanceStorage

    def get_run_by_id(self, run_id: str) -> Optional[DagsterRun]:
        """The run, or None."""
        record = self.get_run_record_by_id(run_id)
        return None if record is None else record.dagster_run

    def get_run_record_by_id(self, run_id: str) -> Optional[RunRecord]:
        """The run with its times, or None."""
        check_type(run_id, "get_run_by_id(run_id=...)", str)
        found = self.storage.runs(RunQuery(run_ids=[run_id], limit=1))
        return RunRecord.of(found[0]) if found else None

    def has_run(self, run_id: str) -> bool:
        """Whether there is such a run."""
        return self.get_run_record_by_id(run_id) is not None

    def get_runs(
        self,
        filters: Optional[RunsFilter] = None,
        cursor: Optional[str] = None,
        limit: Optional[int] = None,
        bucket_by: Any = None,
        ascending: bool = False,
    ) -> List[DagsterRun]:
        """Runs, newest first.

        Args:
            filters: which ones.
            cursor: the id of the run at which the previous page ended.
            limit: so many at most.
            ascending: oldest first.
        """
        query = _query(filters, cursor=cursor, limit=limit, ascending=ascending)
        return [DagsterRun.of(run) for run in self.storage.runs(query)]

    def get_run_records(
        self,
        filters: Optional[RunsFilter] = None,
        limit: Optional[int] = None,
        order_by: Optional[str] = None,
        ascending: bool = False,
        cursor: Optional[str] = None,
        bucket_by: Any = None,
    ) -> List[RunRecord]:
        """Runs with their times, newest first.

        Args:
            order_by: `create_timestamp`, `update_timestamp`, `start_time` or `end_time`.

        Raises:
            InvariantError: `instance.bad_order`.
        """
        if order_by not in _ORDERS:
            raise InvariantError(
                "runs have no order by %r" % (order_by,),
                code="instance.bad_order",
                hint="order by one of: %s" % ", ".join(str(each) for each in _ORDERS if each),
            )
        query = _query(
            filters, cursor=cursor, limit=limit, ascending=ascending, order_by=_ORDERS[order_by]
        )
        return [RunRecord.of(run) for run in self.storage.runs(query)]

    def get_run_ids(
        self,
        filters: Optional[RunsFilter] = None,
        cursor: Optional[str] = None,
        limit: Optional[int] = None,
    ) -> List[str]:
        """The ids of runs, newest first."""
        return [run.run_id for run in self.get_runs(filters, cursor, limit)]

    def get_runs_count(self, filters: Optional[RunsFilter] = None) -> int:
        """How many runs there are."""
        return self.storage.count_runs(_query(filters))

    def get_run_stats(self, run_id: str) -> DagsterRunStatsSnapshot:
        """What happened in a run, counted."""
        counts: Dict[str, int] = {}
        times: Dict[str, float] = {}
        for each in self.storage.events(EventQuery(run_id=run_id, ascending=True)):
            kind = each.event.kind
            counts[kind] = counts.get(kind, 0) + 1
            times[kind] = each.event.at
        ends = [times[kind] for kind in events.RUN_ENDS if kind in times]
        return DagsterRunStatsSnapshot(
            run_id,
            counts.get(events.STEP_SUCCESS, 0),
            counts.get(events.STEP_FAILURE, 0),
            counts.get(events.ASSET_MATERIALIZATION, 0),
            counts.get(DagsterEventType.STEP_EXPECTATION_RESULT.value, 0),
            times.get(events.RUN_ENQUEUED),
            times.get(events.RUN_STARTING),
            times.get(events.RUN_START),
            max(ends) if ends else None,
        )

    def get_run_tag_keys(self) -> List[str]:
        """The names of all tags of runs, in alphabetical order."""
        return sorted({name for run in self.storage.runs(RunQuery()) for name in run.tags})

    def get_run_tags(
        self,
        tag_keys: Sequence[str],
        value_prefix: Optional[str] = None,
        limit: Optional[int] = None,
    ) -> List[Tuple[str, Set[str]]]:
        """The values of tags of runs, by the tag's name.

        Args:
            value_prefix: only values that begin so.
            limit: so many values of a tag at most.
        """
        found: Dict[str, Set[str]] = {}
        for run in self.storage.runs(RunQuery()):
            for name in tag_keys:
                value = run.tags.get(name)
                if value is not None and value.startswith(value_prefix or ""):
                    found.setdefault(name, set()).add(value)
        return [(name, set(sorted(found[name])[:limit])) for name in sorted(found)]

    def add_run(self, dagster_run: DagsterRun) -> DagsterRun:
        """Keep a run.

        Raises:
            InvariantError: `instance.known_run`, there is one of its id.
        """
        if self.has_run(dagster_run.run_id):
            raise InvariantError(
                "there is a run of the id '%s'" % dagster_run.run_id,
                code="instance.known_run",
                hint="leave run_id out: an id is made up",
            )
        now = time.time()
        assets = dagster_run.asset_selection
        self.storage.add_run(
            RecordedRun(
                dagster_run.run_id,
                dagster_run.job_name,
                dagster_run.status.value,
                created_at=now,
                updated_at=now,
                tags=dagster_run.tags,
                run_config=dagster_run.run_config,
                assets=None if assets is None else sorted(key.to_user_string() for key in assets),
                ops=dagster_run.op_selection,
                steps=dagster_run.step_keys_to_execute,
            )
        )
        return dagster_run

    def create_run(self, *, job_name: str, **given: Any) -> DagsterRun:
        """Keep a run; arguments that `DagsterRun` does not have are left out."""
        known = DagsterRun.__init__.__code__.co_varnames
        return self.add_run(DagsterRun(job_name, **{n: v for n, v in given.items() if n in known}))

    def add_run_tags(self, run_id: str, new_tags: Mapping[str, str]) -> None:
        """Give a run more tags.

        Raises:
            InvariantError: `instance.unknown_run`.
            ParameterError: `parameter.type`.
        """
        check_type(new_tags, "add_run_tags(new_tags=...)", Mapping)
        for name, value in new_tags.items():
            check_type(name, "the name of a tag", str)
            check_type(value, "the tag '%s'" % name, str)
        self._known(run_id)
        self.storage.tag_run(run_id, new_tags)

    def delete_run(self, run_id: str) -> None:
        """Forget a run and its events."""
        self.storage.delete_run(run_id)

    def _known(self, run_id: str) -> DagsterRun:
        run = self.get_run_by_id(run_id)
        if run is None:
            raise InvariantError(
                "there is no run '%s'" % run_id,
                code="instance.unknown_run",
                hint="instance.get_runs() tells those that there are",
            )
        return run


def _query(filters: Optional[RunsFilter], **more: Any) -> RunQuery:
    check_optional(filters, "filters", RunsFilter, "write RunsFilter(...)")
    return (filters or RunsFilter()).query(**more)
