"""Which way a command takes to the deployment, by who runs there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from atoll_server.adapters.event_log.home_lock import HomeLock
from atoll_server.adapters.event_log.sqlite import SqliteEventLog
from atoll_server.cli.main import run
from atoll_server.ports.event_log import LocationRecord


@contextmanager
def engine(home: Path) -> Iterator[None]:
    """The lock of an engine without a web."""
    home.mkdir()
    lock = HomeLock(str(home))
    lock.acquire()
    yield
    lock.release()


def stored(home: Path, *records: LocationRecord) -> list[str]:
    """Save locations; returns the kinds of the intents that wait."""

    async def story() -> list[str]:
        log = SqliteEventLog(str(home), engine=False)
        await log.open()
        for record in records:
            await log.save_location(record)
        kinds = [intent.kind for intent in await log.intents()]
        await log.close()
        return kinds

    return asyncio.run(story())


def test_beside_an_engine_without_a_web_the_storage_is_read_and_commanded(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with engine(home):
        stored(home, LocationRecord(name="shop", view={"status": "loaded", "position": 0}))

        assert run(["location", "list"]) == 0
        assert "shop" in capsys.readouterr().out
        assert run(["location", "reload", "--no-wait", "shop"]) == 0
        assert stored(home) == ["reload_location"]


def test_a_web_without_an_engine_is_asked_for_definitions_only(
    host: Any, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    host.engine.release()
    host.answers["/api/v1/locations"] = (200, {"items": [], "next": None})

    assert run(["location", "list"]) == 0
    assert host.asked
    host.asked.clear()
    assert run(["asset", "materialize", "--select", "a", "--empty-workspace"]) == 1
    assert [method for method, _, _ in host.asked if method == "POST"] == []
    assert "there is no asset 'a'" in capsys.readouterr().err


def test_whether_a_daemon_runs_is_told_by_the_exit_code(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["daemon", "status"]) == 5
    assert capsys.readouterr().out == ""
    with engine(home):
        assert run(["daemon", "status"]) == 0
        assert capsys.readouterr().out.strip().isdigit()


def test_an_engine_that_ends_with_its_command_is_no_daemon(home: Path) -> None:
    home.mkdir()
    lock = HomeLock(str(home), is_passing=True)
    lock.acquire()
    assert run(["daemon", "status"]) == 5
    lock.release()
