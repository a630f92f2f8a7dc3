"""A command that runs a host of its own serves the others meanwhile."""

from __future__ import annotations

import os
import subprocess

from atoll_e2e import DEADLINE_S, Deployment, until


def test_a_second_materialize_is_served_by_the_first(deployment: Deployment) -> None:
    gate = deployment.folder / "gate"
    os.mkfifo(gate)
    deployment.write(
        "tide",
        f"""
        import atoll

        @atoll.asset
        def high() -> str:
            return open({str(gate)!r}).read()

        @atoll.asset
        def low() -> int:
            return 1

        defs = atoll.Definitions(assets=[high, low])
        """,
    )
    first = subprocess.Popen(
        [deployment.atoll, "asset", "materialize", "--select", "high"],
        cwd=deployment.folder,
        env=deployment.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until((deployment.home / "host.json").exists, "the first command to serve")
        second = deployment.run("asset", "materialize", "--select", "low")
        assert second.code == 0, second.text
        assert first.poll() is None
        gate.write_text("waves")
        assert first.wait(DEADLINE_S) == 0
    finally:
        first.kill()
        first.wait()
    assert not (deployment.home / "host.json").exists()
