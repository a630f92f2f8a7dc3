"""What an instance needs of whatever keeps its records: a port with two adapters.

`memory` keeps them in the process itself; a hosted one asks the host that runs the step. It must
not know how user code words its questions: that is `DagsterInstance`'s part.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Protocol, Sequence

from atoll_wire.events import JournalEvent
from atoll_wire.recorded import EventQuery, RecordedEvent, RecordedRun, RunQuery


class InstanceStorage(Protocol):
    """Runs, events, what follows from them, and the keys of dynamic partitions.

    What it cannot do it refuses with `InstanceError`, as a hosted one does most writes.
    """

    def events(self, query: EventQuery) -> List[RecordedEvent]:
        """The events that pass, newest first, or oldest first where that is asked for."""

    def runs(self, query: RunQuery) -> List[RecordedRun]:
        """The runs that pass, newest first, or oldest first where that is asked for."""

    def count_runs(self, query: RunQuery) -> int:
        """How many runs pass, whatever the limit."""

    def latest_of_assets(
        self, kind: str, keys: Optional[Sequence[str]] = None
    ) -> Dict[str, RecordedEvent]:
        """The newest event of a kind about each asset, since it was last wiped.

        Args:
            keys: of these assets; None: of all.
        """

    def latest_of_partitions(
        self, kind: str, key: str, after: Optional[int] = None, before: Optional[int] = None
    ) -> Dict[str, int]:
        """The id of the newest event of a kind about each partition of an asset, since it was
        last wiped, in the order of the partitions' first such event."""

    def dynamic_partitions(self, name: str) -> List[str]:
        """The keys of a dynamic partitions definition, in the order in which they were added."""

    def change_dynamic_partitions(
        self, name: str, add: Sequence[str] = (), delete: Sequence[str] = ()
    ) -> None:
        """Add keys, and take keys away; those that are there, or are not, are left alone."""

    def record(
        self, run_id: str, job_name: str, step: Optional[str], event: JournalEvent
    ) -> RecordedEvent:
        """Keep an event. One about a run as a whole changes the run's status."""

    def add_run(self, run: RecordedRun) -> RecordedRun:
        """Keep a run; its id is given by the storage."""

    def tag_run(self, run_id: str, tags: Mapping[str, str]) -> None:
        """Give a run more tags."""

    def delete_run(self, run_id: str) -> None:
        """Forget a run and its events."""

    def wipe(self, key: str, partitions: Optional[Sequence[str]] = None) -> None:
        """Let an asset, or partitions of it, count as never materialized from here on."""

    def cursor_values(self, keys: Sequence[str]) -> Dict[str, str]:
        """Those of these values that are kept."""

    def set_cursor_values(self, values: Mapping[str, str]) -> None:
        """Keep values by name."""
