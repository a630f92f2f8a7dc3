"""What `Definitions` find by name or key: assets, their graph, checks, jobs."""

from __future__ import annotations

import pytest

import atoll
from atoll import (
    AssetCheckKey,
    AssetKey,
    AssetSelection,
    AssetSpec,
    Definitions,
    asset,
    asset_check,
    define_asset_job,
)
from atoll.definitions.assets.external import external_assets_from_specs


@asset(group_name="g", deps=["elsewhere"])
def one() -> int:
    return 1


@asset
def two(one: int) -> int:
    return one + 1


@asset_check(asset=one)
def positive() -> atoll.AssetCheckResult:
    return atoll.AssetCheckResult(passed=True)


DEFS = Definitions(
    [one, two, AssetSpec("external")],
    jobs=[define_asset_job("first", selection="one")],
    asset_checks=[positive],
)


def test_the_graph_knows_what_each_asset_lies_between() -> None:
    graph = DEFS.resolve_asset_graph()

    assert graph.get("one").parent_keys == {AssetKey("elsewhere")}
    assert graph.get("one").child_keys == {AssetKey("two")}
    assert graph.get("one").group_name == "g"
    assert graph.materializable_asset_keys == {AssetKey("one"), AssetKey("two")}
    assert graph.external_asset_keys == {AssetKey("elsewhere"), AssetKey("external")}
    assert graph.asset_check_keys == {AssetCheckKey(AssetKey("one"), "positive")}


def test_a_selection_is_resolved_against_the_graph() -> None:
    graph = DEFS.resolve_asset_graph()

    assert AssetSelection.assets("one").downstream().resolve(graph) == {
        AssetKey("one"),
        AssetKey("two"),
    }


def test_an_unknown_asset_is_told_with_the_nearest() -> None:
    with pytest.raises(atoll.DefinitionError, match="did you mean 'one'"):
        DEFS.resolve_asset_graph().get("onne")


def test_definitions_of_assets_are_found_whoever_makes_them() -> None:
    assert DEFS.resolve_assets_def("one") is one
    assert DEFS.resolve_assets_def("external").is_external
    with pytest.raises(atoll.InvariantError) as caught:
        DEFS.resolve_assets_def("nowhere")
    assert caught.value.code == "definition.unknown_key"


def test_checks_are_found_by_key() -> None:
    assert DEFS.get_asset_checks_def(AssetCheckKey(AssetKey("one"), "positive")) is positive
    with pytest.raises(atoll.InvariantError):
        DEFS.get_asset_checks_def(AssetCheckKey(AssetKey("one"), "negative"))


def test_all_jobs_are_resolved_the_implicit_one_too() -> None:
    assert [job.name for job in DEFS.resolve_all_job_defs()] == ["first", "__ASSET_JOB"]
    assert not Definitions([AssetSpec("a")]).has_implicit_global_asset_job_def()


def test_the_implicit_job_makes_everything() -> None:
    assert DEFS.resolve_implicit_job_def_def_for_assets([AssetKey("two")]) is not None
    assert DEFS.resolve_implicit_job_def_def_for_assets([AssetKey("external")]) is None


def test_only_the_selected_are_mapped() -> None:
    made = DEFS.map_resolved_asset_specs(
        func=lambda spec: spec.replace_attributes(group_name="new"), selection="two"
    )

    groups = {spec.key.to_user_string(): spec.group_name for spec in made.get_all_asset_specs()}
    assert groups == {"one": "g", "two": "new", "external": None}


def test_a_spec_that_is_there_twice_and_says_the_same_counts_once() -> None:
    assert len(Definitions([AssetSpec("a"), AssetSpec("a")]).get_all_asset_specs()) == 1
    with pytest.raises(atoll.DefinitionError, match="defined twice"):
        Definitions([AssetSpec("a"), AssetSpec("a", description="other")])


def test_external_assets_have_a_definition_each() -> None:
    made = external_assets_from_specs([AssetSpec("a"), AssetSpec("b", deps=["a"])])

    assert [item.key for item in made] == [AssetKey("a"), AssetKey("b")]
    assert not any(item.is_materializable or item.is_executable for item in made)
