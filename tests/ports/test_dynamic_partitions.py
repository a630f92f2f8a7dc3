"""Keys of dynamic partitions definitions, as every adapter of the event log keeps them."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.ports.logs import Make, event, journal, opened

from atoll_server.ports.event_log import EventLog, NewEvent


def changed(seq: int, name: str = "regions", **data: Any) -> NewEvent:
    kind = "DYNAMIC_PARTITIONS_CHANGED"
    return journal(seq, kind=kind, data={"name": name, "add": [], "delete": [], **data})


async def keys(log: EventLog, name: str = "regions", **page: int) -> list[str]:
    return [key for _, key in await log.dynamic_partitions(name, **page)]


def test_keys_stand_in_the_order_in_which_they_were_added(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([changed(1, add=["us", "eu"]), changed(2, "other", add=["x"])])
            await log.append([changed(3, add=["asia", "us"]), changed(4, delete=["us", "mars"])])
            await log.append([changed(5, add=["us"])])

            assert await keys(log) == ["eu", "asia", "us"]
            assert await keys(log, "other") == ["x"]
            assert await keys(log, "nothing") == []
            (first,) = await log.dynamic_partitions("regions", limit=1)
            assert first[1] == "eu"
            assert await keys(log, after=first[0]) == ["asia", "us"]

    asyncio.run(story())


def test_an_event_that_comes_twice_changes_keys_once(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([changed(1, add=["eu"]), changed(2, delete=["eu"])])
            await log.append([changed(1, add=["eu"])])

            assert await keys(log) == []

    asyncio.run(story())


def test_keys_outlive_the_run_that_added_them(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([event("r1", "RUN_ENQUEUED"), changed(1, add=["eu"])])
            await log.append([event("r1", "RUN_SUCCESS")])
            await log.erase_run("r1", 100)

            assert await log.events(run_id="r1") == []
            assert await keys(log) == ["eu"]

    asyncio.run(story())


def test_what_is_no_change_changes_nothing(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([changed(1, add="eu", delete=None), changed(2, add=[1, "us"])])

            assert await keys(log) == ["us"]

    asyncio.run(story())
