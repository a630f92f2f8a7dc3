"""The files of runs below ATOLL_HOME: `output/<run>` and `journal/<deployment>/<run>`."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from atoll_server.adapters.sweeping import sweep_backups, sweep_values
from atoll_supervisor.journals import JournalFolder
from atoll_supervisor.sweeping import sweep_logs
from atoll_wire.keys import FETCHING

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")


class HomeRunFiles:
    """The `RunFiles` of the deployment in `home`.

    Args:
        values_url: where the deployment's values lie; swept if it is a folder.
    """

    def __init__(self, home: Path, values_url: str = "") -> None:
        self._home = home
        self._values_url = values_url

    def run_ids(self) -> list[str]:
        """See `RunFiles.run_ids`."""
        return _runs_in([self._home / "output", *self._journals()])

    def with_journals(self) -> list[str]:
        """See `RunFiles.with_journals`."""
        return _runs_in(self._journals())

    def remove(self, run_id: str) -> None:
        """See `RunFiles.remove`."""
        if _RUN_ID.match(run_id) is None:
            return
        self.remove_journals(run_id)
        shutil.rmtree(self._home / "output" / run_id, ignore_errors=True)
        for name in _names(self._home / FETCHING):
            if name.startswith(f"{run_id}."):
                (self._home / FETCHING / name).unlink(missing_ok=True)

    def remove_journals(self, run_id: str) -> None:
        """See `RunFiles.remove_journals`."""
        if _RUN_ID.match(run_id) is None:
            return
        for folder in self._journals():
            JournalFolder(str(self._home), folder.name).forget(run_id)

    def sweep(self, before: float) -> None:
        """See `RunFiles.sweep`."""
        for location in _names(self._home / "logs"):
            sweep_logs(str(self._home / "logs" / location), before)
        for folder in self._journals():
            for name in _names(folder):
                if name.endswith(".forgotten"):  # whoever forgot it was killed meanwhile
                    shutil.rmtree(folder / name, ignore_errors=True)
        sweep_backups(self._home, before)
        if self._values_url and "://" not in self._values_url:
            sweep_values(Path(self._values_url), before)

    def _journals(self) -> list[Path]:
        """One folder per deployment that has used this home; it is one, mostly."""
        journals = self._home / "journal"
        return [journals / name for name in _names(journals)]


def _runs_in(folders: list[Path]) -> list[str]:
    found = {name for folder in folders for name in _names(folder)}
    return sorted(name for name in found if _RUN_ID.match(name))


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
