"""What dagster itself says of the locations in `tests/compat`: `python -m tools.compat.golden`.

Writes `tests/compat/golden/*.json`, and of runs `tests/compat/runs/recorded*.json`, by which the
tests hold Atoll to it without dagster. It takes some minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.compat import fetch
from tools.compat.facts import Location, describe

FOLDER = fetch.ROOT / "tests" / "compat"
RUNS = FOLDER / "runs" / "recorded.json"
"""What runs in one process tell."""
RUNS_APART = FOLDER / "runs" / "recorded_apart.json"
"""What runs with a process per step tell, and how they are asked for."""


def locations() -> dict[str, Location]:
    """The locations by name: files and packages."""
    folder = FOLDER / "locations"
    found = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".py":
            found[path.stem] = Location("file", path.name, working_directory=str(folder))
        elif (path / "__init__.py").exists():
            found[path.name] = Location("module", path.name, working_directory=str(folder))
    return found


def events_of_runs(python: str, package: str) -> dict[str, list[str]]:
    """By scenario of `tests/compat/runs`, the events of its runs: kind and step, in order.

    Args:
        python: the interpreter.
        package: `dagster` or `atoll`. Atoll's library is taken from this checkout.
    """
    found: dict[str, list[str]] = _played("play.py", python, package)
    return found


def events_of_runs_apart(python: str) -> dict[str, list[dict[str, Any]]]:
    """By scenario, what Dagster's executor of a process per step tells; see `play_apart.py`."""
    found: dict[str, list[dict[str, Any]]] = _played("play_apart.py", python, "dagster")
    return found


def _played(script: str, python: str, package: str) -> Any:
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("ATOLL_", "PYTHON"))}
    variables["PLAYED_PACKAGE"] = package
    if package == "atoll":
        variables["PYTHONPATH"] = str(fetch.ROOT / "sdk" / "src")
    told = subprocess.run(
        [python, str(FOLDER / "runs" / script)],
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


def main() -> int:
    """Record all of them.

    An interpreter that has dagster may be named as the only argument.
    """
    python = sys.argv[1] if sys.argv[1:] else str(fetch.real_environment())
    failed = False
    for name, location in locations().items():
        described = describe(location, python, "dagster")
        if described.facts is None:
            print(f"{name}: {described.problem}", file=sys.stderr)
            failed = True
            continue
        text = json.dumps(described.facts, indent=1, sort_keys=True) + "\n"
        Path(FOLDER, "golden", f"{name}.json").write_text(text)
    RUNS.write_text(json.dumps(events_of_runs(python, "dagster"), indent=1) + "\n")
    RUNS_APART.write_text(json.dumps(events_of_runs_apart(python), indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
