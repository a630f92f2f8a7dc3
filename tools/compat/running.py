"""Runs the chosen tests, a process for each module, and collects how each went."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.compat.fetch import ROOT
from tools.compat.suite import Module

MODULE_TIMEOUT_S = 240


@dataclass
class Outcome:
    """How one test went, over all of its cases."""

    module: str
    test: str
    outcome: str
    """`passed`, `failed`, `error` or `skipped`."""
    why: str | None
    symbols: list[str]

    @property
    def name(self) -> str:
        """`path/of/module.py::test`."""
        return f"{self.module}::{self.test}"


def run(modules: list[Module], suite: Path, python: Path, alias: bool, jobs: int) -> list[Outcome]:
    """Run the chosen tests of the modules.

    Args:
        suite: the copy of the suite.
        python: the interpreter that runs them.
        alias: whether Atoll serves `import dagster` there.
    """
    done = 0

    def one(module: Module) -> list[Outcome]:
        nonlocal done
        outcomes = _run_module(module, suite, python, alias)
        done += 1
        if sys.stderr.isatty() or done % 50 == 0:
            print(f"\r  {done}/{len(modules)} modules", end="", file=sys.stderr, flush=True)
        return outcomes

    with ThreadPoolExecutor(jobs) as pool:
        found = [outcome for outcomes in pool.map(one, modules) for outcome in outcomes]
    print(file=sys.stderr)
    return found


def _run_module(module: Module, suite: Path, python: Path, alias: bool) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes.jsonl"
        outcomes.touch()
        command = [str(python), "-m", "pytest", "-p", "plugin", "-q", "--noconftest"]
        command += ["-p", "no:cacheprovider", "--rootdir", str(suite), "--import-mode=importlib"]
        process = subprocess.Popen(
            [*command, str(suite / module.path)],
            cwd=folder,
            env=_variables(folder, outcomes, alias),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        why = "the process ended before it"
        try:
            output, _ = process.communicate(timeout=MODULE_TIMEOUT_S)
            last = output.decode(errors="replace").strip().splitlines()[-1:]
            why += f": {last[0][:200]}" if last else ""
        except subprocess.TimeoutExpired:
            why = f"its module took longer than {MODULE_TIMEOUT_S} s"
            os.killpg(process.pid, 9)
            process.communicate()
        records = [json.loads(line) for line in outcomes.read_text().splitlines()]
    return _outcomes(module, records, why)


def _variables(folder: str, outcomes: Path, alias: bool) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ATOLL_")}
    own["PYTHONPATH"] = str(ROOT / "tools" / "compat")
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


def _outcomes(module: Module, records: list[dict[str, str | None]], why: str) -> list[Outcome]:
    """One outcome for each chosen test: the worst of its cases."""
    for record in records:
        if record["test"] is None:
            why = record["why"] or why
    found = []
    for test in module.chosen:
        cases = [record for record in records if record["test"] == test.name]
        worst = next(
            (c for kind in ("error", "failed", "passed") for c in cases if c["outcome"] == kind),
            cases[0] if cases else {"outcome": "error", "why": why},
        )
        outcome, reason = worst["outcome"] or "error", worst["why"]
        found.append(Outcome(str(module.path), test.name, outcome, reason, sorted(test.symbols)))
    return found
