"""How assets stand: made, failed, being made, asked for."""

from __future__ import annotations

from itertools import count, starmap
from typing import Any

import pytest

from atoll_server.core.event import EventNote
from atoll_server.core.standing import Failed, Made, PlannedAssets, Standing, Standings
from atoll_wire import events as kinds


class Story:
    """Standings, told events one after the other."""

    def __init__(self, **made: float) -> None:
        self.ids = count(100)
        past = {key: Made(1, "r0", at) for key, at in made.items()}
        self.standings = Standings(past, {})

    def plan(self, run_id: str, **steps: list[str]) -> None:
        self.standings.plan(run_id, starmap(PlannedAssets, steps.items()))

    def tell(self, kind: str, run_id: str = "r1", **fields: Any) -> list[str]:
        note = EventNote(next(self.ids), kind, run_id, fields.pop("at", 5.0), **fields)
        return sorted(self.standings.evolve(note))

    def begin(self, step: str, attempt: int = 1, run_id: str = "r1") -> list[str]:
        return self.tell(kinds.STEP_WORKER_STARTING, run_id, step=step, attempt=attempt)

    def make(self, key: str, run_id: str = "r1", at: float = 5.0) -> list[str]:
        return self.tell(kinds.ASSET_MATERIALIZATION, run_id, asset_key=key, at=at)

    def __getitem__(self, key: str) -> Any:
        return self.standings.of(key)


def test_an_asset_is_queued_then_running_then_materialized() -> None:
    story = Story()
    assert story["a"] is None

    story.plan("r1", load=["a", "b"])
    assert story["a"] == Standing("queued", None, "r1")
    assert story.begin("load") == ["a", "b"]
    assert story["a"] == Standing("running", None, "r1")
    assert story.tell(kinds.STEP_WORKER_STARTED, step="load", attempt=1, seq=1) == []
    assert story.make("a", at=7.0) == ["a"]
    assert story["a"] == Standing("running", 7.0, "r1")
    assert story.tell(kinds.STEP_SUCCESS, step="load", attempt=1, seq=9) == ["a", "b"]
    assert story["a"] == Standing("materialized", 7.0, "r1")
    assert story["b"] is None


@pytest.mark.parametrize("kind", [kinds.STEP_UP_FOR_RETRY, kinds.STEP_WORKER_LOST])
def test_what_is_tried_again_is_still_being_made(kind: str) -> None:
    story = Story(a=1.0)
    story.plan("r1", load=["a"])
    story.begin("load")

    assert story.tell(kind, step="load", attempt=1, seq=3) == []
    assert story["a"].state == "running"


def test_a_failed_step_fails_its_assets_until_they_are_made_by_another_run() -> None:
    story = Story(a=1.0)
    story.plan("r1", load=["a"], sum=["b"])
    story.begin("load")

    assert story.tell(kinds.STEP_FAILURE, step="load", attempt=1, seq=3) == ["a"]
    assert story["a"] == Standing("failed", 1.0, "r1")
    assert story.tell(kinds.STEP_SKIPPED, step="sum") == ["b"]
    assert story["b"] is None, "what was skipped did not fail"
    story.make("a", "r2", at=8.0)
    assert story["a"] == Standing("materialized", 8.0, "r2")


def test_what_a_step_made_before_it_failed_is_made() -> None:
    story = Story()
    story.plan("r1", load=["a", "b"])
    story.begin("load")
    story.make("a")

    story.tell(kinds.STEP_FAILURE, step="load", attempt=1, seq=3)

    assert (story["a"].state, story["b"].state) == ("materialized", "failed")


def test_what_an_earlier_attempt_still_says_means_nothing() -> None:
    story = Story(a=1.0)
    story.plan("r1", load=["a"])
    story.begin("load")
    story.tell(kinds.STEP_UP_FOR_RETRY, step="load", attempt=1)
    story.begin("load", attempt=2)

    assert story.tell(kinds.STEP_FAILURE, step="load", attempt=1, seq=7) == []
    assert story["a"].state == "running"


def test_the_end_of_a_run_lets_go_of_all_that_it_was_to_make() -> None:
    story = Story(a=1.0)
    story.plan("r1", load=["a"], sum=["b"])

    assert story.tell(kinds.RUN_CANCELED) == ["a", "b"]
    assert story["a"] == Standing("materialized", 1.0, "r0")
    assert story["b"] is None
    assert set(story.standings.keys) == {"a"}


def test_of_several_runs_the_newest_that_makes_it_now_is_told() -> None:
    story = Story()
    for run_id in ("r1", "r2", "r3"):
        story.plan(run_id, load=["a"])
    assert story["a"] == Standing("queued", None, "r3")

    story.begin("load", run_id="r1")
    assert story["a"] == Standing("running", None, "r1")
    story.begin("load", run_id="r2")
    assert story["a"] == Standing("running", None, "r2")
    story.tell(kinds.RUN_CANCELED, "r2")
    assert story["a"] == Standing("running", None, "r1")


def test_a_wiped_asset_neither_was_made_nor_failed() -> None:
    story = Story(a=1.0)
    story.plan("r1", load=["a"])
    story.begin("load")
    story.tell(kinds.STEP_FAILURE, step="load", attempt=1, seq=3)

    assert story.tell(kinds.ASSET_WIPED, "", asset_key="a") == ["a"]
    assert story["a"] is None


def test_what_storage_tells_of_the_past_is_not_undone_by_notes_of_the_past() -> None:
    standings = Standings({"a": Made(9, "r2", 2.0)}, {"b": Failed(9, "r2")})

    standings.evolve(EventNote(5, kinds.ASSET_MATERIALIZATION, "r1", 1.0, asset_key="a"))
    standings.evolve(EventNote(5, kinds.ASSET_WIPED, "", 1.0, asset_key="b"))

    assert standings.of("a") == Standing("materialized", 2.0, "r2")
    assert standings.of("b") == Standing("failed", None, "r2")
