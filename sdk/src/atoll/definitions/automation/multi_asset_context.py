"""What a sensor of several assets is evaluated with: their materializations since it last read."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.automation.multi_asset_cursor import (
    AssetCursor,
    advanced,
    cursor_name,
    dump_cursor,
    load_cursor,
    marks,
)
from atoll.definitions.automation.sensor_context import SensorEvaluationContext
from atoll.definitions.keys import AssetKey
from atoll.definitions.partitions.mapping import infer_partition_mapping
from atoll.errors import InvariantError, InvocationError, nearest

_BATCH = 1000


class MultiAssetSensorEvaluationContext(SensorEvaluationContext):
    """What the function of a `@multi_asset_sensor` is given.

    Materializations are offered at every evaluation until they are passed to `advance_cursor`,
    or `advance_all_cursors` is called. In tests, `build_multi_asset_sensor_context` makes one.
    """

    def __init__(self, monitored_assets: Any, **arguments: Any):
        super().__init__(**arguments)
        self._what = "a sensor of several assets"
        self._asset_keys = monitored_keys(monitored_assets, self._definitions)
        self._cursors = load_cursor(self._cursor)
        self._read: Dict[AssetKey, List[Any]] = {}
        self._everything = False

    @property
    def asset_keys(self) -> List[AssetKey]:
        """The assets that the sensor watches."""
        return self._asset_keys

    @property
    def assets_defs_by_key(self) -> Mapping[AssetKey, Any]:
        """What makes each asset; None for one that this location does not make."""
        assets = getattr(self._definitions, "assets", ())
        made = {key: item for item in assets if hasattr(item, "outputs") for key in item.keys}
        return {key: made.get(key) for key in self._asset_keys}

    def latest_materialization_records_by_key(
        self, asset_keys: Optional[Sequence[AssetKey]] = None
    ) -> Mapping[AssetKey, Any]:
        """By asset, its newest materialization since it was last read, or None."""
        keys = self._asset_keys if asset_keys is None else asset_keys
        return {key: next(iter(self._newest_first(key, limit=1)), None) for key in keys}

    def materialization_records_for_key(
        self, asset_key: AssetKey, limit: Optional[int] = None
    ) -> Iterable[Any]:
        """The materializations of an asset since it was last read, oldest first.

        Args:
            asset_key: the asset's.
            limit: how many at most; None: all.

        Raises:
            InvocationError: `tick.unknown_target`, the sensor does not watch it.
        """
        records = self._since(asset_key)
        return records if limit is None else records[:limit]

    def latest_materialization_records_by_partition(
        self, asset_key: AssetKey, after_cursor_partition: Optional[bool] = False
    ) -> Mapping[str, Any]:
        """By partition, the newest materialization that was not read, in the order they were made.

        Args:
            asset_key: the asset.
            after_cursor_partition: whether to leave out partitions up to the last that was read.

        Raises:
            InvocationError: `tick.unknown_target`, the sensor does not watch it.
            InvariantError: `tick.no_partition`, it has no partitions.
        """
        known = self._partition_keys(asset_key)
        if after_cursor_partition:
            last = self.get_cursor_partition(asset_key)
            known = known[known.index(last) + 1 :] if last in known else known
        wanted = set(known)
        found: Dict[str, Any] = {}
        for record in [*self.get_trailing_unconsumed_events(asset_key), *self._since(asset_key)]:
            if record.partition_key in wanted:
                found.pop(record.partition_key, None)
                found[record.partition_key] = record
        return found

    def latest_materialization_records_by_partition_and_asset(
        self,
    ) -> Mapping[str, Mapping[AssetKey, Any]]:
        """By partition and asset, the newest materialization that was not read.

        Raises:
            InvocationError: `tick.no_partition`, the assets are not partitioned alike.
        """
        partitions = [self._partitions_def(key) for key in self._asset_keys]
        if not partitions or any(one is None or one != partitions[0] for one in partitions):
            raise InvocationError(
                "the assets of the sensor are not all partitioned in the same way",
                code="tick.no_partition",
                hint="call latest_materialization_records_by_partition(asset_key) for each",
            )
        found: Dict[str, Dict[AssetKey, Any]] = {}
        for key in self._asset_keys:
            for name, record in self.latest_materialization_records_by_partition(key).items():
                found.setdefault(name, {})[key] = record
        return found

    def get_trailing_unconsumed_events(self, asset_key: AssetKey) -> Sequence[Any]:
        """The materializations older than the last that was read, passed over then; oldest first.

        At most one for each partition: the newest of it.
        """
        wanted = set(self._cursor_of(asset_key).passed_over.values())
        if not wanted:
            return []
        records = self._newest_first(asset_key, after=min(wanted) - 1)
        return [record for record in reversed(records) if record.storage_id in wanted]

    def get_cursor_partition(self, asset_key: Optional[AssetKey]) -> Optional[str]:
        """The partition of the last materialization of an asset that was read, or None.

        Raises:
            InvocationError: `tick.unknown_target`, the sensor does not watch it.
        """
        self._check_watched(asset_key)
        return self._cursor_of(asset_key).partition

    def all_partitions_materialized(
        self, asset_key: AssetKey, partitions: Optional[Sequence[str]] = None
    ) -> bool:
        """Whether all partitions of an asset, or those named, have ever been materialized.

        Args:
            asset_key: the asset's.
            partitions: the keys; None: all.

        Raises:
            InvocationError: `tick.no_partition`, none is named.
        """
        if partitions is not None and not partitions:
            raise InvocationError(
                "all_partitions_materialized was given an empty list of partitions",
                code="tick.no_partition",
                hint="leave it out for all of them",
            )
        made = set(self.instance.get_materialized_partitions(asset_key))
        return made.issuperset(
            self._partition_keys(asset_key) if partitions is None else partitions
        )

    def get_downstream_partition_keys(
        self, partition_key: str, from_asset_key: AssetKey, to_asset_key: AssetKey
    ) -> Sequence[str]:
        """The partitions of an asset that need a partition of one upstream of it.

        Args:
            partition_key: the partition of the one upstream.
            from_asset_key: the one upstream.
            to_asset_key: the asset.

        Raises:
            InvariantError: `tick.no_partition`, one of the assets has no partitions.
        """
        upstream, downstream = (
            self._needed_partitions(key) for key in (from_asset_key, to_asset_key)
        )
        mappings = {dep.asset_key: dep.partition_mapping for dep in self._spec(to_asset_key).deps}
        mapping = infer_partition_mapping(mappings.get(from_asset_key), downstream, upstream)
        found = mapping.get_downstream_partitions_for_partitions(
            upstream.empty_subset().with_partition_keys([partition_key]),
            upstream,
            downstream_partitions_def=downstream,
            dynamic_partitions_store=self.instance,
        )
        return list(found.get_partition_keys())

    def advance_cursor(self, materialization_records_by_key: Mapping[AssetKey, Any]) -> None:
        """Count materializations as read: they are not offered again.

        Args:
            materialization_records_by_key: by asset, a record, or None for no change.
        """
        for key, record in materialization_records_by_key.items():
            if record is not None:
                self._read.setdefault(key, []).append(record)
        self._cursor_updated = True

    def advance_all_cursors(self) -> None:
        """Count all materializations there are as read, also those that were passed over."""
        self.advance_cursor(self.latest_materialization_records_by_key())
        self._everything = True

    def update_cursor_after_evaluation(self) -> None:
        """Take over what was read, into the cursor of the next evaluation."""
        if not self._read:
            return
        self._cursors = {cursor_name(key): self._advanced(key) for key in self._asset_keys}
        self._cursor = dump_cursor(self._cursors)
        self._read, self._everything = {}, False

    def _advanced(self, key: AssetKey) -> AssetCursor:
        before, read = self._cursor_of(key), marks(self._read.get(key, ()))
        if self._everything and read:
            return advanced(key, before._replace(passed_over={}), read, ())
        newest = max((storage_id for storage_id, _ in read), default=0)
        unread = [mark for mark in marks(self._since(key)) if mark[0] < newest] if read else []
        return advanced(
            key, before, read, [*marks(self.get_trailing_unconsumed_events(key)), *unread]
        )

    def _cursor_of(self, key: Any) -> AssetCursor:
        return self._cursors.get(cursor_name(key), AssetCursor())

    def _since(self, key: AssetKey) -> List[Any]:
        return self._newest_first(key)[::-1]

    def _newest_first(
        self, key: AssetKey, after: Optional[int] = None, limit: Optional[int] = None
    ) -> List[Any]:
        """The materializations behind a storage id, or since the asset was last read."""
        self._check_watched(key)
        last = (self._cursor_of(key).storage_id or 0) if after is None else after
        found: List[Any] = []
        page, cursor = None, None
        while page is None or (page.has_more and limit is None):
            page = self.instance.fetch_materializations(key, limit=limit or _BATCH, cursor=cursor)
            fresh = [record for record in page.records if record.storage_id > last]
            found += fresh
            if len(fresh) < len(page.records):
                break
            cursor = page.cursor
        return found

    def _check_watched(self, key: Any) -> None:
        if key not in self._asset_keys:
            names = [str(one) for one in self._asset_keys]
            raise InvocationError(
                "the asset '%s' is not monitored by the sensor" % key,
                code="tick.unknown_target",
                hint=nearest(str(key), names) or "it monitors: %s" % ", ".join(names),
            )

    def _spec(self, key: AssetKey) -> Any:
        specs = self._definitions.get_all_asset_specs() if self._definitions is not None else ()
        return next((spec for spec in specs if spec.key == key), None)

    def _partitions_def(self, key: AssetKey) -> Any:
        return getattr(self._spec(key), "partitions_def", None)

    def _needed_partitions(self, key: AssetKey) -> Any:
        found = self._partitions_def(key)
        if found is None:
            raise InvariantError(
                "the asset '%s' has no partitions, or is not among the definitions" % key,
                code="tick.no_partition",
                hint="pass definitions=Definitions(...) where the context is built",
            )
        return found

    def _partition_keys(self, key: AssetKey) -> List[str]:
        self._check_watched(key)
        partitions = self._needed_partitions(key)
        return list(partitions.get_partition_keys(dynamic_partitions_store=self.instance))


def monitored_keys(monitored_assets: Any, definitions: Any) -> List[AssetKey]:
    """The keys of the assets that a sensor watches; a selection is resolved.

    Raises:
        InvariantError: `tick.no_definitions`, a selection takes the definitions to resolve.
    """
    if not isinstance(monitored_assets, AssetSelection):
        return [AssetKey.from_coercible(key) for key in monitored_assets]
    if definitions is None:
        raise InvariantError(
            "the sensor monitors a selection, which takes the definitions to resolve",
            code="tick.no_definitions",
            hint="pass definitions=Definitions(...) where the context is built",
        )
    return sorted(monitored_assets.resolve(definitions), key=str)


def build_multi_asset_sensor_context(
    *,
    monitored_assets: Any,
    repository_def: Any = None,
    instance: Any = None,
    cursor: Optional[str] = None,
    repository_name: Optional[str] = None,
    cursor_from_latest_materializations: bool = False,
    resources: Optional[Mapping[str, Any]] = None,
    definitions: Any = None,
    last_sensor_start_time: Optional[float] = None,
) -> MultiAssetSensorEvaluationContext:
    """A context to evaluate a `@multi_asset_sensor` with, in tests.

    Args:
        monitored_assets: keys, or an `AssetSelection`.
        repository_def: the definitions among which the sensor is; or `definitions`.
        instance: what `context.instance` is; it has the materializations.
        cursor: the text that an earlier evaluation has left.
        repository_name: what `context.repository_name` is.
        cursor_from_latest_materializations: whether all materializations until now count as read.
        resources: by name: resources, or plain objects.
        definitions: the `Definitions` among which the sensor is.
        last_sensor_start_time: when the sensor was started; seconds since 1970, UTC.

    Raises:
        InvocationError: `tick.two_cursors`, or `tick.no_instance`.
    """
    if cursor_from_latest_materializations and cursor:
        raise InvocationError(
            "Cannot provide both cursor and cursor_from_latest_materializations: they contradict",
            code="tick.two_cursors",
        )
    if cursor_from_latest_materializations and instance is None:
        raise InvocationError(
            "cursor_from_latest_materializations needs a DagsterInstance: a Dagster instance has "
            "the materializations",
            code="tick.no_instance",
            hint="pass instance=...",
        )
    made = MultiAssetSensorEvaluationContext(
        monitored_assets,
        instance=instance,
        cursor=cursor,
        repository_name=repository_name,
        repository_def=repository_def,
        resources=resources,
        definitions=definitions,
        last_sensor_start_time=last_sensor_start_time,
    )
    if cursor_from_latest_materializations:
        made.advance_all_cursors()
        made.update_cursor_after_evaluation()
        made._cursor_updated = False
    return made
