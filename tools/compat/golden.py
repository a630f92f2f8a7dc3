"""What dagster itself says of the locations in `tests/compat`: `python -m tools.compat.golden`.

Writes `tests/compat/golden/*.json`, and of runs `tests/compat/runs/recorded.json`, by which the
tests hold Atoll to it without dagster.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tools.compat import fetch
from tools.compat.facts import Location, describe

FOLDER = fetch.ROOT / "tests" / "compat"
RUNS = FOLDER / "runs" / "recorded.json"


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
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("ATOLL_", "PYTHON"))}
    if package == "atoll":
        variables["PYTHONPATH"] = str(fetch.ROOT / "sdk" / "src")
    told = subprocess.run(
        [python, str(FOLDER / "runs" / "play.py"), package],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(told.stdout)
    return found


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
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
