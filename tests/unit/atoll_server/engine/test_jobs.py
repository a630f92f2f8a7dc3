"""Runs of jobs: what is made, with which config and tags, and what their events say."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import BROKEN, House, live

from atoll_server.adapters.locations.fake import Code, FakeLocation, Outcome, assets
from atoll_wire.messages import StepRequest
from atoll_wire.snapshot import JobSnapshot

NIGHTLY = JobSnapshot(
    "nightly",
    ["a", "b"],
    config={"ops": {"a": {"config": {"rows": 1, "mode": "all"}}}},
    tags={"shown": "only"},
    run_tags={"team": "data", "tier": "1"},
)


def with_jobs(code: Code, *jobs: JobSnapshot) -> Code:
    return replace(code, snapshot=replace(code.snapshot, jobs=list(jobs)))


def shop(seen: list[StepRequest] | None = None, **more: Any) -> FakeLocation:
    def behave(request: StepRequest) -> Outcome:
        if seen is not None:
            seen.append(request)
        return Outcome()

    code = with_jobs(assets("a", ("b", ["a"]), "c"), NIGHTLY)
    return FakeLocation("shop", code, behave=behave, **more)


async def launch(house: House, run_id: str = "r1", **payload: Any) -> None:
    await house.intend("launch_run", run_id=run_id, **{"job": "nightly", **payload})


def test_a_run_of_a_job_makes_its_assets_with_its_config_and_tags() -> None:
    async def story(loop: VirtualLoop) -> None:
        seen: list[StepRequest] = []
        house = House(loop, shop(seen))
        await house.open()
        config = {"ops": {"a": {"config": {"rows": 9}}}}
        await launch(house, config=config, tags={"tier": "2"})
        await asyncio.sleep(1)

        record = await house.run()
        assert (record.status, record.assets, record.job) == ("SUCCESS", ("a", "b"), "nightly")
        assert record.config == {"ops": {"a": {"config": {"rows": 9, "mode": "all"}}}}
        assert record.tags == {"team": "data", "tier": "2"}
        assert [request.job_name for request in seen] == ["nightly", "nightly"]
        assert [request.run_config for request in seen] == [record.config] * 2
        assert [request.run_tags for request in seen] == [record.tags] * 2
        assert all(" - nightly - r1 - " in line for line in house.console)
        assert house.errors == []

    live(story)


def test_what_the_host_decides_about_a_run_of_a_job_names_the_job() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, shop())
        await house.open()
        await launch(house)
        await house.launch("c", run_id="r2")
        await asyncio.sleep(1)

        events = await house.log.events(limit=1000)
        decided = {e.run_id: set() for e in events}
        for event in events:
            if event.seq is None:
                decided[event.run_id].add(event.data.get("job_name"))
        assert decided == {"r1": {"nightly"}, "r2": {None}}
        assert (await house.run("r2")).job is None

    live(story)


def test_a_selection_narrows_the_job() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, shop())
        await house.open()
        await launch(house, selection=["b"])
        await launch(house, run_id="r2", selection=["c"])
        await asyncio.sleep(1)

        assert (await house.run()).assets == ("b",)
        refused = await house.run("r2")
        assert (refused.status, refused.job) == ("FAILURE", "nightly")
        assert 'job "nightly" has no asset "c"' in refused.message

    live(story)


def test_a_job_of_a_location_that_loads_waits_for_it_and_others_do_not() -> None:
    async def story(loop: VirtualLoop) -> None:
        weekly = with_jobs(assets("z"), JobSnapshot("weekly", ["z"]))
        slow = FakeLocation("slow", weekly, delay=lambda: 5.0)
        house = House(loop, shop(), slow)
        await house.open()
        await asyncio.sleep(1)
        await launch(house)
        await launch(house, run_id="r2", job="weekly")
        await launch(house, run_id="r3", location="slow")
        await asyncio.sleep(1)
        assert (await house.run()).status == "SUCCESS"
        waiting = await house.run("r2")
        assert (waiting.status, waiting.message) == ("QUEUED", "Waits for slow to load.")
        assert (await house.run("r3")).status == "QUEUED"
        await asyncio.sleep(60)
        assert (await house.run("r2")).status == "SUCCESS"
        assert 'location "slow" has no job "nightly"' in (await house.run("r3")).message

    live(story)


def test_a_job_that_waits_outlives_the_engine() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, shop(delay=lambda: 5.0))
        await house.open()
        await launch(house, selection=["a"])
        await asyncio.sleep(1)
        await house.engine.stop()
        await house.open()
        await asyncio.sleep(60)
        record = await house.run()
        assert (record.status, record.assets, record.job) == ("SUCCESS", ("a",), "nightly")
        assert record.tags == {"team": "data", "tier": "1"}

    live(story)


def test_a_job_that_nobody_has_fails_the_run_and_says_who_might_have_had_it() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, shop(), FakeLocation("bank", Code(assets().snapshot, BROKEN)))
        await house.open()
        await launch(house, job="nightyl")
        await asyncio.sleep(1)
        record = await house.run()
        assert record.status == "FAILURE"
        assert 'there is no job "nightyl"' in record.message
        assert 'Did you mean "nightly"? Not loaded: bank.' in record.message

    live(story)


def test_of_two_jobs_of_one_name_the_location_tells_which() -> None:
    async def story(loop: VirtualLoop) -> None:
        bank = FakeLocation("bank", with_jobs(assets("m"), JobSnapshot("nightly", ["m"])))
        house = House(loop, shop(), bank)
        await house.open()
        await asyncio.sleep(1)
        await launch(house)
        await launch(house, run_id="r2", location="bank")
        await asyncio.sleep(1)
        assert "shop, bank" in (await house.run()).message
        assert (await house.run("r2")).assets == ("m",)

    live(story)
