"""Partitions, checks, jobs of ops, and what is declared to start by itself."""

from __future__ import annotations

import re
from typing import Any

from atoll_e2e import Deployment, Host, until
from playwright.sync_api import Page, expect
from sight import PHONE, Sight

CODE = '''
    import atoll
    from atoll import AssetCheckResult, AssetCheckSeverity

    days = atoll.DailyPartitionsDefinition(start_date="2026-01-01", end_date="2026-03-01")
    regions = atoll.StaticPartitionsDefinition(["asia", "europe", "south"])
    both = atoll.MultiPartitionsDefinition({
        "day": atoll.DailyPartitionsDefinition(start_date="2026-01-01", end_date="2026-01-11"),
        "region": regions,
    })


    @atoll.asset(partitions_def=days, group_name="sales")
    def sales(context):
        """What was sold, by day."""
        if context.has_partition_key and context.partition_key == "2026-01-13":
            raise RuntimeError("the shop was closed")
        context.add_output_metadata({"rows": 12})


    @atoll.asset(partitions_def=both, group_name="sales")
    def by_region():
        pass


    minutes = atoll.TimeWindowPartitionsDefinition(
        cron_schedule="* * * * *", start="2026-01-01-00:00", fmt="%Y-%m-%d-%H:%M",
        end="2026-03-11-10:40",
    )


    @atoll.asset(partitions_def=minutes, group_name="sales")
    def ticks():
        pass


    @atoll.asset(group_name="stock")
    def stock():
        return [3, 0, 5]


    @atoll.asset_check(asset=stock, description="No product is *sold out*.", blocking=True)
    def all_there(stock):
        gone = stock.count(0)
        return AssetCheckResult(
            passed=gone == 0, metadata={"gone": gone}, description="one is gone"
        )


    @atoll.asset_check(asset=stock)
    def many(stock):
        return AssetCheckResult(
            passed=len(stock) > 5, severity=AssetCheckSeverity.WARN, metadata={"rows": len(stock)}
        )


    @atoll.asset_check(asset=stock)
    def is_a_list(stock):
        return AssetCheckResult(passed=isinstance(stock, list))


    @atoll.op(description="Reads the orders of the day.")
    def extract():
        return 3


    @atoll.op
    def clean(rows):
        return rows


    @atoll.op
    def load(rows):
        return rows


    @atoll.job(description="From the shop into the warehouse.")
    def warehouse():
        load(clean(extract()))


    nightly = atoll.ScheduleDefinition(
        name="nightly", job=warehouse, cron_schedule="0 2 * * 1-5",
        execution_timezone="Europe/Berlin",
    )


    @atoll.sensor(job=warehouse, minimum_interval_seconds=60)
    def arrivals(context):
        """A file has arrived."""


    defs = atoll.Definitions(
        assets=[sales, by_region, ticks, stock],
        asset_checks=[all_there, many, is_a_list],
        jobs=[warehouse], schedules=[nightly], sensors=[arrivals],
    )
'''


def ask(host: Host, **launch: Any) -> str:
    """Launch, and wait until the run has ended; its id."""
    run = host.ask("POST", "/api/v1/runs", launch)["run_id"]
    host.wait_run(run)
    return str(run)


def test_partitions_are_seen_chosen_and_launched(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        for day in ("2026-01-10", "2026-01-11", "2026-01-13"):
            ask(host, assets=["sales"], partition=day)
        page = sight.open(host.url, "/assets/sales", heading="sales")
        page.get_by_role("tab", name="Partitions").click()
        page.get_by_role("heading", level=2, name="Partitions: daily since 2026-01-01").wait_for()
        statuses = page.get_by_role("group", name="Status")
        for word, many in (("Materialized", 2), ("Failed", 1), ("In progress", 0), ("Missing", 56)):
            name = re.compile(rf"^{word}\s*{many}$")
            statuses.get_by_role("button", name=name).wait_for()
        bar = page.get_by_role("img", name="How the partitions stand: 2 materialized, 1 failed")
        bar.wait_for()
        assert bar.locator("rect[data-status]").count() == 5, "a range each, not a partition each"
        keys = page.get_by_role("table", name="Keys of the partitions")
        assert keys.get_by_role("row").nth(1).inner_text().startswith("2026-02-28")
        statuses.get_by_role("button", name="Failed").click()
        expect(keys.get_by_role("row")).to_have_count(2)
        keys.get_by_role("button", name="2026-01-13").click()
        page.get_by_role("heading", level=2, name="Partition 2026-01-13").wait_for()
        statuses.get_by_role("button", name="Failed").click()
        page.get_by_label("Filter by key").fill("2026-01-1")
        keys.get_by_role("button", name="2026-01-11", exact=True).click()
        page.get_by_role("main").get_by_text("rows", exact=True).wait_for()
        keys.get_by_role("checkbox", name="Choose 2026-01-12").check()
        keys.get_by_role("checkbox", name="Choose 2026-01-15").check()
        chosen = page.get_by_role("region", name="Chosen partitions")
        chosen.get_by_text("4 partitions").wait_for()
        sight.check("partitions")
        page.reload()
        chosen.get_by_text("2026-01-12 → 2026-01-15").wait_for()
        chosen.get_by_role("link", name="Materialize…").click()
        sight.heading("Launch")
        expect(page.get_by_role("combobox", name="From")).to_have_value("2026-01-12")
        expect(page.get_by_role("combobox", name="To")).to_have_value("2026-01-15")
        page.get_by_text("1 step").first.wait_for()
        sight.check("launch-a-range")


def test_a_partition_is_asked_for_where_one_is_needed(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/assets/sales", heading="sales")
        now = page.get_by_role("button", name="Materialize now")
        expect(now).to_have_attribute("title", re.compile("has partitions"))
        page.goto(host.url + "/launch?select=sales")
        launch = page.get_by_role("button", name="Launch", exact=True)
        page.get_by_text("choose one, or a range").wait_for()
        expect(launch).to_have_attribute("title", "Choose a partition first")
        field = page.get_by_role("combobox", name="Partition key")
        field.fill("2026-02-1")
        page.get_by_role("option", name="2026-02-14").click()
        expect(page).to_have_url(re.compile("partition=2026-02-14"))
        expect(launch).to_be_enabled()
        sight.check("launch-one")
        field.fill("2027-02-14")
        page.get_by_role("alert").get_by_text("2027-02-14").wait_for()
        field.fill("2026-02-14")
        expect(launch).to_be_enabled()
        launch.click()
        page.get_by_text("Partition 2026-02-14").wait_for()
        page.get_by_text("Success").first.wait_for()
        sight.open(host.url, "/runs", heading="Runs")
        page.get_by_role("link", name="2026-02-14").click()
        expect(page).to_have_url(re.compile("partition=2026-02-14"))


def test_large_and_two_dimensional_spaces_are_looked_over(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        ask(host, assets=["ticks"], partition="2026-02-01-12:00")
        page = sight.open(host.url, "/assets/ticks?tab=partitions", heading="ticks")
        page.get_by_text("100,000 partitions").first.wait_for()
        bar = page.get_by_role("img", name=re.compile("1 materialized, 99,999 missing"))
        assert bar.locator("rect[data-status]").count() == 3
        assert page.locator("main *").count() < 1_000
        page.get_by_text("As a table").click()
        page.get_by_role("button", name=re.compile("Choose 2026-01-01-00:00 to")).click()
        chosen = page.get_by_role("region", name="Chosen partitions")
        chosen.get_by_text("2026-01-01-00:00 → 2026-02-01-11:59").wait_for()
        sight.check("many")
        page.goto(host.url + "/assets/by_region?tab=partitions")
        grid = page.get_by_role("table", name="Partitions by day and region")
        grid.get_by_role("button", name="2026-01-03|europe: Missing").click()
        chosen.get_by_text("europe").wait_for()
        sight.check("grid")
        sight.resize(PHONE)
        page.get_by_role("table", name="Keys of the partitions").wait_for()
        assert sight.fits()
        sight.check("grid-phone")


def test_checks_are_told_and_evaluated(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/assets/stock?tab=checks", heading="stock")
        checks = page.get_by_role("list", name="Checks")
        expect(checks.get_by_text("Not evaluated")).to_have_count(3)
        run = ask(host, assets=["stock"])
        line = checks.get_by_role("listitem").filter(has_text="all_there")
        line.get_by_text("Failed").wait_for()
        line.get_by_text("blocking").wait_for()
        checks.get_by_text("Warned").wait_for()
        checks.get_by_text("Passed").wait_for()
        line.get_by_role("button", name="all_there").first.click()
        expect(page).to_have_url(re.compile("check=all_there"))
        history = page.get_by_role("table", name="Results of all_there")
        expect(history.get_by_role("row")).to_have_count(2)
        page.get_by_role("button", name="Evaluate all_there").click()
        expect(history.get_by_role("row")).to_have_count(3)
        line.get_by_text("one is gone").first.wait_for()
        page.get_by_role("button", name="Close this message").click()
        sight.check("checks")
        page.get_by_role("button", name="Evaluate all 3").click()
        expect(history.get_by_role("row")).to_have_count(4)
        page.goto(host.url + "/assets")
        page.get_by_role("link", name="1 check failed").wait_for()
        sight.check("catalog")
        page.goto(host.url + f"/runs/{run}")
        page.get_by_text("Check failed").first.wait_for()
        page.get_by_text("Check warned").first.wait_for()
        page.get_by_text("Check failed").first.click()
        page.get_by_text("severity ERROR").wait_for()
        sight.check("run")
        page.goto(host.url + "/lineage")
        page.locator("[data-ready]").wait_for()
        sight.check("lineage")


def test_a_launch_without_checks(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/launch?select=stock", heading="Launch")
        page.get_by_text(re.compile("3 checks")).first.wait_for()
        page.get_by_text("None", exact=True).click()
        expect(page).to_have_url(re.compile("check=none"))
        expect(page.get_by_text("1 step", exact=True)).to_be_visible()
        page.get_by_role("button", name="Launch", exact=True).click()
        page.get_by_text("Success").first.wait_for()
        outcomes = [each["latest"] for each in host.get("/checks?asset=stock")["items"]]
        assert outcomes == [None] * 3


def test_a_job_of_ops_and_what_would_start_it(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/automation", heading="Automation")
        table = page.get_by_role("table", name="Schedules and sensors")
        nightly = table.get_by_role("row", name=re.compile("nightly"))
        nightly.get_by_text("at 02:00, Monday to Friday").wait_for()
        nightly.get_by_text("Europe/Berlin").wait_for()
        table.get_by_role("row", name=re.compile("arrivals.*every 1 min at most")).wait_for()
        page.get_by_text("A coming release runs them").wait_for()
        assert table.get_by_role("button").count() == 0
        sight.check("automation")
        nightly.get_by_role("link", name="warehouse").click()
        sight.heading("warehouse")
        launch_ops(sight, page)
        page.goto(host.url + "/jobs")
        jobs = page.get_by_role("table", name="Jobs")
        jobs.get_by_role("link", name="warehouse", exact=True).click()
        steps = page.get_by_role("list", name="Steps")
        expect(steps.get_by_text("Success")).to_have_count(2)
        steps.get_by_role("button", name="extract").click()
        page.get_by_text("Reads the orders of the day.").wait_for()
        expect(page).to_have_url(re.compile("step=extract"))
        page.locator("[data-ready]").wait_for()
        sight.check("job")
        sight.resize(PHONE)
        until(sight.fits, "the page of the job to fit a phone")
        sight.check("job-phone")
        page.goto(host.url + "/automation")
        table.wait_for()
        assert sight.fits()
        sight.check("automation-phone")


def launch_ops(sight: Sight, page: Page) -> None:
    """From a job's page, launch two of its ops, and see them succeed."""
    page.get_by_role("link", name="Launch…").click()
    sight.heading("Launch")
    page.get_by_text("3 steps").first.wait_for()
    field = page.get_by_role("combobox", name="Of the job's ops")
    field.fill("+clean")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"op=%2Bclean|op=\+clean"))
    page.get_by_text("2 steps").first.wait_for()
    sight.check("launch-ops")
    page.get_by_role("button", name="Launch", exact=True).click()
    page.get_by_text("Success").first.wait_for()
