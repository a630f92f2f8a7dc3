"""The files of runs below ATOLL_HOME: `output/<run>` and `journal/<deployment>/<run>`."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from atoll_supervisor.journals import JournalFolder
from atoll_wire.keys import FETCHING

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")


class HomeRunFiles:
    """The `RunFiles` of the deployment in `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def run_ids(self) -> list[str]:
        """See `RunFiles.run_ids`."""
        folders = [self._home / "output", *self._journals()]
        found = {name for folder in folders for name in _names(folder)}
        return sorted(name for name in found if _RUN_ID.match(name))

    def remove(self, run_id: str) -> None:
        """See `RunFiles.remove`."""
        if _RUN_ID.match(run_id) is None:
            return
        for folder in self._journals():
            JournalFolder(str(self._home), folder.name).forget(run_id)
        shutil.rmtree(self._home / "output" / run_id, ignore_errors=True)
        for name in _names(self._home / FETCHING):
            if name.startswith(f"{run_id}."):
                (self._home / FETCHING / name).unlink(missing_ok=True)

    def _journals(self) -> list[Path]:
        """One folder per deployment that has used this home; it is one, mostly."""
        journals = self._home / "journal"
        return [journals / name for name in _names(journals)]


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
