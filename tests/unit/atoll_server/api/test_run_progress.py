"""A run's steps and any window on its events, asked for over the API."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from atoll_server.ports.event_log import NewEvent

PLAN = {"steps": [{"key": "load", "assets": ["raw"], "location": "shop", "generation": 1}]}
STORY = (
    ("RUN_ENQUEUED", None, "waits", None),
    ("RUN_STARTING", None, "Planned 1 step", None),
    ("RUN_START", None, "begins", None),
    ("STEP_WORKER_STARTING", "load", "Launching", None),
    ("LOG", "load", "Reading Überweisungen", "DEBUG"),
    ("LOG", "load", "100% of 3 rows", "INFO"),
    ("LOG", "load", "one row is odd", "warning"),
    ("LOG", "load", "said at a level of one's own", "NOTICE"),
    ("LOG", "load", "cannot go on", "CRITICAL"),
    ("STEP_UP_FOR_RETRY", "load", "again", None),
    ("STEP_FAILURE", "load", "no more", None),
    ("RUN_FAILURE", None, "load failed", None),
)
_numbers = itertools.count(1)


def event(kind: str, step: str | None, message: str, level: str | None) -> NewEvent:
    data: dict[str, Any] = {} if level is None else {"level": level}
    if kind == "RUN_STARTING":
        data = {"plan": PLAN}
    is_written = step is not None and kind != "STEP_WORKER_STARTING"
    return NewEvent(
        run_id="r1",
        kind=kind,
        at=1.0,
        message=message,
        data=data,
        step=step,
        attempt=None if step is None else 1,
        seq=next(_numbers) if is_written else None,
    )


def add_story(site: Any) -> None:
    site.add_events(*(event(*one) for one in STORY))


def messages(log: Any) -> list[str]:
    return [item["message"] for item in log["items"]]


def test_steps_are_followed_by_what_has_changed(site: Any) -> None:
    site.add_events(*(event(*one) for one in STORY[:3]))
    first = site.get("/runs/r1/steps")
    assert [(step["key"], step["status"]) for step in first["items"]] == [("load", "READY")]
    assert (first["is_whole"], first["counts"]) == (True, {"READY": 1})

    after = first["last_event_id"]
    assert site.get(f"/runs/r1/steps?after={after}")["items"] == []
    site.add_events(*(event(*one) for one in STORY[3:6]))
    second = site.get(f"/runs/r1/steps?after={after}")

    assert [(step["key"], step["status"]) for step in second["items"]] == [("load", "STARTING")]
    assert not second["is_whole"]
    assert second["last_event_id"] == 6, "also past what says nothing about steps"
    assert site.get("/runs/r1/steps?after=6")["items"] == []
    assert site.get("/runs/r1/steps?after=0")["is_whole"]


def test_a_run_that_waits_has_no_steps_and_no_events_yet(site: Any) -> None:
    run_id = site.ask("POST", "/api/v1/runs", {"assets": ["raw"]}).json["run_id"]

    steps, log = site.get(f"/runs/{run_id}/steps"), site.get(f"/runs/{run_id}/log")

    assert steps == {"last_event_id": 0, "is_whole": True, "items": [], "counts": {}}
    assert log == {"total": 0, "offset": 0, "items": [], "last_event_id": 0}


@pytest.mark.parametrize("path", ["steps", "log"])
def test_of_an_erased_run_nothing_is_told_that_was_kept(path: str, site: Any) -> None:
    assert site.ask("GET", f"/api/v1/runs/r1/{path}").json["code"] == "run.unknown"
    add_story(site)
    site.get(f"/runs/r1/{path}")

    site.do(site.log.erase_run("r1", 3))  # the rest of its events goes later

    assert site.ask("GET", f"/api/v1/runs/r1/{path}").json["code"] == "run.unknown"


def test_a_log_is_read_from_anywhere(site: Any) -> None:
    add_story(site)
    everything = [message for _, _, message, _ in STORY]

    first, later = site.get("/runs/r1/log?limit=2"), site.get("/runs/r1/log?offset=10&limit=5")

    assert (first["total"], first["offset"], messages(first)) == (12, 0, everything[:2])
    assert (later["total"], later["offset"], messages(later)) == (12, 10, everything[10:])
    assert site.get("/runs/r1/log?offset=99")["items"] == []
    assert site.get("/runs/r1/log")["last_event_id"] == 12


@pytest.mark.parametrize(("around", "offset"), [(1, 0), (6, 3), (12, 8), (4_000_000, 8)])
def test_a_window_is_laid_around_an_event(around: int, offset: int, site: Any) -> None:
    add_story(site)

    log = site.get(f"/runs/r1/log?around={around}&limit=4")

    assert (log["offset"], len(log["items"])) == (offset, 4)


def test_an_event_that_does_not_pass_leads_to_the_next_that_does(site: Any) -> None:
    add_story(site)

    log = site.get("/runs/r1/log?level=INFO,CRITICAL&around=7&limit=1")

    assert messages(log) == ["said at a level of one's own"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("level=DEBUG&kind=LOG", ["Reading Überweisungen"]),
        ("level=INFO", ["100% of 3 rows", "said at a level of one's own"]),
        ("level=WARNING", ["one row is odd", "again"]),
        ("level=ERROR,CRITICAL", ["cannot go on", "no more", "load failed"]),
        ("kind=RUN_START&kind=RUN_FAILURE", ["begins", "load failed"]),
        ("step=load&kind=STEP_FAILURE", ["no more"]),
        ("step=other", []),
        ("search=ROW", ["100% of 3 rows", "one row is odd"]),
        ("search=%25", ["100% of 3 rows"]),
        ("search=%C3%BCberw", ["Reading Überweisungen"]),
        ("search=up_for", ["again"]),
        ("search=load&kind=RUN_FAILURE", ["load failed"]),
        ("search=LOAD&level=WARNING", ["one row is odd", "again"]),
    ],
)
def test_events_are_looked_for(query: str, found: list[str], site: Any) -> None:
    add_story(site)

    log = site.get(f"/runs/r1/log?{query}")

    assert (log["total"], messages(log), log["last_event_id"]) == (len(found), found, 12)


def test_what_was_found_grows_with_the_run(site: Any) -> None:
    site.add_events(*(event(*one) for one in STORY[:6]))
    assert site.get("/runs/r1/log?search=row")["total"] == 1
    site.add_events(*(event(*one) for one in STORY[6:]))

    log = site.get("/runs/r1/log?search=row")

    assert (log["total"], messages(log)) == (2, ["100% of 3 rows", "one row is odd"])


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("level=LOUD", "level is among DEBUG, INFO"),
        ("kind=NOPE", "kind is among RUN_ENQUEUED"),
        ("around=1&offset=0", "offset or around"),
    ],
)
def test_a_window_that_cannot_be_is_refused(query: str, told: str, site: Any) -> None:
    add_story(site)

    answer = site.ask("GET", f"/api/v1/runs/r1/log?{query}")

    assert (answer.status, answer.json["code"]) == (400, "request.invalid")
    assert told in answer.json["detail"]
