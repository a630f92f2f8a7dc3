"""The feed of runs: what it shows, by what it is narrowed, what is done about several at once."""

from __future__ import annotations

import re

import pytest
from atoll_e2e import Deployment, Host
from playwright.sync_api import Locator, Page, expect
from sight import PHONE, Sight

SHOP = """
    import pathlib
    import time

    import atoll

    @atoll.asset
    def orders():
        return [1, 2, 3]

    @atoll.asset
    def broken(orders):
        raise ValueError("not today")

    @atoll.asset
    def slow():
        while not (pathlib.Path(__file__).parent / "go").exists():
            time.sleep(0.02)

    nightly = atoll.define_asset_job("nightly", selection=["orders"])
    defs = atoll.Definitions(assets=[orders, broken, slow], jobs=[nightly])
"""
LAKE = """
    import atoll

    @atoll.asset
    def stored(orders):
        return len(orders)

    defs = atoll.Definitions(assets=[stored])
"""


@pytest.fixture
def shop(deployment: Deployment) -> Deployment:
    """Assets that go well, fail and wait in one location, and one in another."""
    deployment.write("shop", SHOP)
    deployment.write("lake", LAKE)
    return deployment


def launch(host: Host, body: dict[str, object]) -> str:
    """The id of a run that was asked for."""
    return str(host.ask("POST", "/api/v1/runs", body)["run_id"])


def a_few(host: Host) -> dict[str, str]:
    """Runs of each kind; all but `slow` have ended."""
    for name in ("shop", "lake"):
        host.wait_loaded(name)
    asked: dict[str, dict[str, object]] = {
        "well": {"assets": ["orders", "stored"], "tags": {"team": "sales", "tier": "gold"}},
        "job": {"job": "nightly"},
        "failed": {"assets": ["orders", "broken"]},
        "slow": {"assets": ["slow"]},
    }
    found = {name: launch(host, body) for name, body in asked.items()}
    for name in ("well", "job", "failed"):
        host.wait_run(found[name])
    host.wait_event(found["slow"], "STEP_START")
    return found


def shown(run_id: str) -> str:
    """A run's id as pages shorten it."""
    return f"{run_id[:13]}…{run_id[-4:]}"


def row(page: Page, run_id: str) -> Locator:
    """The row of a run."""
    return page.get_by_role("table", name="Runs").get_by_role("row").filter(has_text=run_id[:13])


def rows(page: Page, count: int) -> None:
    """Wait until so many runs are shown."""
    expect(page.get_by_role("table", name="Runs")).to_have_attribute(
        "aria-rowcount", str(count + 1)
    )


def test_runs_are_shown_with_what_they_make_and_where(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        runs = a_few(host)
        page = sight.open(host.url, "/runs", heading="Runs")
        rows(page, 4)
        for name, words in {
            "well": ("orders", "stored", "Success", "shop", "lake", "team=sales"),
            "job": ("nightly", "Success"),
            "failed": ("broken", "Failed"),
            "slow": ("slow", "Running"),
        }.items():
            for word in words:
                expect(row(page, runs[name])).to_contain_text(word)
        for tab, count in {"All": 4, "Failed": 1, "Succeeded": 2, "In progress": 1}.items():
            expect(page.get_by_role("link", name=f"{tab} {count}")).to_be_visible()
        sight.check("runs")

        (shop.folder / "go").touch()
        expect(row(page, runs["slow"])).to_contain_text("Success")
        expect(page.get_by_role("link", name="Succeeded 3")).to_be_visible()
        row(page, runs["failed"]).get_by_role("link", name=runs["failed"][:13]).click()
        expect(page).to_have_url(f"{host.url}/runs/{runs['failed']}")


def test_filters_are_kept_in_the_address(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        runs = a_few(host)
        page = sight.open(host.url, "/runs", heading="Runs")
        page.get_by_role("link", name="Failed 1").click()
        rows(page, 1)
        expect(page).to_have_url(re.compile(r"status=FAILURE"))
        page.get_by_role("link", name=re.compile("^All")).click()
        rows(page, 4)

        def narrow(field: str, value: str) -> None:
            page.get_by_role("button", name="Filter", exact=True).click()
            page.get_by_role("combobox", name="Runs with this").click()
            page.get_by_role("option", name=field).click()
            box = page.locator("input").and_(page.get_by_label("Value"))
            box.fill(value)
            box.press("Enter")

        for field, value, left in (
            ("Job", "nightly", "job"),
            ("Asset", "stored", "well"),
            ("Location", "lake", "well"),
            ("Tag", "team=sales", "well"),
        ):
            narrow(field, value)
            rows(page, 1)
            expect(row(page, runs[left])).to_be_visible()
            page.reload()
            rows(page, 1)
            page.get_by_role("button", name=f"Remove the filter {field.lower()} {value}").click()
            rows(page, 4)
        narrow("Partition", "2026-01-01")
        expect(page.get_by_text("No run passes these filters")).to_be_visible()
        sight.check("none")
        page.get_by_role("link", name="Show all runs").click()
        rows(page, 4)

        page.get_by_label("Search runs").fill("night")
        rows(page, 1)
        expect(page).to_have_url(re.compile("search=night"))
        page.get_by_label("Search runs").fill(runs["failed"][:13])
        expect(row(page, runs["failed"])).to_be_visible()
        page.get_by_role("button", name="Clear the search").click()
        rows(page, 4)

        page.get_by_role("combobox", name="Time").click()
        page.get_by_role("option", name="Last hour").click()
        expect(page).to_have_url(re.compile("since=1h"))
        rows(page, 4)
        page.goto(f"{host.url}/runs?since=2001-01-01T00:00&until=2001-01-02T00:00")
        expect(page.get_by_text("No run passes these filters")).to_be_visible()
        expect(page.get_by_label("From")).to_have_value("2001-01-01T00:00")


def test_several_runs_are_canceled_and_retried_at_once(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        runs = a_few(host)
        page = sight.open(host.url, "/runs", heading="Runs")
        page.get_by_label("Choose all runs that are shown").check()
        bar = page.get_by_role("region", name="Chosen runs")
        expect(bar).to_contain_text("4 runs chosen")
        sight.check("chosen")
        bar.get_by_role("button", name="Cancel…").click()
        page.get_by_role("button", name="Cancel 1 run").click()
        outcomes = page.get_by_role("dialog")
        expect(outcomes.get_by_role("listitem")).to_contain_text([runs["slow"][:13]])
        page.keyboard.press("Escape")
        expect(row(page, runs["slow"])).to_contain_text("Canceled")

        page.get_by_label(f"Choose run {runs['failed'][:13]}").check()
        page.get_by_label(f"Choose run {runs['slow'][:13]}").check()
        (shop.folder / "go").touch()
        bar.get_by_role("button", name="Retry from failure").click()
        expect(outcomes.get_by_role("listitem")).to_have_count(2)
        expect(outcomes).to_contain_text("is made again as")
        sight.check("outcomes")
        page.keyboard.press("Escape")
        rows(page, 6)
        again = page.get_by_role("link", name=f"Retry of run {runs['failed'][:13]}")
        expect(again).to_be_visible()

        page.get_by_label(f"Choose run {runs['job'][:13]}").check()
        bar.get_by_role("button", name="Retry every step").click()
        expect(outcomes.get_by_role("listitem")).to_have_count(1)
        page.keyboard.press("Escape")
        rows(page, 7)


def test_a_run_is_retried_and_canceled_from_its_row(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        runs = a_few(host)
        page = sight.open(host.url, "/runs", heading="Runs")

        def menu(name: str) -> None:
            page.get_by_label(f"What to do about run {runs[name][:13]}").click()

        menu("failed")
        page.get_by_role("menuitem", name="Retry from failure").click()
        said = page.get_by_role("alert").filter(has_text="is launched")
        rows(page, 5)
        said.get_by_role("link", name="Open it").click()
        expect(page.get_by_text(f"Makes {shown(runs['failed'])} again").last).to_be_visible()
        page.go_back()
        menu("slow")
        page.get_by_role("menuitem", name="Cancel…").click()
        page.get_by_role("button", name="Cancel the run").click()
        expect(row(page, runs["slow"])).to_contain_text("Canceled")


def test_more_runs_come_as_one_scrolls(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        host.wait_loaded("shop")
        first = launch(host, {"job": "nightly"})
        for _ in range(129):
            last = launch(host, {"job": "nightly"})
        host.wait_run(last)
        page = sight.open(host.url, "/runs", heading="Runs")
        rows(page, 60)
        assert page.get_by_role("row").count() < 60
        scroller = page.get_by_role("region", name="Runs")
        for count in (120, 130):
            scroller.evaluate("e => e.scrollTo(0, e.scrollHeight)")
            rows(page, count)
        scroller.evaluate("e => e.scrollTo(0, e.scrollHeight)")
        expect(row(page, first)).to_be_visible()


def test_without_runs_one_is_told_how_to_launch_one(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        page = sight.open(host.url, "/runs", heading="Runs")
        expect(page.get_by_text("No runs yet")).to_be_visible()
        sight.check("empty")
        page.get_by_role("link", name="Launch a run").click()
        expect(page).to_have_url(re.compile("/launch"))


def test_a_phone_shows_what_runs_make_and_how_they_are(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        runs = a_few(host)
        sight.resize(PHONE)
        page = sight.open(host.url, "/runs", heading="Runs")
        expect(row(page, runs["failed"])).to_contain_text("Failed")
        assert sight.fits()
        sight.check("phone")
        row(page, runs["failed"]).get_by_role("link", name="orders and 1 more").click()
        expect(page.get_by_role("tab", name="Summary")).to_be_visible()
