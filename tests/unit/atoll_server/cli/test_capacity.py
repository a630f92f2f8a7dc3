"""`config set`, `pool` and `queue`, where no engine runs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.cli.main import run


@pytest.fixture
def empty(home: Path) -> Path:
    """A deployment in which nothing has happened."""

    async def make() -> None:
        log = SqliteEventLog(str(home))
        await log.open()
        await log.close()

    asyncio.run(make())
    return home


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[object, str]]:
    capsys.readouterr()
    assert run(["config", "show", "--origin", "-o", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    return {one["name"]: (one["value"], one["origin"]) for one in listed}


def test_a_setting_is_stored_and_no_longer(
    empty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATOLL_MAX_CONCURRENT_RUNS", "5")

    assert run(["config", "set", "max_concurrent_runs", "2"]) == 0
    assert "max_concurrent_runs is 2 (stored)." in capsys.readouterr().err
    assert shown(capsys)["max_concurrent_runs"] == (2, "stored")
    assert run(["config", "unset", "max_concurrent_runs"]) == 0
    assert shown(capsys)["max_concurrent_runs"] == (5, "ATOLL_MAX_CONCURRENT_RUNS")
    assert run(["config", "unset", "max_concurrent_runs"]) == 0
    assert "is not stored" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["set", "max_concurrent_run", "2"], "did you mean max_concurrent_runs?"),
        (["set", "max_concurrent_runs", "two"], 'or unlimited, not "two"'),
        (["unset", "pools.gpu"], "did you mean"),
    ],
)
def test_a_mistake_is_told_at_once(
    home: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_pools_are_limited_and_listed(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["pool", "set", "gpu", "2"]) == 0
    assert run(["pool", "set", "gpus", "1"]) == 0
    assert "did you mean gpu?" in capsys.readouterr().err
    assert run(["pool", "set", "gpu", "many"]) == 2
    assert run(["pool", "unset", "gpus"]) == 0
    assert run(["pool", "unset", "gpus"]) == 4
    capsys.readouterr()
    assert run(["pool", "list", "-o", "jsonl"]) == 0
    (pool,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (pool["name"], pool["limit"]) == ("gpu", 2)


def test_the_queue_is_shown(empty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["queue", "show"]) == 0
    out, err = capsys.readouterr()
    assert "Runs: 0 under way, 0 waiting" in out
    assert "No run is under way or waits." in err
