"""The deployment's storage over the API: wiping, pruning, checking, and waiting for it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

import pytest

from atoll_server.api.app import Api
from atoll_server.ports.event_log import NewEvent
from atoll_server.settings import Settings
from atoll_wire.snapshot import AssetSnapshot

DAY_S = 86_400


def materialized(key: str) -> NewEvent:
    data = {"asset_key": key, "metadata": {}}
    return NewEvent(run_id="r", kind="ASSET_MATERIALIZATION", at=1.0, data=data)


def wipe(site: Any, **body: Any) -> Any:
    return site.ask("POST", "/api/v1/assets/wipe", body)


def test_a_wipe_is_an_intent_for_what_was_materialized(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("orders", step="o"), AssetSnapshot("new", step="n"))
    site.add_events(materialized("orders"), materialized("gone"))

    answers = [wipe(site, keys=["orders", "new", "gone"]).json, wipe(site, all=True).json]

    assert [answer["keys"] for answer in answers] == [["gone", "orders"]] * 2
    intents = site.do(site.log.intents())
    assert [intent.id for intent in intents] == [answer["intent"] for answer in answers]
    assert intents[0].payload == {"keys": ["gone", "orders"]}
    assert len(site.rung) == 2


def test_what_was_never_materialized_needs_no_wiping(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("orders", step="o"))

    assert wipe(site, keys=["orders"]).json == {"intent": None, "keys": []}
    assert site.do(site.log.intents()) == []


def test_an_unknown_asset_is_told_with_the_nearest_and_nothing_is_wiped(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("orders", step="o"))
    site.add_events(materialized("orders"))

    answer = wipe(site, keys=["orders", "ordres"])

    assert (answer.status, answer.json["code"]) == (404, "asset.unknown")
    assert answer.json["near"] == ["orders"]
    assert site.do(site.log.intents()) == []


@pytest.mark.parametrize("body", [{}, {"keys": ["a"], "all": True}, {"keys": "a"}])
def test_a_wipe_names_assets_or_all(body: Any, site: Any) -> None:
    assert wipe(site, **body).status == 400


def add_runs(site: Any) -> None:
    for number, days in enumerate([9, 5, 1]):
        at = 1000.0 - days * DAY_S
        for kind in ("RUN_ENQUEUED", "RUN_SUCCESS"):
            site.add_events(NewEvent(run_id=f"r{number}", kind=kind, at=at))


def test_a_prune_says_what_goes_and_leaves_it_to_the_engine(site: Any) -> None:
    add_runs(site)

    counted = site.get("/storage/prunable?keep_days=3&keep_runs=2")
    answer = site.ask("POST", "/api/v1/storage/prune", {"keep_days": 3, "keep_runs": 2})

    assert counted == {"runs": 1, "events": 2, "snapshots": 0}
    (intent,) = site.do(site.log.intents())
    assert (answer.status, answer.json) == (202, {**counted, "intent": intent.id})
    assert intent.payload == {"ended_before": 1000.0 - 3 * DAY_S, "keep_runs": 2}
    assert site.get("/storage/prunable?keep_days=0")["runs"] == 3


@pytest.mark.parametrize(
    "body", [{}, {"keep_days": -1}, {"keep_runs": -1}, {"keep_days": 1e9}, {"keep": 1}]
)
def test_a_prune_without_a_sensible_rule_is_refused(body: Any, site: Any) -> None:
    assert site.ask("POST", "/api/v1/storage/prune", body).status == 400
    assert site.ask("GET", "/api/v1/storage/prunable").status == 400
    assert site.do(site.log.intents()) == []


def test_a_check_tells_what_it_finds(site: Any) -> None:
    assert site.get("/storage/check") == {"items": [], "next": None}


def test_an_intent_waits_until_it_is_settled(site: Any) -> None:
    site.context = replace(site.context, engine_pid=lambda: 7)
    site.api = Api(site.context)
    intent = site.do(site.log.add_intent("prune", {}, 1.0))

    assert site.get(f"/intents/{intent}") == {
        "id": intent,
        "is_settled": False,
        "has_engine": True,
    }
    site.do(site.log.append([], [intent]))
    assert site.get(f"/intents/{intent}?wait=20")["is_settled"]
    assert site.ask("GET", "/api/v1/intents/first").status == 400


def test_nobody_waits_for_an_intent_that_no_engine_will_take_up(site: Any) -> None:
    intent = site.do(site.log.add_intent("prune", {}, 1.0))

    answer = site.get(f"/intents/{intent}?wait=20")

    assert (answer["is_settled"], answer["has_engine"]) == (False, False)


def test_the_instance_tells_where_it_is_what_runs_and_what_it_is_set_to(site: Any) -> None:
    settings = Settings.from_environment({"ATOLL_HOME": str(site.home), "ATOLL_PORT": "80"})
    site.context = replace(site.context, settings=settings, engine_pid=lambda: 7)
    site.api = Api(site.context)
    site.add_location("shop", AssetSnapshot("orders", step="o"))
    site.add_events(materialized("orders"))
    served = {"url": "http://127.0.0.1:3000", "pid": os.getpid()}
    (site.home / "host.json").write_text(json.dumps(served))

    found = site.get("/instance")

    assert (found["home"], found["release"]) == (str(site.home), "9.9")
    assert (found["engine"], found["web"]) == ({"pid": 7}, served)
    assert (found["runs"], found["assets"], found["locations"]) == (0, 1, 1)
    assert found["values_url"] == str(site.home / "values")
    origins = {one["name"]: one["origin"] for one in found["settings"]}
    assert (origins["port"], origins["host"]) == ("ATOLL_PORT", "default")


def test_a_web_that_is_gone_is_not_told_of(site: Any) -> None:
    (site.home / "host.json").write_text('{"url": "http://127.0.0.1:3000", "pid": 4194305}')

    found = site.get("/instance")

    assert (found["engine"], found["web"], found["settings"]) == (None, None, [])
