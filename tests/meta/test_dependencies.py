"""What the wheels depend on: a snapshot, so that a further dependency is a decision."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

REASONS = {
    "sdk": {"pydantic": "Config and ConfigurableResource are pydantic models, as users know them"},
    "server": {
        "atoll": "the protocol and the supervisor",
        "click": "the command line",
        "msgspec": "JSON of lists and events, ten times faster than the standard library's",
        "pyyaml": "workspace.yaml with the place of every mistake",
        "rich": "tables and progress, loaded only where they are shown",
        "starlette": "routing, requests, responses",
        "uvicorn": "the HTTP server",
    },
}
"""Each with why it is worth its place in somebody's environment."""


def declared(project: str) -> dict[str, str]:
    """Requirements of a wheel by their name."""
    text = (ROOT / project / "pyproject.toml").read_text()
    found = {}
    for requirement in tomllib.loads(text)["project"]["dependencies"]:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert name is not None
        found[name[0].lower()] = requirement
    return found


def pins(path: Path) -> dict[str, str]:
    """Pinned lines of a requirements file by package."""
    lines = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
    return {line.partition("==")[0].lower(): line for line in lines}


def test_each_dependency_has_a_reason_and_no_reason_is_left_over() -> None:
    for project, reasons in REASONS.items():
        assert sorted(declared(project)) == sorted(reasons), project


def test_dependencies_have_lower_bounds_and_no_upper_ones() -> None:
    for project in REASONS:
        for name, requirement in declared(project).items():
            bound = "==" if name == "atoll" else ">="
            assert bound in requirement and "<" not in requirement, requirement


def test_what_the_wheels_need_is_among_the_pins() -> None:
    pinned = pins(ROOT / "requirements" / "dev.txt")
    needed = {name for project in REASONS for name in declared(project)} - {"atoll"}

    assert needed <= set(pinned)


def test_pins_name_versions_only() -> None:
    files = [ROOT / "requirements" / "dev.txt", *ROOT.glob("examples/*/*/requirements.txt")]
    assert len(files) >= 4
    for file in files:
        for line in pins(file).values():
            assert re.fullmatch(r"[A-Za-z0-9._-]+==[^\s;/@]+( ; [^/@]+)?", line), f"{file}: {line}"
