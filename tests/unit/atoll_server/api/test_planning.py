"""What a launch would do: told without doing it."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_wire.snapshot import AssetSnapshot, JobSnapshot, ResourceSnapshot, StepSnapshot

ROWS = {"type": "object", "properties": {"rows": {"type": "integer"}}}
URL = {"type": "object", "properties": {"url": {"type": "string"}}}


@pytest.fixture
def shop(site: Any) -> Any:
    site.add_location(
        "shop",
        AssetSnapshot("orders", step="load", deps=["raw"]),
        AssetSnapshot("items", step="load", deps=["raw"]),
        AssetSnapshot("raw"),
        AssetSnapshot("report", step="report", deps=["revenue"]),
        steps=[
            StepSnapshot("load", ["orders", "items"], False, ROWS, ["service"], "disk"),
            StepSnapshot("report", ["report"], False, {"type": "object"}, ["mail"]),
        ],
        resources=[
            ResourceSnapshot("db", config_schema=URL),
            ResourceSnapshot("mail", config_schema=URL),
            ResourceSnapshot("service", required_resources=["db"]),
        ],
        jobs=[
            JobSnapshot(
                "nightly",
                ["orders", "items"],
                config={"ops": {"load": {"config": {"rows": 5}}}},
                run_tags={"tier": "1", "team": "data"},
            )
        ],
        position=0,
        generation=3,
    )
    site.add_location(
        "bank",
        AssetSnapshot("revenue", step="load", deps=["orders"]),
        steps=[StepSnapshot("load", ["revenue"], False, ROWS)],
        position=1,
        generation=1,
    )
    return site


def plan(site: Any, **body: Any) -> Any:
    answer = site.ask("POST", "/api/v1/runs/plan", body)
    assert answer.status == 200, answer.data
    return answer.json


def test_the_steps_are_told_in_order_with_what_is_left_out_and_read(shop: Any) -> None:
    told = plan(shop, assets=["revenue", "orders", "raw"])

    assert told["steps"] == [
        {
            "key": "load",
            "location": "shop",
            "assets": ["orders", "items"],
            "checks": [],
            "partition": None,
            "needs": [],
            "pool": "disk",
        },
        {
            "key": "load@bank",
            "location": "bank",
            "assets": ["revenue"],
            "checks": [],
            "partition": None,
            "needs": ["load"],
            "pool": None,
        },
    ]
    assert (told["left_out"], told["read_only"]) == (["raw"], ["raw"])
    assert told["waits_for"] is None
    assert shop.do(shop.log.intents()) == [], "a preview asks for nothing"


def test_the_config_is_that_of_the_chosen_steps_and_what_they_need(shop: Any) -> None:
    schema = plan(shop, assets=["orders"])["config_schema"]["properties"]

    assert schema["ops"]["properties"] == {
        "load": {"type": "object", "properties": {"config": ROWS}, "additionalProperties": False}
    }
    assert list(schema["resources"]["properties"]) == ["db"], "by way of the resource that takes it"

    both = plan(shop, assets=["report", "revenue"])["config_schema"]["properties"]
    assert list(both["ops"]["properties"]) == ["load", "report"]
    assert list(both["resources"]["properties"]) == ["mail"]


def test_a_job_brings_its_config_and_tags_under_what_is_asked_for(shop: Any) -> None:
    told = plan(
        shop,
        job="nightly",
        config={"ops": {"load": {"config": {"day": "monday"}}}},
        tags={"tier": "2"},
    )

    assert [step["key"] for step in told["steps"]] == ["load"]
    assert told["config"] == {"ops": {"load": {"config": {"rows": 5, "day": "monday"}}}}
    assert told["tags"] == {"tier": "2", "team": "data"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"assets": []}, 422, "selection.invalid"),
        ({"assets": ["ordres"]}, 422, "selection.invalid"),
        ({"assets": ["orders and"]}, 422, "selection.invalid"),
        ({"assets": ["raw"]}, 422, "selection.invalid"),
        ({"job": "nightl"}, 404, "job.unknown"),
        ({"job": "nightly", "assets": ["report"]}, 422, "selection.invalid"),
        ({"assets": ["orders"], "partition": "p"}, 422, "asset.no_partitions"),
        ({"assets": ["orders"], "tags": {"atoll/priority": "high"}}, 422, "run.bad_tag"),
        ({"assets": ["orders"], "location": "shop"}, 400, "request.invalid"),
        ({"job": "nightly", "location": "sho"}, 404, "location.unknown"),
    ],
)
def test_what_cannot_be_launched_is_refused_as_a_launch_is(
    body: dict[str, Any], status: int, code: str, shop: Any
) -> None:
    answer = shop.ask("POST", "/api/v1/runs/plan", body)

    assert (answer.status, answer.json["code"]) == (status, code), answer.data


def test_what_only_planning_finds_out_is_told_too(shop: Any) -> None:
    nothing = shop.ask("POST", "/api/v1/runs/plan", {"assets": ["raw"]})
    assert nothing.json["reason"] == "plan.nothing_to_do"
    assert "made elsewhere" in nothing.json["detail"]

    shop.add_location(
        "loop",
        AssetSnapshot("a", step="a", deps=["b"]),
        AssetSnapshot("b", step="b", deps=["a"]),
        steps=[StepSnapshot("a", ["a"]), StepSnapshot("b", ["b"])],
        generation=1,
    )
    cycle = shop.ask("POST", "/api/v1/runs/plan", {"assets": ["a", "b"]})
    assert (cycle.json["code"], cycle.json["reason"]) == ("selection.invalid", "plan.cycle")


def test_a_location_that_cannot_keep_values_is_refused(shop: Any) -> None:
    shop.add_location(
        "far",
        AssetSnapshot("moon", step="moon"),
        steps=[StepSnapshot("moon", ["moon"])],
        generation=1,
        reaches_values=False,
    )

    answer = shop.ask("POST", "/api/v1/runs/plan", {"assets": ["moon"]})

    assert answer.json["reason"] == "plan.values_out_of_reach"


def test_while_a_location_loads_only_what_is_known_can_be_planned(shop: Any) -> None:
    shop.add_location("late", status="loading", position=2)

    assert [step["key"] for step in plan(shop, assets=["orders"])["steps"]] == ["load"]
    waiting = plan(shop, assets=["*"], tags={"team": "x"})
    assert (waiting["steps"], waiting["tags"]) == ([], {"team": "x"})
    assert waiting["waits_for"] == "Waits for late to load."
