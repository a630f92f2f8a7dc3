"""Several runs at once: cancelled, tried again."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.ports.event_log import NewEvent
from atoll_wire.snapshot import AssetSnapshot

SHOP = {"location": "shop", "generation": 1, "identity": "code"}
PLAN = {
    "steps": [
        {"key": "load", "assets": ["raw"], **SHOP},
        {"key": "report", "assets": ["report"], **SHOP, "needs": ["load"]},
    ]
}


def add_run(site: Any, run_id: str, *kinds: str) -> None:
    site.add_events(
        NewEvent(run_id=run_id, kind="RUN_ENQUEUED", at=1.0, data={"selection": ["*"]}),
        NewEvent(run_id=run_id, kind="RUN_STARTING", at=1.0, data={"plan": PLAN}),
        NewEvent(run_id=run_id, kind="STEP_SUCCESS", at=1.0, step="load"),
        *(NewEvent(run_id=run_id, kind=kind, at=2.0) for kind in kinds),
    )


def intents(site: Any) -> list[Any]:
    return [(intent.kind, intent.payload["run_id"]) for intent in site.do(site.log.intents())]


def test_runs_that_cannot_be_cancelled_keep_no_other_from_it(site: Any) -> None:
    add_run(site, "r1")
    add_run(site, "r2", "RUN_SUCCESS")
    add_run(site, "r3")

    answer = site.ask("POST", "/api/v1/runs/cancel", {"runs": ["r3", "r2", "nobody", "r1", "r3"]})

    assert answer.status == 202
    assert [(one["run_id"], one["problem"]) for one in answer.json["items"]] == [
        ("r3", None),
        ("r2", "the run has ended already, with SUCCESS"),
        ("nobody", 'there is no run "nobody"'),
        ("r1", None),
    ]
    assert sorted(intents(site)) == [("cancel_run", "r1"), ("cancel_run", "r3")]
    assert site.rung


def test_runs_are_tried_again_each_as_a_run_of_its_own(site: Any) -> None:
    site.add_location("shop", *(AssetSnapshot(key, step=key) for key in ("raw", "report")))
    add_run(site, "r1", "RUN_FAILURE")
    add_run(site, "r2")
    add_run(site, "r3", "RUN_CANCELED")

    answer = site.ask("POST", "/api/v1/runs/retry", {"runs": ["r1", "r2", "r3"]})

    assert answer.status == 201
    first, second, third = answer.json["items"]
    assert "only one that has ended can be tried again" in second["problem"]
    assert (first["problem"], second["retried_as"]) == (None, None)
    for one in (first, third):
        again = site.get(f"/runs/{one['retried_as']}")
        assert (again["retry_of"], again["selection"]) == (one["run_id"], ["report"])
    assert len(intents(site)) == 2


def test_runs_are_tried_again_as_a_whole(site: Any) -> None:
    site.add_location("shop", *(AssetSnapshot(key, step=key) for key in ("raw", "report")))
    add_run(site, "r1", "RUN_FAILURE")

    asked = {"runs": ["r1"], "from_failure": False}
    (one,) = site.ask("POST", "/api/v1/runs/retry", asked).json["items"]

    assert site.get(f"/runs/{one['retried_as']}")["selection"] == ["raw", "report"]


@pytest.mark.parametrize("command", ["cancel", "retry"])
@pytest.mark.parametrize("runs", [[], ["r"] * 1001])
def test_a_command_is_about_1_to_1000_runs(command: str, runs: list[str], site: Any) -> None:
    answer = site.ask("POST", f"/api/v1/runs/{command}", {"runs": runs})

    assert (answer.status, answer.json["code"]) == (400, "request.invalid")
    assert f"1 to 1000 run ids, not {len(runs)}" in answer.json["detail"]
    assert intents(site) == []
