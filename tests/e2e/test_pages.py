"""What pages live on: the pages themselves, and a stream that tells them when to ask again."""

from __future__ import annotations

import gzip
import json
import urllib.request

import pytest
from atoll_e2e import Deployment

ORDERS = """
    import atoll

    @atoll.asset
    def orders() -> int:
        return 1

    @atoll.asset
    def broken(orders: int) -> int:
        raise ValueError("not today")

    @atoll.asset
    def report(broken: int) -> int:
        return 2

    defs = atoll.Definitions(assets=[orders, broken, report])
"""


@pytest.fixture
def shop(deployment: Deployment) -> Deployment:
    """Three assets in a row; the second one fails."""
    deployment.write("shop", ORDERS)
    return deployment


def test_a_page_is_told_of_a_run_in_another_process_and_asks_how_the_assets_stand(
    shop: Deployment,
) -> None:
    with shop.daemon(), shop.webserver("--path-prefix", "/tides") as web:
        web.wait_loaded("shop")
        messages = web.messages("", stream="changes")
        _, connected = next(messages)
        assert (connected["runs"], connected["has_new_catalog"]) == ([], False)
        before = web.get("/catalog/standings")
        assert (before["items"], before["is_whole"]) == ({}, True)

        run_id = web.launch("*")
        seen: set[str] = set()
        while seen != {"orders", "broken", "report"}:
            _, message = next(messages)
            seen |= set(message["assets"] if run_id in message["runs"] else ())

        assert web.wait_run(run_id)["status"] == "FAILURE"
        after = web.get(f"/catalog/standings?after={before['last_event_id']}")
        assert {key: row and row[0] for key, row in after["items"].items()} == {
            "orders": "materialized",
            "broken": "failed",
            "report": None,
        }
        assert web.get("/assets/broken")["standing"] == ["failed", None, run_id, 0]
        (made,) = web.get("/assets/orders/events")["items"]
        assert (made["kind"], made["run_id"]) == ("ASSET_MATERIALIZATION", run_id)


def test_a_plan_is_what_the_run_then_does(shop: Deployment) -> None:
    with shop.dev() as host:
        host.wait_loaded("shop")
        plan = host.ask("POST", "/api/v1/runs/plan", {"assets": ["broken", "orders"]})
        run_id = host.launch("broken", "orders")
        host.wait_run(run_id)

        (planned,) = [e for e in host.events(run_id) if e["kind"] == "RUN_STARTING"]
        kept = [(s["key"], s["assets"], s["needs"]) for s in planned["data"]["plan"]["steps"]]
        assert [(s["key"], s["assets"], s["needs"]) for s in plan["steps"]] == kept
        assert plan["read_only"] == []


def test_the_catalog_and_the_pages_come_over_http(shop: Deployment) -> None:
    with shop.dev() as host:
        host.wait_loaded("shop")
        asked = urllib.request.Request(host.url + "/api/v1/catalog")
        asked.add_header("accept-encoding", "gzip")
        with urllib.request.urlopen(asked) as answer:
            graph = json.loads(gzip.decompress(answer.read()))
        assert [asset["key"] for asset in graph["assets"]] == ["broken", "orders", "report"]

        with urllib.request.urlopen(host.url + "/assets/orders") as page:
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert "'nonce-" in page.headers["content-security-policy"]
