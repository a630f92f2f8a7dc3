"""What dies comes back, and nothing is done twice."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from atoll_e2e import Deployment, Host, is_alive, until

# Leaves a line per start of user code, then waits until the test opens the gate.
GATED = """
    import os
    import time
    from pathlib import Path

    import atoll

    def passage(name: str) -> None:
        with open("started.txt", "a") as file:
            file.write("%s %d\\n" % (name, os.getpid()))
        while not Path("gate").exists():
            time.sleep(0.01)

    @atoll.asset
    def first() -> int:
        passage("first")
        return 1

    @atoll.asset
    def second(first: int) -> int:
        passage("second")
        return first + 1

    defs = atoll.Definitions(assets=[first, second])
"""


def started(deployment: Deployment) -> list[str]:
    """One line for each time that user code was started."""
    path = deployment.folder / "started.txt"
    return path.read_text().splitlines() if path.exists() else []


def open_gate(deployment: Deployment) -> None:
    """Let the steps end."""
    (deployment.folder / "gate").touch()


def launch_gated(deployment: Deployment, host: Host) -> tuple[str, int]:
    """A run whose first step is in user code; its id, and the pid of the worker."""
    host.wait_loaded("gated")
    run_id = host.launch("*")
    line = until(lambda: started(deployment), "user code to start")[0]
    return run_id, int(line.split()[1])


@pytest.fixture
def gated(deployment: Deployment) -> Deployment:
    """A location whose steps wait for the test."""
    deployment.write("gated", GATED)
    return deployment


def test_an_idle_location_process_that_is_killed_comes_back(gated: Deployment) -> None:
    with gated.dev() as host:
        pid = host.wait_loaded("gated")["pid"]
        os.kill(pid, signal.SIGKILL)
        back = host.wait_location(
            "gated", lambda it: it["status"] == "loaded" and it["pid"] not in (None, pid), "back"
        )
        assert is_alive(back["pid"])
        open_gate(gated)
        assert host.wait_run(host.launch("first"))["status"] == "SUCCESS"


def test_a_step_outlives_its_location_process(gated: Deployment) -> None:
    with gated.dev() as host:
        pid = host.wait_loaded("gated")["pid"]
        run_id, worker = launch_gated(gated, host)
        if worker == pid:
            pytest.skip("the worker is the location process")
        os.kill(pid, signal.SIGKILL)
        host.wait_location("gated", lambda it: it["pid"] not in (None, pid), "back")
        assert is_alive(worker)
        open_gate(gated)
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        assert [line.split()[0] for line in started(gated)] == ["first", "second"]


def test_a_run_goes_on_after_its_host_was_killed(gated: Deployment) -> None:
    with gated.dev() as host:
        run_id, worker = launch_gated(gated, host)
        host.kill()
        assert is_alive(worker)
    with gated.dev() as host:
        assert host.get(f"/runs/{run_id}")["status"] == "STARTED"
        open_gate(gated)
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        assert [line.split()[0] for line in started(gated)] == ["first", "second"]
        kinds = [event["kind"] for event in host.events(run_id) if event["step"] == "first"]
        assert kinds.count("STEP_SUCCESS") == kinds.count("STEP_START") == 1


def test_what_ended_while_no_host_was_there_is_taken_up(gated: Deployment) -> None:
    with gated.dev() as host:
        run_id, worker = launch_gated(gated, host)
        host.kill()
    open_gate(gated)
    until(lambda: not is_alive(worker), "the worker to end by itself")
    with gated.dev() as host:
        assert host.wait_run(run_id)["status"] == "SUCCESS"
        assert [line.split()[0] for line in started(gated)] == ["first", "second"]


def test_a_killed_worker_is_reported_and_its_step_tried_again(gated: Deployment) -> None:
    with gated.dev() as host:
        run_id, worker = launch_gated(gated, host)
        os.kill(worker, signal.SIGKILL)
        lost = host.wait_event(run_id, "STEP_WORKER_LOST", "first")
        assert "SIGKILL" in str(lost)
        open_gate(gated)
        run = host.wait_run(run_id)
        attempts = [e["attempt"] for e in host.events(run_id) if e["kind"] == "STEP_START"]
        assert len(attempts) == len(set(attempts)) or run["status"] == "SUCCESS"
        firsts = [line for line in started(gated) if line.startswith("first")]
        assert len(firsts) == len(set(firsts)), "an attempt was started twice"


@pytest.mark.parametrize(
    ("code", "told"),
    [("os._exit(7)", "7"), ("ctypes.string_at(0)", "SIGSEGV"), ("sys.exit(9)", "9")],
    ids=["os._exit", "segfault", "sys.exit"],
)
def test_a_step_that_ends_its_process_fails_with_the_reason(
    code: str, told: str, deployment: Deployment
) -> None:
    deployment.write(
        "deadly",
        f"""
        import ctypes, os, sys

        import atoll

        @atoll.asset
        def deadly() -> None:
            {code}

        defs = atoll.Definitions(assets=[deadly])
        """,
    )
    with deployment.dev() as host:
        pid = host.wait_loaded("deadly")["pid"]
        run_id = host.launch("deadly")
        assert host.wait_run(run_id)["status"] == "FAILURE"
        failures = [e for e in host.events(run_id) if e["kind"].startswith("STEP_")]
        assert any(told in str(event) for event in failures), failures
        assert host.get("/locations/deadly")["pid"] == pid, "the location process suffered"


def test_a_run_can_be_cancelled(gated: Deployment) -> None:
    with gated.dev() as host:
        run_id, worker = launch_gated(gated, host)
        host.ask("POST", f"/api/v1/runs/{run_id}/cancel")
        assert host.wait_run(run_id)["status"] == "CANCELED"
        until(lambda: not is_alive(worker), "the worker to end")
        assert [line.split()[0] for line in started(gated)] == ["first"]


def test_a_second_host_is_told_who_holds_the_deployment(gated: Deployment) -> None:
    with gated.dev() as host:
        second = gated.run("dev", "--port", "0")
        assert second.code != 0
        assert str(host.process.pid) in second.text
        assert "Traceback" not in second.text


def test_nothing_is_left_when_the_host_has_stopped(gated: Deployment) -> None:
    with gated.dev() as host:
        pid = host.wait_loaded("gated")["pid"]
    until(lambda: not is_alive(pid), "the location process to end")
    assert not Path(gated.home, "host.json").exists()
