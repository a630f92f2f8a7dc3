"""The example of the README: real data through three Pythons, none of it lost."""

from __future__ import annotations

import json

import pytest
from atoll_e2e import Deployment
from flights import ISLANDS, ROWS, metadata, rows_of, set_up_flights


@pytest.mark.slow
def test_the_flights_are_flown_and_none_is_lost(deployment: Deployment) -> None:
    set_up_flights(deployment)

    with deployment.dev() as host:
        versions = {name: host.wait_loaded(name)["python_version"] for name in ISLANDS}
        run = host.wait_run(host.launch("*"))
        assert run["status"] == "SUCCESS", run["message"]
        assert len(run["assets"]) == 15
        assert all(versions.values())

        assert {key: rows_of(host, key) for key in ROWS} == ROWS
        for name in ("by_carrier", "by_hour_and_origin", "by_weather"):
            told = metadata(host, f"delays/{name}")
            assert told["flights_in"] == told["flights_out"] == 336_776
        features = metadata(host, "forecast/features")
        assert features["atoll/row_count"] == 336_776 - int(str(features["never_arrived"]))
        scores = metadata(host, "forecast/scores")["scores"]
        scores = json.loads(scores) if isinstance(scores, str) else scores
        assert isinstance(scores, dict) and scores["auc"] > 0.65
