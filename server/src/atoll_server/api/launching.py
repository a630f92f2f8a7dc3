"""What `POST /runs` asks for, checked as far as is known now."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import msgspec

from atoll_server.api.catalog import CatalogView
from atoll_server.api.context import ApiContext
from atoll_server.api.definitions import JobDefinition
from atoll_server.api.problems import Problem
from atoll_server.api.schemas.runs import Launch
from atoll_server.api.selecting import check, check_readable, problem_of
from atoll_server.core.jobs import choose, narrow
from atoll_server.core.partitions.choosing import partition_tags
from atoll_server.core.run.plan import PlanError
from atoll_server.core.run.tags import TagError
from atoll_server.core.run.tags import nearest as nearest_tag
from atoll_server.core.run.tags import read as read_tags
from atoll_wire.selection_error import SelectionError


def find_job(view: CatalogView, name: str, location: str | None) -> tuple[str, JobDefinition]:
    """The job of that name, with its location.

    Raises:
        Problem: `job.unknown` or `job.ambiguous`.
    """
    try:
        return choose(view.jobs, name, location)
    except PlanError as error:
        detail = f"{error}. {error.hint or ''}".rstrip()
        raise Problem(error.code, detail, locations=list(view.jobs.get(name, {}))) from None


async def check_location(context: ApiContext, name: str | None) -> None:
    """Refuse a location that the workspace does not have.

    Raises:
        Problem: `location.unknown`.
    """
    known = [record.name for record in await context.log.locations()] if name else []
    if name and name not in known:
        there_are = ", ".join(known) or "none"
        detail = f'no location is named "{name}"; there are: {there_are}'
        raise Problem("location.unknown", detail)


def check_tags(tags: Mapping[str, str]) -> None:
    """Refuse tags that mean something and cannot be understood.

    Raises:
        Problem: `run.bad_tag`.
    """
    try:
        read_tags(tags)
    except TagError as error:
        raise Problem(error.code, str(error)) from None
    for name in tags:
        if (near := nearest_tag(name)) is not None:
            raise Problem("run.bad_tag", f'no tag is called "{name}"; did you mean {near}?')


async def check_launch(context: ApiContext, launch: Launch) -> str | None:
    """Refuse what cannot be run; returns the location of the job, if there is one, as known.

    What cannot be read is refused at once; what is meant is known when all locations have
    loaded, and until then everything that can be read is let through.

    Raises:
        Problem: `selection.invalid`, `job.*`, `location.unknown`, `check.unknown`,
            `run.bad_tag` or `request.invalid`.
    """
    return await _check_target(context, launch)


def with_partition_tags(launch: Launch) -> Launch:
    """The launch with the tags that tell user code of its partition, or its range.

    Raises:
        Problem: `request.invalid`, a partition and a range are named.
    """
    if launch.partition is not None and launch.partition_range is not None:
        raise Problem("request.invalid", "name a partition, or a range of them, not both")
    tags = partition_tags(launch.partition, launch.partition_range)
    return msgspec.structs.replace(launch, tags={**launch.tags, **tags})


async def _check_target(context: ApiContext, launch: Launch) -> str | None:
    check_tags(launch.tags)
    if launch.location is not None and launch.job is None:
        raise Problem("request.invalid", "location says where a job lies: name the job, too")
    await check_location(context, launch.location)
    view = await context.catalog.view()
    if launch.ops and launch.job is None:
        raise Problem("request.invalid", "ops says what of a job of ops: name the job, too")
    _check_checks(view, launch)
    if launch.job is None:
        if launch.assets or not launch.checks:
            check(view, launch.assets)
        return None
    places = view.jobs.get(launch.job, {})
    is_known = bool(places) if launch.location is None else launch.location in places
    if not (is_known or view.is_complete):
        check_readable(launch.assets)
        return launch.location
    location, job = find_job(view, launch.job, launch.location)
    if job.not_supported is not None:
        raise Problem("plan.not_supported", f"{job.name} cannot be run here: {job.not_supported}")
    if not job.steps:
        _check_narrowing(view, job, launch.assets)
    return location


def _check_checks(view: CatalogView, launch: Launch) -> None:
    for key in launch.checks or () if view.is_complete else ():
        if key not in view.checks:
            near = difflib.get_close_matches(key, view.checks, n=3, cutoff=0.5)
            hint = f"; near it: {', '.join(near)}" if near else "; checks are named ASSET:NAME"
            detail = f'no location defines the check "{key}"{hint}'
            raise Problem("check.unknown", detail, near=near)


def _check_narrowing(view: CatalogView, job: JobDefinition, selections: list[str]) -> None:
    assets = {key: view.assets[key] for key in job.assets if key in view.assets}
    try:
        found = narrow(job.name, assets, selections)
    except SelectionError as error:
        raise problem_of(error) from None
    except PlanError as error:
        detail = f"{error}. {error.hint or ''}".rstrip()
        raise Problem("selection.invalid", detail, reason=error.code) from None
    if not found and (selections or not job.checks):
        raise Problem(
            "selection.invalid", f"no asset of {job.name} matches {', '.join(selections)}"
        )
