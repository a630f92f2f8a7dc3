"""Settings, pools and the queue over the API, out of what is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from atoll_server.core.run.plan import Plan, PlannedStep
from atoll_server.engine.settings import EngineSettings, storable
from atoll_server.ports.event_log import NewEvent
from atoll_server.settings import Settings
from atoll_wire.snapshot import LocationSnapshot, StepSnapshot


def planned(key: str, *needs: str, pool: str | None = None) -> PlannedStep:
    return PlannedStep(key, (key,), "shop", 1, "code", needs, pool)


def event(run_id: str, kind: str, step: str | None = None, **data: Any) -> NewEvent:
    attempt = None if step is None else 1
    return NewEvent(run_id=run_id, kind=kind, at=1.0, step=step, attempt=attempt, data=data)


def under_way(run_id: str, *steps: PlannedStep) -> list[NewEvent]:
    return [
        event(run_id, "RUN_ENQUEUED", tags={}),
        event(run_id, "RUN_STARTING", plan=Plan(steps).to_data()),
        event(run_id, "RUN_START"),
    ]


def store(site: Any, **stored: Any) -> None:
    site.do(site.log.save_settings(stored, 1.0))


def pending(site: Any) -> list[Any]:
    return [(one.kind, one.payload) for one in site.do(site.log.intents())]


def test_the_queue_tells_what_runs_and_what_everybody_else_waits_for(site: Any) -> None:
    site.add_location("shop")
    store(site, **{"max_concurrent_runs": 1, "pool_limits.gpu": 1})
    steps = [planned("a", pool="gpu"), planned("b", pool="gpu"), planned("c", "a")]
    site.add_events(
        *under_way("r1", *steps),
        event("r1", "STEP_WORKER_STARTING", "a", generation=1),
        event("r2", "RUN_ENQUEUED", tags={}),
        event("r3", "RUN_ENQUEUED", tags={"atoll/priority": "4"}),
    )

    found = site.get("/queue")

    assert found["limits"]["max_concurrent_runs"] == 1
    told = "Waits for a run slot: 1 of 1 runs are under way."
    assert [(one["run_id"], one["waits_for"]) for one in found["runs"]["items"]] == [
        ("r1", ""),
        ("r3", told),
        ("r2", told),
    ]
    assert (found["runs"]["under_way"], found["runs"]["waiting"]) == (1, 2)
    assert [(one["step"], one["waits_for"]) for one in found["steps"]["items"]] == [
        ("a", ""),
        ("b", "Waits for a slot of pool gpu: 1 of 1 are taken."),
    ]
    assert (found["steps"]["running"], found["steps"]["waiting"]) == (1, 1)


def test_a_long_queue_is_counted_and_its_head_is_told(site: Any) -> None:
    store(site, max_concurrent_runs=0)
    site.add_events(*[event(f"r{n}", "RUN_ENQUEUED", tags={}) for n in range(5)])

    found = site.get("/queue?limit=2")["runs"]

    assert found["waiting"] == 5
    assert [one["run_id"] for one in found["items"]] == ["r0", "r1"]


def test_what_waits_for_a_location_says_so(site: Any) -> None:
    site.add_location("shop", status="unreachable")
    site.add_events(*under_way("r1", planned("a")))

    (step,) = site.get("/queue")["steps"]["items"]

    assert step["waits_for"] == "Waits for location shop to serve."


def test_a_run_that_could_begin_says_what_its_plan_waits_for(site: Any) -> None:
    waits = replace(event("r1", "RUN_ENQUEUED", tags={}), message="Waits for shop to load.")
    site.add_events(waits, event("r2", "RUN_ENQUEUED", tags={}))

    told = [one["waits_for"] for one in site.get("/queue")["runs"]["items"]]

    assert told == ["Waits for shop to load.", "Is about to begin."]


def test_pools_are_those_with_a_limit_and_those_that_steps_are_in(site: Any) -> None:
    snapshot = LocationSnapshot(steps=[StepSnapshot("a", ["a"], pool="disk")])
    site.add_location("shop")
    (record,) = site.do(site.log.locations())
    site.do(site.log.save_snapshot("hash", snapshot.dumps()))
    site.do(site.log.save_location(replace(record, snapshot_hash="hash")))
    store(site, **{"pool_limits.gpu": 1, "default_pool_limit": 7})
    site.add_events(
        *under_way("r1", planned("a", pool="gpu"), planned("b", pool="gpu")),
        event("r1", "STEP_WORKER_STARTING", "a", generation=1),
    )

    assert site.get("/pools")["items"] == [
        {"name": "disk", "limit": 7, "has_own_limit": False, "taken": 0, "waiting": 0},
        {"name": "gpu", "limit": 1, "has_own_limit": True, "taken": 1, "waiting": 1},
    ]


def test_settings_are_asked_for_and_left_to_the_engine(site: Any) -> None:
    changes = {"max_concurrent_runs": "3", "location_limits.shop": None}

    answer = site.ask("PATCH", "/api/v1/settings", {"changes": changes})

    assert (answer.status, len(site.rung)) == (202, 1)
    stored = {"max_concurrent_runs": 3, "location_limits.shop": None}
    assert pending(site) == [("change_settings", {"changes": stored})]


def test_a_pool_is_limited_and_no_longer(site: Any) -> None:
    assert site.ask("PUT", "/api/v1/pools/a/b", {"limit": 2}).status == 202
    assert site.ask("DELETE", "/api/v1/pools/a/b").json["code"] == "pool.no_limit"
    store(site, **{"pool_limits.a/b": 2})
    assert site.ask("DELETE", "/api/v1/pools/a/b").status == 202
    assert [payload["changes"] for _, payload in pending(site)] == [
        {"pool_limits.a/b": 2},
        {"pool_limits.a/b": None},
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("PATCH", "/settings", {"changes": {"max_runs": 1}}, "settings.unknown"),
        ("PATCH", "/settings", {"changes": {"max_concurrent_runs": []}}, "settings.invalid"),
        ("PATCH", "/settings", {}, "request.invalid"),
        ("PUT", "/pools/gpu", {"limit": "much"}, "settings.invalid"),
        ("PUT", "/pools/gpu", {"slots": 1}, "request.invalid"),
        ("DELETE", "/pools/gpu", None, "pool.no_limit"),
    ],
)
def test_what_cannot_be_is_refused(site: Any, method: str, path: str, body: Any, code: str) -> None:
    assert site.ask(method, "/api/v1" + path, body).json["code"] == code
    assert pending(site) == []


def test_a_setting_tells_its_origin_and_what_the_engine_was_started_with(site: Any) -> None:
    settings = Settings.from_environment({"ATOLL_HOME": str(site.home)})
    own = storable(EngineSettings(max_concurrent_runs=9, max_concurrent_steps=1))
    store(site, engine=own, max_concurrent_steps=3)

    def found() -> dict[str, tuple[Any, str]]:
        items = site.get("/settings")["items"]
        return {one["name"]: (one["value"], one["origin"]) for one in items}

    site.context = replace(site.context, settings=settings, engine_pid=lambda: 7)
    site.api = type(site.api)(site.context)
    assert found()["max_concurrent_runs"] == (9, "engine")
    assert found()["max_concurrent_steps"] == (3, "stored")
    assert site.get("/queue")["limits"]["max_concurrent_runs"] == 9
    assert "engine" not in found()

    site.context = replace(site.context, engine_pid=lambda: None)
    site.api = type(site.api)(site.context)
    assert found()["max_concurrent_runs"] == (10, "default")
    assert site.get("/queue")["limits"]["max_concurrent_runs"] == 10
