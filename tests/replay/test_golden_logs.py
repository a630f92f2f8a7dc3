"""Event logs that earlier versions wrote fold to the states that they folded to then.

`golden/` only grows: `NAME.jsonl` has the events of one run, `NAME.state.json` what they make
of it. `python -m tests.replay.test_golden_logs NAME < events.jsonl` adds one.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from atoll_server.core.run.invariants import check_history, check_state
from atoll_server.core.run.state import RunState, evolve
from atoll_server.ports.event_log import NewEvent, RunRecord, project_run

FOLDER = Path(__file__).parent / "golden"


def events_of(text: str) -> list[NewEvent]:
    return [NewEvent(**json.loads(line)) for line in text.splitlines()]


def folded(events: list[NewEvent]) -> dict[str, Any]:
    """The state and the record that follow from the events, as JSON."""
    state = RunState(events[0].run_id)
    record: RunRecord | None = None
    for event in events:
        evolve(state, event)
        record = project_run(record, event)
    assert record is not None
    return {
        "status": state.status.value,
        "unfinished": state.unfinished,
        "succeeded": state.succeeded,
        "failed": list(state.failed),
        "active": list(state.active),
        "steps": {
            key: {
                "status": step.status.value,
                "attempt": step.attempt,
                "seq": step.seq,
                "lost": step.lost,
                "retries": step.retries,
                "unmet": step.unmet,
            }
            for key, step in state.steps.items()
        },
        "record": {
            "status": record.status,
            "assets": list(record.assets),
            "selection": list(record.selection),
            "tags": dict(record.tags),
            "message": record.message,
            "created_at": record.created_at,
            "started_at": record.started_at,
            "ended_at": record.ended_at,
            **({"job": record.job, "config": dict(record.config)} if record.job else {}),
        },
    }


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_golden_log_folds_to_its_golden_state(path: Path) -> None:
    events = events_of(path.read_text())
    expected = json.loads(path.with_suffix(".state.json").read_text())
    assert folded(events) == expected


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.jsonl")), ids=lambda path: path.stem)
def test_a_golden_log_keeps_the_promises(path: Path) -> None:
    events = events_of(path.read_text())
    state = RunState(events[0].run_id)
    for event in events:
        evolve(state, event)
    assert check_state(state) == []
    assert check_history(events) == []


def main() -> None:
    name, text = sys.argv[1], sys.stdin.read()
    state = json.dumps(folded(events_of(text)), indent=1)
    (FOLDER / f"{name}.jsonl").write_text(text)
    (FOLDER / f"{name}.state.json").write_text(state + "\n")


if __name__ == "__main__":
    main()
