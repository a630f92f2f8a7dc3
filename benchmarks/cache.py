"""The peer's figures, for `--reuse-peer`: good as long as machine, versions and work stay."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from benchmarks import measure
from benchmarks.machine import Machine
from benchmarks.measure import Figures
from benchmarks.places import HERE, WORK

_FILE = WORK / "peer-figures.json"
_WORK_FILES = ("workloads.py", "rows.py", "peers/dagster.py")


@dataclass(frozen=True)
class Cached:
    """Figures of one group of rows."""

    measured: str
    """The day, and how busy the machine was."""
    figures: Figures


def key(machine: Machine, versions: dict[str, str]) -> str:
    """Of what makes earlier figures worthless when it changes."""
    said = json.dumps([machine.as_dict(), versions], sort_keys=True).encode()
    digest = hashlib.sha256(said)
    for name in _WORK_FILES:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def load(key: str) -> dict[str, Cached]:
    """What is kept, by group of rows."""
    try:
        stored = json.loads(_FILE.read_text())
    except (OSError, ValueError):
        return {}
    return {name: Cached(**group) for name, group in stored.get(key, {}).items()}


def store(key: str, groups: Iterable[str], figures: Figures, load_average: float) -> None:
    """Keep the figures whose names begin with one of `groups`."""
    kept = {name: {"measured": c.measured, "figures": c.figures} for name, c in load(key).items()}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    measured = f"{today}, at a load average of {load_average:.2f}"
    for group in groups:
        own = {name: values for name, values in figures.items() if measure.group(name) == group}
        if own:
            kept[group] = {"measured": measured, "figures": own}
    _FILE.parent.mkdir(parents=True, exist_ok=True)
    _FILE.write_text(json.dumps({key: kept}, indent=1) + "\n")
