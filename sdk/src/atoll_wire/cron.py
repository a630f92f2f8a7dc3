"""Cron strings: which instants they name in a time zone, before, after, and one by one.

Five fields, as cron has them (minute, hour, day of month, month, day of week), with names, lists,
ranges, steps, `L` for a month's last day, `5#2` for its second Friday, `L5` for its last one, and
`@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`, `@annually`. If both a day of
the month and a day of the week are given, either is enough.

What happens when clocks change is Dagster's rule, so that schedules fire when they did there:

* hour `*`: the string names wall times every hour. One that is skipped does not fire, one that
  comes twice fires twice.
* any other hour: each wall time fires once. One that is skipped fires at the end of the gap, one
  that comes twice fires the second time.
* a string that names one time of the day between 04:00 and 00:59 is taken as it first comes: a
  day begins at its first midnight.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from math import ceil, floor
from typing import Dict, Iterator, List, Optional, Sequence, Tuple, Union

from atoll_wire.cron_fields import CronError, Fields, parse_fields
from atoll_wire.zones import local, offset, seconds_of, transition, wall_of, whole_seconds, zone

__all__ = ["Cron", "CronError", "cron", "is_valid_cron", "is_valid_cron_schedule", "iterate"]

_DAY_S = 86400
_SEARCH_MONTHS = 12 * 50


class Cron:
    """One cron string; get it from `cron`, which keeps those that it has seen.

    Attributes:
        text: as it was written.
        fields: what it says.
        times: minutes since midnight at which it fires on a day, ascending.
        hourly: whether it names every hour: then it fires as time passes, not as clocks show.
        daily: whether it names one time of the day, on all days, on days of the week, or on one
            day of every month.
    """

    __slots__ = ("_months", "daily", "fields", "hourly", "text", "times")

    def __init__(self, text: str):
        self.text = text
        self.fields: Fields = parse_fields(text)
        minutes, hours = self.fields.minutes, self.fields.hours
        self.times: Tuple[int, ...] = tuple(h * 60 + m for h in hours for m in minutes)
        self.hourly = self.fields.every_hour
        self.daily = self.fields.regular and len(self.times) == 1
        self._months: Dict[Tuple[int, int], Tuple[int, ...]] = {}

    def __repr__(self) -> str:
        return "cron(%r)" % self.text

    def days(self, year: int, month: int) -> Tuple[int, ...]:
        """The days of a month on which it fires, ascending; none if not in this month."""
        found = self._months.get((year, month))
        if found is None:
            found = self._months[year, month] = self.fields.days(year, month)
        return found

    def after(self, instant: float, where: tzinfo, inclusive: bool = False) -> int:
        """The first instant after `instant`, or at it where `inclusive`; seconds since 1970, UTC.

        Raises:
            CronError: `cron.never`, there is none within 50 years.
        """
        since = ceil(instant) - 1 if inclusive else floor(instant)
        here = offset(since, where)
        if self.hourly:
            wall = self.wall_after(local(since, where))
            found = seconds_of(wall) - here
            if offset(found, where) == here:
                return found
            return self._hourly_after(since, where)
        repeated = max(0, here - offset(since + _DAY_S, where))
        wall = local(since, where) - timedelta(seconds=repeated)
        while True:
            wall = self.wall_after(wall)
            found = self.instant(wall, where)
            if found > since:
                return found

    def before(self, instant: float, where: tzinfo, inclusive: bool = False) -> int:
        """The last instant before `instant`, or at it where `inclusive`; seconds since 1970, UTC.

        Raises:
            CronError: `cron.never`, there is none within 50 years.
        """
        until = floor(instant) + 1 if inclusive else ceil(instant)
        here = offset(until, where)
        if self.hourly:
            wall = self.wall_before(local(until, where))
            found = seconds_of(wall) - here
            if offset(found, where) == here:
                return found
            return self._hourly_before(until, where)
        repeated = max(0, offset(until - _DAY_S, where) - here)
        wall = local(until, where) + timedelta(seconds=repeated)
        while True:
            wall = self.wall_before(wall)
            found = self.instant(wall, where)
            if found < until:
                return found

    def iterate(self, instant: float, where: tzinfo, ascending: bool = True) -> Iterator[int]:
        """Its instants from `instant` on, itself included, without end; seconds since 1970, UTC."""
        step = self.after if ascending else self.before
        found = step(instant, where, True)
        while True:
            yield found
            found = step(found, where)

    def instant(self, wall: datetime, where: tzinfo) -> int:
        """The one instant at which a wall time fires, where the hour is not `*`."""
        first = where.utcoffset(wall.replace(tzinfo=where))
        second = where.utcoffset(wall.replace(tzinfo=where, fold=1))
        assert first is not None and second is not None
        seconds = seconds_of(wall)
        if first == second or (self.daily and wall.hour not in (1, 2, 3)):
            return seconds - whole_seconds(first)
        if first > second:  # it comes twice
            return seconds - whole_seconds(second)
        return transition(seconds - whole_seconds(second), seconds - whole_seconds(first), where)

    def wall_after(self, wall: datetime) -> datetime:
        """The first wall time after `wall` that it names, on a clock that nobody changes."""
        return self._wall(wall, 1)

    def wall_before(self, wall: datetime) -> datetime:
        """The last wall time before `wall` that it names, on a clock that nobody changes."""
        return self._wall(wall, -1)

    def _wall(self, wall: datetime, step: int) -> datetime:
        minute = wall.hour * 60 + wall.minute
        days = self.days(wall.year, wall.month)
        if step > 0:
            place = bisect_right(self.times, minute)
            today = place < len(self.times)
        else:
            part = 1 if wall.second or wall.microsecond else 0
            place = bisect_left(self.times, minute + part) - 1
            today = place >= 0
        if today and wall.day in days:
            return wall_of(wall.year, wall.month, wall.day, self.times[place])
        edge = self.times[0 if step > 0 else -1]
        place = bisect_right(days, wall.day) if step > 0 else bisect_left(days, wall.day) - 1
        if 0 <= place < len(days):
            return wall_of(wall.year, wall.month, days[place], edge)
        year, month = wall.year, wall.month
        for _ in range(_SEARCH_MONTHS):
            month += step
            if not 1 <= month <= 12:
                year, month = year + step, 1 if step > 0 else 12
                if not 1 < year < 9999:
                    break
            days = self.days(year, month)
            if days:
                return wall_of(year, month, days[0 if step > 0 else -1], edge)
        raise CronError(
            "'%s' never fires: no such day within 50 years of %s" % (self.text, wall.date()),
            code="cron.never",
        )

    def _hourly_after(self, since: int, where: tzinfo) -> int:
        """As `after`, near a change of the clocks: look at all that wall times can mean."""
        wall = local(since, where) - timedelta(seconds=_DAY_S)
        best: Optional[int] = None
        while True:
            wall = self.wall_after(wall)
            meant = _meanings(wall, where)
            if best is not None and meant and meant[0] >= best:
                return best
            for found in meant:
                if found > since and (best is None or found < best):
                    best = found

    def _hourly_before(self, until: int, where: tzinfo) -> int:
        wall = local(until, where) + timedelta(seconds=_DAY_S)
        best: Optional[int] = None
        while True:
            wall = self.wall_before(wall)
            meant = _meanings(wall, where)
            if best is not None and meant and meant[-1] <= best:
                return best
            for found in meant:
                if found < until and (best is None or found > best):
                    best = found


@lru_cache(maxsize=4096)
def cron(text: str) -> Cron:
    """The cron string `text`.

    Raises:
        CronError: `cron.invalid`, it is none; names the field.
    """
    return Cron(text)


def is_valid_cron(text: str) -> bool:
    """Whether `text` is a cron string; of a 30th or 31st of February, it is not."""
    try:
        cron(text)
    except CronError:
        return False
    return True


def is_valid_cron_schedule(schedule: Union[str, Sequence[str]]) -> bool:
    """Whether it is a cron string, or some of them, all valid."""
    if isinstance(schedule, str):
        return is_valid_cron(schedule)
    return len(schedule) > 0 and all(is_valid_cron(text) for text in schedule)


def iterate(
    schedule: Union[str, Sequence[str]], timezone: str, instant: float, ascending: bool = True
) -> Iterator[int]:
    """The instants of one cron string, or of several together, from `instant` on, each once.

    Args:
        schedule: a cron string, or several.
        timezone: name of the time zone, such as `Europe/Berlin`.
        instant: where to begin, itself included; seconds since 1970, UTC.
        ascending: whether to go towards the future.
    """
    texts = [schedule] if isinstance(schedule, str) else list(schedule)
    where = zone(timezone)
    if len(texts) == 1:
        yield from cron(texts[0]).iterate(instant, where, ascending)
        return
    going = [cron(text).iterate(instant, where, ascending) for text in texts]
    heads = [next(one) for one in going]
    while heads:
        found = min(heads) if ascending else max(heads)
        yield found
        for place, head in enumerate(heads):
            if head == found:
                heads[place] = next(going[place])


def _meanings(wall: datetime, where: tzinfo) -> List[int]:
    """The instants at which clocks show `wall`: none in a gap, two where it comes twice."""
    first = where.utcoffset(wall.replace(tzinfo=where))
    second = where.utcoffset(wall.replace(tzinfo=where, fold=1))
    assert first is not None and second is not None
    seconds = seconds_of(wall)
    if first == second:
        return [seconds - whole_seconds(first)]
    return (
        [seconds - whole_seconds(first), seconds - whole_seconds(second)] if first > second else []
    )
