"""The assets and jobs of all locations, out of their latest snapshots, kept until one changes.

A request costs a look at the locations' records; a snapshot is decoded once, off the loop.
"""

from __future__ import annotations

import asyncio
import json
import logging
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

import msgspec

from atoll_server.api.definitions import (
    AssetDefinition,
    CheckDefinition,
    JobDefinition,
    ScheduleDefinition,
    SensorDefinition,
    SnapshotDefinition,
    StepDefinition,
)
from atoll_server.api.schemas.assets import Asset, AssetDetail, Job
from atoll_server.api.views import in_workspace_order
from atoll_server.core import catalog as core
from atoll_server.core.catalog import Serving
from atoll_server.core.location.table import DOWN, UNSETTLED, UP
from atoll_server.ports.event_log import EventLog, LocationRecord
from atoll_wire.snapshot import LocationSnapshot
from atoll_wire.text import storable

T = TypeVar("T", ScheduleDefinition, SensorDefinition)
_decoder = msgspec.json.Decoder(SnapshotDefinition)


@dataclass(frozen=True)
class CatalogView:
    """The assets and jobs at one moment."""

    assets: Mapping[str, AssetDetail] = field(default_factory=dict)
    """By key, in order of key. An asset that is defined twice is the first location's."""
    keys: Sequence[str] = ()
    is_complete: bool = False
    """Whether every location has loaded, so that an unknown key is a mistake."""
    jobs: Mapping[str, Mapping[str, JobDefinition]] = field(default_factory=dict)
    """By name, then by location, in workspace order."""
    checks: Mapping[str, tuple[str, CheckDefinition]] = field(default_factory=dict)
    """By key, each with its location; in order of asset and name."""
    schedules: Sequence[tuple[str, ScheduleDefinition]] = ()
    """With their locations, by name."""
    sensors: Sequence[tuple[str, SensorDefinition]] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    """Locations that serve nothing and will not soon, with their status; what is shown of them
    is what they had when they last served."""
    choosy: frozenset[tuple[str, str]] = frozenset()
    """By location and key, the steps that can make some of their assets."""
    pools: frozenset[str] = frozenset()
    """All that steps are in."""
    unsettled: tuple[str, ...] = ()
    """Locations that are on their way."""
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By location: how many assets, groups, jobs and resources are told to be its."""
    servings: tuple[Serving, ...] = ()
    """What runs can be planned on."""

    @property
    def is_settled(self) -> bool:
        """Whether no location is on its way."""
        return not self.unsettled

    @cached_property
    def has_partitions(self) -> bool:
        """Whether any asset is made partition by partition."""
        return any(asset.is_partitioned for asset in self.assets.values())

    @cached_property
    def plannable(self) -> core.Catalog:
        """The catalog as runs are planned on it; made when it is first asked for."""
        return core.build(self.servings)

    def can_subset(self, location: str, step: str | None) -> bool:
        """Whether a step can make, or check, some of what it could."""
        return (location, step) in self.choosy

    def page(self, after: str | None, limit: int) -> Sequence[str]:
        """The next `limit` keys that come after `after`."""
        start = 0 if after is None else bisect_right(self.keys, after)
        return self.keys[start : start + limit]


class Catalog:
    """Keeps a `CatalogView` up to date."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._signature: object = None
        self._view = CatalogView()
        self._snapshots: dict[str, SnapshotDefinition] = {}
        self._changing = asyncio.Lock()

    async def view(self) -> CatalogView:
        """The assets as they are now."""
        if signature_of(await self._log.locations()) == self._signature:
            return self._view
        async with self._changing:  # who asks meanwhile waits, rather than do it all again
            records = in_workspace_order(await self._log.locations())
            signature = signature_of(records)
            if signature != self._signature:
                wanted = {r.snapshot_hash for r in records if r.snapshot_hash}
                await self._fetch(wanted)
                self._view = await asyncio.to_thread(_combine, records, dict(self._snapshots))
                # A snapshot that is not there yet may be a moment later, under the same hash.
                self._signature = signature if wanted <= self._snapshots.keys() else None
            return self._view

    async def _fetch(self, hashes: set[str]) -> None:
        self._snapshots = {h: s for h, s in self._snapshots.items() if h in hashes}
        for wanted in hashes - set(self._snapshots):
            text = await self._log.snapshot(wanted)
            if text is not None:
                self._snapshots[wanted] = await asyncio.to_thread(_decoded, text)


def signature_of(records: Iterable[LocationRecord]) -> object:
    """What the catalog follows from: equal as long as it stays what it is."""
    return [
        (r.name, r.snapshot_hash, _standing(r), r.view.get("generation"), r.view.get("position"))
        for r in sorted(records, key=lambda record: record.name)
    ]


def _decoded(text: str) -> SnapshotDefinition:
    """The snapshot; one that cannot be read has no assets, and does not hide those of others."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return msgspec.convert(storable(json.loads(text)), SnapshotDefinition)
    except (ValueError, RecursionError) as error:
        logging.getLogger("atoll.api").error("a stored snapshot cannot be read: %s", error)
        return SnapshotDefinition()


def _combine(
    records: list[LocationRecord], snapshots: dict[str, SnapshotDefinition]
) -> CatalogView:
    assets: dict[str, AssetDetail] = {}
    jobs: dict[str, dict[str, JobDefinition]] = {}
    pools: set[str] = set()
    loaded = [(r.name, snapshots[r.snapshot_hash]) for r in records if r.snapshot_hash in snapshots]
    checks: dict[str, tuple[str, CheckDefinition]] = {}
    for name, snapshot in loaded:
        for check in snapshot.checks:
            checks.setdefault(check.key, (name, check))
    for record in records:
        snapshot = snapshots.get(record.snapshot_hash or "", SnapshotDefinition())
        pools.update(step.pool for step in snapshot.steps if step.pool is not None)
        for job in snapshot.jobs:
            jobs.setdefault(job.name, {})[record.name] = job
            pools.update(step.pool for step in job.steps if step.pool is not None)
        steps = {step.key: step for step in snapshot.steps}
        for definition in snapshot.assets:
            known = assets.get(definition.key)
            if known is None or (known.step is None and definition.step is not None):
                step = steps.get(definition.step or "", StepDefinition())
                assets[definition.key] = _detail(definition, step, record.name)
    _relate(assets, jobs, checks)
    ordered = dict(sorted(assets.items()))
    return CatalogView(
        assets=ordered,
        keys=list(ordered),
        is_complete=bool(records) and all(r.view.get("status") in UP for r in records),
        jobs=jobs,
        choosy=frozenset(
            (name, step.key) for name, one in loaded for step in one.steps if step.can_subset
        ),
        pools=frozenset(pools),
        checks=dict(sorted(checks.items(), key=lambda one: (one[1][1].asset, one[1][1].name))),
        schedules=_by_name((name, one) for name, found in loaded for one in found.schedules),
        sensors=_by_name((name, one) for name, found in loaded for one in found.sensors),
        absent={r.name: str(r.view["status"]) for r in records if _standing(r) == "absent"},
        unsettled=tuple(r.name for r in records if r.view.get("status") in UNSETTLED),
        counts=_counts(records, snapshots, assets),
        servings=tuple(_servings(records, snapshots)),
    )


def _relate(
    assets: Mapping[str, AssetDetail],
    jobs: Mapping[str, Mapping[str, JobDefinition]],
    checks: Mapping[str, tuple[str, CheckDefinition]],
) -> None:
    """Tell the assets which jobs make them, what depends on them, and how many checks they have."""
    for name, places in jobs.items():
        for key in {key for job in places.values() for key in job.assets if key in assets}:
            assets[key].jobs.append(name)
    for key, asset in assets.items():
        for dep in asset.deps:
            upstream = assets.get(dep)
            if upstream is not None:
                upstream.dependents.append(key)
    for _, check in checks.values():
        if check.asset in assets:
            assets[check.asset].check_count += 1


def _by_name(declared: Iterable[tuple[str, T]]) -> list[tuple[str, T]]:
    return sorted(declared, key=lambda one: (one[1].name, one[0]))


def _counts(
    records: list[LocationRecord],
    snapshots: Mapping[str, SnapshotDefinition],
    assets: Mapping[str, AssetDetail],
) -> Mapping[str, Mapping[str, int]]:
    counted = Counter(asset.location for asset in assets.values())
    groups = Counter(where for where, _ in {(a.location, a.group) for a in assets.values()})
    found = {record.name: snapshots.get(record.snapshot_hash or "") for record in records}
    return {
        name: {
            "assets": counted[name],
            "groups": groups[name],
            "jobs": len(snapshot.jobs),
            "resources": sum(not one.is_bound for one in snapshot.resources),
        }
        for name, snapshot in found.items()
        if snapshot is not None
    }


def _servings(
    records: list[LocationRecord], snapshots: Mapping[str, SnapshotDefinition]
) -> Iterator[Serving]:
    for record in records:
        generation, hash = record.view.get("generation"), record.snapshot_hash
        if generation is not None and hash is not None and hash in snapshots:
            yield Serving(
                record.name,
                generation,
                hash,
                cast(LocationSnapshot, snapshots[hash]),  # has all that is looked at
                record.view.get("reaches_values", True),
            )


def _standing(record: LocationRecord) -> str:
    """What its status means for its assets."""
    status = record.view.get("status")
    if status in UP:
        return "loaded"
    if status in UNSETTLED:
        return "on the way"
    return "absent" if status in DOWN and record.view.get("generation") is None else "away"


def _detail(definition: AssetDefinition, step: StepDefinition, location: str) -> AssetDetail:
    return AssetDetail(
        key=definition.key,
        location=location,
        group=definition.group,
        deps=definition.deps,
        kinds=definition.shown_kinds,
        tags=definition.tags,
        owners=definition.owners,
        description=definition.description,
        step=definition.step,
        is_partitioned=definition.partitions is not None,
        dependents=[],
        jobs=[],
        graph=step.graph,
        partitions=definition.partitions,
        partition_mappings=definition.partition_mappings,
        backfill_partitions=definition.backfill_partitions,
        is_observable=definition.is_observable,
        pool=step.pool,
        io_manager_key=definition.io_manager_key,
        required_resources=step.required_resources,
        config_schema=step.config_schema,
        metadata=definition.metadata,
        code_version=definition.code_version,
        file=definition.file,
        line=definition.line,
    )


def listed(asset: AssetDetail) -> Asset:
    """The asset as lists show it."""
    return Asset(
        key=asset.key,
        location=asset.location,
        group=asset.group,
        deps=asset.deps,
        kinds=asset.kinds,
        tags=asset.tags,
        owners=asset.owners,
        description=asset.description,
        step=asset.step,
        is_partitioned=asset.is_partitioned,
        check_count=asset.check_count,
    )


def listed_jobs(view: CatalogView, locations: Collection[str] = ()) -> list[Job]:
    """All jobs by name, or those of some locations, as lists show them."""
    return [
        Job(
            name=name,
            location=location,
            description=job.description,
            asset_count=len(job.assets),
            step_count=len(job.steps),
            check_count=len(job.checks),
            is_partitioned=job.partitions is not None,
            not_supported=job.not_supported,
            tags=job.tags,
        )
        for name, places in sorted(view.jobs.items())
        for location, job in places.items()
        if not locations or location in locations
    ]
