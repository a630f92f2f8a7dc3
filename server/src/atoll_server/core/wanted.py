"""What a run is to make: which assets it asks for, whether they are known yet, and the plan.

Pure, and the same for the engine, which plans runs, and the API, which shows what a plan would be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from atoll_server.core.catalog import Catalog
from atoll_server.core.run.plan import Plan, make_plan
from atoll_wire.snapshot import JobSnapshot


@dataclass(frozen=True)
class Wanted:
    """What a run is to make."""

    selection: tuple[str, ...]
    job: str | None = None
    """The selection then narrows this job; empty: all of it."""
    location: str | None = None
    """Where the job lies, if that was said."""


class Chosen(NamedTuple):
    """What that comes to."""

    keys: Sequence[str]
    job: JobSnapshot | None


def is_known(catalog: Catalog, wanted: Wanted) -> bool:
    """Whether all that is asked for is there, whatever else the catalog may come to hold."""
    if wanted.job is not None:
        places = catalog.jobs.get(wanted.job, {})
        return bool(places) and (wanted.location is None or wanted.location in places)
    assets = catalog.assets
    return bool(wanted.selection) and all(
        key in assets and assets[key].step is not None for key in wanted.selection
    )


def waits_for(locations: Sequence[str]) -> str:
    """Why a run cannot be planned before these locations have loaded."""
    return f"Waits for {', '.join(locations)} to load." if locations else "Waits for the catalog."


def choose_assets(catalog: Catalog, wanted: Wanted) -> Chosen:
    """The assets that are wanted.

    Raises:
        PlanError: `job.*`, or an asset that the job does not have.
        SelectionError: `selection.*`, what cannot be read or found.
    """
    if wanted.job is not None:
        from atoll_server.core.jobs import choose, narrow  # not needed for what is named by key

        _, job = choose(catalog.jobs, wanted.job, wanted.location)
        assets = {key: catalog.assets[key] for key in job.assets}
        return Chosen(narrow(wanted.job, assets, wanted.selection), job)
    selection = wanted.selection
    if selection and all(key in catalog.assets for key in selection):
        return Chosen(list(dict.fromkeys(selection)), None)
    from atoll_wire import selection as grammar  # not needed for what is named by key

    return Chosen(grammar.resolve(list(selection), catalog.assets), None)


def plan_chosen(catalog: Catalog, chosen: Chosen) -> Plan:
    """The plan of a run that makes them.

    Raises:
        PlanError: `plan.*`.
    """
    plan = make_plan(catalog, chosen.keys)
    job = chosen.job
    return plan if job is None else replace(plan, config=job.config, tags=job.run_tags)
