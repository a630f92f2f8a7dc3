"""The live stream: where it begins, what it carries, how it ends."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from atoll_server.api.stream.hub import Hub
from atoll_server.api.stream.sse import EventStream, last_event_id
from atoll_server.ports.event_log import LocationRecord, NewEvent


def events(count: int, run_id: str = "r") -> list[NewEvent]:
    return [NewEvent(run_id=run_id, kind="LOG", at=0.0, message=str(n)) for n in range(count)]


def messages(chunk: bytes) -> list[Any]:
    return [json.loads(line[6:]) for line in chunk.splitlines() if line.startswith(b"data: ")]


def test_a_stream_begins_after_its_cursor_and_goes_on_live(site: Any) -> None:
    async def scenario() -> list[int]:
        await site.log.append(events(3))
        chunks = EventStream(site.context, after=1, run_id="r").chunks()
        assert await anext(chunks) == b"retry: 1000\n\n"
        stored = await anext(chunks)
        waiting = asyncio.ensure_future(anext(chunks))
        await site.log.append(events(1) + events(1, run_id="other"))
        site.context.hub.ring()
        live = await waiting
        assert b"id: 2\ndata: " in stored
        return [event["id"] for event in messages(stored) + messages(live)]

    assert site.do(scenario()) == [2, 3, 4]


def test_without_a_cursor_only_what_is_new_comes(site: Any) -> None:
    async def scenario() -> list[Any]:
        await site.log.append(events(5))
        await site.log.save_location(LocationRecord(name="shop", view={"status": "loaded"}))
        chunks = EventStream(site.context, after=None).chunks()
        await anext(chunks)
        first = await anext(chunks)
        assert first.startswith(b"event: locations\ndata: ")
        await site.log.append(events(1))
        site.context.hub.ring()
        return [messages(first)[0]["items"][0]["name"], messages(await anext(chunks))[0]["id"]]

    assert site.do(scenario()) == ["shop", 6]


def test_a_location_is_told_when_it_changes_and_only_then(site: Any) -> None:
    async def scenario() -> list[str]:
        statuses = []
        await site.log.save_location(LocationRecord(name="shop", view={"status": "loading"}))
        chunks = EventStream(site.context, after=0).chunks()
        await anext(chunks)
        statuses.append(messages(await anext(chunks))[0]["items"][0]["status"])
        await site.log.append(events(1))
        site.context.hub.ring()
        assert b"locations" not in await anext(chunks)
        await site.log.save_location(LocationRecord(name="shop", view={"status": "loaded"}))
        site.context.hub.ring()
        statuses.append(messages(await anext(chunks))[0]["items"][0]["status"])
        return statuses

    assert site.do(scenario()) == ["loading", "loaded"]


def test_a_stream_ends_when_the_host_stops(site: Any) -> None:
    async def scenario() -> bytes:
        task = asyncio.ensure_future(_collect(EventStream(site.context, after=0, run_id="r")))
        await asyncio.sleep(0)
        site.context.hub.close()
        return await task

    assert site.do(scenario()) == b"retry: 1000\n\n"


async def _collect(stream: EventStream) -> bytes:
    return b"".join([chunk async for chunk in stream.chunks()])


def test_long_histories_come_in_pages_without_gaps(site: Any) -> None:
    async def scenario() -> list[int]:
        await site.log.append(events(1200))
        chunks = EventStream(site.context, after=0, run_id="r").chunks()
        await anext(chunks)
        found: list[int] = []
        while len(found) < 1200:
            found += [event["id"] for event in messages(await anext(chunks))]
        return found

    assert site.do(scenario()) == list(range(1, 1201))


@pytest.mark.parametrize("count", [0, 1, 2, 1023, 1024, 1025, 5000])
def test_the_newest_event_is_found_without_reading_all(count: int, site: Any) -> None:
    async def scenario() -> int:
        await site.log.append(events(count))
        return await last_event_id(site.context)

    assert site.do(scenario()) == count


def test_a_ring_between_reading_and_waiting_is_not_missed() -> None:
    async def scenario() -> None:
        hub = Hub()
        version = hub.version
        hub.ring()
        await asyncio.wait_for(hub.wait(version, 3600.0), 5.0)

    asyncio.run(scenario())


def test_a_last_event_id_that_is_none_is_refused(site: Any) -> None:
    answer = site.ask("GET", "/api/v1/events", headers={"last-event-id": "x"})

    assert (answer.status, answer.json["code"]) == (400, "request.invalid")
