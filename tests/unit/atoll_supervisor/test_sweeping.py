"""What a state directory need not keep."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from atoll_supervisor.sweeping import KEPT_LOGS, sweep_logs, sweep_runs
from atoll_wire.events import JournalEvent
from atoll_wire.journal import CLOSED, Tombstone, encode_event, encode_tombstone

OLD, BEFORE, NEW = 100.0, 200.0, 300.0
BURIED = encode_tombstone(Tombstone(CLOSED, 3))
EVENT = encode_event(JournalEvent(1, "STEP_START", 0.0))


def make(path: Path, content: bytes = b"", at: float = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at, at))
    os.utime(path.parent, (at, at))
    return path


def left(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize(
    ("journal", "at", "stays"),
    [
        (None, OLD, False),
        (None, NEW, True),
        (BURIED, OLD, False),
        (BURIED, NEW, True),
        (EVENT, OLD, True),
    ],
)
def test_output_goes_with_the_last_journal_that_anybody_may_ask_for(
    tmp_path: Path, journal: bytes | None, at: float, stays: bool
) -> None:
    make(tmp_path / "output/run/a.1.out", at=at)
    if journal is not None:
        make(tmp_path / "journal/d/run/a.1.jsonl", journal, at)

    sweep_runs(str(tmp_path), BEFORE)

    assert bool(left(tmp_path)) is stays
    assert (tmp_path / "output" / "run").exists() is stays


def test_a_journal_with_events_keeps_those_beside_it(tmp_path: Path) -> None:
    make(tmp_path / "journal/d/run/a.1.jsonl", BURIED)
    make(tmp_path / "journal/d/run/b.1.jsonl", EVENT)
    make(tmp_path / "journal/d/gone.forgotten/a.1.jsonl", EVENT)

    sweep_runs(str(tmp_path), BEFORE)

    assert left(tmp_path) == ["journal/d/run/a.1.jsonl", "journal/d/run/b.1.jsonl"]


def test_of_what_processes_have_printed_the_newest_and_the_latest_stay(tmp_path: Path) -> None:
    for start in range(KEPT_LOGS + 3):
        make(tmp_path / f"1.{start}.out", at=NEW if start == 1 else OLD)
        make(tmp_path / f"1.{start}.err")
    make(tmp_path / "notes.txt")

    sweep_logs(str(tmp_path), BEFORE)

    assert not (tmp_path / "1.0.out").exists()
    assert (tmp_path / "1.1.out").exists()
    assert len(left(tmp_path)) == 2 * KEPT_LOGS + 2
