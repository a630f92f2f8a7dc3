"""What need not be kept goes by itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.simulation.virtual_time import VirtualLoop
from tests.unit.atoll_server.engine.test_engine import live
from tests.unit.atoll_server.engine.test_housekeeping import Files, Home

from atoll_server.adapters.locations.fake import FakeLocation, assets
from atoll_server.engine.settings import EngineSettings
from atoll_server.engine.upkeep import retention
from atoll_server.ports.event_log import Retention

DAY_S = 86_400.0


@pytest.mark.parametrize(
    ("settings", "kept"),
    [
        ({}, None),
        ({"keep_days": 2}, Retention(ended_before=8 * DAY_S)),
        ({"keep_runs": 5}, Retention(keep_runs=5)),
        ({"keep_days": 2, "keep_runs": 5}, Retention(ended_before=8 * DAY_S, keep_runs=5)),
    ],
)
def test_both_rules_keep_and_none_keeps_all(
    settings: dict[str, int], kept: Retention | None
) -> None:
    assert retention(EngineSettings(**settings), 10 * DAY_S) == kept


class Watched(Files):
    """Run files that note what is swept."""

    def __init__(self, *names: str) -> None:
        super().__init__(*names)
        self.journals = list(names)
        self.swept: list[float] = []

    def with_journals(self) -> list[str]:
        return list(self.journals)

    def remove_journals(self, run_id: str) -> None:
        self.journals.remove(run_id)

    def sweep(self, before: float) -> None:
        self.swept.append(before)


async def kept(home: Home) -> list[str]:
    return [run.run_id for run in await home.log.runs()]


def make(loop: VirtualLoop, **settings: Any) -> tuple[Home, Watched]:
    home = Home(loop, FakeLocation("shop", assets("a")), **settings)
    files = home.files = Watched()
    return home, files


def test_old_runs_go_soon_after_the_start_and_again_every_hour() -> None:
    async def story(loop: VirtualLoop) -> None:
        home, files = make(loop, keep_runs=1)
        for run_id in ("r1", "r2"):
            await home.add_run(run_id, 3)
        await home.open()
        await asyncio.sleep(60)
        assert await kept(home) == ["r2"]
        await home.add_run("r3", 3)
        await asyncio.sleep(1800)
        assert await kept(home) == ["r3", "r2"]
        await asyncio.sleep(1800)
        assert await kept(home) == ["r3"]
        assert files.names == ["r3"]
        assert home.errors == []
        await home.engine.stop()

    live(story)


def test_all_runs_stay_by_default_but_for_journals_that_nobody_needs() -> None:
    async def story(loop: VirtualLoop) -> None:
        home, files = make(loop)
        await home.add_run("r1", 3)
        files.journals = ["r1", "unknown"]
        await home.open()
        await asyncio.sleep(60)
        assert await kept(home) == ["r1"]
        assert files.journals == ["unknown"], "its host may have it in another database"
        assert files.names == ["r1"]
        assert [home.clock.now() - before > DAY_S for before in files.swept] == [True]
        await home.engine.stop()

    live(story)


def test_upkeep_that_fails_is_tried_again_an_hour_later() -> None:
    async def story(loop: VirtualLoop) -> None:
        home, files = make(loop)

        async def refuse() -> list[str]:
            raise OSError("no disk")

        home.log.unused_snapshots = refuse  # type: ignore[method-assign]
        await home.open()
        await asyncio.sleep(60)
        assert [str(error) for error in home.errors] == ["no disk"]
        del home.log.unused_snapshots  # type: ignore[method-assign]
        await asyncio.sleep(3600)
        assert len(files.swept) == 1
        await home.engine.stop()

    live(story)
