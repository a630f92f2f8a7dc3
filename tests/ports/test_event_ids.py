"""Which events of a run pass a filter: one suite over every adapter of `ports.event_log`."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.ports.logs import Make, enqueued, event, journal, opened

from atoll_server.ports.event_log import EventFilter, NewEvent

FOUND: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1, 2, 3, 4, 5, 7]),
    ({"kinds": {"LOG", "RUN_ENQUEUED"}}, [1, 2, 3, 4]),
    ({"levels": {"DEBUG"}}, [1]),
    ({"levels": {"INFO"}}, [2, 4]),
    ({"levels": {"WARNING", "ERROR"}}, [3, 5, 7]),
    ({"levels": {"CRITICAL"}}, []),
    ({"step": "a"}, [2, 3, 5]),
    ({"step": "a", "levels": {"WARNING"}}, [3, 5]),
    ({"step": "nobody"}, []),
    ({"search": "wait"}, [1]),
    ({"search": "ÉTÉ"}, [2]),
    ({"search": "_FOR_"}, [5]),
    ({"search": "B"}, [4]),
    ({"search": "%"}, []),
    ({"search": "mine", "levels": {"INFO"}}, [4]),
]


def story() -> list[NewEvent]:
    """Events with the ids 1 to 7; the sixth is another run's."""
    return [
        enqueued("r1"),
        journal(1, message="un été", data={"level": "INFO"}),
        journal(2, message="hm", data={"level": "warning"}),
        journal(1, step="b", message="mine", data={"level": "MINE"}),
        journal(3, kind="STEP_UP_FOR_RETRY", message="again"),
        enqueued("r2"),
        event("r1", "RUN_FAILURE", message="no"),
    ]


@pytest.mark.parametrize(("where", "ids"), FOUND)
def test_ids_are_those_of_the_events_that_pass(
    make: Make, where: dict[str, Any], ids: list[int]
) -> None:
    async def look() -> None:
        async with opened(make) as log:
            await log.append(story())
            chosen = EventFilter(**where)
            assert await log.event_ids("r1", where=chosen) == ids
            later = [one for one in ids if one > 3]
            assert await log.event_ids("r1", after=3, where=chosen) == later
            assert [one.id for one in await log.events_of_ids(ids)] == ids

    asyncio.run(look())


def test_the_newest_event_of_a_run_tells_whether_there_is_one(make: Make) -> None:
    async def look() -> None:
        async with opened(make) as log:
            assert await log.newest_event("r1") is None
            await log.append(story())
            assert (await log.newest_event("r1"), await log.newest_event("r2")) == (7, 6)
            await log.erase_run("r1", 2)  # some of its events are left
            assert await log.newest_event("r1") is None
            assert await log.events_of_ids([1, 6]) == await log.events(run_id="r2")

    asyncio.run(look())
