"""Jobs: what the locations offer to run by name."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.catalog import CatalogView, JobDefinition, listed_jobs
from atoll_server.api.context import ApiContext
from atoll_server.api.launching import check_location, find_job
from atoll_server.api.reading import answer, words
from atoll_server.api.schemas.assets import JobAsset, JobDetail, Jobs


async def list_jobs(context: ApiContext, request: Request) -> Response:
    """All jobs by name; `location` narrows them."""
    wanted = set(words(request, "location"))
    view = await context.catalog.view()
    return answer(Jobs(listed_jobs(view, wanted)))


async def get_job(context: ApiContext, request: Request) -> Response:
    """One job with its assets, its config and where it is defined."""
    name, location = request.path_params["name"], request.query_params.get("location")
    await check_location(context, location)
    view = await context.catalog.view()
    return answer(_detail(view, *find_job(view, name, location)))


def _detail(view: CatalogView, location: str, job: JobDefinition) -> JobDetail:
    assets = [view.assets[key] for key in job.assets]
    return JobDetail(
        name=job.name,
        location=location,
        description=job.description,
        asset_count=len(assets),
        tags=job.tags,
        assets=[JobAsset(key=a.key, location=a.location, step=a.step) for a in assets],
        config=job.config,
        run_tags=job.run_tags,
        metadata=job.metadata,
        owners=job.owners,
        file=job.file,
        line=job.line,
    )
