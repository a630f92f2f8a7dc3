"""What runs, what waits and for what: derived from what is stored, as a new engine would do.

So it is the same in every process, and true of what is stored also while no engine runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from atoll_server.api.context import ApiContext
from atoll_server.core.location.table import UP
from atoll_server.core.queue.messages import Ticket
from atoll_server.core.run import commands as c
from atoll_server.core.run.machine import evolve, resume
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import ENDED, RUN_KINDS, STEP_KINDS, RunStatus
from atoll_server.engine.queue import Queue
from atoll_server.engine.run_slots import RunSlots
from atoll_server.engine.runs import ticket_of
from atoll_server.engine.settings import ENGINE, EngineSettings, with_stored
from atoll_server.ports.event_log import RunFilter, RunRecord

_UNFINISHED = [status.value for status in RunStatus if status not in ENDED]
_MOST_RUNS = 10_000
_PAGE = 5000
_KINDS = sorted(RUN_KINDS | STEP_KINDS)


@dataclass
class Standing:
    """Everybody's place."""

    settings: EngineSettings
    slots: RunSlots
    queue: Queue
    records: dict[str, RunRecord] = field(default_factory=dict)
    """Of the runs that have not ended, oldest first."""
    retrying: list[Ticket] = field(default_factory=list)
    """Steps whose next attempt has to wait for its time first."""


async def stored_settings(context: ApiContext) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What is stored, and what the newest engine was started with, if there was one."""
    stored = await context.log.settings()
    own = stored.pop(ENGINE, None)
    return stored, own


async def settings_now(context: ApiContext) -> EngineSettings:
    """What the engine goes by; where none runs, what one would that is started like this."""
    stored, own = await stored_settings(context)
    if context.settings is not None and (own is None or context.engine_pid() is None):
        own = {**(own or {}), **context.settings.storable}
    return with_stored(with_stored(EngineSettings(), own or {}), stored)


async def standing(context: ApiContext) -> Standing:
    """What runs and waits now; costs what the runs that are under way are."""
    settings = await settings_now(context)
    found = Standing(settings, RunSlots(settings.run_limits), Queue(settings.step_limits))
    for record in await context.log.locations():
        found.queue.location_moved(record.name, record.view.get("status") in UP)
    unfinished = RunFilter(statuses=_UNFINISHED)
    newest_first = await context.log.runs(limit=_MOST_RUNS, where=unfinished)
    for run in reversed(newest_first):
        found.records[run.run_id] = run
        if run.status == RunStatus.QUEUED:
            found.slots.ask(run.run_id, run.tags)
            found.slots.offer(run.run_id, await _tags_of_job(context, run))
        else:
            found.slots.occupy(run.run_id, run.tags)
            _stand(found, await _folded(context, run.run_id))
    return found


async def _tags_of_job(context: ApiContext, run: RunRecord) -> Mapping[str, str]:
    if run.job is None:
        return {}
    places = (await context.catalog.view()).jobs.get(run.job, {})
    return next((job.run_tags for job in places.values()), {})


async def _folded(context: ApiContext, run_id: str) -> RunState:
    state, after = RunState(run_id), 0
    while page := await context.log.events(run_id=run_id, after=after, limit=_PAGE, kinds=_KINDS):
        for event in page:
            evolve(state, event)
        after = page[-1].id
    return state


def _stand(found: Standing, state: RunState) -> None:
    """Give a run's steps their places, as an engine does that takes it up."""
    queue = found.queue
    for effect in resume(state):
        match effect:
            case c.HoldPools():
                queue.hold(state.run_id, state.pools)
            case c.OccupySlot(key):
                queue.occupy(ticket_of(state, key.step))
            case c.OfferStep(step):
                queue.offer(ticket_of(state, step))
            case c.OfferStepLater(step):
                found.retrying.append(ticket_of(state, step))
