"""The journals of a fake location: what its disk holds.

They keep the promises of the real ones: a name is taken once, a closed journal is final, one
that is acknowledged shrinks to a tombstone, a forgotten run's are gone. A power cut takes what
has not reached the disk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from atoll_wire import events as kinds
from atoll_wire.events import JournalEvent
from atoll_wire.keys import AttemptKey


class DiskFull(OSError):
    """Nothing can be written."""


@dataclass
class FakeJournal:
    """One attempt's journal, or the tombstone in its place."""

    events: list[JournalEvent] = field(default_factory=list)
    is_tombstone: bool = False
    """The attempt has never started, and never will."""
    is_shrunk: bool = False
    """All of it was acknowledged; it tells nothing any more."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing more can come."""
        return self.is_tombstone or bool(self.events and self.events[-1].kind in kinds.CLOSING)

    @property
    def last(self) -> int:
        """The last sequence number."""
        return self.events[-1].seq if self.events else 0


class FakeJournals:
    """All journals of a location."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.is_full = False
        """Whether the disk is."""
        self.written: dict[AttemptKey, list[JournalEvent]] = {}
        """Every event of every attempt, of forgotten journals too, but not what a cut took."""
        self.cut: dict[AttemptKey, list[JournalEvent]] = {}
        """What power cuts have taken."""
        self._now = now
        self._journals: dict[AttemptKey, FakeJournal] = {}
        self._rooms: set[str] = set()

    def __contains__(self, key: AttemptKey) -> bool:
        return key in self._journals

    @property
    def keys(self) -> list[AttemptKey]:
        """The attempts that have a journal or a tombstone."""
        return list(self._journals)

    def get(self, key: AttemptKey) -> FakeJournal | None:
        """The attempt's journal, if there is one."""
        return self._journals.get(key)

    def make_room(self, run_id: str) -> None:
        """Let attempts of a run begin; until the run is forgotten, they may.

        Raises:
            DiskFull: there is none.
        """
        self._check_space()
        self._rooms.add(run_id)

    def begin(self, key: AttemptKey) -> bool:
        """Take the attempt's name, once for all; False where it was taken, or the run is over."""
        if key in self._journals or key.run_id not in self._rooms:
            return False
        self._check_space()
        journal = self._journals[key] = FakeJournal()
        self.written[key] = journal.events
        return True

    def bury(self, key: AttemptKey) -> None:
        """Put a tombstone where there is nothing."""
        if key not in self._journals:
            self.make_room(key.run_id)
            self._journals[key] = FakeJournal(is_tombstone=True)

    def write(
        self, key: AttemptKey, kind: str, message: str, data: dict[str, Any], after: int = 0
    ) -> None:
        """Append an event, whose number is greater than `after`."""
        self._check_space()
        journal = self._journals[key]
        assert not journal.is_closed, f"{key} writes into a closed journal"
        seq = max(journal.last, after) + 1
        journal.events.append(JournalEvent(seq, kind, self._now(), message, data))

    def mend(self, key: AttemptKey) -> None:
        """Drop what stands behind a gap, as whoever takes a dead worker's journal over does.

        A loss may have been appended behind events that only the host had, and has forgotten
        in a power cut of its own.
        """
        events = self._journals[key].events
        sound = next((n for n, event in enumerate(events) if event.seq != n + 1), len(events))
        self.cut.setdefault(key, []).extend(events[sound:])
        del events[sound:]

    def acknowledge(self, key: AttemptKey, seq: int) -> None:
        """A closed journal all of which is stored elsewhere shrinks."""
        journal = self._journals.get(key)
        if journal is not None and journal.is_closed and seq >= journal.last:
            journal.is_shrunk = True

    def forget(self, run_id: str) -> None:
        """A run is over."""
        self._rooms.discard(run_id)
        for key in [key for key in self._journals if key.run_id == run_id]:
            del self._journals[key]

    def cut_power(self, kept: Callable[[int], int | None]) -> list[AttemptKey]:
        """Lose what has not reached the disk.

        Args:
            kept: of so many events, how many are there afterwards; None: not even the file.

        Returns:
            The attempts whose journals are gone.
        """
        gone = []
        for key, journal in list(self._journals.items()):
            count = kept(len(journal.events))
            if count is None:
                del self._journals[key]
                gone.append(key)
            if not journal.is_shrunk:
                self.cut.setdefault(key, []).extend(journal.events[count or 0 :])
                del journal.events[count or 0 :]
        return gone

    def _check_space(self) -> None:
        if self.is_full:
            raise DiskFull("no space left on device")
