"""Runs tell the same kinds of events, of the same steps, in the same order as under Dagster itself.

What that tells is recorded (`python -m tools.compat.golden`); runs on a host are held against it by
`tests/e2e/test_runs_as_recorded.py`. Where an interpreter with dagster is
named by ATOLL_COMPAT_PYTHON, the recordings themselves are held against it too.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from typing import Any

import pytest
from tools.compat.golden import RUNS, RUNS_APART, events_of_runs, events_of_runs_apart

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


@pytest.mark.skipif("ATOLL_COMPAT_PYTHON" not in os.environ, reason="needs dagster itself")
def test_the_recordings_say_what_dagster_tells_with_a_process_per_step() -> None:
    told = events_of_runs_apart(os.environ["ATOLL_COMPAT_PYTHON"])

    assert in_no_order(told) == in_no_order(json.loads(RUNS_APART.read_text()))


def in_no_order(told: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    """Steps go on at the same time: their events come in another order each time."""
    return {
        name: [{**run, "events": sorted(run["events"])} for run in runs]
        for name, runs in told.items()
    }
