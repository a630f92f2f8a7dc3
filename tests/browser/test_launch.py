"""The launch form: what it asks for, what it shows of the plan, and that nothing gets lost."""

from __future__ import annotations

import re

from atoll_e2e import Deployment, Host
from playwright.sync_api import Locator, Page, expect
from sight import PHONE, Sight

SHOP = '''
    import atoll

    raw = atoll.AssetSpec("raw")


    class Window(atoll.Config):
        """Which orders."""

        days: int
        mode: str = "fast"


    class Store(atoll.ConfigurableResource):
        url: str = "local"


    @atoll.asset(deps=["raw"], group_name="sales")
    def orders(config: Window, store: Store):
        return config.days


    @atoll.asset(group_name="sales", pool="database")
    def report(orders):
        return orders


    daily = atoll.define_asset_job(
        "daily", selection="report", tags={"team": "sales"},
        config={"resources": {"store": {"config": {"url": "far"}}}},
    )
    defs = atoll.Definitions(
        assets=[raw, orders, report], jobs=[daily], resources={"store": Store()}
    )
'''
LAKE = """
    import atoll

    @atoll.asset(deps=["report"])
    def forecast():
        return 1

    defs = atoll.Definitions(assets=[forecast])
"""


def open_form(sight: Sight, deployment: Deployment, host: Host, path: str) -> Page:
    for name in deployment.locations:
        host.wait_loaded(name)
    return sight.open(host.url, path, heading="Launch")


def write(deployment: Deployment) -> None:
    deployment.write("shop", SHOP)
    deployment.write("lake", LAKE)


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Config")


def rewrite(page: Page, text: str) -> None:
    """Write other config; the editor has the focus."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Backspace")
    page.keyboard.insert_text(text)


def launch(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("button", name="Launch", exact=True)


def run_page(page: Page) -> None:
    """Wait until the run is looked at."""
    page.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    page.get_by_role("main").get_by_text(re.compile("^(Success|Failed)$")).first.wait_for()


def planned(page: Page) -> list[str]:
    steps = page.get_by_role("table", name="Planned steps")
    steps.wait_for()
    return [
        row.split("\n")[1] for row in steps.locator("tbody").get_by_role("row").all_inner_texts()
    ]


def test_the_plan_is_shown_in_its_order_before_it_starts(
    sight: Sight, deployment: Deployment
) -> None:
    write(deployment)
    with deployment.dev() as host:
        page = open_form(sight, deployment, host, "/launch")
        page.get_by_text("Nothing is selected").wait_for()
        expect(launch(page)).to_be_disabled()
        assets = page.get_by_role("combobox", name="Assets")
        assets.fill("repo")
        page.get_by_role("option", name="report", exact=True).click()
        assets.fill("orders+")
        assets.press("Enter")
        page.get_by_text("3 steps").wait_for()
        page.get_by_text("Read as they are, not made: raw").wait_for()
        assert planned(page) == ["orders", "report", "forecast"]
        assert re.search(r"select=report&select=orders%2B$", page.url)
        sight.check("plan")


def test_config_is_scaffolded_checked_in_place_and_launched(
    sight: Sight, deployment: Deployment
) -> None:
    write(deployment)
    with deployment.dev() as host:
        page = open_form(sight, deployment, host, "/launch?select=orders")
        mistakes = page.get_by_role("list", name="What is wrong with the config")
        mistakes.get_by_text('"ops.orders.config.days" is missing').wait_for()
        expect(launch(page)).to_be_disabled()
        page.get_by_role("button", name="Scaffold").click()
        page.get_by_role("menuitem", name="Only what must be given").click()
        expect(editor(page)).to_contain_text("days: 0 # required: a whole number")
        expect(mistakes).to_be_hidden()
        page.get_by_text("days: 0").click()
        page.keyboard.press("End")
        rewrite(page, "ops:\n  orders:\n    config:\n      days: many\n")
        mistakes.get_by_text("4:13").wait_for()
        mistakes.get_by_text('This is a whole number, not the text "many"').wait_for()
        sight.check("mistake")
        rewrite(page, "ops:\n  orders:\n    config:\n      days: 3\n")
        expect(mistakes).to_be_hidden()
        page.keyboard.press("ControlOrMeta+Enter")
        run_page(page)
        run = host.wait_run(page.url.rpartition("/")[2].partition("?")[0])
        assert run["status"] == "SUCCESS"
        assert run["config"] == {"ops": {"orders": {"config": {"days": 3}}}}


def test_keys_are_completed_and_explained(sight: Sight, deployment: Deployment) -> None:
    write(deployment)
    with deployment.dev() as host:
        page = open_form(sight, deployment, host, "/launch?select=orders")
        page.get_by_text('"ops.orders.config.days" is missing').wait_for()
        editor(page).click()
        page.keyboard.insert_text("ops:\n  orders:\n    config:\n      ")
        page.keyboard.type("da")
        option = page.get_by_role("option", name=re.compile("^days"))
        expect(option).to_contain_text("a whole number, required")
        option.click()
        expect(editor(page)).to_contain_text("days: ")
        page.keyboard.type("3")
        page.locator(".cm-line").get_by_text("days").hover()
        page.locator(".cm-help").get_by_text("a whole number").wait_for()


def test_selection_and_config_never_erase_each_other_and_a_reload_loses_nothing(
    sight: Sight, deployment: Deployment
) -> None:
    write(deployment)
    with deployment.dev() as host:
        page = open_form(sight, deployment, host, "/launch?select=orders&tag=team%3Dsales")
        editor(page).click()
        page.keyboard.insert_text("ops: {orders: {config: {days: 3}}}  # mine")
        assets = page.get_by_role("combobox", name="Assets")
        assets.press("Backspace")
        page.get_by_text("Nothing is selected").wait_for()
        assets.fill("forecast")
        assets.press("Enter")
        page.get_by_text('No step called "orders" is in the run').wait_for()
        expect(launch(page)).to_be_enabled()
        page.reload()
        expect(editor(page)).to_have_text("ops: {orders: {config: {days: 3}}}  # mine")
        page.get_by_text("forecast", exact=True).first.wait_for()
        expect(page.get_by_role("textbox", name="Value of team")).to_have_value("sales")


def test_a_job_is_narrowed_and_shows_what_it_says_itself(
    sight: Sight, deployment: Deployment
) -> None:
    write(deployment)
    with deployment.dev() as host:
        page = open_form(sight, deployment, host, "/launch")
        page.get_by_role("combobox", name="Job").click()
        page.get_by_role("option", name="daily").click()
        page.get_by_text("1 step", exact=False).wait_for()
        page.get_by_text("what the job daily has of its own").wait_for()
        page.get_by_text("team=sales").wait_for()
        sight.check("job")
        launch(page).dblclick()
        run_page(page)
        assert len(host.get("/runs")["items"]) == 1, "a double click is one wish"


def test_problems_stand_at_the_field_that_they_concern(
    sight: Sight, deployment: Deployment
) -> None:
    write(deployment)
    with deployment.dev() as host:
        page = open_form(sight, deployment, host, "/launch?select=group:sales+and")
        problem = page.get_by_role("alert").filter(has_text="the selection ends too early")
        problem.get_by_text("↑").wait_for()
        expect(launch(page)).to_be_disabled()
        sight.check("selection")
        page.goto(host.url + "/launch?select=forecast&tag=atoll/priority%3Dhigh")
        page.get_by_role("alert").filter(has_text="is a whole number").wait_for()
        sight.check("tag")
        page.get_by_role("textbox", name="Value of atoll/priority").fill("5")
        expect(launch(page)).to_be_enabled()
        page.goto(host.url + "/launch?job=dayly")
        page.get_by_role("alert").filter(has_text='Did you mean "daily"?').wait_for()


def test_another_is_launched_and_an_earlier_form_taken_up(
    sight: Sight, deployment: Deployment
) -> None:
    write(deployment)
    with deployment.dev() as host:
        page = open_form(sight, deployment, host, "/launch?select=forecast&tag=n%3D1")
        page.get_by_text("1 step", exact=False).wait_for()
        page.get_by_role("button", name="Launch another").click()
        page.get_by_role("alert").get_by_role("link", name=re.compile("^Run ")).wait_for()
        sight.heading("Launch")
        page.goto(host.url + "/launch")
        page.get_by_role("button", name="Take up forecast").click()
        expect(page.get_by_role("textbox", name="Value of n")).to_have_value("1")


def test_a_run_is_copied_with_its_selection_config_and_tags(
    sight: Sight, deployment: Deployment
) -> None:
    write(deployment)
    with deployment.dev() as host:
        host.wait_loaded("shop")
        asked = {
            "assets": ["orders"],
            "config": {"ops": {"orders": {"config": {"days": 9}}}},
            "tags": {"team": "b"},
        }
        run_id = host.ask("POST", "/api/v1/runs", asked)["run_id"]
        page = open_form(sight, deployment, host, f"/launch?from={run_id}")
        expect(editor(page)).to_contain_text("days: 9")
        expect(page.get_by_role("textbox", name="Value of team")).to_have_value("b")
        page.get_by_text("1 step", exact=False).wait_for()
        page.wait_for_url(re.compile(r"/launch\?select=orders&tag=team%3Db$"))


def test_it_is_read_on_a_phone(sight: Sight, deployment: Deployment) -> None:
    write(deployment)
    with deployment.dev() as host:
        sight.resize(PHONE)
        page = open_form(sight, deployment, host, "/launch?select=report&select=forecast")
        page.get_by_text("2 steps").wait_for()
        assert sight.fits()
        sight.check("phone")
