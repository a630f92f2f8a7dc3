"""The deployment's pages: locations, queue and pools, configuration, storage."""

from __future__ import annotations

import signal

from atoll_e2e import Deployment
from playwright.sync_api import expect
from sight import PHONE, Sight

SHOP = """
    import atoll

    @atoll.asset(pool="database")
    def orders():
        print("counting orders")
        return [1, 2]

    nightly = atoll.define_asset_job("nightly", selection=["orders"])
    defs = atoll.Definitions(assets=[orders], jobs=[nightly])
"""
BROKEN = """
    import atoll
    import no_such_package
"""
FAR = """
    import atoll

    @atoll.asset
    def forecast():
        return 1

    defs = atoll.Definitions(assets=[forecast])
"""


def test_locations_tell_how_they_are_and_why(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", SHOP)
    deployment.write("broken", BROKEN)
    with deployment.dev() as host:
        page = sight.open(host.url, "/deployment", heading="Deployment")
        shop = page.locator('[data-location="shop"]')
        expect(shop).to_contain_text("Loaded")
        expect(shop).to_contain_text("1 asset")
        expect(shop).to_contain_text("generation 1")
        broken = page.locator('[data-location="broken"]')
        expect(broken).to_contain_text("Failed")
        expect(broken).to_contain_text("No module named 'no_such_package'")
        expect(broken).to_contain_text("broken.py")
        expect(page.get_by_role("banner")).to_contain_text("1 location failed")
        sight.check("locations")

        deployment.write("broken", FAR)
        page.get_by_role("button", name="Reload broken").click()
        expect(broken).to_contain_text("Loaded")
        expect(page.get_by_role("banner")).not_to_contain_text("failed")
        page.get_by_role("button", name="Reload all").click()
        expect(shop).to_contain_text("generation 2")
        sight.resize(PHONE)
        assert sight.fits()


def test_a_location_tells_its_process_log_packages_and_change(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", SHOP + "\n    print('loading the shop')\n")
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/deployment/locations/shop", heading="shop")
        main = page.get_by_role("main")
        for text in ("nightly", "Interpreter", "Memory", "What loading took", "Generations"):
            expect(main).to_contain_text(text)
        sight.check("location")

        page.get_by_role("tab", name="Log").click()
        page.get_by_text("stdout").click()
        expect(main).to_contain_text("loading the shop")
        page.get_by_role("tab", name="Packages").click()
        page.get_by_label("Filter by name").fill("msgspec")
        expect(page.get_by_role("cell", name="msgspec", exact=True)).to_be_visible()

        deployment.write("shop", SHOP.replace("orders", "invoices"))
        page.get_by_role("button", name="Reload shop").click()
        page.get_by_role("tab", name="Last change").click()
        added = page.locator("section", has_text="Added: 1 definition")
        expect(added.get_by_role("link", name="invoices")).to_be_visible()
        expect(page.locator("section", has_text="Removed: 1 definition")).to_contain_text("orders")
        sight.check("location-change")


def test_a_server_that_dies_is_told_of_within_two_seconds_and_taken_up_again(
    sight: Sight, deployment: Deployment
) -> None:
    server = deployment.server("far", FAR)
    try:
        with deployment.dev() as host:
            host.wait_loaded("far")
            page = sight.open(host.url, "/deployment", heading="Deployment")
            far = page.locator('[data-location="far"]')
            expect(far).to_contain_text("Loaded")
            expect(far).to_contain_text(f"grpc localhost:{server.port}")
            server.signal(signal.SIGKILL)
            # What the product promises is 2 s; the rest is for a machine that does other work.
            expect(far).to_contain_text("Unreachable", timeout=6_000)
            expect(page.get_by_role("banner")).to_contain_text("1 location failed")
            sight.check("unreachable")
            server.start()
            expect(far).to_contain_text("Loaded")
    finally:
        server.close()


def test_pools_and_settings_are_changed_in_place(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", SHOP)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, "/deployment?tab=capacity", heading="Deployment")
        pools = page.locator("section", has_text="Pools").last
        expect(page.get_by_role("cell", name="0 of unlimited")).to_be_visible()
        page.get_by_role("button", name="Change the limit of pool database").click()
        page.get_by_label("Slots").fill("3")
        page.get_by_role("button", name="Set", exact=True).click()
        expect(page.get_by_role("cell", name="0 of 3")).to_be_visible()
        expect(pools).to_contain_text("its own")
        sight.check("capacity")

        page.get_by_role("tab", name="Configuration").click()
        page.wait_for_url("**/deployment?tab=configuration")
        page.get_by_role("button", name="Change max_concurrent_runs").click()
        page.get_by_label("max_concurrent_runs", exact=True).fill("many")
        page.get_by_role("button", name="Store").click()
        expect(page.get_by_text("is a whole number")).to_be_visible()
        page.get_by_label("max_concurrent_runs", exact=True).fill("4")
        page.get_by_role("button", name="Store").click()
        row = page.get_by_role("row", name="max_concurrent_runs")
        expect(row).to_contain_text("stored")
        assert host.get("/queue")["limits"]["max_concurrent_runs"] == 4
        sight.check("configuration")
        page.get_by_role("button", name="Change max_concurrent_runs").click()
        page.get_by_role("button", name="Let go of what is stored").click()
        expect(row).to_contain_text("the default")


def test_storage_is_checked_and_pruned(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", SHOP)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        for _ in range(3):
            host.wait_run(host.launch("orders"))
        page = sight.open(host.url, "/deployment?tab=storage", heading="Deployment")
        expect(page.get_by_role("main")).to_contain_text(str(deployment.home))
        page.get_by_role("button", name="Check").click()
        expect(page.get_by_text("Nothing is wrong with it.")).to_be_visible()
        sight.check("storage")
        page.get_by_role("button", name="Prune…").click()
        page.get_by_label("Keep runs that ended").fill("")
        page.get_by_label("Keep so many").fill("1")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("2 runs and")
        dialog.get_by_role("button", name="Erase them").click()
        expect(page.get_by_text("2 runs erased")).to_be_visible()
        expect(page.locator("dl", has_text="Materialized assets")).to_contain_text("Runs1")


def test_a_web_without_a_daemon_says_so(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", SHOP)
    with deployment.webserver() as web:
        page = sight.open(web.url, "/deployment", heading="Deployment")
        expect(page.get_by_role("main").get_by_text("No daemon runs")).to_be_visible()
        expect(page.get_by_role("banner").get_by_text("No daemon runs")).to_be_visible()
        sight.check("no-daemon")
