"""Facts about a location: what both orchestrators say that it defines, and where they differ.

Assets by key with deps, group, kinds, tags, owners, code version, partitions; checks; jobs with
assets or ops; schedules; sensors; names of resources. Both scripts in `inside` write the same form.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.compat.fetch import ROOT

INSIDE = Path(__file__).parent / "inside"
TIMEOUT_S = 180


@dataclass(frozen=True)
class Location:
    """What is to be loaded."""

    kind: str
    """`file`, `module` or `package`."""
    name: str
    attribute: str = ""
    working_directory: str = "."


@dataclass
class Described:
    """What came of a load: facts, or why there are none."""

    facts: dict[str, Any] | None
    problem: str | None = None
    """The last line of the traceback."""
    output: str = ""


def describe(location: Location, python: str, by: str) -> Described:
    """Load a location in a process of its own.

    Args:
        python: the interpreter, with all that the location needs.
        by: `dagster` or `atoll`. Atoll's library is taken from this checkout.
    """
    variables = {k: v for k, v in os.environ.items() if not k.startswith(("ATOLL_", "PYTHON"))}
    variables["DAGSTER_DISABLE_TELEMETRY"] = "1"
    if by == "atoll":
        variables["PYTHONPATH"] = str(ROOT / "sdk" / "src")
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "facts.json"
        variables["DAGSTER_HOME"] = folder
        what = [location.kind, location.name, location.attribute, str(output)]
        try:
            done = subprocess.run(
                [python, str(INSIDE / f"facts_of_{by}.py"), *what],
                cwd=location.working_directory,
                env=variables,
                capture_output=True,
                text=True,
                check=False,
                timeout=TIMEOUT_S,
            )
        except subprocess.TimeoutExpired:
            return Described(None, f"it took longer than {TIMEOUT_S} s")
        if output.exists() and output.stat().st_size:
            return Described(json.loads(output.read_text()), output=done.stdout)
    return Described(None, _last_error(done.stderr), done.stdout + done.stderr)


def differences(theirs: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Each difference as `path: theirs -> ours`, in order of the paths."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in sorted({*theirs, *ours}):
            inner = f"{path}.{key}" if path else key
            if key not in ours:
                yield f"{inner}: missing in atoll"
            elif key not in theirs:
                yield f"{inner}: only in atoll"
            else:
                yield from differences(theirs[key], ours[key], inner)
    elif theirs != ours:
        yield f"{path}: {_short(theirs)} -> {_short(ours)}"


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 200 else text[:200] + " …"


def _last_error(text: str) -> str:
    """The line that names the exception, without what follows it."""
    lines = text.strip().splitlines()
    starts = [line for line in lines if re.match(r"[\w.]*[A-Z]\w*(: |$)", line)]
    return (starts or lines or ["no output"])[-1][:400]
