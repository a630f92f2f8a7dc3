"""A location that is not served any more while one of its steps runs."""

from __future__ import annotations

from atoll_e2e import Deployment, until

SLOW = """
    import time
    from pathlib import Path

    import atoll

    @atoll.asset
    def upstream() -> int:
        with open("started.txt", "a") as file:
            file.write("upstream\\n")
        while not Path("gate").exists():
            time.sleep(0.01)
        return 1

    defs = atoll.Definitions(assets=[upstream])
"""
NEXT = """
    import atoll

    @atoll.asset
    def downstream(upstream: int) -> int:
        return upstream + 1

    defs = atoll.Definitions(assets=[downstream])
"""


def launched_and_left(deployment: Deployment) -> str:
    """A run across both locations, whose host dies and whose first location leaves."""
    deployment.write("one", SLOW)
    deployment.write("two", NEXT)
    with deployment.dev() as host:
        for name in ("one", "two"):
            host.wait_loaded(name)
        run_id = host.launch("upstream", "downstream")
        host.wait_event(run_id, "STEP_START", "upstream")
        started = deployment.folder / "started.txt"
        until(started.exists, "user code to start")
        host.kill()
    deployment.locations.remove("one")
    deployment.write("two", NEXT)
    return run_id


def test_a_step_whose_location_left_the_workspace_is_brought_to_its_end(
    deployment: Deployment,
) -> None:
    run_id = launched_and_left(deployment)
    with deployment.dev() as host:
        note = host.wait_event(run_id, "ENGINE_EVENT", "upstream")
        assert "has left the workspace" in note["message"]
        (deployment.folder / "gate").touch()
        assert host.wait_run(run_id)["status"] == "SUCCESS"
    assert (deployment.folder / "started.txt").read_text() == "upstream\n"


def test_a_run_whose_location_left_the_workspace_can_be_canceled(deployment: Deployment) -> None:
    run_id = launched_and_left(deployment)
    with deployment.dev() as host:
        host.wait_event(run_id, "ENGINE_EVENT", "upstream")
        host.ask("POST", f"/api/v1/runs/{run_id}/cancel")
        assert host.wait_run(run_id)["status"] == "CANCELED"
