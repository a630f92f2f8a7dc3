"""What the pages cost with 10,000 assets in 20 locations, in a real Chromium.

`python -m benchmarks.browser FOLDER` starts the host on a generated workspace, and prints a table.
Needs Playwright and a Chromium (`chromium` on the path, or named in `ATOLL_CHROMIUM`).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import Figures, GaveUp, wait_for
from benchmarks.report_browser import table

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOCATIONS, EACH = 20, 500
GROUPS = ("raw", "clean", "staging", "core", "marts", "features", "models", "scores", "reports")
GROUPS += ("exports",)
_IN_GROUP = EACH // len(GROUPS)
_PORT = 5187
_START_S = 120.0
_FRAMES = 180
_SIZE = {"width": 1360, "height": 850}

_MODULE = """\
import atoll as dg


def make(key, deps, group, kinds):
    @dg.asset(key=key, deps=deps, group_name=group, kinds=kinds, owners=["team:data"])
    def body():
        return 1

    return body


defs = dg.Definitions(assets=[make(*each) for each in ASSETS])
"""

_PAN = """
async ([count, dx, dy]) => {
  const element = document.querySelector("[data-ready]");
  const box = element.getBoundingClientRect();
  let x = box.left + box.width / 2, y = box.top + box.height / 2;
  const fire = (target, kind) => target.dispatchEvent(new MouseEvent(kind, {
    clientX: x, clientY: y, button: 0, buttons: 1, bubbles: true, cancelable: true, view: window,
  }));
  fire(element, "mousedown");
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i < count; i++) {
    x += dx * (i < count / 2 ? 1 : -1);
    y += dy * (i < count / 2 ? 1 : -1);
    fire(window, "mousemove");
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  fire(window, "mouseup");
  return frames;
}
"""
_IDLE = """
async (count) => {
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i < count; i++) {
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames;
}
"""
_SCROLL = """
async ([count, by]) => {
  const element = document.querySelector("section[aria-label='Assets']");
  const frames = [];
  let before = await new Promise(requestAnimationFrame);
  for (let i = 0; i < count; i++) {
    element.scrollTop += by;
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - before);
    before = now;
  }
  return frames;
}
"""
_TYPE = """
async ([field, text, where, shown]) => {
  const input = document.querySelector(field);
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const began = performance.now();
  set.call(input, text);
  input.dispatchEvent(new Event("input", {bubbles: true}));
  const told = () => document.querySelector(where)?.textContent ?? "";
  while (!new RegExp(shown).test(told())) {
    if (performance.now() - began > 5000) throw new Error(`never shown: ${shown}`);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return performance.now() - began;
}
"""


def write_workspace(folder: Path) -> None:
    """Layers of groups in each location; a tenth of the edges come from another location."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    chance = random.Random(5)
    names = [f"location_{number:02}" for number in range(LOCATIONS)]
    lines = ["load_from:"]
    for name in names:
        assets = [_asset(chance, names, name, number) for number in range(EACH)]
        listed = "".join(f"    {asset!r},\n" for asset in assets)
        source = _MODULE.replace("defs =", f"ASSETS = [\n{listed}]\ndefs =")
        (folder / f"{name}.py").write_text(source)
        lines.append(f"  - python_file: {{relative_path: {name}.py, location_name: {name}}}")
    (folder / "workspace.yaml").write_text("\n".join(lines) + "\n")


def _asset(chance: random.Random, names: list[str], name: str, number: int) -> tuple[Any, ...]:
    layer = number // _IN_GROUP
    deps = set()
    for _ in range(2 if layer else 0):
        if chance.random() < 0.75:
            other = name if chance.random() < 0.9 else chance.choice(names)
            above = (layer - 1) * _IN_GROUP + chance.randrange(_IN_GROUP)
            deps.add((other, GROUPS[layer - 1], f"asset_{above:03}"))
    key = [name, GROUPS[layer], f"asset_{number:03}"]
    kinds = [chance.choice(["table", "sql"])]
    return key, [list(dep) for dep in sorted(deps)], GROUPS[layer], kinds


@contextlib.contextmanager
def host(folder: Path, atoll: Path) -> Iterator[str]:
    """A host on the workspace, all of whose locations have loaded."""
    url = f"http://127.0.0.1:{_PORT}"
    log = (folder / "host.log").open("wb")
    process = subprocess.Popen(
        [str(atoll), "dev", "-w", "workspace.yaml", "-p", str(_PORT)],
        cwd=folder,
        env={**os.environ, "ATOLL_HOME": str(folder / ".atoll")},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )

    def is_loaded() -> bool | None:
        if process.poll() is not None:
            raise GaveUp(f"the host ended: {folder / 'host.log'}")
        try:
            with urllib.request.urlopen(f"{url}/api/v1/locations", timeout=10) as answer:
                items = json.load(answer)["items"]
        except OSError:
            return None
        return True if [item["status"] for item in items] == ["loaded"] * LOCATIONS else None

    try:
        wait_for(is_loaded, began=time.monotonic(), timeout=_START_S, what="all are loaded")
        yield url
    finally:
        process.terminate()
        process.wait()
        log.close()


def measure(browser: Browser, url: str, repeat: int) -> Figures:
    """Milliseconds by name; of frames, each of them."""
    figures: Figures = {}
    for _ in range(repeat + 1):
        found = _once(browser, url)
        if figures == {} and repeat > 0:
            figures = {name: [] for name in found}  # the first round fills caches
            continue
        for name, values in found.items():
            figures[name].extend(values)
    return figures


def _once(browser: Browser, url: str) -> Figures:
    context = browser.new_context(viewport=_SIZE)
    try:
        page = context.new_page()
        idle: list[float] = page.evaluate(_IDLE, _FRAMES)
        return {"idle": idle, **_lineage(page, url), **_catalog(page, url)}
    finally:
        context.close()


def _open(page: Page, address: str, ready: str) -> float:
    began = time.monotonic()
    page.goto(address)
    page.locator(ready).first.wait_for()
    return (time.monotonic() - began) * 1000


def _lineage(page: Page, url: str) -> Figures:
    figures = {"lineage.open": [_open(page, f"{url}/lineage", "[data-ready]")]}
    page.wait_for_timeout(1000)
    figures["lineage.pan"] = page.evaluate(_PAN, [_FRAMES, 3, 2])
    opened = _open(page, f"{url}/lineage?groups=open", "[data-ready]")
    figures["lineage.open.expanded"] = [opened]
    page.wait_for_timeout(1500)
    figures["lineage.pan.far"] = page.evaluate(_PAN, [_FRAMES, 3, 2])
    for _ in range(9):
        page.keyboard.press("+")
    page.wait_for_timeout(1000)
    figures["lineage.pan.middle"] = page.evaluate(_PAN, [_FRAMES, 6, 4])
    for _ in range(6):
        page.keyboard.press("+")
    page.wait_for_timeout(1000)
    figures["lineage.pan.near"] = page.evaluate(_PAN, [_FRAMES, 9, 6])
    finder = "input[aria-label='Find an asset']"
    key = "location_07/reports/asset_420"
    page.locator(finder).focus()
    figures["lineage.find"] = [
        page.evaluate(_TYPE, [finder, "07/reports 420", "[role=listbox]", key])
    ]
    return figures


def _catalog(page: Page, url: str) -> Figures:
    figures = {"catalog.open": [_open(page, f"{url}/assets", "td a[href*='/assets/']")]}
    page.wait_for_timeout(500)
    figures["catalog.scroll"] = page.evaluate(_SCROLL, [_FRAMES, 100])
    field = "input[aria-label='Filter by key']"
    wishes = (("a", "10,000 assets"), ("as 07", "[0-9,]+ of 10,000"), ("reports 420", "20 of 10"))
    figures["catalog.filter"] = [
        page.evaluate(_TYPE, [field, text, "main [role=status]", shown]) for text, shown in wishes
    ]
    return figures


def run(folder: Path, atoll: Path, repeat: int) -> Figures:
    """All figures, of a host that is started for them."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise GaveUp("the browser rows need Playwright: `make setup`, then `make bench`") from error
    chromium = os.environ.get("ATOLL_CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise GaveUp("the browser rows need Chromium: name it in ATOLL_CHROMIUM")
    write_workspace(folder)
    with host(folder, atoll) as url, sync_playwright() as playwright:
        arguments = [] if os.geteuid() else ["--no-sandbox"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        try:
            return measure(browser, url, repeat)
        finally:
            browser.close()


def main() -> int:
    """Measure; the table, or with `--json` the figures, on stdout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="for the workspace; it is written anew")
    parser.add_argument(
        "--atoll", type=Path, default=Path(sys.executable).with_name("atoll"), help="the command"
    )
    parser.add_argument("--repeat", type=int, default=3, help="rounds; 3 by default")
    parser.add_argument("--json", action="store_true", help="print the figures instead")
    options = parser.parse_args()
    try:
        figures = run(options.folder.resolve(), options.atoll, options.repeat)
    except GaveUp as error:
        print(f"not measured: {error}", file=sys.stderr)
        return 2
    print(json.dumps(figures) if options.json else "\n".join(table(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
