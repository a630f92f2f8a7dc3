"""What can be asked of a run that has ended: to be tried again, and to be deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.again import past_of
from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, body
from atoll_server.api.routes.runs import ENDED, ask_for, find_run, launch
from atoll_server.api.schemas.deployment import Accepted
from atoll_server.api.schemas.runs import Launch, Retry, Run
from atoll_server.api.selecting import check, chosen_steps
from atoll_server.core.run.retry import descent


async def retry_run(context: ApiContext, request: Request) -> Response:
    """Ask for a new run of what did not succeed, of everything, or of some steps.

    It is asked for as the run itself was; what it does not make it reads as earlier runs stored it.
    """
    return await launch(
        context,
        *await _as_again(context, request.path_params["run_id"], await body(request, Retry)),
    )


async def retry(context: ApiContext, run_id: str, asked: Retry) -> Run:
    """Store the wish that an ended run be made again; returns the new run.

    Raises:
        Problem: `run.*` or `selection.invalid`, it cannot be.
    """
    return await ask_for(context, *await _as_again(context, run_id, asked))


async def _as_again(
    context: ApiContext, run_id: str, retry: Retry
) -> tuple[Launch, str | None, Mapping[str, Any]]:
    """What to ask for, so that it is made again; where its job lies; and what is kept."""
    run = await _ended_run(context, run_id, "tried again")
    past = await past_of(context.log, run.run_id)
    steps, asked = past.steps, past.asked
    assets, checks = list(run.assets or run.selection), asked.get("checks")
    ops, kept = list(asked.get("ops") or ()), past.kept(again=[step.key for step in steps])
    if retry.steps:
        chosen = chosen_steps(run.run_id, [step.to_data() for step in steps], retry.steps)
        assets, checks = past.behind(chosen)
        kept = past.kept(again=chosen)
        ops = [key for key in chosen if not (assets or checks)]
    elif retry.from_failure and steps:
        assets, checks = past.left()
        kept = past.kept()
        if past.is_over:
            raise Problem(
                "run.nothing_to_retry",
                f"every step of run {run.run_id} succeeded; to make all again, say so: --all on "
                'the command line, {"from_failure": false} over HTTP',
            )
    elif not run.assets and steps:
        assets = []
    view = await context.catalog.view()
    gone = [key for key in assets if key not in view.assets]
    if gone:  # a key that is there need not be readable as a selection, such as `and`
        check(view, gone)
    again = Launch(
        assets=assets,
        job=run.job,
        config=dict(run.config),
        tags=descent(run.run_id, run.tags),
        checks=checks,
        ops=ops,
        partition=run.partition,
    )
    if checks and not assets:
        kept["only_checks"] = True
    return again, steps[0].location if run.job and steps else None, kept  # a job lies in one


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
