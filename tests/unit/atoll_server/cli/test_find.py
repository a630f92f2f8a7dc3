"""Runs by the beginning of their id, steps by name, and what is said where nothing is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atoll_server.cli.main import run

LONG = "0199-abc"
PLAN = {"plan": {"steps": [{"key": "orders"}, {"key": "customers"}]}}
EVENT = {"id": 1, "kind": "RUN_STARTING", "step": None, "timestamp": 1.0, "message": ""}


def has_runs(host: Any, *ids: str) -> None:
    record = host.answers["/api/v1/runs/r1"][1]
    items = [{**record, "run_id": each} for each in ids]
    host.answers["/api/v1/runs"] = (200, {"items": items, "next": None})
    for item in items:
        host.answers[f"/api/v1/runs/{item['run_id']}"] = (200, item)


def has_events(host: Any, run_id: str, *events: dict[str, Any]) -> None:
    host.answers[f"/api/v1/runs/{run_id}/events"] = (200, {"items": events, "next": None})


def test_the_beginning_of_an_id_names_a_run_where_only_one_begins_so(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    has_runs(host, LONG, "0200-xyz")
    has_events(host, LONG, {**EVENT, "data": PLAN})
    host.answers[f"/api/v1/runs/{LONG}/cancel"] = (202, {})

    assert run(["run", "show", "0199", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["run_id"] == LONG
    assert run(["run", "logs", "0199"]) == 0
    assert run(["run", "cancel", "0199"]) == 0
    assert f"{LONG} is being cancelled" in capsys.readouterr().err


def test_a_beginning_that_several_have_names_none(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    has_runs(host, LONG, "0199-xyz")

    assert run(["run", "cancel", "0199"]) == 4
    assert f"begins 2 run ids: {LONG}, 0199-xyz" in capsys.readouterr().err
    assert run(["run", "show", "0300"]) == 4
    assert run(["run", "show", ""]) == 2
    assert not [path for method, path, _ in host.asked if method == "POST"]


@pytest.mark.parametrize("more", [[], ["--stream", "stdout"], ["-f"], ["-o", "json"]])
def test_a_step_that_the_run_does_not_have_is_told_the_nearest(
    more: list[str], host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    has_events(host, "r1", {**EVENT, "data": PLAN})

    assert run(["run", "logs", "r1", "--step", "ordres", *more]) == 4
    assert capsys.readouterr() == (
        "",
        'Error: the run has no step "ordres"; did you mean "orders"?\n',
    )
    assert run(["run", "logs", "r1", "--step", "zzz", *more]) == 4
    assert "it has orders, customers" in capsys.readouterr().err


def test_where_there_is_nothing_to_print_stderr_says_so(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    has_events(host, "r1")
    output = {"text": "", "next_offset": 0, "size": 0}
    host.answers["/api/v1/runs/r1/steps/orders/output"] = (200, output)

    assert run(["run", "logs", "r1"]) == 0
    assert capsys.readouterr() == ("", "There are no events of the run yet.\n")
    assert run(["run", "logs", "r1", "--step", "orders"]) == 0
    assert capsys.readouterr() == ("", 'There are no events of step "orders" yet.\n')
    assert run(["run", "logs", "r1", "--step", "orders", "--stream", "stderr"]) == 0
    assert capsys.readouterr() == ("", 'step "orders" has written nothing to stderr\n')


def test_a_location_is_shown_in_units_for_people_and_whole_for_programs(
    host: Any, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    location = {
        "name": "shop",
        "status": "loaded",
        "rss_bytes": 52428800,
        "load_seconds": 0.25,
        "snapshot_hash": "abc",
        "last_generation": 3,
        "position": 0,
        "updated_at": 1000.0,
        "error": None,
        "error_text": None,
    }
    host.answers["/api/v1/locations/shop"] = (200, location)

    assert run(["location", "show", "shop"]) == 0
    lines = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines())
    lines = {label.strip(): text.strip() for label, text in lines.items()}
    assert (lines["memory"], lines["loading took"]) == ("50 MiB", "250 ms")
    assert not {"snapshot_hash", "last_generation", "position", "rss_bytes"} & set(lines)
    assert run(["location", "show", "shop", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == location
