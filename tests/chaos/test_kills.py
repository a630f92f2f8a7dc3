"""Whatever is killed, whenever: the promises hold, and every run ends.

A seed decides what dies next. `ATOLL_CHAOS_SEEDS` says how many seeds are tried (2),
`ATOLL_CHAOS_FIRST` with which to begin, `ATOLL_CHAOS_KILLS` how many accidents each has (8), and
`ATOLL_CHAOS_STEPS` how many steps a run has (40). The invariants are those of the properties and
the simulation, over the events that were really stored.
"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from accidents import Accidents
from atoll_e2e import Deployment, Host, until
from graph import FAR, Graph
from promises import (
    broken_promises,
    left_files,
    left_processes,
    stored_events,
    unexplained_failures,
)

FIRST = int(os.environ.get("ATOLL_CHAOS_FIRST", "0"))
SEEDS = int(os.environ.get("ATOLL_CHAOS_SEEDS", "2"))
KILLS = int(os.environ.get("ATOLL_CHAOS_KILLS", "8"))
STEPS = int(os.environ.get("ATOLL_CHAOS_STEPS", "40"))
STEPS_AT_A_TIME = "6"
RUN_ENDS = frozenset(["SUCCESS", "FAILURE"])


@pytest.fixture
def graph(deployment: Deployment) -> Iterator[Graph]:
    """The graph; its server is gone at the end."""
    deployment.variables["ATOLL_MAX_CONCURRENT_STEPS"] = STEPS_AT_A_TIME
    graph = Graph(deployment, STEPS)
    yield graph
    graph.server.close()


def live_through(
    chance: random.Random, deployment: Deployment, accidents: Accidents, kills: int
) -> list[str]:
    """Runs under accidents until these are used up, then in peace until the last has ended.

    Returns:
        The ids of the runs.
    """
    runs: list[str] = []
    pause = threading.Event()
    while True:
        with deployment.dev() as host:
            for name in [*deployment.locations, FAR]:
                host.wait_loaded(name)
            while kills > 0:
                if not runs or _status(host, runs[-1]) in RUN_ENDS:
                    runs.append(host.launch("*"))
                pause.wait(chance.uniform(0.0, 0.8))
                kills -= 1
                if accidents.happen(host):
                    break
            else:
                for run_id in runs:
                    host.wait_run(run_id)
                until(lambda: not journals_left(deployment), "the journals of ended runs to go")
                return runs


def _status(host: Host, run_id: str) -> str:
    return str(host.get(f"/runs/{run_id}")["status"])


def journals_left(deployment: Deployment) -> list[Path]:
    """Journals in the homes of host and server."""
    folders = (deployment.home, deployment.folder / f"{FAR}-server" / ".atoll")
    return [path for each in folders for path in each.glob("**/journal/**/*") if path.is_file()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
def test_promises_hold_whatever_is_killed(
    seed: int, deployment: Deployment, graph: Graph
) -> None:
    chance = random.Random(seed)
    accidents = Accidents(chance, deployment, graph)

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
