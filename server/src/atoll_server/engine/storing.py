"""Stores what turns have decided: for ever while storage is in trouble, and whatever it holds.

An event that cannot be stored must stop nobody. It is stored without what may be the reason: its
kind, step, attempt and number stay, so that the machines and the watermark go on.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite
from typing import Protocol

from atoll_server.core.event import NewEvent
from atoll_server.core.run.retry import retry_id
from atoll_server.core.run.state import LEFT_OUT, NO_VALUE
from atoll_server.core.run.table import RUN_KINDS, STEP_KINDS
from atoll_server.engine.settings import EngineSettings
from atoll_server.engine.turn import Turn
from atoll_server.ports.event_log import EventLog, StorageError, StoredEvent
from atoll_wire import events as kinds

_TROUBLE = (StorageError, OSError, sqlite3.Error, MemoryError)
"""Errors that may go by themselves; with any other one, the events are to blame."""
_KEPT = (*RUN_KINDS, *STEP_KINDS)
_NEEDED = (
    "plan",
    "generation",
    "server_id",
    "lost",
    "interrupted",
    "delay_s",
    "job_name",
    "job_location",
    "retry",
    "output_name",
    NO_VALUE,
)
"""Data without which the fold of a run would not be what it was."""


class Surroundings(Protocol):
    """What storing needs of the engine."""

    log: EventLog
    settings: EngineSettings

    def report(self, error: Exception) -> None: ...  # noqa: D102


class Storing:
    """The way of events into the log."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.troubles: str | None = None
        """Why nothing can be stored for now, if that is so."""

    async def store(self, turn: Turn) -> list[StoredEvent]:
        """Append what was decided. It is decided: until it is stored, nothing else happens."""
        if not turn.must_be_stored:
            return []
        try:
            return await self._append(turn.events, turn.intents)
        except Exception:
            return await self._store_one_by_one(turn)

    async def _store_one_by_one(self, turn: Turn) -> list[StoredEvent]:
        """Find the events that are to blame; runs without such are stored whole."""
        stored: list[StoredEvent] = []
        for events in _by_run(turn.events):
            try:
                stored += await self._append(events)
            except Exception:
                for unit in _units(events):
                    stored += await self._store_somehow(*unit)
        if turn.intents:  # last: one that is taken up twice does no harm, one that is lost does
            await self._append([], turn.intents)
        return stored

    async def _store_somehow(self, event: NewEvent, *retry: NewEvent) -> list[StoredEvent]:
        for form in (event, _without_details(event), _as_note(event)):
            try:
                return await self._append([form, *retry])
            except Exception as error:
                error.add_note(f"met in {form.kind} of {event.step} of run {event.run_id}")
                self._around.report(error)
        return []

    async def _append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        while True:
            try:
                stored = await self._around.log.append(events, intents)
            except _TROUBLE as error:
                why = error.advice if isinstance(error, StorageError) else error
                told = f"Events cannot be stored: {why}"
                if told != self.troubles:  # it is tried again and again
                    self._around.report(error)
                self.troubles = told
                await asyncio.sleep(self._around.settings.storage_retry_s)
            else:
                self.troubles = None
                return stored


def _by_run(events: Iterable[NewEvent]) -> list[list[NewEvent]]:
    """The events of each run; the birth of one that retries it counts as its own."""
    runs: dict[str, list[NewEvent]] = {}
    owner = ""
    for event in events:
        if not _is_retry(event, owner):
            owner = event.run_id
        runs.setdefault(owner, []).append(event)
    return list(runs.values())


def _units(events: Iterable[NewEvent]) -> list[list[NewEvent]]:
    """Event by event; a run's failure and the birth of its retry are stored together or not."""
    units: list[list[NewEvent]] = []
    for event in events:
        if units and _is_retry(event, units[-1][0].run_id):
            units[-1].append(event)
        else:
            units.append([event])
    return units


def _is_retry(event: NewEvent, of: str) -> bool:
    """Whether this event, which follows one of run `of`, is the birth of its retry."""
    return event.kind == kinds.RUN_ENQUEUED and event.run_id == retry_id(of)


def _without_details(event: NewEvent) -> NewEvent:
    """The event with no more than the machines need."""
    kind = event.kind if event.kind in _KEPT else kinds.ENGINE_EVENT
    data = {name: event.data[name] for name in _NEEDED if name in event.data}
    message = f"What {event.kind} said could not be stored; it was left out."
    at = event.at if isinstance(event.at, float) and isfinite(event.at) else 0.0
    data[LEFT_OUT] = event.kind
    return replace(event, kind=kind, at=at, message=message, data=data)


def _as_note(event: NewEvent) -> NewEvent:
    """The event with its place only."""
    return replace(_without_details(event), data={LEFT_OUT: event.kind})
