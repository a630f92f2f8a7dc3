"""Many locations under both orchestrators: what fails, ranked by cause.

    python -m tools.compat.corpus FOLDER... --python /path/to/python/with/dagster > report.md

Every Python file below the folders that has `Definitions` or a repository at its top level is one
location, tests aside. What dagster itself says is kept in `.cache/compat/facts`, by content.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import hashlib
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.compat import fetch
from tools.compat.facts import Described, Location, describe, differences

FACTS = fetch.CACHE / "facts"


def locations(folder: Path) -> Iterator[Location]:
    """The locations below a folder."""
    for path in sorted(folder.rglob("*.py")):
        if path.name.startswith("test_") or "/." in str(path):
            continue
        try:
            tree = ast.parse(path.read_text())
        except (SyntaxError, ValueError):
            continue
        if any(_defines(node) for node in tree.body):
            yield _location(path)


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef):
        marks = [ast.unparse(mark).partition("(")[0] for mark in node.decorator_list]
        return any(m.endswith(("repository", "definitions")) for m in marks)
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Call) and ast.unparse(value.func).endswith("Definitions")


def _location(path: Path) -> Location:
    """A file of a package is a module of it: it may import relatively."""
    top, parts = path.parent, [] if path.name == "__init__.py" else [path.stem]
    while (top / "__init__.py").exists():
        parts.insert(0, top.name)
        top = top.parent
    if top == path.parent:
        return Location("file", path.name, working_directory=str(top))
    return Location("module", ".".join(parts), working_directory=str(top))


def main() -> int:
    """Describe all, and print a report as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m tools.compat.corpus", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--python", default=sys.executable, help="has dagster")
    parser.add_argument("--atoll-python", help="has what the locations import, but for dagster")
    options = parser.parse_args()
    found = [location for folder in options.folders for location in locations(folder.resolve())]

    def both(location: Location) -> tuple[Described, Described]:
        theirs = _recorded(location, options.python)
        if theirs.facts is None:
            return theirs, theirs
        return theirs, describe(location, options.atoll_python or options.python, "atoll")

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(both, found))
    _report(found, results)
    return 0


def _recorded(location: Location, python: str) -> Described:
    key = hashlib.sha256(repr((dataclasses.astuple(location), python)).encode()).hexdigest()[:24]
    path = FACTS / f"{key}.json"
    if not path.exists():
        described = describe(location, python, "dagster")
        FACTS.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([described.facts, described.problem]))
    facts, problem = json.loads(path.read_text())
    return Described(facts, problem)


def _report(found: list[Location], results: list[tuple[Described, Described]]) -> None:
    causes: dict[str, list[str]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for location, (theirs, ours) in zip(found, results, strict=True):
        name = f"{Path(location.working_directory).name}/{location.name}"
        if theirs.facts is None:
            counts["do not load under dagster itself, and are left out"] += 1
            continue
        if ours.facts is None:
            counts["do not load under Atoll"] += 1
            causes[_cause(ours.problem or "")].append(name)
            continue
        different = list(differences(theirs.facts, ours.facts))
        counts["are described differently" if different else "are described alike"] += 1
        for kind in {_kind(difference) for difference in different}:
            example = next(d for d in different if _kind(d) == kind)
            causes[f"differs: {kind}"].append(f"{name}: {example[:160]}")
    print(f"# {len(found)} locations\n")
    for what, count in counts.most_common():
        print(f"* {count} {what}")
    print("\n| locations | cause | for example |\n| --- | --- | --- |")
    for cause, names in sorted(causes.items(), key=lambda item: -len(item[1])):
        print(f"| {len(names)} | {_cell(cause)} | {_cell(', '.join(names[:3]))} |")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _cause(problem: str) -> str:
    return re.sub(r" \(/.*?\)|/\S+/", "", problem)[:200]


def _kind(difference: str) -> str:
    """`assets.*.kinds` for a difference in one asset's kinds."""
    path, _, what = difference.partition(": ")
    parts = path.split(".")
    if what in ("missing in atoll", "only in atoll"):
        return f"{parts[0]} {what}"
    return f"{parts[0]}.*.{parts[-1]}" if len(parts) > 1 else parts[0]


if __name__ == "__main__":
    sys.exit(main())
