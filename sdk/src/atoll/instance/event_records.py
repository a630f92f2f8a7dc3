"""What an instance tells of events, and takes about them."""

from __future__ import annotations

from typing import Any, List, Optional, Set, Union

from atoll.definitions.asset_events import LAST_UPDATED
from atoll.definitions.keys import AssetKey
from atoll.definitions.parameters import check_type
from atoll.instance.entries import (
    AssetRecordsFilter,
    EventLogConnection,
    EventLogEntry,
    EventLogRecord,
    EventRecordsFilter,
    EventRecordsResult,
    RunStatusChangeRecordsFilter,
)
from atoll.instance.event_types import DagsterEventType
from atoll.instance.storage import InstanceStorage
from atoll_wire.recorded import EventQuery

OfType = Union[DagsterEventType, Set[DagsterEventType], None]
_T = DagsterEventType


class EventRecords:
    """The part of an instance that is about events."""

    storage: InstanceStorage

    def get_event_records(
        self,
        event_records_filter: EventRecordsFilter,
        limit: Optional[int] = None,
        ascending: bool = False,
    ) -> List[EventLogRecord]:
        """Events of one type, newest first.

        Args:
            event_records_filter: which ones.
            limit: so many at most.
            ascending: oldest first.
        """
        what = "get_event_records(event_records_filter=...)"
        check_type(event_records_filter, what, EventRecordsFilter)
        return self._records(event_records_filter.query(limit=limit, ascending=ascending))

    def fetch_materializations(
        self,
        records_filter: Union[AssetKey, AssetRecordsFilter],
        limit: int,
        cursor: Optional[str] = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """A page of an asset's materializations, newest first.

        Args:
            records_filter: which ones.
            limit: so many at most.
            cursor: where the previous page ended, as it says.
            ascending: oldest first.
        """
        return self._of_asset(_T.ASSET_MATERIALIZATION, records_filter, limit, cursor, ascending)

    def fetch_observations(
        self,
        records_filter: Union[AssetKey, AssetRecordsFilter],
        limit: int,
        cursor: Optional[str] = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """A page of an asset's observations, newest first; as `fetch_materializations`."""
        return self._of_asset(_T.ASSET_OBSERVATION, records_filter, limit, cursor, ascending)

    def fetch_planned_materializations(
        self,
        records_filter: Union[AssetKey, AssetRecordsFilter],
        limit: int,
        cursor: Optional[str] = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """A page of the times that an asset was planned to be made, newest first."""
        kind = _T.ASSET_MATERIALIZATION_PLANNED
        return self._of_asset(kind, records_filter, limit, cursor, ascending)

    def fetch_run_status_changes(
        self,
        records_filter: Union[DagsterEventType, RunStatusChangeRecordsFilter],
        limit: int,
        cursor: Optional[str] = None,
        ascending: bool = False,
    ) -> EventRecordsResult:
        """A page of the events by which runs came to a status, newest first.

        Args:
            records_filter: which ones: `DagsterEventType.RUN_SUCCESS`, for example.
        """
        where = (
            RunStatusChangeRecordsFilter(records_filter)
            if isinstance(records_filter, DagsterEventType)
            else records_filter
        )
        query = EventQuery(
            kinds=[where.event_type.name],
            job_names=None if where.job_names is None else list(where.job_names),
            ids=None if where.storage_ids is None else list(where.storage_ids),
            after=where.after_storage_id,
            before=where.before_storage_id,
            after_at=where.after_timestamp,
            before_at=where.before_timestamp,
        )
        return self._page(query, limit, cursor, ascending)

    def get_records_for_run(
        self,
        run_id: str,
        cursor: Optional[str] = None,
        of_type: OfType = None,
        limit: Optional[int] = None,
        ascending: bool = True,
    ) -> EventLogConnection:
        """A page of what is recorded of a run, oldest first, lines of logs among it."""
        query = EventQuery(run_id=run_id, kinds=_kinds(of_type))
        return EventLogConnection(*self._page(query, limit, cursor, ascending))

    def all_logs(self, run_id: str, of_type: OfType = None) -> List[EventLogEntry]:
        """All that is recorded of a run, oldest first."""
        query = EventQuery(run_id=run_id, kinds=_kinds(of_type), ascending=True)
        return [record.event_log_entry for record in self._records(query)]

    def get_logs_for_run(
        self,
        run_id: str,
        cursor: Optional[str] = None,
        of_type: OfType = None,
        limit: Optional[int] = None,
        ascending: bool = True,
    ) -> List[EventLogEntry]:
        """The entries of `get_records_for_run`, without their ids."""
        page = self.get_records_for_run(run_id, cursor, of_type, limit, ascending)
        return [record.event_log_entry for record in page.records]

    def logs_after(
        self,
        run_id: str,
        cursor: Optional[int] = None,
        of_type: OfType = None,
        limit: Optional[int] = None,
    ) -> List[EventLogEntry]:
        """What is recorded of a run with a greater `storage_id` than `cursor`, oldest first."""
        kinds = _kinds(of_type)
        query = EventQuery(run_id=run_id, kinds=kinds, after=cursor, limit=limit, ascending=True)
        return [record.event_log_entry for record in self._records(query)]

    def last_update(self, key: AssetKey, partition: Optional[str] = None) -> Optional[float]:
        """When the data of an asset, or of a partition, changed last, as far as events tell.

        An event may tell so itself, as the fact `dagster/last_updated_timestamp`; otherwise a
        materialization is a change, and so is an observation that tells of a partition.

        Args:
            key: of the asset.
            partition: a key of its partitions; the whole asset by default.

        Returns:
            Seconds since 1970; None where nothing is known.
        """
        asked = AssetRecordsFilter(key, None if partition is None else [partition])
        found = []
        for record in self.fetch_materializations(asked, limit=1).records:
            told = _told_update(record.asset_materialization)
            found.append(record.timestamp if told is None else told)
        for record in self.fetch_observations(asked, limit=1).records:
            told = _told_update(record.asset_observation)
            if told is not None:
                found.append(told)
            elif partition is not None:
                found.append(record.timestamp)
        return max(found, default=None)

    def _records(self, query: EventQuery) -> List[EventLogRecord]:
        return [EventLogRecord.of(each) for each in self.storage.events(query)]

    def _of_asset(
        self, kind: DagsterEventType, where: Any, limit: int, cursor: Optional[str], ascending: bool
    ) -> EventRecordsResult:
        if not isinstance(where, AssetRecordsFilter):
            where = AssetRecordsFilter(AssetKey.from_coercible(where))
        return self._page(where.of_type(kind).query(), limit, cursor, ascending)

    def _page(
        self, query: EventQuery, limit: Optional[int], cursor: Optional[str], ascending: bool
    ) -> EventRecordsResult:
        asked = dict(query.__dict__, ascending=ascending)
        if cursor:
            asked["after" if ascending else "before"] = int(cursor)
        if limit is not None:
            asked["limit"] = limit + 1
        found = self._records(EventQuery(**asked))
        has_more = limit is not None and len(found) > limit
        records = found[:limit]
        end = str(records[-1].storage_id) if records else cursor or ""
        return EventRecordsResult(records, end, has_more)


def _told_update(event: Any) -> Optional[float]:
    told = event.metadata.get(LAST_UPDATED)
    return None if told is None else float(told.value)


def _kinds(of_type: OfType) -> Optional[List[str]]:
    if of_type is None:
        return None
    types = [of_type] if isinstance(of_type, DagsterEventType) else of_type
    return sorted(each.name for each in types)
