"""Records of the storage as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from atoll_server.api.schemas.assets import AssetStanding, Materialization
from atoll_server.api.schemas.deployment import Setting
from atoll_server.api.schemas.runs import Event, Run
from atoll_server.core.run.tags import PARENT
from atoll_server.core.standing import Standing
from atoll_server.ports.event_log import (
    AssetRecord,
    EventLog,
    Intent,
    LocationRecord,
    RunRecord,
    StoredEvent,
)
from atoll_server.settings import Setting as Shown
from atoll_server.stored_settings import STORABLE
from atoll_wire import events
from atoll_wire.codec import MalformedMessage, from_wire
from atoll_wire.failure import Failure, render

_LAST = 1 << 30
KINDS = tuple(name for name, value in vars(events).items() if name.isupper() and name == value)
"""Every kind of event, in the order of a run."""


def event_view(event: StoredEvent) -> Event:
    """An event."""
    return Event(
        id=event.id,
        kind=event.kind,
        run_id=event.run_id,
        step=event.step,
        attempt=event.attempt,
        timestamp=event.at,
        message=event.message,
        data=event.data,
    )


def run_view(run: RunRecord) -> Run:
    """A run."""
    return Run(
        run_id=run.run_id,
        status=run.status,
        created_at=run.created_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        selection=run.selection,
        assets=run.assets,
        asset_count=run.asset_count,
        locations=run.locations,
        tags=run.tags,
        config=run.config,
        partition=run.partition,
        job=run.job,
        message=run.message,
        retry_of=run.tags.get(PARENT),
    )


def waiting_run(intent: Intent, reasons: Sequence[str]) -> RunRecord:
    """A run that was asked for and that the engine has not taken up yet.

    Args:
        reasons: why the engine takes up nothing for now, as far as there are any.
    """
    payload = intent.payload
    return RunRecord(
        run_id=payload["run_id"],
        status="QUEUED",
        created_at=intent.created_at,
        selection=tuple(payload.get("selection", ())),
        tags=payload.get("tags", {}),
        config=payload.get("config", {}),
        partition=payload.get("partition"),
        job=payload.get("job"),
        message=" ".join(reasons) or "waits for the engine to take it up",
    )


def materialization_view(
    record: AssetRecord | None, *, with_metadata: bool
) -> Materialization | None:
    """An asset's latest materialization, if it has one."""
    if record is None:
        return None
    return Materialization(
        event_id=record.event_id,
        run_id=record.run_id,
        timestamp=record.at,
        metadata=record.metadata if with_metadata else {},
    )


def setting_view(setting: Shown) -> Setting:
    """A setting."""
    row = STORABLE.get(setting.name.partition(".")[0])
    return Setting(*setting, about="" if row is None else row.about, is_storable=row is not None)


def standing_view(standing: Standing | None) -> AssetStanding | None:
    """How an asset stands, if it stands somewhere."""
    if standing is None:
        return None
    return AssetStanding(
        standing.state.value, standing.at, standing.run_id or None, standing.failed_checks
    )


def location_view(record: LocationRecord) -> dict[str, Any]:
    """A location: what the engine says of it, and its error as text."""
    view: dict[str, Any] = {"status": "loading", "error": None, **record.view}
    view["name"] = record.name
    view["snapshot_hash"] = record.snapshot_hash
    view["error_text"] = _error_text(view["error"])
    return view


async def location_views(log: EventLog) -> list[dict[str, Any]]:
    """All locations, in workspace order; the packages of each are told only of one by itself."""
    views = [location_view(record) for record in in_workspace_order(await log.locations())]
    for view in views:
        view.pop("packages", None)
    return views


def in_workspace_order(records: list[LocationRecord]) -> list[LocationRecord]:
    """Records in the order in which the workspace names them, as far as their views tell."""
    return sorted(records, key=lambda record: (record.view.get("position", _LAST), record.name))


def _error_text(error: Any) -> str | None:
    if error is None or isinstance(error, str):
        return error
    if not isinstance(error, Mapping):
        return str(error)
    try:
        return render(from_wire(Failure, dict(error)))
    except MalformedMessage:
        return str(error.get("message", error))
