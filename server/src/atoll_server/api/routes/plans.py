"""What a launch would do, before it is asked for."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.launching import check_launch, with_partition_tags
from atoll_server.api.planning import preview
from atoll_server.api.reading import answer, body
from atoll_server.api.schemas.runs import Launch


async def plan_run(context: ApiContext, request: Request) -> Response:
    """The steps of a run that would be launched so, and the schema of the config that it takes."""
    asked = with_partition_tags(await body(request, Launch))
    location = await check_launch(context, asked)
    return answer(await preview(context, asked, location))
