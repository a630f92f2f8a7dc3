"""Jobs in partitions, run in this process."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from atoll import (
    DagsterInstance,
    Definitions,
    DynamicPartitionsDefinition,
    StaticPartitionsDefinition,
    UnknownPartitionError,
    asset,
    define_asset_job,
    job,
    op,
    static_partitioned_config,
)


@op
def look(context: Any) -> str:
    return str(context.partition_key)


def test_an_unknown_partition_is_refused_before_anything_runs() -> None:
    asked: List[str] = []

    @static_partitioned_config(["north"], tags_for_partition_key_fn=lambda key: {"at": {"in": key}})
    def regional(key: str) -> Dict[str, Any]:
        asked.append(key)
        return {}

    @job(config=regional)
    def by_region() -> None:
        look()

    with pytest.raises(UnknownPartitionError, match="there is no partition 'nroth'"):
        by_region.execute_in_process(partition_key="nroth")
    assert not asked

    result = by_region.execute_in_process(partition_key="north")
    assert result.output_for_node("look") == "north"
    assert result.dagster_run.tags["at"] == '{"in": "north"}'


def test_a_dynamic_partition_is_one_of_the_instance() -> None:
    @job(partitions_def=DynamicPartitionsDefinition(name="regions"))
    def by_region() -> None:
        look()

    with DagsterInstance.ephemeral() as instance:
        with pytest.raises(UnknownPartitionError):
            by_region.execute_in_process(partition_key="north", instance=instance)
        instance.add_dynamic_partitions("regions", ["north"])
        assert by_region.execute_in_process(partition_key="north", instance=instance).success


def test_a_job_of_assets_knows_its_partitions_and_what_it_makes() -> None:
    @asset(partitions_def=StaticPartitionsDefinition(["north"]))
    def sales() -> None: ...

    @asset(deps=[sales])
    def report() -> None: ...

    declared = define_asset_job("sell", selection=[sales])
    sell = Definitions(assets=[sales, report], jobs=[declared]).resolve_job_def("sell")

    assert sell.asset_layer.executable_asset_keys == {sales.key}
    assert sell.asset_layer.asset_graph.get(report.key).parent_keys == {sales.key}
    with pytest.raises(UnknownPartitionError):
        sell.execute_in_process(partition_key="south")
    assert sell.execute_in_process(partition_key="north").success
