"""What code that handles definitions asks of assets: their parts, graph, checks and equality."""

from __future__ import annotations

from typing import Any

import pydantic
import pytest

from atoll import (
    AssetCheckKey,
    AssetCheckResult,
    AssetKey,
    AssetOut,
    AssetSelection,
    AssetSpec,
    AutoMaterializePolicy,
    AutomationCondition,
    Definitions,
    SourceAsset,
    asset,
    asset_check,
    define_asset_job,
    materialize_to_memory,
    mem_io_manager,
    multi_asset,
    repository,
    sensor,
)
from atoll.errors import DefinitionError, InvariantError, SubsetError

A, B, C = AssetKey("a"), AssetKey("b"), AssetKey("c")


@multi_asset(
    outs={"a": AssetOut(), "b": AssetOut(), "c": AssetOut()},
    internal_asset_deps={"a": {AssetKey("raw")}, "b": set(), "c": {A, B}},
    can_subset=True,
)
def abc(raw: int) -> Any: ...


@asset_check(asset="orders")
def paid() -> AssetCheckResult:
    return AssetCheckResult(passed=True)


@asset(deps=["elsewhere"])
def orders() -> None: ...


def test_a_part_of_a_function_still_tells_what_all_its_assets_depend_on() -> None:
    part = abc.subset_for({A})

    assert part.keys == {A}
    assert part.asset_deps == {A: {AssetKey("raw")}, B: set(), C: {A, B}}


def test_keys_are_replaced_in_what_a_part_was_not_asked_for_too() -> None:
    part = abc.subset_for({A}).with_attributes(
        asset_key_replacements={A: AssetKey("first"), C: AssetKey("third")}
    )

    assert part.keys == {AssetKey("first")}
    assert part.asset_deps[AssetKey("third")] == {AssetKey("first"), B}
    assert part.node_keys_by_output_name["c"] == AssetKey("third")


def test_a_virtual_asset_says_so_in_its_description() -> None:
    @asset(is_virtual=True)
    def view() -> None: ...

    assert view.get_asset_spec().is_virtual
    assert not orders.get_asset_spec().is_virtual


def test_an_asset_has_one_condition_not_two() -> None:
    with pytest.raises(InvariantError) as raised:
        AssetSpec(
            "a",
            automation_condition=AutomationCondition.eager(),
            auto_materialize_policy=AutoMaterializePolicy.eager(),
        )
    assert raised.value.code == "definition.conflicting_condition"


def test_descriptions_are_fields_of_models() -> None:
    class Holder(pydantic.BaseModel):
        spec: AssetSpec

    Holder.model_rebuild(_types_namespace={"AssetSpec": AssetSpec})
    assert Holder(spec=AssetSpec("a")).spec == AssetSpec("a")
    with pytest.raises(pydantic.ValidationError):
        Holder(spec="a")  # type: ignore[arg-type]


def test_source_assets_that_say_the_same_are_equal() -> None:
    @asset(metadata={"rows": 3}, io_manager_key="lake")
    def made() -> None: ...

    source = SourceAsset("made", metadata={"rows": 3}, io_manager_key="lake")

    assert made.to_source_asset() == source
    assert made.to_source_asset() != SourceAsset("made", metadata={"rows": 4})
    assert source.get_io_manager_key() == "lake"
    assert SourceAsset("plain").get_io_manager_key() == "io_manager"


def test_the_graph_tells_both_directions() -> None:
    graph = Definitions([orders]).resolve_asset_graph().asset_dep_graph

    assert graph["upstream"] == {orders.key: {AssetKey("elsewhere")}, AssetKey("elsewhere"): set()}
    assert graph["downstream"][AssetKey("elsewhere")] == {orders.key}


def test_a_selection_of_checks_names_one_that_there_is() -> None:
    defs = Definitions([orders], asset_checks=[paid])
    known, typo = AssetCheckKey(orders.key, "paid"), AssetCheckKey(orders.key, "payed")

    assert AssetSelection.checks(known).resolve_checks(defs) == {known}
    with pytest.raises(SubsetError, match="payed") as raised:
        AssetSelection.checks(known, typo).resolve_checks(defs)
    assert "orders:paid" in str(raised.value.hint)
    assert AssetSelection.checks(known, typo).resolve_checks(defs, allow_missing=True) == {known}


def test_what_a_sensor_is_given_to_run_is_offered_with_it() -> None:
    @sensor(target=orders)
    def arrivals() -> None: ...

    defs = Definitions(sensors=[arrivals], jobs=[define_asset_job("all", selection=[orders])])

    assert defs.resolve_assets_def("orders") is orders
    assert defs.get_job_def("all").execute_in_process().success


def test_what_a_sensor_is_given_to_run_is_offered_once() -> None:
    @sensor(target=[orders])
    def arrivals() -> None: ...

    alone, beside = Definitions(sensors=[arrivals]), Definitions([orders], sensors=[arrivals])
    regrouped = orders.map_asset_specs(lambda spec: spec.replace_attributes(group_name="shop"))

    assert beside.assets == [orders]
    assert Definitions.merge(alone, Definitions([orders])).assets == [orders]
    assert Definitions.merge(alone, Definitions([regrouped])).assets == [regrouped]


@pytest.mark.parametrize("name", ["io_manager", "lake"])
def test_values_kept_in_memory_need_no_io_manager(name: str) -> None:
    @asset(io_manager_key="lake")
    def stored() -> int:
        return 1

    assert materialize_to_memory([stored], resources={"other": 1}).success
    with pytest.raises(InvariantError, match=name) as raised:
        materialize_to_memory([stored], resources={name: mem_io_manager})
    assert raised.value.code == "definition.io_manager_given"


def test_kinds_are_said_in_one_way() -> None:
    with pytest.raises(DefinitionError, match="compute_kind") as raised:

        @multi_asset(specs=[AssetSpec("a", kinds={"sql"})], compute_kind="python")
        def both() -> None: ...

    assert raised.value.code == "definition.bad_kind"


def test_a_job_finds_what_it_selects_in_the_graph() -> None:
    graph = Definitions([orders, abc], asset_checks=[paid]).resolve_asset_graph()
    job = define_asset_job("some", selection=[orders]).resolve(graph)

    assert job.selected_asset_keys == {orders.key}
    assert job.selected_checks == ["orders:paid"]


def test_a_job_takes_other_metadata() -> None:
    job = define_asset_job("all_orders", metadata={"team": "sales"})

    assert job.with_metadata({"team": "ops"}).metadata == {"team": "ops"}
    assert job.metadata == {"team": "sales"}


def test_a_repository_tells_its_checks_and_whether_it_loads() -> None:
    @repository
    def shop() -> Any:
        return [orders, paid]

    assert shop.asset_checks_defs_by_key == {AssetCheckKey(orders.key, "paid"): paid}
    assert shop.get_all_asset_specs() == [orders.get_asset_spec()]
    shop.validate_loadable()


def test_a_graph_is_made_of_assets_alone() -> None:
    from atoll.graph.asset_graph import AssetGraph

    graph = AssetGraph.from_assets([orders, paid])

    assert graph.has(orders.key)
    assert paid in graph.assets_defs
