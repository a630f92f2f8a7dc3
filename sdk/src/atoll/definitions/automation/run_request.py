"""What a schedule or a sensor gives back: runs to start, or why there are none."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from atoll.definitions.config.run_config import RunConfig, run_config_dict
from atoll.definitions.keys import AssetKey
from atoll.definitions.partitions.context import partition_loading_context
from atoll.definitions.partitions.dynamic import DeleteDynamicPartitionsRequest
from atoll.definitions.partitions.keys import PARTITION_TAG, PartitionKeyRange
from atoll.definitions.source import caller_source
from atoll.definitions.validation import text_tags
from atoll.errors import InvariantError, ParameterError
from atoll_wire.events import RANGE_END, RANGE_START


class SkipReason:
    """No run is to be started.

    Args:
        skip_message: why, for people.

    Raises:
        ParameterError: `parameter.type`, the message is no text.
    """

    def __init__(self, skip_message: Optional[str] = None):
        if skip_message is not None and not isinstance(skip_message, str):
            raise ParameterError("SkipReason takes text, not %.80r" % (skip_message,))
        self.skip_message = skip_message

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SkipReason) and self.skip_message == other.skip_message

    def __hash__(self) -> int:
        return hash(self.skip_message)

    def __repr__(self) -> str:
        return "SkipReason(%r)" % (self.skip_message,)


class RunRequest:
    """A run to start.

    Args:
        run_key: names the run among those of the schedule or sensor: for one key, one run is
            started, however often it is asked for. None: every time.
        run_config: a `RunConfig` or a dict.
        tags: of the run. Values that are not text become JSON.
        job_name: the job, where the sensor has several.
        asset_selection: keys of the assets to make, where it is not all that the job or the
            sensor's selection holds.
        stale_assets_only: whether to leave out what is up to date.
        partition_key: the partition to make.
        asset_check_keys: the checks to evaluate, where it is not all of those of the assets.

    Raises:
        ParameterError: `parameter.type`, an argument is of another type.
    """

    def __init__(
        self,
        run_key: Optional[str] = None,
        run_config: Any = None,
        tags: Optional[Mapping[str, Any]] = None,
        job_name: Optional[str] = None,
        asset_selection: Optional[Sequence[Any]] = None,
        stale_assets_only: bool = False,
        partition_key: Optional[str] = None,
        asset_check_keys: Optional[Sequence[Any]] = None,
    ):
        for name, value in (
            ("run_key", run_key),
            ("job_name", job_name),
            ("partition_key", partition_key),
        ):
            if value is not None and not isinstance(value, str):
                raise ParameterError(
                    "RunRequest(%s=%.80r): it must be text" % (name, value),
                    hint="write %s=str(...)" % name,
                )
        if run_config is not None and not isinstance(run_config, (RunConfig, Mapping)):
            raise ParameterError(
                "RunRequest(run_config=%.80r): it must be a RunConfig or a dict" % (run_config,)
            )
        self.run_key = run_key
        self.run_config: Dict[str, Any] = (
            run_config.to_config_dict()
            if isinstance(run_config, RunConfig)
            else run_config_dict(run_config)
        )
        self.tags: Dict[str, str] = text_tags("RunRequest", tags, caller_source())
        self.job_name = job_name
        self.asset_selection: Optional[List[AssetKey]] = (
            None
            if asset_selection is None
            else [AssetKey.from_coercible(key) for key in asset_selection]
        )
        self.stale_assets_only = stale_assets_only
        self.partition_key = partition_key
        self.asset_check_keys: Optional[List[Any]] = (
            None if asset_check_keys is None else list(asset_check_keys)
        )

    @property
    def entity_keys(self) -> List[Any]:
        """Keys of the assets and of the checks that it names."""
        return [*(self.asset_selection or ()), *(self.asset_check_keys or ())]

    @property
    def partition_key_range(self) -> Optional[PartitionKeyRange]:
        """The range of partitions that its tags ask for, or None."""
        if RANGE_START in self.tags and RANGE_END in self.tags:
            return PartitionKeyRange(self.tags[RANGE_START], self.tags[RANGE_END])
        return None

    def has_resolved_partition(self) -> bool:
        """Whether its tags name its partition, or it has none."""
        return self.partition_key is None or PARTITION_TAG in self.tags

    def with_replaced_attrs(self, **changes: Any) -> RunRequest:
        """A copy with some of its arguments replaced."""
        return RunRequest(**{**self.__dict__, **changes})

    def with_resolved_tags_and_config(
        self,
        target_definition: Any,
        dynamic_partitions_requests: Sequence[Any] = (),
        dynamic_partitions_store: Any = None,
    ) -> RunRequest:
        """A copy with the tags and the config that its job has for its partition.

        Args:
            target_definition: the job.
            dynamic_partitions_requests: partitions that are added and deleted before the run.
            dynamic_partitions_store: who knows the dynamic partitions.

        Raises:
            InvariantError: `tick.no_partition`, it is for none.
            UnknownPartitionError: `partition.unknown`, the job has no such partition.
        """
        key = self.partition_key
        if key is None:
            raise InvariantError(
                "a run of '%s' is asked for without a partition" % target_definition.name,
                code="tick.no_partition",
                hint="write RunRequest(partition_key=...)",
            )
        tags = {PARTITION_TAG: key}
        partitions = getattr(target_definition, "partitions_def", None)
        if partitions is not None:
            with partition_loading_context(dynamic_partitions_store=dynamic_partitions_store):
                if not is_added(key, dynamic_partitions_requests):
                    partitions.validate_partition_key(key)
                tags.update(partitions.get_tags_for_partition_key(key))
        config, of_key = self.run_config, getattr(target_definition, "partitioned_config", None)
        if of_key is not None:
            tags.update(of_key.get_tags_for_partition_key(key))
            config = config or of_key.get_run_config_for_partition_key(key)
        return self.with_replaced_attrs(tags={**self.tags, **tags}, run_config=config)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RunRequest) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        given = ["%s=%r" % item for item in self.__dict__.items() if item[1]]
        return "RunRequest(%s)" % ", ".join(given)


def is_added(partition_key: str, requests: Sequence[Any]) -> bool:
    """Whether a dynamic partition is added by one of the requests."""
    return any(
        partition_key in request.partition_keys
        for request in requests
        if not isinstance(request, DeleteDynamicPartitionsRequest)
    )
