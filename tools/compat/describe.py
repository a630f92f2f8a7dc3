"""Where a location differs under dagster itself and under Atoll.

    python -m tools.compat.describe -f defs.py --python /path/to/python/with/dagster
    python -m tools.compat.describe -m shop.definitions -d ./shop --only atoll

Prints the differences, or with `--only` the facts. Exit code 0 without differences, else 3.
"""

from __future__ import annotations

import argparse
import json
import sys

from tools.compat.facts import Described, Location, describe, differences


def main() -> int:
    """Describe one location."""
    options = _options()
    location = _location(options)
    if options.only:
        found = _of(location, options, options.only)
        if found.facts is None:
            print(found.output, found.problem, sep="\n", file=sys.stderr)
            return 3
        json.dump(found.facts, sys.stdout, indent=1, sort_keys=True)
        print()
        return 0
    theirs, ours = (_of(location, options, by) for by in ("dagster", "atoll"))
    for by, described in (("dagster", theirs), ("atoll", ours)):
        if described.facts is None:
            print(f"does not load under {by}: {described.problem}")
    if theirs.facts is None or ours.facts is None:
        return 0 if theirs.facts is ours.facts else 3
    found_differences = list(differences(theirs.facts, ours.facts))
    for difference in found_differences:
        print(difference)
    return 3 if found_differences else 0


def _of(location: Location, options: argparse.Namespace, by: str) -> Described:
    python = options.atoll_python if by == "atoll" and options.atoll_python else options.python
    return describe(location, python, by)


def _location(options: argparse.Namespace) -> Location:
    for kind in ("file", "module", "package"):
        name = getattr(options, kind)
        if name:
            return Location(kind, name, options.attribute, options.working_directory)
    raise SystemExit("name a location with -f, -m or --package")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.compat.describe", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("-f", "--file")
    parser.add_argument("-m", "--module")
    parser.add_argument("--package")
    parser.add_argument("-a", "--attribute", default="")
    parser.add_argument("-d", "--working-directory", default=".")
    parser.add_argument("--python", default=sys.executable, help="has dagster, and the packages")
    parser.add_argument("--atoll-python", help="has the packages, where that is another one")
    parser.add_argument("--only", choices=["dagster", "atoll"], help="print its facts")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
