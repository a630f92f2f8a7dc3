"""Code locations: how they are, and the command to load one anew."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.output import read_log
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, choice, number
from atoll_server.api.schemas.locations import LocationLog
from atoll_server.api.views import location_view, location_views


async def list_locations(context: ApiContext, request: Request) -> Response:
    """All locations, in workspace order."""
    counts = (await context.catalog.view()).counts
    views = await location_views(context.log)
    items = [{**view, "counts": counts.get(view["name"], {})} for view in views]
    return answer({"items": items, "next": None})


async def get_location(context: ApiContext, request: Request) -> Response:
    """One location."""
    location = await _location(context, request.path_params["name"])
    counts = (await context.catalog.view()).counts
    return answer({**location, "counts": counts.get(location["name"], {})})


async def get_log(context: ApiContext, request: Request) -> Response:
    """What the newest process of a location, or another one of its, has printed."""
    location = await _location(context, request.path_params["name"])
    stream = choice(request, "stream", ("stdout", "stderr"))
    offset = number(request, "offset", 0, most=1 << 62)
    log = request.query_params.get("log") or location.get("log")
    if not log:
        raise Problem("location.no_log", f'no process of "{location["name"]}" was started yet')
    piece = read_log(context.home, location["name"], log, stream, offset)
    return answer(
        LocationLog(
            location=location["name"],
            log=log,
            stream=stream,
            offset=offset,
            next_offset=offset if piece is None else piece.next_offset,
            size=0 if piece is None else piece.size,
            text="" if piece is None else piece.text,
        )
    )


async def reload_location(context: ApiContext, request: Request) -> Response:
    """Ask for the next generation of a location; the one that serves stays until it is there."""
    location = await _location(context, request.path_params["name"])
    if location["status"] == "unreachable":
        raise Problem("location.unreachable", location["error_text"] or "nobody answers there")
    await context.log.add_intent("reload_location", {"name": location["name"]}, context.clock.now())
    context.ring()
    return answer(location, 202)


async def _location(context: ApiContext, name: str) -> dict[str, Any]:
    records = await context.log.locations()
    for record in records:
        if record.name == name:
            return location_view(record)
    known = ", ".join(sorted(record.name for record in records)) or "none"
    raise Problem("location.unknown", f'no location is named "{name}"; there are: {known}')
