"""The catalog: finding assets among many, and acting on several."""

from __future__ import annotations

import island_shop as shop
from atoll_e2e import Deployment
from playwright.sync_api import Page, expect
from sight import PHONE, Sight


def _keys(page: Page) -> list[str]:
    """The keys in the table, in order."""
    return page.locator("td a[href*='/assets/']").all_inner_texts()


def _shows(page: Page, *keys: str) -> None:
    expect(page.locator("td a[href*='/assets/']")).to_have_text(list(keys))


def test_assets_are_found_by_text_facet_status_and_selection(
    sight: Sight, deployment: Deployment
) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        host.wait_run(host.launch("orders", "visits", "broken"))
        page = sight.open(host.url, "/assets", heading="Assets")
        _shows(page, *shop.KEYS)
        sight.check("catalog")

        page.get_by_label("Filter by key").fill("E rev")
        _shows(page, "revenue")
        page.wait_for_url("**/assets?q=E+rev")
        page.get_by_label("Filter by key").fill("nothing like this")
        page.get_by_role("button", name="Clear the filters").click()
        _shows(page, *shop.KEYS)

        page.get_by_role("button", name="Failed 1").click()
        _shows(page, "broken")
        page.get_by_role("button", name="Materialized 2").click()
        _shows(page, "broken", "orders", "visits")
        page.get_by_role("button", name="Group", exact=True).first.click()
        page.get_by_role("checkbox", name="raw").check()
        _shows(page, "orders", "visits")
        assert "status=failed&status=materialized&group=raw" in page.url
        page.reload()
        _shows(page, "orders", "visits")

        sight.open(host.url, "/assets?kind=table&location=shop&owner=team:shop")
        _shows(page, "orders")
        sight.open(host.url, "/assets?tag=tier%3Dgold")
        _shows(page, "orders")

        sight.open(host.url, "/assets", heading="Assets")
        selection = page.get_by_label("Selection")
        selection.fill("customers+")
        selection.press("Enter")
        _shows(page, "customers", "forecast", "revenue")
        selection.fill("group:core and (")
        selection.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("column 17")
        _shows(page, *shop.KEYS)


def test_assets_are_sorted_and_grouped(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        host.wait_run(host.launch("orders", "broken"))
        page = sight.open(host.url, "/assets", heading="Assets")
        page.get_by_role("button", name="Asset").click()
        _shows(page, *reversed(shop.KEYS))
        page.get_by_role("button", name="Status", exact=True).click()
        expect(page.get_by_role("columnheader", name="Status")).to_have_attribute(
            "aria-sort", "ascending"
        )
        expect(page.locator("td a[href*='/assets/']").first).to_have_text("broken")
        page.get_by_role("combobox", name="Group by").click()
        page.get_by_role("option", name="By group").click()
        expect(page.get_by_role("row").nth(1)).to_have_text("core2")
        page.wait_for_url("**/assets?sort=status&by=group")
        sight.check("grouped")


def test_many_are_materialized_shown_and_wiped_at_once(
    sight: Sight, deployment: Deployment
) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        host.wait_run(host.launch("orders", "visits"))
        page = sight.open(host.url, "/assets", heading="Assets")
        page.get_by_label("Select orders").check()
        page.get_by_label("Select visits").click(modifiers=["Shift"])
        bar = page.get_by_role("region", name="Selected assets")
        expect(bar).to_contain_text("4 assets selected")
        page.get_by_label("Select rates").uncheck()
        page.get_by_label("Select revenue").uncheck()

        launch = bar.get_by_role("link", name="Materialize selected")
        expect(launch).to_have_attribute("href", "/launch?select=orders&select=visits")
        lineage = bar.get_by_role("link", name="Show in lineage")
        expect(lineage).to_have_attribute("href", "/lineage?select=orders&select=visits")
        bar.get_by_role("button", name="Wipe…").click()
        dialog = page.get_by_role("dialog", name="Wipe 2 assets?")
        sight.check("wipe")
        dialog.get_by_role("button", name="Keep").click()
        assert len(host.get("/catalog/standings")["items"]) == 2
        bar.get_by_role("button", name="Wipe…").click()
        dialog.get_by_role("button", name="Wipe").click()
        expect(page.get_by_text("2 assets wiped")).to_be_visible()
        expect(page.get_by_role("button", name="Never materialized 7")).to_be_visible()
        expect(bar).to_be_hidden()
        assert host.get("/catalog/standings")["items"] == {}


def test_what_a_run_makes_is_seen_as_it_happens(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = sight.open(host.url, "/assets?q=orders", heading="Assets")
        row = page.get_by_role("row", name="Select orders")
        expect(row).to_contain_text("Never materialized")
        host.launch("orders")
        expect(row).to_contain_text("just now")
        expect(row).to_contain_text("Materialized")


def test_a_deployment_without_assets_says_what_to_do(sight: Sight, deployment: Deployment) -> None:
    deployment.write("bare", "import atoll\n\ndefs = atoll.Definitions()\n")
    with deployment.dev() as host:
        host.wait_loaded("bare")
        page = sight.open(host.url, "/assets", heading="Assets")
        expect(page.get_by_text("No assets yet")).to_be_visible()
        sight.open(host.url, "/lineage", heading="Lineage")
        expect(page.get_by_text("No assets yet")).to_be_visible()


def test_a_phone_shows_key_status_and_time(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        host.wait_run(host.launch("orders"))
        sight.resize(PHONE)
        page = sight.open(host.url, "/assets?q=orders", heading="Assets")
        row = page.get_by_role("row", name="orders")
        for text in ("orders", "Materialized", "just now"):
            expect(row.get_by_text(text, exact=True).locator("visible=true")).to_have_count(1)
        assert sight.fits()
        sight.check("phone")


def test_of_many_assets_only_those_in_sight_exist(sight: Sight, deployment: Deployment) -> None:
    shop.many(deployment, 400)
    with deployment.dev() as host:
        host.wait_loaded("factory")
        page = sight.open(host.url, "/assets", heading="Assets")
        table = page.get_by_role("table", name="Assets")
        expect(table).to_have_attribute("aria-rowcount", "401")
        assert len(_keys(page)) < 60
        page.get_by_label("Filter by key").fill("asset_39")
        expect(page.get_by_role("main").get_by_role("status")).to_have_text("10 of 400 assets")
        page.get_by_label("Select all that are shown").check()
        launch = page.get_by_role("link", name="Materialize selected")
        expect(launch).to_have_attribute(
            "href", "/launch?select=code_location%3Afactory+and+group%3Agroup_39"
        )
