"""The page of one run: steps over time, log, output, config, and what is done about it."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode

import pytest
from atoll_e2e import Deployment, Host
from playwright.sync_api import Locator, Page, expect
from sight import PHONE, Sight

SHOP = """
    import pathlib
    import sys
    import time

    import atoll

    HERE = pathlib.Path(__file__).parent

    def wait_for(name):
        while not (HERE / name).exists():
            time.sleep(0.02)

    @atoll.asset
    def orders(context):
        context.log.info("read 3 orders")
        print("\\x1b[32mgreen words\\x1b[0m and plain ones")
        print("a warning", file=sys.stderr)
        return [1, 2, 3]

    @atoll.asset
    def users():
        return ["ada", "bob"]

    @atoll.asset(retry_policy=atoll.RetryPolicy(max_retries=2))
    def flaky(context, orders):
        if context.retry_number < 2:
            raise ConnectionError("the shop is closed")
        return len(orders)

    @atoll.asset
    def broken(orders):
        return prices(orders)["missing"]

    def prices(orders):
        return {"a": 1}

    @atoll.asset
    def after_broken(broken):
        return broken

    @atoll.asset
    def slow(users):
        print("slow has begun", flush=True)
        wait_for("go")
        print("slow goes on", flush=True)
        return users

    defs = atoll.Definitions(assets=[orders, users, flaky, broken, after_broken, slow])
"""
LAKE = """
    import atoll

    @atoll.asset
    def stored(orders):
        note = atoll.MetadataValue.md("**bold**")
        return atoll.MaterializeResult(metadata={"rows": 3, "note": note})

    defs = atoll.Definitions(assets=[stored])
"""


@pytest.fixture
def shop(deployment: Deployment) -> Deployment:
    """Two locations: assets that go well, fail, are tried again, and wait for the file `go`."""
    deployment.write("shop", SHOP)
    deployment.write("lake", LAKE)
    return deployment


def go(deployment: Deployment) -> None:
    """Let what waits go on."""
    (deployment.folder / "go").touch()


def finished(host: Host, *assets: str) -> str:
    """The id of a run of these assets that has ended."""
    run_id = host.launch(*assets)
    host.wait_run(run_id)
    return run_id


def look(sight: Sight, host: Host, run_id: str, **search: object) -> Page:
    """The page of a run, once it has said how it stands."""
    query = urlencode({name: str(value) for name, value in search.items()})
    page = sight.open(host.url, f"/runs/{run_id}?{query}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(run_id[:13])
    return page


def says(page: Page, **search: str | None) -> None:
    """Wait until the address says this, and nothing of what is None."""
    for name, value in search.items():
        pattern = f"[?&]{name}={value}(&|$)" if value else f"^(?!.*[?&]{name}=)"
        expect(page).to_have_url(re.compile(pattern))


def canvas(page: Page) -> Locator:
    """The timeline of steps."""
    return page.locator("[data-gantt]")


def rows(page: Page, count: int) -> None:
    """Wait until the timeline has so many rows."""
    expect(canvas(page)).to_have_attribute("data-rows", str(count))


def log(page: Page) -> Locator:
    """The table of events."""
    return page.get_by_role("table", name="Events")


def heading_status(page: Page, word: str) -> None:
    """Wait until the run is said to be so."""
    expect(page.locator("header [data-status]").filter(has_text=word)).to_be_visible()


def test_steps_in_two_locations_are_seen_chosen_and_narrowed(
    sight: Sight, shop: Deployment
) -> None:
    with shop.dev() as host:
        run_id = finished(host, "orders", "users", "flaky", "stored")
        page = look(sight, host, run_id)
        heading_status(page, "Success")
        rows(page, 4)
        for island in ("shop", "lake"):
            expect(page.get_by_role("main").get_by_role("link", name=island)).to_be_visible()
        expect(log(page).get_by_text("read 3 orders")).to_be_visible()
        canvas(page).hover(position={"x": 420, "y": 28 + 26 * 2 + 13})
        hint = page.get_by_role("tooltip")
        expect(hint).to_contain_text("flaky")
        expect(hint).to_contain_text("attempt 3 ran")
        sight.check("run")

        canvas(page).locator("canvas").click(position={"x": 120, "y": 28 + 13})
        says(page, step="orders")
        expect(log(page).get_by_text("Launching a worker for step 'users'")).to_be_hidden()
        page.keyboard.press("ArrowDown")
        says(page, step="users")
        page.keyboard.press("ArrowDown")
        chosen = page.get_by_role("region", name="Chosen step")
        expect(chosen).to_contain_text("flaky")
        expect(chosen).to_contain_text("at attempt 3")
        chosen.get_by_role("button", name="Its lineage only").click()
        rows(page, 2)
        page.get_by_role("button", name="Clear the filter").click()
        page.get_by_role("switch", name="By location").check()
        rows(page, 4 + 2)
        page.get_by_text("Table", exact=True).click()
        table = page.get_by_role("table", name="Steps")
        expect(table.get_by_role("row").filter(has_text="stored")).to_contain_text("lake")
        page.reload()
        expect(table).to_be_visible()
        says(page, step="flaky", grouped="true", table="true")


def test_the_timeline_is_zoomed_by_keys_buttons_and_wheel(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        page = look(sight, host, finished(host, "orders", "users"))
        rows(page, 2)
        timeline = page.get_by_role("application")
        timeline.press("+")
        expect(page).to_have_url(re.compile("time=[0-9.]+_[0-9.]+"))
        page.get_by_role("button", name="Fit").click()
        says(page, time=None)
        canvas(page).hover(position={"x": 700, "y": 60})
        page.keyboard.down("Control")
        page.mouse.wheel(0, -300)
        page.keyboard.up("Control")
        expect(page).to_have_url(re.compile("time="))
        zoomed = page.url
        timeline.press("ArrowLeft")
        expect(page).not_to_have_url(zoomed)
        timeline.press("0")
        says(page, time=None)


def test_a_failure_is_told_with_the_users_frames_first(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        run_id = finished(host, "orders", "broken", "after_broken")
        page = look(sight, host, run_id)
        heading_status(page, "Failed")
        why = page.get_by_role("region", name="Why it failed")
        expect(why).to_contain_text("KeyError: 'missing'")
        expect(why).to_contain_text('return prices(orders)["missing"]')
        why.get_by_role("button", name="Step broken failed").click()
        says(page, step="broken", tab="log")
        opened = log(page).locator("[data-open]")
        expect(opened).to_contain_text("Step failed")
        expect(log(page).get_by_role("button", name="Output")).to_be_visible()
        sight.check("failed")

        page.get_by_role("group", name="Steps by status").get_by_text("Skipped").click()
        says(page, state="SKIPPED")
        rows(page, 1)


def test_an_event_has_an_address_of_its_own(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        run_id = finished(host, "orders", "stored")
        made = [e for e in host.events(run_id) if e["kind"] == "ASSET_MATERIALIZATION"][-1]
        page = look(sight, host, run_id, event=made["id"])
        expect(log(page).locator("[data-open]")).to_contain_text("Materialized")
        detail = log(page).get_by_role("cell").filter(has_text=f"event {made['id']}")
        expect(detail.locator("strong")).to_have_text("bold")
        expect(detail.get_by_role("link", name="stored")).to_be_visible()
        sight.check("event")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        log(page).locator("[data-open]").get_by_title("Copy a link to this event").click()
        expect(page.get_by_text("The link to the event is copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(host.url) and f"event={made['id']}" in copied

        page.goto(f"{host.url}/runs/{run_id}?event={made['id']}&level=ERROR")
        page.get_by_role("button", name="Show all events").click()
        expect(log(page).locator("[data-open]")).to_contain_text("Materialized")
        page.get_by_role("button", name=re.compile("ASSET_MATERIALIZATION: details")).last.click()
        says(page, event=None)


def test_the_log_is_narrowed_and_walked_through(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        run_id = finished(host, "orders", "flaky", "broken")
        everything = len(host.events(run_id))
        page = look(sight, host, run_id, only="events")
        total = page.locator("[data-total]").first
        expect(total).to_have_text(f"{everything} events")
        page.get_by_label("Search the log").fill("read 3")
        expect(total).to_have_text("1 event")
        says(page, search="read\\+3")
        page.get_by_label("Search the log").fill("")
        levels = page.get_by_role("group", name="Levels")
        levels.get_by_text("Warnings").click()
        says(page, level="WARNING")
        expect(log(page).get_by_text("Will retry").first).to_be_visible()
        expect(log(page).get_by_text("Run started")).to_be_hidden()
        levels.get_by_text("Warnings").click()
        page.get_by_role("combobox", name="Kinds of events").click()
        page.get_by_role("option", name="Materialized").click()
        says(page, kind="ASSET_MATERIALIZATION")
        page.get_by_role("combobox", name="Kinds of events").press("Backspace")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Next failure").click()
        expect(log(page).locator("[data-open]")).to_contain_text("Step failed")
        page.get_by_role("button", name="Next failure").click()
        expect(log(page).locator("[data-open]")).to_contain_text("Run failed")
        page.get_by_role("button", name="Next failure").click()
        expect(log(page).locator("[data-open]")).to_contain_text("Step failed")


def test_a_run_is_followed_live_with_what_it_prints(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        host.wait_loaded("shop")
        run_id = host.launch("users", "slow")
        host.wait_event(run_id, "STEP_START", "slow")
        page = look(sight, host, run_id)
        heading_status(page, "Running")
        expect(page.get_by_role("region", name="Now")).to_contain_text("slow")
        expect(page.get_by_role("button", name="Following")).to_be_visible()
        sight.check("running")
        page.get_by_role("tab", name="Output").click()
        expect(page.get_by_label("stdout of slow")).to_contain_text("slow has begun")
        go(shop)
        expect(page.get_by_label("stdout of slow")).to_contain_text("slow goes on")
        heading_status(page, "Success")
        page.get_by_role("tab", name="Log").click()
        expect(log(page).get_by_text("Run succeeded")).to_be_attached()


def test_what_a_step_prints_has_its_colours(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        run_id = finished(host, "orders", "flaky")
        page = look(sight, host, run_id, tab="output", step="orders")
        printed = page.get_by_label("stdout of orders")
        expect(printed).to_contain_text("green words and plain ones")
        colour = "e => getComputedStyle(e).color"
        green = printed.get_by_text("green words").evaluate(colour)
        assert green != printed.get_by_text("and plain ones").evaluate(colour)
        page.get_by_role("radiogroup", name="Stream").get_by_text("stderr").click()
        expect(page.get_by_label("stderr of orders")).to_contain_text("a warning")
        sight.check("output")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download").click()
        assert saved.value.path().read_text() == "a warning\n"
        page.get_by_role("combobox", name="Step", exact=True).click()
        page.get_by_role("option", name="flaky").click()
        page.get_by_role("combobox", name="Attempt").click()
        page.get_by_role("option", name="Attempt 1").click()
        says(page, step="flaky", attempt="1")


def test_a_run_is_canceled_when_one_is_sure(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        host.wait_loaded("shop")
        run_id = host.launch("slow", "users")
        host.wait_event(run_id, "STEP_START", "slow")
        page = look(sight, host, run_id)
        page.get_by_role("button", name="Cancel…").click()
        page.get_by_role("button", name="Leave it").click()
        expect(page.get_by_role("dialog")).to_be_hidden()
        page.get_by_role("button", name="Cancel…").click()
        sight.check("cancel")
        page.get_by_role("button", name="Cancel the run").click()
        heading_status(page, "Canceled")
        expect(page.get_by_role("button", name="Cancel…")).to_be_hidden()


def test_a_run_is_made_again_from_failure_in_whole_and_in_part(
    sight: Sight, shop: Deployment
) -> None:
    with shop.dev() as host:
        first = finished(host, "orders", "users", "broken", "after_broken")
        page = look(sight, host, first)

        def again(item: str) -> str:
            before = page.url
            page.get_by_role("button", name="Re-execute").click()
            page.get_by_role("menuitem", name=item, exact=True).click()
            expect(page).not_to_have_url(before)
            run_id = page.url.rpartition("/")[2].partition("?")[0]
            host.wait_run(run_id)
            return run_id

        def steps_of(run_id: str) -> list[str]:
            return [step["key"] for step in host.get(f"/runs/{run_id}/steps")["items"]]

        second = again("From failure")
        assert steps_of(second) == ["broken", "after_broken"]
        expect(page.get_by_text("Makes")).to_contain_text(first[:13])
        page.get_by_role("link", name=first[:13]).click()
        expect(page.get_by_text("Made again as")).to_contain_text(second[:13])
        third = again("All steps")
        assert len(steps_of(third)) == 4
        page.goto(f"{host.url}/runs/{first}?step=broken")
        assert steps_of(again("Step broken and what follows")) == ["broken", "after_broken"]

        page.goto(f"{host.url}/runs/{first}")
        page.get_by_role("button", name="Re-execute").click()
        page.get_by_role("menuitem", name="Selected steps…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Steps", exact=True).fill("nothing")
        dialog.get_by_role("button", name="Re-execute").click()
        expect(dialog.get_by_role("alert")).to_contain_text("nothing")
        dialog.get_by_label("Steps", exact=True).fill("")
        dialog.get_by_label("users").check()
        sight.check("choose steps")
        dialog.get_by_role("button", name="Re-execute").click()
        expect(dialog).to_be_hidden()
        expect(page).not_to_have_url(re.compile(first))
        last = page.url.rpartition("/")[2].partition("?")[0]
        host.wait_run(last)
        assert steps_of(last) == ["users"]


def test_events_are_saved_and_a_run_deleted(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        run_id = finished(host, "orders")
        page = look(sight, host, run_id)
        page.get_by_role("button", name="More about this run").click()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name="Download all events").click()
        lines = saved.value.path().read_text().splitlines()
        assert [json.loads(line) for line in lines] == host.events(run_id)
        page.get_by_role("button", name="More about this run").click()
        launch = page.get_by_role("menuitem", name="Launch with changes")
        expect(launch).to_have_attribute("href", re.compile(f"/launch.from={run_id}$"))
        page.get_by_role("menuitem", name="Delete…").click()
        page.get_by_role("button", name="Delete the run").click()
        sight.heading("Runs")
        expect(page.get_by_text("No runs yet")).to_be_visible()
        assert host.get(f"/runs/{run_id}")["code"] == "run.unknown"


def test_config_and_tags_are_shown(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        host.wait_loaded("shop")
        body = {"assets": ["users"], "tags": {"team": "sales"}, "config": {"ops": {}}}
        run_id = host.ask("POST", "/api/v1/runs", body)["run_id"]
        host.wait_run(run_id)
        page = look(sight, host, run_id, tab="config")
        expect(page.get_by_text("ops: {}")).to_be_visible()
        page.get_by_text("JSON", exact=True).click()
        expect(page.get_by_text('"ops": {}')).to_be_visible()
        sight.check("config")
        page.get_by_role("link", name="sales").click()
        sight.heading("Runs")
        says(page, tag="team%3Dsales")


MANY = """
    import pathlib
    import time

    import atoll

    @atoll.asset
    def gate(context):
        for number in range(3_000):
            context.log.info(f"line {number}")
        context.log.info("all lines are told")
        while not (pathlib.Path(__file__).parent / "go").exists():
            time.sleep(0.02)

    def behind(number):
        @atoll.asset(name=f"behind_{number:04}", deps=[gate])
        def made():
            raise AssertionError("the run is canceled before")
        return made

    defs = atoll.Definitions(assets=[gate, *map(behind, range(1_000))])
"""


def test_of_a_thousand_steps_and_of_a_long_log_only_what_is_seen_is_drawn(
    sight: Sight, deployment: Deployment
) -> None:
    deployment.write("many", MANY)
    with deployment.dev() as host:
        host.wait_loaded("many")
        run_id = host.launch("*")
        page = look(sight, host, run_id, split=50)
        rows(page, 1_001)
        assert int(canvas(page).get_attribute("data-painted") or 0) < 60
        timeline = page.get_by_role("application")
        timeline.press("ArrowUp")
        says(page, step="behind_0999")
        expect(page.get_by_role("region", name="Chosen step")).to_contain_text("waits for gate")
        timeline.press("Escape")
        expect(log(page).get_by_text("all lines are told")).to_be_visible()
        assert log(page).locator("[data-place]").count() < 100
        page.get_by_role("button", name="To the first event").click()
        expect(log(page).get_by_text("Run queued")).to_be_visible()
        expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()
        middle = host.get(f"/runs/{run_id}/log?search=line%201500")["items"][0]["id"]
        page.goto(f"{host.url}/runs/{run_id}?event={middle}")
        expect(log(page).locator("[data-open]")).to_contain_text("line 1500")
        expect(log(page).get_by_text("line 1501", exact=True)).to_be_visible()
        sight.check("many")
        host.ask("POST", f"/api/v1/runs/{run_id}/cancel")
        heading_status(page, "Canceled")
        assert log(page).locator("[data-place]").count() < 100


def test_the_halves_are_resized_and_hidden(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        page = look(sight, host, finished(host, "users"))
        border = page.get_by_role("separator", name="Height of the steps")
        expect(border).to_have_attribute("aria-valuenow", "45")
        border.press("ArrowDown")
        says(page, split="49")
        view = page.get_by_role("radiogroup", name="What is shown")
        view.get_by_text("Events").click()
        expect(canvas(page)).to_be_hidden()
        view.get_by_text("Steps").click()
        expect(log(page)).to_be_hidden()
        says(page, only="steps")


def test_a_phone_shows_one_thing_at_a_time(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        run_id = finished(host, "orders", "broken")
        sight.resize(PHONE)
        page = look(sight, host, run_id)
        expect(page.get_by_role("region", name="Why it failed")).to_be_visible()
        sight.check("phone")
        page.get_by_role("tab", name="Steps").click()
        expect(page.get_by_role("table", name="Steps")).to_contain_text("broken")
        assert sight.fits()
        sight.check("phone steps")
        page.get_by_role("tab", name="Log").click()
        expect(log(page)).to_contain_text("Run started")
        assert sight.fits()
        sight.check("phone log")


def test_a_killed_host_is_noticed_and_the_run_taken_up_again(
    sight: Sight, shop: Deployment
) -> None:
    with shop.dev() as host:
        host.wait_loaded("shop")
        run_id = host.launch("users", "slow")
        host.wait_event(run_id, "STEP_START", "slow")
        page = look(sight, host, run_id)
        heading_status(page, "Running")
        port = host.url.rpartition(":")[2]
        host.kill()
        page.get_by_text("Disconnected").wait_for(timeout=2_000)
        heading_status(page, "Running")
        go(shop)
    with shop.dev("--port", port):
        page.get_by_text("Disconnected").wait_for(state="hidden")
        heading_status(page, "Success")
        expect(log(page).get_by_text("Run succeeded")).to_be_attached()


def test_a_run_that_is_not_there_says_so(sight: Sight, shop: Deployment) -> None:
    with shop.dev() as host:
        page = sight.open(host.url, "/runs/nothing")
        expect(page.get_by_role("alert")).to_contain_text('there is no run "nothing"')
        sight.check("unknown")
