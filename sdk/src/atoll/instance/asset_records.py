"""What an instance tells of assets, checks and partitions, and takes about them."""

from __future__ import annotations

from enum import Enum
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set

from atoll.definitions.data_versions import CODE_VERSION_TAG, DataProvenance
from atoll.definitions.keys import AssetKey
from atoll.definitions.parameters import check_type
from atoll.errors import InvocationError
from atoll.instance.entries import EventLogEntry, EventLogRecord
from atoll.instance.event_types import DagsterEventType
from atoll.instance.storage import InstanceStorage
from atoll_wire import events
from atoll_wire.keys import split_key
from atoll_wire.recorded import EventQuery, RecordedEvent


class AssetEntry(NamedTuple):
    """The latest that is known of an asset."""

    asset_key: AssetKey
    last_materialization_record: Optional[EventLogRecord] = None
    last_observation_record: Optional[EventLogRecord] = None

    @property
    def last_materialization(self) -> Optional[EventLogEntry]:
        """The latest materialization, or None."""
        record = self.last_materialization_record
        return record.event_log_entry if record else None

    @property
    def last_materialization_storage_id(self) -> Optional[int]:
        """The `storage_id` of the latest materialization, or None."""
        record = self.last_materialization_record
        return record.storage_id if record else None

    @property
    def last_observation(self) -> Optional[EventLogEntry]:
        """The latest observation, or None."""
        record = self.last_observation_record
        return record.event_log_entry if record else None

    @property
    def last_observation_storage_id(self) -> Optional[int]:
        """The `storage_id` of the latest observation, or None."""
        record = self.last_observation_record
        return record.storage_id if record else None

    @property
    def last_event_storage_id(self) -> Optional[int]:
        """The greater of the two, or None."""
        ids = (self.last_materialization_storage_id, self.last_observation_storage_id)
        return max((each for each in ids if each is not None), default=None)

    @property
    def last_run_id(self) -> Optional[str]:
        """The run of the latest materialization, or None."""
        record = self.last_materialization_record
        return record.run_id if record else None


class AssetRecord(NamedTuple):
    """An asset of which something is recorded."""

    storage_id: int
    asset_entry: AssetEntry


class AssetPartitionStatus(Enum):
    """How it stands with a partition of an asset."""

    MATERIALIZED = "MATERIALIZED"
    IN_PROGRESS = "IN_PROGRESS"
    FAILED = "FAILED"


class AssetCheckRecord(NamedTuple):
    """What a check found last."""

    id: int
    run_id: str
    event: EventLogEntry

    @property
    def evaluation(self) -> Any:
        """The `AssetCheckEvaluation`."""
        return self.event.asset_check_evaluation


class PaginatedResults(NamedTuple):
    """A page, where the next one begins, and whether there is one."""

    results: Sequence[str]
    cursor: str
    has_more: bool


class AssetRecords:
    """The part of an instance that is about assets and their partitions."""

    storage: InstanceStorage

    def all_asset_keys(self) -> List[AssetKey]:
        """The assets of which something is recorded, in alphabetical order."""
        known = {
            key
            for kind in (events.ASSET_MATERIALIZATION, events.ASSET_OBSERVATION)
            for key in self.storage.latest_of_assets(kind)
        }
        return [AssetKey(split_key(key)) for key in sorted(known)]

    def get_asset_keys(
        self,
        prefix: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        cursor: Optional[str] = None,
    ) -> List[AssetKey]:
        """The assets of which something is recorded, in alphabetical order.

        Args:
            prefix: whose first parts are these.
            limit: so many at most.
            cursor: the written form of the key at which the previous page ended.
        """
        found = [
            key
            for key in self.all_asset_keys()
            if (prefix is None or key.has_prefix(prefix))
            and (not cursor or key.to_user_string() > cursor)
        ]
        return found[:limit]

    def has_asset_key(self, asset_key: Any) -> bool:
        """Whether something is recorded of an asset."""
        key = AssetKey.from_coercible(asset_key).to_user_string()
        return any(
            self.storage.latest_of_assets(kind, [key])
            for kind in (events.ASSET_MATERIALIZATION, events.ASSET_OBSERVATION)
        )

    def get_asset_records(self, asset_keys: Optional[Sequence[Any]] = None) -> List[AssetRecord]:
        """The latest of each asset of which something is recorded.

        Args:
            asset_keys: of these; None: of all.
        """
        keys = None if asset_keys is None else _texts(asset_keys)
        made = self.storage.latest_of_assets(events.ASSET_MATERIALIZATION, keys)
        seen = self.storage.latest_of_assets(events.ASSET_OBSERVATION, keys)
        records = []
        for key in dict.fromkeys([*made, *seen]):
            entry = AssetEntry(
                AssetKey(split_key(key)), _record(made.get(key)), _record(seen.get(key))
            )
            records.append(AssetRecord(entry.last_event_storage_id or 0, entry))
        return records

    def get_latest_materialization_event(self, asset_key: Any) -> Optional[EventLogEntry]:
        """The latest materialization of an asset, or None."""
        key = AssetKey.from_coercible(asset_key)
        return self.get_latest_materialization_events([key])[key]

    def get_latest_materialization_events(
        self, asset_keys: Iterable[Any]
    ) -> Dict[AssetKey, Optional[EventLogEntry]]:
        """The latest materialization of each asset, or None."""
        keys = [AssetKey.from_coercible(key) for key in asset_keys]
        made = self.storage.latest_of_assets(events.ASSET_MATERIALIZATION, _texts(keys))
        found = {key: _record(made.get(key.to_user_string())) for key in keys}
        return {key: each.event_log_entry if each else None for key, each in found.items()}

    def get_latest_materialization_code_versions(
        self, asset_keys: Iterable[Any]
    ) -> Dict[AssetKey, Optional[str]]:
        """The version of the code that made each asset last, or None."""
        latest = self.get_latest_materialization_events(asset_keys)
        return {
            key: (entry.tags or {}).get(CODE_VERSION_TAG) if entry else None
            for key, entry in latest.items()
        }

    def get_latest_asset_provenance(self, asset_key: Any) -> Optional[DataProvenance]:
        """What an asset was made from last, or None where that is not known."""
        entry = self.get_latest_materialization_event(asset_key)
        return None if entry is None else DataProvenance.from_tags(entry.tags or {})

    def get_latest_data_version_record(
        self,
        key: Any,
        is_source: Optional[bool] = None,
        partition_key: Optional[str] = None,
        before_cursor: Optional[int] = None,
        after_cursor: Optional[int] = None,
    ) -> Optional[EventLogRecord]:
        """The latest event that tells the version of an asset's data, or None.

        Args:
            is_source: whether it is only looked at, so that its observations tell; None: they tell
                where it was never made.
            partition_key: of this partition.
            before_cursor: with a smaller `storage_id`.
            after_cursor: with a greater one.
        """
        wanted = {
            True: [events.ASSET_OBSERVATION],
            False: [events.ASSET_MATERIALIZATION],
            None: [events.ASSET_MATERIALIZATION, events.ASSET_OBSERVATION],
        }
        for kind in wanted[is_source]:
            query = EventQuery(
                kinds=[kind],
                asset_key=AssetKey.from_coercible(key).to_user_string(),
                partitions=None if partition_key is None else [partition_key],
                before=before_cursor,
                after=after_cursor,
                limit=1,
            )
            for found in self.storage.events(query):
                return EventLogRecord.of(found)
        return None

    def get_latest_asset_check_evaluation_record(
        self, asset_check_key: Any
    ) -> Optional[AssetCheckRecord]:
        """What a check found last, or None."""
        query = EventQuery(
            kinds=[events.ASSET_CHECK_EVALUATION],
            asset_key=asset_check_key.asset_key.to_user_string(),
        )
        for found in self.storage.events(query):
            if found.event.data.get("check_name") == asset_check_key.name:
                return AssetCheckRecord(found.id, found.run_id, EventLogEntry.of(found))
        return None

    def get_materialized_partitions(
        self,
        asset_key: Any,
        before_cursor: Optional[int] = None,
        after_cursor: Optional[int] = None,
    ) -> Set[str]:
        """The partitions of an asset that were made."""
        kind, key = events.ASSET_MATERIALIZATION, _texts([asset_key])[0]
        return set(self.storage.latest_of_partitions(kind, key, after_cursor, before_cursor))

    def get_latest_storage_id_by_partition(
        self,
        asset_key: Any,
        event_type: DagsterEventType,
        partitions: Optional[Set[str]] = None,
        after_cursor: Optional[int] = None,
    ) -> Dict[str, int]:
        """The `storage_id` of the latest event of a type about each partition of an asset."""
        key = _texts([asset_key])[0]
        found = self.storage.latest_of_partitions(event_type.name, key, after_cursor)
        return {name: id for name, id in found.items() if partitions is None or name in partitions}

    def get_status_by_partition(
        self, asset_key: Any, partition_keys: Sequence[str], partitions_def: Any = None
    ) -> Dict[str, Optional[AssetPartitionStatus]]:
        """For each partition, `MATERIALIZED` if it was made, else None."""
        made = self.get_materialized_partitions(asset_key)
        done = AssetPartitionStatus.MATERIALIZED
        return {name: done if name in made else None for name in partition_keys}

    def wipe_assets(self, asset_keys: Sequence[Any]) -> None:
        """Let assets count as never materialized from here on; what they hold stays."""
        check_type(asset_keys, "wipe_assets(asset_keys=...)", (list, tuple, set))
        for key in _texts(asset_keys):
            self.storage.wipe(key)

    def wipe_asset_partitions(self, asset_key: Any, partition_keys: Sequence[str]) -> None:
        """Let partitions of an asset count as never materialized from here on."""
        self.storage.wipe(_texts([asset_key])[0], list(partition_keys))

    def get_dynamic_partitions(self, partitions_def_name: str) -> List[str]:
        """The keys of a dynamic partitions definition, in the order in which they were added."""
        check_type(partitions_def_name, "the name of a dynamic partitions definition", str)
        return self.storage.dynamic_partitions(partitions_def_name)

    def add_dynamic_partitions(
        self, partitions_def_name: str, partition_keys: Sequence[str]
    ) -> None:
        """Add keys to a dynamic partitions definition; those that are there are left alone.

        Raises:
            InvocationError: `invocation.bad_partition_keys`, the keys are one text.
            ParameterError: `parameter.type`.
        """
        check_type(partitions_def_name, "the name of a dynamic partitions definition", str)
        if isinstance(partition_keys, str):
            raise InvocationError(
                "add_dynamic_partitions(..., %r): the keys are one text" % partition_keys,
                code="invocation.bad_partition_keys",
                hint="write [%r]" % partition_keys,
            )
        keys = [check_type(key, "a partition key", str) for key in partition_keys]
        self.storage.change_dynamic_partitions(partitions_def_name, add=keys)

    def delete_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> None:
        """Take a key away from a dynamic partitions definition."""
        check_type(partition_key, "a partition key", str)
        self.storage.change_dynamic_partitions(partitions_def_name, delete=[partition_key])

    def has_dynamic_partition(self, partitions_def_name: str, partition_key: str) -> bool:
        """Whether a dynamic partitions definition has a key."""
        check_type(partition_key, "a partition key", str)
        return partition_key in self.get_dynamic_partitions(partitions_def_name)

    def get_existing_dynamic_partitions(
        self, partitions_def_name: str, partition_keys: Sequence[str]
    ) -> Set[str]:
        """Those of these keys that a dynamic partitions definition has."""
        return set(partition_keys).intersection(self.get_dynamic_partitions(partitions_def_name))

    def get_paginated_dynamic_partitions(
        self, partitions_def_name: str, limit: int, ascending: bool, cursor: Optional[str] = None
    ) -> PaginatedResults:
        """A page of the keys of a dynamic partitions definition.

        Args:
            limit: so many at most.
            ascending: in the order in which they were added; else the other way round.
            cursor: where the previous page ended, as it says.
        """
        keys = self.get_dynamic_partitions(partitions_def_name)
        if not ascending:
            keys.reverse()
        begin = int(cursor) if cursor else 0
        page = keys[begin : begin + limit]
        end = begin + len(page)
        return PaginatedResults(page, str(end), end < len(keys))

    def get_cursor_values(self, keys: Iterable[str]) -> Dict[str, str]:
        """Those of these values that are kept."""
        return self.storage.cursor_values(sorted(keys))

    def set_cursor_values(self, pairs: Mapping[str, str]) -> None:
        """Keep values by name."""
        self.storage.set_cursor_values(pairs)


def _texts(keys: Iterable[Any]) -> List[str]:
    return [AssetKey.from_coercible(key).to_user_string() for key in keys]


def _record(recorded: Optional[RecordedEvent]) -> Optional[EventLogRecord]:
    return None if recorded is None else EventLogRecord.of(recorded)
