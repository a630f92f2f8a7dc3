"""Events of runs as they are stored, short."""

from __future__ import annotations

from typing import Any

from atoll_server.ports.event_log import NewEvent
from atoll_wire import events as kinds


def event(kind: str, run_id: str = "r1", **fields: Any) -> NewEvent:
    return NewEvent(run_id=run_id, kind=kind, at=fields.pop("at", 5.0), **fields)


def started(run_id: str = "r1", **steps: list[str]) -> list[NewEvent]:
    """A run that is under way, with these assets by step."""
    plan = {"steps": [{"key": key, "assets": assets} for key, assets in steps.items()]}
    return [
        event(kinds.RUN_ENQUEUED, run_id),
        event(kinds.RUN_STARTING, run_id, data={"plan": plan}),
        event(kinds.RUN_START, run_id),
    ]


def begun(step: str, run_id: str = "r1") -> NewEvent:
    return event(kinds.STEP_WORKER_STARTING, run_id, step=step, attempt=1)


def failed(step: str, run_id: str = "r1") -> NewEvent:
    return event(kinds.STEP_FAILURE, run_id, step=step, attempt=1, seq=9)


def made(key: str, run_id: str = "r1", at: float = 5.0) -> NewEvent:
    return event(kinds.ASSET_MATERIALIZATION, run_id, at=at, data={"asset_key": key})
