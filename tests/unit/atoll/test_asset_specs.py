"""Descriptions of assets: what they hold, what they take, and when two are the same."""

from __future__ import annotations

from typing import Any

import pytest

import atoll
from atoll import (
    AssetCheckSpec,
    AssetDep,
    AssetKey,
    AssetOut,
    AssetSpec,
    LastPartitionMapping,
    asset,
    multi_asset,
)
from atoll.definitions.assets.specs import map_asset_specs


def test_kinds_are_tags_too() -> None:
    spec = AssetSpec("a", tags={"t": "1", "dagster/kind/dbt": ""}, kinds={"python"})

    assert spec.kinds == {"dbt", "python"}
    assert spec.tags == {"t": "1", "dagster/kind/dbt": "", "dagster/kind/python": ""}
    assert spec.plain_tags == {"t": "1"}


def test_replacing_tags_keeps_kinds_and_the_reverse() -> None:
    spec = AssetSpec("a", tags={"t": "1"}, kinds={"python"})

    assert spec.replace_attributes(tags={"u": "2"}).tags == {"u": "2", "dagster/kind/python": ""}
    assert spec.replace_attributes(kinds={"dbt"}).tags == {"t": "1", "dagster/kind/dbt": ""}
    assert spec.merge_attributes(kinds={"dbt"}).kinds == {"dbt", "python"}
    assert AssetOut.from_spec(spec).to_spec("a", [], {}).tags == spec.tags


def test_specs_that_say_the_same_are_equal_wherever_they_are_written() -> None:
    first = AssetSpec("a", deps=["b"], metadata={"x": 1})
    second = AssetSpec("a", deps=["b"], metadata={"x": 1})

    assert first == second and hash(first) == hash(second)
    assert first != AssetSpec("a", deps=["c"], metadata={"x": 1})


@pytest.mark.parametrize(
    "given",
    [
        {"owners": ["team:Data Engineering"]},
        {"owners": ["me@example.com"]},
        {"tags": {"space.one/key-1": "v_1.0"}},
        {"tags": {"empty": ""}},
        {"group_name": "marketing/emails"},
    ],
)
def test_what_an_attribute_may_be(given: Any) -> None:
    spec = AssetSpec("a", **given)

    for name, value in given.items():
        assert getattr(spec, name) == value


@pytest.mark.parametrize(
    "given, code",
    [
        ({"owners": ["team:"]}, "definition.bad_owner"),
        ({"owners": ["bob"]}, "definition.bad_owner"),
        ({"tags": {"a/b/c": "x"}}, "definition.bad_tag"),
        ({"tags": {"a" * 64: "x"}}, "definition.bad_tag"),
        ({"tags": {"a": "two words"}}, "definition.bad_tag"),
        ({"tags": {"a": "x" * 64}}, "definition.bad_tag"),
        ({"kinds": set("abcdefghijk")}, "definition.bad_kind"),
        ({"group_name": "/a"}, "definition.bad_name"),
        ({"group_name": "a//b"}, "definition.bad_name"),
    ],
)
def test_what_it_may_not_be(given: Any, code: str) -> None:
    with pytest.raises(atoll.DefinitionError) as caught:
        AssetSpec("a", **given)

    assert caught.value.code == code


def test_one_dependency_cannot_be_meant_in_two_ways() -> None:
    mapped = AssetDep("b", partition_mapping=LastPartitionMapping())

    with pytest.raises(atoll.InvariantError) as caught:
        AssetSpec("a", deps=["b", mapped])

    assert caught.value.code == "definition.conflicting_deps"
    assert len(AssetSpec("a", deps=["b", "b", AssetDep("b")]).deps) == 1


def test_partition_mappings_stand_by_key() -> None:
    spec = AssetSpec("a", deps=["c", AssetDep("b", partition_mapping=LastPartitionMapping())])

    assert spec.partition_mappings == {AssetKey("b"): LastPartitionMapping()}


def test_inputs_have_names_even_where_no_parameter_takes_them() -> None:
    @asset(deps=["in-1", AssetKey(["p", "q"]), "up"])
    def a(up: int) -> None: ...

    assert a.keys_by_input_name == {
        "up": AssetKey("up"),
        "in_1": AssetKey("in-1"),
        "p_q": AssetKey("p/q"),
    }
    assert a.input_names == ["up", "in_1", "p_q"]


def test_what_a_function_makes_itself_is_no_input_of_it() -> None:
    @multi_asset(specs=[AssetSpec("m", deps=["up"]), AssetSpec("n", deps=["m", "z"])])
    def both() -> None: ...

    assert both.input_names == ["up", "z"]


def test_a_part_knows_what_its_function_would_make_and_check() -> None:
    @multi_asset(
        specs=[AssetSpec("a"), AssetSpec("b")],
        check_specs=[AssetCheckSpec("c", asset="a"), AssetCheckSpec("c", asset="b")],
        can_subset=True,
    )
    def both() -> None: ...

    part = both.subset_for({AssetKey("a")})

    assert list(part.keys_by_output_name) == ["a"]
    assert list(part.node_keys_by_output_name) == ["a", "b"]
    assert [spec.asset_key for spec in part.check_specs] == [AssetKey("a")]
    assert len(part.node_check_specs_by_output_name) == 2


def test_renaming_an_asset_renames_what_is_checked() -> None:
    @asset(check_specs=[AssetCheckSpec("c", asset="a", additional_deps=["b"])])
    def a() -> None: ...

    made = a.with_attributes(
        asset_key_replacements={
            AssetKey("a"): AssetKey("x/a"),
            AssetKey("b"): AssetKey("x/b"),
        }
    )

    (check,) = made.check_specs
    assert check.asset_key == AssetKey("x/a")
    assert [dep.asset_key for dep in check.additional_deps] == [AssetKey("x/b")]
    assert a.check_specs[0].asset_key == AssetKey("a")


def test_outputs_are_found_by_key() -> None:
    @asset(check_specs=[AssetCheckSpec("c", asset="a")])
    def a() -> None: ...

    assert a.has_output_for_asset_key(AssetKey("a"))
    assert not a.has_output_for_asset_key(AssetKey("b"))
    assert a.get_spec_for_check_key(a.check_key) == a.check_specs[0]
    with pytest.raises(atoll.InvariantError) as caught:
        a.get_output_name_for_asset_key(AssetKey("b"))
    assert caught.value.code == "definition.unknown_key"


def test_a_function_is_mapped_over_specs_and_assets() -> None:
    @asset
    def a() -> None: ...

    spec, made = map_asset_specs(
        lambda one: one.replace_attributes(group_name="g"), [AssetSpec("b"), a]
    )

    assert (spec.group_name, made.get_asset_spec().group_name) == ("g", "g")


@pytest.mark.parametrize("parts", [["a"], ["a", "b"], ["a/b", "c\\d"], ["a\\/b"]])
def test_an_escaped_key_can_be_read_again(parts: Any) -> None:
    key = AssetKey(parts)

    assert AssetKey.from_escaped_user_string(key.to_escaped_user_string()) == key
