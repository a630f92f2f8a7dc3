"""Wiping, deleting and pruning: by an engine beside its runs, and where no engine runs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import House, live, slowly

from atoll_server.adapters.event_log.memory import MemoryEventLog
from atoll_server.adapters.locations.fake import FakeLocation, assets
from atoll_server.engine.housekeeping import Housekeeper
from atoll_server.ports.event_log import NewEvent, StoredEvent
from atoll_server.ports.run_files import RunFiles


class Files(RunFiles):
    """Run files that are names in a list."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)

    def run_ids(self) -> list[str]:
        return list(self.names)

    def remove(self, run_id: str) -> None:
        self.names = [name for name in self.names if name != run_id]


class SlowLog(MemoryEventLog):
    """A log that takes a second to erase a few rows."""

    async def erase_run(self, run_id: str, limit: int) -> int:
        await asyncio.sleep(1)
        return await super().erase_run(run_id, limit)


class Home(House):
    """A deployment whose runs have files."""

    def __init__(self, loop: VirtualLoop, *locations: FakeLocation, **settings: Any) -> None:
        super().__init__(loop, *locations, **settings)
        self.log = SlowLog()
        self.files: Files = Files()

    async def add_run(self, run_id: str, count: int, at: float = 1.0) -> None:
        """A run that ended long ago, with many events and a file."""
        logged = [NewEvent(run_id=run_id, kind="LOG", at=at) for _ in range(count)]
        first = NewEvent(run_id=run_id, kind="RUN_ENQUEUED", at=at)
        await self.log.append([first, *logged, NewEvent(run_id=run_id, kind="RUN_FAILURE", at=at)])
        self.files.names.append(run_id)

    async def waiting(self) -> list[str]:
        return [intent.kind for intent in await self.log.intents()]


def test_a_wiped_asset_counts_as_never_made_and_the_console_says_so() -> None:
    async def story(loop: VirtualLoop) -> None:
        home = Home(loop, FakeLocation("shop", assets("a", "b")))
        await home.open()
        await home.launch("*")
        await asyncio.sleep(1)
        await home.intend("wipe_assets", keys=["a"])
        await asyncio.sleep(1)
        assert list(await home.log.assets()) == ["b"]
        assert await home.waiting() == []
        assert "ASSET_WIPED" in home.console[-1]
        await home.launch("a", run_id="r2")
        await asyncio.sleep(1)
        assert sorted(await home.log.assets()) == ["a", "b"]

    live(story)


def test_a_deletion_takes_its_time_and_nobody_waits_for_it() -> None:
    async def story(loop: VirtualLoop) -> None:
        home = Home(loop, FakeLocation("shop", assets("a")))
        await home.add_run("old", 800)
        await home.open()
        await home.intend("delete_run", run_id="old")
        await home.launch("a")
        await asyncio.sleep(2.5)
        assert (await home.run("r1")).status == "SUCCESS"
        assert await home.waiting() == ["delete_run"]
        assert await home.log.run("old") is None
        await asyncio.sleep(5)
        assert await home.waiting() == []
        assert {event.run_id for event in await home.log.events()} == {"r1"}
        assert home.files.names == []

    live(story)


def test_a_deletion_that_an_engine_left_is_finished_by_the_next() -> None:
    async def story(loop: VirtualLoop) -> None:
        home = Home(loop)
        await home.add_run("old", 800)
        await home.open()
        await home.intend("delete_run", run_id="old")
        await asyncio.sleep(2.5)
        await home.engine.stop()
        left = len(await home.log.events(limit=10_000))
        assert 0 < left < 2002
        await home.open()
        await asyncio.sleep(10)
        assert await home.log.events() == []
        assert (await home.waiting(), home.files.names) == ([], [])

    live(story)


def test_a_run_that_has_not_ended_is_not_deleted() -> None:
    async def story(loop: VirtualLoop) -> None:
        home = Home(loop, FakeLocation("shop", assets("a"), behave=slowly(50.0)))
        await home.open()
        await home.launch("a")
        await asyncio.sleep(1)
        home.files.names.append("r1")
        await home.intend("delete_run", run_id="r1")
        await home.intend("prune", ended_before=None, keep_runs=0)
        await asyncio.sleep(5)
        assert (await home.run("r1")).status == "STARTED"
        assert (await home.waiting(), home.files.names) == ([], ["r1"])

    live(story)


class LateLog(SlowLog):
    """A log that takes half a second to append, too."""

    async def append(
        self, events: Sequence[NewEvent], intents: Sequence[int] = ()
    ) -> list[StoredEvent]:
        await asyncio.sleep(0.5)
        return await super().append(events, intents)


def test_a_run_that_is_deleted_before_it_is_queued_is_not_deleted() -> None:
    # Simulation, seed 343: its events were erased while it ran.
    async def story(loop: VirtualLoop) -> None:
        home = Home(loop, FakeLocation("shop", assets("a"), behave=slowly(50.0)))
        home.log = LateLog()
        await home.open()
        await asyncio.sleep(1)
        await home.log.add_intent("launch_run", {"run_id": "r1", "selection": ["a"]}, 0.0)
        await home.intend("delete_run", run_id="r1")  # both are taken up in the same turn
        await asyncio.sleep(5)
        assert (await home.run("r1")).status == "STARTED"
        assert (await home.kinds())[:2] == ["RUN_ENQUEUED", "RUN_STARTING"]
        assert await home.waiting() == []

    live(story)


def test_a_prune_keeps_what_a_rule_keeps_and_what_is_in_use() -> None:
    async def story(loop: VirtualLoop) -> None:
        home = Home(loop, FakeLocation("shop", assets("a")))
        for number in range(4):
            await home.add_run(f"r{number}", 1, at=float(number))
        home.files.names.append("nobodys")
        await home.log.save_snapshot("old", "text")
        await home.open()
        await asyncio.sleep(1)
        await home.intend("prune", ended_before=3.0, keep_runs=2)
        await asyncio.sleep(20)
        assert [run.run_id for run in await home.log.runs()] == ["r3", "r2"]
        assert home.files.names == ["r2", "r3"]
        assert await home.log.snapshot("old") is None
        (shop,) = await home.log.locations()
        assert await home.log.snapshot(shop.snapshot_hash or "") is not None
        assert await home.waiting() == []

    live(story)


def test_a_snapshot_on_its_way_into_use_is_not_dropped() -> None:
    async def story(loop: VirtualLoop) -> None:
        shop = FakeLocation("shop", assets("a"))
        home = Home(loop, shop)
        await home.open()
        await asyncio.sleep(1)
        (record,) = await home.log.locations()
        await home.log.forget_location("shop")  # as if its record were not saved yet
        await home.intend("prune", ended_before=None, keep_runs=0)
        await asyncio.sleep(5)
        assert await home.log.snapshot(record.snapshot_hash or "") is not None

    live(story)


def test_where_no_engine_runs_commands_for_one_stay() -> None:
    async def story() -> None:
        log, files = MemoryEventLog(), Files("old", "nobodys")
        made = {"asset_key": "a", "metadata": {}}
        for kind in ("RUN_ENQUEUED", "ASSET_MATERIALIZATION", "RUN_SUCCESS"):
            await log.append([NewEvent(run_id="old", kind=kind, at=1.0, data=made)])
        await log.add_intent("launch_run", {"run_id": "r1"}, 1.0)
        await log.add_intent("wipe_assets", {"keys": ["a"]}, 1.0)
        await log.add_intent("delete_run", {"run_id": "old"}, 1.0)

        await Housekeeper(log, lambda: 2.0, files).take_up()

        assert [intent.kind for intent in await log.intents()] == ["launch_run"]
        assert await log.assets() == {}
        assert [event.kind for event in await log.events()] == ["ASSET_WIPED"]
        assert files.names == ["nobodys"]

    asyncio.run(story())
