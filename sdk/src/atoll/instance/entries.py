"""Entries of the event log, and the filters by which user code asks for them."""

from __future__ import annotations

import datetime
import logging
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Union

from atoll.definitions.asset_events import AssetMaterialization, AssetObservation
from atoll.definitions.keys import AssetKey
from atoll.definitions.parameters import check_optional, check_type
from atoll.errors import InvariantError
from atoll.instance.event_data import ErrorInfo, asset_event, error_of
from atoll.instance.event_types import FAILURE_EVENTS, RUN_EVENTS, DagsterEventType, type_of
from atoll.instance.events import DagsterEvent
from atoll_wire import events
from atoll_wire.recorded import EventQuery, RecordedEvent


class EventLogEntry:
    """A line of the event log: an event, or a line of `context.log`.

    Attributes:
        error_info: the error that the line tells of, or None.
        run_id: the run; empty for an event of no run.
        timestamp: when it was written, in seconds since the epoch.
        level: of the logging module.
        user_message: the message.
        step_key: the step, or None.
        job_name: the job, or None.
        dagster_event: the event, or None for a line of a log.
    """

    def __init__(
        self,
        error_info: Optional[ErrorInfo],
        level: Union[int, str],
        user_message: str,
        run_id: str,
        timestamp: float,
        step_key: Optional[str] = None,
        job_name: Optional[str] = None,
        dagster_event: Optional[DagsterEvent] = None,
    ):
        self.error_info = error_info
        self.level = level
        self.user_message = user_message
        self.run_id = run_id
        self.timestamp = timestamp
        self.step_key = step_key
        self.job_name = job_name
        self.dagster_event = dagster_event

    @staticmethod
    def of(recorded: RecordedEvent) -> EventLogEntry:
        """The entry that was recorded."""
        event = recorded.event
        is_line = event.kind == events.LOG
        if is_line:
            level = logging.getLevelName(event.data.get("level", "INFO"))
        else:
            level = logging.ERROR if type_of(event.kind) in FAILURE_EVENTS else logging.DEBUG
        told = None if is_line else DagsterEvent.of(event, recorded.job_name, recorded.step)
        return EventLogEntry(
            error_of(event.data),
            level if isinstance(level, int) else logging.INFO,
            event.message,
            recorded.run_id,
            event.at,
            recorded.step,
            recorded.job_name,
            told,
        )

    @property
    def message(self) -> str:
        """The message."""
        return self.user_message or (self.dagster_event.message if self.dagster_event else "")

    @property
    def is_dagster_event(self) -> bool:
        """Whether it is an event, not a line of a log."""
        return self.dagster_event is not None

    def get_dagster_event(self) -> DagsterEvent:
        """The event.

        Raises:
            InvariantError: `invariant.no_event`, it is a line of a log.
        """
        if self.dagster_event is None:
            raise InvariantError(
                "the entry '%.80s' is a line of a log, not an event" % self.message,
                code="invariant.no_event",
                hint="ask entry.is_dagster_event first",
            )
        return self.dagster_event

    @property
    def dagster_event_type(self) -> Optional[DagsterEventType]:
        """What the event is about; None for a line of a log."""
        return self.dagster_event.event_type if self.dagster_event else None

    @property
    def asset_materialization(self) -> Optional[AssetMaterialization]:
        """The materialization that it tells of, or None."""
        found: Optional[AssetMaterialization] = self._of(DagsterEventType.ASSET_MATERIALIZATION)
        return found

    @property
    def asset_observation(self) -> Optional[AssetObservation]:
        """The observation that it tells of, or None."""
        found: Optional[AssetObservation] = self._of(DagsterEventType.ASSET_OBSERVATION)
        return found

    @property
    def asset_check_evaluation(self) -> Any:
        """What a check found, or None."""
        if self.dagster_event_type is not DagsterEventType.ASSET_CHECK_EVALUATION:
            return None
        return self.get_dagster_event().event_specific_data

    @property
    def tags(self) -> Optional[Dict[str, str]]:
        """The tags of the materialization or observation that it tells of."""
        told: Any = self.asset_materialization or self.asset_observation
        return None if told is None else dict(told.tags)

    def _of(self, wanted: DagsterEventType) -> Any:
        event = self.dagster_event
        if event is None or event.event_type is not wanted:
            return None
        return asset_event(event.kind, event.data)

    def __repr__(self) -> str:
        kind = "LOG" if self.dagster_event is None else self.dagster_event.event_type.name
        return "EventLogEntry(%s, run_id=%r, %r)" % (kind, self.run_id, self.message)


class EventLogRecord:
    """An entry of the event log, with its number.

    Attributes:
        storage_id: grows in the order of recording, across all runs; serves as a cursor.
        event_log_entry: the entry.
    """

    def __init__(self, storage_id: int, event_log_entry: EventLogEntry):
        self.storage_id = storage_id
        self.event_log_entry = event_log_entry

    @staticmethod
    def of(recorded: RecordedEvent) -> EventLogRecord:
        """The record of what was recorded."""
        return EventLogRecord(recorded.id, EventLogEntry.of(recorded))

    @property
    def run_id(self) -> str:
        """The run; empty for an event of no run."""
        return self.event_log_entry.run_id

    @property
    def timestamp(self) -> float:
        """When it was written, in seconds since the epoch."""
        return self.event_log_entry.timestamp

    @property
    def asset_key(self) -> Optional[AssetKey]:
        """The asset that it is about, or None."""
        event = self.event_log_entry.dagster_event
        return event.asset_key if event else None

    @property
    def partition_key(self) -> Optional[str]:
        """The partition that it is about, or None."""
        event = self.event_log_entry.dagster_event
        return event.partition if event else None

    @property
    def asset_materialization(self) -> Optional[AssetMaterialization]:
        """The materialization that it tells of, or None."""
        return self.event_log_entry.asset_materialization

    @property
    def asset_observation(self) -> Optional[AssetObservation]:
        """The observation that it tells of, or None."""
        return self.event_log_entry.asset_observation

    @property
    def asset_event(self) -> Union[AssetMaterialization, AssetObservation, None]:
        """The materialization or observation that it tells of, or None."""
        return self.asset_materialization or self.asset_observation

    @property
    def event_type(self) -> DagsterEventType:
        """What the event is about."""
        return self.event_log_entry.get_dagster_event().event_type

    def __repr__(self) -> str:
        return "EventLogRecord(%d, %r)" % (self.storage_id, self.event_log_entry)


class EventRecordsResult(NamedTuple):
    """A page of records, where the next one begins, and whether there is one.

    Args:
        records: `EventLogRecord`s, in the order that was asked for.
        cursor: where the next page begins.
        has_more: whether there is one.
    """

    records: Sequence[EventLogRecord]
    cursor: str
    has_more: bool


class EventLogConnection(EventRecordsResult):
    """A page of a run's records, where the next one begins, and whether there is one."""


class RunShardedEventsCursor(NamedTuple):
    """A position in the event log; only the id counts here, for there is one log for all runs.

    Args:
        id: a `storage_id`.
        run_updated_after: not used.
    """

    id: int
    run_updated_after: datetime.datetime


EventCursor = Union[int, RunShardedEventsCursor]


class EventRecordsFilter:
    """Which events are meant: those that pass everything that is given.

    Args:
        event_type: what they are about.
        asset_key: of this asset.
        asset_partitions: of one of these partitions.
        after_cursor: with a greater `storage_id`.
        before_cursor: with a smaller one.
        after_timestamp: written after this moment, in seconds since the epoch.
        before_timestamp: written before it.
        storage_ids: with one of these.
    """

    def __init__(
        self,
        event_type: DagsterEventType,
        asset_key: Optional[AssetKey] = None,
        asset_partitions: Optional[Sequence[str]] = None,
        after_cursor: Optional[EventCursor] = None,
        before_cursor: Optional[EventCursor] = None,
        after_timestamp: Optional[float] = None,
        before_timestamp: Optional[float] = None,
        storage_ids: Optional[Sequence[int]] = None,
    ):
        hint = "write DagsterEventType.ASSET_MATERIALIZATION, for example"
        check_type(event_type, "EventRecordsFilter(event_type=...)", DagsterEventType, hint)
        check_optional(asset_key, "EventRecordsFilter(asset_key=...)", AssetKey)
        self.event_type = event_type
        self.asset_key = asset_key
        self.asset_partitions = asset_partitions
        self.after_cursor = after_cursor
        self.before_cursor = before_cursor
        self.after_timestamp = after_timestamp
        self.before_timestamp = before_timestamp
        self.storage_ids = storage_ids

    def query(self, **more: Any) -> EventQuery:
        """What it asks of a storage, and more of an `EventQuery`'s fields."""
        return EventQuery(
            kinds=[self.event_type.name],
            asset_key=None if self.asset_key is None else self.asset_key.to_user_string(),
            partitions=_list(self.asset_partitions),
            ids=_list(self.storage_ids),
            after=position(self.after_cursor),
            before=position(self.before_cursor),
            after_at=self.after_timestamp,
            before_at=self.before_timestamp,
            **more,
        )


class AssetRecordsFilter:
    """Which events of an asset are meant; as `EventRecordsFilter`, with ids in place of cursors.

    Args:
        asset_key: of this asset.
        asset_partitions: of one of these partitions.
        after_timestamp: written after this moment, in seconds since the epoch.
        before_timestamp: written before it.
        after_storage_id: with a greater `storage_id`.
        before_storage_id: with a smaller one.
        storage_ids: with one of these.
    """

    def __init__(
        self,
        asset_key: AssetKey,
        asset_partitions: Optional[Sequence[str]] = None,
        after_timestamp: Optional[float] = None,
        before_timestamp: Optional[float] = None,
        after_storage_id: Optional[int] = None,
        before_storage_id: Optional[int] = None,
        storage_ids: Optional[Sequence[int]] = None,
    ):
        self.asset_key = check_type(asset_key, "AssetRecordsFilter(asset_key=...)", AssetKey)
        self.asset_partitions = asset_partitions
        self.after_timestamp = after_timestamp
        self.before_timestamp = before_timestamp
        self.after_storage_id = after_storage_id
        self.before_storage_id = before_storage_id
        self.storage_ids = storage_ids

    def of_type(self, event_type: DagsterEventType) -> EventRecordsFilter:
        """The same, of events about one thing."""
        return EventRecordsFilter(
            event_type,
            self.asset_key,
            self.asset_partitions,
            self.after_storage_id,
            self.before_storage_id,
            self.after_timestamp,
            self.before_timestamp,
            self.storage_ids,
        )


class RunStatusChangeRecordsFilter:
    """Which changes of runs' statuses are meant; of the jobs named, if any are.

    Args:
        event_type: the change: `DagsterEventType.RUN_SUCCESS`, for example.
        after_timestamp: written after this moment, in seconds since the epoch.
        before_timestamp: written before it.
        after_storage_id: with a greater `storage_id`.
        before_storage_id: with a smaller one.
        storage_ids: with one of these.
        job_names: of runs of one of these jobs; None: of all.

    Raises:
        InvariantError: `invariant.wrong_event`, the event is no change of a run's status.
    """

    def __init__(
        self,
        event_type: DagsterEventType,
        after_timestamp: Optional[float] = None,
        before_timestamp: Optional[float] = None,
        after_storage_id: Optional[int] = None,
        before_storage_id: Optional[int] = None,
        storage_ids: Optional[Sequence[int]] = None,
        job_names: Optional[Sequence[str]] = None,
    ):
        if event_type not in RUN_EVENTS:
            raise InvariantError(
                "%s is no change of a run's status" % getattr(event_type, "name", event_type),
                code="invariant.wrong_event",
                hint="write DagsterEventType.RUN_SUCCESS, for example",
            )
        self.event_type = event_type
        self.after_timestamp = after_timestamp
        self.before_timestamp = before_timestamp
        self.after_storage_id = after_storage_id
        self.before_storage_id = before_storage_id
        self.storage_ids = storage_ids
        self.job_names = job_names


def position(cursor: Optional[EventCursor]) -> Optional[int]:
    """The id that a cursor stands for."""
    return cursor.id if isinstance(cursor, RunShardedEventsCursor) else cursor


def _list(values: Optional[Sequence[Any]]) -> Optional[List[Any]]:
    return None if values is None else list(values)
