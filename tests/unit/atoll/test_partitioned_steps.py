from __future__ import annotations

from typing import Any, Dict

import pytest

import atoll
from atoll import (
    AssetExecutionContext,
    AssetIn,
    DailyPartitionsDefinition,
    ExecuteInProcessResult,
    HourlyPartitionsDefinition,
    LastPartitionMapping,
    MultiPartitionKey,
    MultiPartitionsDefinition,
    ParameterError,
    PartitionKeyRange,
    PropertyError,
    StaticPartitionsDefinition,
    TimeWindowPartitionMapping,
    asset,
    build_asset_context,
    build_input_context,
    build_output_context,
    materialize,
)
from atoll.errors import InvariantError, StoredValueError
from atoll.io.memory import InMemoryIOManager

DAYS = DailyPartitionsDefinition("2024-01-01")
HOURS = HourlyPartitionsDefinition("2024-01-01-00:00")
ABC = StaticPartitionsDefinition(["a", "b", "c"])
BEFORE = TimeWindowPartitionMapping(start_offset=-1)
RANGE = {
    "dagster/asset_partition_range_start": "2024-01-01",
    "dagster/asset_partition_range_end": "2024-01-03",
}


@asset(partitions_def=DAYS)
def days(context: AssetExecutionContext) -> Any:
    keys = context.partition_keys
    return {key: key[-2:] for key in keys} if len(keys) > 1 else keys[0][-2:]


def made(result: ExecuteInProcessResult, name: str) -> Any:
    return result.output_for_node(name)


def test_a_context_tells_its_partition() -> None:
    seen: dict[str, Any] = {}

    @asset(partitions_def=DAYS)
    def one(context: AssetExecutionContext) -> None:
        seen.update(
            key=context.partition_key,
            keys=context.partition_keys,
            range=context.partition_key_range,
            window=context.partition_time_window,
            output=context.asset_partition_key_for_output(),
            definition=context.asset_partitions_def_for_output(),
            has=(context.has_partition_key, context.has_partition_key_range),
        )

    assert materialize([one], partition_key="2024-01-02").success
    assert seen["key"] == seen["output"] == "2024-01-02"
    assert seen["keys"] == ["2024-01-02"]
    assert seen["range"] == PartitionKeyRange("2024-01-02", "2024-01-02")
    assert seen["window"].end.isoformat() == "2024-01-03T00:00:00+00:00"
    assert seen["definition"] is DAYS
    assert seen["has"] == (True, False)


def test_a_range_is_made_in_one_run_and_stored_by_partition() -> None:
    seen: dict[str, Any] = {}

    @asset(partitions_def=DAYS)
    def total(context: AssetExecutionContext, days: Dict[str, str]) -> Any:
        seen.update(days=days, has=context.has_partition_key, window=context.partition_time_window)
        with pytest.raises(InvariantError, match="for a range"):
            context.partition_key  # noqa: B018
        return dict.fromkeys(context.partition_keys)

    result = materialize([days, total], tags=RANGE)

    assert seen["days"] == {"2024-01-01": "01", "2024-01-02": "02", "2024-01-03": "03"}
    assert not seen["has"]
    assert seen["window"].end.day == 4
    told = [
        e.data["partition"] for e in result.all_events if "MATERIALIZATION" in e.event_type_value
    ]
    assert told == ["2024-01-01", "2024-01-02", "2024-01-03"] * 2


def test_a_range_whose_value_is_no_mapping_is_refused() -> None:
    @asset(partitions_def=DAYS)
    def one() -> int:
        return 1

    with pytest.raises(StoredValueError, match="makes 3 partitions at once"):
        materialize([one], tags=RANGE)


def test_inputs_are_the_partitions_that_the_mapping_says(tmp_path: Any) -> None:
    @asset(
        partitions_def=DAYS, ins={"days": AssetIn(partition_mapping=TimeWindowPartitionMapping(-1))}
    )
    def two_days(context: AssetExecutionContext, days: Dict[str, str]) -> list[str]:
        assert context.asset_partition_keys_for_input("days") == ["2024-01-01", "2024-01-02"]
        assert context.asset_partitions_time_window_for_input("days").start.day == 1
        return sorted(days.values())

    url = str(tmp_path)
    materialize([days], partition_key="2024-01-01", values_url=url)
    result = materialize([days, two_days], partition_key="2024-01-02", values_url=url)

    assert made(result, "two_days") == ["01", "02"]


def test_an_asset_made_whole_gets_all_partitions_or_the_last(tmp_path: Any) -> None:
    @asset(partitions_def=ABC)
    def letter(context: AssetExecutionContext) -> str:
        return context.partition_key.upper()

    @asset
    def word(letter: Dict[str, str]) -> str:
        return "".join(letter.values())

    @asset(ins={"letter": AssetIn(partition_mapping=LastPartitionMapping())})
    def last(letter: str) -> str:
        return letter

    url = str(tmp_path)
    for key in "bac":
        materialize([letter], partition_key=key, values_url=url)
    result = materialize([letter, word, last], selection=["word", "last"], values_url=url)

    assert (made(result, "word"), made(result, "last")) == ("ABC", "C")


def test_a_partition_takes_all_of_an_asset_made_whole() -> None:
    @asset
    def whole() -> int:
        return 3

    @asset(partitions_def=ABC)
    def part(whole: int) -> int:
        return whole + 1

    result = materialize([whole, part], partition_key="a")

    assert made(result, "part") == 4


def test_needed_partitions_that_are_not_there_are_told() -> None:
    late = DailyPartitionsDefinition("2024-01-03")

    @asset(partitions_def=late)
    def source() -> int:
        return 1

    @asset(partitions_def=DAYS)
    def early(source: int) -> int:
        return source

    with pytest.raises(InvariantError) as told:
        materialize([source, early], selection=["early"], partition_key="2024-01-02")
    assert told.value.code == "partition.upstream_missing"


def test_a_key_of_two_dimensions_has_its_parts() -> None:
    seen = []

    @asset(partitions_def=MultiPartitionsDefinition({"date": DAYS, "abc": ABC}))
    def both(context: AssetExecutionContext) -> None:
        seen.append(context.multi_partition_key.keys_by_dimension["date"])
        seen.append(context.partition_key.keys_by_dimension["abc"])  # type: ignore[attr-defined]
        seen.append(context.partition_time_window.start.day)

    key = MultiPartitionKey({"date": "2024-01-02", "abc": "b"})
    materialize([both], partition_key=key)

    assert seen == ["2024-01-02", "b", 2]


def test_contexts_made_by_hand() -> None:
    context = build_asset_context(partition_key_range=PartitionKeyRange("2024-01-01", "2024-01-02"))

    @asset(partitions_def=DAYS)
    def one(context: AssetExecutionContext) -> list[str]:
        return context.partition_keys

    assert context.has_partition_key_range
    assert one(context) == ["2024-01-01", "2024-01-02"]
    alone = build_asset_context(partition_key="2024-01-01")
    with pytest.raises(PropertyError, match="no partitioned asset"):
        alone.partition_time_window  # noqa: B018


def test_what_an_io_manager_is_told() -> None:
    context = build_input_context(
        asset_key="days",
        partition_key="2024-01-02-05:00",
        asset_partitions_def=DAYS,
        asset_partition_key_range=PartitionKeyRange("2024-01-01", "2024-01-02"),
    )

    assert context.partition_key == "2024-01-02-05:00"
    assert context.asset_partition_keys == ["2024-01-01", "2024-01-02"]
    assert context.asset_partition_key_range.end == "2024-01-02"
    assert context.asset_partitions_time_window.end.day == 3
    assert context.asset_partitions_def is DAYS
    with pytest.raises(ParameterError, match="2 of them"):
        context.asset_partition_key  # noqa: B018
    whole = build_output_context(asset_key="a")
    assert not whole.has_asset_partitions
    with pytest.raises(ParameterError, match="not partitioned"):
        whole.asset_partition_keys  # noqa: B018


def test_several_partitions_need_a_parameter_that_holds_them() -> None:
    manager = InMemoryIOManager()
    for key in ("2024-01-01", "2024-01-02"):
        manager.handle_output(build_output_context(asset_key="a", partition_key=key), key[-1])
    arguments: dict[str, Any] = {
        "asset_key": "a",
        "asset_partitions_def": DAYS,
        "asset_partition_key_range": PartitionKeyRange("2024-01-01", "2024-01-02"),
    }

    assert manager.load_input(build_input_context(**arguments)) == {
        "2024-01-01": "1",
        "2024-01-02": "2",
    }
    with pytest.raises(StoredValueError, match="must be a mapping"):
        manager.load_input(build_input_context(dagster_type=int, name="a", **arguments))


def test_a_dependency_that_is_no_parameter_has_partitions_too() -> None:
    seen = []

    @asset(partitions_def=DAYS, deps=[days])
    def after(context: AssetExecutionContext) -> None:
        seen.append(context.asset_partition_key_for_input("days"))

    materialize([days, after], partition_key="2024-01-02")

    assert seen == ["2024-01-02"]


def test_an_asset_may_depend_on_its_own_earlier_partitions_only() -> None:
    def made(offset: int) -> atoll.AssetsDefinition:
        mapping = atoll.TimeWindowPartitionMapping(start_offset=offset, end_offset=offset)

        @atoll.asset(
            partitions_def=atoll.DailyPartitionsDefinition("2020-01-01"),
            deps=[atoll.AssetDep("running", partition_mapping=mapping)],
        )
        def running() -> None: ...

        return running

    assert atoll.materialize([made(-1)], partition_key="2020-01-02").success
    with pytest.raises(atoll.DefinitionError, match="depends on itself"):
        atoll.Definitions.validate_loadable(atoll.Definitions([made(0)]))
