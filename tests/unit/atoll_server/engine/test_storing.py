"""Events that cannot be stored stop nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.locations.fake import Code, FakeLocation, Outcome, assets
from atoll_server.core.run.machine import evolve
from atoll_server.core.run.state import RunState
from atoll_server.ports.event_log import NewEvent, StoredEvent
from atoll_wire import events as kinds
from atoll_wire.messages import StepRequest
from atoll_wire.snapshot import JobSnapshot, LocationSnapshot, StepSnapshot


class FussyLog(MemoryEventLog):
    """Cannot store what holds poison, ever."""

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        if any("poison" in event.data for event in events):
            raise ValueError("poison cannot be stored")
        return await super().append(events, intents)


def poisoned(kind: str) -> Outcome:
    return Outcome(1.0, kind, "told", {"poison": 1, "delay_s": 2.0})


def test_an_event_that_cannot_be_stored_ends_its_step_and_stops_nobody() -> None:
    async def story(loop: VirtualLoop) -> None:
        def behave(request: StepRequest) -> Outcome:
            return poisoned(kinds.STEP_SUCCESS) if request.key.step == "a" else Outcome(1.0)

        shop = FakeLocation("shop", assets("a", ("b", ["a"]), "c"), behave=behave)
        house = House(loop, shop)
        house.log = FussyLog()
        await house.open()
        await house.launch("a", "b")
        await house.launch("c", run_id="r2")
        await asyncio.sleep(30)
        assert {(await house.run(r)).status for r in ("r1", "r2")} == {"SUCCESS"}
        (closing,) = await house.log.events(run_id="r1", kinds=[kinds.STEP_SUCCESS], step="a")
        assert closing.data["left_out"] == "STEP_SUCCESS"
        assert closing.seq == len(shop.written[next(k for k in shop.written if k.step == "a")])
        assert any("poison" in str(error) for error in house.errors)
        assert await house.log.intents() == []
        assert house.engine.not_ready() == []
        await house.engine.stop()

    live(story)


def test_what_a_retry_needs_is_kept_of_an_event_that_cannot_be_stored() -> None:
    async def story(loop: VirtualLoop) -> None:
        def behave(request: StepRequest) -> Outcome:
            return poisoned(kinds.STEP_UP_FOR_RETRY) if request.key.attempt == 1 else Outcome(1.0)

        house = House(loop, FakeLocation("shop", assets("a"), behave=behave))
        house.log = FussyLog()
        await house.open()
        await house.launch("a")
        await asyncio.sleep(30)
        assert (await house.run()).status == "SUCCESS"
        (retry,) = await house.log.events(run_id="r1", kinds=[kinds.STEP_UP_FOR_RETRY])
        assert retry.data == {"delay_s": 2.0, "left_out": "STEP_UP_FOR_RETRY"}
        await house.engine.stop()

    live(story)


def test_an_output_that_cannot_be_stored_counts_as_given_back() -> None:
    class NoOutputs(MemoryEventLog):
        async def append(
            self, events: Sequence[NewEvent], intents: Sequence[int] = ()
        ) -> list[StoredEvent]:
            if any(event.kind == kinds.STEP_OUTPUT for event in events):
                raise ValueError("no output can be stored")
            return await super().append(events, intents)

    async def story(loop: VirtualLoop) -> None:
        ops = [
            StepSnapshot("op0"),
            StepSnapshot("op1", deps=["op0"], inputs={"x": ["op0:result"]}),
        ]
        code = Code(LocationSnapshot(jobs=[JobSnapshot("ops", steps=ops)]))
        house = House(loop, FakeLocation("shop", code))
        house.log = NoOutputs()
        await house.open()
        await house.intend("launch_run", run_id="r1", selection=[], job="ops")
        await asyncio.sleep(30)
        done = ["STEP_SUCCESS op0.1", "STEP_SUCCESS op1.1"]
        assert await house.kinds("r1", kinds.STEP_SUCCESS) == done
        state = RunState("r1")
        for event in await house.log.events(run_id="r1"):
            evolve(state, event)
        assert state.absent == set(), "a host that starts anew would skip what takes it"
        await house.engine.stop()

    live(story)


def test_a_line_that_cannot_be_stored_keeps_its_number_in_the_journal() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        log = house.log = FussyLog()
        await house.open()
        line = NewEvent(
            run_id="r1",
            kind=kinds.LOG,
            at=float("nan"),
            data={"poison": 1},
            step="a",
            attempt=1,
            seq=7,
        )
        house.engine.turn.events.append(line)
        house.engine.ring()
        await asyncio.sleep(1)
        (kept,) = await log.events(run_id="r1")
        assert (kept.kind, kept.seq, kept.at) == (kinds.ENGINE_EVENT, 7, 0.0)
        await house.engine.stop()

    live(story)


def test_a_run_whose_events_contradict_each_other_does_not_keep_the_others_from_going_on() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        await house.log.append(
            [
                NewEvent(run_id="odd", kind=kinds.RUN_ENQUEUED, at=0.0),
                NewEvent(run_id="odd", kind=kinds.RUN_START, at=0.0),
                NewEvent(run_id="r1", kind=kinds.RUN_ENQUEUED, at=0.0, data={"selection": ["a"]}),
            ]
        )
        await house.open()
        await asyncio.sleep(5)
        assert (await house.run()).status == "SUCCESS"
        assert [getattr(error, "code", "") for error in house.errors] == ["internal.illegal_event"]
        await house.engine.stop()

    live(story)
