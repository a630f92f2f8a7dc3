"""Links, commands and verbs that the documentation names are there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/*/*.md", "sdk/*.md", "server/*.md")
    for path in ROOT.glob(pattern)
)
WITH_COMMANDS = [page for page in PAGES if "decisions" not in page.parts]
"""Decisions may speak of what does not exist yet, or no longer."""
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"`atoll ((?:[a-z]+ ?)+)|^\$ atoll ((?:[a-z]+ ?)+)", re.MULTILINE)
VERB = re.compile(r"`make ([a-z]+)|^\$ make ([a-z]+)", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made out of their text."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        target, _, anchor = link.partition("#")
        if target.startswith(("http:", "https:")):
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{page.name}: {link}"
        if anchor and path.suffix == ".md":
            assert anchor in anchors(path), f"{page.name}: {link}"


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_exist(page: Path) -> None:
    from atoll_server.cli.main import atoll

    text = page.read_text()
    for planned in PLANNED:
        text = text.replace(planned, "")
    for found in COMMAND.findall(text):
        command: click.Command = atoll
        context = click.Context(command)
        for word in "".join(found).split():
            if not isinstance(command, click.Group):
                break  # an argument
            inner = command.get_command(context, word)
            assert inner is not None, f"{page.name}: atoll {''.join(found)}"
            command, context = inner, click.Context(inner)


PLANNED = ("`atoll api grpc`",)
"""Named as not existing yet."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_verbs_exist(page: Path) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert {"".join(found) for found in VERB.findall(page.read_text())} <= verbs
