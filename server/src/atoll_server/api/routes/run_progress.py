"""A run as it goes: its steps as they stand, and any window on its events."""

from __future__ import annotations

from bisect import bisect_left

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.followed_runs import FoundEvents
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, number, words_among
from atoll_server.api.routes.runs import find_run
from atoll_server.api.run_steps import StepsFold
from atoll_server.api.schemas.runs import RunLog
from atoll_server.api.views import KINDS, event_view
from atoll_server.ports.event_filter import LEVELS
from atoll_server.ports.event_log import EventFilter

_MOST = 1 << 62


async def list_run_steps(context: ApiContext, request: Request) -> Response:
    """The steps of a run with their attempts; with `after`, those that have changed since."""
    run_id = request.path_params["run_id"]
    after = number(request, "after", -1, most=_MOST)
    fold = await context.followed.steps(run_id)
    if fold is None:
        await find_run(context, run_id)
        fold = StepsFold()
    return answer(fold.answer(None if after < 0 else after))


async def get_run_log(context: ApiContext, request: Request) -> Response:
    """A window on those of a run's events that pass a filter."""
    run_id = request.path_params["run_id"]
    limit = number(request, "limit", 200, least=1, most=10_000)
    offset = number(request, "offset", 0, most=_MOST)
    around = number(request, "around", 0, least=1, most=_MOST)
    if around and "offset" in request.query_params:
        raise Problem("request.invalid", "say offset or around, and not both")
    found = await context.followed.events(run_id, _filter(request))
    if found is None:
        await find_run(context, run_id)
        found = FoundEvents()
    total, last_event_id = len(found.ids), found.last_event_id  # others may extend it meanwhile
    if around:
        place = bisect_left(found.ids, around)
        offset = max(0, min(place - limit // 2, total - limit))
    events = await context.log.events_of_ids(
        found.ids[offset : min(offset + limit, total)].tolist()
    )
    items = [event_view(event) for event in events]
    return answer(RunLog(total=total, offset=offset, items=items, last_event_id=last_event_id))


def _filter(request: Request) -> EventFilter:
    search = request.query_params.get("search", "").strip()
    return EventFilter(
        kinds=frozenset(words_among(request, "kind", KINDS)) or None,
        levels=frozenset(words_among(request, "level", LEVELS)) or None,
        step=request.query_params.get("step"),
        search=search.casefold() or None,
    )
