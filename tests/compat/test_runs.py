"""Runs tell the same kinds of events, of the same steps, in the same order as under Dagster itself.

What that tells is recorded (`python -m tools.compat.golden`). Where an interpreter with dagster is
named by ATOLL_COMPAT_PYTHON, the recordings themselves are held against it too.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache

import pytest
from tools.compat.golden import RUNS, events_of_runs

RECORDED: dict[str, list[str]] = json.loads(RUNS.read_text())


@cache
def ours() -> dict[str, list[str]]:
    """What Atoll tells."""
    return events_of_runs(sys.executable, "atoll")


def test_every_scenario_has_its_recording() -> None:
    assert list(ours()) == list(RECORDED)


@pytest.mark.parametrize("scenario", RECORDED)
def test_a_run_tells_the_events_that_dagster_tells(scenario: str) -> None:
    assert ours()[scenario] == RECORDED[scenario]


@pytest.mark.skipif("ATOLL_COMPAT_PYTHON" not in os.environ, reason="needs dagster itself")
def test_the_recordings_say_what_dagster_tells() -> None:
    assert events_of_runs(os.environ["ATOLL_COMPAT_PYTHON"], "dagster") == RECORDED
