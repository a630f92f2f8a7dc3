"""Limits and cancels hold whatever dies, and leave nothing running."""

from __future__ import annotations

from atoll_e2e import Deployment, Host, is_alive, until

# The step starts a program in a session of its own, then waits for ever.
ENDLESS = """
    import os
    import subprocess
    import sys
    import time
    from pathlib import Path

    import atoll

    @atoll.asset(op_tags=%s)
    def endless() -> None:
        program = [sys.executable, "-c", "import time; time.sleep(1000)"]
        child = subprocess.Popen(program, start_new_session=True)
        note = Path("note.%%d" %% os.getpid())
        note.write_text("%%d %%d" %% (os.getpid(), child.pid))
        note.rename("pids")
        time.sleep(1000)

    defs = atoll.Definitions(assets=[endless])
"""


def started(deployment: Deployment) -> list[int]:
    """The worker and what it has started."""
    path = deployment.folder / "pids"
    text = until(lambda: path.exists() and path.read_text(), "user code to start")
    return [int(pid) for pid in str(text).split()]


def assert_gone(pids: list[int]) -> None:
    until(lambda: not any(is_alive(pid) for pid in pids), "the step's processes to end")


def launch(host: Host, **tags: str) -> str:
    host.wait_loaded("endless")
    tagged = {name.replace("__", "/"): value for name, value in tags.items()}
    run_id: str = host.ask("POST", "/api/v1/runs", {"assets": ["*"], "tags": tagged})["run_id"]
    return run_id


def failure_of(host: Host, run_id: str, kind: str) -> str:
    found = next(event for event in host.events(run_id) if event["kind"] == kind)
    return str(found["data"]["failure"]["code"])


def test_a_steps_time_runs_on_while_no_host_is_there(deployment: Deployment) -> None:
    deployment.write("endless", ENDLESS % {"atoll/max_runtime": "1s"})
    with deployment.dev() as host:
        run_id = launch(host)
        pids = started(deployment)
        host.kill()
    with deployment.dev() as host:
        assert host.wait_run(run_id)["status"] == "FAILURE"
        assert failure_of(host, run_id, "STEP_FAILURE") == "step.timed_out"
        assert_gone(pids)


def test_a_runs_time_runs_on_while_no_host_is_there(deployment: Deployment) -> None:
    deployment.write("endless", ENDLESS % {})
    with deployment.dev() as host:
        run_id = launch(host, dagster__max_runtime="2")
        pids = started(deployment)
        host.kill()
    with deployment.dev() as host:
        assert host.wait_run(run_id)["status"] == "FAILURE"
        assert failure_of(host, run_id, "RUN_FAILURE") == "run.timed_out"
        assert_gone(pids)


def test_a_canceled_run_leaves_nothing_running(deployment: Deployment) -> None:
    deployment.write("endless", ENDLESS % {})
    with deployment.dev() as host:
        run_id = launch(host)
        pids = started(deployment)
        host.ask("POST", f"/api/v1/runs/{run_id}/cancel")
        assert host.wait_run(run_id)["status"] == "CANCELED"
        assert_gone(pids)
