"""The catalog as a whole: its graph, how its assets stand, and what a selection chooses."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.compression import takes_gzip
from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, number
from atoll_server.api.schemas.assets import CatalogStandings, Selected
from atoll_server.api.selecting import resolve
from atoll_server.api.views import standing_view


async def get_catalog(context: ApiContext, request: Request) -> Response:
    """Every asset and job there is, with an ETag; 304 where `If-None-Match` has it."""
    graph = await context.graph.encoded(await context.catalog.view())
    # Weak: the same catalog has one version, compressed or not.
    headers = {
        "etag": f'W/"{graph.version}"',
        "cache-control": "no-cache",
        "vary": "accept-encoding",
    }
    if _knows(request, graph.version):
        return Response(status_code=304, headers=headers)
    headers["content-type"] = "application/json"
    if takes_gzip(request.headers.raw):
        headers["content-encoding"] = "gzip"
        return Response(graph.compressed, headers=headers)
    return Response(graph.plain, headers=headers)


async def get_standings(context: ApiContext, request: Request) -> Response:
    """How the assets stand; with `after`, those that have changed since that event."""
    after = number(request, "after", 0, most=1 << 62) if "after" in request.query_params else None
    follower = context.follower
    await follower.catch_up()
    found = follower.standings(after)
    is_whole = found is None
    if found is None:
        found = follower.all_standings()
    items = {key: standing_view(standing) for key, standing in found.items()}
    return answer(
        CatalogStandings(last_event_id=follower.last_event_id, is_whole=is_whole, items=items)
    )


async def select_assets(context: ApiContext, request: Request) -> Response:
    """The keys of the assets that a selection chooses."""
    selections = request.query_params.getlist("select")
    if not selections:
        raise Problem("selection.invalid", 'say select, such as select=group:finance or select="*"')
    view = await context.catalog.view()
    keys = await asyncio.to_thread(resolve, view, selections)
    return answer(Selected(sorted(keys)))


def _knows(request: Request, version: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return any(tag.strip().removeprefix("W/").strip('"') == version for tag in known.split(","))
