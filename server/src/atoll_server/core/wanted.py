"""What a run is to make: what it asks for, whether that is known yet, and the plan.

Pure, and the same for the engine, which plans runs, and the API, which shows what a plan would be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from atoll_server.core.catalog import Catalog
from atoll_server.core.partitions.choosing import Asked, check_job, place
from atoll_server.core.run.asset_plan import make_plan
from atoll_server.core.run.config_names import refuse_unknown_names
from atoll_server.core.run.op_plan import plan_ops
from atoll_server.core.run.plan import Plan, PlanError
from atoll_server.core.run.state import RunState
from atoll_wire.partitions.spaces import Moment
from atoll_wire.snapshot import JobSnapshot


@dataclass(frozen=True)
class Wanted:
    """What a run is to make."""

    selection: tuple[str, ...]
    job: str | None = None
    """The selection then narrows this job; empty: all of it."""
    location: str | None = None
    """Where the job lies, if that was said."""
    checks: tuple[str, ...] | None = None
    """Keys of the checks to evaluate; None: those on what is made, or the job's."""
    only_checks: bool = False
    """Whether no assets are made: of a job, an empty selection would mean all."""
    ops: tuple[str, ...] = ()
    """Of a job of ops: selections of its steps; none: all."""
    partition: str | None = None
    """Key of a partition, or `FIRST...LAST`."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Of the run: a range of partitions is told by them."""
    kept: Mapping[str, str] = field(default_factory=dict)
    """Ops that are not executed again, by step the run that has what they gave back."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """Of the run, over that of its job."""

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Wanted:
        """What an intent `launch_run` asks for."""
        checks = payload.get("checks")
        return cls(
            selection=tuple(payload.get("selection") or ()),
            job=payload.get("job"),
            location=payload.get("location"),
            checks=None if checks is None else tuple(checks),
            only_checks=bool(payload.get("only_checks")),
            ops=tuple(payload.get("ops") or ()),
            partition=payload.get("partition"),
            tags=payload.get("tags") or {},
            kept=payload.get("kept") or {},
            config=payload.get("config") or {},
        )

    @property
    def asked(self) -> Asked:
        """The partition that it names."""
        return Asked.of(self.partition, self.tags)


def wanted_of(state: RunState) -> Wanted:
    """What a run that was found in line asks for."""
    return Wanted(
        selection=state.selection,
        job=state.job,
        location=state.job_location,
        checks=state.checks,
        only_checks=state.only_checks,
        ops=state.ops,
        partition=state.partition,
        tags=state.tags,
        kept=state.kept,
        config=state.config,
    )


class Chosen(NamedTuple):
    """What that comes to."""

    keys: Sequence[str]
    job: JobSnapshot | None
    location: str | None = None
    """Of the job."""
    checks: Sequence[str] | None = None
    """The checks to evaluate; None: those on what is made."""


def is_known(catalog: Catalog, wanted: Wanted) -> bool:
    """Whether all that is asked for is there, whatever else the catalog may come to hold."""
    if wanted.job is not None:
        places = catalog.jobs.get(wanted.job, {})
        return bool(places) and (wanted.location is None or wanted.location in places)
    assets = catalog.assets
    return (
        bool(wanted.selection or wanted.checks)
        and all(key in assets and assets[key].step is not None for key in wanted.selection)
        and all(key in catalog.checks for key in wanted.checks or ())
    )


def waits_for(locations: Sequence[str]) -> str:
    """Why a run cannot be planned before these locations have loaded."""
    return f"Waits for {', '.join(locations)} to load." if locations else "Waits for the catalog."


def choose_assets(catalog: Catalog, wanted: Wanted) -> Chosen:
    """The assets and checks that are wanted, or the job of ops.

    Raises:
        PlanError: `job.*`, `plan.not_supported`, or an asset that the job does not have.
        SelectionError: `selection.*`, what cannot be read or found.
    """
    if wanted.job is not None:
        return _choose_of_job(catalog, wanted, wanted.job)
    selection = wanted.selection
    if all(key in catalog.assets for key in selection):
        return Chosen(list(dict.fromkeys(selection)), None, checks=wanted.checks)
    from atoll_wire import selection as grammar  # not needed for what is named by key

    return Chosen(grammar.resolve(list(selection), catalog.assets), None, checks=wanted.checks)


def _choose_of_job(catalog: Catalog, wanted: Wanted, name: str) -> Chosen:
    from atoll_server.core.jobs import choose, narrow  # not needed for what is named by key

    location, job = choose(catalog.jobs, name, wanted.location)
    if job.not_supported is not None:
        raise PlanError(
            f'job "{name}" cannot be run here: {job.not_supported}', code="plan.not_supported"
        )
    if job.steps:
        if wanted.selection:
            raise PlanError(
                f'job "{name}" is made of ops, and makes no assets that could be selected',
                code="selection.unknown_key",
                hint="To run some of it, name ops.",
            )
        return Chosen([], job, location)
    if wanted.ops:
        raise PlanError(
            f'job "{name}" makes assets, and has no ops to select',
            code="selection.unknown_op",
            hint="To run some of it, select assets.",
        )
    assets = {key: catalog.assets[key] for key in job.assets if key in catalog.assets}
    keys = [] if wanted.only_checks else narrow(name, assets, wanted.selection)
    checks = wanted.checks
    if checks is None:
        chosen = set(keys)
        is_whole = not wanted.selection
        about = (check for check in job.checks if check in catalog.checks)
        checks = tuple(key for key in about if is_whole or catalog.checks[key].asset in chosen)
    return Chosen(keys, job, location, checks)


def plan_chosen(
    catalog: Catalog, chosen: Chosen, wanted: Wanted, at: Moment, *, is_preview: bool = False
) -> Plan:
    """The plan of a run that makes them.

    Args:
        at: the time; which partitions there are may depend on it.
        is_preview: whether a partition may still be missing.

    Raises:
        PlanError: `plan.*`, `partition.*`, `asset.no_partitions`, `selection.unknown_op` or
            `config.unknown`.
    """
    job, asked = chosen.job, wanted.asked
    if job is not None and job.steps:
        assert chosen.location is not None
        check_job(job.name, job.partitions, asked, at)
        plan = plan_ops(catalog, chosen.location, job, wanted.ops, wanted.kept)
    else:
        plan = make_plan(catalog, chosen.keys, chosen.checks, wanted.kept)
        if not (is_preview and asked.is_none):
            plan = place(catalog, plan, asked, at)
    refuse_unknown_names(catalog, job, wanted.config)
    if job is None:
        return plan
    return replace(
        plan,
        config=job.config,
        tags=job.run_tags,
        max_concurrent_steps=job.max_concurrent_steps,
    )
