"""An engine that is told to end: nothing new, time for what runs, then interruption."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live, slowly

from atoll_server.adapters.locations.fake import FakeLocation, Outcome, assets
from atoll_server.engine.shutdown import Stage
from atoll_server.ports.event_log import StorageError
from atoll_wire import events as kinds
from atoll_wire.keys import AttemptKey

CHAIN = ("a", ("b", ["a"]))


class Ending:
    """What is told while an engine comes to rest, and how long it takes."""

    def __init__(self) -> None:
        self.hurry = asyncio.Event()
        self.told: list[tuple[str, list[str]]] = []
        self.took_s = 0.0

    def tell(self, stage: Stage, running: Sequence[AttemptKey]) -> None:
        self.told.append((stage.value, [key.step for key in running]))

    async def rest(self, house: House, loop: VirtualLoop, grace_s: float = 10.0) -> None:
        began = loop.time()
        await house.engine.shutdown.come_to_rest(grace_s, self.hurry, self.tell)
        self.took_s = loop.time() - began
        await house.engine.stop()


def test_a_step_that_ends_in_time_is_not_interrupted_and_nothing_follows_it() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets(*CHAIN), behave=slowly(3.0))
        house, ending = House(loop, shop), Ending()
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        await ending.rest(house, loop)
        assert ending.told == [("WAITING", ["a"])]
        assert 1.0 < ending.took_s < 3.0
        assert (await house.run()).status == "STARTED"
        assert [key.step for key in shop.started] == ["a"]
        await house.open()
        await asyncio.sleep(10)
        assert (await house.run()).status == "SUCCESS"
        assert [str(key) for key in shop.started] == ["r1/a.1", "r1/b.1"]

    live(story)


def test_a_step_that_does_not_end_in_time_is_interrupted_and_starts_again() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets(*CHAIN), behave=slowly(60.0))
        house, ending = House(loop, shop), Ending()
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        await ending.rest(house, loop)
        assert ending.told == [("WAITING", ["a"]), ("INTERRUPTING", ["a"])]
        assert shop.running == {}
        assert (await house.run()).status == "STARTED"
        seen = []
        shop.behave = lambda request: seen.append(request.retry_number) or Outcome(1.0)
        await house.open()
        await asyncio.sleep(10)
        assert (await house.run()).status == "SUCCESS"
        assert seen == [0, 0]
        assert await house.kinds("r1", "STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_SUCCESS") == [
            "STEP_UP_FOR_RETRY a.1",
            "STEP_RESTARTED a.None",
            "STEP_SUCCESS a.2",
            "STEP_SUCCESS b.1",
        ]

    live(story)


def test_haste_ends_the_waiting() -> None:
    async def story(loop: VirtualLoop) -> None:
        house, ending = House(loop, FakeLocation("shop", assets("a"), behave=slowly(60))), Ending()
        await house.open()
        await house.launch("*")
        await asyncio.sleep(1)
        loop.call_later(2.0, ending.hurry.set)
        await ending.rest(house, loop, grace_s=1000.0)
        assert 2.0 <= ending.took_s < 3.0
        assert [stage for stage, _ in ending.told] == ["WAITING", "INTERRUPTING"]

    live(story)


def test_however_often_a_step_is_interrupted_no_limit_is_used_up() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(60.0))
        house = House(loop, shop, max_lost_retries=0)
        await house.open()
        await house.launch("a")
        for _ in range(5):
            await asyncio.sleep(1)
            await Ending().rest(house, loop, grace_s=0.0)
            await house.open()
        await asyncio.sleep(100)
        assert (await house.run()).status == "SUCCESS"
        assert [key.attempt for key in shop.started] == [1, 2, 3, 4, 5, 6]
        await house.engine.stop()

    live(story)


def test_what_was_ordered_and_had_not_begun_counts_as_interrupted() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), delay=lambda: 0.2)
        house, ending = House(loop, shop, max_lost_retries=0), Ending()
        await house.open()
        await asyncio.sleep(5)
        ordered = asyncio.Event()
        house.engine.on_commit(
            lambda events: ordered.set() if events[-1].kind == kinds.STEP_WORKER_STARTING else None
        )
        await house.launch("a")
        await ordered.wait()
        await ending.rest(house, loop, grace_s=0.0)
        assert shop.started == []
        assert await house.kinds("r1", kinds.STEP_UP_FOR_RETRY) == ["STEP_UP_FOR_RETRY a.1"]
        await house.open()
        await asyncio.sleep(10)
        assert (await house.run()).status == "SUCCESS"
        await house.engine.stop()

    live(story)


def test_what_runs_on_a_server_goes_on_and_is_taken_over() -> None:
    async def story(loop: VirtualLoop) -> None:
        far = FakeLocation("far", assets("a"), behave=slowly(30.0))
        far.ends_with_host = False
        house, ending = House(loop, far), Ending()
        await house.open()
        await house.launch("a")
        await asyncio.sleep(1)
        await ending.rest(house, loop)
        assert ending.told == []
        assert list(far.running) == [AttemptKey("r1", "a", 1)]
        await house.open()
        await asyncio.sleep(60)
        assert (await house.run()).status == "SUCCESS"
        assert len(far.started) == 1
        await house.engine.stop()

    live(story)


def test_what_is_asked_for_meanwhile_waits_but_a_run_can_be_canceled() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a", "z"), behave=slowly(60.0))
        house, ending = House(loop, shop), Ending()
        await house.open()
        await house.launch("a")
        await asyncio.sleep(1)
        resting = asyncio.ensure_future(ending.rest(house, loop, grace_s=30.0))
        await asyncio.sleep(1)
        assert house.engine.not_ready() == ["The host is shutting down."]
        await house.launch("z", run_id="r2")
        await house.intend("reload_location", name="shop")
        await house.intend("cancel_run", run_id="r1")
        await resting
        assert (await house.run("r1")).status == "CANCELED"
        assert ending.took_s < 5.0
        assert [each.kind for each in await house.log.intents()] == [
            "launch_run",
            "reload_location",
        ]
        await house.open()
        await asyncio.sleep(100)
        assert (await house.run("r2")).status == "SUCCESS"
        await house.engine.stop()

    live(story)


def test_an_interrupted_step_of_a_canceled_run_does_not_start_again() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(60.0))
        house = House(loop, shop)
        await house.open()
        await house.launch("a")
        await asyncio.sleep(1)
        await Ending().rest(house, loop, grace_s=0.0)
        await house.log.add_intent("cancel_run", {"run_id": "r1"}, 0.0)
        await house.open()
        await asyncio.sleep(100)
        assert (await house.run()).status == "CANCELED"
        assert len(shop.started) == 1
        await house.engine.stop()

    live(story)


def test_runs_are_left_alone_by_an_engine_that_takes_no_work() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"))
        house = House(loop, shop, takes_work=False)
        await house.open()
        await house.launch("a")
        await asyncio.sleep(5)
        assert await house.log.run("r1") is None
        assert (await house.view("shop"))["status"] == "loaded"
        await house.engine.stop()

    live(story)


def test_a_storage_that_takes_nothing_does_not_keep_the_host() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"), behave=slowly(3.0))
        house, ending = House(loop, shop), Ending()
        await house.open()
        await house.launch("a")
        await asyncio.sleep(1)

        async def append(*_: object) -> None:
            raise StorageError("the disk is full", code="storage.full")

        house.log.append = append  # type: ignore[method-assign, assignment]
        await ending.rest(house, loop)
        assert ending.took_s < 60.0

    live(story)
