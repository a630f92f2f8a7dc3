"""Windows of an hour, a day, a week and a month."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Optional, Sequence, Union

from atoll.definitions.partitions.cadence import ScheduleType
from atoll.definitions.partitions.time_windows import (
    DEFAULT_DATE_FORMAT,
    DEFAULT_HOURLY_FORMAT_WITHOUT_TIMEZONE,
    TimeWindowPartitionsDefinition,
)

When = Union[datetime, str]
Exclusions = Optional[Sequence[Union[str, datetime]]]


class HourlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each hour.

    Args:
        start_date: the first one begins here or later; as text, in the format of the keys.
        end_date: none ends later.
        minute_offset: the minute at which they begin.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d-%H:%M` if not given.
        end_offset: how many more there are than have ended.
        exclusions: cron strings and times; what begins then is left out.
        kwargs: further arguments of `TimeWindowPartitionsDefinition`.
    """

    def __init__(
        self,
        start_date: When,
        end_date: Optional[When] = None,
        minute_offset: int = 0,
        timezone: Optional[str] = None,
        fmt: Optional[str] = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
        **kwargs: Any,
    ):
        super().__init__(
            schedule_type=ScheduleType.HOURLY,
            start=start_date,
            end=end_date,
            minute_offset=minute_offset,
            timezone=timezone,
            fmt=fmt or DEFAULT_HOURLY_FORMAT_WITHOUT_TIMEZONE,
            end_offset=end_offset,
            exclusions=exclusions,
            **kwargs,
        )


class DailyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each day.

    Args:
        start_date: the first one begins here or later; as text, in the format of the keys.
        end_date: none ends later.
        minute_offset: the minute at which they begin.
        hour_offset: the hour at which they begin.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d` if not given.
        end_offset: how many more there are than have ended; 1 includes today.
        exclusions: cron strings and times; what begins then is left out.
        kwargs: further arguments of `TimeWindowPartitionsDefinition`.
    """

    def __init__(
        self,
        start_date: When,
        end_date: Optional[When] = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        timezone: Optional[str] = None,
        fmt: Optional[str] = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
        **kwargs: Any,
    ):
        super().__init__(
            schedule_type=ScheduleType.DAILY,
            start=start_date,
            end=end_date,
            minute_offset=minute_offset,
            hour_offset=hour_offset,
            timezone=timezone,
            fmt=fmt or DEFAULT_DATE_FORMAT,
            end_offset=end_offset,
            exclusions=exclusions,
            **kwargs,
        )


class WeeklyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each week, from Sunday on if not told otherwise.

    Args:
        start_date: the first one begins here or later; as text, in the format of the keys.
        end_date: none ends later.
        minute_offset: the minute at which they begin.
        hour_offset: the hour at which they begin.
        day_offset: the day of the week on which they begin; 0 is Sunday.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d` if not given.
        end_offset: how many more there are than have ended; 1 includes this week.
        exclusions: cron strings and times; what begins then is left out.
        kwargs: further arguments of `TimeWindowPartitionsDefinition`.
    """

    def __init__(
        self,
        start_date: When,
        end_date: Optional[When] = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 0,
        timezone: Optional[str] = None,
        fmt: Optional[str] = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
        **kwargs: Any,
    ):
        super().__init__(
            schedule_type=ScheduleType.WEEKLY,
            start=start_date,
            end=end_date,
            minute_offset=minute_offset,
            hour_offset=hour_offset,
            day_offset=day_offset,
            timezone=timezone,
            fmt=fmt or DEFAULT_DATE_FORMAT,
            end_offset=end_offset,
            exclusions=exclusions,
            **kwargs,
        )


class MonthlyPartitionsDefinition(TimeWindowPartitionsDefinition):
    """A partition for each month, from its first day on if not told otherwise.

    Args:
        start_date: the first one begins here or later; as text, in the format of the keys.
        end_date: none ends later.
        minute_offset: the minute at which they begin.
        hour_offset: the hour at which they begin.
        day_offset: the day of the month on which they begin.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        fmt: how the start is written as the key; `%Y-%m-%d` if not given.
        end_offset: how many more there are than have ended; 1 includes this month.
        exclusions: cron strings and times; what begins then is left out.
        kwargs: further arguments of `TimeWindowPartitionsDefinition`.
    """

    def __init__(
        self,
        start_date: When,
        end_date: Optional[When] = None,
        minute_offset: int = 0,
        hour_offset: int = 0,
        day_offset: int = 1,
        timezone: Optional[str] = None,
        fmt: Optional[str] = None,
        end_offset: int = 0,
        exclusions: Exclusions = None,
        **kwargs: Any,
    ):
        super().__init__(
            schedule_type=ScheduleType.MONTHLY,
            start=start_date,
            end=end_date,
            minute_offset=minute_offset,
            hour_offset=hour_offset,
            day_offset=day_offset,
            timezone=timezone,
            fmt=fmt or DEFAULT_DATE_FORMAT,
            end_offset=end_offset,
            exclusions=exclusions,
            **kwargs,
        )
