"""The whole catalog in one answer, and what a selection chooses of it."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from urllib.parse import quote

import pytest

from atoll_server.api import catalog_graph
from atoll_wire.snapshot import AssetSnapshot, JobSnapshot

ORDERS = AssetSnapshot(
    "orders", step="orders", deps=["raw"], group="sales", kinds=["pandas"], tags={"tier": "1"}
)
RAW = AssetSnapshot("raw", owners=["ada@example.com"])


def test_every_asset_and_job_is_told_with_what_is_external(site: Any) -> None:
    site.add_location("shop", ORDERS, RAW, jobs=[JobSnapshot("nightly", ["orders"])])

    graph = site.get("/catalog")

    assert graph["is_complete"] is True
    assert graph["assets"] == [
        {
            "key": "orders",
            "location": "shop",
            "group": "sales",
            "deps": ["raw"],
            "kinds": ["pandas"],
            "owners": [],
            "tags": {"tier": "1"},
            "is_external": False,
        },
        {
            "key": "raw",
            "location": "shop",
            "group": "default",
            "deps": [],
            "kinds": [],
            "owners": ["ada@example.com"],
            "tags": {},
            "is_external": True,
        },
    ]
    assert [(job["name"], job["asset_count"]) for job in graph["jobs"]] == [("nightly", 1)]


@pytest.mark.parametrize("form", ['W/"{}"', '"{}"', '"other", W/"{}"'])
def test_who_has_the_catalog_is_told_that_it_is_the_same_until_it_changes(
    form: str, site: Any
) -> None:
    site.add_location("shop", ORDERS)
    first = site.ask("GET", "/api/v1/catalog")
    known = {"if-none-match": form.format(first.json["version"])}

    same = site.ask("GET", "/api/v1/catalog", headers=known)
    site.add_location("more", RAW)
    changed = site.ask("GET", "/api/v1/catalog", headers=known)

    assert first.headers["etag"] == f'W/"{first.json["version"]}"'
    assert (same.status, same.data, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert changed.status == 200
    assert changed.json["version"] != first.json["version"]


def test_a_location_that_no_longer_serves_makes_another_version(site: Any) -> None:
    site.add_location("shop", ORDERS)
    whole = site.get("/catalog")

    site.add_location("late", status="loading")

    part = site.get("/catalog")
    assert part["is_complete"] is False
    assert part["version"] != whole["version"]
    assert part["assets"] == whole["assets"]


def test_it_is_encoded_once_for_all_that_ask(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    site.add_location("shop", ORDERS)
    encoded: list[None] = []
    encode = catalog_graph._encode

    def counting(view: Any) -> Any:
        encoded.append(None)
        return encode(view)

    monkeypatch.setattr(catalog_graph, "_encode", counting)

    async def scenario() -> list[Any]:
        views = [await site.context.catalog.view() for _ in range(5)]
        return await asyncio.gather(*(site.context.graph.encoded(view) for view in views))

    answers = site.do(scenario())
    assert len({answer.version for answer in answers}) == 1
    assert len(encoded) == 1


def test_it_travels_compressed(site: Any) -> None:
    site.add_location("shop", ORDERS)

    answer = site.ask("GET", "/api/v1/catalog", headers={"accept-encoding": "gzip"})

    assert (answer.headers["content-encoding"], answer.headers["vary"]) == (
        "gzip",
        "accept-encoding",
    )
    assert json.loads(gzip.decompress(answer.data)) == site.get("/catalog")


def test_a_selection_tells_its_keys_in_alphabetical_order(site: Any) -> None:
    site.add_location("shop", ORDERS, RAW, AssetSnapshot("a", step="a"))

    def select(*selections: str) -> Any:
        query = "&".join(f"select={quote(one)}" for one in selections)
        return site.get(f"/catalog/select?{query}")["keys"]

    assert select("+orders") == ["orders", "raw"]
    assert select("raw", "group:sales", "a") == ["a", "orders", "raw"]


def test_a_selection_that_cannot_be_read_or_names_nothing_is_told_where(site: Any) -> None:
    site.add_location("shop", ORDERS)

    torn = site.ask("GET", "/api/v1/catalog/select?select=" + quote("orders and"))
    unknown = site.ask("GET", "/api/v1/catalog/select?select=ordres")
    none = site.ask("GET", "/api/v1/catalog/select")

    assert (torn.status, torn.json["code"]) == (422, "selection.invalid")
    assert isinstance(torn.json["column"], int)
    assert unknown.json["near"] == ["orders"]
    assert (none.status, none.json["code"]) == (422, "selection.invalid")
