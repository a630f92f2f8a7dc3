"""What the engine asks of storage, in counts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.locations.fake import FakeLocation, assets


class CountedLog(MemoryEventLog):
    """Counts the calls of each method."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}

    def __getattribute__(self, name: str) -> Any:
        if name in ("append", "sync", "events", "run", "runs", "intents", "watermarks"):
            counts = self.counts
            counts[name] = counts.get(name, 0) + 1
        return super().__getattribute__(name)


def _counts_of_a_chain(length: int) -> dict[str, int]:
    found: dict[str, int] = {}

    async def story(loop: VirtualLoop) -> None:
        chain = [f"s{n}" if n == 0 else (f"s{n}", [f"s{n - 1}"]) for n in range(length)]
        house = House(loop, FakeLocation("shop", assets(*chain)))
        log = house.log = CountedLog()
        await house.open()
        await asyncio.sleep(1)
        log.counts.clear()
        await house.launch("*")
        await asyncio.sleep(60)  # of virtual time
        found.update(log.counts)
        assert (await house.run()).status == "SUCCESS"
        await house.engine.stop()

    live(story)
    return found


@pytest.mark.parametrize("length", [10, 100])
def test_a_step_of_a_chain_is_stored_in_few_transactions_and_reads_nothing(length: int) -> None:
    counts = _counts_of_a_chain(length)
    assert counts["append"] <= 3 * length + 5
    assert counts.get("events", 0) + counts.get("watermarks", 0) + counts.get("runs", 0) == 0
