"""The engine over the fake location and the memory log, on virtual time."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.simulation.virtual_time import VirtualClock, VirtualLoop, in_place

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.locations.fake import Code, FakeLocation, Outcome, assets, changed
from atoll_server.engine import Engine, EngineSettings
from atoll_server.ports.event_log import RunRecord, StorageError, StoredEvent
from atoll_server.ports.run_files import RunFiles
from atoll_wire import events as kinds
from atoll_wire.failure import Failure
from atoll_wire.messages import StepRequest

BROKEN = Failure(code="user_code.raised", message="No module named 'pandsa'")


class House:
    """A deployment in memory."""

    def __init__(self, loop: VirtualLoop, *locations: FakeLocation, **settings: Any) -> None:
        self.log = MemoryEventLog()
        self.clock = VirtualClock(loop)
        self.locations = locations
        self.settings = EngineSettings(**settings)
        self.console: list[str] = []
        self.errors: list[Exception] = []
        self.files: RunFiles | None = None

    async def open(self) -> Engine:
        self.engine = Engine(
            self.log,
            self.locations,
            self.clock,
            self.settings,
            offload=in_place,
            console=self.console.append,
            on_error=self.errors.append,
            files=self.files,
        )
        await self.engine.start()
        return self.engine

    async def intend(self, kind: str, **payload: Any) -> None:
        await self.log.add_intent(kind, payload, self.clock.now())
        self.engine.ring()

    async def launch(self, *selection: str, run_id: str = "r1") -> None:
        await self.intend("launch_run", run_id=run_id, selection=list(selection))

    async def run(self, run_id: str = "r1") -> RunRecord:
        record = await self.log.run(run_id)
        assert record is not None
        return record

    async def kinds(self, run_id: str = "r1", *only: str) -> list[str]:
        events = await self.log.events(run_id=run_id, limit=10_000)
        return [
            f"{e.kind} {e.step}.{e.attempt}" if e.step else e.kind
            for e in events
            if not only or e.kind in only
        ]

    async def view(self, name: str) -> dict[str, Any]:
        records = {record.name: record for record in await self.log.locations()}
        return dict(records[name].view)


def live(story: Callable[[VirtualLoop], Awaitable[None]]) -> None:
    loop = VirtualLoop()

    async def whole() -> None:
        await story(loop)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    try:
        loop.run_until_complete(whole())
    finally:
        loop.close()


def slowly(seconds: float) -> Callable[[StepRequest], Outcome]:
    return lambda request: Outcome(seconds)


def test_a_run_across_locations_goes_through_all_its_events() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(
            loop, FakeLocation("shop", assets("a")), FakeLocation("bank", assets(("b", ["a"])))
        )
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        assert await house.kinds() == [
            "RUN_ENQUEUED",
            "RUN_STARTING",
            "RUN_START",
            "STEP_WORKER_STARTING a.1",
            "STEP_WORKER_STARTED a.1",
            "STEP_START a.1",
            "STEP_OUTPUT a.1",
            "ASSET_MATERIALIZATION a.1",
            "STEP_SUCCESS a.1",
            "STEP_WORKER_STARTING b.1",
            "STEP_WORKER_STARTED b.1",
            "STEP_START b.1",
            "STEP_OUTPUT b.1",
            "ASSET_MATERIALIZATION b.1",
            "STEP_SUCCESS b.1",
            "RUN_SUCCESS",
        ]
        assert (await house.run()).assets == ("a", "b")
        assert house.errors == []
        await house.engine.stop()

    live(story)


def test_what_is_named_and_found_starts_while_other_locations_still_load() -> None:
    async def story(loop: VirtualLoop) -> None:
        slow = FakeLocation("slow", assets("z"), delay=lambda: 5.0)
        house = House(loop, FakeLocation("shop", assets("a")), slow)
        await house.open()
        await asyncio.sleep(1)
        await house.launch("a")
        await house.launch("*", run_id="r2")
        await asyncio.sleep(1)
        assert (await house.run("r1")).status == "SUCCESS"
        waiting = await house.run("r2")
        assert (waiting.status, waiting.message) == ("QUEUED", "Waits for slow to load.")
        await asyncio.sleep(60)
        assert (await house.run("r2")).status == "SUCCESS"
        assert (await house.run("r2")).assets == ("a", "z")

    live(story)


def test_a_selection_that_nobody_knows_fails_the_run_and_names_the_nearest() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("orders")))
        await house.open()
        await house.launch("orderz")
        await asyncio.sleep(1)
        record = await house.run()
        assert record.status == "FAILURE"
        assert "'orders'" in record.message

    live(story)


def test_a_run_says_which_location_might_have_had_what_is_missing() -> None:
    async def story(loop: VirtualLoop) -> None:
        broken = FakeLocation("bank", Code(assets().snapshot, BROKEN))
        house = House(loop, FakeLocation("shop", assets("a")), broken)
        await house.open()
        await house.launch("b")
        await asyncio.sleep(1)
        assert "Not loaded: bank." in (await house.run()).message
        assert (await house.view("bank"))["status"] == "failed"

    live(story)


def test_an_engine_that_starts_again_goes_on_where_the_last_one_was_killed() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a", ("b", ["a"])), behave=slowly(3.0))
        house = House(loop, shop)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        await house.engine.stop()  # the worker goes on
        await asyncio.sleep(10)
        await house.open()
        await asyncio.sleep(10)
        assert (await house.run()).status == "SUCCESS"
        assert [str(key) for key in shop.started] == ["r1/a.1", "r1/b.1"]

    live(story)


def test_a_run_stays_on_the_code_it_was_planned_on_when_its_location_is_reloaded() -> None:
    async def story(loop: VirtualLoop) -> None:
        code = assets("a", ("b", ["a"]))
        shop = FakeLocation("shop", code, behave=slowly(3.0))
        house = House(loop, shop)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        shop.code = changed(code, "b")
        await house.intend("reload_location", name="shop")
        await asyncio.sleep(1)
        view = await house.view("shop")
        assert (view["generation"], view["draining"]) == (2, [1])
        assert view["last_change"]["altered"] == ["b"]
        await asyncio.sleep(10)
        assert (await house.run()).status == "SUCCESS"
        assert set(shop.ran_on.values()) == {code.identity}
        assert (await house.view("shop"))["draining"] == []
        assert shop.generations == [2]

    live(story)


def test_steps_whose_code_is_gone_after_a_restart_fail_with_the_reason() -> None:
    async def story(loop: VirtualLoop) -> None:
        code = assets("a", ("b", ["a"]))
        shop = FakeLocation("shop", code, behave=slowly(3.0))
        house = House(loop, shop)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        await house.engine.stop()
        shop.code = changed(code, "a")
        await house.open()
        await asyncio.sleep(10)
        record = await house.run()
        assert record.status == "FAILURE"
        assert "its code has changed since the run was planned" in record.message
        assert [str(key) for key in shop.started] == ["r1/a.1"]

    live(story)


def test_canceling_ends_a_run_and_its_workers() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a", ("b", ["a"])), behave=slowly(100.0))
        house = House(loop, shop)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        await house.intend("cancel_run", run_id="r1")
        await asyncio.sleep(1)
        assert (await house.run()).status == "CANCELED"
        assert not shop.running

    live(story)


def test_a_canceled_run_that_waits_for_a_location_never_starts() -> None:
    async def story(loop: VirtualLoop) -> None:
        slow = FakeLocation("slow", assets("z"), delay=lambda: 5.0)
        house = House(loop, slow)
        await house.open()
        await house.launch("*")
        await house.intend("cancel_run", run_id="r1")
        await asyncio.sleep(60)
        assert (await house.run()).status == "CANCELED"
        assert slow.started == []

    live(story)


def test_capacity_is_shared_by_all_runs() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a", "b", "c"), behave=slowly(10.0))
        house = House(loop, shop, max_concurrent_steps=2)
        await house.open()
        await house.launch("*")
        await house.launch("*", run_id="r2")
        await asyncio.sleep(5)
        assert [str(key) for key in shop.running] == ["r1/a.1", "r2/a.1"]
        await asyncio.sleep(60)
        assert {(await house.run(r)).status for r in ("r1", "r2")} == {"SUCCESS"}

    live(story)


def test_an_intent_that_comes_twice_makes_one_run() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        await house.launch("*")
        await asyncio.sleep(1)
        assert await house.kinds("r1", kinds.RUN_ENQUEUED) == ["RUN_ENQUEUED"]
        assert await house.log.intents() == []

    live(story)


def test_an_intent_is_found_although_nobody_rang() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")), poll_interval_s=2.0)
        await house.open()
        await asyncio.sleep(0.5)
        payload = {"run_id": "r1", "selection": ["a"]}
        await house.log.add_intent("launch_run", payload, 0.0)
        await asyncio.sleep(3)
        assert (await house.run()).status == "SUCCESS"

    live(story)


def test_nothing_is_ordered_before_it_is_stored() -> None:
    class FullDisk(MemoryEventLog):
        is_full = False

        async def append(self, *arguments: Any, **more: Any) -> list[StoredEvent]:
            if self.is_full:
                raise StorageError("the disk is full", code="storage.disk_full")
            return await super().append(*arguments, **more)

    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"))
        house = House(loop, shop)
        house.log = log = FullDisk()
        await house.open()
        await asyncio.sleep(1)
        log.is_full = True
        await house.launch("a")
        await asyncio.sleep(5)
        assert shop.started == []
        assert "the disk is full" in house.engine.not_ready()[0]
        log.is_full = False
        await asyncio.sleep(5)
        assert (await house.run()).status == "SUCCESS"
        assert house.engine.not_ready() == []

    live(story)


def test_journals_go_when_their_run_is_over_and_synced() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"))
        house = House(loop, shop)
        await house.open()
        await house.launch("a")
        await asyncio.sleep(5)
        assert shop.journals.keys == []
        assert house.engine.runs.states == {}

    live(story)


def test_a_location_that_lost_an_asset_to_another_one_is_degraded() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(
            loop, FakeLocation("shop", assets("a")), FakeLocation("bank", assets("a", "b"))
        )
        await house.open()
        await asyncio.sleep(1)
        assert (await house.view("shop"))["status"] == "loaded"
        view = await house.view("bank")
        assert view["status"] == "degraded"
        assert 'asset "a" is defined in shop' in view["conflicts"][0]

    live(story)


def test_an_attempt_on_another_server_is_left_alone_and_told_of() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(50.0))
        house = House(loop, shop)
        await house.open()
        await house.launch("a")
        await asyncio.sleep(1)
        await house.engine.stop()
        shop.server_id = "another"
        await house.open()
        await asyncio.sleep(5)
        assert (await house.run()).status == "STARTED"
        assert any("out of contact" in line for line in house.console)

    live(story)


def test_a_location_that_has_left_the_workspace_is_forgotten() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop, bank = FakeLocation("shop", assets("a")), FakeLocation("bank", assets("b"))
        house = House(loop, shop, bank)
        await house.open()
        await asyncio.sleep(1)
        await house.engine.stop()
        house.locations = (shop,)
        await house.open()
        await asyncio.sleep(1)
        assert [record.name for record in await house.log.locations()] == ["shop"]

    live(story)


def test_every_event_is_a_line_on_the_console() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        await house.open()
        await house.launch("a")
        await asyncio.sleep(1)
        assert len(house.console) == len(await house.log.events())
        line = next(line for line in house.console if "STEP_SUCCESS" in line)
        assert re.match(
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} - atoll - DEBUG - "
            r"__ASSET_JOB - r1 - \d+ - a - STEP_SUCCESS",
            line,
        )

    live(story)


def test_a_retry_waits_its_pause_whatever_the_clock_of_the_worker_says() -> None:
    # Simulation, seed 19: where a server's clock was behind, there was no pause at all.
    async def story(loop: VirtualLoop) -> None:
        again = Outcome(0.0, kinds.STEP_UP_FOR_RETRY, "again", {"delay_s": 30.0})
        shop = FakeLocation(
            "shop",
            assets("a"),
            behave=lambda request: Outcome() if request.retry_number else again,
            now=lambda: 0.0,
        )
        house = House(loop, shop)
        await house.open()
        await house.launch("a")
        await asyncio.sleep(29)
        assert [str(key) for key in shop.started] == ["r1/a.1"]
        await asyncio.sleep(2)
        assert (await house.run()).status == "SUCCESS"

    live(story)


def test_a_step_that_is_lost_while_other_code_loads_is_told_that_its_own_is_gone() -> None:
    # Simulation, seed 3420: the run waited for ever.
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(100))
        house = House(loop, shop)
        await house.open()
        await house.launch("a")
        await asyncio.sleep(1)
        shop.code = changed(shop.code, "a")
        shop.kill_process(1)  # comes back with other code: what runs is watched, no more
        await asyncio.sleep(1)
        await house.intend("reload_location", name="shop")
        shop.stall(10)
        await asyncio.sleep(1)
        shop.kill_worker(next(iter(shop.running)))
        await asyncio.sleep(60)
        run = await house.run()
        assert run.status == "FAILURE"
        assert "its code has changed since the run was planned" in run.message
        assert [str(key) for key in shop.started] == ["r1/a.1"]

    live(story)
