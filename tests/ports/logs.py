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


def made(run_id: str, key: str, seq: int = 1) -> NewEvent:
    data = {"asset_key": key, "metadata": {"by": run_id}}
    kind = "ASSET_MATERIALIZATION"
    return NewEvent(run_id=run_id, kind=kind, at=1.0, data=data, step=key, attempt=1, seq=seq)


def wiped(key: str) -> NewEvent:
    return event("", "ASSET_WIPED", data={"asset_key": key})


def ended(run_id: str, at: float) -> list[NewEvent]:
    return [enqueued(run_id), event(run_id, "RUN_SUCCESS", at=at)]
