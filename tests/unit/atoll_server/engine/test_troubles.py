"""What goes wrong beside the runs is tried again, or told; nothing waits for ever."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.simulation.virtual_time import VirtualLoop, in_place
from tests.unit.atoll_server.engine.test_engine import House, live

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.locations.fake import Code, FakeLocation, assets
from atoll_server.core.catalog import build
from atoll_server.engine.planner import resolve_and_plan
from atoll_server.ports.event_log import StorageError
from atoll_wire.codec import to_wire
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot, StepSnapshot


class StumblingLog(MemoryEventLog):
    """Fails the first few calls of one of its methods."""

    def __init__(self, method: str, times: int) -> None:
        super().__init__()
        self._method, self._times = method, times

    def _stumble(self, method: str) -> None:
        if method == self._method and self._times:
            self._times -= 1
            raise StorageError("the disk is full", code="storage.disk_full")

    async def snapshot(self, hash: str) -> str | None:
        self._stumble("snapshot")
        return await super().snapshot(hash)

    async def save_snapshot(self, hash: str, text: str) -> None:
        self._stumble("save_snapshot")
        await super().save_snapshot(hash, text)


@pytest.mark.parametrize("method", ["snapshot", "save_snapshot"])
def test_a_snapshot_is_read_again_when_storage_has_recovered(method: str) -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        house.log = StumblingLog(method, times=3)
        await house.open()
        await asyncio.sleep(10)
        assert (await house.view("shop"))["status"] == "loaded"
        assert len(house.errors) == 3
        await house.engine.stop()

    live(story)


def breaking(function: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    """An `offload` in which a function of ours has a bug."""
    left = [times]

    async def offload(work: Callable[..., Any], *arguments: Any) -> Any:
        if work is function and left[0]:
            left[0] -= 1
            raise RuntimeError("nobody thought of this")
        return await in_place(work, *arguments)

    return offload


def test_a_run_whose_planning_meets_a_bug_ends_and_tells_of_it() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        engine = await house.open()
        engine.offload = breaking(resolve_and_plan)
        await house.launch("a")
        await asyncio.sleep(5)
        record = await house.run()
        assert record.status == "FAILURE"
        assert "RuntimeError: nobody thought of this" in record.message
        (end,) = await house.log.events(run_id="r1", kinds=["RUN_FAILURE"])
        assert end.data["failure"]["code"] == "plan.internal"
        await house.launch("a", run_id="r2")
        await asyncio.sleep(5)
        assert (await house.run("r2")).status == "SUCCESS"
        await house.engine.stop()

    live(story)


def test_a_bug_met_in_building_the_catalog_does_not_stop_the_next_one() -> None:
    async def story(loop: VirtualLoop) -> None:
        house = House(loop, FakeLocation("shop", assets("a")))
        engine = await house.open()
        engine.offload = breaking(build)
        await asyncio.sleep(5)
        await house.intend("reload_location", name="shop")
        await asyncio.sleep(5)
        await house.launch("a")
        await asyncio.sleep(5)
        assert (await house.run()).status == "SUCCESS"
        await house.engine.stop()

    live(story)


class AsOtherReleasesWrite(LocationSnapshot):
    """A snapshot of an SDK that lets through what is no UTF-8."""

    def dumps(self) -> str:
        return json.dumps(to_wire(self), separators=(",", ":"), sort_keys=True)


def test_a_location_whose_names_are_no_utf8_fails_alone_and_tells_why() -> None:
    async def story(loop: VirtualLoop) -> None:
        snapshot = AsOtherReleasesWrite(
            assets=[AssetSnapshot("b\udcff", step="b")], steps=[StepSnapshot("b", ["b\udcff"])]
        )
        house = House(loop, FakeLocation("odd", Code(snapshot)), FakeLocation("shop", assets("a")))
        await house.open()
        await house.launch("*")
        await asyncio.sleep(5)
        odd = await house.view("odd")
        assert (odd["status"], odd["error"]["code"]) == ("failed", "location.unreadable_snapshot")
        assert (await house.run()).assets == ("a",)
        await house.engine.stop()

    live(story)
