"""The files that runs leave on this machine: what their steps printed, and their journals."""

from __future__ import annotations

from typing import Protocol


class RunFiles(Protocol):
    """Files by run. Its calls block; none fails where there is nothing."""

    def run_ids(self) -> list[str]:
        """The runs that have files."""

    def remove(self, run_id: str) -> None:
        """Remove all files of a run that has ended."""

    def with_journals(self) -> list[str]:
        """The runs that have journals."""

    def remove_journals(self, run_id: str) -> None:
        """Remove the journals of a run that has ended, and is stored for good."""

    def sweep(self, before: float) -> None:
        """Remove what no run refers to and nobody has touched since `before`.

        Such are temporary files of processes that were killed, old backups, and what processes
        of locations have printed.
        """
