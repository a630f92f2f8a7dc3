"""What has happened to an asset, as pages ask for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from tests.unit.atoll_server.api.following import event, made

from atoll_wire import events as kinds
from atoll_wire.snapshot import AssetSnapshot


@pytest.fixture
def shop(site: Any) -> Any:
    site.add_location("shop", AssetSnapshot("sales/orders", step="orders"))
    data = {"asset_key": "sales/orders", "metadata": {"rows": {"type": "int", "value": 3}}}
    site.add_events(
        made("sales/orders", "r1"),
        event(kinds.ASSET_OBSERVATION, "r2", data=data),
        made("other", "r2"),
        made("sales/orders", "r3"),
    )
    return site


def ids(told: Any) -> list[int]:
    return [one["id"] for one in told["items"]]


def test_events_come_newest_first_in_pages_with_their_metadata(shop: Any) -> None:
    first = shop.get("/assets/sales/orders/events?limit=2")
    second = shop.get(f"/assets/sales/orders/events?limit=2&before={first['next']}")

    assert (ids(first), ids(second), second["next"]) == ([4, 2], [1], None)
    assert first["items"][1]["data"]["metadata"]["rows"]["value"] == 3
    assert first["items"][1]["kind"] == "ASSET_OBSERVATION"


def test_they_are_narrowed_by_kind(shop: Any) -> None:
    told = shop.get("/assets/sales/orders/events?kind=ASSET_OBSERVATION")
    assert ids(told) == [2]

    wrong = shop.ask("GET", "/api/v1/assets/sales/orders/events?kind=RUN_START")
    assert (wrong.status, wrong.json["code"]) == (400, "request.invalid")


def test_what_nobody_defines_any_more_still_has_its_events(shop: Any) -> None:
    assert ids(shop.get("/assets/other/events")) == [3]

    unknown = shop.ask("GET", "/api/v1/assets/nothing/events")
    assert (unknown.status, unknown.json["code"]) == (404, "asset.unknown")


def test_an_asset_whose_key_ends_so_is_told_from_the_events_of_another(shop: Any) -> None:
    longer = "sales/orders/events"
    shop.add_location("more", AssetSnapshot(longer, step="events"), AssetSnapshot("x/events"))
    encoded = quote(longer, safe="")

    assert shop.get(f"/assets/{encoded}")["key"] == longer
    assert ids(shop.get("/assets/sales%2Forders/events")) == [4, 2, 1]
    assert ids(shop.get(f"/assets/{longer}")) == [4, 2, 1]
    assert ids(shop.get(f"/assets/{encoded}/events")) == []
    assert shop.get("/assets/x/events")["key"] == "x/events", "there is no asset x"
