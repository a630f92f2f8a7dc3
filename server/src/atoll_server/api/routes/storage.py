"""The storage: whether it is sound, and what of it need not be kept."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, body, whole
from atoll_server.api.schemas.deployment import Finding, Findings, Prunable, Prune, Pruning
from atoll_server.ports.event_log import Retention

_DAY_S = 86_400
_MOST_DAYS = 100_000
_MOST_RUNS = 1 << 53


async def check_storage(context: ApiContext, request: Request) -> Response:
    """Read all of the storage, and tell what is damaged. It may take long."""
    found = await context.log.check()
    return answer(Findings([Finding(one.message, one.hint) for one in found]))


async def get_prunable(context: ApiContext, request: Request) -> Response:
    """What a prune with these rules would erase."""
    asked = Prune(
        keep_days=_number(request, "keep_days", _MOST_DAYS),
        keep_runs=_number(request, "keep_runs", _MOST_RUNS),
    )
    return answer(await _count(context, _retention(context, asked)))


async def prune(context: ApiContext, request: Request) -> Response:
    """Ask that ended runs which no rule keeps be erased, with all that only they refer to."""
    retention = _retention(context, await body(request, Prune))
    found = await _count(context, retention)
    payload = {"ended_before": retention.ended_before, "keep_runs": retention.keep_runs}
    intent = await context.log.add_intent("prune", payload, context.clock.now())
    context.ring()
    answered = Pruning(
        intent=intent, runs=found.runs, events=found.events, snapshots=found.snapshots
    )
    return answer(answered, 202)


def _number(request: Request, name: str, most: int) -> int | None:
    text = request.query_params.get(name)
    return None if text is None else whole(text, name, most=most)


def _retention(context: ApiContext, asked: Prune) -> Retention:
    if asked.keep_days is None and asked.keep_runs is None:
        raise Problem("request.invalid", "say keep_days, keep_runs, or both: a run stays by either")
    if not 0 <= (asked.keep_days or 0) <= _MOST_DAYS:
        raise Problem("request.invalid", f"keep_days is a number from 0 to {_MOST_DAYS}")
    if not 0 <= (asked.keep_runs or 0) <= _MOST_RUNS:
        raise Problem("request.invalid", f"keep_runs is a whole number from 0 to {_MOST_RUNS}")
    before = None
    if asked.keep_days is not None:
        before = context.clock.now() - asked.keep_days * _DAY_S
    return Retention(ended_before=before, keep_runs=asked.keep_runs)


async def _count(context: ApiContext, retention: Retention) -> Prunable:
    runs, events = await context.log.count_prunable(retention)
    snapshots = len(await context.log.unused_snapshots())
    return Prunable(runs=runs, events=events, snapshots=snapshots)
