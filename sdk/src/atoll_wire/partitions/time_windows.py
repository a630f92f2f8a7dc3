"""Partitions that are windows of time, by a cron string: any number of them, none ever listed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from math import floor
from typing import List, Optional, Tuple

from atoll_wire.cron import Cron, cron
from atoll_wire.partitions.axis import Axis, axis
from atoll_wire.partitions.ranges import Ranges
from atoll_wire.partitions.spaces import Moment, Space
from atoll_wire.zones import moment, zone

_AHEAD_S = 366 * 86400


@dataclass(frozen=True)
class TimeWindowSpace(Space):
    """Windows from one instant of a cron string to the next.

    There are those that begin at `start` or later and have ended by now, plus `end_offset` more,
    none of which ends after `end`. What is excluded is left out, and has no position; the window
    before it still ends where it begins. Positions below 0, or from `count` on, name windows that
    would come before or after: mappings calculate with them.
    """

    cron: str
    """Where windows begin and end."""
    start: float
    """The first window begins here or later; seconds since 1970, UTC."""
    fmt: str
    """How the start of a window is written as its key, in the zone; as `strftime` has it."""
    timezone: str = "UTC"
    end: Optional[float] = None
    """No window ends later."""
    end_offset: int = 0
    """How many more windows there are than have ended by now."""
    excluded_crons: List[str] = field(default_factory=list)
    """A window that begins when one of these fires is left out."""
    excluded_instants: List[float] = field(default_factory=list)
    kind: str = "time_windows"

    @cached_property
    def schedule(self) -> Cron:
        """The cron string."""
        return cron(self.cron)

    @cached_property
    def zone(self) -> tzinfo:
        """The time zone."""
        return zone(self.timezone)

    @property
    def is_daily(self) -> bool:
        """Whether windows go from midnight to midnight, none left out."""
        return self.cron == "0 0 * * *" and not self._excludes

    @property
    def is_hourly(self) -> bool:
        """Whether windows are the hours, none left out."""
        return self.cron == "0 * * * *" and not self._excludes

    def count(self, at: Moment) -> int:
        found = self._ended(at.now) + self.end_offset
        if self.end is not None:
            found = 0 if self.end <= self.start else min(found, self._ended(self.end))
        return max(0, found)

    def key(self, position: int, at: Optional[Moment] = None) -> str:
        """The key of a window, which need not be there yet."""
        return self.key_at(self.start_of(position))

    def position(self, key: str, at: Moment) -> Optional[int]:
        parsed = self.parse(key)
        if parsed is None:
            return None
        position = self.position_from(parsed)
        if not 0 <= position < self.count(at) or self.key(position) != key:
            return None
        return position

    def window(self, key: str) -> Tuple[int, int]:
        """Start and end of the first window that begins at the time of a key, or after it.

        Raises:
            ValueError: the key is not of the format.
        """
        parsed = self.parse(key)
        if parsed is None:
            raise ValueError("'%s' is not written like '%s'" % (key, self.fmt))
        return self.window_from(parsed)

    def window_from(self, instant: float) -> Tuple[int, int]:
        """Start and end of the first window that begins at `instant` or after it."""
        found = self.schedule.after(instant, self.zone, inclusive=True)
        while self.excludes(found):
            found = self.schedule.after(found, self.zone)
        return found, self.schedule.after(found, self.zone)

    def window_before(self, instant: float) -> Tuple[int, int]:
        """Start and end of the last window that has ended at `instant`."""
        end = self.schedule.before(instant, self.zone, inclusive=True)
        while True:
            start = self.schedule.before(end, self.zone)
            if not self.excludes(start):
                return start, end
            end = start

    def start_of(self, position: int) -> int:
        """When a window begins; seconds since 1970, UTC."""
        return self._axis.at(self._first + self._base(position))

    def end_of(self, position: int) -> int:
        """When a window ends."""
        return self._axis.at(self._first + self._base(position) + 1)

    def position_from(self, instant: float) -> int:
        """The position of the first window that begins at `instant` or after it."""
        base = self._axis.position(instant) - self._first
        return base - self._left_out(base)

    def position_at(self, instant: float) -> int:
        """The position of the last window that begins at `instant` or before it."""
        return self.position_from(floor(instant) + 1) - 1

    def key_at(self, start: int) -> str:
        """The key of the window that begins at `start`.

        Where windows are hours or less, the second of two that clocks show alike has its offset
        from UTC appended.
        """
        begins = moment(start, self.zone)
        fmt = self.fmt
        if begins.fold and self.schedule.hourly and "%z" not in fmt:
            fmt += "%z"
        return begins.strftime(fmt)

    def parse(self, key: str) -> Optional[float]:
        """The instant that a key names; None if it is not of the format."""
        for fmt in (self.fmt, self.fmt + "%z"):
            try:
                found = datetime.strptime(key, fmt)  # noqa: DTZ007 (the zone is the space's)
            except ValueError:
                if "%z" in self.fmt:
                    return None
                continue
            return (found if found.tzinfo else found.replace(tzinfo=self.zone)).timestamp()
        return None

    def excludes(self, start: int) -> bool:
        """Whether the window that begins at `start` is left out."""
        return self._excludes and (
            float(start) in self.excluded_instants
            or any(cron(t).after(start, self.zone, True) == start for t in self.excluded_crons)
        )

    def times(self, ranges: Ranges) -> List[Tuple[int, int]]:
        """From when to when each range goes."""
        return [(self.start_of(a), self.end_of(b - 1)) for a, b in ranges.pairs]

    def same_windows(self, other: Space) -> bool:
        """Whether the other's windows and keys are the same, but for the first and the last."""
        return isinstance(other, TimeWindowSpace) and (
            (self.cron, self.timezone, self.fmt, self.excluded_crons, self.excluded_instants)
            == (
                other.cron,
                other.timezone,
                other.fmt,
                other.excluded_crons,
                other.excluded_instants,
            )
        )

    @property
    def _excludes(self) -> bool:
        return bool(self.excluded_crons or self.excluded_instants)

    @cached_property
    def _axis(self) -> Axis:
        return axis(self.cron, self.timezone)

    @cached_property
    def _first(self) -> int:
        return self._axis.position(self.start)

    def _ended(self, now: float) -> int:
        """How many windows have ended by `now`; below 0 if the first one has not begun."""
        base = self._axis.position(floor(now) + 1) - 1 - self._first
        return base - self._left_out(base)

    def _left_out(self, base: int) -> int:
        """How many are left out of the first `base` windows."""
        if not self._excludes or base <= 0:
            return 0
        return bisect_left(self._left_out_until(self._axis.at(self._first + base)), base)

    def _base(self, position: int) -> int:
        """The number that a window has if none is left out."""
        if not self._excludes or position < 0:
            return position
        base = position
        while True:
            known = self._left_out_until(self._axis.at(self._first + base))
            found = position + bisect_right(known, base)
            if found == base:
                return base
            base = found

    def _left_out_until(self, instant: int) -> List[int]:
        """The numbers of the windows that are left out, at least as far as `instant`."""
        left_out, known = self._exclusions
        if known[0] <= instant:
            low, high = known[0], instant + _AHEAD_S
            starts = {int(i) for i in self.excluded_instants if low <= i < high}
            for text in self.excluded_crons:
                for found in cron(text).iterate(low, self.zone):
                    if found >= high:
                        break
                    starts.add(found)
            for start in sorted(starts):
                place = self._axis.position(start)
                if self._axis.at(place) == start:
                    left_out.append(place - self._first)
            known[0] = high
        return left_out

    @cached_property
    def _exclusions(self) -> Tuple[List[int], List[int]]:
        return [], [floor(self.start)]
