"""Runs that take too long and workers that do not start, on virtual time."""

from __future__ import annotations

import asyncio

from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live, slowly

from atoll_server.adapters.locations.fake import FakeLocation, Outcome, assets
from atoll_wire import events as kinds
from atoll_wire.messages import StepRequest


def test_a_run_ends_when_it_has_taken_as_long_as_its_tag_allows() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a", ("b", ["a"])), behave=slowly(1000))
        house = House(loop, shop)
        await house.open()
        tags = {"dagster/max_runtime": "60"}
        await house.intend("launch_run", run_id="r1", selection=["*"], tags=tags)
        await asyncio.sleep(50)
        assert (await house.run()).status == "STARTED"
        await asyncio.sleep(20)
        run = await house.run()
        assert run.status == "FAILURE"
        assert run.message == "The run took longer than its limit of 1 min."
        assert shop.running == {}

    live(story)


def test_the_deployments_limit_holds_where_a_run_says_nothing_else() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a"), behave=slowly(100)), max_runtime=30.0)
        await house.open()
        await house.launch("*", run_id="short")
        tags = {"atoll/max_runtime": "1h"}
        await house.intend("launch_run", run_id="long", selection=["*"], tags=tags)
        await asyncio.sleep(200)
        assert (await house.run("short")).status == "FAILURE"
        assert (await house.run("long")).status == "SUCCESS"

    live(story)


def test_a_run_has_no_more_time_because_the_engine_was_started_again() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(1000))
        house = House(loop, shop, max_runtime=100.0)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(90)
        await house.engine.stop()
        await house.open()
        await asyncio.sleep(20)
        assert (await house.run()).status == "FAILURE"

    live(story)


def test_a_run_that_waits_for_its_turn_uses_up_no_time() -> None:
    async def story(loop: VirtualLoop) -> None:
        slow = FakeLocation("shop", assets("a"), delay=lambda: 100.0)
        house = House(loop, slow, max_runtime=50.0)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(150)
        assert "RUN_CANCELING" not in await house.kinds()

    live(story)


class Sluggish:
    """How long everything takes in a location, until the test says something else."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_worker_that_does_not_start_is_buried_and_another_one_ordered() -> None:
    async def story(loop: VirtualLoop) -> None:
        delay = Sluggish()
        shop = FakeLocation("shop", assets("a"), delay=delay)
        house = House(loop, shop, start_timeout=60.0)
        await house.open()
        await asyncio.sleep(5)
        delay.seconds = 50.0  # the order takes that long, and then the start
        await house.launch("*")
        await asyncio.sleep(30)
        delay.seconds = 1.0
        await asyncio.sleep(300)
        found = await house.kinds()
        assert (await house.run()).status == "SUCCESS"
        assert found.count("STEP_WORKER_STARTING a.1") == 1
        assert len(shop.started) == 1

    live(story)


def test_a_step_whose_workers_never_start_fails_and_says_so() -> None:
    async def story(loop: VirtualLoop) -> None:
        delay = Sluggish()
        shop = FakeLocation("shop", assets("a"), delay=delay)
        house = House(loop, shop, start_timeout=60.0, max_lost_retries=1)
        await house.open()
        await asyncio.sleep(5)
        delay.seconds = 100.0
        await house.launch("*")
        await asyncio.sleep(3000)
        run = await house.run()
        assert run.status == "FAILURE"
        assert "location shop had not started a worker after 1 min" in run.message
        assert shop.started == []

    live(story)


def test_nothing_is_buried_while_its_location_is_out_of_reach() -> None:
    async def story(loop: VirtualLoop) -> None:
        delay = Sluggish()
        shop = FakeLocation("shop", assets("a"), delay=delay)
        house = House(loop, shop, start_timeout=60.0)
        await house.open()
        await asyncio.sleep(5)
        delay.seconds = 30.0
        await house.launch("*")
        await asyncio.sleep(5)
        shop.refuses = "no route to host"
        shop.break_stream()
        await asyncio.sleep(1000)
        assert await house.kinds("r1", kinds.STEP_UP_FOR_RETRY, kinds.STEP_FAILURE) == []
        assert (await house.run()).status == "STARTED"

    live(story)


def test_a_canceled_run_waits_for_a_location_that_is_out_of_reach() -> None:
    async def story(loop: VirtualLoop) -> None:
        def behave(request: StepRequest) -> Outcome:
            return Outcome(10_000)

        shop = FakeLocation("shop", assets("a"), behave=behave)
        house = House(loop, shop)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(5)
        shop.refuses = "no route to host"
        shop.break_stream()
        await asyncio.sleep(1)
        await house.intend("cancel_run", run_id="r1")
        await asyncio.sleep(100)
        run = await house.run()
        assert run.status == "CANCELING"
        notes = await house.log.events(run_id="r1", limit=100)
        assert [e.message for e in notes if e.kind == kinds.ENGINE_EVENT] == [
            "Step 'a' cannot be interrupted: location 'shop' is out of reach. "
            "The run ends when it is back."
        ]
        shop.refuses = None
        await asyncio.sleep(100)
        assert (await house.run()).status == "CANCELED"

    live(story)
