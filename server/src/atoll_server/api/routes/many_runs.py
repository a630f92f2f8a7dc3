"""Commands about several runs: each is as that about one, and those that cannot be are told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, body
from atoll_server.api.routes.ended_runs import retry
from atoll_server.api.routes.runs import cancel
from atoll_server.api.schemas.runs import Retry, RetryRuns, RunIds, RunOutcome, RunOutcomes

MOST_RUNS = 1000
_AT_A_TIME = 20
"""Their writes share transactions; what is read for each is not held for all."""


async def cancel_runs(context: ApiContext, request: Request) -> Response:
    """Ask that runs be cancelled, and tell of those that cannot be."""
    asked = await body(request, RunIds)

    async def one(run_id: str) -> RunOutcome:
        await cancel(context, run_id)
        return RunOutcome(run_id=run_id)

    return answer(await _each(asked.runs, one), 202)


async def retry_runs(context: ApiContext, request: Request) -> Response:
    """Ask for a new run of each of several, and tell of those that cannot be tried again."""
    asked = await body(request, RetryRuns)

    async def one(run_id: str) -> RunOutcome:
        again = await retry(context, run_id, Retry(from_failure=asked.from_failure))
        return RunOutcome(run_id=run_id, retried_as=again.run_id)

    return answer(await _each(asked.runs, one), 201)


async def _each(
    run_ids: Sequence[str], command: Callable[[str], Awaitable[RunOutcome]]
) -> RunOutcomes:
    """What became of each run, once, however often it was named."""
    if not 1 <= len(run_ids) <= MOST_RUNS:
        raise Problem("request.invalid", f"runs are 1 to {MOST_RUNS} run ids, not {len(run_ids)}")

    async def outcome(run_id: str) -> RunOutcome:
        try:
            return await command(run_id)
        except Problem as problem:
            return RunOutcome(run_id=run_id, problem=problem.detail)

    ids, items = list(dict.fromkeys(run_ids)), []
    for start in range(0, len(ids), _AT_A_TIME):
        items += await asyncio.gather(*map(outcome, ids[start : start + _AT_A_TIME]))
    return RunOutcomes(items)
