"""Removes what lies about in a deployment and nobody will ask for: old backups, halves of values.

It must not know runs, nor touch a file that a living process may still be writing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

KEPT_BACKUPS = 3
"""So many copies of the database from before upgrades are kept."""
_TEMPORARY = re.compile(
    r"(@[0-9a-f]{16}\.\w+|@value\.json\.[0-9a-f]{8}|.+\.[A-Za-z0-9_-]+\.\d+)\.tmp\Z"
)
"""Names under which the IO managers of the SDK write a value, until it is whole."""


def sweep_backups(home: Path, before: float) -> None:
    """Keep the newest backups of the database, and copies that may still be being made."""
    backups = sorted(home.glob("*.backup"), key=_modified, reverse=True)
    halves = [path for path in home.glob("*.backup.[0-9]*") if _modified(path) < before]
    for path in [*backups[KEPT_BACKUPS:], *halves]:
        with suppress(OSError):
            path.unlink()


def sweep_values(folder: Path, before: float) -> None:
    """Remove the halves of values that were not written on since `before`."""
    for path in _temporaries(folder):
        if _modified(path) < before:
            with suppress(OSError):
                path.unlink()


def _temporaries(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names if _TEMPORARY.match(name))


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")
