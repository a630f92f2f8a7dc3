"""Settings that change while the deployment runs, pools, and the queue."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from atoll_server.api.capacity import Standing, standing, stored_settings
from atoll_server.api.context import ApiContext
from atoll_server.api.problems import Problem
from atoll_server.api.reading import answer, body, number
from atoll_server.api.schemas.capacity import (
    Limits,
    Pool,
    PoolLimit,
    Pools,
    Queue,
    QueuedRun,
    QueuedStep,
    RunQueue,
    SettingChanges,
    Settings,
    StepQueue,
)
from atoll_server.api.schemas.deployment import Accepted
from atoll_server.api.views import setting_view
from atoll_server.core.queue.messages import Ticket
from atoll_server.core.queue.steps import waits_for
from atoll_server.stored_settings import SettingsError, read_changes

_ENGINE = "engine"


async def list_settings(context: ApiContext, request: Request) -> Response:
    """Every setting, with what gave it its value; what is stored wins."""
    stored, own = await stored_settings(context)
    shown = [] if context.settings is None else context.settings.shown(stored)
    items = [setting_view(one) for one in shown]
    for item in items if context.engine_pid() is not None else ():
        # An engine in another process may have been started with other variables.
        if item.origin != "stored" and own and own.get(item.name, item.value) != item.value:
            item.value, item.origin = own[item.name], _ENGINE
    return answer(Settings(items))


async def change_settings(context: ApiContext, request: Request) -> Response:
    """Ask that settings be stored, or no longer be; the engine goes by them at once."""
    asked = await body(request, SettingChanges)
    return await _change(context, asked.changes)


async def list_pools(context: ApiContext, request: Request) -> Response:
    """Every pool that has a limit or that a step is in."""
    now = await standing(context)
    limits, state = now.settings.step_limits, now.queue.state
    waiting: dict[str | None, int] = {}
    for ticket in (*state.waiting_tickets(), *now.retrying):
        waiting[ticket.pool] = waiting.get(ticket.pool, 0) + 1
    defined = (await context.catalog.view()).pools
    names = {*limits.pools, *defined, *state.per_pool} | {name for name in waiting if name}
    pools = [
        Pool(
            name=name,
            limit=limits.of_pool(name),
            has_own_limit=name in limits.pools,
            taken=state.per_pool.get(name, 0),
            waiting=waiting.get(name, 0),
        )
        for name in sorted(names)
    ]
    return answer(Pools(pools))


async def set_pool(context: ApiContext, request: Request) -> Response:
    """Ask that a pool have a limit of its own. It need not be in use yet."""
    asked = await body(request, PoolLimit)
    return await _change(context, {f"pool_limits.{request.path_params['name']}": asked.limit})


async def unset_pool(context: ApiContext, request: Request) -> Response:
    """Ask that a pool have the limit of all pools that have none of their own."""
    name = f"pool_limits.{request.path_params['name']}"
    if name not in await context.log.settings():
        raise Problem(
            "pool.no_limit", f'pool "{request.path_params["name"]}" has that of all others'
        )
    return await _change(context, {name: None})


async def _change(context: ApiContext, changes: dict[str, Any]) -> Response:
    try:
        changes = read_changes(changes)
    except SettingsError as error:
        raise Problem(error.code, str(error)) from None
    payload = {"changes": changes}
    intent = await context.log.add_intent("change_settings", payload, context.clock.now())
    context.ring()
    return answer(Accepted(intent=intent), 202)


async def get_queue(context: ApiContext, request: Request) -> Response:
    """What runs, what waits, and for what."""
    limit = number(request, "limit", 100, least=1, most=1000)
    now = await standing(context)
    settings = now.settings
    limits = Limits(
        max_concurrent_runs=settings.max_concurrent_runs,
        tag_concurrency_limits=[dict(one) for one in settings.tag_concurrency_limits],
        max_concurrent_steps=settings.max_concurrent_steps,
        location_limits=dict(settings.location_limits),
        default_pool_limit=settings.default_pool_limit,
        pool_granularity=settings.pool_granularity,
    )
    return answer(Queue(limits=limits, runs=_runs(now, limit), steps=_steps(now, limit)))


def _runs(now: Standing, limit: int) -> RunQueue:
    state = now.slots.state
    waiting = sorted(state.waiting.values(), key=lambda one: (-one.priority, one.number))
    items = []
    for ticket in [*list(state.running.values())[:limit], *waiting[:limit]]:
        run = now.records[ticket.run_id]
        told = ""
        if ticket.run_id in state.waiting:
            told = now.slots.waits_for(ticket.run_id) or _waits_to_be_planned(run.message)
        items.append(
            QueuedRun(
                run_id=run.run_id,
                status=run.status,
                created_at=run.created_at,
                priority=ticket.priority,
                job=run.job,
                waits_for=told,
            )
        )
    return RunQueue(under_way=len(state.running), waiting=len(waiting), items=items)


def _waits_to_be_planned(message: str) -> str:
    """What a run waits for that could have a slot: what it said when it was asked for, or us."""
    return message if message.endswith((" to load.", " the catalog.")) else "Is about to begin."


def _steps(now: Standing, limit: int) -> StepQueue:
    state = now.queue.state
    waiting = sorted(state.waiting_tickets(), key=lambda one: -one.priority)
    items = [_step(ticket, "") for ticket in list(state.running)[:limit]]
    items += [
        _step(ticket, waits_for(state, ticket) or "Is about to start.")
        for ticket in waiting[:limit]
    ]
    items += [_step(ticket, "Waits for its next attempt.") for ticket in now.retrying[:limit]]
    number = len(waiting) + len(now.retrying)
    return StepQueue(running=len(state.running), waiting=number, items=items)


def _step(ticket: Ticket, told: str) -> QueuedStep:
    return QueuedStep(
        run_id=ticket.run_id,
        step=ticket.step,
        location=ticket.location,
        priority=ticket.priority,
        pool=ticket.pool,
        waits_for=told,
    )
