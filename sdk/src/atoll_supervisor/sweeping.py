"""Removes what nobody will ask for any more from a state directory. Its calls block.

Journals with anything but tombstones stay, however old: their host may yet return for them.
"""

from __future__ import annotations

import os
import re
import shutil
from typing import List, Optional, Tuple

from atoll_wire import journal

_READ_BYTES = 4096
_FORGOTTEN = ".forgotten"
_LOG = re.compile(r"(\d+)\.(\d+)\.\w+\Z")
KEPT_LOGS = 50
"""So many processes' output is kept per location, whatever its age."""


def sweep_runs(state_dir: str, before: float) -> None:
    """Remove what runs have left in which nothing has happened since `before`.

    Their journals are gone, or all tombstones: the host has stored what they said.
    """
    journals = os.path.join(state_dir, "journal")
    deployments = [os.path.join(journals, name) for name in _names(journals)]
    for folder in deployments:
        for run_id in _names(folder):
            run = os.path.join(folder, run_id)
            if _newest(run) < before and (run_id.endswith(_FORGOTTEN) or _is_buried(run)):
                shutil.rmtree(run, ignore_errors=True)
    outputs = os.path.join(state_dir, "output")
    for run_id in _names(outputs):
        is_open = any(os.path.exists(os.path.join(folder, run_id)) for folder in deployments)
        output = os.path.join(outputs, run_id)
        if not is_open and _newest(output) < before:
            shutil.rmtree(output, ignore_errors=True)


def sweep_logs(folder: str, before: float) -> None:
    """Remove what a location's processes have printed, the oldest first, if all is that old."""
    found: List[Tuple[int, int, str]] = []
    for name in _names(folder):
        match = _LOG.match(name)
        if match:
            found.append((int(match.group(1)), int(match.group(2)), name))
    processes = sorted({(generation, start) for generation, start, _ in found})
    old = set(processes[:-KEPT_LOGS])
    for generation, start, name in found:
        path = os.path.join(folder, name)
        if (generation, start) in old and (_modified(path) or before) < before:
            try:
                os.unlink(path)
            except OSError:
                pass


def _is_buried(run: str) -> bool:
    """Whether every journal of a run is a tombstone."""
    return all(_is_tombstone(os.path.join(run, name)) for name in _names(run))


def _is_tombstone(path: str) -> bool:
    if path.endswith(".tmp"):
        return True  # of a process that was killed before it had begun
    try:
        with open(path, "rb") as file:
            return journal.parse(file.read(_READ_BYTES), 0).tombstone is not None
    except OSError:
        return False


def _newest(folder: str) -> float:
    """When something in a folder was last written; of one that cannot be read: just now."""
    times = [_modified(path) for path in (folder, *_paths(folder))]
    return float("inf") if None in times else max(time for time in times if time is not None)


def _paths(folder: str) -> List[str]:
    return [os.path.join(folder, name) for name in _names(folder)]


def _modified(path: str) -> Optional[float]:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return None


def _names(folder: str) -> List[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
