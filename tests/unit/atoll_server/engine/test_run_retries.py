"""Runs that are launched anew when they fail, whatever happens to the engine meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.locations.fake import Code, FakeLocation, Outcome, assets
from atoll_server.core.run.retry import retry_id
from atoll_server.ports.event_log import NewEvent, StoredEvent
from atoll_wire import events as kinds
from atoll_wire.failure import Failure
from atoll_wire.messages import StepRequest

BOOM = {"failure": {"code": "user_code.raised", "message": "boom"}}
ONCE = retry_id("r1")
TWICE = retry_id(ONCE)


def failing(*runs: str) -> Any:
    """`b` fails in these runs; all else succeeds."""

    def behave(request: StepRequest) -> Outcome:
        if request.key.step == "b" and request.key.run_id in runs:
            return Outcome(0.1, kinds.STEP_FAILURE, "boom", BOOM)
        return Outcome(0.1)

    return behave


def shop(*runs: str) -> FakeLocation:
    return FakeLocation("shop", assets("a", ("b", ["a"])), behave=failing(*runs))


def starts(location: FakeLocation) -> list[tuple[str, str]]:
    return [(key.run_id, key.step) for key in location.started]


def test_a_run_is_retried_until_it_succeeds() -> None:
    async def story(loop: VirtualLoop) -> None:
        location = shop("r1", ONCE)
        house = House(loop, location, run_max_retries=5)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(10)
        statuses = [(await house.run(run_id)).status for run_id in ("r1", ONCE, TWICE)]
        assert statuses == ["FAILURE", "FAILURE", "SUCCESS"]
        assert starts(location) == [("r1", "a"), ("r1", "b"), (ONCE, "b"), (TWICE, "b")]
        last = await house.run(TWICE)
        assert last.tags["atoll/root_run_id"] == "r1"
        assert last.tags["atoll/parent_run_id"] == ONCE
        assert len(await house.log.runs()) == 3
        await house.engine.stop()

    live(story)


def test_a_run_that_keeps_failing_is_retried_as_often_as_it_may_be() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, shop("r1", ONCE, TWICE), run_max_retries=2)
        await house.open()
        await house.launch("*")
        await asyncio.sleep(10)
        assert {run.run_id for run in await house.log.runs()} == {"r1", ONCE, TWICE}
        await house.engine.stop()

    live(story)


def test_a_retry_whose_location_is_gone_fails_as_any_run_does() -> None:
    async def story(loop: VirtualLoop) -> None:
        location = shop("r1")
        house = House(loop, location, run_max_retries=9)
        await house.open()
        await house.launch("*")
        location.code = Code(location.code.snapshot, Failure(code="x", message="broken"))
        await asyncio.sleep(0.05)
        await house.engine.stop()
        location.drop_host()
        house.locations = ()  # it has left the workspace
        await house.open()
        await asyncio.sleep(30)
        runs = {run.run_id: run.status for run in await house.log.runs()}
        assert set(runs.values()) == {"FAILURE"}
        assert len(runs) <= 2
        await house.engine.stop()

    live(story)


class DyingLog(MemoryEventLog):
    """The engine dies before or after the commit in which a run fails; the log outlives it."""

    def __init__(self, dies: str) -> None:
        super().__init__()
        self.dies: str | None = dies
        self.died = asyncio.Event()

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        if self.dies is None or not any(e.kind == kinds.RUN_FAILURE for e in events):
            return await super().append(events, intents)
        dies, self.dies = self.dies, None
        if dies == "after":
            await super().append(events, intents)
        self.died.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


@pytest.mark.parametrize("dies", ["before", "after"])
def test_a_run_is_retried_once_if_the_engine_dies_as_it_fails(dies: str) -> None:
    async def story(loop: VirtualLoop) -> None:
        location = shop("r1")
        house = House(loop, location, run_max_retries=1)
        house.log = log = DyingLog(dies)
        await house.open()
        await house.launch("*")
        await log.died.wait()
        for task in list(house.engine._tasks):
            task.cancel()
        location.drop_host()
        await house.open()
        await asyncio.sleep(20)
        assert (await house.run("r1")).status == "FAILURE"
        assert (await house.run(ONCE)).status == "SUCCESS"
        assert (await house.kinds(ONCE, kinds.RUN_ENQUEUED)) == [kinds.RUN_ENQUEUED]
        assert starts(location) == [("r1", "a"), ("r1", "b"), (ONCE, "b")]
        await house.engine.stop()

    live(story)


class PickyLog(MemoryEventLog):
    """Takes no failure with its reason."""

    appended: list[list[str]]

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        if any("failure" in event.data for event in events):
            raise ValueError("no such reasons here")
        self.appended.append([f"{event.run_id} {event.kind}" for event in events])
        return await super().append(events, intents)


def test_a_failure_that_cannot_be_stored_whole_is_stored_together_with_its_retry() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, shop("r1"), run_max_retries=1)
        house.log = log = PickyLog()
        log.appended = []
        await house.open()
        await house.launch("*")
        await asyncio.sleep(10)
        assert ["r1 RUN_FAILURE", f"{ONCE} RUN_ENQUEUED"] in log.appended
        assert (await house.run(ONCE)).status == "SUCCESS"
        await house.engine.stop()

    live(story)
