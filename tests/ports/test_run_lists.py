"""Which runs pass a filter, and how many do: one suite over every adapter of `ports.event_log`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from tests.ports.logs import Make, enqueued, event, opened

from atoll_server.ports.event_log import ALL_RUNS, EventLog, NewEvent, RunFilter


async def ids_of(
    log: EventLog, where: RunFilter = ALL_RUNS, limit: int = 100, before: str | None = None
) -> list[str]:
    return [run.run_id for run in await log.runs(limit=limit, before=before, where=where)]


def test_runs_are_listed_newest_first_in_pages(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            for run_id in ("r1", "r2", "r3", "r4"):
                await log.append([enqueued(run_id)])
            await log.append([event("r2", "RUN_SUCCESS"), event("r4", "RUN_START")])

            async def ids(limit: int = 100, before: str | None = None, **where: Any) -> list[str]:
                return await ids_of(log, RunFilter(**where), limit, before)

            assert await ids() == ["r4", "r3", "r2", "r1"]
            assert await ids(limit=2) == ["r4", "r3"]
            assert await ids(limit=2, before="r3") == ["r2", "r1"]
            assert await ids(statuses=["QUEUED", "SUCCESS"]) == ["r3", "r2", "r1"]
            assert await ids(statuses=["QUEUED"], before="r3") == ["r1"]
            assert await ids(before="unknown") == []
            assert await log.unfinished_runs() == ["r1", "r3", "r4"]

    asyncio.run(story())


def test_runs_of_a_job_are_listed_apart(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            for run_id, job in (
                ("r1", "nightly"),
                ("r2", None),
                ("r3", "weekly"),
                ("r4", "nightly"),
            ):
                data = {} if job is None else {"job_name": job, "job_location": None}
                await log.append([event(run_id, "RUN_ENQUEUED", data=data)])
            await log.append([event("r1", "RUN_SUCCESS"), event("r2", "RUN_SUCCESS")])

            async def ids(limit: int = 100, before: str | None = None, **where: Any) -> list[str]:
                return await ids_of(log, RunFilter(**where), limit, before)

            assert [run.job for run in await log.runs()] == ["nightly", "weekly", None, "nightly"]
            assert await ids(job="nightly") == ["r4", "r1"]
            assert await ids(job="nightly", limit=1) == ["r4"]
            assert await ids(job="nightly", before="r4") == ["r1"]
            assert await ids(job="nightly", statuses=["SUCCESS"]) == ["r1"]
            assert await ids(job="yearly") == []

    asyncio.run(story())


def test_runs_are_found_by_their_tags(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            for number, tags in enumerate([{"a": "1"}, {"a": "1", "b": "2"}, {"a": "2"}, {}]):
                await log.append([enqueued(f"r{number}", tags=tags)])
            await log.append([event("r0", "RUN_SUCCESS")])

            async def ids(tags: dict[str, str], before: str | None = None, **where: Any) -> Any:
                return await ids_of(log, RunFilter(tags=tags, **where), before=before)

            assert await ids({"a": "1"}) == ["r1", "r0"]
            assert await ids({"a": "1", "b": "2"}) == await ids({"b": "2", "a": "1"}) == ["r1"]
            assert await ids({"a": "3"}) == []
            assert await ids({}) == ["r3", "r2", "r1", "r0"]
            assert await ids({"a": "1"}, statuses=["QUEUED"]) == ["r1"]
            assert await ids({"a": "1"}, before="r1") == ["r0"]
            await log.erase_run("r1", 10)
            await log.append([enqueued("r5")])  # may take over the erased run's place
            assert await ids({"a": "1"}) == ["r0"]

    asyncio.run(story())


def planned(*steps: tuple[Sequence[str], str]) -> dict[str, Any]:
    return {"plan": {"steps": [{"assets": list(keys), "location": name} for keys, name in steps]}}


def run(
    run_id: str,
    *steps: tuple[Sequence[str], str],
    asked: float = 1.0,
    end: float | None = None,
    status: str = "SUCCESS",
    **data: Any,
) -> list[NewEvent]:
    """The events of a run with these steps, which has ended where `end` is said."""
    events = [enqueued(run_id, at=asked, **data)]
    if steps:
        events.append(event(run_id, "RUN_STARTING", data=planned(*steps)))
        events.append(event(run_id, "RUN_START"))
    return events if end is None else [*events, event(run_id, f"RUN_{status}", at=end)]


def test_runs_are_found_by_what_they_make_and_where(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            shop, bank = (["a", "b"], "shop"), (["c"], "bank")
            await log.append(run("r1", shop, end=2.0))
            await log.append(run("r2", shop, bank, end=3.0, status="FAILURE"))
            await log.append(run("r3", bank))
            await log.append(run("r4"))

            async def ids(limit: int = 9, before: str | None = None, **where: Any) -> list[str]:
                return await ids_of(log, RunFilter(**where), limit, before)

            assert await ids(asset="a") == ["r2", "r1"]
            assert await ids(asset="c") == ["r3", "r2"]
            assert await ids(asset="c", limit=1, before="r3") == ["r2"]
            assert await ids(asset="a", statuses=["FAILURE"]) == ["r2"]
            assert await ids(asset="c", statuses=["STARTED"]) == ["r3"]
            assert await ids(asset="nothing") == []
            assert await ids(locations=["shop"]) == ["r2", "r1"]
            assert await ids(locations=["shop", "bank"]) == ["r3", "r2", "r1"]
            assert await ids(locations=["bank"], asset="a") == ["r2"]
            assert await ids(locations=["moon"]) == []

    asyncio.run(story())


def test_a_run_that_follows_an_erased_one_has_not_made_what_that_has(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append(run("r1", (["a"], "shop"), end=2.0, tags={"team": "x"}))
            await log.erase_run("r1", 10)
            await log.append(run("r2", (["b"], "bank"), end=2.0))
            for where in ({"asset": "a"}, {"locations": ["shop"]}, {"tags": {"team": "x"}}):
                assert await ids_of(log, RunFilter(**where)) == []
            assert await ids_of(log, RunFilter(asset="b")) == ["r2"]

    asyncio.run(story())


def test_runs_are_found_by_their_partition(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append(run("r1", end=2.0, partition="monday"))
            await log.append(run("r2", partition="monday", job="nightly", job_name="nightly"))
            await log.append(run("r3", partition="tuesday"))
            assert await ids_of(log, RunFilter(partition="monday")) == ["r2", "r1"]
            assert await ids_of(log, RunFilter(partition="monday", job="nightly")) == ["r2"]

    asyncio.run(story())


def test_runs_of_a_time_are_those_that_were_under_way_in_it(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append(run("long", asked=1.0, end=50.0))
            await log.append(run("early", asked=2.0, end=3.0))
            await log.append(run("within", asked=20.0, end=21.0, status="FAILURE"))
            await log.append(run("late", asked=40.0, end=41.0))
            await log.append(run("open", asked=45.0))

            async def ids(**where: Any) -> list[str]:
                return await ids_of(log, RunFilter(**where))

            assert await ids(since=10.0, until=30.0) == ["within", "long"]
            assert await ids(since=3.0, until=3.0) == ["early", "long"]
            assert await ids(since=41.5) == ["open", "long"]
            assert await ids(until=2.0) == ["early", "long"]
            assert await ids(until=0.5) == []
            assert await ids(since=10.0, until=30.0, statuses=["FAILURE"]) == ["within"]
            assert await ids(since=99.0) == ["open"]

    asyncio.run(story())


def test_a_clock_that_is_set_back_hides_no_run(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            for run_id, asked in (("r1", 10.0), ("r2", 60.0), ("r3", 20.0), ("r4", 70.0)):
                await log.append(run(run_id, asked=asked, end=asked + 1.0))
            assert await ids_of(log, RunFilter(until=30.0)) == ["r3", "r1"]
            assert await ids_of(log, RunFilter(until=60.0)) == ["r3", "r2", "r1"]
            assert await ids_of(log, RunFilter(since=60.5)) == ["r4", "r2"]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("01ab", ["01ab-2", "01ab-1"]),
        ("01AB-1", ["01ab-1"]),
        ("01a", []),
        ("b-1", []),
        ("NIGHT", ["01ab-2", "00ff-1"]),
        ("ly_f", ["00ff-1"]),
        ("étÉ", ["0cde-1"]),
        ("%", []),
    ],
)
def test_runs_are_found_by_the_beginning_of_their_id_or_their_jobs_name(
    make: Make, search: str, found: list[str]
) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append(run("01ab-1", end=2.0))
            await log.append(run("00ff-1", job_name="nightly_full"))
            await log.append(run("01ab-2", job_name="Nightly"))
            await log.append(run("0cde-1", job_name="rapport_d_été"))
            assert await ids_of(log, RunFilter(search=search)) == found
            here = RunFilter(search=search, statuses=["QUEUED"])
            assert await ids_of(log, here) == [one for one in found if one != "01ab-1"]

    asyncio.run(story())


def test_an_id_and_a_jobs_name_that_both_match_give_the_run_once(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append(run("dead-1", job_name="deadline"))
            assert await ids_of(log, RunFilter(search="dead")) == ["dead-1"]
            assert await log.count_runs(9, RunFilter(search="dead")) == {"QUEUED": 1}

    asyncio.run(story())


def test_lists_tell_the_first_assets_of_a_run_and_their_number(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            keys = [f"a{number}" for number in range(30)]
            await log.append(run("r1", (keys, "shop")))
            (listed,) = await log.runs()
            assert (listed.assets, listed.asset_count) == (tuple(keys[:20]), 30)
            assert listed.locations == ("shop",)
            whole = await log.run("r1")
            assert whole is not None
            assert whole.assets == tuple(keys)
            await log.append([event("r1", "RUN_SUCCESS")])
            assert await ids_of(log, RunFilter(asset="a29")) == ["r1"]
            assert await log.check() == []

    asyncio.run(story())


def test_runs_are_counted_by_status_up_to_a_bound(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            both = [(["a"], "shop"), (["b"], "bank")]
            for number in range(5):
                await log.append(run(f"r{number}", *both, end=2.0, tags={"team": "x"}))
            await log.append(run("r5", *both, end=2.0, status="FAILURE"))
            await log.append(run("r6", *both))
            everything = {"SUCCESS": 5, "FAILURE": 1, "STARTED": 1}
            assert await log.count_runs(9) == everything
            assert await log.count_runs(3) == {"SUCCESS": 3, "FAILURE": 1, "STARTED": 1}
            assert await log.count_runs(9, RunFilter(locations=["shop", "bank"])) == everything
            assert await log.count_runs(9, RunFilter(asset="a")) == everything
            assert await log.count_runs(9, RunFilter(tags={"team": "x"})) == {"SUCCESS": 5}
            assert await log.count_runs(9, RunFilter(until=0.0)) == {}

    asyncio.run(story())
