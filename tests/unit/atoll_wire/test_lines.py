"""The console's line per event."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from atoll_server.core.event import NewEvent
from atoll_wire.lines import EventLines


@pytest.fixture(autouse=True)
def singapore() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Singapore")
        time.tzset()
        yield
    time.tzset()


def line(lines: EventLines, kind: str, **more: object) -> str:
    return lines.line(NewEvent(run_id="r1", kind=kind, at=1795358310.7, **more))  # type: ignore[arg-type]


def test_a_line_has_the_fields_format() -> None:
    told = line(EventLines(), "STEP_START", step="orders", attempt=1, message="Started.")

    assert told == (
        "2026-11-22 22:38:30 +0800 - atoll - DEBUG - __ASSET_JOB - r1 - "
        f"{os.getpid()} - orders - STEP_START - Started."
    )


def test_every_line_of_a_run_names_its_job() -> None:
    lines = EventLines()
    line(lines, "RUN_ENQUEUED", data={"job_name": "nightly"})

    assert " - DEBUG - nightly - r1 - " in line(lines, "STEP_START", step="orders", attempt=1)
    assert " - DEBUG - nightly - r1 - " in line(lines, "RUN_SUCCESS")
    assert " - DEBUG - __ASSET_JOB - r1 - " in line(lines, "RUN_START"), "it is let go at the end"


def test_a_step_is_shown_with_the_pid_of_its_worker() -> None:
    lines = EventLines()
    line(lines, "STEP_WORKER_STARTED", step="orders", attempt=1, data={"pid": 4711})

    assert " - 4711 - orders - " in line(lines, "STEP_START", step="orders", attempt=1)
    assert f" - {os.getpid()} - " in line(lines, "STEP_START", step="orders", attempt=2)
    assert f" - {os.getpid()} - RUN_SUCCESS" in line(lines, "RUN_SUCCESS")


@pytest.mark.parametrize(
    ("kind", "data", "level"),
    [
        ("STEP_FAILURE", {}, "ERROR"),
        ("STEP_UP_FOR_RETRY", {}, "WARNING"),
        ("LOG", {"level": "info"}, "INFO"),
        ("RUN_START", {}, "DEBUG"),
    ],
)
def test_what_went_wrong_stands_out(kind: str, data: dict[str, object], level: str) -> None:
    assert f" - {level} - " in line(EventLines(), kind, data=data)
