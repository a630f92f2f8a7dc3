"""Whatever is killed, whenever: the promises hold, and the run ends.

A seed decides what dies next: a worker, a location process, the host. `ATOLL_CHAOS_SEEDS` says how
many seeds are tried (2), `ATOLL_CHAOS_FIRST` with which to begin. The invariants are those of
the properties and the simulation, over the events that were really stored.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from atoll_e2e import ENDED, Deployment, Host

from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.core.run.invariants import check_history
from atoll_server.ports.event_log import StoredEvent

FIRST = int(os.environ.get("ATOLL_CHAOS_FIRST", "0"))
SEEDS = int(os.environ.get("ATOLL_CHAOS_SEEDS", "2"))
LAYERS, WIDTH = 4, 3
KILLS = 8

PRELUDE = """
    import os
    import time

    import atoll

    def begin(name):
        with open("started.txt", "a") as file:
            file.write("%s %d\\n" % (name, os.getpid()))
        time.sleep(0.15)

    made = []
"""
ASSET = """
    @atoll.asset
    def {name}({parameters}):
        begin("{name}")
        return 1 + sum([{parameters}])

    made.append({name})
"""


def write_locations(deployment: Deployment) -> None:
    """Layers of assets, each of which needs all of the layer before; two locations in turns."""
    code = {"even": PRELUDE, "odd": PRELUDE}
    before: list[str] = []
    for layer in range(LAYERS):
        names = [f"a{layer}_{number}" for number in range(WIDTH)]
        for name in names:
            location = ("even", "odd")[layer % 2]
            code[location] += ASSET.format(name=name, parameters=", ".join(before))
        before = names
    for location, text in code.items():
        deployment.write(location, text + "\n    defs = atoll.Definitions(assets=made)\n")


def expected_value() -> int:
    """What an asset of the last layer comes to."""
    value = 1
    for _ in range(LAYERS - 1):
        value = 1 + WIDTH * value
    return value


def started(folder: Path) -> list[tuple[str, int]]:
    """Step and pid for each start of user code."""
    path = folder / "started.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return [(line.split()[0], int(line.split()[1])) for line in lines]


def kill_something(chance: random.Random, deployment: Deployment, host: Host) -> bool:
    """One accident; whether it was the host's."""
    victim = chance.choice(["worker", "worker", "location", "host"])
    if victim == "host":
        host.kill()
        return True
    if victim == "location":
        pid = host.get(f"/locations/{chance.choice(deployment.locations)}")["pid"]
    else:
        pid = started(deployment.folder)[-1][1] if started(deployment.folder) else None
    if pid is not None:
        try:
            os.kill(pid, chance.choice([signal.SIGKILL, signal.SIGSEGV]))
        except ProcessLookupError:
            pass
    return False


def live_through(chance: random.Random, deployment: Deployment) -> tuple[str, str]:
    """A run under accidents, then in peace until it ends; its id and status."""
    run_id, kills, pause = "", 0, threading.Event()
    while True:
        with deployment.dev() as host:
            for name in deployment.locations:
                host.wait_loaded(name)
            run_id = run_id or host.launch("*")
            while kills < KILLS and host.get(f"/runs/{run_id}")["status"] not in ENDED:
                pause.wait(chance.uniform(0.0, 0.4))
                kills += 1
                if kill_something(chance, deployment, host):
                    break
            else:
                return run_id, host.wait_run(run_id)["status"]


def stored_events(home: Path, run_id: str) -> Sequence[StoredEvent]:
    """The run's events out of the database."""

    async def read() -> list[StoredEvent]:
        log = SqliteEventLog(str(home), engine=False)
        await log.open()
        try:
            return await log.events(run_id=run_id, limit=100_000)
        finally:
            await log.close()

    return asyncio.run(read())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
def test_promises_hold_whatever_is_killed(seed: int, deployment: Deployment) -> None:
    write_locations(deployment)

    run_id, status = live_through(random.Random(seed), deployment)

    events = stored_events(deployment.home, run_id)
    assert check_history(events) == []
    starts = Counter(started(deployment.folder))
    assert [start for start, count in starts.items() if count > 1] == [], "an attempt began twice"
    told = {(e.step, e.data.get("pid")) for e in events if e.kind == "STEP_WORKER_STARTED"}
    assert set(starts) <= told, "user code ran in a worker that no event tells of"
    succeeded = Counter(e.step for e in events if e.kind == "STEP_SUCCESS")
    assert all(count == 1 for count in succeeded.values())
    if status == "SUCCESS":
        assert len(succeeded) == LAYERS * WIDTH
        assert str(expected_value()) == stored_value(deployment, f"a{LAYERS - 1}_0")
    else:
        lost = [e for e in events if e.kind == "STEP_FAILURE"]
        assert lost, "the run failed and no step tells why"
        assert all("lost" in str(e.data) for e in lost), lost


def stored_value(deployment: Deployment, asset: str) -> str:
    """The text of an asset's stored value: of the file that its pointer names."""
    folder = deployment.home / "values" / asset
    pointer = json.loads((folder / "@value.json").read_text())
    return (folder / pointer["file"]).read_text()
