"""Which requests are let through, and what every answer carries."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_wire.snapshot import AssetSnapshot


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:3000", "127.0.0.1:1", "[::1]:3000", "LOCALHOST:80"]
)
def test_names_of_this_machine_are_answered(host: str, site: Any) -> None:
    assert site.ask("GET", "/livez", headers={"host": host}).status == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:3000", "", "127.0.0.2"])
def test_a_name_that_was_rebound_to_this_machine_is_refused(host: str, site: Any) -> None:
    answer = site.ask("GET", "/livez", headers={"host": host})

    assert (answer.status, answer.json["code"]) == (403, "request.host")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8080"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_commands_from_other_sites_are_refused(headers: dict[str, str], site: Any) -> None:
    site.add_location("shop")

    answer = site.ask("POST", "/api/v1/locations/shop/reload", headers=headers)

    assert (answer.status, answer.json["code"]) == (403, "request.cross_site")
    assert site.do(site.log.intents()) == []


def test_commands_from_the_page_itself_are_taken(site: Any) -> None:
    site.add_location("shop")
    headers = {"origin": "http://localhost:3000", "sec-fetch-site": "same-origin"}

    assert site.ask("POST", "/api/v1/locations/shop/reload", headers=headers).status == 202


@pytest.mark.parametrize(
    "path", ["/api/v1/runs", "/api/v1/runs/r1/cancel", "/api/v1/locations/shop/reload"]
)
def test_a_web_that_is_read_only_answers_and_takes_no_commands(path: str, site: Any) -> None:
    reading = type(site)(site.home, more={"is_read_only": True})
    reading.add_location("shop")

    answer = reading.ask("POST", path, {"assets": ["*"]})

    assert (answer.status, answer.json["code"]) == (403, "request.read_only")
    assert "--read-only" in answer.json["detail"]
    assert reading.do(reading.log.intents()) == []
    assert reading.get("/runs")["items"] == []


def test_paths_below_a_prefix_are_answered_whether_a_proxy_takes_it_away_or_not(site: Any) -> None:
    below = type(site)(site.home, more={"path_prefix": "/tides/low"})
    below.add_location("shop", AssetSnapshot("orders", step="orders"))

    assert below.ask("GET", "/tides/low/livez").status == below.ask("GET", "/livez").status == 200
    to_page = below.ask("GET", "/tides/low")
    assert (to_page.status, to_page.headers["location"]) == (307, "/tides/low/")
    launched = below.ask("POST", "/tides/low/api/v1/runs", {"assets": ["*"]})
    assert launched.headers["location"] == "/tides/low/api/v1/runs/run-1"
    assert below.ask("GET", launched.headers["location"]).status == 200
    assert below.ask("POST", "/tides/lower/api/v1/runs", {"assets": ["*"]}).status == 404


@pytest.mark.parametrize("path", ["/static/..%2fapp.py", "/static/nothing.js", "/api/nowhere"])
def test_nothing_else_is_served(path: str, site: Any) -> None:
    answer = site.ask("GET", path)

    assert (answer.status, answer.json["code"]) == (404, "route.unknown")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_wrong_method_is_a_problem_that_names_the_right_one(site: Any) -> None:
    answer = site.ask("DELETE", "/api/v1/runs")

    assert (answer.status, answer.json["code"]) == (405, "route.method")


def test_a_mistake_of_ours_tells_no_details(
    site: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(site.log, "locations", broken)

    answer = site.ask("GET", "/api/v1/locations")

    assert (answer.status, answer.json["code"]) == (500, "internal")
    assert b"secret detail" not in answer.data
    assert "secret detail" in capsys.readouterr().err


def test_the_host_is_ready_when_every_location_has_loaded_or_failed(site: Any) -> None:
    site.add_location("good")
    site.add_location("bad", status="failed")
    assert site.ask("GET", "/readyz").json["status"] == "ready"

    site.add_location("slow", status="loading")
    answer = site.ask("GET", "/readyz")

    assert answer.status == 503
    assert answer.json["reasons"] == ['location "slow" is loading']
