"""The page of an asset: what it shows of it, and what can be done there."""

from __future__ import annotations

import re

from atoll_e2e import Deployment, Host
from playwright.sync_api import expect
from sight import PHONE, Sight

CODE = '''
    import atoll
    from atoll import MetadataValue as is_

    raw = atoll.AssetSpec("lake/raw", group_name="lake")


    class Window(atoll.Config):
        """Which orders."""

        days: int = 7
        mode: str = "fast"


    @atoll.asset(
        deps=["lake/raw"],
        group_name="sales",
        kinds={"table"},
        owners=["ada@example.com", "team:sales"],
        tags={"tier": "gold"},
        code_version="3",
        pool="database",
        description="Every order that was *paid*.\\n\\n|column|unit|\\n|---|---|\\n|total|EUR|",
        metadata={"table": is_.table_schema(atoll.TableSchema([
            atoll.TableColumn("id", "int", "Which one"), atoll.TableColumn("total", "float"),
        ]))},
    )
    def orders(context, config: Window):
        rows = [{"id": n, "total": n * 9.5, "who": None} for n in range(120)]
        context.add_output_metadata({
            "rows": len(rows),
            "revenue": 1234567.5 * (1 + len(context.run.run_id) % 3),
            "preview": is_.table([atoll.TableRecord(row) for row in rows]),
            "report": is_.md("**120 orders**, see [the wiki](https://wiki.example/orders)"),
            "source": is_.path("/data/orders.parquet"),
            "dashboard": is_.url("https://bi.example/orders"),
            "bad": is_.url("javascript:alert(1)"),
            "shape": {"columns": ["id", "total"], "nested": {"depth": 2}},
            "checked_at": is_.timestamp(1795559719.25),
            "made_from": is_.asset("lake/raw"),
            "is_final": True,
            "nothing": None,
        })
        return [row["total"] for row in rows]


    @atoll.asset(group_name="sales", kinds={"report"})
    def report(orders):
        return sum(orders)


    class Needed(atoll.Config):
        year: int


    @atoll.asset
    def yearly(config: Needed):
        return config.year


    defs = atoll.Definitions(assets=[raw, orders, report, yearly])
'''


def make(host: Host, *assets: str) -> None:
    assert host.wait_run(host.launch(*assets))["status"] == "SUCCESS"


def test_it_shows_what_the_asset_is_and_what_was_last_made(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        make(host, "orders")
        page = sight.open(host.url, "/assets/orders", heading="orders")
        main = page.get_by_role("main")
        main.get_by_text("120 orders").wait_for()
        main.get_by_text("The first 100 of 120 rows").wait_for()
        expect(main.get_by_role("link", name="the wiki")).to_have_attribute(
            "rel", "noopener noreferrer"
        )
        assert main.locator('a[href^="javascript"]').count() == 0
        expect(main.get_by_text("Materialized", exact=True)).to_be_visible()
        expect(main.get_by_text("ada@example.com")).to_be_visible()
        expect(main.get_by_role("link", name=re.compile(r"shop\.py:"))).to_have_attribute(
            "href", re.compile("^vscode://")
        )
        sight.check("overview")
        main.get_by_role("list").get_by_role("link", name="report").click()
        sight.heading("report")
        main.get_by_text("It was never materialized.").wait_for()


def test_it_is_made_at_once_and_the_page_follows(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/assets/orders", heading="orders")
        page.get_by_text("Never materialized", exact=True).wait_for()
        page.get_by_role("button", name="Materialize now").dblclick()
        page.get_by_role("alert").get_by_role("link", name=re.compile("^run ")).wait_for()
        page.get_by_role("main").get_by_text("Materialized", exact=True).wait_for()
        assert len(host.get("/runs")["items"]) == 1, "a double click is one wish"


def test_the_form_is_opened_with_what_lies_up_or_down(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        for item, selection in (
            ("Materialize…", "orders"),
            ("With everything upstream…", "+orders"),
            ("With everything downstream…", "orders+"),
        ):
            page = sight.open(host.url, "/assets/orders", heading="orders")
            page.get_by_role("button", name="More").click()
            page.get_by_role("menuitem", name=item).click()
            sight.heading("Launch")
            page.get_by_text(selection, exact=True).first.wait_for()


def test_what_needs_config_is_not_made_without_the_form(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/assets/yearly", heading="yearly")
        button = page.get_by_role("button", name="Materialize now")
        expect(button).to_be_disabled()
        expect(button).to_have_attribute("title", re.compile("needs config .year."))


def test_wiping_asks_first(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        make(host, "orders")
        page = sight.open(host.url, "/assets/orders", heading="orders")
        for answer in ("Keep it", "Wipe"):
            page.get_by_role("button", name="More").click()
            page.get_by_role("menuitem", name="Wipe…").click()
            dialog = page.get_by_role("dialog")
            dialog.get_by_text("count as never materialized").wait_for()
            if answer == "Wipe":
                sight.check("wipe")
            dialog.get_by_role("button", name=answer).click()
            dialog.wait_for(state="hidden")
        page.get_by_text("It was never materialized.").wait_for()


def test_its_events_and_numbers_are_followed_over_time(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        for _ in range(3):
            make(host, "orders")
        page = sight.open(host.url, "/assets/orders", heading="orders")
        page.get_by_role("tab", name="Events").click()
        events = page.get_by_role("list", name="Events, newest first").get_by_role("listitem")
        expect(events).to_have_count(3)
        events.first.get_by_role("button").click()
        page.get_by_role("table", name=re.compile("Metadata of event")).wait_for()
        sight.check("events")
        page.get_by_role("tab", name="Plots").click()
        page.locator("canvas").first.wait_for()
        plot = page.get_by_role("heading", level=2, name="rows").locator("xpath=ancestor::section")
        plot.locator(".u-over").hover()
        expect(plot.get_by_text(re.compile(r"120 · \d{4}-"))).to_be_visible()
        plot.get_by_text("As a table").click()
        rows = plot.get_by_role("table", name="rows over time").get_by_role("row")
        expect(rows).to_have_count(4)
        sight.check("plots")
        page.reload()
        page.locator("canvas").first.wait_for()


def test_its_config_can_be_read(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/assets/orders?tab=config", heading="orders")
        fields = page.get_by_role("table", name="Fields of the config")
        fields.get_by_role("row", name=re.compile("days.*whole number.*7")).wait_for()
        sight.check("config")
        page.goto(host.url + "/assets/report?tab=config")
        page.get_by_text("Its step takes no config").wait_for()


def test_what_a_reload_changed_of_it(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/assets/orders?tab=changes", heading="orders")
        page.get_by_text("shop has not been reloaded").wait_for()
        deployment.write("shop", CODE.replace('code_version="3"', 'code_version="4"'))
        host.ask("POST", "/api/v1/locations/shop/reload")
        page.get_by_text("The last reload altered its definition.").wait_for()
        sight.check("changes")


def test_an_external_asset_says_so_and_an_unknown_one_names_what_is_near(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/assets/lake/raw", heading="lake/raw")
        page.get_by_text("Nothing in this deployment makes it").wait_for()
        expect(page.get_by_role("button", name="Materialize now")).to_be_disabled()
        sight.check("external")
        page.goto(host.url + "/assets/ordres")
        page.get_by_text("No location defines this asset").wait_for()
        sight.check("unknown")
        page.get_by_role("link", name="orders").click()
        sight.heading("orders")
        page.get_by_text("that was paid").wait_for()


def test_it_is_read_on_a_phone(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        make(host, "orders")
        sight.resize(PHONE)
        page = sight.open(host.url, "/assets/orders", heading="orders")
        page.get_by_text("120 orders").wait_for()
        assert sight.fits()
        sight.check("phone")
