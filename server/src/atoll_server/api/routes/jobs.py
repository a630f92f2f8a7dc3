"""Jobs: what the locations offer to run by name."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.catalog import CatalogView, listed_jobs
from atoll_server.api.context import ApiContext
from atoll_server.api.definitions import JobDefinition, StepDefinition
from atoll_server.api.launching import check_location, find_job
from atoll_server.api.reading import answer, words
from atoll_server.api.schemas.assets import JobAsset, JobDetail, Jobs, JobStep


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
    assets = [view.assets[key] for key in job.assets if key in view.assets]
    return JobDetail(
        name=job.name,
        location=location,
        description=job.description,
        asset_count=len(assets),
        step_count=len(job.steps),
        check_count=len(job.checks),
        is_partitioned=job.partitions is not None,
        not_supported=job.not_supported,
        tags=job.tags,
        assets=[JobAsset(key=a.key, location=a.location, step=a.step) for a in assets],
        steps=[_step(one) for one in job.steps],
        checks=job.checks,
        partitions=job.partitions,
        max_concurrent_steps=job.max_concurrent_steps,
        config=job.config,
        run_tags=job.run_tags,
        metadata=job.metadata,
        owners=job.owners,
        file=job.file,
        line=job.line,
    )


def _step(step: StepDefinition) -> JobStep:
    return JobStep(
        key=step.key,
        deps=step.deps,
        inputs=step.inputs,
        description=step.description,
        kind=step.kind,
        pool=step.pool,
        required_resources=step.required_resources,
        config_schema=step.config_schema,
        max_retries=step.max_retries,
    )
