"""The five fields of a cron string, read into what they allow."""

from __future__ import annotations

import calendar
import re
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Set, Tuple, Union

_ALIASES = {
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_abbr) if n}
_WEEKDAYS = {name: n for n, name in enumerate(["sun", "mon", "tue", "wed", "thu", "fri", "sat"])}
_NAMES = ("minute", "hour", "day of month", "month", "day of week")
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_WORDS: Tuple[Dict[str, int], ...] = ({}, {}, {}, _MONTHS, _WEEKDAYS)
_MINUTE, _HOUR, _DAY, _MONTH, _WEEKDAY = range(5)
_NTH = re.compile(r"(?P<days>\w+|[a-z]{3}-[a-z]{3})#(?P<nth>\d+)\Z|l(?P<last>\d+)\Z", re.ASCII)
_RANGE = re.compile(r"([^-/]+)-([^-/]+)(?:/(\d+))?\Z", re.ASCII)
_NUMBER = re.compile(r"\d+\Z", re.ASCII)

_LAST = "l"
_Entry = Union[int, str]


class CronError(ValueError):
    """`cron.*`: a string is no cron string, or names no instant.

    Attributes:
        code: `cron.invalid`, or `cron.never` for a day that does not come.
        field: the field that is wrong, such as "hour", where one is.
    """

    def __init__(self, message: str, code: str = "cron.invalid", field: Optional[str] = None):
        super().__init__(message)
        self.code = code
        self.field = field


class Fields(NamedTuple):
    """What a cron string allows; all sequences ascending.

    Attributes:
        minutes: of the hour.
        hours: of the day.
        month_days: days of the month, or None for all.
        last_day: whether the month's last day is among them.
        months: 1 to 12.
        weekdays: days of the week, 0 for Sunday, or None for all.
        nth: (weekday, n) for the n-th such day of the month, n = 0 for the last one.
        every_hour: whether the hour was `*`, or all of them.
        regular: whether only days of the week, or one day of the month up to the 28th, restrict
            the days.
    """

    minutes: Tuple[int, ...]
    hours: Tuple[int, ...]
    month_days: Optional[FrozenSet[int]]
    last_day: bool
    months: FrozenSet[int]
    weekdays: Optional[FrozenSet[int]]
    nth: FrozenSet[Tuple[int, int]]
    every_hour: bool
    regular: bool

    def days(self, year: int, month: int) -> Tuple[int, ...]:
        """The days of a month that are allowed, ascending."""
        if month not in self.months:
            return ()
        first, length = calendar.monthrange(year, month)
        sunday_based = (first + 1) % 7
        if self.nth:
            return tuple(sorted(self._nth_days(sunday_based, length)))
        everyday = range(1, length + 1)
        if self.month_days is None and self.weekdays is None:
            return tuple(everyday)
        return tuple(
            day for day in everyday if self._allows(day, (sunday_based + day - 1) % 7, length)
        )

    def _allows(self, day: int, weekday: int, length: int) -> bool:
        on_weekday = self.weekdays is not None and weekday in self.weekdays
        if self.month_days is None:
            return on_weekday
        return on_weekday or day in self.month_days or (self.last_day and day == length)

    def _nth_days(self, first: int, length: int) -> Set[int]:
        found = set()
        for weekday, nth in self.nth:
            days = range(1 + (weekday - first) % 7, length + 1, 7)
            if nth <= len(days):
                found.add(days[nth - 1])
        return found


def parse_fields(text: str) -> Fields:
    """Read a cron string.

    Raises:
        CronError: `cron.invalid`, it is none; names the field.
    """
    words = _ALIASES.get(text.lower(), text.lower()).split()
    if len(words) != 5:
        what = "no such alias" if text.startswith("@") else "it has %d fields" % len(words)
        raise CronError(
            "'%s' is not a cron string: %s; write minute, hour, day of month, month and day of "
            "week, such as '0 6 * * 1-5'" % (text, what)
        )
    nth: Set[Tuple[int, int]] = set()
    found = [_field(text, place, word, nth) for place, word in enumerate(words)]
    whole = [_whole(place, values, words) for place, values in enumerate(found)]
    if nth and not all(day in {weekday for weekday, _ in nth} for day in found[_WEEKDAY]):
        raise _bad(text, _WEEKDAY, words[_WEEKDAY], "it mixes plain days with those of '#' or 'L'")
    if found[_MONTH] == {2} and len(found[_DAY]) == 1 and found[_DAY] <= {30, 31}:
        raise _bad(text, _DAY, words[_DAY], "February never has this day")
    days = found[_DAY]
    single = len(days) == 1 and all(day in range(1, 29) for day in days)
    regular = not nth and whole[_MONTH] and (whole[_DAY] or (single and whole[_WEEKDAY]))
    return Fields(
        minutes=_numbers(_MINUTE, found, whole),
        hours=_numbers(_HOUR, found, whole),
        month_days=None if whole[_DAY] else frozenset(_plain(days)),
        last_day=_LAST in days,
        months=frozenset(_numbers(_MONTH, found, whole)),
        weekdays=None if whole[_WEEKDAY] else frozenset(_plain(found[_WEEKDAY])),
        nth=frozenset(nth),
        every_hour=whole[_HOUR],
        regular=regular,
    )


def _field(text: str, place: int, word: str, nth: Set[Tuple[int, int]]) -> Set[_Entry]:
    """The values of one field; `*` stands for itself, and so does `l`."""
    if word == "?" and place in (_DAY, _WEEKDAY):
        return {"*"}
    found: Set[_Entry] = set()
    for entry in word.split(","):
        special = _NTH.match(entry) if place == _WEEKDAY else None
        if special is not None and special.group("last"):
            day = _number(text, place, special.group("last"))
            found.add(day)
            nth.add((day, 0))
        elif special is not None:
            which = int(special.group("nth"))
            if not 1 <= which <= 5:
                raise _bad(text, place, entry, "a month has no more than five of a weekday")
            values = _values(text, place, special.group("days"))
            found |= values
            nth |= {(day, which) for day in _plain(values)}
        else:
            found |= _values(text, place, entry)
    return found


def _values(text: str, place: int, entry: str) -> Set[_Entry]:
    if entry == "*" or (entry == _LAST and place == _DAY):
        return {entry}
    low, high = _BOUNDS[place]
    written = entry
    if entry.startswith("*/"):
        written = "%d-%d/%s" % (low, high, entry[2:])
    elif "/" in entry and "-" not in entry:
        start, _, step = entry.partition("/")
        written = "%s-%d/%s" % (start, high, step)
    spanned = _RANGE.match(written)
    if spanned is None:
        return {_number(text, place, entry)}
    end = "31" if place == _DAY and spanned.group(2) == _LAST else spanned.group(2)
    first, last = _number(text, place, spanned.group(1)), _number(text, place, end)
    step_size = int(spanned.group(3) or 1)
    if step_size == 0:
        raise _bad(text, place, entry, "a step of 0 leads nowhere")
    return set(_spanned(first, last, step_size, low, high))


def _spanned(first: int, last: int, step: int, low: int, high: int) -> List[int]:
    """The values of a range. One that ends where it begins is the whole cycle; one that ends before
    it begins goes on from the field's lowest value, with the steps that croniter counts there."""
    if first == last:
        return list(range(low, high + 1, step))
    if first < last:
        return list(range(first, last + 1, step))
    found = list(range(first, high + 1, step))
    left = high - found[-1]
    skipped = step - left if found[-1] - low + step > high - low + 1 and left < step else 0
    return found + list(range(low + skipped, last + 1, step))


def _number(text: str, place: int, word: str) -> int:
    low, high = _BOUNDS[place]
    if _NUMBER.match(word):
        value = int(word)
    elif word in _WORDS[place]:
        value = _WORDS[place][word]
    else:
        names = ", or a name such as '%s'" % next(iter(_WORDS[place])) if _WORDS[place] else ""
        raise _bad(text, place, word, "it takes numbers from %d to %d%s" % (low, high, names))
    if place == _WEEKDAY and value == 7:
        return 0
    if not low <= value <= high:
        raise _bad(text, place, word, "it goes from %d to %d" % (low, high))
    return value


def _whole(place: int, values: Set[_Entry], words: List[str]) -> bool:
    """Whether a field restricts nothing.

    All days of a month written out do restrict beside days of the week: either is enough.
    """
    if "*" in values:
        return True
    low, high = _BOUNDS[place]
    if len(values) != high - low + 1:
        return False
    other = {_DAY: _WEEKDAY, _WEEKDAY: _DAY}.get(place)
    return other is None or "*" in words[other]


def _numbers(place: int, found: List[Set[_Entry]], whole: List[bool]) -> Tuple[int, ...]:
    low, high = _BOUNDS[place]
    return tuple(range(low, high + 1)) if whole[place] else tuple(sorted(_plain(found[place])))


def _plain(values: Set[_Entry]) -> List[int]:
    return [value for value in values if isinstance(value, int)]


def _bad(text: str, place: int, word: str, why: str) -> CronError:
    name = _NAMES[place]
    return CronError(
        "'%s' is not a cron string: '%s' cannot be its %s; %s" % (text, word, name, why),
        field=name,
    )
