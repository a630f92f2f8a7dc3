"""The transition tables are whole, and their diagrams are current."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from atoll_server.core.location.table import GENERATIONS, Phase
from atoll_server.core.run.commands import Command
from atoll_server.core.run.table import (
    ACTIVE,
    COMMANDS,
    DONE,
    ENDED,
    RUNS,
    STEPS,
    UNSTARTED,
    RunStatus,
    StepStatus,
)

ROOT = Path(__file__).resolve().parents[4]


def diagrams() -> ModuleType:
    spec = importlib.util.spec_from_file_location("diagrams", ROOT / "tools" / "diagrams.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_status_has_a_row() -> None:
    assert set(RUNS) == set(RunStatus)
    assert set(STEPS) == set(StepStatus)
    assert set(GENERATIONS) == set(Phase)


def test_what_is_over_has_no_way_out() -> None:
    assert {status for status, row in RUNS.items() if not row} == ENDED
    assert {status for status, row in STEPS.items() if not row} == DONE
    assert [phase for phase, row in GENERATIONS.items() if not row] == [Phase.GONE]


def test_every_status_of_a_step_is_unstarted_active_or_done() -> None:
    assert set(StepStatus) == UNSTARTED | ACTIVE | DONE
    assert len(StepStatus) == len(UNSTARTED) + len(ACTIVE) + len(DONE)


def test_every_command_says_when_it_is_carried_out() -> None:
    assert set(COMMANDS) == {command.__name__ for command in Command.__args__}


def test_the_diagrams_are_current() -> None:
    stale = [
        path.name
        for path, content in diagrams().generated().items()
        if not path.exists() or path.read_bytes() != content
    ]
    assert stale == [], "run `make gen`"
