"""Commands about runs and assets of the past, the storage and the settings."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from atoll_server.cli.main import run

SETTLED = {"id": 5, "is_settled": True, "has_engine": True}


def commands(host: Any) -> list[tuple[str, str, Any]]:
    return [asked for asked in host.asked if asked[0] != "GET"]


def accepts(host: Any) -> None:
    """Have the host answer a deletion as well."""
    host.answers["/api/v1/runs/r1"] = (200, {**host.answers["/api/v1/runs/r1"][1], "intent": 5})


def test_a_retry_is_followed_like_any_run(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    again = {**host.answers["/api/v1/runs/r1"][1], "run_id": "r2"}
    host.answers["/api/v1/runs/r1/retry"] = (201, {**again, "status": "QUEUED"})
    host.answers["/api/v1/runs/r2"] = (200, again)
    end = {"id": 1, "kind": "RUN_SUCCESS", "step": None, "data": {}, "timestamp": 1.0}
    host.answers["/api/v1/events"] = (200, b"data: %s\n\n" % json.dumps(end).encode())
    host.answers["/api/v1/locations"] = (200, {"items": [], "next": None})

    assert run(["run", "retry", "r1", "-o", "json"]) == 0
    assert run(["run", "retry", "r1", "--all"]) == 0
    assert run(["run", "retry", "r1", "--select", "load+", "--steps", "split"]) == 0

    assert json.loads(capsys.readouterr().out.partition("\nrun ")[0])["run_id"] == "r2"
    path = "/api/v1/runs/r1/retry"
    assert commands(host) == [
        ("POST", path, {"from_failure": True, "steps": []}),
        ("POST", path, {"from_failure": False, "steps": []}),
        ("POST", path, {"from_failure": True, "steps": ["load+", "split"]}),
    ]


def test_a_run_that_is_retried_by_itself_is_followed_to_the_last_retry(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run_1 = host.answers["/api/v1/runs/r1"][1]
    told = {"status": "FAILURE", "message": "It is retried as run r2 (retry 1 of 1)."}
    host.answers["/api/v1/runs/r0/retry"] = (201, {**run_1, "run_id": "r1"})
    host.answers["/api/v1/runs/r0"] = (200, {**run_1, "run_id": "r0"})
    host.answers["/api/v1/runs/r1"] = (200, {**run_1, **told})
    host.answers["/api/v1/runs/r2"] = (200, {**run_1, "run_id": "r2", "status": "SUCCESS"})
    host.answers["/api/v1/locations"] = (200, {"items": [], "next": None})
    at = {"step": None, "timestamp": 1.0, "message": ""}
    failure = {**at, "id": 1, "kind": "RUN_FAILURE", "data": {"retry": {"run_id": "r2"}}}
    success = {**at, "id": 2, "kind": "RUN_SUCCESS", "data": {}}
    for run_id, event in (("r1", failure), ("r2", success)):
        stream = b"data: %s\n\n" % json.dumps(event).encode()
        host.answers[f"/api/v1/events?run_id={run_id}&after=0"] = (200, stream)

    assert run(["run", "retry", "r0", "-o", "json"]) == 0

    written = capsys.readouterr()
    assert json.loads(written.out)["run_id"] == "r2"
    assert told["message"] in written.err


def test_a_retry_of_all_and_of_some_is_a_contradiction(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", "retry", "r1", "--all", "--select", "load"]) == 2
    assert "not two of them" in capsys.readouterr().err
    assert commands(host) == []


def test_a_deletion_is_waited_for(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    accepts(host)
    host.answers["/api/v1/intents/5"] = (200, SETTLED)

    assert run(["run", "delete", "--force", "r1", "r1"]) == 0

    assert [asked[:2] for asked in commands(host)] == [("DELETE", "/api/v1/runs/r1")]
    assert "r1 is deleted" in capsys.readouterr().err


def test_an_engine_that_leaves_meanwhile_is_told_of(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    accepts(host)
    left = {**SETTLED, "is_settled": False, "has_engine": False}
    host.answers["/api/v1/intents/5"] = (200, left)

    assert run(["run", "delete", "-f", "r1"]) == 5
    assert "the next engine does it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "option"),
    [(["run", "delete", "r1"], "--force"), (["asset", "wipe", "a"], "--noprompt")],
)
def test_where_nobody_can_be_asked_nothing_is_done(
    arguments: list[str], option: str, host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert option in capsys.readouterr().err
    assert host.asked == []


@pytest.mark.parametrize(("said", "code"), [("y", 0), ("n", 130), ("", 130)])
def test_who_is_there_is_asked_first(
    said: str, code: int, host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepts(host)
    host.answers["/api/v1/intents/5"] = (200, SETTLED)
    ours, theirs = os.openpty()
    with open(theirs) as terminal, open(ours, "w") as keyboard:
        monkeypatch.setattr(sys, "stdin", terminal)
        keyboard.write(f"{said}\n")
        keyboard.flush()
        assert run(["run", "delete", "r1"]) == code

    assert bool(commands(host)) == (code == 0)


def test_a_wipe_names_assets_or_all(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    host.answers["/api/v1/assets/wipe"] = (202, {"intent": 5, "keys": ["a", "b"]})
    host.answers["/api/v1/intents/5"] = (200, SETTLED)

    assert run(["asset", "wipe", "--noprompt", "a", "b"]) == 0
    assert run(["asset", "wipe", "--noprompt", "--all"]) == 0
    assert run(["asset", "wipe", "--noprompt", "--all", "a"]) == 2
    assert run(["asset", "wipe", "--noprompt"]) == 2

    told = capsys.readouterr().err
    assert told.startswith("a is wiped\nb is wiped\n")
    assert [body for _, _, body in commands(host)] == [
        {"keys": ["a", "b"], "all": False},
        {"keys": [], "all": True},
    ]


def test_a_prune_says_what_it_erased(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"runs": 2, "events": 30, "snapshots": 1}
    host.answers["/api/v1/storage/prune"] = (202, {**counts, "intent": 5})
    host.answers["/api/v1/storage/prunable"] = (200, counts)
    host.answers["/api/v1/intents/5"] = (200, SETTLED)

    assert run(["db", "prune", "--keep-days", "30", "-o", "json"]) == 0
    assert run(["db", "prune", "--keep-runs", "7", "--dry-run"]) == 0
    assert run(["db", "prune"]) == 2

    out, err = capsys.readouterr()
    assert json.loads(out.partition("\nruns")[0]) == counts
    assert err.startswith("erased:\nwould be erased:\n")
    assert commands(host) == [
        ("POST", "/api/v1/storage/prune", {"keep_days": 30, "keep_runs": None})
    ]
    assert ("GET", "/api/v1/storage/prunable?keep_runs=7", None) in host.asked


def test_settings_are_shown_with_where_they_come_from(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATOLL_VALUES_URL", "s3://key:secret@bucket/values")

    assert run(["config", "show", "--origin"]) == 0
    table = capsys.readouterr().out
    assert run(["config", "show", "-o", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)

    cells = {line.split()[0]: line.split()[1:] for line in table.splitlines()}
    assert cells["values_url"] == ["s3://***@bucket/values"] + ["ATOLL_VALUES_URL"] * 2
    assert cells["port"] == ["3000", "ATOLL_PORT", "default"]
    assert "secret" not in table
    assert [one["name"] for one in listed] == list(cells)[1:]
    assert "origin" not in listed[0]
    assert not home.exists()


def test_the_instance_is_shown_as_lines_or_as_a_value(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {
        "home": "/srv/.atoll",
        "deployment_id": "d",
        "release": "9.9",
        "database": {"path": "/srv/.atoll/atoll.db", "size_bytes": 4096, "schema_version": 2},
        "values_url": "/srv/values",
        "engine": {"pid": 7},
        "web": None,
        "runs": 3,
        "assets": 2,
        "locations": 1,
        "settings": [{"name": "port", "variable": "ATOLL_PORT", "value": 80, "origin": "option"}],
    }
    host.answers["/api/v1/instance"] = (200, found)

    assert run(["instance", "info"]) == 0
    lines = [line.split(None, 1) for line in capsys.readouterr().out.splitlines()]
    assert ["database", "/srv/.atoll/atoll.db (schema 2, 4 KiB)"] in lines
    assert ["engine", "pid 7"] in lines
    assert ["web", "none runs"] in lines
    assert ["ATOLL_PORT", "80 (option)"] in lines
    assert run(["instance", "info", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == found


def test_what_is_read_can_be_had_as_yaml(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    event = {"id": 1, "kind": "LOG", "step": "s", "timestamp": 1.0, "message": "hé: x", "data": {}}
    host.answers["/api/v1/runs/r1/events"] = (200, {"items": [event], "next": None})

    assert run(["run", "list", "-o", "yaml"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == [host.answers["/api/v1/runs/r1"][1]]
    assert run(["run", "show", "r1", "-o", "yaml"]) == 0
    assert yaml.safe_load(capsys.readouterr().out)["run_id"] == "r1"
    assert run(["run", "logs", "r1", "-o", "yaml"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == [event]
    assert run(["run", "logs", "r1", "-f", "-o", "yaml"]) == 0
    assert list(yaml.safe_load_all(capsys.readouterr().out)) == [event]
