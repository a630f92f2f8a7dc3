"""Steps whose location left the workspace while they ran."""

from __future__ import annotations

import asyncio

import pytest
from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live

from atoll_server.adapters.locations.fake import FakeLocation, Outcome, assets
from atoll_server.engine import Engine
from atoll_wire import events as kinds
from atoll_wire.messages import StepRequest


class Shrunk:
    """A run across two locations, of which one leaves while its step runs."""

    def __init__(self, loop: VirtualLoop, outcome: Outcome) -> None:
        def behave(request: StepRequest) -> Outcome:
            return outcome if request.key.step == "a" else Outcome(1.0)

        self.shop = FakeLocation("shop", assets("a", ("c", ["a"])), behave=behave)
        self.bank = FakeLocation("bank", assets(("b", ["a"])))
        self.house = House(loop, self.shop, self.bank)

    async def leave(self, at_s: float = 1.0, *selection: str) -> None:
        await self.house.open()
        await self.house.launch(*(selection or ("a", "b")))
        await asyncio.sleep(at_s)
        await self.house.engine.stop()
        self.house.locations = (self.bank,)
        await self.open()

    async def open(self) -> None:
        house = self.house
        house.engine = Engine(
            house.log,
            house.locations,
            house.clock,
            house.settings,
            console=house.console.append,
            on_error=house.errors.append,
            reach=lambda name: {"shop": self.shop}[name],
        )
        await house.engine.start()

    async def failures(self) -> list[str]:
        events = await self.house.log.events(run_id="r1", kinds=[kinds.STEP_FAILURE])
        return [event.data["failure"]["code"] for event in events]


def test_a_step_whose_location_left_is_watched_to_its_end_and_the_run_goes_on() -> None:
    async def story(loop: VirtualLoop) -> None:
        it = Shrunk(loop, Outcome(10.0))
        await it.leave()
        await asyncio.sleep(30)
        assert (await it.house.run()).status == "SUCCESS"
        assert [str(key) for key in it.shop.started] == ["r1/a.1"]
        assert [record.name for record in await it.house.log.locations()] == ["bank"]
        assert any("'shop' has left the workspace" in line for line in it.house.console)
        assert it.shop.journals.keys == []  # forgotten, as those of every run that is over
        assert it.shop.generations == []
        await it.house.engine.stop()

    live(story)


def test_what_has_not_started_in_a_location_that_left_fails_and_the_rest_ends() -> None:
    async def story(loop: VirtualLoop) -> None:
        it = Shrunk(loop, Outcome(10.0))
        await it.leave(1.0, "*")
        await asyncio.sleep(30)
        record = await it.house.run()
        assert (record.status, await it.failures()) == ("FAILURE", ["location.unknown"])
        assert (await it.house.log.events(run_id="r1", kinds=[kinds.STEP_SUCCESS], step="b")) != []
        await it.house.engine.stop()

    live(story)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(10.0, kinds.STEP_WORKER_LOST),
        Outcome(10.0, kinds.STEP_UP_FOR_RETRY, "again", {"delay_s": 3.0}),
    ],
)
def test_no_other_attempt_is_made_in_a_location_that_left(outcome: Outcome) -> None:
    async def story(loop: VirtualLoop) -> None:
        it = Shrunk(loop, outcome)
        await it.leave()
        await asyncio.sleep(60)
        assert (await it.house.run()).status == "FAILURE"
        assert await it.failures() == ["location.unknown"]
        assert [str(key) for key in it.shop.started] == ["r1/a.1"]
        await it.house.engine.stop()

    live(story)


def test_a_run_whose_location_left_can_be_canceled() -> None:
    async def story(loop: VirtualLoop) -> None:
        it = Shrunk(loop, Outcome(1000.0))
        await it.leave()
        await it.house.intend("cancel_run", run_id="r1")
        await asyncio.sleep(5)
        assert (await it.house.run()).status == "CANCELED"
        assert not it.shop.running
        await it.house.engine.stop()

    live(story)


def test_a_run_that_was_being_canceled_when_its_location_left_ends() -> None:
    async def story(loop: VirtualLoop) -> None:
        it = Shrunk(loop, Outcome(1000.0))
        await it.house.open()
        await it.house.launch("a", "b")
        await asyncio.sleep(1)
        it.shop.drop_host()  # the order to interrupt is lost
        await it.house.intend("cancel_run", run_id="r1")
        await asyncio.sleep(1)
        assert (await it.house.run()).status == "CANCELING"
        await it.house.engine.stop()
        it.house.locations = (it.bank,)
        await it.open()
        await asyncio.sleep(5)
        assert (await it.house.run()).status == "CANCELED"
        await it.house.engine.stop()

    live(story)
