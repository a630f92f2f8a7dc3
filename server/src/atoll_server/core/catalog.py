"""The assets of all locations together: who makes which, and who else claims to.

Built from snapshots, in workspace order. It must not know runs, or how a location is reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from atoll_wire.snapshot import AssetSnapshot, JobSnapshot, LocationSnapshot, StepSnapshot


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
        for asset in serving.snapshot.assets:
            there = assets.get(asset.key)
            # A spec without a step only refers to an asset; whoever makes it, has it.
            if there is None or (there.step is None and asset.step is not None):
                assets[asset.key] = _entry(asset, location)
                definitions[asset.key] = asset
            elif asset.step is not None and there.location != location:
                conflicts.append(_conflict(asset, location, there, definitions[asset.key]))
    return Catalog(assets, steps, names, generations, tuple(conflicts), jobs)


def _entry(asset: AssetSnapshot, location: str) -> CatalogAsset:
    return CatalogAsset(
        key=asset.key,
        location=location,
        step=asset.step,
        deps=tuple(asset.deps),
        group=asset.group,
        tags=asset.tags,
        owners=tuple(asset.owners),
        kinds=tuple(asset.kinds),
    )


def _conflict(
    asset: AssetSnapshot, location: str, there: CatalogAsset, winner: AssetSnapshot
) -> Conflict:
    return Conflict(asset.key, location, _place(asset), there.location, _place(winner))


def _place(asset: AssetSnapshot) -> str:
    if asset.file is None:
        return "place unknown"
    return asset.file if asset.line is None else f"{asset.file}:{asset.line}"
