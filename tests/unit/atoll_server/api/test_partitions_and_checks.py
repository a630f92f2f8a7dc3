"""Partitions, checks, jobs of ops and automation over the API."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.ports.event_log import NewEvent
from atoll_wire.codec import to_wire
from atoll_wire.partitions.spaces import Dimension, MultiSpace, StaticSpace
from atoll_wire.snapshot import (
    AssetSnapshot,
    CheckSnapshot,
    JobSnapshot,
    ScheduleSnapshot,
    SensorSnapshot,
    StepSnapshot,
)

OPS = [StepSnapshot("load"), StepSnapshot("tell", deps=["load"])]
LETTERS = to_wire(StaticSpace(["a", "b", "c", "d"]))


def made(partition: str, run_id: str = "r1") -> NewEvent:
    data = {"asset_key": "orders", "partition": partition, "metadata": {"n": 1}}
    return NewEvent(run_id=run_id, kind="ASSET_MATERIALIZATION", at=5.0, data=data)


def evaluated(name: str, *, passed: bool, run_id: str = "r1") -> NewEvent:
    data = {"asset_key": "orders", "check_name": name, "passed": passed, "severity": "ERROR"}
    return NewEvent(run_id=run_id, kind="ASSET_CHECK_EVALUATION", at=6.0, data=data)


@pytest.fixture
def shop(site: Any) -> Any:
    """An asset with partitions and checks, a job of ops, and what starts runs."""
    site.add_location(
        "shop",
        AssetSnapshot("orders", "orders", partitions=LETTERS),
        AssetSnapshot("plain", "plain"),
        jobs=[
            JobSnapshot("sort", steps=[StepSnapshot("load"), StepSnapshot("tell", deps=["load"])])
        ],
        steps=[StepSnapshot("orders_fit", checks=["orders:fit"])],
        more={
            "checks": [
                CheckSnapshot("orders", "fit", "orders_fit", is_blocking=True),
                CheckSnapshot("orders", "own", "orders"),
            ],
            "schedules": [ScheduleSnapshot("nightly", "sort", cron=["0 0 * * *"], is_running=True)],
            "sensors": [SensorSnapshot("eager", jobs=["sort"])],
        },
    )
    return site


def test_partitions_are_told_as_spans_and_page_by_page(shop: Any) -> None:
    shop.add_events(made("a"), made("b"), made("d"))
    told = shop.get("/partitions?asset=orders")
    assert told["space"]["summary"] == "4 keys"
    assert told["counts"] == {"materialized": 3, "failed": 0, "in_progress": 0, "missing": 1}
    assert told["spans"] == [
        ["materialized", 0, 2, "a", "b"],
        ["missing", 2, 3, "c", "c"],
        ["materialized", 3, 4, "d", "d"],
    ]
    page = shop.get("/partitions/keys?asset=orders&status=materialized&limit=2")
    assert [one["key"] for one in page["items"]] == ["a", "b"]
    assert page["items"][0]["latest_materialization"]["run_id"] == "r1"
    rest = shop.get(
        f"/partitions/keys?asset=orders&status=materialized&limit=2&cursor={page['next']}"
    )
    assert ([one["key"] for one in rest["items"]], rest["next"]) == (["d"], None)
    newest = shop.get("/partitions/keys?asset=orders&order=descending&limit=1")["items"]
    assert [one["key"] for one in newest] == ["d"]
    found = shop.get("/partitions/keys?asset=orders&search=C")["items"]
    assert [(one["key"], one["status"]) for one in found] == [("c", "missing")]
    one = shop.get("/partitions/one?asset=orders&partition=a")
    assert one["latest_materialization"]["metadata"] == {"n": 1}
    shop.add_events(made("c", "r2"))
    assert shop.get("/partitions?asset=orders")["spans"] == [["materialized", 0, 4, "a", "d"]]


def test_what_has_no_partitions_says_so(shop: Any) -> None:
    answer = shop.ask("GET", "/api/v1/partitions?asset=plain")
    assert (answer.status, answer.json["code"]) == (422, "asset.no_partitions")
    unknown = shop.ask("GET", "/api/v1/partitions/one?asset=orders&partition=e")
    assert (unknown.status, unknown.json["code"]) == (404, "partition.unknown")


def test_a_space_of_two_dimensions_is_told_by_both(site: Any) -> None:
    both = MultiSpace([Dimension("l", StaticSpace(["a", "b"])), Dimension("n", StaticSpace(["1"]))])
    site.add_location("shop", AssetSnapshot("orders", "orders", partitions=to_wire(both)))
    space = site.get("/partitions?asset=orders")["space"]
    assert (space["count"], space["first"], space["last"]) == (2, "a|1", "b|1")
    assert [one["name"] for one in space["dimensions"]] == ["l", "n"]


def test_checks_are_listed_with_what_they_found_last(shop: Any) -> None:
    shop.add_events(evaluated("fit", passed=True), evaluated("fit", passed=False, run_id="r2"))
    fit, own = shop.get("/checks?asset=orders")["items"]
    assert (fit["latest"]["outcome"], fit["is_blocking"], fit["is_alone"]) == ("failed", True, True)
    assert (own["latest"], own["is_alone"]) == (None, False)
    assert [one["key"] for one in shop.get("/checks?outcome=never")["items"]] == ["orders:own"]
    history = shop.get("/checks/results?check=orders:fit&limit=1")
    assert [one["run_id"] for one in history["items"]] == ["r2"]
    older = shop.get(f"/checks/results?check=orders:fit&before={history['next']}")
    assert [one["run_id"] for one in older["items"]] == ["r1"]
    assert shop.get("/assets/orders")["standing"] == ["checked", None, None, 1]
    missing = shop.ask("GET", "/api/v1/checks/results?check=orders:fitt")
    assert (missing.status, missing.json["near"][0]) == (404, "orders:fit")


def test_a_job_of_ops_shows_its_steps(shop: Any) -> None:
    job = shop.get("/jobs/sort")
    assert [(step["key"], step["deps"]) for step in job["steps"]] == [
        ("load", []),
        ("tell", ["load"]),
    ]
    assert (job["step_count"], job["asset_count"]) == (2, 0)


def test_automation_is_told_as_declared_and_does_not_run(shop: Any) -> None:
    (schedule,) = shop.get("/schedules")["items"]
    assert (schedule["starts_running"], schedule["is_running"]) == (True, False)
    assert "does not run" in schedule["note"]
    assert [one["name"] for one in shop.get("/sensors?location=shop")["items"]] == ["eager"]


def launch(site: Any, **asked: Any) -> Any:
    return site.ask("POST", "/api/v1/runs", asked)


def test_a_launch_with_a_partition_has_its_tags(shop: Any) -> None:
    assert launch(shop, assets=["orders"], partition="b").json["partition"] == "b"
    (intent,) = shop.do(shop.log.intents())
    assert intent.payload["tags"] == {"dagster/partition": "b"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"assets": ["orders"]}, "partition.invalid"),
        ({"assets": ["orders"], "partition": "x"}, "partition.invalid"),
        ({"assets": ["orders"], "partition_range": ["a", "c"]}, "partition.invalid"),
        ({"assets": ["plain"], "partition": "a"}, "asset.no_partitions"),
        ({"checks": ["orders:fitt"]}, "check.unknown"),
        ({"job": "sort", "ops": ["laod"]}, "selection.invalid"),
        ({"assets": ["plain"], "ops": ["load"]}, "request.invalid"),
        ({"job": "sort", "partition": "a"}, "asset.no_partitions"),
        (
            {"assets": ["orders"], "partition": "a", "partition_range": ["a", "c"]},
            "request.invalid",
        ),
    ],
)
def test_what_cannot_be_launched_is_refused_at_once(
    shop: Any, asked: dict[str, Any], code: str
) -> None:
    answer = launch(shop, **asked)
    assert (answer.status >= 400, answer.json["code"]) == (True, code)
    assert shop.do(shop.log.intents()) == []


def test_a_plan_says_which_partitions_may_be_named(shop: Any) -> None:
    plan = shop.ask("POST", "/api/v1/runs/plan", {"assets": ["orders", "plain"]}).json
    assert (plan["partitioned"], plan["needs_partition"]) == ("orders", True)
    assert plan["partitions"]["last"] == "d"
    assert [step["checks"] for step in plan["steps"] if step["key"] == "orders_fit"] == [
        ["orders:fit"]
    ]
