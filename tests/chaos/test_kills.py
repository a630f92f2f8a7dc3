"""Whatever is killed, whenever: the promises hold, and every run ends.

A seed decides what dies next. `ATOLL_CHAOS_SEEDS` says how many seeds are tried (2),
`ATOLL_CHAOS_FIRST` with which to begin, `ATOLL_CHAOS_KILLS` how many accidents each has (8), and
`ATOLL_CHAOS_STEPS` how many steps a run has (40). The invariants are those of the properties and
the simulation, over the events that were really stored.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest
from accidents import Accidents
from atoll_e2e import Deployment, until
from graph import Graph
from promises import (
    broken_promises,
    left_files,
    left_processes,
    stored_events,
    unexplained_failures,
)
from surviving import live_through

FIRST = int(os.environ.get("ATOLL_CHAOS_FIRST", "0"))
SEEDS = int(os.environ.get("ATOLL_CHAOS_SEEDS", "2"))
KILLS = int(os.environ.get("ATOLL_CHAOS_KILLS", "8"))
STEPS = int(os.environ.get("ATOLL_CHAOS_STEPS", "40"))
STEPS_AT_A_TIME = "6"


@pytest.fixture
def graph(deployment: Deployment) -> Iterator[Graph]:
    """The graph; its server is gone at the end."""
    deployment.variables["ATOLL_MAX_CONCURRENT_STEPS"] = STEPS_AT_A_TIME
    graph = Graph(deployment, STEPS)
    yield graph
    graph.server.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
def test_promises_hold_whatever_is_killed(seed: int, deployment: Deployment, graph: Graph) -> None:
    chance = random.Random(seed)
    accidents = Accidents(chance, deployment, lambda host: graph.workers(), graph.server)

    run_ids = live_through(chance, deployment, accidents, KILLS)
    graph.server.close()

    print(f"seed {seed}: {dict(accidents.happened)}")
    runs = [stored_events(deployment.home, run_id) for run_id in run_ids]
    assert broken_promises(runs, graph.lines()) == []
    for events in runs:
        if events[-1].kind == "RUN_SUCCESS":
            assert sum(e.kind == "STEP_SUCCESS" for e in events) == STEPS
        else:
            assert unexplained_failures(events) == []
    if runs[-1][-1].kind == "RUN_SUCCESS":
        for step in (f"s{number}" for number in range(STEPS)):
            assert graph.stored_value(deployment.home, step) == graph.values[step]
    until(lambda: not left_processes(deployment.folder), f"{left_processes(deployment.folder)}")
    assert left_files(deployment.home) == []
