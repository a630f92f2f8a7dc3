# ruff: noqa: DTZ001 (users write naive times, which are taken in the zone of the partitions)
from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from atoll import (
    AllPartitionMapping,
    DailyPartitionsDefinition,
    DefinitionError,
    DimensionPartitionMapping,
    HourlyPartitionsDefinition,
    IdentityPartitionMapping,
    LastPartitionMapping,
    MonthlyPartitionsDefinition,
    MultiPartitionMapping,
    MultiPartitionsDefinition,
    MultiToSingleDimensionPartitionMapping,
    PartitionMapping,
    SpecificPartitionsPartitionMapping,
    StaticPartitionMapping,
    StaticPartitionsDefinition,
    TimeWindowPartitionMapping,
    WeeklyPartitionsDefinition,
    partition_loading_context,
)
from atoll.definitions.partitions.mapping import infer_partition_mapping
from atoll_wire.partitions.mapping import mapping_from_wire

NOW = datetime(2024, 3, 1)
DAYS = DailyPartitionsDefinition("2024-01-01")
HOURS = HourlyPartitionsDefinition("2024-01-01-00:00")
WEEKS = WeeklyPartitionsDefinition("2024-01-01")
ABC = StaticPartitionsDefinition(["a", "b", "c"])
DAYS_ABC = MultiPartitionsDefinition({"abc": ABC, "date": DAYS})


def upstream(mapping: Any, down: Any, keys: list[str], up: Any) -> tuple[list[str], list[str]]:
    with partition_loading_context(NOW):
        subset = down.subset_with_partition_keys(keys) if down else None
        found = mapping.get_upstream_mapped_partitions_result_for_partitions(subset, down, up)
        missing = found.required_but_nonexistent_partition_keys
        return sorted(found.partitions_subset.get_partition_keys()), sorted(missing)


def downstream(mapping: Any, up: Any, keys: list[str], down: Any) -> list[str]:
    with partition_loading_context(NOW):
        subset = up.subset_with_partition_keys(keys)
        found = mapping.get_downstream_partitions_for_partitions(subset, up, down)
        return sorted(found.get_partition_keys())


def test_windows_map_by_overlap() -> None:
    mapping = TimeWindowPartitionMapping()
    hours, missing = upstream(mapping, DAYS, ["2024-01-02"], HOURS)

    assert (len(hours), hours[0], hours[-1]) == (24, "2024-01-02-00:00", "2024-01-02-23:00")
    assert missing == []
    assert downstream(mapping, HOURS, ["2024-01-02-07:00"], DAYS) == ["2024-01-02"]
    assert upstream(mapping, DAYS, ["2024-01-08"], WEEKS)[0] == ["2024-01-07"]
    assert len(downstream(mapping, WEEKS, ["2024-01-07"], DAYS)) == 7


def test_offsets_are_in_downstream_windows_and_stay_inside() -> None:
    before = TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)

    assert upstream(before, DAYS, ["2024-01-02"], DAYS) == (["2024-01-01"], [])
    assert upstream(before, DAYS, ["2024-01-01"], DAYS) == ([], [])
    assert downstream(before, DAYS, ["2024-01-01"], DAYS) == ["2024-01-02"]


def test_windows_before_the_first_are_missing_unless_allowed() -> None:
    late = DailyPartitionsDefinition("2024-01-03")
    found = upstream(TimeWindowPartitionMapping(), DAYS, ["2024-01-02", "2024-01-03"], late)
    allowed = TimeWindowPartitionMapping(allow_nonexistent_upstream_partitions=True)

    assert found == (["2024-01-03"], ["2024-01-02"])
    assert upstream(allowed, DAYS, ["2024-01-02"], late) == ([], [])


def test_windows_of_different_zones_do_not_map() -> None:
    berlin = DailyPartitionsDefinition("2024-01-01", timezone="Europe/Berlin")
    with pytest.raises(DefinitionError, match=r"'UTC' and 'Europe/Berlin'|'Europe/Berlin'"):
        TimeWindowPartitionMapping().validate_partition_mapping(berlin, DAYS)


def test_same_keys() -> None:
    mapping = IdentityPartitionMapping()
    bcd = StaticPartitionsDefinition(["b", "c", "d"])

    assert upstream(mapping, ABC, ["a", "b"], bcd) == (["b"], ["a"])
    assert downstream(mapping, ABC, ["a", "b"], bcd) == ["b"]
    late = DailyPartitionsDefinition("2024-01-03")
    assert upstream(mapping, DAYS, ["2024-01-02", "2024-01-03"], late) == (
        ["2024-01-03"],
        ["2024-01-02"],
    )


def test_all_last_and_specific() -> None:
    assert upstream(AllPartitionMapping(), None, [], ABC)[0] == ["a", "b", "c"]
    assert upstream(LastPartitionMapping(), None, [], DAYS)[0] == ["2024-02-29"]
    some = SpecificPartitionsPartitionMapping(["a", "z"])
    assert upstream(some, None, [], ABC) == (["a"], ["z"])
    assert downstream(some, ABC, ["b"], DAYS) == []
    assert len(downstream(LastPartitionMapping(), ABC, ["c"], DAYS)) == 60


def test_listed_keys() -> None:
    mapping = StaticPartitionMapping({"a": ["x", "y"], "b": "y"})
    xy = StaticPartitionsDefinition(["x", "y"])

    assert upstream(mapping, xy, ["y"], ABC)[0] == ["a", "b"]
    assert downstream(mapping, ABC, ["a"], xy) == ["x", "y"]
    with pytest.raises(ValueError, match=r"downstream partitions have no key \['y'\]"):
        mapping.validate_partition_mapping(ABC, StaticPartitionsDefinition(["x"]))


def test_one_dimension_of_two() -> None:
    mapping = MultiToSingleDimensionPartitionMapping()

    assert upstream(mapping, ABC, ["b"], DAYS_ABC)[0][:2] == ["b|2024-01-01", "b|2024-01-02"]
    assert downstream(mapping, ABC, ["b"], DAYS_ABC)[0] == "b|2024-01-01"
    assert upstream(mapping, DAYS_ABC, ["a|2024-01-01", "a|2024-01-02"], ABC)[0] == ["a"]
    month = MonthlyPartitionsDefinition("2024-01-01")
    assert upstream(mapping, DAYS_ABC, ["a|2024-01-05"], month)[0] == ["2024-01-01"]


def test_two_dimensions_map_one_by_one() -> None:
    weeks_12 = MultiPartitionsDefinition({"n": StaticPartitionsDefinition(["1", "2"]), "w": WEEKS})
    mapping = MultiPartitionMapping(
        {
            "abc": DimensionPartitionMapping("n", StaticPartitionMapping({"a": "1", "b": "2"})),
            "date": DimensionPartitionMapping("w", TimeWindowPartitionMapping()),
        }
    )

    found, _ = upstream(mapping, weeks_12, ["1|2024-01-07"], DAYS_ABC)
    assert (len(found), found[0]) == (7, "a|2024-01-07")
    assert downstream(mapping, DAYS_ABC, ["b|2024-01-09"], weeks_12) == ["2|2024-01-07"]
    dates = MultiPartitionMapping(
        {"date": DimensionPartitionMapping("date", IdentityPartitionMapping())}
    )
    assert upstream(dates, DAYS_ABC, ["a|2024-01-05"], DAYS_ABC)[0] == [
        "a|2024-01-05",
        "b|2024-01-05",
        "c|2024-01-05",
    ]


def test_what_is_not_declared_is_inferred() -> None:
    def kind(up: Any, down: Any) -> type:
        return type(infer_partition_mapping(None, down, up))

    assert kind(DAYS, HOURS) is TimeWindowPartitionMapping
    assert kind(DAYS, None) is AllPartitionMapping
    assert kind(ABC, ABC) is IdentityPartitionMapping
    assert kind(DAYS_ABC, ABC) is MultiToSingleDimensionPartitionMapping
    assert kind(DAYS_ABC, WEEKS) is MultiToSingleDimensionPartitionMapping
    given = LastPartitionMapping()
    assert infer_partition_mapping(given, ABC, ABC) is given


@pytest.mark.parametrize(
    "mapping",
    [
        AllPartitionMapping(),
        TimeWindowPartitionMapping(-1, 2),
        StaticPartitionMapping({"a": {"y", "x"}}),
        SpecificPartitionsPartitionMapping(["a"]),
        MultiPartitionMapping({"a": DimensionPartitionMapping("b", LastPartitionMapping())}),
    ],
)
def test_mappings_travel(mapping: PartitionMapping) -> None:
    assert mapping_from_wire(mapping.to_wire()) == mapping.data()


def test_a_mapping_of_ones_own_is_marked() -> None:
    class Mine(PartitionMapping):
        pass

    assert Mine().to_wire() == {"name": "Mine", "kind": "custom"}
    assert AllPartitionMapping() == AllPartitionMapping() != LastPartitionMapping()
