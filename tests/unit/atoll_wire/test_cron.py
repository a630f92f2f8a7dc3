from __future__ import annotations

from datetime import datetime, timezone
from itertools import islice

import pytest

from atoll_wire.cron import CronError, cron, is_valid_cron, is_valid_cron_schedule, iterate
from atoll_wire.zones import UnknownTimezone, moment, zone


def at(text: str, name: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone(name)).timestamp()


def fires(text: str, start: str, name: str, many: int, ascending: bool = True) -> list[str]:
    found = islice(cron(text).iterate(at(start, name), zone(name), ascending), many)
    return [moment(one, zone(name)).isoformat(timespec="minutes") for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *", "@daily", "@HOURLY", "0 0 L * *", "0 0 1-L * *", "0 0 * * L5", "0 0 * * 5#3",
        "0 0 * * fri-mon", "0 0 * nov-feb *", "0 0 ? * ?", "0 0 31 4 *", "0 0 * * 7",
        "5/15 * * * *",
        "*/90 * * * *", "1-1 * * * *", "0  0 * * *", "0 0 * * mon-fri#1", "0 0 29 2 *",
    ],
)  # fmt: skip
def test_what_is_a_cron_string(text: str) -> None:
    assert is_valid_cron(text)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("60 * * * *", "minute"), ("0 24 * * *", "hour"), ("0 0 0 * *", "day of month"),
        ("0 0 * 13 *", "month"), ("0 0 * january *", "month"), ("0 0 * * 8", "day of week"),
        ("*/0 * * * *", "minute"),
        ("0 0 30 2 *", "day of month"), ("0 0 L-3 * *", "day of month"),
        ("0 0 * * 5#6", "day of week"), ("0 0 * * 1,5#2", "day of week"),
        ("1,,2 * * * *", "minute"),
        ("-1 * * * *", "minute"), ("h * * * *", "minute"), ("0 0 * * L", "day of week"),
        ("0 0 15W * *", "day of month"), ("mon * * * *", "minute"),
    ],
)  # fmt: skip
def test_what_is_none_names_the_field(text: str, field: str) -> None:
    assert not is_valid_cron(text)
    with pytest.raises(CronError) as told:
        cron(text)

    assert (told.value.code, told.value.field) == ("cron.invalid", field)
    assert text in str(told.value)


@pytest.mark.parametrize("text", ["", "* * * *", "* * * * * *", "@reboot", " @daily"])
def test_five_fields_are_needed(text: str) -> None:
    assert not is_valid_cron(text)


def test_several_strings_are_a_schedule_if_all_are_valid() -> None:
    assert is_valid_cron_schedule(["@daily", "0 12 * * *"])
    assert not is_valid_cron_schedule(["@daily", "x"])
    assert not is_valid_cron_schedule([])


def test_a_skipped_time_fires_at_the_end_of_the_gap() -> None:
    found = fires("30 2 * * *", "2024-03-09T00:00", "America/New_York", 3)

    assert found == ["2024-03-09T02:30-05:00", "2024-03-10T03:00-04:00", "2024-03-11T02:30-04:00"]


def test_a_time_that_comes_twice_fires_the_second_time() -> None:
    found = fires("30 1 * * *", "2024-11-02T00:00", "America/New_York", 3)

    assert found == ["2024-11-02T01:30-04:00", "2024-11-03T01:30-05:00", "2024-11-04T01:30-05:00"]


def test_a_day_begins_at_its_first_midnight() -> None:
    found = fires("0 0 * * *", "2024-11-02T12:00", "America/Havana", 2)

    assert found == ["2024-11-03T00:00-04:00", "2024-11-04T00:00-05:00"]


def test_every_hour_is_an_hour_after_the_one_before() -> None:
    found = fires("30 * * * *", "2024-11-03T00:00", "America/New_York", 4)
    skipped = fires("30 * * * *", "2024-03-10T01:00", "America/New_York", 2)

    assert found == [
        "2024-11-03T00:30-04:00",
        "2024-11-03T01:30-04:00",
        "2024-11-03T01:30-05:00",
        "2024-11-03T02:30-05:00",
    ]
    assert skipped == ["2024-03-10T01:30-05:00", "2024-03-10T03:30-04:00"]


def test_backwards_is_forwards_reversed() -> None:
    there = fires("*/20 0-4 * * *", "2024-11-02T20:00", "America/New_York", 30)
    back = fires("*/20 0-4 * * *", there[-1][:16], "America/New_York", 30, ascending=False)

    assert back == there[::-1]


def test_days_of_month_and_week_are_either_or() -> None:
    found = fires("0 0 13 * 5", "2024-09-01T00:00", "UTC", 4)

    assert [one[8:10] for one in found] == ["06", "13", "20", "27"]


def test_last_days_and_nth_weekdays() -> None:
    assert fires("0 0 L 2 *", "2023-01-01T00:00", "UTC", 2) == [
        "2023-02-28T00:00+00:00",
        "2024-02-29T00:00+00:00",
    ]
    assert fires("0 0 * * fri#2", "2024-03-01T00:00", "UTC", 1) == ["2024-03-08T00:00+00:00"]
    assert fires("0 0 * * L5", "2024-03-01T00:00", "UTC", 1) == ["2024-03-29T00:00+00:00"]


def test_what_never_comes_is_told() -> None:
    with pytest.raises(CronError) as told:
        cron("0 0 31 4 *").after(0, timezone.utc)

    assert told.value.code == "cron.never"


def test_after_and_before_leave_the_instant_out_unless_told() -> None:
    daily, now = cron("@daily"), at("2024-01-02T00:00")

    assert daily.after(now, timezone.utc) == at("2024-01-03T00:00")
    assert daily.after(now, timezone.utc, inclusive=True) == now
    assert daily.before(now + 0.5, timezone.utc) == now
    assert daily.before(now, timezone.utc) == at("2024-01-01T00:00")


def test_several_strings_fire_once_where_they_meet() -> None:
    found = islice(iterate(["0 0 * * *", "0 */12 * * *"], "UTC", at("2024-01-01T00:00")), 3)

    assert list(found) == [at("2024-01-01T00:00"), at("2024-01-01T12:00"), at("2024-01-02T00:00")]


def test_a_zone_that_is_none_is_told() -> None:
    with pytest.raises(UnknownTimezone, match="Mars"):
        zone("Mars/Olympus")
