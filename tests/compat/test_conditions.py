"""Random graphs, conditions and events: Dagster's own evaluator asks for the same.

Runs where ATOLL_COMPAT_PYTHON names an interpreter that has dagster.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCENARIO = Path(__file__).parent / "conditions" / "scenario.py"
PYTHON = os.environ.get("ATOLL_COMPAT_PYTHON", "")


def played(python: str, package: str) -> list[Any]:
    """What an evaluator asks for, scenario by scenario."""
    command = [python, str(SCENARIO), package, "0", "60"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.skipif(not PYTHON, reason="ATOLL_COMPAT_PYTHON names no interpreter with dagster")
def test_the_same_conditions_ask_for_the_same() -> None:
    theirs, ours = played(PYTHON, "dagster"), played(sys.executable, "atoll")
    assert any(any(one["asked"]) for one in theirs)
    for expected, found in zip(theirs, ours, strict=True):
        assert found["asked"] == expected["asked"], f"seed {expected['seed']}: {expected['assets']}"
