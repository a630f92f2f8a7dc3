# ruff: noqa: DTZ001 (users write naive times, which are taken in the zone of the partitions)
from __future__ import annotations

import pickle
from datetime import datetime
from typing import Any

import pytest

import atoll
from atoll import (
    DailyPartitionsDefinition,
    DefinitionError,
    DynamicPartitionsDefinition,
    HourlyPartitionsDefinition,
    InvocationError,
    MonthlyPartitionsDefinition,
    MultiPartitionKey,
    MultiPartitionsDefinition,
    ParameterError,
    PartitionKeyRange,
    PartitionsDefinition,
    StaticPartitionsDefinition,
    TimeWindowPartitionsDefinition,
    UnknownPartitionError,
    WeeklyPartitionsDefinition,
    partition_loading_context,
)

DAYS = DailyPartitionsDefinition("2024-01-01")
COLOURS = StaticPartitionsDefinition(["red", "green", "blue"])
BOTH = MultiPartitionsDefinition({"date": DAYS, "colour": COLOURS})
NOW = datetime(2024, 1, 4)


class Store:
    def get_dynamic_partitions(self, partitions_def_name: str) -> list[str]:
        return {"fruit": ["apple", "pear"]}[partitions_def_name]


def test_days_that_have_ended_are_there() -> None:
    assert DAYS.get_partition_keys(current_time=NOW) == ["2024-01-01", "2024-01-02", "2024-01-03"]
    assert DAYS.get_partition_keys(current_time=datetime(2024, 1, 1, 23)) == []
    with partition_loading_context(NOW):
        assert DAYS.get_num_partitions() == 3
        assert DAYS.get_last_partition_key() == "2024-01-03"
        assert DAYS.has_partition_key("2024-01-02")
        assert not DAYS.has_partition_key("2024-01-04")
        assert not DAYS.has_partition_key("2024-1-2")
        assert DAYS.get_next_partition_key("2024-01-03") is None


@pytest.mark.parametrize(
    ("definition", "keys"),
    [
        (DailyPartitionsDefinition("2024-01-01", end_offset=1), ["01", "02", "03", "04"]),
        (DailyPartitionsDefinition("2024-01-01", end_offset=-1), ["01", "02"]),
        (DailyPartitionsDefinition("2024-01-01", "2024-01-03"), ["01", "02"]),
        (DailyPartitionsDefinition("2024-01-01", exclusions=["0 0 * * 2"]), ["01", "03"]),
        (DailyPartitionsDefinition("2024-01-01", exclusions=[datetime(2024, 1, 1)]), ["02", "03"]),
        (DailyPartitionsDefinition("2024-01-01", hour_offset=1), ["01", "02"]),
    ],
)
def test_what_is_there_can_be_bent(definition: Any, keys: list[str]) -> None:
    found = definition.get_partition_keys(current_time=NOW)

    assert found == ["2024-01-" + key for key in keys]


def test_a_window_is_what_clocks_show() -> None:
    days = DailyPartitionsDefinition("2024-03-09", timezone="America/New_York")
    window = days.time_window_for_partition_key("2024-03-10")

    assert window.start.isoformat() == "2024-03-10T00:00:00-05:00"
    assert window.end.isoformat() == "2024-03-11T00:00:00-04:00"


def test_the_hour_that_comes_twice_has_two_keys() -> None:
    hours = HourlyPartitionsDefinition("2024-11-03-00:00", timezone="America/New_York")
    keys = hours.get_partition_keys(current_time=datetime(2024, 11, 3, 3))

    assert keys[1:3] == ["2024-11-03-01:00", "2024-11-03-01:00-0500"]
    assert [hours.time_window_for_partition_key(key).start.timestamp() for key in keys] == [
        1730606400 + 3600 * n for n in range(len(keys))
    ]


def test_a_million_windows_are_never_listed() -> None:
    minutes = TimeWindowPartitionsDefinition(
        start="1990-01-01", fmt="%Y-%m-%d", cron_schedule="* * * * *", timezone="Europe/Berlin"
    )
    with partition_loading_context(datetime(2024, 1, 1)):
        assert minutes.get_num_partitions() == 17_881_920
        everything = minutes.subset_with_all_partitions()
        assert len(everything) == 17_881_920
        assert len(everything - everything) == 0


def test_cron_strings_of_the_regular_ones() -> None:
    assert WeeklyPartitionsDefinition("2024-01-01", day_offset=3).cron_schedule == "0 0 * * 3"
    months = MonthlyPartitionsDefinition("2024-01-01", day_offset=5, minute_offset=7)
    assert months.cron_schedule == "7 0 5 * *"
    assert (months.day_offset, months.hour_offset, months.minute_offset) == (5, 0, 7)
    assert months.get_cron_schedule(hour_of_day=3) == "7 3 5 * *"
    assert months.schedule_type is atoll.ScheduleType.MONTHLY
    with pytest.raises(ParameterError, match="begin at no hour"):
        HourlyPartitionsDefinition("2024-01-01-00:00").get_cron_schedule(hour_of_day=3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: DailyPartitionsDefinition("yesterday"),
        lambda: DailyPartitionsDefinition("2024-01-01", timezone="Mars/Olympus"),
        lambda: HourlyPartitionsDefinition("2024-01-01-00:00", minute_offset=75),
        lambda: DailyPartitionsDefinition("2024-01-01", exclusions=["often"]),
        lambda: StaticPartitionsDefinition(["a", "a"]),
        lambda: StaticPartitionsDefinition(["a...b"]),
        lambda: DynamicPartitionsDefinition(),
        lambda: MultiPartitionsDefinition({"a": COLOURS, "b": BOTH}),
        lambda: MultiPartitionsDefinition({"a": DAYS, "b": StaticPartitionsDefinition(["a|b"])}),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_line(make: Any) -> None:
    with pytest.raises(DefinitionError) as told:
        make()

    assert told.value.code == "definition.bad_partitions"
    assert told.value.file == __file__


def test_ranges_of_keys() -> None:
    assert COLOURS.get_partition_keys_in_range(PartitionKeyRange("green", "blue")) == [
        "green",
        "blue",
    ]
    assert DAYS.get_partition_keys_in_range(PartitionKeyRange("2024-01-30", "2024-02-01")) == [
        "2024-01-30",
        "2024-01-31",
        "2024-02-01",
    ]
    keys = BOTH.get_partition_keys_in_range(PartitionKeyRange("red|2024-01-01", "green|2024-01-02"))
    assert len(keys) == 4
    with pytest.raises(InvocationError, match="no 'gren'"):
        COLOURS.get_partition_keys_in_range(PartitionKeyRange("red", "gren"))
    with pytest.raises(ParameterError, match="before the first"):
        DAYS.get_partition_keys_in_range(PartitionKeyRange("2023-12-31", "2024-01-02"))


def test_keys_of_two_dimensions() -> None:
    key = MultiPartitionKey({"date": "2024-01-01", "colour": "red"})

    assert key == "red|2024-01-01"
    assert pickle.loads(pickle.dumps(key)).keys_by_dimension == key.keys_by_dimension
    assert BOTH.get_partition_keys(current_time=NOW)[0].keys_by_dimension["colour"] == "red"
    with partition_loading_context(NOW):
        assert BOTH.get_num_partitions() == 9
        assert BOTH.has_partition_key(key)
        assert not BOTH.has_partition_key("red")
        assert str(BOTH.get_last_partition_key()) == "blue|2024-01-03"
        assert len(BOTH.get_multipartition_keys_with_dimension_value("colour", "red")) == 3
    assert BOTH.get_tags_for_partition_key(key) == {
        "dagster/partition": "red|2024-01-01",
        "dagster/partition/colour": "red",
        "dagster/partition/date": "2024-01-01",
    }
    assert BOTH.time_window_for_partition_key(key).start.day == 1


def test_dynamic_keys_are_known_to_a_deployment() -> None:
    fruit = DynamicPartitionsDefinition(name="fruit")

    assert fruit.get_partition_keys(dynamic_partitions_store=Store()) == ["apple", "pear"]
    with partition_loading_context(dynamic_partitions_store=Store()):
        assert fruit.has_partition_key("pear")
        assert fruit.get_last_partition_key() == "pear"
    with pytest.raises(ParameterError) as told:
        fruit.get_partition_keys()
    assert told.value.code == "partition.no_store"
    assert fruit.build_add_request(["kiwi"]) == ("fruit", ["kiwi"])


def test_a_key_that_is_none_is_told() -> None:
    with pytest.raises(UnknownPartitionError, match="2024-01-01"):
        DAYS.time_window_for_partition_key("today")
    with pytest.raises(ValueError, match="did you mean 'green'"):
        COLOURS.validate_partition_key("gren")


def test_equal_definitions_are_equal() -> None:
    same = TimeWindowPartitionsDefinition(
        start=datetime(2024, 1, 1), fmt="%Y-%m-%d", cron_schedule="0 0 * * *"
    )

    assert same == DAYS
    assert hash(same) == hash(DAYS)
    assert DailyPartitionsDefinition("2024-01-02") != DAYS
    assert StaticPartitionsDefinition(["red", "green", "blue"]) == COLOURS
    assert MultiPartitionsDefinition({"colour": COLOURS, "date": same}) == BOTH
    assert pickle.loads(pickle.dumps(BOTH)) == BOTH


def test_subsets_of_days_are_ranges() -> None:
    with partition_loading_context(datetime(2024, 2, 1)):
        some = DAYS.subset_with_partition_keys(["2024-01-01", "2024-01-02", "2024-01-05", "1999"])
        other = DAYS.empty_subset().with_partition_key_range(
            DAYS, PartitionKeyRange("2024-01-02", "2024-01-04")
        )

        assert some.get_partition_key_ranges(DAYS) == [
            ("2024-01-01", "2024-01-02"),
            ("2024-01-05", "2024-01-05"),
        ]
        assert (some & other).get_partition_keys() == ["2024-01-02"]
        assert len(some | other) == 5
        assert list((some - other).get_partition_keys()) == ["2024-01-01", "2024-01-05"]
        assert "2024-01-05" in some
        assert "2024-01-04" not in some
        assert DAYS.deserialize_subset(some.serialize()) == some


def test_subsets_of_keys_are_sets() -> None:
    some = COLOURS.subset_with_partition_keys(["red", "blue"])

    assert some.get_partition_key_ranges(COLOURS) == [("red", "red"), ("blue", "blue")]
    assert list(some.get_partition_keys_not_in_subset(COLOURS)) == ["green"]
    assert COLOURS.deserialize_subset(some.serialize()) == some


def test_a_definition_of_ones_own_lists_its_keys() -> None:
    class Evens(PartitionsDefinition[str]):
        def get_partition_keys(self, *_: Any, **__: Any) -> list[str]:
            return ["0", "2", "4"]

    evens = Evens()

    assert evens.get_num_partitions() == 3
    assert evens.has_partition_key("4")
    assert evens.to_wire() == {"name": "Evens", "kind": "unknown"}


def test_pages_of_keys() -> None:
    first = COLOURS.get_paginated_partition_keys(None, 2, ascending=False)
    rest = COLOURS.get_paginated_partition_keys(None, 2, ascending=False, cursor=first.cursor)

    assert (first.results, first.has_more) == (["blue", "green"], True)
    assert (rest.results, rest.has_more) == (["red"], False)


def test_config_of_a_run_comes_from_its_partition() -> None:
    @atoll.daily_partitioned_config(
        start_date="2024-01-01", tags_for_partition_fn=lambda start, _end: {"day": start.day}
    )
    def config(start: datetime, end: datetime) -> dict[str, Any]:
        return {"ops": {"a": {"config": {"hours": (end - start).total_seconds() / 3600}}}}

    assert config.get_run_config_for_partition_key("2024-01-02") == {
        "ops": {"a": {"config": {"hours": 24.0}}}
    }
    assert config.get_tags_for_partition_key("2024-01-02", "job") == {
        "day": "2",
        "dagster/partition": "2024-01-02",
        "dagster/partition_set": "job_partition_set",
    }
    assert config(datetime(2024, 1, 1), datetime(2024, 1, 2))

    @atoll.static_partitioned_config(["a"])
    def listed(key: str) -> atoll.RunConfig:
        return atoll.RunConfig(ops={key: {}})

    assert set(listed.get_run_config_for_partition_key("a")["ops"]) == {"a"}


def test_backfill_policies() -> None:
    assert atoll.BackfillPolicy.single_run().max_partitions_per_run is None
    assert str(atoll.BackfillPolicy.multi_run(5)) == (
        "BackfillPolicy.multi_run(max_partitions_per_run=5)"
    )
