"""Pools, run slots and priorities with real processes, changed while they run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from atoll_e2e import Deployment, Host, until

GATED = """
    import os
    import time
    from pathlib import Path

    import atoll

    def gated(name, pool=None):
        @atoll.asset(name=name, pool=pool)
        def wait() -> int:
            Path("started").mkdir(exist_ok=True)
            Path("started", f"{time.time_ns()}-{name}").touch()
            while not Path("gates", name).exists():
                time.sleep(0.01)
            return 1
        return wait

    defs = atoll.Definitions(assets=[%s])
"""


def started(deployment: Deployment) -> list[str]:
    """Names of the assets whose code began, in order."""
    folder = deployment.folder / "started"
    names = sorted(os.listdir(folder)) if folder.exists() else []
    return [name.partition("-")[2] for name in names]


def open_gate(deployment: Deployment, name: str) -> None:
    """Let an asset end."""
    (deployment.folder / "gates").mkdir(exist_ok=True)
    Path(deployment.folder / "gates" / name).touch()


def launch(host: Host, asset: str, **tags: str) -> str:
    """Ask for a run of one asset."""
    run: Any = host.ask("POST", "/api/v1/runs", {"assets": [asset], "tags": tags})
    return str(run["run_id"])


def run_ids(host: Host, **wanted: str) -> list[str]:
    """Runs in the queue of which all this is true."""
    items = host.get("/queue")["runs"]["items"]
    return [
        one["run_id"] for one in items if all(one[name] == value for name, value in wanted.items())
    ]


def test_a_pool_holds_over_two_locations_and_is_widened_while_it_is_full(
    deployment: Deployment,
) -> None:
    deployment.write("shop", GATED % 'gated("a", "gpu"), gated("free")')
    deployment.write("bank", GATED % 'gated("b", "gpu")')
    with deployment.dev() as host:
        for location in ("shop", "bank"):
            host.wait_loaded(location)
        assert deployment.run("config", "set", "max_concurrent_steps", "8").code == 0
        assert deployment.run("pool", "set", "gpu", "1").code == 0
        for asset in ("a", "b", "free"):
            launch(host, asset)
        until(lambda: {"a", "free"} <= set(started(deployment)), "the first and the free one")
        waiting = until(
            lambda: [one for one in host.get("/queue")["steps"]["items"] if one["waits_for"]],
            "the second one to wait",
        )
        assert [(one["step"], one["waits_for"]) for one in waiting] == [
            ("b", "Waits for a slot of pool gpu: 1 of 1 are taken.")
        ]
        assert "b" not in started(deployment)
        listed = deployment.run("pool", "list").text
        assert [line.split() for line in listed.splitlines()][1] == ["gpu", "1", "1", "1"]
        assert deployment.run("pool", "set", "gpu", "2").code == 0
        until(lambda: "b" in started(deployment), "the second one to start")
        for asset in ("a", "b", "free"):
            open_gate(deployment, asset)
        until(lambda: not run_ids(host), "all runs to end")


def test_runs_wait_for_slots_across_a_kill_and_go_by_priority(deployment: Deployment) -> None:
    deployment.write("shop", GATED % ", ".join(f'gated("{name}")' for name in "abcd"))
    assert deployment.run("asset", "list").code == 0  # makes the deployment
    assert deployment.run("config", "set", "max_concurrent_runs", "1").code == 0
    with deployment.dev() as host:
        host.wait_loaded("shop")
        first = launch(host, "a")
        until(lambda: started(deployment) == ["a"], "the first run to begin")
        ordinary, hasty = launch(host, "b"), launch(host, "c", **{"dagster/priority": "5"})
        unwanted = launch(host, "d")
        until(lambda: len(run_ids(host, status="QUEUED")) == 3, "three runs to wait")
        host.kill()
    with deployment.dev() as host:
        host.wait_loaded("shop")
        host.ask("POST", f"/api/v1/runs/{unwanted}/cancel", {})
        host.wait_run(unwanted)
        assert run_ids(host, status="QUEUED") == [hasty, ordinary]
        assert started(deployment) == ["a"]
        for asset in "abcd":
            open_gate(deployment, asset)
        for run_id in (first, hasty, ordinary):
            assert host.wait_run(run_id)["status"] == "SUCCESS"
    assert started(deployment) == ["a", "c", "b"]
