"""Which partition each step of a run makes.

Pure. A run is asked for with one key, or a range of keys. Steps of assets that have partitions of
another kind make the one that a mapping leads to; where it leads to several, the run is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from atoll_server.core.catalog import Catalog, CatalogAsset
from atoll_server.core.partitions.spaces import is_listed, near_keys, space_of, tell
from atoll_server.core.partitions.standing import RANGE
from atoll_server.core.run.plan import Plan, PlanError, PlannedStep
from atoll_wire.events import RANGE_END, RANGE_START
from atoll_wire.partitions import mapping as mappings
from atoll_wire.partitions.spaces import Moment, Space

_NAMED = 3
PARTITION_TAG = "dagster/partition"
"""The tag of a run that makes one partition, with its key."""


def partition_asked(tags: Mapping[str, str]) -> str | None:
    """The partition, or the range, that a run's tags name."""
    if RANGE_START in tags and RANGE_END in tags:
        return f"{tags[RANGE_START]}{RANGE}{tags[RANGE_END]}"
    return tags.get(PARTITION_TAG)


def partition_tags(partition: str | None, span: tuple[str, str] | None) -> dict[str, str]:
    """The tags of a run that makes a partition, or a range of them."""
    if span is not None:
        return {RANGE_START: span[0], RANGE_END: span[1]}
    return {} if partition is None else {PARTITION_TAG: partition}


def partition_key(partition: str | None, tags: Mapping[str, str]) -> str | None:
    """The key of the one partition that a run makes; None: it makes none, or a range."""
    return None if RANGE_START in tags else partition


@dataclass(frozen=True)
class Asked:
    """The partition that a run is to make."""

    partition: str | None = None
    """Its key; None: none, or the range."""
    span: tuple[str, str] | None = None
    """First and last of a range."""

    @classmethod
    def of(cls, partition: str | None, tags: Mapping[str, str]) -> Asked:
        """What a run is asked for with."""
        if RANGE_START in tags and RANGE_END in tags:
            return cls(None, (tags[RANGE_START], tags[RANGE_END]))
        return cls(partition)

    @property
    def is_none(self) -> bool:
        """Whether no partition is named."""
        return self.partition is None and self.span is None


def place(catalog: Catalog, plan: Plan, asked: Asked, at: Moment) -> Plan:
    """The plan of assets and checks, with the partition of each step.

    Raises:
        PlanError: `partition.invalid`, `partition.unknown` or `asset.no_partitions`.
    """
    spaces = partitioned(catalog, plan)
    if not spaces:
        if asked.is_none:
            return plan
        named = [key for step in plan.steps for key in subjects(step)]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise PlanError(
            f"{', '.join(named[:_NAMED])}{more} has no partitions",
            code="asset.no_partitions",
            hint="Leave the partition out.",
        )
    if asked.is_none:
        key, space = next(iter(spaces.items()))
        raise _missing(catalog.assets[key], space, at)
    if asked.span is not None:
        _check_range(catalog, spaces, asked.span, at)
        return plan
    assert asked.partition is not None
    keys = _Keys(catalog, spaces, at).from_key(asked.partition)
    return replace(plan, steps=tuple(_placed(step, keys, asked.partition) for step in plan.steps))


def check_job(name: str, wire: Mapping[str, Any] | None, asked: Asked, at: Moment) -> None:
    """Refuse a partition that a job of ops does not have.

    Raises:
        PlanError: `partition.invalid`, `partition.unknown` or `asset.no_partitions`.
    """
    space = space_of(wire)
    if asked.is_none:
        return
    if space is None:
        raise PlanError(
            f'job "{name}" has no partitions',
            code="asset.no_partitions",
            hint="Leave the partition out.",
        )
    if asked.span is not None:
        raise PlanError(
            f'job "{name}" makes one partition in a run, not a range',
            code="partition.invalid",
            hint="Launch it once for each partition.",
        )
    assert asked.partition is not None
    if not _may_have(space, asked.partition, at):
        raise _unknown(f'job "{name}"', space, asked.partition, at)


def partitioned(catalog: Catalog, plan: Plan) -> dict[str, Space]:
    """The spaces of what the steps make, and of what they only check, in the plan's order."""
    found: dict[str, Space] = {}
    known: dict[str, Space | None] = {}
    for step in plan.steps:
        for key in subjects(step):
            asset = catalog.assets.get(key)
            if asset is None or asset.partitions is None or key in found:
                continue
            text = str(asset.partitions)
            if text not in known:
                known[text] = space_of(asset.partitions)
            space = known[text]
            if space is not None:
                found[key] = space
    return found


def subjects(step: PlannedStep) -> list[str]:
    """The assets whose partitions a step is about."""
    return list(step.assets) or [check.rpartition(":")[0] for check in step.checks]


def _placed(step: PlannedStep, keys: Mapping[str, str], asked: str) -> PlannedStep:
    own = {keys[key]: key for key in subjects(step) if key in keys}
    if len(own) > 1:
        (one, first), (other, second) = list(own.items())[:2]
        raise PlanError(
            f'step "{step.key}" would make "{first}" for {one} and "{second}" for {other}, and '
            "makes one partition at a time",
            code="partition.invalid",
            hint="Launch what is partitioned differently in runs of its own.",
        )
    found = next(iter(own), asked)
    return step if found == asked else replace(step, partition=found)


def _check_range(
    catalog: Catalog, spaces: Mapping[str, Space], span: tuple[str, str], at: Moment
) -> None:
    first, space = next(iter(spaces.items()))
    for key, other in spaces.items():
        if other != space:
            raise PlanError(
                f'"{first}" and "{key}" are partitioned differently: no range is one of both',
                code="partition.invalid",
                hint="Launch them in runs of their own.",
            )
    if not is_listed(space):
        return
    for end in span:
        if not space.contains(end, at):
            raise _unknown(f'"{first}"', space, end, at)
    count = space.between(span[0], span[1], at).count
    if not count:
        raise PlanError(
            f"the range {span[0]}{RANGE}{span[1]} is empty: it ends before it begins",
            code="partition.invalid",
            hint=f"Turn it round: {span[1]}{RANGE}{span[0]}.",
        )
    for key in spaces:
        _check_policy(catalog.assets[key], count)


def _check_policy(asset: CatalogAsset, count: int) -> None:
    most = asset.backfill_partitions
    if most == 0 or (most or 1) >= count:
        return
    raise PlanError(
        f'asset "{asset.key}" makes {"one partition" if most is None else f"{most} partitions"} '
        f"in a run, and the range has {count}",
        code="partition.invalid",
        hint="backfill_policy=BackfillPolicy.single_run() has it make a range at once; or launch "
        "one run for each partition.",
    )


class _Keys:
    """The partition of each asset, found from asset to asset along their dependencies."""

    def __init__(self, catalog: Catalog, spaces: Mapping[str, Space], at: Moment) -> None:
        self._catalog = catalog
        self._spaces = spaces
        self._at = at
        self._found: dict[str, str] = {}

    def from_key(self, partition: str) -> Mapping[str, str]:
        """The partition of each, where that of one is `partition`."""
        anchor = self._anchor(partition)
        same = [key for key, space in self._spaces.items() if space == self._spaces[anchor]]
        self._found = dict.fromkeys(same, partition)
        if len(same) == len(self._spaces):
            return self._found
        waiting = list(same)
        links = self._links()
        while waiting:
            key = waiting.pop()
            for other, is_upstream in links.get(key, ()):
                if other not in self._found:
                    self._found[other] = self._mapped(key, other, is_upstream)
                    waiting.append(other)
        for key, space in self._spaces.items():
            if key not in self._found:
                raise self._apart(anchor, key, space, partition)
        return self._found

    def _anchor(self, partition: str) -> str:
        for key, space in self._spaces.items():
            if is_listed(space) and space.contains(partition, self._at):
                return key
        for key, space in self._spaces.items():
            if not is_listed(space):
                return key
        key, space = next(iter(self._spaces.items()))
        raise _unknown(f'"{key}"', space, partition, self._at)

    def _links(self) -> Mapping[str, list[tuple[str, bool]]]:
        """By asset, the others that it depends on (True) or that depend on it."""
        found: dict[str, list[tuple[str, bool]]] = {}
        for key in self._spaces:
            for dep in self._catalog.assets[key].deps:
                if dep in self._spaces and dep != key:
                    found.setdefault(key, []).append((dep, True))
                    found.setdefault(dep, []).append((key, False))
        return found

    def _mapped(self, key: str, other: str, is_upstream: bool) -> str:
        space, target = self._spaces[key], self._spaces[other]
        if space == target:
            return self._found[key]
        if not (is_listed(space) and is_listed(target)):
            raise self._cannot(key, other, "only their location can lead from one to the other")
        above, below = (other, key) if is_upstream else (key, other)
        wire = self._catalog.assets[below].partition_mappings.get(above)
        try:
            mapping = (
                mappings.mapping_from_wire(wire)
                if wire is not None
                else mappings.infer(self._spaces[above], self._spaces[below])
            )
            one, _ = space.ranges([self._found[key]], self._at)
            if is_upstream:
                ranges = mappings.upstream(mapping, space, one, target, self._at).ranges
            else:
                ranges = mappings.downstream(mapping, space, one, target, self._at)
        except (mappings.MappingError, NotImplementedError) as error:
            why = f"nothing leads from one to the other ({error})"
            raise self._cannot(key, other, why) from None
        if ranges.count != 1:
            told = f"{self._found[key]} of the first goes with {ranges.count} of the second"
            raise self._cannot(key, other, told)
        return target.key(ranges.pairs[0][0], self._at)

    def _cannot(self, key: str, other: str, why: str) -> PlanError:
        return PlanError(
            f'"{key}" and "{other}" are partitioned differently, and {why}',
            code="partition.invalid",
            hint="Launch them in runs of their own.",
        )

    def _apart(self, anchor: str, key: str, space: Space, partition: str) -> PlanError:
        if is_listed(space) and not space.contains(partition, self._at):
            return _unknown(f'"{key}"', space, partition, self._at)
        return self._cannot(anchor, key, "neither depends on the other")


def _may_have(space: Space, key: str, at: Moment) -> bool:
    """Whether there may be such a partition: of some spaces only their location knows."""
    return not is_listed(space) or space.contains(key, at)


def _unknown(what: str, space: Space, key: str, at: Moment) -> PlanError:
    near = near_keys(space, key, at)
    told = tell(space, at)
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else f"It has {told.summary}, up to {told.last}."
        if told.last is not None
        else "It has none yet."
    )
    return PlanError(f'{what} has no partition "{key}"', code="partition.unknown", hint=hint)


def _missing(asset: CatalogAsset, space: Space, at: Moment) -> PlanError:
    told = tell(space, at)
    example = "" if told.last is None else f", such as {told.last}"
    span = "" if asset.backfill_partitions is None else f", or a range FIRST{RANGE}LAST"
    hint = f"Name one of its partitions{example}{span}."
    return PlanError(
        f'asset "{asset.key}" is made partition by partition ({told.summary})',
        code="partition.invalid",
        hint=hint,
    )
