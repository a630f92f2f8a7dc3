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
from typing import Any, cast

import msgspec

from atoll_server.api.schemas.assets import Asset, AssetDetail, Job
from atoll_server.api.views import in_workspace_order
from atoll_server.core import catalog as core
from atoll_server.core.catalog import Serving
from atoll_server.core.location.table import DOWN, UNSETTLED, UP
from atoll_server.ports.event_log import EventLog, LocationRecord
from atoll_wire.snapshot import LocationSnapshot
from atoll_wire.text import storable


class _Definition(msgspec.Struct):
    """The part of an `AssetSnapshot` that is shown; unknown fields are ignored."""

    key: str
    step: str | None = None
    deps: list[str] = []
    group: str = "default"
    description: str | None = None
    metadata: dict[str, Any] = {}
    tags: dict[str, str] = {}
    owners: list[str] = []
    kinds: list[str] = []
    code_version: str | None = None
    file: str | None = None
    line: int | None = None
    io_manager_key: str = "io_manager"


class JobDefinition(msgspec.Struct):
    """The part of a `JobSnapshot` that is shown."""

    name: str
    assets: list[str] = []
    description: str | None = None
    config: dict[str, Any] = {}
    tags: dict[str, str] = {}
    run_tags: dict[str, str] = {}
    metadata: dict[str, Any] = {}
    owners: list[str] = []
    file: str | None = None
    line: int | None = None


class _Step(msgspec.Struct):
    key: str = ""
    assets: list[str] = []
    can_subset: bool = False
    pool: str | None = None
    required_resources: list[str] = []
    config_schema: dict[str, Any] | None = None


class _Resource(msgspec.Struct):
    key: str
    config_schema: dict[str, Any] | None = None
    required_resources: list[str] = []


class _Snapshot(msgspec.Struct):
    """The part of a `LocationSnapshot` that is shown, or that plans are made of."""

    assets: list[_Definition] = []
    steps: list[_Step] = []
    resources: list[_Resource] = []
    jobs: list[JobDefinition] = []


_decoder = msgspec.json.Decoder(_Snapshot)


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
    absent: Mapping[str, str] = field(default_factory=dict)
    """Locations that serve nothing and will not soon, with their status; what is shown of them
    is what they had when they last served."""
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
    def plannable(self) -> core.Catalog:
        """The catalog as runs are planned on it; made when it is first asked for."""
        return core.build(self.servings)

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
        self._snapshots: dict[str, _Snapshot] = {}
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


def _decoded(text: str) -> _Snapshot:
    """The snapshot; one that cannot be read has no assets, and does not hide those of others."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return msgspec.convert(storable(json.loads(text)), _Snapshot)
    except (ValueError, RecursionError) as error:
        logging.getLogger("atoll.api").error("a stored snapshot cannot be read: %s", error)
        return _Snapshot()


def _combine(records: list[LocationRecord], snapshots: dict[str, _Snapshot]) -> CatalogView:
    assets: dict[str, AssetDetail] = {}
    jobs: dict[str, dict[str, JobDefinition]] = {}
    pools: set[str] = set()
    for record in records:
        snapshot = snapshots.get(record.snapshot_hash or "", _Snapshot())
        pools.update(step.pool for step in snapshot.steps if step.pool is not None)
        for job in snapshot.jobs:
            jobs.setdefault(job.name, {})[record.name] = job
        steps = {step.key: step for step in snapshot.steps}
        for definition in snapshot.assets:
            known = assets.get(definition.key)
            if known is None or (known.step is None and definition.step is not None):
                step = steps.get(definition.step or "", _Step())
                assets[definition.key] = _detail(definition, step, record.name)
    for name, places in jobs.items():
        for key in {key for job in places.values() for key in job.assets if key in assets}:
            assets[key].jobs.append(name)
    for key, asset in assets.items():
        for dep in asset.deps:
            upstream = assets.get(dep)
            if upstream is not None:
                upstream.dependents.append(key)
    ordered = dict(sorted(assets.items()))
    return CatalogView(
        assets=ordered,
        keys=list(ordered),
        is_complete=bool(records) and all(r.view.get("status") in UP for r in records),
        jobs=jobs,
        pools=frozenset(pools),
        absent={r.name: str(r.view["status"]) for r in records if _standing(r) == "absent"},
        unsettled=tuple(r.name for r in records if r.view.get("status") in UNSETTLED),
        counts=_counts(records, snapshots, assets),
        servings=tuple(_servings(records, snapshots)),
    )


def _counts(
    records: list[LocationRecord],
    snapshots: Mapping[str, _Snapshot],
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
            "resources": len(snapshot.resources),
        }
        for name, snapshot in found.items()
        if snapshot is not None
    }


def _servings(
    records: list[LocationRecord], snapshots: Mapping[str, _Snapshot]
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


def _detail(definition: _Definition, step: _Step, location: str) -> AssetDetail:
    return AssetDetail(
        key=definition.key,
        location=location,
        group=definition.group,
        deps=definition.deps,
        kinds=definition.kinds,
        tags=definition.tags,
        owners=definition.owners,
        description=definition.description,
        step=definition.step,
        dependents=[],
        jobs=[],
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
    )


def listed_jobs(view: CatalogView, locations: Collection[str] = ()) -> list[Job]:
    """All jobs by name, or those of some locations, as lists show them."""
    return [
        Job(
            name=name,
            location=location,
            description=job.description,
            asset_count=len(job.assets),
            tags=job.tags,
        )
        for name, places in sorted(view.jobs.items())
        for location, job in places.items()
        if not locations or location in locations
    ]
