"""Runs the chosen tests, some modules in each process, and collects how each went."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.compat.fetch import ROOT
from tools.compat.suite import Module

INSIDE = ROOT / "tools" / "compat" / "inside"
TOGETHER = 8
"""Modules in one process: starting one costs seconds."""
MODULE_TIMEOUT_S = 120
Record = dict[str, str]


@dataclass
class Outcome:
    """How one test went, over all of its cases."""

    module: str
    test: str
    outcome: str
    """`passed`, `worded` (but for the words of an error), `failed`, `error` or `skipped`."""
    why: str | None
    symbols: list[str]

    @property
    def name(self) -> str:
        """`path/of/module.py::test`."""
        return f"{self.module}::{self.test}"


@dataclass(frozen=True)
class Place:
    """Where tests run.

    Args:
        suite: the copy of the suite.
        python: the interpreter that runs them.
        alias: whether Atoll serves `import dagster` there.
    """

    suite: Path
    python: Path
    alias: bool


def run(modules: list[Module], place: Place, jobs: int) -> list[Outcome]:
    """Run the chosen tests of the modules, `jobs` processes at a time."""
    done = 0

    def some(part: Sequence[Module]) -> list[Outcome]:
        nonlocal done
        outcomes = list(_outcomes(part, place))
        done += len(part)
        print(f"\r  {done} of {len(modules)} modules", end="", file=sys.stderr, flush=True)
        return outcomes

    parts = [modules[at : at + TOGETHER] for at in range(0, len(modules), TOGETHER)]
    with ThreadPoolExecutor(jobs) as pool:
        found = [outcome for outcomes in pool.map(some, parts) for outcome in outcomes]
    print(file=sys.stderr)
    return found


def _outcomes(modules: Sequence[Module], place: Place) -> Iterator[Outcome]:
    """One outcome for each chosen test.

    If a process dies or hangs, its modules run again, each alone.
    """
    records, problem = _run(modules, place)
    if problem is not None and len(modules) > 1:
        for module in modules:
            yield from _outcomes([module], place)
        return
    for module in modules:
        own = [record for record in records if record["module"] == str(module.path)]
        collecting = next((r for r in own if not r["test"]), None)
        nothing = {"outcome": "error", "why": problem or "pytest did not find it"}
        for test in module.chosen:
            cases = [record for record in own if record["test"] == test.name]
            worst = next(
                (
                    c
                    for kind in ("error", "failed", "worded", "passed")
                    for c in cases
                    if c["outcome"] == kind
                ),
                cases[0] if cases else collecting or nothing,
            )
            symbols = sorted(test.symbols)
            yield Outcome(str(module.path), test.name, worst["outcome"], worst.get("why"), symbols)


def _run(modules: Sequence[Module], place: Place) -> tuple[list[Record], str | None]:
    """What pytest wrote down, and why it did not get to its end, if it did not."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes.jsonl"
        outcomes.touch()
        command = [str(place.python), "-m", "pytest", "-p", "compat_plugin", "-q", "--noconftest"]
        command += ["-p", "no:cacheprovider", "--rootdir", str(place.suite)]
        command += ["--import-mode=importlib", "--continue-on-collection-errors"]
        process = subprocess.Popen(
            [*command, *(str(place.suite / module.path) for module in modules)],
            cwd=folder,
            env=_variables(folder, outcomes, place.alias),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        problem = None
        try:
            code = process.wait(timeout=MODULE_TIMEOUT_S * len(modules))
            if code < 0 or code > 5:
                problem = f"pytest ended with {code}"
        except subprocess.TimeoutExpired:
            problem = f"it took longer than {MODULE_TIMEOUT_S} s a module"
            os.killpg(process.pid, 9)
            process.wait()
        records = [json.loads(line) for line in outcomes.read_text().splitlines()]
    return records, problem


def _variables(folder: str, outcomes: Path, alias: bool) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ATOLL_")}
    own["PYTHONPATH"] = str(INSIDE)
    if alias:
        own["PYTHONPATH"] += os.pathsep + str(ROOT / "sdk" / "src")
        own["COMPAT_ALIAS"] = "1"
    own.update(
        COMPAT_OUTCOMES=str(outcomes),
        DAGSTER_HOME=folder,
        DAGSTER_DISABLE_TELEMETRY="1",
        HOME=folder,
        PYTHONDONTWRITEBYTECODE="1",
    )
    return own
