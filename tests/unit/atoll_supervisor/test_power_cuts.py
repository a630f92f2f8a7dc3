"""What a supervisor makes of journals that a power cut, of its own machine or the host's, has left.

A worker's journal is not synced: its end may be missing, or all of it. A host may have forgotten
what it had not synced, down to having ordered the attempt at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from atoll_supervisor.attempts import Attempts
from atoll_supervisor.journals import JournalFolder
from atoll_wire import events as kinds
from atoll_wire.events import JournalEvent
from atoll_wire.journal import encode_event
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AttemptEvents, AttemptNeverStarted, Message

KEY = AttemptKey("run", "a", 1)
STARTED = kinds.STEP_WORKER_STARTED


class Machine:
    """One that has just been switched on again: a supervisor, journals, and no worker."""

    def __init__(self, folder: Path) -> None:
        self.journals = JournalFolder(str(folder), "deployment")
        self.journals.make_room(KEY.run_id)
        self.path = Path(self.journals.path(KEY))
        self.told: list[Message] = []
        self.attempts = self._attempts()

    def _attempts(self) -> Attempts:
        base = str(self.path.parent / "output")
        return Attempts(self.journals, lambda key: base, self.told.append, lambda key: None)

    def write(self, *written: JournalEvent) -> None:
        self.path.write_bytes(b"".join(encode_event(event) for event in written))

    def attach(self, after: int) -> list[str]:
        """What a host is told that has stored the events up to `after`."""
        del self.told[:]
        self.attempts.close()
        self.attempts = self._attempts()
        self.attempts.attach(KEY, after)
        return [line for message in self.told for line in _lines(message)]


def _lines(message: Message) -> list[str]:
    if isinstance(message, AttemptNeverStarted):
        return ["never started"]
    assert isinstance(message, AttemptEvents)
    return [f"{event.seq} {event.kind}" for event in message.events]


def _event(seq: int, kind: str = kinds.LOG) -> JournalEvent:
    return JournalEvent(seq, kind, 0.0)


def live(folder: Path, story: Callable[[Machine], None]) -> None:
    async def whole() -> None:
        machine = Machine(folder)
        story(machine)
        machine.attempts.close()

    asyncio.run(whole())


def test_a_loss_has_a_number_that_the_host_does_not_know(tmp_path: Path) -> None:
    def story(machine: Machine) -> None:
        machine.write(_event(1, STARTED), _event(2))  # the host has five
        assert machine.attach(5) == ["6 STEP_WORKER_LOST"]
        assert machine.attach(5) == ["6 STEP_WORKER_LOST"]  # it died before it stored that

    live(tmp_path, story)


def test_a_host_that_forgot_what_is_missing_here_is_told_of_the_loss(tmp_path: Path) -> None:
    def story(machine: Machine) -> None:
        machine.write(_event(1, STARTED))
        assert machine.attach(2) == ["3 STEP_WORKER_LOST"]
        # Now the host's machine loses its power, too: nobody has the second event any more.
        assert machine.attach(0) == ["1 STEP_WORKER_STARTED", "2 STEP_WORKER_LOST"]

    live(tmp_path, story)


def test_an_attempt_whose_journal_is_gone_counts_as_lost_and_never_starts(tmp_path: Path) -> None:
    def story(machine: Machine) -> None:
        assert machine.attach(5) == ["never started"]
        with pytest.raises(FileExistsError):
            machine.path.touch(exist_ok=False)

    live(tmp_path, story)


def test_a_journal_of_which_only_the_name_is_left_tells_a_loss(tmp_path: Path) -> None:
    def story(machine: Machine) -> None:
        machine.path.write_bytes(b"\0" * 100)  # what file systems leave of data not yet written
        assert machine.attach(0) == ["1 STEP_WORKER_LOST"]

    live(tmp_path, story)


def test_a_host_that_has_forgotten_everything_is_told_everything(tmp_path: Path) -> None:
    def story(machine: Machine) -> None:
        machine.write(_event(1, STARTED), _event(2, kinds.STEP_SUCCESS))
        assert machine.attach(0) == ["1 STEP_WORKER_STARTED", "2 STEP_SUCCESS"]

    live(tmp_path, story)
