"""What an engine finds when it starts is made whole before anything else happens to it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.locations.fake import FakeLocation, Outcome, assets
from atoll_server.ports.event_log import NewEvent
from atoll_wire import events as kinds
from atoll_wire.failure import Failure
from atoll_wire.messages import StepRequest


class TornLog(MemoryEventLog):
    """Commits every event by itself, and the process that appends dies after some of them."""

    def __init__(self) -> None:
        super().__init__()
        self.dies_after: str | None = None
        self.died = asyncio.Event()

    async def append(self, events: Any, intents: Any = ()) -> Any:
        if self.dies_after is None:
            return await super().append(events, intents)
        stored = []
        for event in events:
            stored += await super().append([event])
            if event.kind == self.dies_after:
                self.dies_after = None
                self.died.set()
                await asyncio.Event().wait()
        return stored + await super().append([], intents)


def fails(request: StepRequest) -> Outcome:
    return Outcome(1.0, kinds.STEP_FAILURE, "boom")


@pytest.mark.parametrize("kind", ["RUN_STARTING", "STEP_FAILURE", "STEP_SKIPPED"])
def test_a_decision_that_was_stored_in_part_is_completed(kind: str) -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a", ("b", ["a"]), ("c", ["b"])), behave=fails)
        house = House(loop, shop)
        log = house.log = TornLog()
        engine = await house.open()
        log.dies_after = kind
        await house.launch("*")
        await log.died.wait()
        await engine.stop()
        await house.open()
        await asyncio.sleep(10)
        decided = await house.kinds(
            "r1", "STEP_FAILURE", "STEP_SKIPPED", "RUN_START", "RUN_FAILURE"
        )
        assert decided == [
            "RUN_START",
            "STEP_FAILURE a.1",
            "STEP_SKIPPED b.None",
            "STEP_SKIPPED c.None",
            "RUN_FAILURE",
        ]
        assert house.errors == []
        await house.engine.stop()

    live(story)


def test_a_lost_worker_about_which_nothing_was_decided_is_tried_again() -> None:
    async def story(loop: VirtualLoop) -> None:
        def behave(request: StepRequest) -> Outcome:
            lost = Failure(code="step.worker_lost", message="gone")
            kind = kinds.STEP_WORKER_LOST if request.key.attempt == 1 else kinds.STEP_SUCCESS
            return Outcome(1.0, kind, lost.message)

        house = House(loop, FakeLocation("shop", assets("a"), behave=behave))
        log = house.log = TornLog()
        engine = await house.open()
        log.dies_after = kinds.STEP_WORKER_LOST
        await house.launch("a")
        await log.died.wait()
        await engine.stop()
        await house.open()
        await asyncio.sleep(10)
        assert (await house.run()).status == "SUCCESS"
        await house.engine.stop()

    live(story)


def test_a_run_whose_events_contradict_each_other_is_given_up_and_the_others_go_on() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        for kind in ("RUN_ENQUEUED", "RUN_START"):
            await house.log.append([NewEvent(run_id="odd", kind=kind, at=1.0)])
        await house.open()
        await house.launch("a")
        await asyncio.sleep(10)
        odd = await house.run("odd")
        assert (odd.status, odd.ended_at is not None) == ("FAILURE", True)
        assert "contradicts itself" in odd.message
        assert (await house.run()).status == "SUCCESS"
        assert len(house.errors) == 1
        await house.engine.stop()

    live(story)
