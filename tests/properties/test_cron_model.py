"""Cron strings against a model that looks at every minute of a week; positions against counting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from itertools import islice

from hypothesis import example, given, settings
from hypothesis import strategies as st

from atoll_wire.cron import Cron, cron
from atoll_wire.partitions.axis import Axis
from atoll_wire.zones import zone

ZONES = st.sampled_from(
    ["UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]
)
STARTS = st.sampled_from([1710000000, 1730570000, 1711790000, 1729900000, 1712320000, 1728100000])
"""Shortly before clocks change somewhere, in 2024."""
MINUTES = st.sampled_from(["0", "30", "5,35", "*/20", "10-50/15", "*"])
HOURS = st.sampled_from(["*", "0", "1", "2", "3", "1,2", "*/6", "0-4", "23", "22-2"])
DAYS = st.sampled_from(["*", "1", "10,31", "L", "*/3"])
WEEKDAYS = st.sampled_from(["*", "0", "1-5", "fri-mon", "0#2"])
TEXTS = st.builds("{} {} {} * {}".format, MINUTES, HOURS, DAYS, WEEKDAYS)
DAY = 86400


@cache
def _expected(text: str, name: str, start: int) -> list[int]:
    """The instants within four days, by trying each minute of each day on the clock."""
    schedule, where = cron(text), zone(name)
    if schedule.hourly:
        return [t for t in range(start, start + 4 * DAY, 60) if _names(schedule, _wall(t, where))]
    found = set()
    wall = _wall(start, where) - timedelta(days=1)
    for _ in range(6 * 24 * 60):
        wall += timedelta(minutes=1)
        if _names(schedule, wall):
            found.add(_instant(schedule, wall, where))
    return sorted(t for t in found if start <= t < start + 4 * DAY)


def _names(schedule: Cron, wall: datetime) -> bool:
    fields = schedule.fields
    return (
        wall.minute in fields.minutes
        and wall.hour in fields.hours
        and wall.day in fields.days(wall.year, wall.month)
    )


def _instant(schedule: Cron, wall: datetime, where: tzinfo) -> int:
    meant = [
        t
        for fold in (0, 1)
        for t in [int(wall.replace(tzinfo=where, fold=fold).timestamp())]
        if _wall(t, where) == wall
    ]
    if meant:
        first = schedule.daily and wall.hour not in (1, 2, 3)
        return meant[0] if first else meant[-1]
    t = int(wall.replace(tzinfo=where, fold=1).timestamp()) // 60 * 60
    while _wall(t, where) < wall:
        t += 60
    return t


def _wall(t: int, where: tzinfo) -> datetime:
    return datetime.fromtimestamp(t, UTC).astimezone(where).replace(tzinfo=None, fold=0)


@settings(deadline=None, max_examples=60)
@given(TEXTS, ZONES, STARTS)
@example("*/20 0-4 * * *", "America/New_York", 1710000000)
@example("0 */6 * * *", "Australia/Lord_Howe", 1728100000)
def test_instants_are_those_of_the_model(text: str, name: str, start: int) -> None:
    start = start // 60 * 60
    expected = _expected(text, name, start)
    schedule, where = cron(text), zone(name)

    forwards = list(islice(schedule.iterate(start, where), len(expected)))
    assert forwards == expected
    if expected:
        back = list(islice(schedule.iterate(expected[-1], where, False), len(expected)))
        assert back == expected[::-1]


@settings(deadline=None, max_examples=60)
@given(TEXTS, ZONES, STARTS)
@example("*/20 0-4 * * *", "America/New_York", 1710000000)
@example("30 1,2 * * *", "Europe/Berlin", 1711790000)
def test_positions_count_the_instants(text: str, name: str, start: int) -> None:
    schedule, where = cron(text), zone(name)
    fires = list(islice(schedule.iterate(start, where), 300))
    axis = Axis(schedule, where)
    first = axis.position(fires[0])

    assert [axis.position(t) - first for t in fires] == list(range(len(fires)))
    assert [axis.position(t + 1) - first for t in fires] == list(range(1, len(fires) + 1))
    assert [axis.at(first + n) for n in range(len(fires))] == fires
