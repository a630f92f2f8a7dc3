"""A laptop's lid: everything stands still for a while, and goes on as if nothing had been.

`ATOLL_CHAOS_SLEEP_S` says for how long (3).
"""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from contextlib import suppress

import pytest
from atoll_e2e import Deployment, until
from graph import Graph
from promises import broken_promises, pids_in, stored_events

SLEEP_S = float(os.environ.get("ATOLL_CHAOS_SLEEP_S", "3"))


@pytest.mark.slow
def test_a_run_sleeps_with_its_laptop(deployment: Deployment) -> None:
    graph = Graph(deployment, 40)
    try:
        with deployment.dev() as host:
            for name in [*deployment.locations, *deployment.servers]:
                host.wait_loaded(name)
            run_id = host.launch("*")
            until(lambda: len(graph.lines()) > 10, "the run to be under way")

            asleep = pids_in(deployment.folder)
            for pid in asleep:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            threading.Event().wait(SLEEP_S)
            for pid in asleep:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

            assert host.wait_run(run_id)["status"] == "SUCCESS"
        events = stored_events(deployment.home, run_id)
        assert broken_promises([events], graph.lines()) == []
        kinds = Counter(event.kind for event in events)
        assert kinds["STEP_SUCCESS"] == kinds["STEP_WORKER_STARTED"] == 40
        assert kinds["STEP_WORKER_LOST"] == kinds["STEP_UP_FOR_RETRY"] == 0
    finally:
        graph.server.close()
