"""Some partitions of an asset, a check or a job, as conditions of users' own classes see them."""

from __future__ import annotations

from typing import Any, Iterable, NamedTuple, Optional, Set

from atoll.definitions.checks.specs import AssetCheckKey
from atoll.definitions.keys import AssetKey
from atoll.errors import ParameterError
from atoll_wire.conditions.targets import CHECK, JOB, WHOLE, Targets
from atoll_wire.partitions.ranges import NONE, Ranges
from atoll_wire.partitions.spaces import Moment

JOB_PREFIX = "job "
"""Begins the key of a job among targets: no asset or check is called so."""


class AssetJobKey(NamedTuple):
    """A job that has an automation condition.

    Attributes:
        job_name: the job's.
    """

    job_name: str

    def to_user_string(self) -> str:
        """The job's name."""
        return self.job_name


class AssetPartition(NamedTuple):
    """One partition of an asset; or the whole of it, if `partition_key` is None."""

    asset_key: AssetKey
    partition_key: Optional[str] = None


class SubsetView:
    """All targets of one evaluation: makes subsets of them.

    Args:
        targets: what there is.
        at: the time, and the keys that were added by hand.
        asset_graph: the assets of the definitions.
    """

    def __init__(self, targets: Targets, at: Moment, asset_graph: Any = None):
        self.targets = targets
        self.at = at
        self.asset_graph = asset_graph

    def get_full_subset(self, *, key: Any) -> EntitySubset:
        """All partitions of a target."""
        return self.subset(key, self.targets.by_key[target_key(key)].all(self.at))

    def get_empty_subset(self, *, key: Any) -> EntitySubset:
        """No partition of a target."""
        return self.subset(key, NONE)

    def get_subset_from_partition_keys(
        self, key: Any, partitions_def: Any, partition_keys: Iterable[str]
    ) -> EntitySubset:
        """Some partitions of a target; keys that are not there count for nothing."""
        space = self.targets.by_key[target_key(key)].space
        found = WHOLE if space is None else space.ranges(list(partition_keys), self.at)[0]
        return self.subset(key, found)

    def get_asset_subset_from_asset_partitions(
        self, key: Any, asset_partitions: Iterable[Any], validate_existence: bool = False
    ) -> EntitySubset:
        """Some partitions of an asset, given as pairs of its key and a partition key."""
        found = [one.partition_key for one in asset_partitions]
        if self.targets.by_key[target_key(key)].space is None:
            return self.subset(key, WHOLE if found else NONE)
        return self.get_subset_from_partition_keys(key, None, found)

    def subset(self, key: Any, ranges: Ranges) -> EntitySubset:
        """Some partitions of a target, by position."""
        return EntitySubset(self, key, ranges)


class EntitySubset:
    """Some partitions of an asset, a check or a job; or all or nothing of what is made whole.

    A condition gets them from its context; they are combined, never made by hand.

    Attributes:
        key: what they are of.
        ranges: their positions.
    """

    def __init__(self, view: SubsetView, key: Any, ranges: Ranges):
        self._view = view
        self.key = key
        self.ranges = ranges

    @property
    def size(self) -> int:
        """How many there are."""
        return self.ranges.count

    @property
    def is_empty(self) -> bool:
        """Whether there are none."""
        return not self.ranges

    @property
    def is_partitioned(self) -> bool:
        """Whether the target has partitions, rather than being made whole."""
        return self._target.space is not None

    @property
    def _target(self) -> Any:
        return self._view.targets.by_key[target_key(self.key)]

    def compute_union(self, other: EntitySubset) -> EntitySubset:
        """These and those of another subset."""
        return self._with(self.ranges | self._other(other))

    def compute_intersection(self, other: EntitySubset) -> EntitySubset:
        """Those that are in another subset, too."""
        return self._with(self.ranges & self._other(other))

    def compute_difference(self, other: EntitySubset) -> EntitySubset:
        """Those that are not in another subset."""
        return self._with(self.ranges - self._other(other))

    def compute_intersection_with_partition_keys(self, partition_keys: Iterable[str]) -> Any:
        """Those of some keys.

        Raises:
            ParameterError: `partition.unknown`, there is no partition of such a key.
        """
        space = self._target.space
        found, unknown = space.ranges(list(partition_keys), self._view.at)
        if unknown:
            raise ParameterError(
                "'%s' has no partition '%s'" % (self.key.to_user_string(), unknown[0]),
                code="partition.unknown",
            )
        return self._with(self.ranges & found)

    def compute_mapped_subset(self, to_key: Any, direction: str) -> EntitySubset:
        """What these partitions mean for an asset up- or downstream.

        Args:
            to_key: the asset.
            direction: `up` or `down`.
        """
        view, mine, theirs = self._view, target_key(self.key), target_key(to_key)
        found = view.targets.mapped(self.ranges, mine, theirs, direction == "up", view.at)
        return view.subset(to_key, found)

    def compute_parent_subset(self, parent_key: Any) -> EntitySubset:
        """The partitions of an asset upstream that these need."""
        return self.compute_mapped_subset(parent_key, "up")

    def compute_child_subset(self, child_key: Any) -> EntitySubset:
        """The partitions of an asset downstream that need these."""
        return self.compute_mapped_subset(child_key, "down")

    def expensively_compute_partition_keys(self) -> Set[str]:
        """The keys of all of them: a list as long as there are partitions."""
        space = self._target.space
        return set() if space is None else {space.key(one, self._view.at) for one in self.ranges}

    def expensively_compute_asset_partitions(self) -> Set[Any]:
        """All of them, each with its asset's key; one without a partition key for the whole."""
        if not self.is_partitioned:
            return {AssetPartition(self.key)} if self.ranges else set()
        return {AssetPartition(self.key, one) for one in self.expensively_compute_partition_keys()}

    def _other(self, other: EntitySubset) -> Ranges:
        if other.key != self.key:
            raise ParameterError(
                "partitions of '%s' cannot be combined with those of '%s'"
                % (self.key.to_user_string(), other.key.to_user_string()),
                hint="map them first: subset.compute_mapped_subset(key, direction='up')",
            )
        return other.ranges

    def _with(self, ranges: Ranges) -> EntitySubset:
        return EntitySubset(self._view, self.key, ranges)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, EntitySubset)
            and self.key == other.key
            and self.ranges == other.ranges
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "EntitySubset(%s: %r)" % (self.key.to_user_string(), self.ranges)


def target_key(key: Any) -> str:
    """The key of a target, as text, that an asset, a check or a job is among all targets."""
    if isinstance(key, AssetJobKey):
        return JOB_PREFIX + key.job_name
    text: str = key.to_user_string()
    return text


def entity_key(targets: Targets, key: str) -> Any:
    """The inverse of `target_key`."""
    kind = targets.by_key[key].kind
    if kind == JOB:
        return AssetJobKey(key[len(JOB_PREFIX) :])
    return AssetCheckKey.from_user_string(key) if kind == CHECK else AssetKey.from_user_string(key)
