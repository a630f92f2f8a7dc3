"""A location as `GET /locations` shows it."""

from __future__ import annotations

from typing import Any

from atoll_server.core.location.state import Generation, LocationState
from atoll_server.core.location.table import Phase
from atoll_wire.codec import to_wire
from atoll_wire.failure import Failure, render


def describe(state: LocationState) -> dict[str, Any]:
    """Everything that is shown of a location, as JSON.

    `stale` says that its assets are shown as they were when it last served.
    """
    current = _current(state)
    loaded = None if current is None else current.loaded
    started = state.started
    failure = _failure(state)
    return {
        "name": state.name,
        "position": state.position,
        "status": state.status.value,
        "error": None if failure is None else {**to_wire(failure), "text": render(failure)},
        "conflicts": list(state.conflicts),
        "build": state.build,
        "generation": None if current is None else current.number,
        "loading": [g.number for g in state.generations.values() if g.phase is Phase.LOADING],
        "draining": [g.number for g in state.generations.values() if g.phase is Phase.DRAINING],
        "generations": _generations(state),
        "pid": None if current is None else current.pid,
        "restarts": 0 if current is None else current.restarts,
        "worker": None if current is None else current.worker,
        "worker_reason": None if current is None else current.worker_reason,
        "limits_by": None if current is None else current.limits_by,
        "python_version": None if loaded is None else loaded.python_version,
        "load_seconds": _load_seconds(state, current),
        "slowest_imports": {} if loaded is None else dict(loaded.slowest_imports),
        "rss_bytes": _rss_bytes(current),
        "cpu_seconds": None if current is None or not current.usage else current.usage.cpu_seconds,
        "platform": None if loaded is None else loaded.platform,
        "executable": None if loaded is None else loaded.executable,
        "packages": {} if loaded is None else dict(loaded.packages),
        "loaded_from": {} if started is None else dict(started.loaded_from),
        "log": None if started is None else started.log,
        "server": dict(state.reached),
        "server_id": state.server_id,
        "reaches_values": state.reaches_values,
        "notices": [] if loaded is None else list(loaded.notices),
        "snapshot_hash": state.snapshot_hash,
        "stale": state.serving is None and state.snapshot_hash is not None,
        "last_change": state.last_change,
        "last_generation": state.last_number,
        "updated_at": state.updated_at,
    }


def _load_seconds(state: LocationState, current: Generation | None) -> float | None:
    """How long loading took, whichever way it ended; None while it goes on."""
    if current is None:
        return state.failed_after_s
    return None if current.loaded is None else current.loaded.load_seconds


def _generations(state: LocationState) -> list[dict[str, Any]]:
    """All that are not gone, with how many runs each still has to finish."""
    homes = [state.home_of(pin) for pin in state.pins.values()]
    return [
        {
            "generation": one.number,
            "phase": one.phase.value,
            "pid": one.pid,
            "runs": sum(1 for home in homes if home is one),
            "restarts": one.restarts,
        }
        for one in state.generations.values()
    ]


def _rss_bytes(current: Generation | None) -> int | None:
    """Of the leading process: as it was measured last, else as it was when it had loaded."""
    if current is None:
        return None
    if current.usage is not None:
        return current.usage.rss_bytes
    return None if current.loaded is None else current.loaded.rss_bytes


def _current(state: LocationState) -> Generation | None:
    """The generation that serves, or else the newest that may come to."""
    if state.serving is not None:
        return state.generations[state.serving]
    return next(reversed(state.generations.values()), None)


def _failure(state: LocationState) -> Failure | None:
    if state.contact_lost is not None:
        return Failure(code="location.unreachable", message=state.contact_lost)
    current = _current(state)
    if current is not None and current.death is not None:
        return current.death
    if state.error is not None:
        return state.error
    if state.conflicts:
        return Failure(
            code="asset.duplicate_key",
            message="; ".join(state.conflicts),
            hint="Rename or remove one of the definitions.",
        )
    return None
