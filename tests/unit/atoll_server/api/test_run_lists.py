"""Which runs a list tells, of those that are stored and those that wait to be taken up."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.ports.event_log import NewEvent

PLAN = {
    "steps": [
        {"key": "load", "assets": ["raw"], "location": "shop"},
        {"key": "report", "assets": ["report"], "location": "bank"},
    ]
}


def add_run(site: Any, run_id: str, *, at: float, end: float | None = None, **asked: Any) -> None:
    def event(kind: str, when: float, **data: Any) -> NewEvent:
        return NewEvent(run_id=run_id, kind=kind, at=when, data=data)

    site.add_events(event("RUN_ENQUEUED", at, **asked), event("RUN_STARTING", at, plan=PLAN))
    site.add_events(event("RUN_START", at))
    if end is not None:
        site.add_events(event("RUN_SUCCESS", end))


def ids(site: Any, query: str) -> list[str]:
    return [run["run_id"] for run in site.get(f"/runs?{query}")["items"]]


def test_a_run_tells_how_many_assets_it_makes_and_where(site: Any) -> None:
    add_run(site, "r1", at=1.0)

    for run in (site.get("/runs/r1"), *site.get("/runs")["items"]):
        assert (run["asset_count"], run["assets"]) == (2, ["raw", "report"])
        assert run["locations"] == ["shop", "bank"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("asset=raw", ["r2", "r1"]),
        ("asset=other", []),
        ("location=moon,bank", ["r2", "r1"]),
        ("location=moon&location=shop", ["r2", "r1"]),
        ("partition=monday", ["run-1", "r2"]),
        ("partition=monday&asset=raw", ["r2"]),
        ("since=5.5", ["run-1", "r2"]),
        ("until=4", ["r1"]),
        ("until=999.5", ["r2", "r1"]),
        ("since=1e3&until=1e3", ["run-1", "r2"]),
        ("search=night", ["run-1", "r1"]),
        ("search=%20", ["run-1", "r2", "r1"]),
    ],
)
def test_runs_are_narrowed_also_those_that_wait(query: str, found: list[str], site: Any) -> None:
    add_run(site, "r1", at=1.0, end=5.0, job_name="nightly")
    add_run(site, "r2", at=6.0, partition="monday")
    payload = {"run_id": "run-1", "partition": "monday", "job": "Nightly"}
    site.do(site.log.add_intent("launch_run", payload, 1000.0))

    assert ids(site, query) == found
    counted = site.get(f"/runs/counts?{query}")
    assert sum(counted["counts"].values()) == len(found)


@pytest.mark.parametrize("query", ["since=yesterday", "until=nan", "since=inf"])
def test_a_time_that_is_none_is_refused(query: str, site: Any) -> None:
    answer = site.ask("GET", f"/api/v1/runs?{query}")

    assert (answer.status, answer.json["code"]) == (400, "request.invalid")
    assert "seconds since the Unix epoch" in answer.json["detail"]


def test_runs_are_counted_by_status_with_those_that_wait(site: Any) -> None:
    add_run(site, "r1", at=1.0, end=5.0)
    add_run(site, "r2", at=6.0)
    site.ask("POST", "/api/v1/runs", {"assets": ["a"], "tags": {"team": "x"}})

    everything = {"SUCCESS": 1, "STARTED": 1, "QUEUED": 1}
    assert site.get("/runs/counts") == {"most": 1000, "counts": everything}
    assert site.get("/runs/counts?tag=team=x")["counts"] == {"QUEUED": 1}
    assert site.get("/runs/counts?tag=team=y")["counts"] == {}
