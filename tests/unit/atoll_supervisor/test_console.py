"""What a server prints."""

from __future__ import annotations

import pytest

from atoll_supervisor.console import Console
from atoll_wire.events import JournalEvent
from atoll_wire.failure import Failure
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import AttemptEvents, GenerationFailed, GenerationStarting, Pong

KEY = AttemptKey("run", "numbers", 1)


def test_what_a_host_is_told_again_is_printed_once(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("shop")
    console.told(GenerationStarting(0, 7))
    console.told(GenerationStarting(4, 7))  # the same, claimed by a host as its generation
    console.told(GenerationStarting(5, 8))
    first = JournalEvent(1, "STEP_START", 1.0, "begins", {"pid": 42})
    second = JournalEvent(2, "STEP_SUCCESS", 2.0, "is done", {})
    console.told(AttemptEvents(KEY, [first]))
    console.told(AttemptEvents(KEY, [first, second]))
    console.told(Pong())
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" - ")[3] for line in lines[:2]] == [
        "location shop loading, pid 7",
        "location shop loading, pid 8",
    ]
    ends = [line.split(" - ", 2)[2] for line in lines[2:]]
    assert ends == [
        "DEBUG - __ASSET_JOB - run - 42 - numbers - STEP_START - begins",
        "DEBUG - __ASSET_JOB - run - 42 - numbers - STEP_SUCCESS - is done",
    ]


def test_a_load_that_failed_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    Console("shop").told(GenerationFailed(1, Failure("user_code.raised", "no pandsa"), 0.1))
    told = capsys.readouterr().err
    assert "ERROR - location shop failed" in told and "no pandsa" in told
