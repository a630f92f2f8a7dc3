"""Browser tests drive a real Chromium over the deployments of the end-to-end tests."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).resolve().parent
E2E = HERE.parent / "e2e"
sys.path[:0] = [str(E2E), str(HERE)]

# Loaded under a name of its own: both folders have a conftest.
spec = importlib.util.spec_from_file_location("atoll_e2e_fixtures", E2E / "conftest.py")
assert spec is not None and spec.loader is not None
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)

from sight import Sight  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

atoll_command = fixtures.atoll_command
deployment = fixtures.deployment


def chromium() -> str:
    """The browser of this machine; without one the tests are skipped, but never in CI."""
    for name in (os.environ.get("ATOLL_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    message = "these tests need Chromium: `make chromium`, or name it in ATOLL_CHROMIUM"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a file.

    No longer: while it is there Playwright keeps an event loop running in this thread, and whatever
    test comes next in it could not begin its own.
    """
    from playwright.sync_api import sync_playwright

    executable = chromium()
    with sync_playwright() as playwright:
        # Root, in a container, has no namespaces for the browser's own sandbox.
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        opened = playwright.chromium.launch(executable_path=executable, args=sandbox)
        yield opened
        opened.close()


@pytest.fixture
def sight(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Sight]:
    """A window on nothing yet; at the end it fails the test if a page has complained."""
    window = Sight(browser, str(request.node.name))
    yield window
    window.close()
