"""Tables and units."""

from __future__ import annotations

import pytest

from atoll_server.cli.output import duration, print_table, size
from atoll_server.cli.progress import Steps


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0.0004, "0 ms"),
        (0.25, "250 ms"),
        (1.0, "1.0 s"),
        (59.94, "59.9 s"),
        (60, "1 min 00 s"),
        (3599.6, "1 h 00 min"),
        (7260, "2 h 01 min"),
    ],
)
def test_durations_have_the_unit_that_suits_them(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (None, ""),
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (30 << 20, "30 MiB"),
        (3 << 30, "3.0 GiB"),
        (5000 << 30, "5000.0 GiB"),
    ],
)
def test_memory_has_the_unit_that_suits_it(count: int | None, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("step.interrupted", "canceled"),
        ("run.canceled", "canceled"),
        ("step.canceled", "canceled"),
        ("user_code.raised", "failed"),
    ],
)
def test_a_step_that_a_cancel_ended_has_not_failed(code: str, state: str) -> None:
    steps = Steps()
    event = {"kind": "STEP_FAILURE", "step": "s", "timestamp": 1.0, "message": "over"}
    steps.fold({**event, "data": {"failure": {"code": code, "message": "over"}}})

    assert steps.by_key["s"].state == state
    assert steps.by_key["s"].ended_at == 1.0
    assert bool(steps.failures()) == (state == "failed")


def test_columns_are_aligned_and_cells_stay_on_their_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    print_table(["A", "LONG"], [["aa", "x\ny"], ["b", "SUCCESS"]])

    assert capsys.readouterr().out == "A   LONG\naa  x y\nb   SUCCESS\n"


def test_a_step_is_what_its_events_say() -> None:
    steps = Steps()
    common = {"message": "why", "data": {}, "step": "s"}
    plan = {"plan": {"steps": [{"key": "s"}, {"key": "t"}]}}
    steps.fold({**common, "step": None, "kind": "RUN_STARTING", "data": plan, "timestamp": 0.0})
    for at, kind in enumerate(
        ["STEP_START", "STEP_UP_FOR_RETRY", "STEP_RESTARTED", "STEP_START", "STEP_FAILURE"]
    ):
        steps.fold({**common, "kind": kind, "timestamp": float(at)})

    assert [(step.key, step.state) for step in steps.by_key.values()] == [
        ("s", "failed"),
        ("t", "waiting"),
    ]
    assert steps.took(steps.by_key["s"], 99.0) == 1.0
    assert [step.key for step in steps.failures()] == ["s"]
