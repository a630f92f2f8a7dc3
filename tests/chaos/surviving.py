"""Lives through accidents, then waits in peace until all runs have ended."""

from __future__ import annotations

import os
import random
import threading
from pathlib import Path

from accidents import Accidents
from atoll_e2e import ENDED, Deployment, Host, until


def live_through(
    chance: random.Random, deployment: Deployment, accidents: Accidents, kills: int
) -> list[str]:
    """Runs of everything, one after the other, under so many accidents.

    Returns:
        The ids of the runs; all have ended, and nobody keeps their journals.
    """
    runs: list[str] = []
    pause = threading.Event()
    while True:
        with deployment.dev() as host:
            for name in [*deployment.locations, *deployment.servers]:
                host.wait_loaded(name)
            while kills > 0:
                if not runs or _has_ended(host, runs[-1]):
                    runs.append(host.launch("*"))
                pause.wait(chance.uniform(0.0, 0.8))
                kills -= 1
                if accidents.happen(host):
                    break
            else:
                for run_id in runs:
                    host.wait_run(run_id)
                until(lambda: not _journals(deployment.folder), "journals of ended runs to go")
                return runs


def _has_ended(host: Host, run_id: str) -> bool:
    return host.get(f"/runs/{run_id}")["status"] in ENDED


def _journals(folder: Path) -> list[str]:
    """Journals in the homes of host and servers; they may be going as one looks."""
    homes = (folder / ".atoll", *folder.glob("*-server/.atoll"))
    return [
        os.path.join(parent, name)
        for home in homes
        for parent, _, names in os.walk(home)
        for name in names
        if "/journal/" in parent
    ]
