"""Run slots, pools, priorities and changing limits, through the whole engine."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live, slowly

from atoll_server.adapters.locations.fake import Code, FakeLocation, assets, changed
from atoll_server.core.run.asset_plan import make_plan
from atoll_server.core.run.commands import Enqueue
from atoll_server.core.run.plan import Plan
from atoll_server.core.wanted import Wanted
from atoll_wire import events as kinds
from atoll_wire.snapshot import JobSnapshot


def in_pools(code: Code, **pools: str) -> Code:
    steps = [replace(step, pool=pools.get(step.key)) for step in code.snapshot.steps]
    return Code(replace(code.snapshot, steps=steps))


async def stop(house: House) -> None:
    await house.engine.stop()
    for location in house.locations:
        location.drop_host()


def running(*locations: FakeLocation) -> list[str]:
    return sorted(str(key) for one in locations for key in one.running)


def test_a_run_waits_for_a_slot_and_says_so() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(10.0))
        house = House(loop, shop, max_concurrent_runs=2)
        await house.open()
        await asyncio.sleep(1)
        for run_id in ("r1", "r2", "r3"):
            await house.launch("a", run_id=run_id)
        await asyncio.sleep(1)
        assert running(shop) == ["r1/a.1", "r2/a.1"]
        waiting = await house.run("r3")
        told = "Waits for a run slot: 2 of 2 runs are under way."
        assert (waiting.status, waiting.message) == ("QUEUED", told)
        assert (await house.run("r1")).message == "Started execution of run."
        await asyncio.sleep(30)
        assert (await house.run("r3")).status == "SUCCESS"
        assert not house.engine.slots.state.running

    live(story)


def test_a_waiting_run_is_canceled_and_never_begins() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(10.0))
        house = House(loop, shop, max_concurrent_runs=1)
        await house.open()
        for run_id in ("r1", "r2", "r3"):
            await house.launch("a", run_id=run_id)
        await asyncio.sleep(1)
        await house.intend("cancel_run", run_id="r2")
        await asyncio.sleep(1)
        assert (await house.run("r2")).status == "CANCELED"
        await asyncio.sleep(30)
        assert [key.run_id for key in shop.started] == ["r1", "r3"]

    live(story)


def test_runs_begin_by_priority_then_in_the_order_of_asking() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(1.0))
        house = House(loop, shop, max_concurrent_runs=1)
        await house.open()
        await asyncio.sleep(1)
        priorities = {"r1": "0", "r2": "0", "r3": "-1", "r4": "7", "r5": "0"}
        for run_id, priority in priorities.items():
            tags = {"dagster/priority": priority}
            await house.intend("launch_run", run_id=run_id, selection=["a"], tags=tags)
        await asyncio.sleep(30)
        assert [key.run_id for key in shop.started] == ["r1", "r4", "r2", "r5", "r3"]

    live(story)


def test_after_a_restart_runs_under_way_have_their_slots_and_the_others_their_order() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(20.0))
        house = House(loop, shop, max_concurrent_runs=1)
        await house.open()
        await asyncio.sleep(1)
        for number, priority in enumerate("0050"):
            tags = {"atoll/priority": priority}
            await house.intend("launch_run", run_id=f"r{number}", selection=["a"], tags=tags)
        await asyncio.sleep(1)
        await stop(house)
        await house.log.add_intent("launch_run", {"run_id": "r9", "selection": ["a"]}, 0.0)
        await house.open()
        await asyncio.sleep(2)
        assert running(shop) == ["r0/a.1"]
        await asyncio.sleep(200)
        assert [key.run_id for key in shop.started] == ["r0", "r2", "r1", "r3", "r9"]

    live(story)


def test_a_run_whose_location_still_loads_holds_no_slot() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"))
        bank = FakeLocation("bank", assets("b"), delay=lambda: 20.0)
        house = House(loop, bank, shop, max_concurrent_runs=1)
        await house.open()
        await house.launch("b", run_id="of_bank")
        await house.launch("a", run_id="of_shop")
        await asyncio.sleep(5)
        waiting = await house.run("of_bank")
        assert (waiting.status, waiting.message) == ("QUEUED", "Waits for bank, shop to load.")
        assert (await house.run("of_shop")).status == "SUCCESS"

    live(story)


def test_a_run_that_has_waited_is_planned_on_fresh_code() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(5.0))
        house = House(loop, shop, max_concurrent_runs=1)
        await house.open()
        await house.launch("a")
        await house.launch("a", run_id="r2")
        await asyncio.sleep(1)
        shop.code = fresh = changed(shop.code, "a")
        await house.intend("reload_location", name="shop")
        await asyncio.sleep(30)
        assert (await house.run("r2")).status == "SUCCESS"
        ran = {key.run_id: identity for key, identity in shop.ran_on.items()}
        assert ran["r1"] != ran["r2"] == fresh.identity

    live(story)


def test_the_tags_of_a_job_count_like_those_of_a_run() -> None:
    async def story(loop: VirtualLoop) -> None:
        code = assets("a", "b")
        job = JobSnapshot(name="nightly", assets=["a"], run_tags={"database": "big"})
        shop = FakeLocation("shop", Code(replace(code.snapshot, jobs=[job])), behave=slowly(5.0))
        limits = [{"key": "database", "limit": 1}]
        house = House(loop, shop, tag_concurrency_limits=limits, max_concurrent_steps=9)
        await house.open()
        await asyncio.sleep(1)
        for run_id in ("r1", "r2"):
            await house.intend("launch_run", run_id=run_id, job="nightly", selection=[])
        await house.launch("b", run_id="r3")
        await asyncio.sleep(2)
        assert running(shop) == ["r1/a.1", "r3/b.1"]
        told = "Waits for runs with the tag database: 1 of 1 are under way."
        assert (await house.run("r2")).message == told
        await asyncio.sleep(20)
        assert (await house.run("r2")).status == "SUCCESS"

    live(story)


def test_a_pool_is_limited_over_all_locations_and_its_limit_changes_at_once() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", in_pools(assets("a", "c"), a="gpu"), behave=slowly(50.0))
        bank = FakeLocation("bank", in_pools(assets("b"), b="gpu"), behave=slowly(50.0))
        house = House(loop, shop, bank)
        await house.open()
        await house.intend("change_settings", changes={"pool_limits.gpu": 1})
        await house.launch("*")
        await asyncio.sleep(2)
        assert running(shop, bank) == ["r1/a.1", "r1/c.1"]
        await house.intend("change_settings", changes={"pool_limits.gpu": 2})
        await asyncio.sleep(1)
        assert running(shop, bank) == ["r1/a.1", "r1/b.1", "r1/c.1"]
        assert await house.log.intents() == []

    live(story)


def test_by_run_a_pool_is_held_over_a_restart_although_no_step_of_it_runs() -> None:
    async def story(loop: VirtualLoop) -> None:
        code = in_pools(assets("a", ("b", ["a"])), a="gpu")
        shop = FakeLocation("shop", code, behave=slowly(20.0))
        house = House(loop, shop, pool_granularity="run", default_pool_limit=1)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(22)
        assert running(shop) == ["r1/b.1"]
        await stop(house)
        await house.open()
        await house.launch("a", run_id="r2")
        await asyncio.sleep(3)
        assert running(shop) == ["r1/b.1"]
        await asyncio.sleep(60)
        assert (await house.run("r2")).status == "SUCCESS"
        assert not house.engine.queue.state.holding

    live(story)


def test_by_run_a_step_whose_generation_is_not_up_makes_its_run_hold_nothing() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", in_pools(assets("a"), a="gpu"), behave=slowly(5.0))
        house = House(loop, shop, pool_granularity="run", default_pool_limit=1)
        engine = await house.open()
        await house.launch("a")
        await asyncio.sleep(1)
        (ticket,) = engine.queue.state.running
        engine.queue.release(ticket)
        engine.queue.leave("r1")
        engine.queue.offer(ticket)
        assert list(engine.queue.admissions()) == [ticket]
        engine.queue.park(ticket)
        assert not engine.queue.state.holding

    live(story)


def test_stored_settings_hold_after_a_start_and_no_longer_when_they_are_dropped() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")), max_concurrent_runs=5)
        await house.open()
        await house.intend("change_settings", changes={"max_concurrent_runs": 1})
        await asyncio.sleep(1)
        await stop(house)
        engine = await house.open()
        assert engine.settings.max_concurrent_runs == 1
        assert engine.slots.state.limits.total == 1
        await house.intend("change_settings", changes={"max_concurrent_runs": None})
        await asyncio.sleep(1)
        assert engine.slots.state.limits.total == 5

    live(story)


def test_a_change_that_cannot_be_is_settled_and_changes_nothing() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        engine = await house.open()
        before = engine.settings
        await house.intend("change_settings", changes={"max_concurrent_runs": "many"})
        await asyncio.sleep(1)
        assert await house.log.intents() == []
        assert engine.settings == before

    live(story)


def test_with_no_slot_at_all_nothing_begins_until_there_is_one() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")), max_concurrent_runs=0)
        await house.open()
        await house.launch("a")
        await asyncio.sleep(10)
        assert await house.kinds() == [kinds.RUN_ENQUEUED]
        await house.intend("change_settings", changes={"max_concurrent_runs": "unlimited"})
        await asyncio.sleep(5)
        assert (await house.run()).status == "SUCCESS"

    live(story)


def test_a_plan_that_is_out_of_date_when_it_comes_is_made_again() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"))
        house = House(loop, shop)
        engine = await house.open()
        await asyncio.sleep(1)
        old = engine.planner.catalog
        (outdated,) = make_plan(old, ["a"]).steps
        shop.code = changed(shop.code, "a")
        await house.intend("reload_location", name="shop")
        await asyncio.sleep(5)
        assert engine.planner.catalog is not old
        assert engine.locations["shop"].home_of(outdated.generation, outdated.identity) is None
        late, planner = Plan((outdated,)), engine.planner
        wanted = Wanted(("a",))
        engine.runs.command("r1", Enqueue(at=0.0, selection=["a"]))
        engine.slots.ask("r1", {})
        engine.slots.offer("r1", {})
        assert list(engine.slots.admissions()) == ["r1"]
        engine.post(planner._planned, "r1", wanted, late, old)
        await asyncio.sleep(5)
        assert (await house.run()).status == "SUCCESS"

    live(story)
