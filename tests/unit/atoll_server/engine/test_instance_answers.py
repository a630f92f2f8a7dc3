"""What the host answers when user code asks the instance, whatever the question."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.core.event import NewEvent
from atoll_server.engine import instance_answers
from atoll_server.engine.instance_answers import InstanceAnswers
from atoll_wire.codec import from_wire, to_wire
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import InstanceQuery
from atoll_wire.recorded import EventQuery, RecordedEvent, RecordedRun, RunQuery

KEY = AttemptKey("r0", "s", 1)


def on_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Execute an async test."""

    @functools.wraps(test)
    def story(*arguments: Any, **named: Any) -> None:
        asyncio.run(test(*arguments, **named))

    return story


def made(run: str, asset: str, at: float, kind: str = "ASSET_MATERIALIZATION", **data: Any) -> Any:
    data = {"asset_key": asset, "metadata": {}, **data}
    return NewEvent(run_id=run, kind=kind, at=at, data=data, step="s")


def run_of(run: str, at: float, end: str = "", **data: Any) -> list[NewEvent]:
    """The events of a run that was enqueued and, perhaps, has ended."""
    told = [NewEvent(run_id=run, kind="RUN_ENQUEUED", at=at, data=data)]
    return [*told, NewEvent(run_id=run, kind=end, at=at + 1)] if end else told


async def answers(*events: NewEvent) -> InstanceAnswers:
    log = MemoryEventLog()
    await log.open()
    await log.append(list(events))
    return InstanceAnswers(log)


async def ask(answers: InstanceAnswers, kind: str, arguments: Any) -> Any:
    answer = await answers.answer(InstanceQuery(7, KEY, kind, to_wire(arguments)))
    assert answer.id == 7
    assert answer.failure is None, answer.failure
    return answer.value


async def events(given: InstanceAnswers, **query: Any) -> list[RecordedEvent]:
    rows = await ask(given, "events", EventQuery(**query))
    return [from_wire(RecordedEvent, row) for row in rows]


async def runs(given: InstanceAnswers, **query: Any) -> list[str]:
    rows = await ask(given, "runs", RunQuery(**query))
    return [from_wire(RecordedRun, row).run_id for row in rows]


@on_loop
async def test_events_pass_what_is_asked_of_them() -> None:
    given = await answers(
        *run_of("r1", 0.0, job_name="nightly"),
        made("r1", "a", 1.0, partition="x"),
        made("r1", "b", 2.0),
        made("r1", "a", 3.0, partition="y"),
        *run_of("r2", 4.0),
        made("r2", "a", 5.0, partition="x"),
    )
    kind = ["ASSET_MATERIALIZATION"]

    newest = await events(given, kinds=kind, asset_key="a")
    assert [event.event.at for event in newest] == [5.0, 3.0, 1.0]
    assert [event.job_name for event in newest] == ["__ASSET_JOB", "nightly", "nightly"]
    oldest = await events(given, kinds=kind, asset_key="a", ascending=True, limit=2)
    assert [event.event.at for event in oldest] == [1.0, 3.0]
    assert [e.event.at for e in await events(given, kinds=kind, limit=2)] == [5.0, 3.0]
    found = await events(given, kinds=kind, asset_key="a", partitions=["x"], before_at=5.0)
    assert [event.event.at for event in found] == [1.0]
    found = await events(given, kinds=kind, job_names=["nightly"], after=oldest[0].id)
    assert [event.event.at for event in found] == [3.0, 2.0]
    found = await events(given, run_id="r1", ascending=True)
    assert [event.event.kind for event in found][:2] == ["RUN_ENQUEUED", kind[0]]
    assert [e.id for e in await events(given, ids=[oldest[0].id, 999])] == [oldest[0].id]


@on_loop
async def test_runs_pass_what_is_asked_of_them() -> None:
    given = await answers(
        *run_of("01", 0.0, "RUN_SUCCESS", job_name="nightly", tags={"n": "1"}),
        *run_of("02", 10.0, "RUN_FAILURE", tags={"n": "2"}),
        *run_of("03", 20.0, "RUN_SUCCESS", job_name="nightly", tags={"n": "2"}),
    )

    assert await runs(given) == ["03", "02", "01"]
    assert await runs(given, limit=1, cursor="03") == ["02"]
    assert await runs(given, statuses=["SUCCESS"], ascending=True) == ["01", "03"]
    assert await runs(given, ascending=True, cursor="01") == ["02", "03"]
    assert await runs(given, job_name="__ASSET_JOB") == ["02"]
    assert await runs(given, tags={"n": ["1", "2"]}, updated_after=5.0) == ["03", "02"]
    assert await runs(given, order_by="ended_at", created_before=15.0) == ["02", "01"]
    assert await runs(given, run_ids=["02", "nothing"]) == ["02"]
    assert await ask(given, "count_runs", RunQuery(job_name="nightly")) == 2


@on_loop
async def test_what_was_wiped_is_not_told_of_assets() -> None:
    given = await answers(
        *run_of("r1", 0.0),
        made("r1", "a", 1.0, partition="x"),
        made("r1", "b", 2.0),
        made("r1", "b", 3.0, "ASSET_OBSERVATION"),
        made("", "a", 4.0, "ASSET_WIPED"),
        made("r1", "a", 5.0, partition="y"),
        made("r1", "c", 6.0),
        made("", "c", 7.0, "ASSET_WIPED"),
    )
    kind = "ASSET_MATERIALIZATION"

    rows = await ask(given, "assets", {"kind": kind, "keys": ["a", "c", "d"]})
    assert {key: row["event"]["at"] for key, row in rows.items()} == {"a": 5.0}
    rows = await ask(given, "assets", {"kind": kind, "after": "", "limit": 1})
    assert list(rows) == ["a"]
    rows = await ask(given, "assets", {"kind": kind, "after": "a", "limit": 9})
    assert list(rows) == ["b"]
    rows = await ask(given, "assets", {"kind": "ASSET_OBSERVATION", "keys": ["a", "b"]})
    assert {key: row["event"]["at"] for key, row in rows.items()} == {"b": 3.0}
    assert list(await ask(given, "partitions", {"kind": kind, "key": "a"})) == ["y"]


@on_loop
async def test_keys_of_dynamic_partitions_come_in_pages() -> None:
    data = {"name": "regions", "add": ["eu", "us"], "delete": []}
    given = await answers(
        NewEvent(run_id="r1", kind="DYNAMIC_PARTITIONS_CHANGED", at=1.0, data=data)
    )

    rows = await ask(given, "dynamic_partitions", {"name": "regions", "after": 0, "limit": 1})
    assert rows == [[1, "eu"]]
    rows = await ask(given, "dynamic_partitions", {"name": "regions", "after": 1, "limit": 9})
    assert rows == [[2, "us"]]


@on_loop
async def test_an_answer_reads_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance_answers, "MOST_READ", 3)
    given = await answers(*run_of("r1", 0.0), *(made("r1", "a", float(n)) for n in range(5)))
    query = EventQuery(asset_key="a", kinds=["ASSET_MATERIALIZATION"], partitions=["z"])

    answer = await given.answer(InstanceQuery(1, KEY, "events", to_wire(query)))

    assert answer.failure is not None
    assert answer.failure.code == "instance.too_much"
    assert len(await events(given, asset_key="a", kinds=query.kinds, limit=2)) == 2


@pytest.mark.parametrize(
    ("kind", "arguments", "code"),
    [
        ("weather", {}, "instance.not_here"),
        ("assets", {}, "instance.not_understood"),
        ("runs", {"order_by": "name"}, "instance.not_understood"),
    ],
)
@on_loop
async def test_what_cannot_be_answered_is_told(kind: str, arguments: Any, code: str) -> None:
    given = await answers()

    answer = await given.answer(InstanceQuery(1, KEY, kind, arguments))

    assert answer.failure is not None
    assert answer.failure.code == code
