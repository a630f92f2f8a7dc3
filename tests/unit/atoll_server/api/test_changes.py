"""The stream of changes: what it tells, how often, and to whom."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from tests.unit.atoll_server.api.following import begun, event, failed, made, started

from atoll_server.api.stream import changes
from atoll_server.api.stream.changes import ChangeStream
from atoll_server.ports.event_log import LocationRecord, StorageError

NOTHING = {
    "runs": [],
    "assets": [],
    "has_new_catalog": False,
    "locations": False,
    "capacity": False,
}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "LEAST_S", 0.0)


def told(chunk: bytes) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in chunk.splitlines() if line.startswith(b"data: ")]


class Reader:
    """One stream."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.chunks: AsyncGenerator[bytes, None] = ChangeStream(site.context.changes).chunks()

    async def next(self) -> dict[str, Any]:
        (message,) = told(await asyncio.wait_for(anext(self.chunks), 5.0))
        return message

    async def after(self, *stored: Any) -> dict[str, Any]:
        """What is told of these events."""
        await self.site.log.append(stored)
        self.site.context.hub.ring()
        return await self.next()


def test_the_first_message_says_that_the_stream_is_connected(site: Any) -> None:
    async def scenario() -> Any:
        await site.log.append([made("a"), made("b")])
        reader = Reader(site)
        first = await anext(reader.chunks)
        await reader.chunks.aclose()
        return first

    first = site.do(scenario())
    assert first.startswith(b"retry: 1000\n\n")
    assert told(first) == [{"last_event_id": 2, **NOTHING}]


def test_runs_and_assets_that_have_changed_are_told(site: Any) -> None:
    async def scenario() -> None:
        reader = Reader(site)
        await reader.next()
        planned = await reader.after(*started(load=["a", "b"], sum=["c"]))
        assert (planned["runs"], sorted(planned["assets"])) == (["r1"], ["a", "b", "c"])
        assert planned["capacity"] is True
        assert (await reader.after(begun("load")))["assets"] == ["a", "b"]
        log = await reader.after(event("LOG", step="load", attempt=1, seq=1))
        assert log == {**NOTHING, "last_event_id": 5, "runs": ["r1"]}
        assert (await reader.after(made("a", "r2")))["assets"] == ["a"]
        assert (await reader.after(failed("load")))["assets"] == ["a", "b"]
        await reader.chunks.aclose()

    site.do(scenario())


def test_what_is_too_much_to_name_is_told_as_anything(site: Any) -> None:
    async def scenario() -> None:
        reader = Reader(site)
        await reader.next()
        many = await reader.after(*(made(f"a{n}", f"r{n}") for n in range(501)))
        assert (many["runs"], many["assets"]) == (None, None)
        few = await reader.after(*(made(f"a{n}", f"r{n % 100}") for n in range(500)))
        assert (len(few["runs"]), len(few["assets"])) == (100, 500)
        await reader.chunks.aclose()

    site.do(scenario())


def test_locations_the_catalog_and_settings_are_told_when_they_change(site: Any) -> None:
    async def scenario() -> None:
        reader = Reader(site)
        await reader.next()

        async def after(work: Any) -> dict[str, Any]:
            await work
            site.context.hub.ring()
            return await reader.next()

        loading = LocationRecord(name="shop", view={"status": "loading", "rss_bytes": 1})
        came = await after(site.log.save_location(loading))
        assert (came["locations"], came["has_new_catalog"], came["assets"]) == (True, True, None)
        grown = LocationRecord(name="shop", view={"status": "loading", "rss_bytes": 2})
        assert await after(site.log.save_location(grown)) == {
            **NOTHING,
            "last_event_id": 0,
            "locations": True,
        }
        limited = await after(site.log.save_settings({"max_concurrent_runs": 1}, 1.0))
        assert limited == {**NOTHING, "last_event_id": 0, "capacity": True}
        asked = await after(site.log.add_intent("launch_run", {"run_id": "r9"}, 1.0))
        assert (asked["runs"], asked["capacity"]) == (["r9"], True)
        await reader.chunks.aclose()

    site.do(scenario())


def test_what_happens_within_a_pause_comes_in_one_message(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "LEAST_S", 0.25)
    pausing, over = asyncio.Event(), asyncio.Event()
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)
        pausing.set()
        await over.wait()

    monkeypatch.setattr(site.context.hub, "pause", pause)

    async def scenario() -> Any:
        reader = Reader(site)
        await reader.next()
        first = await reader.after(made("a", "r1"))
        await pausing.wait()
        for key in "bcd":
            await site.log.append([made(key, "r2")])
            site.context.hub.ring()
        over.set()
        second = await reader.next()
        await reader.chunks.aclose()
        return first, second

    first, second = site.do(scenario())
    assert first["assets"] == ["a"]
    assert (second["runs"], second["assets"]) == (["r2"], ["b", "c", "d"])
    assert set(paused) == {0.25}


def test_many_readers_cost_one_look(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    notes = site.log.notes

    async def counting(**query: Any) -> Any:
        looks.append(query["after"])
        return await notes(**query)

    monkeypatch.setattr(site.log, "notes", counting)

    async def scenario() -> Any:
        readers = [Reader(site) for _ in range(20)]
        await asyncio.gather(*(reader.next() for reader in readers))
        await site.log.append([made("a")])
        site.context.hub.ring()
        found = await asyncio.gather(*(reader.next() for reader in readers))
        for reader in readers:
            await reader.chunks.aclose()
        return found

    assert [one["assets"] for one in site.do(scenario())] == [["a"]] * 20
    assert looks.count(0) == 1, "the same events were read more than once"


def test_a_reader_who_is_slow_is_told_everything_at_once(site: Any) -> None:
    async def scenario() -> Any:
        slow, quick = Reader(site), Reader(site)
        await slow.next()
        await quick.next()
        for n in range(40):
            await quick.after(made(f"a{n}"))
        late = await slow.next()
        next_one = await slow.after(made("b"))
        await slow.chunks.aclose()
        await quick.chunks.aclose()
        return late, next_one

    late, next_one = site.do(scenario())
    assert (late["runs"], late["assets"], late["locations"]) == (None, None, True)
    assert (late["last_event_id"], next_one["assets"]) == (40, ["b"])


def test_nobody_looks_when_nobody_watches_and_later_readers_begin_anew(site: Any) -> None:
    async def scenario() -> Any:
        first = Reader(site)
        await first.next()
        await first.chunks.aclose()
        assert len(asyncio.all_tasks()) == 1, "somebody still looks"
        await site.log.append([made("a")])
        second = Reader(site)
        connected = await second.next()
        changed = await second.after(made("b"))
        await second.chunks.aclose()
        return connected, changed

    connected, changed = site.do(scenario())
    assert connected == {**NOTHING, "last_event_id": 1}
    assert changed["assets"] == ["b"]


def test_streams_end_when_the_host_stops(site: Any) -> None:
    async def scenario() -> Any:
        reader = Reader(site)
        await reader.next()
        waiting = asyncio.ensure_future(anext(reader.chunks, None))
        await asyncio.sleep(0)
        site.context.hub.close()
        return await asyncio.wait_for(waiting, 5.0)

    assert site.do(scenario()) in (None, b"event: still\ndata: {}\n\n")


def test_storage_in_trouble_is_waited_for(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "_TROUBLE_S", 0.0)
    troubles = [StorageError("locked", code="storage.locked")] * 2
    position = site.log.position

    async def stumbling() -> Any:
        if site.log.is_stumbling and troubles:
            raise troubles.pop()
        return await position()

    site.log.is_stumbling = False
    monkeypatch.setattr(site.log, "position", stumbling)

    async def scenario() -> Any:
        reader = Reader(site)
        await reader.next()
        site.log.is_stumbling = True
        site.context.hub.poll_s = 0.001
        changed = await reader.after(made("a"))
        await reader.chunks.aclose()
        return changed

    assert site.do(scenario())["assets"] == ["a"]
    assert troubles == []
