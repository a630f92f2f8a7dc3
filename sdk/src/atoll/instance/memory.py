"""A storage in the process itself, for tests, notebooks and `materialize`."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from atoll.instance.event_types import RUN_STATUS
from atoll_wire import events
from atoll_wire.events import JournalEvent
from atoll_wire.recorded import EventQuery, RecordedEvent, RecordedRun, RunQuery


class InMemoryStorage:
    """Keeps everything in memory; may be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._events: List[RecordedEvent] = []
        self._of_assets: Dict[str, Dict[str, List[RecordedEvent]]] = {}
        """By kind and asset, oldest first: one output must not cost a look at all the others."""
        self._runs: Dict[str, RecordedRun] = {}
        self._wiped: Dict[Tuple[str, Optional[str]], int] = {}
        self._partitions: Dict[str, Dict[str, None]] = {}
        self._cursors: Dict[str, str] = {}
        self._last_event = 0
        self._last_run = 0

    def events(self, query: EventQuery) -> List[RecordedEvent]:
        """The events that pass."""
        with self._lock:
            known = list(self._events if query.ascending else reversed(self._events))
        return list(_first((each for each in known if _passes(each, query)), query.limit))

    def runs(self, query: RunQuery) -> List[RecordedRun]:
        """The runs that pass."""
        with self._lock:
            found = [run for run in self._runs.values() if _run_passes(run, query)]
            cursor = None if query.cursor is None else self._runs.get(query.cursor)
        if query.cursor is not None and cursor is None:
            return []

        def place(run: RecordedRun) -> Any:
            return (getattr(run, query.order_by) or 0, run.id)

        found.sort(key=place, reverse=not query.ascending)
        if cursor is not None:
            begin = place(cursor)
            found = [
                run
                for run in found
                if (place(run) > begin if query.ascending else place(run) < begin)
            ]
        return list(_first(found, query.limit))

    def count_runs(self, query: RunQuery) -> int:
        """How many runs pass."""
        with self._lock:
            return sum(_run_passes(run, query) for run in self._runs.values())

    def latest_of_assets(
        self, kind: str, keys: Optional[Sequence[str]] = None
    ) -> Dict[str, RecordedEvent]:
        """The newest event of a kind about each asset."""
        found: Dict[str, RecordedEvent] = {}
        with self._lock:
            known = self._of_assets.get(kind, {})
            for key in known if keys is None else keys:
                latest = next(self._counting(reversed(known.get(key, []))), None)
                if latest is not None:
                    found[key] = latest
        return found

    def latest_of_partitions(
        self, kind: str, key: str, after: Optional[int] = None, before: Optional[int] = None
    ) -> Dict[str, int]:
        """The id of the newest event of a kind about each partition of an asset."""
        found: Dict[str, int] = {}
        with self._lock:
            for each in self._counting(self._of_assets.get(kind, {}).get(key, [])):
                partition = each.event.data.get("partition")
                if partition is not None and _between(each.id, after, before):
                    found[partition] = each.id
        return found

    def dynamic_partitions(self, name: str) -> List[str]:
        """The keys of a dynamic partitions definition."""
        with self._lock:
            return list(self._partitions.get(name, ()))

    def change_dynamic_partitions(
        self, name: str, add: Sequence[str] = (), delete: Sequence[str] = ()
    ) -> None:
        """Add keys, and take keys away."""
        with self._lock:
            known = self._partitions.setdefault(name, {})
            known.update(dict.fromkeys(add))
            for key in delete:
                known.pop(key, None)

    def record(
        self, run_id: str, job_name: str, step: Optional[str], event: JournalEvent
    ) -> RecordedEvent:
        """Keep an event."""
        with self._lock:
            self._last_event += 1
            kept = RecordedEvent(self._last_event, run_id, event, job_name, step)
            self._events.append(kept)
            key = event.data.get("asset_key")
            if key is not None:
                self._of_assets.setdefault(event.kind, {}).setdefault(key, []).append(kept)
            run = self._runs.get(run_id)
            if run is not None and event.kind in RUN_STATUS:
                changes: Dict[str, Any] = {"status": RUN_STATUS[event.kind], "updated_at": event.at}
                if event.kind == events.RUN_START:
                    changes["started_at"] = event.at
                if event.kind in events.RUN_ENDS:
                    changes["ended_at"] = event.at
                self._runs[run_id] = replace(run, **changes)
            return kept

    def add_run(self, run: RecordedRun) -> RecordedRun:
        """Keep a run."""
        with self._lock:
            self._last_run += 1
            kept = self._runs[run.run_id] = replace(run, id=self._last_run)
            return kept

    def tag_run(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Give a run more tags."""
        with self._lock:
            run = self._runs[run_id]
            self._runs[run_id] = replace(run, tags={**run.tags, **tags})

    def delete_run(self, run_id: str) -> None:
        """Forget a run and its events."""
        with self._lock:
            self._runs.pop(run_id, None)
            self._events = [each for each in self._events if each.run_id != run_id]
            for of_kind in self._of_assets.values():
                for known in of_kind.values():
                    known[:] = [each for each in known if each.run_id != run_id]

    def wipe(self, key: str, partitions: Optional[Sequence[str]] = None) -> None:
        """Let an asset, or partitions of it, count as never materialized from here on."""
        with self._lock:
            for partition in [None] if partitions is None else partitions:
                self._wiped[key, partition] = self._last_event

    def cursor_values(self, keys: Sequence[str]) -> Dict[str, str]:
        """Those of these values that are kept."""
        return {key: self._cursors[key] for key in keys if key in self._cursors}

    def set_cursor_values(self, values: Mapping[str, str]) -> None:
        """Keep values by name."""
        self._cursors.update(values)

    def _counting(self, known: Iterable[RecordedEvent]) -> Iterator[RecordedEvent]:
        """Of some events about an asset, those that were not wiped."""
        for each in known:
            key, partition = each.event.data["asset_key"], each.event.data.get("partition")
            wiped = max(self._wiped.get((key, None), 0), self._wiped.get((key, partition), 0))
            if each.id > wiped:
                yield each


def _passes(each: RecordedEvent, query: EventQuery) -> bool:
    event, data = each.event, each.event.data
    return (
        (query.kinds is None or event.kind in query.kinds)
        and query.run_id in (None, each.run_id)
        and query.asset_key in (None, data.get("asset_key"))
        and (query.partitions is None or data.get("partition") in query.partitions)
        and (query.ids is None or each.id in query.ids)
        and (query.job_names is None or each.job_name in query.job_names)
        and _between(each.id, query.after, query.before)
        and _between(event.at, query.after_at, query.before_at)
    )


def _run_passes(run: RecordedRun, query: RunQuery) -> bool:
    return (
        (query.run_ids is None or run.run_id in query.run_ids)
        and query.job_name in (None, run.job_name)
        and (query.statuses is None or run.status in query.statuses)
        and all(run.tags.get(name) in values for name, values in query.tags.items())
        and _between(run.created_at, query.created_after, query.created_before)
        and _between(run.updated_at, query.updated_after, query.updated_before)
    )


def _between(value: float, after: Optional[float], before: Optional[float]) -> bool:
    return (after is None or value > after) and (before is None or value < before)


def _first(found: Iterable[Any], limit: Optional[int]) -> Iterator[Any]:
    for count, each in enumerate(found):
        if limit is not None and count >= limit:
            return
        yield each
