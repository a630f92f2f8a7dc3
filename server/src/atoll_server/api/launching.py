"""What `POST /runs` asks for, checked as far as is known now."""

from __future__ import annotations

from collections.abc import Mapping

from atoll_server.api.catalog import CatalogView
from atoll_server.api.context import ApiContext
from atoll_server.api.definitions import JobDefinition
from atoll_server.api.problems import Problem
from atoll_server.api.schemas.runs import Launch
from atoll_server.api.selecting import check, check_readable, problem_of
from atoll_server.core.jobs import choose, narrow
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
        Problem: `selection.invalid`, `job.*`, `location.unknown`, `asset.no_partitions`,
            `run.bad_tag` or `request.invalid`.
    """
    location = await _check_target(context, launch)
    if launch.partition is not None:
        what = launch.job or ", ".join(launch.assets)
        raise Problem(
            "asset.no_partitions", f"{what} has no partitions: no asset has any yet; leave it out"
        )
    return location


async def _check_target(context: ApiContext, launch: Launch) -> str | None:
    check_tags(launch.tags)
    if launch.location is not None and launch.job is None:
        raise Problem("request.invalid", "location says where a job lies: name the job, too")
    await check_location(context, launch.location)
    view = await context.catalog.view()
    if launch.job is None:
        check(view, launch.assets)
        return None
    places = view.jobs.get(launch.job, {})
    is_known = bool(places) if launch.location is None else launch.location in places
    if not (is_known or view.is_complete):
        check_readable(launch.assets)
        return launch.location
    location, job = find_job(view, launch.job, launch.location)
    _check_narrowing(view, job, launch.assets)
    return location


def _check_narrowing(view: CatalogView, job: JobDefinition, selections: list[str]) -> None:
    assets = {key: view.assets[key] for key in job.assets}
    try:
        found = narrow(job.name, assets, selections)
    except SelectionError as error:
        raise problem_of(error) from None
    except PlanError as error:
        detail = f"{error}. {error.hint or ''}".rstrip()
        raise Problem("selection.invalid", detail, reason=error.code) from None
    if not found:
        raise Problem(
            "selection.invalid", f"no asset of {job.name} matches {', '.join(selections)}"
        )
