"""The frame around every page: navigation, connection, health, shortcuts, themes, sizes."""

from __future__ import annotations

from atoll_e2e import Deployment
from sight import PHONE, Sight

CODE = """
    import atoll

    @atoll.asset
    def orders():
        return [1, 2]

    defs = atoll.Definitions(assets=[orders])
"""
PAGES = {
    "Overview": "/",
    "Assets": "/assets",
    "Lineage": "/lineage",
    "Runs": "/runs",
    "Deployment": "/deployment",
}


def test_every_page_is_reached_by_link_by_key_and_by_address(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        page = sight.open(host.url, heading="Overview")
        for title, path in PAGES.items():
            page.get_by_role("banner").get_by_role("link", name=title, exact=True).click()
            sight.heading(title)
            assert page.url == host.url + path
            assert page.title() == f"{title} · Atoll"
            page.reload()
            sight.heading(title)
        page.keyboard.press("g")
        page.keyboard.press("o")
        sight.heading("Overview")


def test_an_address_that_no_page_has_leads_back(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        page = sight.open(host.url, "/nowhere", heading="No such page")
        page.get_by_role("main").get_by_role("link", name="overview").click()
        sight.heading("Overview")


def test_a_killed_host_is_noticed_and_a_new_one_taken_up(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        page = sight.open(host.url, heading="Overview")
        port = host.url.rpartition(":")[2]
        host.kill()
        page.get_by_text("Disconnected").wait_for(timeout=2_000)
    with deployment.dev("--port", port):
        page.get_by_text("Disconnected").wait_for(state="hidden")


def test_the_help_sheet_names_the_shortcuts(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        page = sight.open(host.url, heading="Overview")
        page.keyboard.press("?")
        page.get_by_role("dialog").get_by_text("Go to lineage").wait_for()


def test_a_phone_has_the_pages_at_its_foot(sight: Sight, deployment: Deployment) -> None:
    deployment.write("shop", CODE)
    with deployment.dev() as host:
        sight.resize(PHONE)
        page = sight.open(host.url, heading="Overview")
        page.get_by_role("contentinfo").get_by_role("link", name="Runs").click()
        sight.heading("Runs")
        assert sight.fits()
