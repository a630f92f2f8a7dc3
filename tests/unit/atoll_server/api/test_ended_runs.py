"""Runs that have ended: tried again, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.ports.event_log import NewEvent
from atoll_wire.snapshot import AssetSnapshot

SHOP = {"location": "shop", "generation": 1, "identity": "code"}
PLAN = {
    "steps": [
        {"key": "load", "assets": ["raw"], **SHOP, "needs": []},
        {"key": "split", "assets": ["odd", "even"], **SHOP, "needs": ["load"]},
        {"key": "report", "assets": ["report"], **SHOP, "location": "bank", "needs": ["split"]},
    ]
}
ASKED = {
    "selection": ["*"],
    "config": {"ops": {"load": {}}},
    "tags": {"team": "x"},
    "partition": None,
}


def a_run(site: Any, *succeeded: str, end: str | None = "RUN_FAILURE", **asked: Any) -> None:
    def event(kind: str, step: str | None = None, **data: Any) -> NewEvent:
        return NewEvent(run_id="r1", kind=kind, at=1.0, step=step, data=data)

    site.add_location("shop", *(AssetSnapshot(key, step=key) for step in KEYS for key in step))
    site.add_events(event("RUN_ENQUEUED", **{**ASKED, **asked}), event("RUN_STARTING", plan=PLAN))
    site.add_events(*(event("STEP_SUCCESS", step) for step in succeeded))
    if end is not None:
        site.add_events(event(end))


KEYS = [step["assets"] for step in PLAN["steps"]]


def retry(site: Any, **body: Any) -> Any:
    return site.ask("POST", "/api/v1/runs/r1/retry", body)


def test_a_retry_makes_what_did_not_succeed_with_the_runs_config_and_tags(site: Any) -> None:
    a_run(site, "load")

    answer = retry(site)

    assert answer.status == 201
    (intent,) = site.do(site.log.intents())
    assert (intent.kind, intent.payload) == (
        "launch_run",
        {
            "run_id": answer.json["run_id"],
            "selection": ["odd", "even", "report"],
            "config": ASKED["config"],
            "tags": {"team": "x", "atoll/parent_run_id": "r1", "atoll/root_run_id": "r1"},
            "partition": None,
            "job": None,
            "location": None,
        },
    )
    assert len(site.rung) == 1


def test_a_retry_of_a_retry_keeps_the_root(site: Any) -> None:
    tags = {"atoll/parent_run_id": "r0", "atoll/root_run_id": "r0"}
    a_run(site, tags=tags)

    assert retry(site).json["tags"] == {"atoll/parent_run_id": "r1", "atoll/root_run_id": "r0"}


def test_a_retry_of_all_makes_what_the_run_was_planned_to_make(site: Any) -> None:
    a_run(site, "load", "split", "report", end="RUN_SUCCESS")

    refused = retry(site)
    again = retry(site, from_failure=False)

    assert (refused.status, refused.json["code"]) == (409, "run.nothing_to_retry")
    assert again.json["selection"] == ["raw", "odd", "even", "report"]


@pytest.mark.parametrize(
    ("steps", "assets"),
    [
        (["split"], ["odd", "even"]),
        (["split+"], ["odd", "even", "report"]),
        (["report", "load"], ["raw", "report"]),
        (["+split"], ["raw", "odd", "even"]),
        (["code_location:bank"], ["report"]),
    ],
)
def test_a_retry_of_some_steps_makes_these_whatever_became_of_them(
    steps: list[str], assets: list[str], site: Any
) -> None:
    a_run(site, "load", "split", "report", end="RUN_SUCCESS")

    assert retry(site, steps=steps).json["selection"] == assets


@pytest.mark.parametrize(
    ("steps", "code", "told"),
    [
        (["splitt"], "run.unknown_step", 'run r1 has no step "splitt"; did you mean split?'),
        (["raw+"], "run.unknown_step", "it has load, split, report"),
        (["load+ and"], "selection.invalid", "column"),
        (["code_location:moon"], "selection.invalid", "no step of the run matches"),
    ],
)
def test_steps_that_the_run_does_not_have_are_refused(
    steps: list[str], code: str, told: str, site: Any
) -> None:
    a_run(site)

    answer = retry(site, steps=steps)

    assert (answer.status, answer.json["code"]) == (422, code)
    assert told in answer.json["detail"]
    assert site.do(site.log.intents()) == []


def test_a_retry_starts_the_count_of_automatic_ones_anew(site: Any) -> None:
    a_run(site, tags={"atoll/root_run_id": "r0", "atoll/retry_number": "2", "team": "x"})

    assert retry(site).json["tags"] == {
        "team": "x",
        "atoll/parent_run_id": "r1",
        "atoll/root_run_id": "r0",
    }


def test_a_run_tells_what_it_is_a_retry_of_and_what_it_is_retried_as(site: Any) -> None:
    a_run(site)
    tags = {"atoll/parent_run_id": "r1"}
    site.add_events(
        NewEvent(run_id="r2", kind="RUN_ENQUEUED", at=1.0, data={"selection": ["*"], "tags": tags})
    )
    waiting = retry(site).json["run_id"]

    assert site.get("/runs/r1")["retried_as"] == ["r2", waiting]
    assert site.get("/runs/r2")["retry_of"] == site.get(f"/runs/{waiting}")["retry_of"] == "r1"


def test_what_was_skipped_is_made_by_a_retry_even_where_nothing_failed(site: Any) -> None:
    a_run(site, "load", "report", end="RUN_SUCCESS")

    assert retry(site).json["selection"] == ["odd", "even"]


def test_a_run_that_was_never_planned_is_asked_for_as_it_was(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("raw", step="raw"))
    site.add_events(
        NewEvent(run_id="r1", kind="RUN_ENQUEUED", at=1.0, data={"selection": ["raw"]}),
        NewEvent(run_id="r1", kind="RUN_FAILURE", at=2.0),
    )

    assert retry(site).json["selection"] == ["raw"]


def test_a_key_that_no_selection_could_name_is_made_again_all_the_same(site: Any) -> None:
    plan = {"steps": [{"key": "s", "assets": ["and", "a b"], **SHOP}]}
    site.add_location("shop", AssetSnapshot("and", step="s"), AssetSnapshot("a b", step="s"))
    for kind in ("RUN_ENQUEUED", "RUN_STARTING", "RUN_FAILURE"):
        site.add_events(NewEvent(run_id="r1", kind=kind, at=1.0, data={"plan": plan}))

    assert retry(site).json["selection"] == ["and", "a b"]


def test_an_asset_that_is_gone_is_told_before_anything_is_launched(site: Any) -> None:
    a_run(site)
    site.add_location("shop", AssetSnapshot("raw", step="raw"))

    answer = retry(site)

    assert (answer.status, answer.json["code"]) == (422, "selection.invalid")
    assert site.do(site.log.intents()) == []


@pytest.mark.parametrize(("method", "path"), [("POST", "/runs/r1/retry"), ("DELETE", "/runs/r1")])
def test_a_run_that_has_not_ended_is_left_alone(method: str, path: str, site: Any) -> None:
    body = {} if method == "POST" else None
    unknown = site.ask(method, "/api/v1" + path, body)
    a_run(site, end=None)

    answer = site.ask(method, "/api/v1" + path, body)

    assert (unknown.status, unknown.json["code"]) == (404, "run.unknown")
    assert (answer.status, answer.json["code"]) == (409, "run.unfinished")
    assert "cancel it first" in answer.json["detail"]
    assert site.do(site.log.intents()) == []


def test_a_deletion_is_an_intent(site: Any) -> None:
    a_run(site)

    answer = site.ask("DELETE", "/api/v1/runs/r1")

    (intent,) = site.do(site.log.intents())
    assert (answer.status, answer.json) == (202, {"intent": intent.id})
    assert (intent.kind, intent.payload) == ("delete_run", {"run_id": "r1"})
    assert len(site.rung) == 1
