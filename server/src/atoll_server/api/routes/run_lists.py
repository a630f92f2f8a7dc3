"""Runs in pages, and counted: those that are stored, and those that wait to be taken up."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, moment, number, pairs, words, words_among
from atoll_server.api.routes.runs import waiting_runs
from atoll_server.api.schemas.runs import RunCounts, Runs
from atoll_server.api.views import run_view
from atoll_server.ports.event_log import RunFilter

STATUSES = ("QUEUED", "STARTING", "STARTED", "SUCCESS", "FAILURE", "CANCELING", "CANCELED")
MOST_COUNTED = 1000


async def list_runs(context: ApiContext, request: Request) -> Response:
    """A page of runs, newest first."""
    limit = number(request, "limit", 50, least=1, most=1000)
    cursor = request.query_params.get("cursor")
    where = _filter(request)
    statuses = words_among(request, "status", STATUSES)
    where = replace(where, statuses=statuses or None)
    # What waits is read first: a run that is taken up meanwhile is found twice, never not at all.
    waiting = (await waiting_runs(context))[::-1]
    if cursor in (newest_first := [run.run_id for run in waiting]):
        waiting, cursor = waiting[newest_first.index(cursor) + 1 :], None
    elif cursor is not None:
        await _check_cursor(context, cursor)
        waiting = []
    stored = await context.log.runs(limit=limit + 1, before=cursor, where=where)
    known = {run.run_id for run in stored}
    found = [run for run in waiting if run.run_id not in known and where.matches(run)] + stored
    has_more, page = len(found) > limit, [run_view(run) for run in found[:limit]]
    return answer(Runs(page, page[-1].run_id if has_more else None))


async def count_runs(context: ApiContext, request: Request) -> Response:
    """How many runs there are by status; counting stops at a thousand of each."""
    where = _filter(request)
    waiting = sum(map(where.matches, await waiting_runs(context)))
    counts = await context.log.count_runs(MOST_COUNTED, where)
    if waiting:
        counts["QUEUED"] = min(counts.get("QUEUED", 0) + waiting, MOST_COUNTED)
    return answer(RunCounts(most=MOST_COUNTED, counts=counts))


def _filter(request: Request) -> RunFilter:
    """What the query asks for beside a status."""
    query = request.query_params
    return RunFilter(
        job=query.get("job"),
        asset=query.get("asset"),
        locations=words(request, "location"),
        partition=query.get("partition"),
        tags=pairs(request, "tag"),
        since=moment(request, "since"),
        until=moment(request, "until"),
        search=query.get("search", "").strip() or None,
    )


async def _check_cursor(context: ApiContext, cursor: str) -> None:
    if await context.log.run(cursor) is None:
        raise Problem("request.invalid", "cursor is `next` of another page; no page has this one")
