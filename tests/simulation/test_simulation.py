"""The engine keeps its promises under every seed. ATOLL_SIMULATION_SEEDS: how many (150)."""

from __future__ import annotations

import os

import pytest
from tests.simulation.simulate import simulate

SEEDS = int(os.environ.get("ATOLL_SIMULATION_SEEDS", "150"))
FIRST = int(os.environ.get("ATOLL_SIMULATION_FIRST", "0"))
_BATCH = 25


@pytest.mark.parametrize("first", range(FIRST, FIRST + SEEDS, _BATCH))
def test_no_seed_violates_an_invariant(first: int) -> None:
    for seed in range(first, min(first + _BATCH, FIRST + SEEDS)):
        story = simulate(seed)
        told = "\n".join(story.violations[:3])
        assert not story.violations, f"{told}\nthe whole story: python -m tests.simulation {seed}"


def test_a_seed_tells_the_same_story_twice() -> None:
    assert simulate(7).lines == simulate(7).lines
