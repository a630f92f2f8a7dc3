"""Which job a name means, and which of its assets a run is to make.

Pure, and the same for the API, which answers from what is stored, and the planner.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from atoll_server.core.run.plan import PlanError
from atoll_wire import selection as grammar

Job = TypeVar("Job")
Jobs = Mapping[str, Mapping[str, Job]]
"""Jobs by name, then by location, in workspace order."""


def choose(jobs: Jobs[Job], name: str, location: str | None) -> tuple[str, Job]:
    """The job of that name, with its location.

    Args:
        location: where it lies; None where only one location has such a job.

    Raises:
        PlanError: `job.unknown` or `job.ambiguous`.
    """
    places = jobs.get(name, {})
    if not places:
        near = difflib.get_close_matches(name, list(jobs), n=1, cutoff=0.5)
        hint = f'Did you mean "{near[0]}"?' if near else f"There are: {_listed(jobs)}."
        raise PlanError(f'there is no job "{name}"', code="job.unknown", hint=hint)
    if location is None and len(places) > 1:
        raise PlanError(
            f'{len(places)} locations have a job "{name}": {_listed(places)}',
            code="job.ambiguous",
            hint="Name the location, too.",
        )
    if location is not None and location not in places:
        raise PlanError(
            f'location "{location}" has no job "{name}"',
            code="job.unknown",
            hint=f"It lies in {_listed(places)}.",
        )
    return next((where, job) for where, job in places.items() if location in (None, where))


def narrow(name: str, assets: Mapping[str, Any], selection: Sequence[str]) -> list[str]:
    """The assets of a job that a selection chooses; without one, all of them.

    Args:
        assets: the job's assets by key; the selection knows no others.

    Raises:
        PlanError: `selection.unknown_key`, an asset that the job does not have.
        SelectionError: `selection.*`, what cannot be read.
    """
    if not selection:
        return list(assets)
    try:
        return grammar.resolve(list(selection), assets)
    except grammar.SelectionError as error:
        if error.code != "selection.unknown_key":
            raise
        near = f'Did you mean "{error.nearest[0]}"?' if error.nearest else None
        message = f'job "{name}" has no asset "{error.text}"'
        raise PlanError(message, code=error.code, hint=near) from None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
