"""The example in the dialect of Dagster: loaded as it is, its partitions, checks and ops run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from atoll_e2e import Deployment, Finished

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "harbour" / "harbour"
MODULE = ("-m", "harbour.definitions")


@pytest.fixture
def harbour(deployment: Deployment) -> Deployment:
    """The example's files, in a folder of their own."""
    shutil.copytree(EXAMPLE, deployment.folder / "harbour")
    return deployment


def test_a_project_written_for_dagster_loads_and_says_who_serves_it(harbour: Deployment) -> None:
    found = harbour.run("definitions", "validate", *MODULE)

    assert found.code == 0, found.text
    assert "`import dagster` is served by Atoll" in found.text


def test_a_day_is_made_checked_and_passed_on(harbour: Deployment) -> None:
    select = ("--select", "*", "--partition", "2026-03-01", "-o", "json")
    found = harbour.run("asset", "materialize", *select, *MODULE)

    assert found.code == 0, found.text
    run = json.loads(found.stdout)
    assert run["status"] == "SUCCESS"
    order = _done(found)
    assert order.index("arrivals_every_ship_has_a_name") < order.index("late")
    assert {"filed_letter.greeting", "filed_letter.news", "filed_letter.written"} < set(order)


def test_a_day_that_nobody_has_heard_of_is_refused_with_the_nearest(harbour: Deployment) -> None:
    select = ("--select", "arrivals", "--partition", "2026-13-01")
    found = harbour.run("asset", "materialize", *select, *MODULE)

    assert found.code == 2
    assert "2026-13-01" in found.text


def test_a_job_of_ops_runs_and_passes_over_what_has_no_input(harbour: Deployment) -> None:
    found = harbour.run("job", "execute", "-j", "letter", *MODULE)

    assert found.code == 0, found.text
    assert "postscript  skipped" in found.text
    assert "written" in _done(found)


def _done(found: Finished) -> list[str]:
    lines = (line.split() for line in found.text.splitlines())
    return [words[1] for words in lines if len(words) > 2 and words[2] == "done"]
