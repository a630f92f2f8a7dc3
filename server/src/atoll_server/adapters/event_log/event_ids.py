"""Which events of a run pass a filter: their ids, found in one pass over the run's own range."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from atoll_server.adapters.event_log import rows
from atoll_server.adapters.event_log.statements import queries
from atoll_server.ports.event_filter import LEVELS, EventFilter
from atoll_server.ports.event_log import StoredEvent
from atoll_wire.lines import ERRORS, WARNINGS

_decode = msgspec.json.Decoder(list[int]).decode


def event_ids(
    connection: sqlite3.Connection, run_id: str, after: int, where: EventFilter
) -> list[int]:
    """See `EventLog.event_ids`.

    SQLite gathers the ids while other threads go on: a hundred thousand rows, handed over one by
    one, would hold them up.
    """
    search = (where.search or "").casefold()
    values = {
        "run_id": run_id,
        "after": after,
        "kinds": _words(where.kinds),
        "levels": _words(where.levels),
        "known": _words(LEVELS),
        "errors": _words(ERRORS),
        "warnings": _words(WARNINGS),
        "step": where.step,
        "search": search or None,
        "is_ascii": (where.search or "").isascii(),
    }
    name = "event_ids_of_run" if where.step is None else "event_ids_of_step"
    (found,) = connection.execute(queries()[name], values).fetchone()
    return sorted(_decode(found))


def events_of_ids(connection: sqlite3.Connection, ids: Sequence[int]) -> list[StoredEvent]:
    """See `EventLog.events_of_ids`."""
    listed = rows.encode(ids).decode()
    return [rows.event_of(row) for row in connection.execute(queries()["events_of_ids"], (listed,))]


def _words(found: Iterable[str] | None) -> str | None:
    """Words in one text, each between spaces, as `instr` looks for them."""
    return None if found is None else f" {' '.join(sorted(found))} "
