"""How assets stand, in one answer; and what has changed of it since the last one."""

from __future__ import annotations

from typing import Any

from tests.unit.atoll_server.api.following import begun, event, failed, made, started

from atoll_server.api import following
from atoll_server.api.following import Follower
from atoll_server.ports.event_log import EventNote
from atoll_wire import events as kinds
from atoll_wire.snapshot import AssetSnapshot


def test_every_asset_that_stands_somewhere_is_told_in_a_row(site: Any) -> None:
    site.add_events(made("old", "r0", at=2.0), *started(load=["a"], sum=["b"], tell=["c"]))
    site.add_events(begun("load"), failed("load"), begun("sum"))

    told = site.get("/catalog/standings")

    assert told["is_whole"] is True
    assert told["last_event_id"] == 7
    assert told["items"] == {
        "old": ["materialized", 2.0, "r0", 0],
        "a": ["failed", None, "r1", 0],
        "b": ["running", None, "r1", 0],
        "c": ["queued", None, "r1", 0],
    }


def test_afterwards_only_what_has_changed_is_told(site: Any) -> None:
    site.add_events(made("a", "r0"), made("b", "r0"))
    first = site.get("/catalog/standings")
    site.add_events(*started(load=["a"]))

    second = site.get(f"/catalog/standings?after={first['last_event_id']}")
    third = site.get(f"/catalog/standings?after={second['last_event_id']}")

    assert (second["is_whole"], second["items"]) == (False, {"a": ["queued", 5.0, "r1", 0]})
    assert (third["is_whole"], third["items"]) == (False, {})


def test_what_is_wiped_or_erased_stands_nowhere_any_more(site: Any) -> None:
    site.add_events(*started(load=["a"], sum=["b"]), begun("sum"), failed("sum"), made("a"))
    site.add_events(event(kinds.RUN_FAILURE))
    first = site.get("/catalog/standings")
    assert {key: row[0] for key, row in first["items"].items()} == {
        "a": "materialized",
        "b": "failed",
    }

    site.add_events(event(kinds.ASSET_WIPED, "", data={"asset_key": "a"}))
    second = site.get(f"/catalog/standings?after={first['last_event_id']}")
    assert second["items"] == {"a": None}

    site.do(site.log.erase_run("r1", 100))
    third = site.get(f"/catalog/standings?after={second['last_event_id']}")
    assert (third["is_whole"], third["items"]) == (True, {})


def test_who_has_what_another_deployment_told_is_told_everything(site: Any) -> None:
    site.add_events(made("a"))

    for after in (0, 999):
        assert site.get(f"/catalog/standings?after={after}")["is_whole"] is True


def test_an_asset_shows_how_it_stands(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("a", step="load"))
    site.add_events(*started(load=["a"]), begun("load"))

    assert site.get("/assets/a")["standing"] == ["running", None, "r1", 0]


def test_after_a_long_silence_what_was_missed_is_not_read(site: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(following, "_MOST_BEHIND", 5)
    read: list[EventNote] = []
    notes = site.log.notes

    async def counting(**query: Any) -> Any:
        page = await notes(**query)
        read.extend(page)
        return page

    monkeypatch.setattr(site.log, "notes", counting)
    follower = Follower(site.log)
    site.add_events(made("a", "r0"))
    site.do(follower.catch_up())

    site.add_events(*(event("LOG", "r0", message=str(n)) for n in range(50)), made("b", "r0"))
    site.do(follower.catch_up())

    assert read == []
    assert sorted(follower.all_standings()) == ["a", "b"]
    assert follower.standings(1) is None, "who was away for as long is told everything"
