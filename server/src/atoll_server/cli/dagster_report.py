"""What of a project that was written for Dagster would run: `definitions validate --dagster`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from atoll_server.cli.output import style
from atoll_wire.messages import Target

_PLACES = 3
_ORDER = {"no": 0, "unread": 1, "perhaps": 2, "yes": 3}
_COLORS = {"no": "red", "unread": "yellow", "perhaps": "yellow"}


def uses_of(target: Target) -> list[dict[str, Any]]:
    """What the sources of a target use of Dagster, name by name; what does not run comes first.

    The library of user code is never imported here: a process of its own reads the sources.
    """
    # -P: what lies in the working directory is read, never executed.
    command = [sys.executable, "-P", "-m", "atoll.compat.scan", target.kind, target.name]
    done = subprocess.run(
        command, cwd=target.working_directory, capture_output=True, text=True, check=True
    )
    by_name: dict[str, dict[str, Any]] = {}
    for use in json.loads(done.stdout):
        entry = {"name": use["name"], "runs": use["runs"], "why": use["why"], "places": []}
        known = by_name.setdefault(use["name"], entry)
        known["places"].append(f"{use['file']}:{use['line']}")
    return sorted(by_name.values(), key=lambda use: (_ORDER[use["runs"]], use["name"]))


def would_run(uses: Iterable[Mapping[str, Any]]) -> bool:
    """Whether nothing is used that Atoll does not have."""
    return all(use["runs"] != "no" for use in uses)


def report_lines(uses: Sequence[Mapping[str, Any]]) -> list[str]:
    """What people read: a row for each name that would not run, then how many would."""
    lines = []
    for use in uses:
        if use["runs"] == "yes":
            continue
        mark = style(use["runs"], fg=_COLORS[use["runs"]])
        places = ", ".join(use["places"][:_PLACES])
        more = len(use["places"]) - _PLACES
        places += f" and {more} more" if more > 0 else ""
        lines += [f"  {mark} {use['name']} ({places})", f"     {use['why']}"]
    good = sum(use["runs"] == "yes" for use in uses)
    named = sum(use["runs"] != "unread" for use in uses)
    if not named:
        return lines or ["  it uses nothing of Dagster's"]
    return [*lines, f"  {good} of {named} names of Dagster's that it uses are there"]
