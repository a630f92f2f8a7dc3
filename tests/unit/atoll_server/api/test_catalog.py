"""Assets and locations as lists and pages show them."""

from __future__ import annotations

from typing import Any

from atoll_server.ports.event_log import LocationRecord, NewEvent
from atoll_wire.codec import to_wire
from atoll_wire.failure import Failure, StackFrame
from atoll_wire.snapshot import (
    AssetSnapshot,
    JobSnapshot,
    LocationSnapshot,
    ResourceSnapshot,
    StepSnapshot,
    content_hash,
)


def materialized(key: str, at: float) -> NewEvent:
    return NewEvent(
        run_id="r",
        kind="ASSET_MATERIALIZATION",
        at=at,
        data={"asset_key": key, "metadata": {"rows": {"type": "int", "value": 3}}},
    )


def test_assets_of_all_locations_come_in_pages_by_key(site: Any) -> None:
    site.add_location("b", AssetSnapshot("b/one", step="s"), AssetSnapshot("d", step="t"))
    site.add_location("a", AssetSnapshot("c", step="s"), AssetSnapshot("a", step="t"))

    first = site.get("/assets?limit=3")
    second = site.get(f"/assets?limit=3&cursor={first['next']}")

    assert [one["key"] for one in first["items"]] == ["a", "b/one", "c"]
    assert [one["location"] for one in first["items"]] == ["a", "b", "a"]
    assert [one["key"] for one in second["items"]] == ["d"]
    assert second["next"] is None


def test_an_asset_shows_its_definition_and_its_latest_materialization(site: Any) -> None:
    site.add_location(
        "shop",
        AssetSnapshot("raw", step="raw"),
        AssetSnapshot(
            "sales/orders",
            step="orders",
            deps=["raw"],
            group="sales",
            kinds=["pandas"],
            tags={"tier": "1"},
            owners=["ada@example.com"],
            description="All orders.",
            metadata={"source": {"type": "text", "value": "crm"}},
            file="shop.py",
            line=7,
        ),
    )
    site.add_events(materialized("sales/orders", 1.0), materialized("sales/orders", 2.0))

    listed = {one["key"]: one for one in site.get("/assets")["items"]}["sales/orders"]
    shown = site.get("/assets/sales/orders")

    assert listed["group"] == "sales"
    assert listed["deps"] == ["raw"]
    assert listed["latest_materialization"]["timestamp"] == 2.0
    assert (shown["file"], shown["line"]) == ("shop.py", 7)
    assert shown["latest_materialization"]["metadata"]["rows"]["value"] == 3
    assert site.get("/assets/raw")["dependents"] == ["sales/orders"]
    assert site.get("/assets/raw")["latest_materialization"] is None


def test_an_asset_shows_what_makes_it(site: Any) -> None:
    schema = {"type": "object", "properties": {"rows": {"type": "integer"}}}
    site.add_location(
        "shop",
        AssetSnapshot("orders", step="load", io_manager_key="lake"),
        AssetSnapshot("raw"),
        steps=[StepSnapshot("load", ["orders"], False, schema, ["db"], "disk")],
        jobs=[JobSnapshot("nightly", ["orders"]), JobSnapshot("hourly", ["orders"])],
    )
    site.add_location("more", AssetSnapshot("x"), jobs=[JobSnapshot("nightly", ["orders"])])

    shown, external = site.get("/assets/orders"), site.get("/assets/raw")

    assert (shown["pool"], shown["io_manager_key"]) == ("disk", "lake")
    assert (shown["required_resources"], shown["config_schema"]) == (["db"], schema)
    assert sorted(shown["jobs"]) == ["hourly", "nightly"]
    assert (external["jobs"], external["config_schema"], external["standing"]) == ([], None, None)


def test_lists_are_narrowed_by_location_and_group(site: Any) -> None:
    site.add_location("a", AssetSnapshot("a1", step="s", group="g"), AssetSnapshot("a2", step="t"))
    site.add_location("b", AssetSnapshot("b1", step="s", group="g"))

    assert [one["key"] for one in site.get("/assets?group=g")["items"]] == ["a1", "b1"]
    assert [one["key"] for one in site.get("/assets?group=g&location=b")["items"]] == ["b1"]


def test_an_asset_that_is_only_referred_to_gives_way_to_the_one_that_is_made(site: Any) -> None:
    site.add_location("a", AssetSnapshot("shared"), AssetSnapshot("own", step="s", deps=["shared"]))
    site.add_location("b", AssetSnapshot("shared", step="shared"))

    assert site.get("/assets/shared")["location"] == "b"
    assert site.get("/assets/shared")["dependents"] == ["own"]


def test_a_reload_is_seen_at_once(site: Any) -> None:
    site.add_location("a", AssetSnapshot("old", step="s"))
    assert [one["key"] for one in site.get("/assets")["items"]] == ["old"]

    site.add_location("a", AssetSnapshot("new", step="s"))

    assert [one["key"] for one in site.get("/assets")["items"]] == ["new"]


def test_a_snapshot_that_comes_later_under_a_known_hash_is_seen(site: Any) -> None:
    text = LocationSnapshot(assets=[AssetSnapshot("a", step="a")]).dumps()
    hash = content_hash(text)
    site.do(
        site.log.save_location(
            LocationRecord(name="shop", view={"status": "loaded"}, snapshot_hash=hash)
        )
    )
    assert site.get("/assets")["items"] == []

    site.do(site.log.save_snapshot(hash, text))

    assert [one["key"] for one in site.get("/assets")["items"]] == ["a"]


def test_an_unknown_asset_is_told_with_what_is_near(site: Any) -> None:
    site.add_location("a", AssetSnapshot("orders", step="s"))

    answer = site.ask("GET", "/api/v1/assets/ordres")

    assert (answer.status, answer.json["code"]) == (404, "asset.unknown")
    assert answer.json["near"] == ["orders"]


def test_a_location_shows_its_error_as_data_and_as_text(site: Any) -> None:
    failure = Failure(
        code="user_code.raised",
        message="not today",
        error_type="ValueError",
        frames=[StackFrame("shop.py", 3, "go", "raise ValueError")],
    )
    site.add_location("shop", status="failed", error=to_wire(failure), pid=7)

    shown = site.get("/locations/shop")

    assert shown["status"] == "failed"
    assert shown["error"]["code"] == "user_code.raised"
    assert shown["error_text"].splitlines()[:2] == [
        "ValueError: not today",
        "  shop.py:3, in go",
    ]
    assert [one["name"] for one in site.get("/locations")["items"]] == ["shop"]


def test_a_location_counts_what_lists_tell_of_it(site: Any) -> None:
    site.add_location(
        "shop",
        AssetSnapshot("orders", step="load", group="sales"),
        AssetSnapshot("rates"),
        jobs=[JobSnapshot("nightly", ["orders"])],
        resources=[ResourceSnapshot("db"), ResourceSnapshot("lake")],
        position=0,
    )
    site.add_location("bank", AssetSnapshot("rates", step="rates", group="bank"), position=1)
    site.add_location("late", status="loading", position=2)

    counts = {one["name"]: one["counts"] for one in site.get("/locations")["items"]}

    assert counts == {
        "shop": {"assets": 1, "groups": 1, "jobs": 1, "resources": 2},
        "bank": {"assets": 1, "groups": 1, "jobs": 0, "resources": 0},
        "late": {},
    }
    assert site.get("/locations/shop")["counts"] == counts["shop"]


def test_a_reload_is_an_intent_for_a_location_that_exists(site: Any) -> None:
    site.add_location("dir/main.py")

    assert site.ask("POST", "/api/v1/locations/dir/main.py/reload").status == 202
    (intent,) = site.do(site.log.intents())
    assert (intent.kind, intent.payload) == ("reload_location", {"name": "dir/main.py"})
    answer = site.ask("POST", "/api/v1/locations/other/reload")
    assert (answer.status, answer.json["code"]) == (404, "location.unknown")
    assert "dir/main.py" in answer.json["detail"]


def test_text_that_is_no_utf8_in_one_location_does_not_hide_the_others(site: Any) -> None:
    site.add_location("bank", AssetSnapshot("b", step="b"))
    text = '{"assets": [{"key": "a", "description": "from \\udcff"}]}'
    site.do(site.log.save_snapshot("odd", text))
    record = LocationRecord(name="shop", view={"status": "loaded"}, snapshot_hash="odd")
    site.do(site.log.save_location(record))
    assert [asset["key"] for asset in site.get("/assets")["items"]] == ["a", "b"]
    assert site.get("/assets/a")["description"] == "from \\udcff"


def test_a_snapshot_that_cannot_be_read_does_not_hide_the_others(site: Any) -> None:
    site.add_location("shop", AssetSnapshot("a", step=["a"]))  # type: ignore[arg-type]
    site.add_location("bank", AssetSnapshot("b", step="b"))
    assert [asset["key"] for asset in site.get("/assets")["items"]] == ["b"]
