"""The assets of all locations together: who makes which, and who else claims to.

Built from snapshots, in workspace order. It must not know runs, or how a location is reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from atoll_server.core.partitions.spaces import dynamic_names
from atoll_wire.snapshot import (
    AssetSnapshot,
    CheckSnapshot,
    JobSnapshot,
    LocationSnapshot,
    StepSnapshot,
)


@dataclass(frozen=True)
class Serving:
    """The generation of a location that new runs use."""

    location: str
    generation: int
    identity: str
    snapshot: LocationSnapshot
    reaches_values: bool = True
    """Whether its steps can read and write where the deployment keeps values."""


@dataclass(frozen=True, slots=True)
class CatalogAsset:
    """An asset as runs see it; has what a selection asks about."""

    key: str
    location: str
    step: str | None
    """Key of the step that makes it in its location; None: nobody here makes it."""
    deps: tuple[str, ...] = ()
    group: str = "default"
    tags: Mapping[str, str] = field(default_factory=dict)
    owners: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    partitions: Mapping[str, Any] | None = None
    """The space of its partitions, as it travels; None: it is made whole."""
    partition_mappings: Mapping[str, Any] = field(default_factory=dict)
    backfill_partitions: int | None = None
    """How many partitions one run may make; 0: any number; None: one."""
    output: str = "result"
    """Name of the output of its step that it comes as."""
    is_optional: bool = False
    """Whether its step may succeed without it."""


@dataclass(frozen=True, slots=True)
class CatalogCheck:
    """A check as runs see it."""

    key: str
    """`asset:name`."""
    asset: str
    """It may lie in another location."""
    location: str
    step: str | None
    """Key of the step that evaluates it in its location."""
    is_blocking: bool = False
    deps: tuple[str, ...] = ()
    """The other assets that it looks at."""


@dataclass(frozen=True)
class Conflict:
    """Two locations define the same asset: the first in workspace order has it."""

    key: str
    location: str
    """The location that goes without."""
    place: str
    winner: str
    winner_place: str

    @property
    def message(self) -> str:
        """The conflict as a sentence."""
        return (
            f'asset "{self.key}" is defined in {self.winner} ({self.winner_place}), which comes '
            f"first in the workspace, and again in {self.location} ({self.place})"
        )


@dataclass(frozen=True)
class Catalog:
    """What can be run, and where."""

    assets: Mapping[str, CatalogAsset] = field(default_factory=dict)
    """By key, in workspace order, then in order of declaration."""
    steps: Mapping[tuple[str, str], StepSnapshot] = field(default_factory=dict)
    """By location and key."""
    step_names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The key under which a run knows a step, which no other location's step has."""
    generations: Mapping[str, Serving] = field(default_factory=dict)
    """By location."""
    conflicts: tuple[Conflict, ...] = ()
    jobs: Mapping[str, Mapping[str, JobSnapshot]] = field(default_factory=dict)
    """By name, then by location: two locations may have a job of one name."""
    checks: Mapping[str, CatalogCheck] = field(default_factory=dict)
    """By key, in workspace order. A check that two locations define is the first one's."""

    @cached_property
    def checks_of(self) -> Mapping[str, Sequence[CatalogCheck]]:
        """The checks by the asset that they are about."""
        found: dict[str, list[CatalogCheck]] = {}
        for check in self.checks.values():
            found.setdefault(check.asset, []).append(check)
        return found

    @cached_property
    def dynamic_names(self) -> frozenset[str]:
        """The names under which keys of partitions are added by hand."""
        jobs = (job.partitions for places in self.jobs.values() for job in places.values())
        assets = (asset.partitions for asset in self.assets.values())
        return frozenset(dynamic_names([*assets, *jobs]))

    @cached_property
    def steps_of_graph(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """By location and name, the steps of the graphs behind assets, in order."""
        found: dict[tuple[str, str], list[str]] = {}
        for (location, key), step in self.steps.items():
            if step.graph is not None:
                found.setdefault((location, step.graph), []).append(key)
        return found


def build(servings: Iterable[Serving]) -> Catalog:
    """The catalog of these generations, given in workspace order."""
    assets: dict[str, CatalogAsset] = {}
    definitions: dict[str, AssetSnapshot] = {}
    steps: dict[tuple[str, str], StepSnapshot] = {}
    names: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    conflicts: list[Conflict] = []
    generations: dict[str, Serving] = {}
    jobs: dict[str, dict[str, JobSnapshot]] = {}
    checks: dict[str, CatalogCheck] = {}
    for serving in servings:
        location = serving.location
        generations[location] = serving
        for step in serving.snapshot.steps:
            steps[location, step.key] = step
            name = step.key if step.key not in taken else f"{step.key}@{location}"
            names[location, step.key] = name
            taken.add(name)
        for job in serving.snapshot.jobs:
            jobs.setdefault(job.name, {})[location] = job
        for check in serving.snapshot.checks:
            checks.setdefault(check.key, _check(check, location))
        for asset in serving.snapshot.assets:
            there = assets.get(asset.key)
            # A spec without a step only refers to an asset; whoever makes it, has it.
            if there is None or (there.step is None and asset.step is not None):
                assets[asset.key] = _entry(asset, location)
                definitions[asset.key] = asset
            elif asset.step is not None and there.location != location:
                conflicts.append(_conflict(asset, location, there, definitions[asset.key]))
    return Catalog(assets, steps, names, generations, tuple(conflicts), jobs, checks)


def _entry(asset: AssetSnapshot, location: str) -> CatalogAsset:
    return CatalogAsset(
        key=asset.key,
        location=location,
        step=asset.step,
        deps=tuple(asset.deps),
        group=asset.group,
        tags=asset.tags,
        owners=tuple(asset.owners),
        kinds=tuple(asset.shown_kinds),
        partitions=asset.partitions,
        partition_mappings=asset.partition_mappings,
        backfill_partitions=asset.backfill_partitions,
        output=asset.output,
        is_optional=asset.is_optional,
    )


def _check(check: CheckSnapshot, location: str) -> CatalogCheck:
    return CatalogCheck(
        key=check.key,
        asset=check.asset,
        location=location,
        step=check.step,
        is_blocking=check.is_blocking,
        deps=tuple(check.deps),
    )


def _conflict(
    asset: AssetSnapshot, location: str, there: CatalogAsset, winner: AssetSnapshot
) -> Conflict:
    return Conflict(asset.key, location, _place(asset), there.location, _place(winner))


def _place(asset: AssetSnapshot) -> str:
    if asset.file is None:
        return "place unknown"
    return asset.file if asset.line is None else f"{asset.file}:{asset.line}"
