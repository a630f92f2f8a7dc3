"""Jobs as the API tells them, and asking for a run of one."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.ports.event_log import NewEvent
from atoll_wire.snapshot import AssetSnapshot, JobSnapshot

ORDERS = AssetSnapshot("orders", step="orders")
REVENUE = AssetSnapshot("revenue", step="revenue", deps=["orders"])
NIGHTLY = JobSnapshot(
    "nightly",
    ["orders", "revenue"],
    description="Every night.",
    config={"ops": {}},
    tags={"team": "data"},
    run_tags={"tier": "1"},
    metadata={"n": {"type": "int", "value": 1}},
    owners=["team:data"],
    file="shop.py",
    line=7,
)


@pytest.fixture
def shop(site: Any) -> Any:
    site.add_location("shop", ORDERS, REVENUE, jobs=[NIGHTLY], position=0)
    return site


def launch(site: Any, **body: Any) -> Any:
    return site.ask("POST", "/api/v1/runs", body)


def add_bank(site: Any, **more: Any) -> None:
    site.add_location(
        "bank",
        AssetSnapshot("rates", step="rates"),
        jobs=[JobSnapshot("nightly", ["rates"])],
        **more,
    )


def test_jobs_are_listed_by_name_with_their_locations(shop: Any) -> None:
    assert shop.get("/jobs")["items"] == [
        {
            "name": "nightly",
            "location": "shop",
            "description": "Every night.",
            "asset_count": 2,
            "step_count": 0,
            "check_count": 0,
            "is_partitioned": False,
            "not_supported": None,
            "tags": {"team": "data"},
        }
    ]
    add_bank(shop)
    assert [job["location"] for job in shop.get("/jobs")["items"]] == ["shop", "bank"]
    assert [job["location"] for job in shop.get("/jobs?location=bank")["items"]] == ["bank"]


def test_a_job_is_shown_with_its_assets_in_order_and_where_each_lies(shop: Any) -> None:
    shop.add_location("first", AssetSnapshot("orders", step="take"), position=-1)

    job = shop.get("/jobs/nightly")

    assert job["assets"] == [
        {"key": "orders", "location": "first", "step": "take"},
        {"key": "revenue", "location": "shop", "step": "revenue"},
    ]
    assert (job["config"], job["run_tags"]) == ({"ops": {}}, {"tier": "1"})
    assert (job["owners"], job["file"], job["line"]) == (["team:data"], "shop.py", 7)
    assert job["metadata"] == {"n": {"type": "int", "value": 1}}


@pytest.mark.parametrize(
    ("path", "status", "code", "told"),
    [
        ("/jobs/nightli", 404, "job.unknown", 'Did you mean "nightly"?'),
        ("/jobs/nightly?location=bnak", 404, "location.unknown", "bank, shop"),
        ("/jobs/nightly", 422, "job.ambiguous", "shop, bank"),
    ],
)
def test_what_is_no_job_is_told(path: str, status: int, code: str, told: str, shop: Any) -> None:
    add_bank(shop)
    answer = shop.ask("GET", "/api/v1" + path)

    assert (answer.status, answer.json["code"]) == (status, code)
    assert told in answer.json["detail"]


def test_a_job_is_launched_by_name_and_its_location_is_kept(shop: Any) -> None:
    answer = launch(shop, job="nightly", assets=["revenue"], tags={"a": "b"})

    assert (answer.status, answer.json["job"]) == (201, "nightly")
    (intent,) = shop.do(shop.log.intents())
    assert intent.payload == {
        "run_id": "run-1",
        "selection": ["revenue"],
        "config": {},
        "tags": {"a": "b"},
        "partition": None,
        "job": "nightly",
        "location": "shop",
    }
    assert shop.get("/runs/run-1")["job"] == "nightly"


@pytest.mark.parametrize(
    ("body", "status", "code", "told"),
    [
        ({"job": "nightli"}, 404, "job.unknown", "nightly"),
        ({"job": "nightly"}, 422, "job.ambiguous", "shop, bank"),
        ({"job": "nightly", "location": "bnak"}, 404, "location.unknown", "bank, shop"),
        (
            {"job": "nightly", "location": "shop", "assets": ["rates"]},
            422,
            "selection.invalid",
            "no",
        ),
        ({"job": "nightly", "location": "shop", "assets": ["("]}, 422, "selection.invalid", "("),
        (
            {"job": "nightly", "location": "shop", "assets": ["group:x"]},
            422,
            "selection.invalid",
            "",
        ),
        ({"job": "nightly", "location": "shop", "partition": "p"}, 422, "asset.no_partitions", "n"),
    ],
)
def test_what_cannot_be_run_of_a_job_is_refused(
    body: dict[str, Any], status: int, code: str, told: str, shop: Any
) -> None:
    add_bank(shop)

    answer = launch(shop, **body)

    assert (answer.status, answer.json["code"]) == (status, code)
    assert told in answer.json["detail"]
    assert shop.do(shop.log.intents()) == []


def test_of_two_jobs_of_one_name_the_location_tells_which(shop: Any) -> None:
    add_bank(shop)

    assert launch(shop, job="nightly", location="bank").status == 201
    (intent,) = shop.do(shop.log.intents())
    assert intent.payload["location"] == "bank"


def test_while_a_location_loads_a_job_that_nobody_knows_is_queued(shop: Any) -> None:
    shop.add_location("slow", status="loading")

    assert launch(shop, job="weekly").status == 201
    assert launch(shop, job="nightly", location="slow").status == 201
    assert launch(shop, job="nightly").status == 201
    assert launch(shop, job="weekly", assets=["("]).status == 422
    locations = [intent.payload["location"] for intent in shop.do(shop.log.intents())]
    assert locations == [None, "slow", "shop"]


def test_runs_are_listed_by_job_those_that_wait_included(shop: Any) -> None:
    data = {"job_name": "nightly", "job_location": None}
    shop.add_events(
        NewEvent(run_id="r1", kind="RUN_ENQUEUED", at=1.0, data=data),
        NewEvent(run_id="r2", kind="RUN_ENQUEUED", at=2.0),
    )
    launch(shop, job="nightly")
    launch(shop, assets=["orders"])

    page = shop.get("/runs?job=nightly")

    assert [run["run_id"] for run in page["items"]] == ["run-1", "r1"]
    assert {run["job"] for run in page["items"]} == {"nightly"}
