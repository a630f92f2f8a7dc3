"""`atoll job` against a host: what it asks, what it prints, how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.atoll_server.cli.test_commands import EVENTS, ends

from atoll_server.cli.main import run

JOB = {
    "name": "nightly",
    "location": "shop",
    "description": "Every night.\n\nAnd more.",
    "asset_count": 2,
    "step_count": 0,
    "check_count": 0,
    "not_supported": None,
    "tags": {"team": "data"},
}
DETAIL = {
    **JOB,
    "assets": [
        {"key": "orders", "location": "shop", "step": "orders"},
        {"key": "revenue", "location": "bank", "step": "revenue"},
    ],
    "steps": [],
    "checks": [],
    "config": {"ops": {}},
    "run_tags": {},
    "owners": [],
    "metadata": {},
    "file": "shop.py",
    "line": 7,
}
OPTIONS = ["-j", "nightly", "-l", "shop", "--select", "orders", "--tags", "a=b"]
ASKED = {
    "job": "nightly",
    "location": "shop",
    "assets": ["orders"],
    "config": {"ops": {"orders": {"config": {"rows": 3}}}},
    "tags": {"a": "b"},
}


def posted(host: Any) -> list[Any]:
    return [body for method, _, body in host.asked if method == "POST"]


def test_jobs_are_listed_with_the_first_line_of_what_they_are_for(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    host.answers["/api/v1/jobs"] = (200, {"items": [JOB], "next": None})
    host.answers["/api/v1/locations"] = (200, {"items": [], "next": None})

    assert run(["job", "list"]) == 0
    head, line = capsys.readouterr().out.splitlines()
    assert head.split() == ["JOB", "LOCATION", "MAKES", "DESCRIPTION"]
    assert line.split(maxsplit=4) == ["nightly", "shop", "2", "assets", "Every night."]

    assert run(["job", "list", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [JOB]


def test_a_job_is_printed_with_its_assets_in_order(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    host.answers["/api/v1/jobs/nightly"] = (200, DETAIL)

    assert run(["job", "print", "-j", "nightly", "-l", "shop"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[-3:] == [["ASSET", "LOCATION"], ["orders", "shop"], ["revenue", "bank"]]
    assert ["defined", "in", "shop.py:7"] in lines
    assert host.asked[-1][1] == "/api/v1/jobs/nightly?location=shop"

    assert run(["job", "print", "-j", "nightly", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == DETAIL


def test_a_launch_prints_the_id_of_the_run_and_does_not_wait(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ends(host, "SUCCESS")
    Path("config.yaml").write_text("ops: {orders: {config: {rows: 3}}}\n")

    assert run(["job", "launch", *OPTIONS, "-c", "config.yaml"]) == 0
    assert capsys.readouterr().out == "r1\n"
    assert posted(host) == [ASKED]
    assert not [path for _, path, _ in host.asked if path.startswith("/api/v1/events")]

    assert run(["job", "launch", "-j", "nightly", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["run_id"] == "r1"


@pytest.mark.parametrize(("status", "code"), [("SUCCESS", 0), ("FAILURE", 1)])
def test_the_result_of_a_run_that_is_executed_is_the_exit_code(
    status: str, code: int, host: Any
) -> None:
    ends(host, status, *EVENTS[:-1], {"kind": f"RUN_{status}", "step": None, "data": {}})

    config = ["--config-json", json.dumps(ASKED["config"])]
    assert run(["job", "execute", *OPTIONS, *config]) == code
    assert posted(host) == [ASKED]


@pytest.mark.parametrize("verb", ["print", "launch", "execute"])
def test_a_job_that_is_not_there_is_not_found(
    verb: str, host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = (404, {"title": "There is no such job", "detail": 'there is no job "x"'})
    host.answers["/api/v1/jobs/x"] = host.answers["/api/v1/runs"] = problem
    host.answers["/api/v1/locations"] = (200, {"items": [], "next": None})

    assert run(["job", verb, "-j", "x"]) == 4
    assert 'There is no such job: there is no job "x"' in capsys.readouterr().err


def test_a_location_that_failed_may_have_had_the_job(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    location = {"name": "bank", "status": "failed", "error_text": "No module named 'pandsa'"}
    host.answers["/api/v1/locations"] = (200, {"items": [location], "next": None})

    assert run(["job", "print", "-j", "x"]) == 3
    assert "No module named 'pandsa'" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["print", "launch", "execute"])
def test_a_job_has_to_be_named(verb: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["job", verb]) == 2
    assert "-j" in capsys.readouterr().err


def test_launching_needs_a_host(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["job", "launch", "-j", "nightly"]) == 5
    assert "atoll dev" in capsys.readouterr().err


def test_runs_are_listed_by_job(host: Any) -> None:
    assert run(["run", "list", "--job", "nightly"]) == 0
    assert host.asked[-1][1] == "/api/v1/runs?job=nightly&limit=20"
