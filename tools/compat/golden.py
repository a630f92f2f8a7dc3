"""What dagster itself says of the locations in `tests/compat`: `python -m tools.compat.golden`.

Writes `tests/compat/golden/*.json`, by which the tests hold Atoll to it without dagster.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.compat import fetch
from tools.compat.facts import Location, describe

FOLDER = fetch.ROOT / "tests" / "compat"


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
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
