"""The example `flights` in a deployment of the end-to-end tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from atoll_e2e import Deployment, Host

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "flights"
ISLANDS = ("ingest", "delays", "forecast")
ROWS = {"flights": 336_776, "delays/clean": 336_776, "weather": 26_115, "airlines": 16}
"""How many rows some of its assets have."""


def set_up_flights(deployment: Deployment) -> None:
    """Copy the example into the deployment's folder; its environments are built where missing."""
    built = subprocess.run([sys.executable, EXAMPLE / "islands.py"], check=False)
    assert built.returncode == 0
    for name in ISLANDS:
        shutil.copytree(EXAMPLE / name, deployment.folder / name)
    shutil.copy(EXAMPLE / "workspace.yaml", deployment.folder)
    (deployment.folder / ".islands").symlink_to(EXAMPLE / ".islands")
    deployment.locations = list(ISLANDS)


def metadata(host: Host, key: str) -> dict[str, object]:
    """What the latest materialization of an asset says about it."""
    latest = host.get(f"/assets/{key}")["latest_materialization"]
    return {name: entry["value"] for name, entry in latest["metadata"].items()}


def rows_of(host: Host, key: str) -> object:
    """How many rows an asset has."""
    return metadata(host, key)["atoll/row_count"]
