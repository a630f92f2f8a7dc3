"""How often windows of time begin, and at which minute, hour and day."""

from __future__ import annotations

import enum
import re
from typing import Optional

from atoll.errors import ParameterError

_REGULAR = (
    (r"\d+ \* \* \* \*", "HOURLY"),
    (r"\d+ \d+ \* \* \*", "DAILY"),
    (r"\d+ \d+ \* \* \d+", "WEEKLY"),
    (r"\d+ \d+ \d+ \* \*", "MONTHLY"),
)


class ScheduleType(enum.Enum):
    """How often windows begin."""

    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"

    @property
    def ordinal(self) -> int:
        """1 for hourly up to 4 for monthly."""
        return list(ScheduleType).index(self) + 1

    def __lt__(self, other: ScheduleType) -> bool:
        return self.ordinal < other.ordinal

    def __gt__(self, other: ScheduleType) -> bool:
        return self.ordinal > other.ordinal


class Cadence:
    """What a cron string says about windows that begin hourly, daily, weekly or monthly."""

    @property
    def cron_schedule(self) -> str:
        """When windows begin."""
        raise NotImplementedError

    @property
    def schedule_type(self) -> Optional[ScheduleType]:
        """How often windows begin; None if it is none of the four."""
        for pattern, name in _REGULAR:
            if re.fullmatch(pattern, self.cron_schedule):
                return ScheduleType[name]
        return None

    @property
    def minute_offset(self) -> int:
        """The minute at which windows begin."""
        return self._number(0, "minute")

    @property
    def hour_offset(self) -> int:
        """The hour at which windows begin."""
        return self._number(1, "hour")

    @property
    def day_offset(self) -> int:
        """The day of the week (0 is Sunday) or of the month on which windows begin."""
        kind = self.schedule_type
        if kind not in (ScheduleType.WEEKLY, ScheduleType.MONTHLY):
            raise ParameterError("only weekly and monthly windows begin on a day")
        return self._number(4 if kind is ScheduleType.WEEKLY else 2, "day")

    def get_cron_schedule(
        self,
        minute_of_hour: Optional[int] = None,
        hour_of_day: Optional[int] = None,
        day_of_week: Optional[int] = None,
        day_of_month: Optional[int] = None,
    ) -> str:
        """A cron string as often as windows begin, at another minute, hour or day if given."""
        given = (minute_of_hour, hour_of_day, day_of_week, day_of_month)
        if all(one is None for one in given):
            return self.cron_schedule
        kind = self.schedule_type
        if kind is None:
            raise ParameterError("'%s' has no minute, hour or day to change" % self.cron_schedule)
        if kind is ScheduleType.HOURLY and hour_of_day is not None:
            raise ParameterError("hourly windows begin at no hour: leave out hour_of_day")
        if kind is ScheduleType.DAILY and (day_of_week, day_of_month) != (None, None):
            raise ParameterError(
                "daily windows begin on no day: leave out day_of_week, day_of_month"
            )
        minute = self.minute_offset if minute_of_hour is None else minute_of_hour
        hour = hour_of_day
        if kind is not ScheduleType.HOURLY and hour is None:
            hour = self.hour_offset
        day = {ScheduleType.WEEKLY: day_of_week, ScheduleType.MONTHLY: day_of_month}.get(kind)
        if day is None and kind in (ScheduleType.WEEKLY, ScheduleType.MONTHLY):
            day = self.day_offset
        return cron_of(kind, minute, hour, day)

    def _number(self, place: int, what: str) -> int:
        word = self.cron_schedule.split()[place]
        if not word.isdigit():
            raise ParameterError(
                "'%s' has no %s at which windows begin" % (self.cron_schedule, what)
            )
        return int(word)


def cron_of(
    kind: Optional[ScheduleType], minute: Optional[int], hour: Optional[int], day: Optional[int]
) -> str:
    """The cron string of windows that begin hourly, daily, weekly or monthly."""
    if kind is ScheduleType.HOURLY:
        return "%s * * * *" % (minute or 0)
    if kind is ScheduleType.DAILY:
        return "%s %s * * *" % (minute or 0, hour or 0)
    if kind is ScheduleType.WEEKLY:
        return "%s %s * * %s" % (minute or 0, hour or 0, day or 0)
    return "%s %s %s * *" % (minute or 0, hour or 0, day or 1)
