"""What a web without an engine shows of locations, and where its reloads go."""

from __future__ import annotations

import asyncio
from typing import Any

from atoll_server.adapters.event_log.described import DescribedEventLog
from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.ports.event_log import LocationRecord

LOADED = {"status": "loaded", "pid": 7, "generation": 3, "stale": False}


class Logs:
    """The storage as an engine left it, a describer's log, and both together."""

    def __init__(self) -> None:
        self.stored, self.described = MemoryEventLog(), MemoryEventLog()
        self.log = DescribedEventLog(self.stored)

    async def fill(self) -> None:
        await self.stored.save_location(
            LocationRecord(name="shop", view=LOADED, snapshot_hash="stored")
        )
        await self.stored.save_location(LocationRecord(name="new", view={"status": "failed"}))
        await self.stored.save_snapshot("stored", "as stored")
        await self.described.save_location(
            LocationRecord(name="shop", view={"status": "loading"}, snapshot_hash="other")
        )
        await self.described.save_snapshot("other", "as described")

    async def views(self) -> dict[str, Any]:
        return {record.name: record.view for record in await self.log.locations()}


def test_beside_an_engine_everything_is_the_storages() -> None:
    async def story() -> None:
        logs = Logs()
        await logs.fill()
        assert (await logs.views())["shop"] == LOADED
        await logs.log.add_intent("reload_location", {"name": "shop"}, 1.0)
        assert [i.kind for i in await logs.stored.intents()] == ["reload_location"]

    asyncio.run(story())


def test_without_anybody_locations_are_shown_as_last_seen_and_marked() -> None:
    async def story() -> None:
        logs = Logs()
        await logs.fill()
        logs.log.is_attended = False
        views = await logs.views()
        shop, new = views["shop"], views["new"]
        assert (shop["status"], shop["pid"], shop["stale"]) == ("unloaded", None, True)
        assert shop["generation"] == 3
        assert (new["status"], new["stale"]) == ("unloaded", False)
        assert await logs.log.snapshot("stored") == "as stored"

    asyncio.run(story())


def test_a_describer_tells_of_locations_and_takes_reloads_but_no_runs() -> None:
    async def story() -> None:
        logs = Logs()
        await logs.fill()
        logs.log.is_attended, logs.log.describer = False, logs.described
        assert await logs.views() == {"shop": {"status": "loading"}}
        assert await logs.log.snapshot("other") == "as described"
        assert await logs.log.snapshot("stored") == "as stored"

        await logs.log.add_intent("reload_location", {"name": "shop"}, 1.0)
        await logs.log.add_intent("launch_run", {"run_id": "r1"}, 1.0)
        assert [i.kind for i in await logs.described.intents()] == ["reload_location"]
        assert [i.kind for i in await logs.stored.intents()] == ["launch_run"]

    asyncio.run(story())
