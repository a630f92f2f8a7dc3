"""`make compat`: those of Dagster's own tests that use its public API only, run by Atoll.

make compat                     all of them, some minutes
make compat T=asset_defs_tests  those whose path or name holds this; T='test_assets.py::test_x'
python -m tools.compat --failed-as-json > failed.json
python -m tools.compat --last   the tables of the last run again
python -m tools.compat --chosen which tests there are, by file; nothing runs
python -m tools.compat --baseline  dagster itself first; what fails there counts no more
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path

from tools.compat import fetch
from tools.compat.report import GOOD, WORDED, print_report
from tools.compat.running import Outcome, Place, run
from tools.compat.suite import Module, read_suite, write_copy

REPORT = fetch.CACHE / "report.json"
BASELINE = fetch.CACHE / "baseline.json"


def main() -> int:
    """Run what was asked for; the exit code says nothing of the tests."""
    options = _options()
    if options.last:
        outcomes = [Outcome(**each) for each in json.loads(REPORT.read_text())]
    else:
        source = fetch.source() / "dagster_tests"
        modules = all_chosen = [
            module for module in read_suite(source, fetch.public_names()) if module.chosen
        ]
        suite = write_copy(modules, source, fetch.CACHE)
        modules = _matching(modules, options.only)
        if options.chosen:
            return _print_chosen(modules)
        if options.baseline:
            _record_baseline(options.jobs, all_chosen, suite)
        outcomes = run(modules, Place(suite, fetch.environment(), alias=True), options.jobs)
        if not options.only:
            REPORT.write_text(json.dumps([dataclasses.asdict(o) for o in outcomes], indent=1))
    good = set(json.loads(BASELINE.read_text())) if BASELINE.exists() else None
    counted = [outcome for outcome in outcomes if good is None or outcome.name in good]
    if options.failed_as_json:
        failed = [
            dataclasses.asdict(o) for o in counted if o.outcome not in (GOOD, WORDED, "skipped")
        ]
        json.dump(failed, sys.stdout, indent=1)
        return 0
    if options.only:
        for outcome in counted:
            print(f"{outcome.outcome:8} {outcome.name}  {outcome.why or ''}")
    print_report(counted, len(outcomes) - len(counted), options.rows)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.compat", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("only", nargs="?", default="", help="a part of a path or a name")
    parser.add_argument("--failed-as-json", action="store_true", help="print failures as JSON")
    parser.add_argument("--last", action="store_true", help="run nothing, show the last full run")
    parser.add_argument("--chosen", action="store_true", help="list the tests, run nothing")
    parser.add_argument(
        "--baseline",
        action="store_true",
        help="run them with dagster itself first; what does not pass there is left out from now on",
    )
    parser.add_argument("--rows", type=int, default=40, help="rows of each table")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    return parser.parse_args()


def _matching(modules: list[Module], only: str) -> list[Module]:
    """The modules with those of their tests whose `path::name` holds a text."""
    found = []
    for module in modules:
        tests = [t for t in module.tests if only in f"{module.path}::{t.name}"]
        found.append(dataclasses.replace(module, tests=tests))
    return [module for module in found if module.chosen]


def _print_chosen(modules: list[Module]) -> int:
    for module in modules:
        print(f"{len(module.chosen):5} {module.path}")
    print(f"{sum(len(module.chosen) for module in modules):5} in {len(modules)} files")
    return 0


def _record_baseline(jobs: int, modules: list[Module], suite: Path) -> None:
    """Which tests pass with dagster itself: the others cannot be held against anyone."""
    print("  running them with dagster itself, once", file=sys.stderr)
    outcomes = run(modules, Place(suite, fetch.real_environment(), alias=False), jobs)
    good = sorted(outcome.name for outcome in outcomes if outcome.outcome == GOOD)
    BASELINE.write_text(json.dumps(good, indent=1))


if __name__ == "__main__":
    sys.exit(main())
