"""Locations written for Dagster describe themselves as under Dagster itself.

What that says is recorded in `golden` (`python -m tools.compat.golden`). Where an interpreter with
dagster is named by ATOLL_COMPAT_PYTHON, the recordings themselves are held against it too.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tools.compat.facts import Described, describe, differences
from tools.compat.golden import FOLDER, locations

LOCATIONS = locations()


def recorded(name: str) -> Any:
    return json.loads(Path(FOLDER, "golden", f"{name}.json").read_text())


def facts(described: Described) -> Any:
    assert described.facts is not None, described.output
    return described.facts


def test_every_location_has_its_recording() -> None:
    files = {path.stem for path in Path(FOLDER, "golden").iterdir()}

    assert files == set(LOCATIONS)


@pytest.mark.parametrize("name", LOCATIONS)
def test_a_location_for_dagster_is_described_alike(name: str) -> None:
    ours = facts(describe(LOCATIONS[name], sys.executable, "atoll"))

    assert list(differences(recorded(name), ours)) == []


@pytest.mark.skipif("ATOLL_COMPAT_PYTHON" not in os.environ, reason="needs dagster itself")
@pytest.mark.parametrize("name", LOCATIONS)
def test_the_recordings_say_what_dagster_says(name: str) -> None:
    theirs = facts(describe(LOCATIONS[name], os.environ["ATOLL_COMPAT_PYTHON"], "dagster"))

    assert list(differences(recorded(name), theirs)) == []
