"""Asking for runs, looking at them, cancelling them."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.ports.event_log import NewEvent
from atoll_wire.snapshot import AssetSnapshot


def run_events(run_id: str, *kinds: str) -> list[NewEvent]:
    return [
        NewEvent(run_id=run_id, kind=kind, at=float(at), data={"plan": {"steps": []}})
        for at, kind in enumerate(kinds)
    ]


def test_a_launch_is_stored_as_an_intent_and_rings_the_engine(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("orders", step="orders"))

    answer = site.ask(
        "POST",
        "/api/v1/runs",
        {"assets": ["orders"], "config": {"ops": {}}, "tags": {"a": "b"}},
    )

    assert answer.status == 201
    assert answer.headers["location"] == "/api/v1/runs/run-1"
    assert answer.json["status"] == "QUEUED"
    (intent,) = site.do(site.log.intents())
    assert intent.kind == "launch_run"
    assert intent.payload == {
        "run_id": "run-1",
        "selection": ["orders"],
        "config": {"ops": {}},
        "tags": {"a": "b"},
        "partition": None,
        "job": None,
        "location": None,
    }
    assert len(site.rung) == 1


@pytest.mark.parametrize("partition", ["2026-01-01", ""])
def test_a_partition_is_refused_while_no_asset_has_any(partition: str, site: Any) -> None:
    site.add_location("shop", AssetSnapshot("orders", step="orders"))

    answer = site.ask("POST", "/api/v1/runs", {"assets": ["orders"], "partition": partition})

    assert (answer.status, answer.json["code"]) == (422, "asset.no_partitions")
    assert answer.json["detail"].startswith("orders has no partitions")
    assert site.do(site.log.intents()) == []


def test_a_run_can_be_seen_before_the_engine_has_taken_it_up(site: Any) -> None:
    run = site.ask("POST", "/api/v1/runs", {"assets": ["orders"]}).json

    assert site.get(f"/runs/{run['run_id']}")["status"] == "QUEUED"
    assert [one["run_id"] for one in site.get("/runs")["items"]] == [run["run_id"]]
    assert site.get("/runs?status=SUCCESS")["items"] == []
    assert site.get(f"/runs/{run['run_id']}/events") == {"items": [], "next": None}


def test_a_selection_that_cannot_be_right_is_refused_with_what_is_near(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("orders", step="orders"))

    answer = site.ask("POST", "/api/v1/runs", {"assets": ["ordres"]})

    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["code"] == "selection.invalid"
    assert "orders" in answer.json["detail"]
    assert site.do(site.log.intents()) == []


def test_while_a_location_loads_nobody_knows_better_and_the_run_is_queued(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("orders", step="orders"))
    site.add_location("slow", status="loading")

    assert site.ask("POST", "/api/v1/runs", {"assets": ["not_yet_known"]}).status == 201


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ({}, 422, "in assets, such as"),
        ({"assets": ["a"], "location": "shop"}, 400, "name the job, too"),
        ({"assets": "orders"}, 400, "array"),
        ({"assets": ["a"], "asset": 1}, 400, "asset"),
        (b"{", 400, "truncated"),
        (b'{"assets": ["\\ud800"]}', 400, "half a character"),
        (b'{"assets": ["\\udfff\\ud800 and more"]}', 400, "half a character"),
        (b'{"assets": ["\xff"]}', 400, "no UTF-8"),
        ({"assets": []}, 422, "at least one"),
        (b"[" * 100_000, 400, "the body"),
        (b'{"assets": ["' + b"a" * 2_000_000 + b'"]}', 413, "bytes"),
    ],
)
def test_a_body_that_is_no_launch_is_refused(body: Any, status: int, told: str, site: Any) -> None:
    answer = site.ask("POST", "/api/v1/runs", body)

    assert answer.status == status
    assert told in answer.json["detail"]
    assert site.do(site.log.intents()) == []


def test_only_json_is_taken(site: Any) -> None:
    answer = site.ask(
        "POST", "/api/v1/runs", b"assets=a", {"content-type": "application/x-www-form-urlencoded"}
    )

    assert answer.status == 415


def test_runs_come_in_pages_newest_first(site: Any) -> None:
    for number in range(5):
        site.add_events(*run_events(f"r{number}", "RUN_ENQUEUED"))

    first = site.get("/runs?limit=2")
    second = site.get(f"/runs?limit=2&cursor={first['next']}")
    third = site.get(f"/runs?limit=2&cursor={second['next']}")

    pages = [[one["run_id"] for one in page["items"]] for page in (first, second, third)]
    assert pages == [["r4", "r3"], ["r2", "r1"], ["r0"]]
    assert third["next"] is None


def test_pages_lead_from_runs_that_wait_to_runs_that_are_stored(site: Any) -> None:
    for number in range(2):
        site.add_events(*run_events(f"r{number}", "RUN_ENQUEUED"))
    waiting = [site.ask("POST", "/api/v1/runs", {"assets": ["a"]}).json["run_id"] for _ in "123"]

    pages, cursor = [], ""
    while cursor is not None:
        page = site.get(f"/runs?limit=2{cursor and '&cursor=' + cursor}")
        pages.append([one["run_id"] for one in page["items"]])
        cursor = page["next"]

    assert pages == [waiting[:0:-1], [waiting[0], "r1"], ["r0"]]


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=", "cursor=r0&cursor=x"])
def test_a_cursor_that_no_page_gave_is_refused(query: str, site: Any) -> None:
    site.add_events(*run_events("r0", "RUN_ENQUEUED"))

    answer = site.ask("GET", f"/api/v1/runs?{query}")

    assert (answer.status, answer.json["code"]) == (400, "request.invalid")
    assert "cursor" in answer.json["detail"]


def test_a_cursor_of_a_run_that_waits_leads_to_all_that_are_stored(site: Any) -> None:
    site.add_events(*run_events("a", "RUN_ENQUEUED", "RUN_STARTING", "RUN_START", "RUN_SUCCESS"))
    waiting = site.ask("POST", "/api/v1/runs", {"assets": ["a"]}).json["run_id"]

    page = site.get(f"/runs?status=SUCCESS&cursor={waiting}")

    assert [one["run_id"] for one in page["items"]] == ["a"]


def test_runs_are_narrowed_by_status(site: Any) -> None:
    site.add_events(*run_events("a", "RUN_ENQUEUED", "RUN_STARTING", "RUN_START", "RUN_SUCCESS"))
    site.add_events(*run_events("b", "RUN_ENQUEUED"))

    assert [one["run_id"] for one in site.get("/runs?status=SUCCESS,FAILURE")["items"]] == ["a"]
    assert site.ask("GET", "/api/v1/runs?status=DONE").status == 400


def test_events_of_a_run_come_in_pages(site: Any) -> None:
    site.add_events(*run_events("a", "RUN_ENQUEUED", "RUN_STARTING", "RUN_START"))
    site.add_events(*run_events("b", "RUN_ENQUEUED"))

    first = site.get("/runs/a/events?limit=2")
    second = site.get(f"/runs/a/events?limit=2&after={first['next']}")

    kinds = [event["kind"] for page in (first, second) for event in page["items"]]
    assert kinds == ["RUN_ENQUEUED", "RUN_STARTING", "RUN_START"]
    assert second["next"] is None
    assert [e["timestamp"] for e in first["items"]] == [0.0, 1.0]


@pytest.mark.parametrize("path", ["/runs/no", "/runs/no/events", "/runs/no/steps/s/output"])
def test_an_unknown_run_is_a_problem(path: str, site: Any) -> None:
    answer = site.ask("GET", "/api/v1" + path)

    assert (answer.status, answer.json["code"]) == (404, "run.unknown")
    assert answer.json["instance"] == "/api/v1" + path


def test_a_cancel_is_an_intent_and_an_ended_run_refuses_it(site: Any) -> None:
    site.add_events(*run_events("a", "RUN_ENQUEUED", "RUN_STARTING", "RUN_START"))

    assert site.ask("POST", "/api/v1/runs/a/cancel").status == 202
    (intent,) = site.do(site.log.intents())
    assert (intent.kind, intent.payload) == ("cancel_run", {"run_id": "a"})
    site.add_events(*run_events("a", "RUN_SUCCESS"))
    answer = site.ask("POST", "/api/v1/runs/a/cancel")
    assert (answer.status, answer.json["code"]) == (409, "run.ended")
    assert len(site.rung) == 1


def test_output_is_read_in_pieces_of_whole_characters(site: Any) -> None:
    site.add_events(*run_events("a", "RUN_ENQUEUED"))
    folder = site.home / "output" / "a"
    folder.mkdir(parents=True)
    (folder / "load.1.out").write_bytes(b"first")
    (folder / "load.2.out").write_bytes("zweite ä".encode()[:-1])

    newest = site.get("/runs/a/steps/load/output")
    assert (newest["attempt"], newest["text"], newest["next_offset"]) == (2, "zweite ", 7)
    (folder / "load.2.out").write_bytes("zweite ä".encode())
    assert site.get("/runs/a/steps/load/output?offset=7")["text"] == "ä"
    assert site.get("/runs/a/steps/load/output?attempt=1&offset=2")["text"] == "rst"
    answer = site.ask("GET", "/api/v1/runs/a/steps/load/output?stream=stderr")
    assert (answer.status, answer.json["code"]) == (404, "run.no_output")


@pytest.mark.parametrize("step", ["..", "..%2F..%2Fsecret", "%2Fetc%2Fpasswd", "a\0b"])
def test_no_path_leads_out_of_the_output_folder(step: str, site: Any) -> None:
    site.add_events(*run_events("a", "RUN_ENQUEUED"))
    (site.home / "output" / "a").mkdir(parents=True)
    (site.home / "secret.1.out").write_text("secret")

    answer = site.ask("GET", f"/api/v1/runs/a/steps/{step}/output?attempt=1")

    assert answer.status == 404


def test_a_run_that_nobody_takes_up_says_why(site: Any) -> None:
    alone = type(site)(site.home, more={"not_ready": lambda: ["No daemon is running."]})
    run_id = alone.ask("POST", "/api/v1/runs", {"assets": ["*"]}).json["run_id"]

    assert alone.get(f"/runs/{run_id}")["message"] == "No daemon is running."
    assert alone.get("/runs")["items"][0]["message"] == "No daemon is running."
    assert alone.ask("GET", "/readyz").json["reasons"] == ["No daemon is running."]


def test_runs_are_narrowed_by_tags_also_those_that_wait(site: Any) -> None:
    tags = {"team": "x", "kind": "a=b"}
    asked = {"assets": ["a"], "tags": tags}
    event = NewEvent(run_id="stored", kind="RUN_ENQUEUED", at=1.0, data={"tags": tags})
    site.add_events(event, *run_events("other", "RUN_ENQUEUED"))
    waiting = site.ask("POST", "/api/v1/runs", asked).json["run_id"]
    site.ask("POST", "/api/v1/runs", {"assets": ["a"]})

    page = site.get("/runs?tag=team=x&tag=kind=a=b")

    assert [one["run_id"] for one in page["items"]] == [waiting, "stored"]
    assert site.get("/runs?tag=team=y")["items"] == []
    assert site.ask("GET", "/api/v1/runs?tag=team").status == 400


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"atoll/priority": "high"}, 'tag atoll/priority is a whole number, not "high"'),
        (
            {"atoll/priorty": "1"},
            'no tag is called "atoll/priorty"; did you mean atoll/priority?',
        ),
    ],
)
def test_tags_that_mean_something_are_checked(tags: dict[str, str], told: str, site: Any) -> None:
    answer = site.ask("POST", "/api/v1/runs", {"assets": ["*"], "tags": tags})

    assert (answer.status, answer.json["code"], answer.json["detail"]) == (422, "run.bad_tag", told)
