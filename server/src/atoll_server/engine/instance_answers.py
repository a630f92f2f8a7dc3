"""What user code asks of the instance, answered from the event log.

It reads, and decides nothing. An answer reads a bounded number of rows; what would need more is
refused with a hint how to ask for less.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from atoll_server.ports.event_log import ABOUT_ASSETS, EventLog, StorageError, StoredEvent
from atoll_server.ports.runs import RunFilter, RunRecord
from atoll_wire import events as kinds
from atoll_wire.codec import MalformedMessage, from_wire, to_wire
from atoll_wire.events import ASSET_JOB, JournalEvent
from atoll_wire.failure import Failure
from atoll_wire.messages import InstanceAnswer, InstanceQuery
from atoll_wire.recorded import EventQuery, RecordedEvent, RecordedRun, RunQuery

MOST_READ = 20_000
"""So many rows at most are read for an answer."""
MOST_ROWS = 200
"""So many rows at most are in one."""
_PAGE = 500
_MOST_KEYS = 5000


_T = TypeVar("_T")


class _TooMuch(Exception):
    """An answer would read too much."""


class InstanceAnswers:
    """Answers questions about runs, events, assets and partitions."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    async def answer(self, query: InstanceQuery) -> InstanceAnswer:
        """The answer, or why there is none; it raises nothing."""
        answers = {
            "events": self._events,
            "runs": self._runs,
            "count_runs": self._count_runs,
            "assets": self._assets,
            "partitions": self._partitions,
            "dynamic_partitions": self._dynamic_partitions,
        }
        answer = answers.get(query.kind)
        if answer is None:
            failure = Failure("instance.not_here", f"this host cannot be asked for {query.kind}")
            return InstanceAnswer(query.id, failure=failure)
        try:
            return InstanceAnswer(query.id, await answer(query.arguments))
        except _TooMuch:
            failure = Failure(
                "instance.too_much",
                f"the answer would read more than {MOST_READ} rows of what is recorded",
                hint="ask for one run or asset, for newer events, or with a limit",
            )
        except StorageError as error:
            failure = Failure(error.code, str(error), hint=error.hint or None)
        except (MalformedMessage, KeyError, TypeError, ValueError) as error:
            failure = Failure("instance.not_understood", f"{query.kind}: {error!r}")
        return InstanceAnswer(query.id, failure=failure)

    # Events

    async def _events(self, arguments: dict[str, Any]) -> list[Any]:
        query = from_wire(EventQuery, arguments)
        limit = MOST_ROWS if query.limit is None else min(query.limit, MOST_ROWS)
        found: list[StoredEvent] = []
        async for event in _bounded(self._candidates(query)):
            if _passes(event, query) and await self._is_of_jobs(event, query):
                found.append(event)
                if len(found) >= limit:
                    break
        return await self._rows(found)

    async def _candidates(self, query: EventQuery) -> AsyncIterator[StoredEvent]:
        """Events among which are all that pass, in the order asked for."""
        if query.ids is not None:
            listed = await self._log.events_of_ids(query.ids)
            for event in listed if query.ascending else reversed(listed):
                yield event
        elif query.asset_key is not None and set(query.kinds or [""]) <= set(ABOUT_ASSETS):
            newest = self._of_asset(query.asset_key, query.kinds, query.before, query.after or 0)
            async for event in _turned(newest) if query.ascending else newest:
                yield event
        else:
            oldest = self._of_log(query)
            async for event in oldest if query.ascending else _turned(oldest):
                yield event

    async def _of_asset(
        self, key: str, wanted: list[str] | None, before: int | None, after: int
    ) -> AsyncIterator[StoredEvent]:
        """Events about an asset, newest first."""
        while True:
            page = await self._log.asset_events(key, before=before, limit=_PAGE, kinds=wanted)
            for event in page:
                if event.id <= after:
                    return
                yield event
            if len(page) < _PAGE:
                return
            before = page[-1].id

    async def _of_log(self, query: EventQuery) -> AsyncIterator[StoredEvent]:
        """Events of a run or of all, oldest first."""
        after = query.after or 0
        while True:
            page = await self._log.events(
                after=after, limit=_PAGE, run_id=query.run_id, kinds=query.kinds
            )
            for event in page:
                if query.before is not None and event.id >= query.before:
                    return
                yield event
            if len(page) < _PAGE:
                return
            after = page[-1].id

    async def _is_of_jobs(self, event: StoredEvent, query: EventQuery) -> bool:
        if query.job_names is None:
            return True
        return await self._job_of(event.run_id, {}) in query.job_names

    async def _job_of(self, run_id: str, known: dict[str, str]) -> str:
        if run_id not in known:
            run = await self._log.run(run_id) if run_id else None
            known[run_id] = "" if run is None else run.job or ASSET_JOB
        return known[run_id]

    async def _rows(self, found: list[StoredEvent]) -> list[Any]:
        jobs: dict[str, str] = {}
        return [await self._row(event, jobs) for event in found]

    async def _row(self, event: StoredEvent, jobs: dict[str, str]) -> Any:
        told = JournalEvent(event.seq or 0, event.kind, event.at, event.message, dict(event.data))
        job = await self._job_of(event.run_id, jobs)
        return to_wire(RecordedEvent(event.id, event.run_id, told, job, event.step))

    # Runs

    async def _runs(self, arguments: dict[str, Any]) -> list[Any]:
        query = from_wire(RunQuery, arguments)
        limit = MOST_ROWS if query.limit is None else min(query.limit, MOST_ROWS)
        is_newest_first = query.order_by == "id" and not query.ascending
        if query.run_ids is not None:
            listed = [await self._log.run(run_id) for run_id in query.run_ids[:MOST_ROWS]]
            runs = [run for run in listed if run is not None and _run_passes(run, query)]
        else:
            runs = []
            before = query.cursor if is_newest_first else None
            async for run in _bounded(self._listed(query, before)):
                if _run_passes(run, query):
                    runs.append(run)
                    if is_newest_first and len(runs) >= limit:
                        break
        if not is_newest_first or query.run_ids is not None:
            runs = _ordered(runs, query)
        return [to_wire(_recorded(run)) for run in runs[:limit]]

    async def _listed(self, query: RunQuery, before: str | None) -> AsyncIterator[RunRecord]:
        """Runs among which are all that pass, newest first."""
        where = RunFilter(
            statuses=query.statuses,
            job=None if query.job_name == ASSET_JOB else query.job_name,
            tags={name: values[0] for name, values in query.tags.items() if len(values) == 1},
            until=query.created_before,
        )
        while True:
            page = await self._log.runs(limit=_PAGE, before=before, where=where)
            for run in page:
                yield run
            if len(page) < _PAGE:
                return
            before = page[-1].run_id

    async def _count_runs(self, arguments: dict[str, Any]) -> int:
        query = from_wire(RunQuery, arguments)
        count = 0
        async for run in _bounded(self._listed(query, None)):
            count += _run_passes(run, query)
        return count

    # Assets

    async def _assets(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The newest event of a kind about each asset, since it was last wiped."""
        kind, keys = str(arguments["kind"]), arguments.get("keys")
        known = await self._log.assets(None if keys is None else keys[:MOST_ROWS])
        if keys is None:
            after, limit = arguments["after"], min(int(arguments["limit"]), MOST_ROWS)
            keys = sorted(key for key in known if key > after)[:limit]
        if kind == kinds.ASSET_MATERIALIZATION:
            ids = [known[key].event_id for key in keys if key in known]
            found = await self._log.events_of_ids(ids)
        else:
            found = []
            for key in keys:
                wanted = [kind, kinds.ASSET_WIPED]
                latest = await self._log.asset_events(key, limit=1, kinds=wanted)
                found += [event for event in latest if event.kind == kind]
        rows = await self._rows(found)
        return {event.data["asset_key"]: row for event, row in zip(found, rows, strict=True)}

    async def _partitions(self, arguments: dict[str, Any]) -> dict[str, int]:
        """The newest event of a kind about each partition, since the asset was last wiped."""
        kind, after = str(arguments["kind"]), arguments.get("after") or 0
        wanted, before = [kind, kinds.ASSET_WIPED], arguments.get("before")
        found: dict[str, int] = {}
        async for event in _bounded(self._of_asset(arguments["key"], wanted, before, after)):
            if event.kind == kinds.ASSET_WIPED:
                break
            partition = event.data.get("partition")
            if partition is not None:
                found.setdefault(partition, event.id)
        return dict(sorted(found.items(), key=lambda item: item[1]))

    async def _dynamic_partitions(self, arguments: dict[str, Any]) -> list[Any]:
        """Keys with their positions, in the order in which they were added."""
        limit = min(int(arguments["limit"]), _MOST_KEYS)
        after = int(arguments["after"])
        found = await self._log.dynamic_partitions(arguments["name"], after=after, limit=limit)
        return [list(each) for each in found]


async def _bounded(found: AsyncIterator[_T]) -> AsyncIterator[_T]:
    """The same, until it becomes too much."""
    count = 0
    async for each in found:
        count += 1
        if count > MOST_READ:
            raise _TooMuch
        yield each


async def _turned(found: AsyncIterator[StoredEvent]) -> AsyncIterator[StoredEvent]:
    """The other way round."""
    for event in reversed([event async for event in _bounded(found)]):
        yield event


def _between(value: float, after: float | None, before: float | None) -> bool:
    return (after is None or value > after) and (before is None or value < before)


def _passes(event: StoredEvent, query: EventQuery) -> bool:
    return (
        (query.kinds is None or event.kind in query.kinds)
        and query.run_id in (None, event.run_id)
        and query.asset_key in (None, event.data.get("asset_key"))
        and (query.partitions is None or event.data.get("partition") in query.partitions)
        and _between(event.id, query.after, query.before)
        and _between(event.at, query.after_at, query.before_at)
    )


def _run_passes(run: RunRecord, query: RunQuery) -> bool:
    return (
        (query.statuses is None or run.status in query.statuses)
        and query.job_name in (None, run.job or ASSET_JOB)
        and all(run.tags.get(name) in values for name, values in query.tags.items())
        and _between(run.created_at, query.created_after, query.created_before)
        and _between(_updated(run), query.updated_after, query.updated_before)
    )


def _updated(run: RunRecord) -> float:
    return run.ended_at or run.started_at or run.created_at


def _ordered(runs: list[RunRecord], query: RunQuery) -> list[RunRecord]:
    """The page of runs that begins after the query's cursor, in its order."""
    orders: dict[str, Callable[[RunRecord], Any]] = {
        "id": lambda run: run.run_id,
        "created_at": lambda run: run.created_at,
        "updated_at": _updated,
        "started_at": lambda run: run.started_at or 0,
        "ended_at": lambda run: run.ended_at or 0,
    }
    by = orders[query.order_by]
    runs = sorted(runs, key=lambda run: (by(run), run.run_id), reverse=not query.ascending)
    ids = [run.run_id for run in runs]
    return runs[ids.index(query.cursor) + 1 :] if query.cursor in ids else runs


def _recorded(run: RunRecord) -> RecordedRun:
    return RecordedRun(
        run.run_id,
        run.job or ASSET_JOB,
        run.status,
        run.created_at,
        _updated(run),
        run.started_at,
        run.ended_at,
        dict(run.tags),
        dict(run.config),
        list(run.assets) or None,
    )
