"""Every adapter of `ports.event_log`, and events to put into it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from atoll_server.ports.event_log import EventLog, NewEvent

Make = Callable[[], EventLog]


@contextlib.asynccontextmanager
async def opened(make: Make) -> AsyncIterator[EventLog]:
    log = make()
    await log.open()
    try:
        yield log
    finally:
        await log.close()


def event(run_id: str = "r1", kind: str = "ENGINE_EVENT", **fields: Any) -> NewEvent:
    return NewEvent(run_id=run_id, kind=kind, at=fields.pop("at", 1.0), **fields)


def journal(seq: int, *, step: str = "a", attempt: int = 1, **fields: Any) -> NewEvent:
    return event(kind=fields.pop("kind", "LOG"), step=step, attempt=attempt, seq=seq, **fields)


def enqueued(run_id: str, **data: Any) -> NewEvent:
    at = data.pop("at", 1.0)
    return event(run_id, "RUN_ENQUEUED", at=at, data={"selection": ["a"], **data}, message="waits")
