"""What can be asked of a run that has ended: to be tried again, and to be deleted."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, body
from atoll_server.api.routes.runs import ENDED, ask_for, find_run, launch
from atoll_server.api.schemas.deployment import Accepted
from atoll_server.api.schemas.runs import Launch, Retry, Run
from atoll_server.api.selecting import check, chosen_steps
from atoll_server.core.run.retry import descent, left_to_make
from atoll_wire import events as kinds

_ALL = 1 << 62


async def retry_run(context: ApiContext, request: Request) -> Response:
    """Ask for a new run of what did not succeed, of everything, or of some steps.

    It is asked for as the run itself was; what it does not make it reads as earlier runs stored it.
    """
    again, location = await _as_again(
        context, request.path_params["run_id"], await body(request, Retry)
    )
    return await launch(context, again, location)


async def retry(context: ApiContext, run_id: str, asked: Retry) -> Run:
    """Store the wish that an ended run be made again; returns the new run.

    Raises:
        Problem: `run.*` or `selection.invalid`, it cannot be.
    """
    return await ask_for(context, *await _as_again(context, run_id, asked))


async def _as_again(context: ApiContext, run_id: str, retry: Retry) -> tuple[Launch, str | None]:
    """What to ask for, so that it is made again; and where its job lies."""
    run = await _ended_run(context, run_id, "tried again")
    assets = list(run.assets or run.selection)
    steps, succeeded = await _planned(context, run)
    if retry.steps:
        chosen = chosen_steps(run.run_id, steps, retry.steps)
        assets = [key for step in steps if step["key"] in chosen for key in step["assets"]]
    elif retry.from_failure and steps:
        assets = left_to_make(((step["key"], step["assets"]) for step in steps), succeeded)
        if not assets:
            raise Problem(
                "run.nothing_to_retry",
                f"every step of run {run.run_id} succeeded; to make all again, say so: --all on "
                'the command line, {"from_failure": false} over HTTP',
            )
    view = await context.catalog.view()
    gone = [key for key in assets if key not in view.assets]
    if gone:  # a key that is there need not be readable as a selection, such as `and`
        check(view, gone)
    again = Launch(
        assets=assets,
        job=run.job,
        config=dict(run.config),
        tags=descent(run.run_id, run.tags),
        partition=run.partition,
    )
    return again, steps[0]["location"] if run.job and steps else None  # a job lies in one


async def delete_run(context: ApiContext, request: Request) -> Response:
    """Ask that an ended run be erased: its events, its output, and what follows from them."""
    run = await _ended_run(context, request.path_params["run_id"], "deleted")
    payload = {"run_id": run.run_id}
    intent = await context.log.add_intent("delete_run", payload, context.clock.now())
    context.ring()
    return answer(Accepted(intent=intent), 202)


async def _ended_run(context: ApiContext, run_id: str, what: str) -> Run:
    run = await find_run(context, run_id)
    if run.status not in ENDED:
        raise Problem(
            "run.unfinished",
            f"the run is {run.status}, and only one that has ended can be {what}; cancel it first, "
            "or wait",
        )
    return run


async def _planned(context: ApiContext, run: Run) -> tuple[list[dict[str, Any]], set[str | None]]:
    """The planned steps, in the plan's order, and the keys of those that succeeded."""
    wanted = [kinds.RUN_STARTING, kinds.STEP_SUCCESS]
    events = await context.log.events(run_id=run.run_id, kinds=wanted, limit=_ALL)
    succeeded = {event.step for event in events if event.kind == kinds.STEP_SUCCESS}
    plans = [event.data["plan"]["steps"] for event in events if event.kind == kinds.RUN_STARTING]
    return (list(plans[0]) if plans else []), succeeded
