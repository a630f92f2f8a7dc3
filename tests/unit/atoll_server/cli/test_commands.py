"""Commands against a host: what they ask, what they print, how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from atoll_server.cli.main import run

EVENTS = [
    {"kind": "RUN_START", "step": None, "data": {}},
    {"kind": "STEP_START", "step": "orders", "data": {}},
    {"kind": "STEP_SUCCESS", "step": "orders", "data": {}},
    {"kind": "RUN_SUCCESS", "step": None, "data": {}},
]


def stream(*events: dict[str, Any]) -> bytes:
    rest = {"run_id": "r1", "attempt": 1, "timestamp": 1000.0, "message": ""}
    return b"".join(
        b"id: %d\ndata: %s\n\n" % (number, json.dumps({**rest, "id": number, **event}).encode())
        for number, event in enumerate(events, start=1)
    )


def ends(host: Any, status: str, *events: dict[str, Any], message: str = "") -> None:
    """Have the host carry out the next launch, with this result."""
    found = host.answers["/api/v1/runs/r1"][1]
    host.answers["/api/v1/runs/r1"] = (200, {**found, "status": status, "message": message})
    host.answers["/api/v1/runs"] = (201, {**found, "status": "QUEUED"})
    host.answers["/api/v1/locations"] = (200, {"items": [], "next": None})
    host.answers["/api/v1/events"] = (200, stream(*events))


def test_lists_are_tables_for_people_and_json_for_programs(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", "list"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split() == ["RUN", "STATUS", "JOB", "CREATED", "TOOK", "ASSETS"]
    assert "2.5 s" in table[1]

    assert run(["run", "list", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["run_id"] == "r1"

    assert run(["run", "list", "-o", "jsonl"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["run_id"] == "r1"


def test_an_empty_list_says_so_on_stderr_and_is_still_json_on_stdout(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    host.answers["/api/v1/runs"] = (200, {"items": [], "next": None})

    assert run(["run", "list"]) == 0
    assert capsys.readouterr() == ("", "There are no runs.\n")
    assert run(["run", "list", "-o", "json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_runs_are_listed_by_asset_and_location(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = host.answers["/api/v1/runs"][1]["items"]
    made = {"selection": [], "assets": ["a", "b"], "asset_count": 30}
    host.answers["/api/v1/runs"] = (200, {"items": [{**found, **made}], "next": None})

    assert run(["run", "list", "--asset", "a", "--location", "x", "--location", "y"]) == 0
    assert host.asked[-1][1] == "/api/v1/runs?asset=a&location=x&location=y&limit=20"
    assert capsys.readouterr().out.splitlines()[1].split()[-1] == "a,b,…"


def test_options_become_the_request(host: Any) -> None:
    ends(host, "SUCCESS", *EVENTS)
    config = Path("config.yaml")
    config.write_text("ops: {orders: {config: {limit: 3, kept: true}}}\n")

    selection = ["--select", "orders", "--select", "group:x", "--partition", "p"]
    overlay = ["--config-json", '{"ops": {"orders": {"config": {"limit": 5}}}}']
    tags = ["--tags", "team=a=b", "--tags", '{"n": 1}']

    code = run(["asset", "materialize", *selection, "-c", str(config), *overlay, *tags])

    assert code == 0
    (launch,) = [body for method, _, body in host.asked if method == "POST"]
    assert launch == {
        "assets": ["orders", "group:x"],
        "config": {"ops": {"orders": {"config": {"limit": 5, "kept": True}}}},
        "tags": {"team": "a=b", "n": "1"},
        "partition": "p",
    }


def test_progress_goes_to_stderr_and_the_result_to_stdout(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ends(host, "SUCCESS", *EVENTS)

    assert run(["asset", "materialize", "--select", "orders", "-o", "json"]) == 0

    out, err = capsys.readouterr()
    assert json.loads(out)["status"] == "SUCCESS"
    assert [line.split()[1:3] for line in err.splitlines()] == [
        ["orders", "running"],
        ["orders", "done"],
    ]


def test_a_failed_run_ends_with_one_and_the_users_frames_first(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = {"file": "shop.py", "line": 3, "function": "add_up", "text": "a + b", "is_user": True}
    library = {**frame, "file": "site-packages/lib.py", "is_user": False}
    failure = {
        "code": "user_code.raised",
        "message": "no",
        "error_type": "TypeError",
        "frames": [library, frame],
    }
    failed = {"kind": "STEP_FAILURE", "step": "orders", "data": {"failure": failure}}
    ends(host, "FAILURE", *EVENTS[:2], failed, {"kind": "RUN_FAILURE", "step": None, "data": {}})

    assert run(["asset", "materialize", "--select", "orders"]) == 1

    told = capsys.readouterr().err
    assert told.index("TypeError: no") < told.index("shop.py:3, in add_up")
    assert "site-packages" not in told


def test_a_location_that_did_not_load_ends_with_three(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    ends(host, "SUCCESS")
    location = {"name": "shop", "status": "failed", "error_text": "ValueError: not today"}
    host.answers["/api/v1/locations"] = (200, {"items": [location], "next": None})
    host.answers["/api/v1/assets"] = (200, {"items": [], "next": None})

    assert run(["asset", "materialize", "--select", "*"]) == 3

    assert "not today" in capsys.readouterr().err
    assert not [path for method, path, _ in host.asked if method == "POST"]


@pytest.mark.parametrize(("status", "code"), [(404, 4), (422, 2), (400, 2), (503, 5), (500, 5)])
def test_problems_end_with_a_sentence_and_a_code(
    status: int, code: int, host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    host.answers["/api/v1/runs/r1"] = (status, {"title": "Wrong", "detail": "as can be"})

    assert run(["run", "show", "r1"]) == code
    assert capsys.readouterr() == ("", "Error: Wrong: as can be\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "shwo"],
        ["asset", "materialize"],
        ["asset", "materialize", "--select", "a", "--tags", "x"],
        ["asset", "materialize", "--select", "a", "--config-json", "[]"],
        ["asset", "materialize", "--select", "a", "-c", "nowhere.yaml"],
        ["run", "logs", "r1", "--stream", "stdout"],
        ["dev", "--host", "0.0.0.0", "--empty-workspace"],
        ["dev", "-f", "nowhere.py"],
    ],
)
def test_wrong_usage_ends_with_two(
    arguments: list[str], host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().err


def test_without_a_host_commands_say_how_to_start_one(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["run", "cancel", "r1"]) == 5
    assert "atoll dev" in capsys.readouterr().err
    assert run(["run", "list"]) == 4
    assert not home.exists()


def test_a_host_file_that_outlived_its_host_is_not_believed(host: Any, home: Path) -> None:
    host.answers["/livez"] = (200, {"status": "alive", "pid": 1})

    assert run(["run", "cancel", "r1"]) == 4, "the storage knows no such run"
    assert [path for _, path, _ in host.asked] == ["/livez"]


def test_an_interrupt_cancels_the_run_and_ends_with_130(
    host: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from atoll_server.cli import progress

    ends(host, "CANCELED", *EVENTS[:2], {"kind": "RUN_CANCELED", "step": None, "data": {}})
    host.answers["/api/v1/runs/r1/cancel"] = (202, {})
    shown = progress.LineProgress.show
    interrupts = iter([KeyboardInterrupt()])

    def interrupted(self: Any, event: Any) -> None:
        shown(self, event)
        for interrupt in interrupts:
            raise interrupt

    monkeypatch.setattr(progress.LineProgress, "show", interrupted)

    assert run(["asset", "materialize", "--select", "orders"]) == 130
    assert [path for method, path, _ in host.asked if method == "POST"] == [
        "/api/v1/runs",
        "/api/v1/runs/r1/cancel",
    ]


def test_names_of_assets_and_locations_are_quoted_in_paths(host: Any) -> None:
    host.answers["/api/v1/locations/a%20b%2Fc.py/reload"] = (202, {})

    assert run(["location", "reload", "--no-wait", "a b/c.py"]) == 0


def test_logs_are_read_page_by_page(host: Any, capsys: pytest.CaptureFixture[str]) -> None:
    event = {"id": 1, "kind": "LOG", "step": "s", "timestamp": 1.0, "message": "hi", "data": {}}
    host.answers["/api/v1/runs/r1/events"] = (200, {"items": [event], "next": None})

    assert run(["run", "logs", "r1"]) == 0
    assert capsys.readouterr().out.split()[1:] == ["s", "LOG", "hi"]
    assert run(["run", "logs", "r1", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [event]


def test_a_logged_line_is_printed_with_its_level_and_its_traceback(
    host: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {"level": "ERROR", "traceback": "Traceback:\n  ZeroDivisionError\n"}
    event = {"id": 1, "kind": "LOG", "step": "s", "timestamp": 1.0, "message": "hi", "data": data}
    host.answers["/api/v1/runs/r1/events"] = (200, {"items": [event], "next": None})

    assert run(["run", "logs", "r1"]) == 0
    first, *more = capsys.readouterr().out.splitlines()
    assert first.split()[1:] == ["s", "LOG", "ERROR", "hi"]
    assert more == ["    Traceback:", "      ZeroDivisionError"]
