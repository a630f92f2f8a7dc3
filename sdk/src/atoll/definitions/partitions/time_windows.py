"""Partitions that are windows of time."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any, FrozenSet, List, Optional, Sequence, Union

from atoll.definitions.partitions.cadence import Cadence, ScheduleType, cron_of
from atoll.definitions.partitions.context import moment
from atoll.definitions.partitions.definition import PartitionsDefinition
from atoll.definitions.partitions.keys import PartitionKeyRange, TimeWindow, bad_partitions
from atoll.errors import ParameterError, UnknownPartitionError
from atoll_wire.cron import CronError, cron
from atoll_wire.partitions.ranges import Ranges
from atoll_wire.partitions.spaces import Moment, Space
from atoll_wire.partitions.time_windows import TimeWindowSpace
from atoll_wire.zones import UnknownTimezone, zone
from atoll_wire.zones import moment as date_and_time

DEFAULT_DATE_FORMAT = "%Y-%m-%d"
DEFAULT_HOURLY_FORMAT_WITHOUT_TIMEZONE = "%Y-%m-%d-%H:%M"
DEFAULT_HOURLY_FORMAT_WITH_TIMEZONE = DEFAULT_HOURLY_FORMAT_WITHOUT_TIMEZONE + "%z"


class TimeWindowPartitionsDefinition(Cadence, PartitionsDefinition[str]):
    """A partition for each window of time between two instants of a cron string.

    Nothing is ever listed that is not asked for: millions of windows cost what one does.

    Args:
        start: the first window begins here or later; as text, in the format of the keys.
        fmt: how the start of a window is written as its key, as `strftime` has it. Where windows
            are hours or less and clocks change, the second of two that look alike gets its offset.
        end: no window ends later.
        schedule_type: how often windows begin, instead of `cron_schedule`.
        timezone: the zone in which clocks show what is meant; UTC if not given.
        end_offset: how many more windows there are than have ended; 1 includes the present one.
        minute_offset: with `schedule_type`, the minute at which windows begin.
        hour_offset: with `schedule_type`, the hour.
        day_offset: with `schedule_type`, the day of the week (0 is Sunday) or of the month.
        cron_schedule: when windows begin.
        exclusions: cron strings and times; a window that begins then is left out.

    Raises:
        DefinitionError: `definition.bad_partitions`.
    """

    def __init__(
        self,
        start: Union[datetime, str],
        fmt: str,
        end: Union[datetime, str, None] = None,
        schedule_type: Optional[ScheduleType] = None,
        timezone: Optional[str] = None,
        end_offset: int = 0,
        minute_offset: Optional[int] = None,
        hour_offset: Optional[int] = None,
        day_offset: Optional[int] = None,
        cron_schedule: Optional[str] = None,
        exclusions: Optional[Sequence[Union[str, datetime]]] = None,
    ):
        offsets = (minute_offset, hour_offset, day_offset)
        if cron_schedule is None and schedule_type is None:
            raise ParameterError(
                "either cron_schedule or schedule_type must say when windows begin"
            )
        if cron_schedule is not None and (schedule_type is not None or any(offsets)):
            raise ParameterError(
                "cron_schedule says when windows begin; schedule_type and offsets do too, in "
                "another way: give one of them"
            )
        text = cron_schedule or cron_of(schedule_type, *offsets)
        name = timezone or "UTC"
        _check_zone(name)
        _check_cron(text)
        begins = _instant(start, name, fmt, "start")
        self.exclusions = list(exclusions) if exclusions else None
        self._space = TimeWindowSpace(
            cron=text,
            start=begins,
            fmt=fmt,
            timezone=name,
            end=_instant(end, name, fmt, "end") if end else None,
            end_offset=end_offset,
            excluded_crons=[_check_cron(one) for one in exclusions or () if isinstance(one, str)],
            excluded_instants=[
                _instant(one, name, fmt, "an exclusion")
                for one in exclusions or ()
                if not isinstance(one, str)
            ],
        )

    @property
    def space(self) -> TimeWindowSpace:
        """The partitions as data."""
        return self._space

    def _wire_space(self) -> Space:
        return self._space

    def _moment(self, current_time: Optional[datetime] = None, store: Any = None) -> Moment:
        return moment(self._space.timezone, current_time, store)

    @property
    def cron_schedule(self) -> str:
        """When windows begin."""
        return self._space.cron

    @property
    def timezone(self) -> str:
        """The zone in which clocks show what is meant."""
        return self._space.timezone

    @property
    def fmt(self) -> str:
        """How the start of a window is written as its key."""
        return self._space.fmt

    @property
    def end_offset(self) -> int:
        """How many more windows there are than have ended."""
        return self._space.end_offset

    @property
    def start(self) -> datetime:
        """The first window begins here or later."""
        return self._at(self._space.start)

    @property
    def end(self) -> Optional[datetime]:
        """No window ends later; None if that is left open."""
        return None if self._space.end is None else self._at(self._space.end)

    @property
    def start_timestamp(self) -> float:
        """`start`, in seconds since 1970, UTC."""
        return self._space.start

    @property
    def end_timestamp(self) -> Optional[float]:
        """`end`, in seconds since 1970, UTC."""
        return self._space.end

    def get_partition_keys(
        self, current_time: Optional[datetime] = None, dynamic_partitions_store: Any = None
    ) -> List[str]:
        """The keys of all windows that have ended, and of `end_offset` more.

        Args:
            current_time: the time at which they are looked at; now if not given. A naive one is
                taken in the zone of the windows.
            dynamic_partitions_store: changes nothing.
        """
        return self._space.keys(self._moment(current_time))

    def get_partition_keys_between_indexes(self, start_idx: int, end_idx: int) -> List[str]:
        """The keys from one place up to, and without, another; places count from 0.

        Args:
            start_idx: the place of the first.
            end_idx: the place after the last.
        """
        return self._space.keys(self._moment(), start_idx, end_idx - start_idx)

    def get_partition_keys_in_range(self, partition_key_range: PartitionKeyRange) -> List[str]:
        """The keys from one to another, both included; they may lie in the future.

        Raises:
            ParameterError: `partition.bad_range`, it begins before the first or ends after `end`.
        """
        start = self._window(partition_key_range.start).start
        window_end = self._window(partition_key_range.end).end
        if start.timestamp() < self._space.start:
            raise ParameterError(
                "the range of partitions begins with '%s', before the first (%s)"
                % (partition_key_range.start, self.start),
                code="partition.bad_range",
            )
        if self._space.end is not None and window_end.timestamp() > self._space.end:
            raise ParameterError(
                "the range of partitions ends with '%s', after the last (%s)"
                % (partition_key_range.end, self.end),
                code="partition.bad_range",
            )
        return self.get_partition_keys_in_time_window(TimeWindow(start, window_end))

    def get_partition_keys_in_time_window(self, time_window: TimeWindow) -> List[str]:
        """The keys of the windows that begin within a stretch of time."""
        return [self._space.key(position) for position in self._positions(time_window)]

    def get_num_partitions_in_window(self, time_window: TimeWindow) -> int:
        """How many windows begin within a stretch of time."""
        return self._positions(time_window).count

    def has_any_partitions_in_window(self, time_window: TimeWindow) -> bool:
        """Whether a window begins within a stretch of time."""
        return bool(self._positions(time_window))

    def time_window_for_partition_key(self, partition_key: str) -> TimeWindow:
        """The window of a key, which need not be there yet.

        Raises:
            UnknownPartitionError: `partition.unknown`, the key is not written like one.
        """
        return self._window(partition_key)

    def time_windows_for_partition_keys(
        self, partition_keys: FrozenSet[str], validate: bool = True
    ) -> List[TimeWindow]:
        """The windows of some keys, by time; those not there are left out where `validate`.

        Args:
            partition_keys: the keys.
            validate: whether keys that are not there are left out.
        """
        windows = sorted((self._window(key) for key in partition_keys), key=lambda w: w.start)
        if not validate:
            return windows
        count = self._space.count(self._moment())
        places = [self._space.position_from(window.start.timestamp()) for window in windows]
        return [window for window, place in zip(windows, places) if 0 <= place < count]

    def start_time_for_partition_key(self, partition_key: str) -> datetime:
        """When the window of a key begins."""
        return self._window(partition_key).start

    def end_time_for_partition_key(self, partition_key: str) -> datetime:
        """When the window of a key ends."""
        return self._window(partition_key).end

    def get_next_partition_key(self, partition_key: str) -> Optional[str]:
        """The key after one; None if there is none yet."""
        position = self._space.position_from(self._window(partition_key).start.timestamp()) + 1
        return self._space.key(position) if position < self.get_num_partitions() else None

    def get_next_partition_window(
        self, end_dt: datetime, respect_bounds: bool = True
    ) -> Optional[TimeWindow]:
        """The first window that begins at a time or later.

        Args:
            end_dt: the time.
            respect_bounds: whether None is given for one that is not there yet.
        """
        found = self._pair(self._space.window_from(end_dt.timestamp()))
        last = self.get_last_partition_window() if respect_bounds else None
        if respect_bounds and (last is None or found.start >= last.end):
            return None
        return found

    def get_prev_partition_window(
        self, start_dt: datetime, respect_bounds: bool = True
    ) -> Optional[TimeWindow]:
        """The last window that has ended by a time; None for one before the first.

        Args:
            start_dt: the time.
            respect_bounds: whether None is given for one before the first.
        """
        found = self._pair(self._space.window_before(start_dt.timestamp()))
        first = self.get_first_partition_window() if respect_bounds else None
        if respect_bounds and (first is None or found.start < first.start):
            return None
        return found

    def get_first_partition_window(self) -> Optional[TimeWindow]:
        """The first window; None if there is none."""
        return self._at_position(0) if self.get_num_partitions() else None

    def get_last_partition_window(self) -> Optional[TimeWindow]:
        """The last window that there is; None if there is none."""
        count = self.get_num_partitions()
        return self._at_position(count - 1) if count else None

    def get_partition_key_for_timestamp(self, timestamp: float, end_closed: bool = False) -> str:
        """The key of the window in which an instant lies.

        Args:
            timestamp: seconds since 1970, UTC.
            end_closed: whether a window's end, rather than its start, belongs to it.
        """
        position = self._space.position_from if end_closed else self._space.position_at
        return self._space.key(position(timestamp) - (1 if end_closed else 0))

    def get_partition_key_range_for_time_window(
        self, time_window: TimeWindow, respect_bounds: bool = True
    ) -> PartitionKeyRange:
        """The first and last window within a stretch of time.

        Args:
            time_window: the stretch of time.
            respect_bounds: whether the last is to be there already.

        Raises:
            ParameterError: `partition.bad_range`, no partition ends by then.
        """
        first = self.get_partition_key_for_timestamp(time_window.start.timestamp())
        last = self.get_prev_partition_window(time_window.end, respect_bounds)
        if last is None:
            raise ParameterError(
                "no partition ends by %s" % time_window.end, code="partition.bad_range"
            )
        return PartitionKeyRange(first, self._space.key_at(int(last.start.timestamp())))

    def get_partition_subset_in_time_window(self, time_window: TimeWindow) -> Any:
        """The windows that begin within a stretch of time."""
        return self.partitions_subset_class(self, self._positions(time_window))

    def subset_with_all_partitions(self) -> Any:
        """All windows that there are now."""
        return self.partitions_subset_class(self, self._space.all(self._moment()))

    def get_partition_key(self, key: Union[str, date, datetime]) -> str:
        """The key of a day or time, or the key itself, if there is such a window.

        Raises:
            UnknownPartitionError: `partition.unknown`.
        """
        written = key.strftime(self.fmt) if isinstance(key, date) else key
        self.validate_partition_key(written)
        return written

    def less_than(self, partition_key1: str, partition_key2: str) -> bool:
        """Whether the window of the first key begins before that of the second.

        Args:
            partition_key1: the first key.
            partition_key2: the second.
        """
        return self._window(partition_key1).start < self._window(partition_key2).start

    def is_window_start_excluded(self, window_start: datetime) -> bool:
        """Whether the window that begins then is left out."""
        return self._space.excludes(int(window_start.timestamp()))

    def validate_partition_definition(self) -> None:
        """Refuse a format that gives two windows the same key.

        Raises:
            DefinitionError: `definition.bad_partitions`.
        """
        first = self.get_first_partition_key()
        if first is not None and self.get_next_partition_key(first) == first:
            raise bad_partitions(
                "with fmt='%s', different windows of '%s' have the same key '%s'"
                % (self.fmt, self.cron_schedule, first),
                "write a format that is as fine as the windows",
            )

    @property
    def is_basic_daily(self) -> bool:
        """Whether windows go from midnight to midnight."""
        return self._space.is_daily

    @property
    def is_basic_hourly(self) -> bool:
        """Whether windows are the hours."""
        return self._space.is_hourly

    def equal_except_for_start_or_end(self, other: TimeWindowPartitionsDefinition) -> bool:
        """Whether only the first and last window may differ."""
        return self._space.same_windows(other._space) and self.end_offset == other.end_offset

    @property
    def partitions_subset_class(self) -> Any:
        """The class of its subsets."""
        from atoll.definitions.partitions.subsets import TimeWindowPartitionsSubset

        return TimeWindowPartitionsSubset

    def get_serializable_unique_identifier(self, dynamic_partitions_store: Any = None) -> str:
        """A text that is the same for the same windows."""
        return hashlib.sha1(repr(self).encode()).hexdigest()

    def _window(self, key: str) -> TimeWindow:
        try:
            return self._pair(self._space.window(key))
        except ValueError as error:
            raise UnknownPartitionError(
                str(error), code="partition.unknown", hint="keys look like '%s'" % self._example()
            ) from None

    def _example(self) -> str:
        return self._space.key_at(self._space.start_of(0))

    def _positions(self, window: TimeWindow) -> Ranges:
        start, stop = window.start.timestamp(), window.end.timestamp()
        return Ranges.span(self._space.position_from(start), self._space.position_from(stop))

    def _at_position(self, position: int) -> TimeWindow:
        return self._pair((self._space.start_of(position), self._space.end_of(position)))

    def _pair(self, pair: Any) -> TimeWindow:
        return TimeWindow(self._at(pair[0]), self._at(pair[1]))

    def _at(self, instant: float) -> datetime:
        return date_and_time(instant, self._space.zone)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeWindowPartitionsDefinition) and self._space == other._space

    def __hash__(self) -> int:
        return hash((self._space.cron, self._space.start, self._space.fmt, self._space.timezone))

    def __repr__(self) -> str:
        left_out = ", exclusions=%s" % self.exclusions if self.exclusions else ""
        return (
            "TimeWindowPartitionsDefinition(start=%s, end=%s, timezone='%s', fmt='%s', "
            "end_offset=%s, cron_schedule='%s')%s"
        ) % (
            self._space.start,
            self._space.end,
            self.timezone,
            self.fmt,
            self.end_offset,
            self.cron_schedule,
            left_out,
        )

    def __str__(self) -> str:
        kind = self.schedule_type
        often = kind.value.capitalize() if kind else self.cron_schedule
        text = "%s, starting %s %s." % (often, self.start.strftime(self.fmt), self.timezone)
        if self.end_offset:
            many = "" if self.end_offset == 1 else "s"
            text += " End offsetted by %s partition%s." % (self.end_offset, many)
        return text


def _check_cron(text: Any) -> str:
    try:
        cron(text)
    except (CronError, AttributeError, TypeError) as error:
        raise bad_partitions("windows cannot begin at %.80r: %s" % (text, error)) from None
    return str(text)


def _check_zone(name: Any) -> None:
    try:
        zone(name)
    except (UnknownTimezone, AttributeError) as error:
        raise bad_partitions(str(error), "names are those of the IANA database") from None


def _instant(value: Any, name: str, fmt: str, what: str) -> float:
    """Seconds since 1970 of a time, or of what is written in the format of the keys."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=zone(name)).timestamp()
    space = TimeWindowSpace(cron="0 0 * * *", start=0, fmt=fmt, timezone=name)
    found = space.parse(value) if isinstance(value, str) else None
    if found is None:
        raise bad_partitions(
            "%s is %.80r, which is not written like fmt='%s'" % (what, value, fmt),
            "write it like '%s', or give a datetime" % date_and_time(0, zone(name)).strftime(fmt),
        )
    return found
