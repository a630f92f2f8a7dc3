"""Time zones: their offsets at an instant, and when their clocks change."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, List, Tuple

UTC = timezone.utc
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WALL_EPOCH = _EPOCH.replace(tzinfo=None)
_DAY_S = 86400
_STRIDE_S = 14 * _DAY_S
"""Clocks do not change back within less; so two looks this far apart see every change."""


class UnknownTimezone(ValueError):
    """`timezone.unknown`: no time zone has this name, or this Python cannot know any."""

    code = "timezone.unknown"


@lru_cache(maxsize=1024)
def zone(name: str) -> tzinfo:
    """The time zone called `name`, such as `UTC` or `America/New_York`.

    Raises:
        UnknownTimezone: `timezone.unknown`; on Python 3.8 also where `backports.zoneinfo` is not
            installed and the zone is not UTC.
    """
    if name.upper() in ("UTC", "ETC/UTC"):
        return UTC
    try:
        from zoneinfo import ZoneInfo
    except ImportError:
        try:
            from backports.zoneinfo import ZoneInfo  # type: ignore[import-not-found,no-redef]
        except ImportError:
            raise UnknownTimezone(
                "the time zone '%s' cannot be known: Python 3.8 has no zone names; install them: "
                "pip install 'backports.zoneinfo[tzdata]'" % name
            ) from None
    maker: Any = ZoneInfo
    try:
        found: tzinfo = maker(name)
    except (ValueError, OSError, KeyError):
        raise UnknownTimezone(
            "no time zone is called '%s'; write a name such as 'Europe/Berlin'" % name
        ) from None
    return found


def moment(instant: float, where: tzinfo) -> datetime:
    """The aware date and time at an instant (seconds since 1970, UTC)."""
    return (_EPOCH + timedelta(seconds=instant)).astimezone(where)


def local(instant: int, where: tzinfo) -> datetime:
    """What clocks show at an instant, as a naive date and time."""
    return (_EPOCH + timedelta(seconds=instant)).astimezone(where).replace(tzinfo=None, fold=0)


def wall_of(year: int, month: int, day: int, minute: int = 0) -> datetime:
    """What clocks show on a day, some minutes after midnight."""
    return datetime(year, month, day, minute // 60, minute % 60)  # noqa: DTZ001


def seconds_of(wall: datetime) -> int:
    """Seconds from 1970 to what clocks show, if nobody ever changed them."""
    return whole_seconds(wall - _WALL_EPOCH)


def wall_after(seconds: int) -> datetime:
    """The inverse of `seconds_of`."""
    return _WALL_EPOCH + timedelta(seconds=seconds)


def whole_seconds(span: timedelta) -> int:
    """A span in seconds, as a whole number."""
    return span.days * _DAY_S + span.seconds


def offset(instant: int, where: tzinfo) -> int:
    """How far clocks are ahead of UTC at an instant, in seconds."""
    if where is UTC:
        return 0
    found = (_EPOCH + timedelta(seconds=instant)).astimezone(where).utcoffset()
    assert found is not None
    return whole_seconds(found)


def transition(low: int, high: int, where: tzinfo) -> int:
    """The first instant after `low`, and at most `high`, with another offset than at `low`."""
    before = offset(low, where)
    while high - low > 1:
        middle = (low + high) // 2
        if offset(middle, where) == before:
            low = middle
        else:
            high = middle
    return high


@lru_cache(maxsize=16384)
def transitions(year: int, where: tzinfo) -> Tuple[Tuple[int, int, int], ...]:
    """The changes of the clocks in a year of UTC, as (instant, offset before, after)."""
    if where is UTC:
        return ()
    start, end = seconds_of(wall_of(year, 1, 1)), seconds_of(wall_of(year + 1, 1, 1))
    found: List[Tuple[int, int, int]] = []
    low, here = start - 1, offset(start - 1, where)
    while low < end - 1:
        high = min(low + _STRIDE_S, end - 1)
        there = offset(high, where)
        if there != here:
            found.append((transition(low, high, where), here, there))
        low, here = high, there
    return tuple(found)
