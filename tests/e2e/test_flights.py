"""The example of the README: real data through three Pythons, none of it lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from atoll_e2e import Deployment

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "flights"
ISLANDS = ("ingest", "delays", "forecast")
ROWS = {"flights": 336_776, "delays/clean": 336_776, "weather": 26_115, "airlines": 16}


@pytest.mark.slow
def test_the_flights_are_flown_and_none_is_lost(deployment: Deployment) -> None:
    built = subprocess.run([sys.executable, EXAMPLE / "islands.py"], check=False)
    assert built.returncode == 0
    for name in ISLANDS:
        shutil.copytree(EXAMPLE / name, deployment.folder / name)
    shutil.copy(EXAMPLE / "workspace.yaml", deployment.folder)
    (deployment.folder / ".islands").symlink_to(EXAMPLE / ".islands")

    with deployment.dev() as host:
        versions = {name: host.wait_loaded(name)["python_version"] for name in ISLANDS}
        run = host.wait_run(host.launch("*"))
        assert run["status"] == "SUCCESS", run["message"]
        assert len(run["assets"]) == 15
        assert all(versions.values())

        def metadata(key: str) -> dict[str, object]:
            latest = host.get(f"/assets/{key}")["latest_materialization"]
            return {name: entry["value"] for name, entry in latest["metadata"].items()}

        for key, rows in ROWS.items():
            assert metadata(key)["atoll/row_count"] == rows
        for name in ("by_carrier", "by_hour_and_origin", "by_weather"):
            told = metadata(f"delays/{name}")
            assert told["flights_in"] == told["flights_out"] == 336_776
        features = metadata("forecast/features")
        assert features["atoll/row_count"] == 336_776 - int(str(features["never_arrived"]))
        scores = metadata("forecast/scores")["scores"]
        scores = json.loads(scores) if isinstance(scores, str) else scores
        assert isinstance(scores, dict) and scores["auc"] > 0.65
