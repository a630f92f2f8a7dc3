"""Counting the instants of a cron string without listing them.

An axis numbers the instants of one cron string in one time zone: `position` of an instant is how
many come before it, `at` is the instant of a position. Both take time that grows with the logarithm
of the number of windows: days are counted by the calendar, and only the changes of the clocks, two
in a year, are looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import List, NamedTuple, Tuple

from atoll_wire.cron import Cron, cron
from atoll_wire.zones import (
    UTC,
    local,
    offset,
    seconds_of,
    transitions,
    wall_after,
    wall_of,
    zone,
)

_FIRST_YEAR, _LAST_YEAR = 1900, 9990


class _Stretch(NamedTuple):
    """A time in which clocks do not change: from an instant on, with what came before it."""

    start: int
    offset: int
    passed: int
    """Instants of the cron string before `start`."""
    first: int
    """How many wall times of the cron string come before what clocks show at `start`."""


class _Calendar:
    """The wall times of a cron string, numbered, on a clock that nobody changes."""

    def __init__(self, schedule: Cron):
        self.cron = schedule
        self._per_day = len(schedule.times)
        fields = schedule.fields
        everyday = fields.month_days is None and fields.weekdays is None and not fields.nth
        self._everyday = everyday and len(fields.months) == 12
        self._before: List[int] = [0]
        """Days on which it fires before each month, from January of the first year on."""

    def count(self, wall: datetime) -> int:
        """How many of its wall times come before `wall`."""
        minute = wall.hour * 60 + wall.minute + (1 if wall.second or wall.microsecond else 0)
        today = bisect_left(self.cron.times, minute)
        if self._everyday:
            days = wall.toordinal() - date(_FIRST_YEAR, 1, 1).toordinal()
            return days * self._per_day + today
        days_of_month = self.cron.days(wall.year, wall.month)
        place = bisect_left(days_of_month, wall.day)
        fires = place < len(days_of_month) and days_of_month[place] == wall.day
        days = self._days_before((wall.year - _FIRST_YEAR) * 12 + wall.month - 1) + place
        return days * self._per_day + (today if fires else 0)

    def nth(self, place: int) -> datetime:
        """The wall time before which there are `place` others."""
        days, part = divmod(place, self._per_day)
        minute = timedelta(minutes=self.cron.times[part])
        if self._everyday:
            first = date(_FIRST_YEAR, 1, 1).toordinal()
            return datetime.fromordinal(first + days) + minute
        while self._before[-1] <= days:
            self._days_before(len(self._before) + 11)
        month = bisect_right(self._before, days) - 1
        year, number = _FIRST_YEAR + month // 12, month % 12 + 1
        day = self.cron.days(year, number)[days - self._before[month]]
        return wall_of(year, number, day) + minute

    def _days_before(self, month: int) -> int:
        known = self._before
        while len(known) <= month:
            year, number = divmod(len(known) - 1, 12)
            if _FIRST_YEAR + year > _LAST_YEAR:
                raise OverflowError("'%s' has no such window before the year 9990" % self.cron.text)
            known.append(known[-1] + len(self.cron.days(_FIRST_YEAR + year, number + 1)))
        return known[month]


class Axis:
    """The numbered instants of a cron string in a time zone, since 1900; get it from `axis`."""

    def __init__(self, schedule: Cron, where: tzinfo):
        self.cron = schedule
        self.where = where
        self._calendar = _Calendar(schedule)
        self._simple = where is UTC
        start = seconds_of(wall_of(_FIRST_YEAR, 1, 1))
        here = offset(start, where)
        wall = local(start, where)
        self._stretches = [_Stretch(start, here, 0, self._calendar.count(wall))]
        self._lost: List[Tuple[int, int]] = [(-1, 0)]
        """(position, wall times before it that named no instant of their own), growing."""
        self._year = _FIRST_YEAR

    def position(self, instant: float) -> int:
        """How many of its instants come before `instant`."""
        until = -int(-instant // 1)
        if self._simple:
            return self._calendar.count(local(until, self.where))
        self._reach(wall_after(until).year + 1)
        if self.cron.hourly:
            stretch = self._stretches[_last(self._stretches, until)]
            wall = wall_after(until + stretch.offset)
            return stretch.passed + self._calendar.count(wall) - stretch.first
        walls = self._walls_before(until)
        lost = self._lost[bisect_right(self._lost, (walls, walls)) - 1][1]
        return walls - lost

    def at(self, position: int) -> int:
        """The instant of a position; the inverse of `position`.

        Raises:
            OverflowError: it is before 1900 or after 9990.
        """
        if position < 0:
            raise OverflowError("'%s' has no such window since 1900" % self.cron.text)
        if self._simple:
            return seconds_of(self._calendar.nth(position))
        if self.cron.hourly:
            return self._hourly_at(position)
        while True:
            place = position + self._lost_until(position)
            wall = self._calendar.nth(place)
            if wall.year + 1 < self._year:
                return self.cron.instant(wall, self.where)
            self._reach(wall.year + 2)

    def _hourly_at(self, position: int) -> int:
        while self._stretches[-1].passed <= position and self._year <= _LAST_YEAR:
            guess = self._calendar.nth(position + self._stretches[0].first)
            if guess.year + 1 < self._year:
                break
            self._reach(guess.year + 2)
        counts = [stretch.passed for stretch in self._stretches]
        stretch = self._stretches[bisect_right(counts, position) - 1]
        wall = self._calendar.nth(position - stretch.passed + stretch.first)
        return seconds_of(wall) - stretch.offset

    def _walls_before(self, until: int) -> int:
        """How many wall times name an instant before `until`; by halving, since order is kept."""
        wall = local(until, self.where)
        low = self._calendar.count(wall - timedelta(hours=26))
        high = self._calendar.count(wall + timedelta(hours=26))
        while low < high:
            middle = (low + high) // 2
            if self.cron.instant(self._calendar.nth(middle), self.where) < until:
                low = middle + 1
            else:
                high = middle
        return low

    def _lost_until(self, position: int) -> int:
        """Wall times that are to be passed over on the way to a position."""
        lost = 0
        for place, total in self._lost:
            if place - total > position:
                break
            lost = total
        return lost

    def _reach(self, year: int) -> None:
        """Know the changes of the clocks in all years before `year`."""
        while self._year < min(year, _LAST_YEAR):
            for instant, before, after in transitions(self._year, self.where):
                self._change(instant, before, after)
            self._year += 1

    def _change(self, instant: int, before: int, after: int) -> None:
        if self.cron.hourly:
            last = self._stretches[-1]
            passed = self._calendar.count(wall_after(instant + before)) - last.first
            first = self._calendar.count(wall_after(instant + after))
            self._stretches.append(_Stretch(instant, after, last.passed + passed, first))
        elif after > before:
            low = self._calendar.count(wall_after(instant + before))
            shifted = after - before if self.cron.daily else 60
            high = self._calendar.count(wall_after(instant + after + shifted))
            named = {
                self.cron.instant(self._calendar.nth(place), self.where)
                for place in range(low, high)
            }
            if len(named) < high - low:
                total = self._lost[-1][1] + high - low - len(named)
                self._lost.append((high, total))


@lru_cache(maxsize=1024)
def axis(text: str, timezone: str) -> Axis:
    """The axis of a cron string in the time zone of a name; shared by all that ask.

    Raises:
        CronError: `cron.invalid`.
        UnknownTimezone: `timezone.unknown`.
    """
    return Axis(cron(text), zone(timezone))


def _last(stretches: List[_Stretch], until: int) -> int:
    """The stretch in which the time just before `until` lies."""
    low, high = 0, len(stretches)
    while high - low > 1:
        middle = (low + high) // 2
        if stretches[middle].start < until:
            low = middle
        else:
            high = middle
    return low
