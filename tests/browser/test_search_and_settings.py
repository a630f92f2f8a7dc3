"""Search over everything, and what a person prefers."""

from __future__ import annotations

import re

from atoll_e2e import Deployment
from playwright.sync_api import expect
from sight import Sight

CODE = """
    import atoll

    @atoll.asset(key_prefix=["sales"], group_name="marts")
    def orders():
        return [1, 2]

    nightly = atoll.define_asset_job("nightly", selection="*")
    defs = atoll.Definitions(assets=[orders], jobs=[nightly])
"""


def test_everything_is_found_by_keyboard_alone(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        run_id = host.launch("sales/orders")
        host.wait_run(run_id)
        page = sight.open(host.url, heading="Overview")
        for wish, address in (
            ("orders", "/assets/sales/orders"),
            ("marts", "/assets?group=marts"),
            ("nightly", "/jobs/nightly?location=shop"),
            ("shop", "/deployment/locations/shop"),
            ("theme", "/settings"),
            (run_id[:8], f"/runs/{run_id}"),
        ):
            page.keyboard.press("Control+k")
            field = page.get_by_role("combobox", name="Search")
            field.fill(wish)
            expect(page.get_by_role("option").first).to_contain_text(wish, ignore_case=True)
            field.press("Enter")
            page.wait_for_url(f"{host.url}{address}*")


def test_search_says_that_it_found_nothing(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        page = sight.open(host.url, heading="Overview")
        page.keyboard.press("/")
        page.get_by_role("combobox", name="Search").fill("ord")
        expect(page.get_by_role("option").first).to_contain_text("sales/orders")
        sight.check("search")
        page.get_by_role("combobox", name="Search").fill("nowhere")
        expect(page.get_by_text('Nothing is named like "nowhere"')).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)


def test_preferences_hold_at_once_and_after_a_reload(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        page = sight.open(host.url, "/settings", heading="Settings")
        sight.check("settings")
        page.get_by_text("Dark", exact=True).click()
        dark = "document.documentElement.dataset.mantineColorScheme === 'dark'"
        page.wait_for_function(dark)
        page.get_by_role("combobox", name="Time zone").fill("Asia/Tokyo")
        page.keyboard.press("Tab")
        page.get_by_text("12 h").click()
        page.reload()
        sight.heading("Settings")
        page.wait_for_function(dark)
        expect(page.get_by_role("combobox", name="Time zone")).to_have_value("Asia/Tokyo")
        expect(page.get_by_role("main").locator("time")).to_have_text(re.compile("[ap]", re.I))
        page.get_by_role("combobox", name="Time zone").fill("Atlantis")
        expect(page.get_by_text("No time zone has this name")).to_be_visible()
