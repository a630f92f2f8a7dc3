"""Between the port's records and the database's rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from atoll_server.ports.event_log import (
    AssetFailure,
    AssetRecord,
    Intent,
    LocationRecord,
    NewEvent,
    RunRecord,
    StoredEvent,
    asset_key,
    check_name,
    check_outcome,
    partition_of,
)
from atoll_server.ports.runs import LISTED_ASSETS
from atoll_wire import text

Row = tuple[Any, ...]

_encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder().decode


def encode(value: Any) -> bytes:
    """`value` as JSON; what is no UTF-8 in it is escaped."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(text.storable(value))


def storable(events: Sequence[NewEvent]) -> tuple[Sequence[NewEvent], list[Row]]:
    """Events as they can be stored, and the parameters of `insert_event` for each."""
    try:
        return events, [_event_row(event) for event in events]
    except UnicodeEncodeError:
        clean = [_clean(event) for event in events]
        return clean, [_event_row(event) for event in clean]


def _clean(event: NewEvent) -> NewEvent:
    return replace(event, message=text.storable(event.message), data=text.storable(event.data))


def _event_row(event: NewEvent) -> Row:
    if not event.message.isascii():
        event.message.encode()  # the driver would find out only when it is too late
    return (
        event.run_id,
        event.kind,
        event.at,
        event.message,
        _encode(event.data),
        event.step,
        event.attempt,
        event.seq,
        asset_key(event),
        partition_of(event),
        check_name(event),
        check_outcome(event),
    )


def event_of(row: Row) -> StoredEvent:
    """The event in a row of `events`."""
    return StoredEvent(
        id=row[0],
        run_id=row[1],
        kind=row[2],
        at=row[3],
        message=row[4],
        data=decode(row[5]),
        step=row[6],
        attempt=row[7],
        seq=row[8],
    )


def failure_of(row: Row) -> AssetFailure:
    """The failure in a row of `asset_failures`."""
    return AssetFailure(key=row[0], event_id=row[1], run_id=row[2])


def run_row(run: RunRecord) -> Row:
    """The parameters of `save_run`."""
    return (
        run.run_id,
        run.status,
        run.created_at,
        run.started_at,
        run.ended_at,
        encode(run.selection),
        encode(run.tags),
        encode(run.config),
        run.partition,
        run.message,
        run.job,
        run.asset_count,
        encode(run.locations),
        encode(run.assets),
        encode(run.assets[:LISTED_ASSETS]),
    )


def run_of(row: Row) -> RunRecord:
    """The run in a row of `runs`, with all of its assets or those that lists tell."""
    return RunRecord(
        run_id=row[0],
        status=row[1],
        created_at=row[2],
        started_at=row[3],
        ended_at=row[4],
        selection=tuple(decode(row[5])),
        tags=decode(row[6]),
        config=decode(row[7]),
        partition=row[8],
        message=row[9],
        job=row[10],
        asset_count=row[11],
        locations=tuple(decode(row[12])),
        assets=tuple(decode(row[13])),
    )


def asset_row(asset: AssetRecord) -> Row:
    """The parameters of `save_asset`."""
    return asset.key, asset.event_id, asset.run_id, asset.at, encode(asset.metadata)


def asset_of(row: Row) -> AssetRecord:
    """The asset in a row of `assets`."""
    return AssetRecord(
        key=row[0], event_id=row[1], run_id=row[2], at=row[3], metadata=decode(row[4])
    )


def intent_of(row: Row) -> Intent:
    """The intent in a row of `intents`."""
    return Intent(id=row[0], kind=row[1], payload=decode(row[2]), created_at=row[3])


def location_of(row: Row) -> LocationRecord:
    """The location in a row of `locations`."""
    return LocationRecord(name=row[0], view=decode(row[1]), snapshot_hash=row[2])
