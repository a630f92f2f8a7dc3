"""How limits are written and told."""

from __future__ import annotations

import pytest

from atoll_wire.limits import NO_LIMITS, StepLimits, duration_text, seconds, size, size_text


@pytest.mark.parametrize(
    ("written", "meant"),
    [(600, 600), ("600", 600), ("90s", 90), ("10m", 600), ("10 min", 600), ("1h 30m", 5400)]
    + [("1h30m", 5400), ("2d", 172800), ("1.5h", 5400), ("250ms", 0.25), (0.5, 0.5)],
)
def test_a_duration_is_seconds_or_a_text_with_units(written: object, meant: float) -> None:
    assert seconds(written) == meant  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["", "10x", "m", "-1", 0, "1h 5", True, "inf", "nan", None, []])
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="a number of seconds above 0"):
        seconds(written)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "meant"),
    [(2**30, 2**30), ("2GiB", 2 << 30), ("512 MiB", 512 << 20), ("2GB", 2 * 10**9)]
    + [("1.5GiB", 3 << 29), ("512Mi", 512 << 20), ("2g", 2 * 10**9)],
)
def test_a_size_is_bytes_or_a_text_with_units(written: object, meant: int) -> None:
    assert size(written) == meant  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["", "2 gallons", 0, -5, "10", False, None, {}])
def test_what_is_no_size_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match="at least 1 MiB"):
        size(written)  # type: ignore[arg-type]


def test_own_limits_go_before_defaults() -> None:
    defaults = StepLimits(max_runtime_s=10, memory_bytes=1 << 30)
    own = StepLimits(max_runtime_s=99, open_files=64)
    assert own.over(defaults) == StepLimits(99, 1 << 30, open_files=64)
    assert NO_LIMITS.over(defaults) == defaults
    assert own.over(NO_LIMITS) == own


@pytest.mark.parametrize(
    ("duration_s", "told"),
    [
        (0.1, "0.1 s"),
        (59, "59 s"),
        (600, "10 min"),
        (5400, "1 h 30 min"),
        (90061, "1 d 1 h 1 min 1 s"),
    ],
)
def test_durations_are_told_in_the_units_of_people(duration_s: float, told: str) -> None:
    assert duration_text(duration_s) == told


@pytest.mark.parametrize(
    ("size_bytes", "told"), [(2 << 30, "2 GiB"), (3 << 29, "1.5 GiB"), (300 << 20, "300 MiB")]
)
def test_sizes_are_told_in_the_units_of_people(size_bytes: int, told: str) -> None:
    assert size_text(size_bytes) == told
