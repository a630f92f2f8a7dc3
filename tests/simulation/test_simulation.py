"""The engine keeps its promises under every seed, and the simulator sees what it should.

ATOLL_SIMULATION_SEEDS: how many seeds (1000); ATOLL_SIMULATION_FIRST: from which on (0).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.simulation.__main__ import shrunk
from tests.simulation.coverage import Coverage
from tests.simulation.simulate import simulate
from tests.simulation.story import Story

from atoll_server.engine.runs import Runs

ROOT = Path(__file__).resolve().parents[2]
SEEDS = int(os.environ.get("ATOLL_SIMULATION_SEEDS", "1000"))
FIRST = int(os.environ.get("ATOLL_SIMULATION_FIRST", "0"))
_BATCH = 25
_FEW = 100
"""So many are lived through in `make check`, too."""


@pytest.mark.parametrize("first", range(FIRST, FIRST + min(SEEDS, _FEW), _BATCH))
def test_no_seed_violates_a_promise(first: int) -> None:
    for seed in range(first, min(first + _BATCH, FIRST + SEEDS)):
        story = simulate(seed)
        assert not story.violations, story.told()


@pytest.mark.slow
def test_no_seed_of_a_thousand_does_and_together_they_have_seen_everything() -> None:
    command = ["--seeds", str(SEEDS), "--first", str(FIRST), "--jobs", "2"]
    done = _tell(*command)
    assert done.returncode == 0, done.stdout


def test_a_seed_tells_the_same_story_in_every_process() -> None:
    seeds = [str(seed) for seed in range(12)]
    told = {
        _tell("--digest", *seeds, hash_seed=hash_seed).stdout for hash_seed in ("0", "1", "4711")
    }
    assert told == {"".join(f"{seed} {simulate(int(seed)).digest}\n" for seed in seeds)}


def test_an_entry_that_is_left_out_changes_nothing_before_it() -> None:
    whole = simulate(7)
    without = simulate(7, {len(whole.script) - 1})
    last_at = float(whole.script[-1].split()[0])
    before = [line for line in whole.lines if float(line.split()[0]) < last_at]
    assert len(before) > 10
    assert without.lines[: len(before)] == before


def test_a_failing_seed_shrinks_and_marks_where_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Runs, "forget", lambda self, run_id: None)  # plant a leak
    failing = next(story for seed in range(20) if (story := simulate(seed)).violations)
    short = shrunk(failing)
    assert len(short.script) - len(short.without) == 1  # a launch is enough
    told = short.told().splitlines()
    assert told[-1] == f"the whole story: {short.command}"
    assert told[-2].startswith(">") and "VIOLATION the engine still holds" in told[-2]


def test_blind_spots_are_told() -> None:
    coverage = Coverage()
    coverage.add([Story(0)])
    assert coverage.is_blind
    assert "never taken: run NEW RUN_ENQUEUED" in coverage.table()
    assert "never befell anybody: cut_power_of_host" in coverage.table()


def _tell(*arguments: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=1800,
    )
