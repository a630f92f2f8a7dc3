"""The definitions that both peers run: the same text but for the import."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

STEPS = 100
LOCATIONS = ("first", "second", "third")

_PANDAS = """\
import pandas as pd

import {library} as dg


@dg.asset
def {name}_rows():
    return int(pd.Series([1, 2, 3]).sum())


defs = dg.Definitions(assets=[{name}_rows])
"""

_ALONE = """\
@dg.asset
def alone_{i:03}():
    return {i}
"""

_CHAINED = """\
@dg.asset
def chained_{i:03}(chained_{before:03}):
    return chained_{before:03} + 1
"""


@dataclass(frozen=True)
class Project:
    """A folder with a workspace.yaml."""

    folder: Path
    assets: dict[str, list[str]]
    """The keys of each location's assets."""


def three_locations(folder: Path, library: str) -> Project:
    """Three files that import pandas, one trivial asset each."""
    sources = {name: _PANDAS.format(library=library, name=name) for name in LOCATIONS}
    return _project(folder, sources, {name: [f"{name}_rows"] for name in LOCATIONS})


def many_steps(folder: Path, library: str) -> Project:
    """Independent trivial assets in one location, a chain of them in another."""
    alone = [_ALONE.format(i=i) for i in range(STEPS)]
    chained = ["@dg.asset\ndef chained_000():\n    return 0\n"]
    chained += [_CHAINED.format(i=i, before=i - 1) for i in range(1, STEPS)]
    assets = {
        "alone": [f"alone_{i:03}" for i in range(STEPS)],
        "chained": [f"chained_{i:03}" for i in range(STEPS)],
    }
    sources = {
        name: _module(library, bodies, assets[name])
        for name, bodies in (("alone", alone), ("chained", chained))
    }
    return _project(folder, sources, assets)


def _module(library: str, bodies: list[str], assets: list[str]) -> str:
    listed = "".join(f"        {asset},\n" for asset in assets)
    end = f"defs = dg.Definitions(\n    assets=[\n{listed}    ]\n)\n"
    return "\n\n".join([f"import {library} as dg\n", *bodies, end])


def _project(folder: Path, sources: dict[str, str], assets: dict[str, list[str]]) -> Project:
    """Write the files anew, without what an earlier measurement left beside them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = ["load_from:"]
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source)
        lines += [
            "  - python_file:",
            f"      relative_path: {name}.py",
            f"      location_name: {name}",
        ]
    (folder / "workspace.yaml").write_text("\n".join(lines) + "\n")
    return Project(folder, assets)
