"""Runs: asking for one, looking at them, their events and output, and cancelling one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.launching import check_launch, with_partition_tags
from atoll_server.api.output import newest_attempt, read_output
from atoll_server.api.planning import check_plan
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, body, choice, number, words_among
from atoll_server.api.schemas.runs import Events, Launch, Output, Run
from atoll_server.api.views import KINDS, event_view, run_view, waiting_run
from atoll_server.core.partitions.choosing import partition_asked
from atoll_server.core.run.tags import PARENT
from atoll_server.ports.event_log import RunFilter, RunRecord

ENDED = frozenset(["SUCCESS", "FAILURE", "CANCELED"])
_RETRIES = 100
_NEW: Mapping[str, Any] = {}


async def launch_run(context: ApiContext, request: Request) -> Response:
    """Ask for a run. It is stored when this answers; the engine takes it up at once."""
    asked = with_partition_tags(await body(request, Launch))
    location = await check_launch(context, asked)
    await check_plan(context, asked, location)
    return await launch(context, asked, location)


async def launch(
    context: ApiContext, asked: Launch, location: str | None, again: Mapping[str, Any] = _NEW
) -> Response:
    """Store the wish for a run, and answer with the run; see `ask_for`."""
    run = await ask_for(context, asked, location, again)
    return answer(run, 201, {"location": f"{context.path_prefix}/api/v1/runs/{run.run_id}"})


async def ask_for(
    context: ApiContext, asked: Launch, location: str | None, again: Mapping[str, Any] = _NEW
) -> Run:
    """Store the wish for a run; returns the run.

    Args:
        location: where the job lies, if there is one and that is known.
        again: of a run that goes on with an earlier one, what it does not execute again.
    """
    run_id, now = context.clock.new_id(), context.clock.now()
    partition = partition_asked(asked.tags) or asked.partition
    payload = {
        "run_id": run_id,
        "selection": asked.assets,
        "config": asked.config,
        "tags": asked.tags,
        "partition": partition,
        "job": asked.job,
        "location": location,
        **again,
    }
    if asked.checks is not None:
        payload["checks"] = asked.checks
    if asked.ops:
        payload["ops"] = asked.ops
    await context.log.add_intent("launch_run", payload, now)
    context.ring()
    return Run(
        run_id=run_id,
        status="QUEUED",
        created_at=now,
        selection=tuple(asked.assets),
        tags=asked.tags,
        config=asked.config,
        partition=partition,
        job=asked.job,
    )


async def get_run(context: ApiContext, request: Request) -> Response:
    """One run."""
    run = await find_run(context, request.path_params["run_id"])
    of_this = RunFilter(tags={PARENT: run.run_id})
    retries = await context.log.runs(limit=_RETRIES, where=of_this)
    waiting = [each.run_id for each in await waiting_runs(context) if of_this.matches(each)]
    known = [each.run_id for each in reversed(retries)]
    return answer(msgspec.structs.replace(run, retried_as=tuple(dict.fromkeys(known + waiting))))


async def list_run_events(context: ApiContext, request: Request) -> Response:
    """A page of a run's events, ascending; `next` is null at the end of what is stored."""
    run_id = request.path_params["run_id"]
    after = number(request, "after", 0, most=1 << 62)
    limit = number(request, "limit", 1000, least=1, most=10_000)
    events = await context.log.events(
        after=after,
        limit=limit + 1,
        run_id=run_id,
        kinds=words_among(request, "kind", KINDS) or None,
        step=request.query_params.get("step"),
    )
    if not events:
        await find_run(context, run_id)
    has_more, events = len(events) > limit, events[:limit]
    return answer(Events([event_view(e) for e in events], events[-1].id if has_more else None))


async def get_output(context: ApiContext, request: Request) -> Response:
    """A piece of what a step wrote to stdout or stderr, from `offset` on."""
    run_id, step = request.path_params["run_id"], request.path_params["step"]
    stream = choice(request, "stream", ("stdout", "stderr"))
    offset = number(request, "offset", 0, most=1 << 62)
    attempt = number(request, "attempt", 0, least=1, most=1 << 30)
    await find_run(context, run_id)
    attempt = attempt or newest_attempt(context.home, run_id, step) or 0
    piece = read_output(context.home, run_id, step, attempt, stream, offset) if attempt else None
    if piece is None:
        raise Problem(
            "run.no_output", f'no attempt at step "{step}" of this run has written to {stream}'
        )
    return answer(
        Output(
            run_id=run_id,
            step=step,
            attempt=attempt,
            stream=stream,
            offset=offset,
            next_offset=piece.next_offset,
            is_complete=piece.is_complete,
            size=piece.size,
            text=piece.text,
        )
    )


async def cancel_run(context: ApiContext, request: Request) -> Response:
    """Ask that a run be cancelled."""
    return answer(await cancel(context, request.path_params["run_id"]), 202)


async def cancel(context: ApiContext, run_id: str) -> Run:
    """Store the wish that a run be cancelled; returns the run as it is.

    Raises:
        Problem: `run.unknown` or `run.ended`.
    """
    run = await find_run(context, run_id)
    if run.status in ENDED:
        raise Problem("run.ended", f"the run has ended already, with {run.status}")
    await context.log.add_intent("cancel_run", {"run_id": run.run_id}, context.clock.now())
    context.ring()
    return run


async def find_run(context: ApiContext, run_id: str) -> Run:
    """The run, even where the engine has not taken it up yet."""
    # Looked for twice: between the looks the engine may have taken the run up.
    record = await context.log.run(run_id)
    if record is not None:
        return run_view(record)
    waiting = await waiting_runs(context)
    record = await context.log.run(run_id)
    if record is not None:
        return run_view(record)
    for run in waiting:
        if run.run_id == run_id:
            return run_view(run)
    raise Problem("run.unknown", f'there is no run "{run_id}"')


async def waiting_runs(context: ApiContext) -> list[RunRecord]:
    """The runs that the engine has not taken up yet, oldest first."""
    intents = await context.log.intents()
    reasons = context.not_ready()
    return [waiting_run(each, reasons) for each in intents if each.kind == "launch_run"]
