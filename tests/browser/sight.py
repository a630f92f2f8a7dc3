"""A browser window as tests use it: opened on a host, watched for complaints, photographed.

Screenshots go to `.cache/screenshots` (or `ATOLL_SCREENSHOTS`), one file per test and name.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = Path(os.environ.get("ATOLL_SCREENSHOTS") or ROOT / ".cache" / "screenshots")
DEADLINE_MS = 30_000
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
NO_COMPLAINTS = (
    # The browser logs each refused request by itself; what the page makes of it is its own.
    "Failed to load resource",
    # The router tries to fetch a page ahead, under the pointer, from a host that has just ended.
    "TypeError: Failed to fetch dynamically imported module",
)
DESK, PHONE = (1360, 850), (390, 844)

Theme = Literal["light", "dark"]


@cache
def _axe() -> str:
    return AXE.read_text()


class Sight:
    """One window. `page` is Playwright's own, for all that this class has no word for."""

    def __init__(self, browser: Browser, name: str) -> None:
        self._name = re.sub(r"\W+", "-", name).strip("-")
        self._context = browser.new_context(
            viewport={"width": DESK[0], "height": DESK[1]}, timezone_id="UTC", locale="en-GB"
        )
        self._context.set_default_timeout(DEADLINE_MS)
        self.page: Page = self._context.new_page()
        self.complaints: list[str] = []
        """What pages have thrown or logged as errors; a test clears what it expects."""
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not message.text.startswith(NO_COMPLAINTS):
            self.complaints.append(message.text)

    def open(self, url: str, path: str = "/", *, heading: str | None = None) -> Page:
        """Open a page of a host; with `heading`, wait until that is what it is about."""
        self.page.goto(url + path)
        if heading is not None:
            self.heading(heading)
        return self.page

    def heading(self, text: str) -> Locator:
        """The page's heading, as soon as it says so."""
        found = self.page.get_by_role("heading", level=1, name=text)
        found.wait_for()
        return found

    def resize(self, size: tuple[int, int]) -> None:
        """Give the window another size."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def theme(self, theme: Theme) -> None:
        """What the system prefers; the page follows."""
        self.page.emulate_media(color_scheme=theme)
        self.page.wait_for_function(
            "t => document.documentElement.dataset.mantineColorScheme === t", arg=theme
        )

    def shot(self, name: str) -> Path:
        """Keep what is seen."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{self._name}-{name}.png"
        self.page.screenshot(path=path, animations="disabled")
        return path

    def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA on the page as it is, as sentences."""
        self.page.evaluate(_axe())
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", list(WCAG)
        )
        return [
            f"{each['id']}: {each['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
            for each in found["violations"]
            for node in each["nodes"]
        ]

    def check(self, name: str) -> None:
        """Photograph the page in both themes, and have axe find nothing in either."""
        for theme in ("dark", "light"):
            self.theme(theme)  # type: ignore[arg-type]
            self.shot(f"{name}-{theme}")
            found = self.violations()
            assert not found, f"{name} in the {theme} theme:\n" + "\n".join(found)

    def fits(self) -> bool:
        """Whether nothing is wider than the window."""
        script = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        return bool(self.page.evaluate(script))

    def close(self) -> None:
        """Close the window; fails if a page has complained."""
        self._context.close()
        assert self.complaints == [], "\n".join(self.complaints)
