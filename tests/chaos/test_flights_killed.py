"""The example of the README under accidents: real data, three Pythons, none of it lost.

`ATOLL_CHAOS_FLIGHTS` says how many accidents there are; none: the test is left out.
"""

from __future__ import annotations

import os
import random

import pytest
from accidents import Accidents
from atoll_e2e import Deployment, Host, until
from flights import ROWS, rows_of, set_up_flights
from promises import (
    broken_promises,
    left_files,
    left_processes,
    stored_events,
    unexplained_failures,
)
from surviving import live_through

from atoll_wire.events import CLOSING

KILLS = int(os.environ.get("ATOLL_CHAOS_FLIGHTS", "0"))


def workers(host: Host) -> list[int]:
    """Workers of the newest run that have begun a step and not ended it."""
    at_work = {}
    for event in host.events(host.get("/runs?limit=1")["items"][0]["run_id"]):
        key = event["step"], event["attempt"]
        if event["kind"] == "STEP_WORKER_STARTED":
            at_work[key] = event["data"]["pid"]
        elif event["kind"] in CLOSING:
            at_work.pop(key, None)
    return list(at_work.values())


@pytest.mark.slow
@pytest.mark.skipif(not KILLS, reason="ATOLL_CHAOS_FLIGHTS is not set; `make chaos` sets it")
def test_no_flight_is_lost_whatever_is_killed(deployment: Deployment) -> None:
    set_up_flights(deployment)
    chance = random.Random(1)
    accidents = Accidents(chance, deployment, workers)

    run_ids = live_through(chance, deployment, accidents, KILLS)

    print(dict(accidents.happened))
    runs = [stored_events(deployment.home, run_id) for run_id in run_ids]
    assert broken_promises(runs, None) == []
    assert [what for events in runs for what in unexplained_failures(events)] == []
    with deployment.dev() as host:
        if host.get(f"/runs/{run_ids[-1]}")["status"] == "SUCCESS":
            assert {key: rows_of(host, key) for key in ROWS} == ROWS
    until(lambda: not left_processes(deployment.folder), f"{left_processes(deployment.folder)}")
    assert left_files(deployment.home) == []
