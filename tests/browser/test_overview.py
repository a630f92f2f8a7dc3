"""The overview: what ran, what runs, what went wrong since one last looked."""

from __future__ import annotations

from pathlib import Path

from atoll_e2e import Deployment, Host
from playwright.sync_api import expect
from sight import PHONE, Sight

CODE = """
    import pathlib
    import time

    import atoll

    @atoll.asset(group_name="sales")
    def orders():
        return [1, 2]

    @atoll.asset(group_name="sales")
    def refunds():
        raise ValueError("no refunds today")

    @atoll.asset(group_name="slow")
    def export():
        while not pathlib.Path("go").exists():
            time.sleep(0.01)

    nightly = atoll.define_asset_job("nightly", selection=["orders"])
    defs = atoll.Definitions(assets=[orders, refunds, export], jobs=[nightly])
"""


def _job(host: Host, name: str) -> str:
    return str(host.ask("POST", "/api/v1/runs", {"job": name})["run_id"])


def test_it_tells_what_runs_what_ran_and_what_failed(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        host.wait_run(_job(host, "nightly"))
        failed = host.launch("refunds")
        host.wait_run(failed)
        page = sight.open(host.url, heading="Overview")

        slow = host.launch("export")
        expect(page.get_by_role("link", name="export", exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="1 Running")).to_be_visible()
        failures = page.locator("section", has_text="Failed since you last looked")
        expect(failures).to_contain_text("refunds")
        for row in ("nightly", "sales", "slow"):
            expect(page.get_by_test_id("timeline").locator("..")).to_contain_text(row)
        sight.check("overview")

        (Path(deployment.folder) / "go").touch()
        host.wait_run(slow)
        expect(page.get_by_text("Nothing runs")).to_be_visible()

        failures.get_by_role("button", name="Seen").click()
        expect(page.get_by_text("No run has failed")).to_be_visible()
        page.reload()
        expect(page.get_by_text("No run has failed")).to_be_visible()


def test_a_failure_and_a_bar_of_the_timeline_lead_to_the_run(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        run_id = host.launch("refunds")
        host.wait_run(run_id)
        page = sight.open(host.url, "/?window=1h", heading="Overview")
        page.locator("section", has_text="Failed since").get_by_role("link", name="refunds").click()
        page.wait_for_url(f"**/runs/{run_id}*")
        page.go_back()
        canvas = page.get_by_test_id("timeline").locator("canvas")
        box = canvas.bounding_box()
        assert box is not None
        # The only bar lies left of the now-line, a minute before the window's end at most.
        for x in range(int(box["width"]) - 1, int(box["width"]) - 60, -2):
            page.mouse.move(box["x"] + x, box["y"] + 26 + 15)
            if page.locator("[data-tip]").is_visible():
                break
        expect(page.locator("[data-tip]")).to_contain_text("Failed")
        page.mouse.down()
        page.mouse.up()
        page.wait_for_url(f"**/runs/{run_id}*")


def test_its_view_is_in_its_address(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        host.wait_run(host.launch("orders"))
        page = sight.open(host.url, heading="Overview")
        page.get_by_text("By location").click()
        page.get_by_text("24h").click()
        page.wait_for_url("**/?by=location&window=24h")
        expect(page.get_by_test_id("timeline").locator("..")).to_contain_text("shop")
        page.reload()
        expect(page.get_by_role("heading", name="Runs of the last 1 d")).to_be_visible()


def test_it_is_read_on_a_phone(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        host.wait_run(host.launch("refunds"))
        sight.resize(PHONE)
        page = sight.open(host.url, heading="Overview")
        expect(page.locator("section", has_text="Failed since")).to_contain_text("refunds")
        assert sight.fits()
        sight.check("overview-phone")


def test_nothing_yet_is_said_so(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        page = sight.open(host.url, heading="Overview")
        expect(page.get_by_text("Nothing ran in the last 6 h")).to_be_visible()
        sight.check("overview-empty")
