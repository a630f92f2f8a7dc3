"""The lineage: the graph on its canvas, the list beside it, and what one does with both."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlparse

import island_shop as shop
from atoll_e2e import Deployment
from playwright.sync_api import Locator, Page, expect
from sight import PHONE, Sight


def _open(sight: Sight, url: str, query: str = "") -> Page:
    """The page, as soon as its graph is laid out."""
    page = sight.open(url, f"/lineage{query}", heading="Lineage")
    page.locator("[data-ready]").wait_for()
    return page


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlparse(page.url).query)


def _panel(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Selection")


def _find(page: Page, key: str) -> None:
    """Search an asset: it is selected, and in the middle of the canvas."""
    page.get_by_role("combobox", name="Find an asset").fill(key)
    page.get_by_role("combobox", name="Find an asset").press("Enter")
    expect(_panel(page).get_by_role("heading", level=2)).to_have_text(key)


def _middle(page: Page) -> tuple[float, float]:
    box = page.get_by_role("application").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_an_asset_is_found_and_all_that_is_around_it(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url)
        sight.check("whole")
        _find(page, "customers")
        assert _query(page) == {"focus": ["customers"], "select": ["customers"]}
        panel = _panel(page)
        for heading, keys in (("Upstream 2", "ordersvisits"), ("Downstream 1", "revenue")):
            expect(panel.locator("section", has_text=heading)).to_contain_text(keys)
        sight.check("found")
        panel.get_by_role("button", name="orders").click()
        expect(panel).to_contain_text("What was bought, as it comes in.")
        page.reload()
        expect(panel.get_by_role("heading", level=2)).to_have_text("orders")
        panel.get_by_role("link", name="orders").click()
        page.wait_for_url("**/assets/orders")


def test_the_canvas_selects_by_click_shift_and_box(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url)
        heading = _panel(page).get_by_role("heading", level=2)
        _find(page, "customers")
        page.get_by_role("application").press("Escape")
        expect(_panel(page)).to_be_hidden()
        x, y = _middle(page)
        page.mouse.click(x, y)
        expect(heading).to_have_text("customers")

        page.keyboard.down("Shift")
        page.mouse.move(x - 460, y - 220)
        page.mouse.down()
        page.mouse.move(x + 60, y + 220, steps=3)
        sight.shot("box")
        page.mouse.up()
        expect(heading).to_have_text(re.compile("^[2-9] assets"))
        assert {"customers", "orders"} <= set(_query(page)["select"])

        page.mouse.click(x, y)
        page.keyboard.up("Shift")
        expect(_panel(page).get_by_role("button", name="customers")).to_be_hidden()
        page.mouse.click(x, y)
        expect(heading).to_have_text("customers")


def test_the_canvas_opens_an_asset_and_its_menu(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url)
        _find(page, "customers")
        page.mouse.click(*_middle(page), button="right")
        menu = page.get_by_role("menu")
        sight.shot("menu")
        item = menu.get_by_role("menuitem", name="Materialize with downstream")
        expect(item).to_have_attribute("href", "/launch?select=customers%2B")
        menu.get_by_role("menuitem", name="Show only its lineage").click()
        expect(page.get_by_text("5 of 8 assets")).to_be_visible()
        page.get_by_role("button", name="Show all").click()
        expect(page.get_by_text("of 8 assets")).to_be_hidden()
        _find(page, "customers")
        page.mouse.dblclick(*_middle(page))
        page.wait_for_url("**/assets/*")


def test_runs_are_launched_from_what_is_selected(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url, "?select=customers")
        panel = _panel(page)
        for name, href in (
            ("Materialize", "/launch?select=customers"),
            ("With upstream", "/launch?select=%2Bcustomers"),
            ("With downstream", "/launch?select=customers%2B"),
        ):
            expect(panel.get_by_role("link", name=name).first).to_have_attribute("href", href)
        _find(page, "rates")
        expect(panel.get_by_title("No step makes it: it is external").first).to_be_visible()


def test_selections_select_and_narrow(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url)
        field = page.get_by_label("Selection", exact=True).and_(page.get_by_role("textbox"))
        field.fill("+customers")
        field.press("Enter")
        expect(_panel(page).get_by_role("heading", level=2)).to_have_text("3 assets")
        assert _query(page) == {"pick": ["+customers"]}
        page.reload()
        expect(_panel(page).get_by_role("heading", level=2)).to_have_text("3 assets")
        field.fill("+customers+ or")
        field.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("column 15")
        field.fill("revenue")
        page.get_by_role("button", name="Show only").click()
        expect(page.get_by_text("1 of 8 assets")).to_be_visible()
        page.get_by_role("combobox", name="Neighbours").click()
        page.get_by_role("option", name="And one layer around").click()
        expect(page.get_by_text("3 of 8 assets")).to_be_visible()
        assert _query(page)["filter"] == ["revenue"]
        assert _query(page)["near"] == ["1"]


def test_the_list_is_worked_by_keyboard(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url)
        page.get_by_role("button", name="List").click()
        tree = page.get_by_role("tree", name="Assets")
        expect(tree.get_by_role("treeitem")).to_have_count(13)
        tree.focus()
        for key in ("ArrowDown", "ArrowDown", "Enter"):
            page.keyboard.press(key)
        expect(_panel(page).get_by_role("heading", level=2)).to_have_text("converted")
        expect(tree.get_by_role("treeitem", name="converted")).to_have_attribute(
            "aria-selected", "true"
        )
        page.keyboard.press("ArrowRight")
        expect(tree.get_by_role("treeitem")).to_have_count(14)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(_panel(page).get_by_role("heading", level=2)).to_have_text("rates")
        sight.check("list")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowLeft")
        expect(tree.get_by_role("treeitem", name="finance")).to_have_attribute(
            "aria-expanded", "false"
        )


def test_many_assets_come_in_closed_groups(sight: Sight, deployment: Deployment) -> None:
    shop.many(deployment, 160)
    with deployment.dev() as host:
        host.wait_loaded("factory")
        page = _open(sight, host.url, "?list=shown")
        sight.check("closed")
        items = page.get_by_role("tree", name="Assets").get_by_role("treeitem")
        expect(items).to_have_count(17)
        _find(page, "asset_042")
        assert _query(page)["except"] == ["factory:group_04"]
        expect(items).to_have_count(27)
        sight.shot("one-open")
        page.get_by_role("button", name="Open all").click()
        expect(items.filter(has_text="group_00")).to_have_attribute("aria-expanded", "true")
        assert _query(page)["groups"] == ["open"]
        page.get_by_role("button", name="Close all").click()
        expect(items).to_have_count(17)
        page.get_by_text("Downwards", exact=True).or_(page.get_by_label("Downwards")).first.click()
        page.wait_for_url("**direction=down**")
        sight.shot("down")


def test_the_view_follows_keys_wheel_and_hand(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url)
        _find(page, "customers")
        graph = page.get_by_role("application")
        x, y = _middle(page)

        def is_at(dx: float, dy: float) -> bool:
            """Whether there is a card at this distance from the middle."""
            page.mouse.move(x + dx, y + dy + 1)
            page.mouse.move(x + dx, y + dy)
            return bool(graph.evaluate("element => element.style.cursor === 'pointer'"))

        assert is_at(0, 0)
        graph.focus()
        page.keyboard.press("ArrowUp")
        assert is_at(0, 80)
        page.keyboard.press("ArrowDown")
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y + 100, steps=4)
        page.mouse.up()
        assert is_at(0, 100)
        assert not is_at(0, 0)
        page.mouse.move(x, y + 100)
        for _ in range(12):
            page.mouse.wheel(0, 400)
        assert not is_at(60, 100)
        page.keyboard.press("f")
        page.get_by_role("button", name="Zoom in").click()


def test_what_a_run_makes_is_seen_as_it_happens(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        page = _open(sight, host.url, "?select=orders&list=shown")
        expect(_panel(page)).to_contain_text("Never materialized")
        host.launch("orders", "broken")
        expect(_panel(page)).to_contain_text("just now")
        tree = page.get_by_role("tree", name="Assets")
        expect(tree.get_by_role("treeitem", name="broken")).to_contain_text("")
        expect(tree.get_by_role("treeitem", name="Failed broken")).to_be_visible()
        sight.shot("live")


def test_a_phone_shows_graph_and_list(sight: Sight, deployment: Deployment) -> None:
    shop.write(deployment)
    with deployment.dev() as host:
        shop.wait(host)
        sight.resize(PHONE)
        _open(sight, host.url, "?select=customers&list=shown")
        assert sight.fits()
        sight.check("phone")
