"""What those who follow an event log ask of it, over every adapter."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.ports.logs import Make, ended, enqueued, event, journal, made, opened, wiped

from atoll_server.ports.event_log import NewEvent


def observed(run_id: str, key: str, kind: str = "ASSET_OBSERVATION") -> NewEvent:
    return event(run_id, kind, data={"asset_key": key, "metadata": {"rows": 1}})


def test_what_has_happened_to_an_asset_is_read_newest_first(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            check = observed("r2", "a", "ASSET_CHECK_EVALUATION")
            await log.append([made("r1", "a"), observed("r1", "a"), made("r1", "b", 2)])
            await log.append([check, wiped("a"), observed("r3", "a"), journal(1, run_id="r3")])

            async def found(**query: Any) -> list[int]:
                return [one.id for one in await log.asset_events("a", **query)]

            assert await found() == [6, 5, 4, 2, 1]
            assert await found(limit=2) == [6, 5]
            assert await found(before=5, limit=2) == [4, 2]
            assert await found(kinds=["ASSET_OBSERVATION"]) == [6, 2]
            assert await found(kinds=["ASSET_MATERIALIZATION", "ASSET_OBSERVATION"]) == [6, 2, 1]
            assert (await log.asset_events("a"))[-1].data["metadata"] == {"by": "r1"}
            assert await log.asset_events("c") == []

    asyncio.run(story())


def test_an_observation_makes_nothing_and_unmakes_nothing(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([made("r1", "a"), observed("r2", "a"), made("r3", "a")])
            assert (await log.assets())["a"].run_id == "r3"
            await log.erase_run("r3", 10)
            assert (await log.assets())["a"].run_id == "r1"
            await log.append([observed("r4", "b"), event(kind="ASSET_OBSERVATION")])
            assert list(await log.assets()) == ["a"]
            assert [f for f in await log.check() if "asset" in f.message] == []

    asyncio.run(story())


def planned(run_id: str, **steps: list[str]) -> NewEvent:
    listed = [{"key": key, "assets": assets} for key, assets in steps.items()]
    return event(run_id, "RUN_STARTING", data={"plan": {"steps": listed}})


def failed(run_id: str, step: str, attempt: int = 1, seq: int | None = None) -> NewEvent:
    return event(run_id, "STEP_FAILURE", step=step, attempt=attempt, seq=seq)


def test_a_failed_step_is_noted_of_each_of_its_assets(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([enqueued("r1"), planned("r1", load=["a", "b"], clean=["c"])])
            await log.append([enqueued("r2"), planned("r2", load=["a"])])
            (first,) = await log.append([failed("r1", "load", seq=9)])
            (second,) = await log.append([failed("r2", "load")])

            found = await log.failures()
            assert {key: (one.run_id, one.event_id) for key, one in found.items()} == {
                "a": ("r2", second.id),
                "b": ("r1", first.id),
            }
            await log.append([made("r3", "a"), wiped("b"), failed("r2", "unplanned")])
            assert list(await log.failures()) == ["a"]
            await log.erase_run("r2", 10)
            assert await log.failures() == {}

    asyncio.run(story())


def test_what_an_attempt_says_after_the_next_has_begun_is_no_failure(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([enqueued("r1"), planned("r1", load=["a"])])
            await log.append(
                [
                    event("r1", "STEP_WORKER_STARTING", step="load", attempt=1),
                    event("r1", "STEP_WORKER_STARTING", step="load", attempt=2),
                    failed("r1", "load", attempt=1, seq=3),
                ]
            )
            assert await log.failures() == {}
            await log.append([failed("r1", "load", attempt=2, seq=3)])
            assert list(await log.failures()) == ["a"]

    asyncio.run(story())


def test_notes_tell_what_events_are_about_without_what_they_say(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            await log.append([enqueued("r1"), journal(1, step="load"), made("r2", "a")])

            first, second, third = await log.notes()
            assert (first.id, first.kind, first.run_id) == (1, "RUN_ENQUEUED", "r1")
            assert (second.step, second.attempt, second.seq) == ("load", 1, 1)
            assert (third.asset_key, third.at) == ("a", 1.0)
            assert await log.notes(after=1, limit=1) == [second]
            assert await log.notes(run_id="r2") == [third]

    asyncio.run(story())


def test_the_position_never_goes_back_and_tells_of_what_was_erased(make: Make) -> None:
    async def story() -> None:
        async with opened(make) as log:
            assert (await log.position()).last_event_id == 0
            await log.append([*ended("r1", 1.0), enqueued("r2"), made("r2", "a")])
            before = await log.position()
            await log.erase_run("r2", 10)
            after = await log.position()
            assert before.last_event_id == after.last_event_id == (await log.notes())[-1].id + 2
            assert after.erasures > before.erasures

    asyncio.run(story())
