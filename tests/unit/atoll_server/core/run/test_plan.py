"""Plans: from a catalog of several locations to steps in order."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import pairwise

import pytest

from atoll_server.core.catalog import Catalog, Serving, build
from atoll_server.core.run.asset_plan import make_plan
from atoll_server.core.run.plan import Plan, PlanError
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot, ResourceSnapshot, StepSnapshot


def location(
    name: str, steps: list[StepSnapshot], deps: dict[str, list[str]] | None = None
) -> Serving:
    """A location whose assets are those of its steps, and external ones that only have deps."""
    made = {key: step.key for step in steps for key in step.assets}
    deps = deps or {}
    keys = dict.fromkeys([*made, *deps])
    assets = [
        AssetSnapshot(key, made.get(key), deps.get(key, []), file=f"{name}.py", line=7)
        for key in keys
    ]
    return Serving(name, 1, f"id-{name}", LocationSnapshot(assets=assets, steps=steps))


def single(*keys: str) -> list[StepSnapshot]:
    return [StepSnapshot(key, [key]) for key in keys]


def needs(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {step.key: step.needs for step in plan.steps}


def test_steps_come_after_those_they_need_across_locations() -> None:
    catalog = build(
        [
            location("shop", single("c"), {"c": ["b"], "b": []}),
            location("bank", single("a", "b"), {"b": ["a"]}),
        ]
    )
    plan = make_plan(catalog, ["c", "b", "a"])
    assert needs(plan) == {"a": (), "b": ("a",), "c": ("b",)}
    assert [step.location for step in plan.steps] == ["bank", "bank", "shop"]
    assert plan.steps[0].identity == "id-bank"


def test_what_is_not_selected_is_not_waited_for() -> None:
    catalog = build([location("shop", single("a", "b", "c"), {"b": ["a"], "c": ["b"]})])
    assert needs(make_plan(catalog, ["a", "c"])) == {"a": (), "c": ()}


def test_an_external_spec_binds_to_the_real_asset_wherever_it_lies() -> None:
    external = location("shop", [], {"raw": []})
    real = location("bank", single("raw"))
    for order in ([external, real], [real, external]):
        catalog = build(order)
        assert catalog.assets["raw"].location == "bank"
        assert catalog.conflicts == ()


def test_the_first_location_in_the_workspace_has_an_asset_that_two_define() -> None:
    catalog = build([location("shop", single("a")), location("bank", single("a", "b"))])
    assert catalog.assets["a"].location == "shop"
    (conflict,) = catalog.conflicts
    assert conflict.location == "bank"
    assert "shop.py:7" in conflict.message
    assert "bank.py:7" in conflict.message


def test_a_step_that_makes_several_assets_makes_all_unless_it_can_choose() -> None:
    whole = StepSnapshot("both", ["a", "b"])
    choosy = StepSnapshot("some", ["c", "d"], can_subset=True)
    catalog = build([location("shop", [whole, choosy])])
    plan = make_plan(catalog, ["b", "d"])
    assert {step.key: step.assets for step in plan.steps} == {"both": ("a", "b"), "some": ("d",)}


def test_steps_of_one_name_in_two_locations_have_keys_of_their_own() -> None:
    catalog = build(
        [
            location("shop", [StepSnapshot("load", ["a"])]),
            location("bank", [StepSnapshot("load", ["b"])], {"b": ["a"]}),
        ]
    )
    assert needs(make_plan(catalog, ["a", "b"])) == {"load": (), "load@bank": ("load",)}


def test_a_cycle_across_locations_is_told_step_by_step() -> None:
    catalog = build(
        [
            location("shop", single("a"), {"a": ["b"]}),
            location("bank", single("b", "c"), {"b": ["a"], "c": ["b"]}),
        ]
    )
    with pytest.raises(PlanError) as caught:
        make_plan(catalog, ["a", "b", "c"])
    assert caught.value.code == "plan.cycle"
    assert '"b" (in bank) needs "a" (in shop) needs "b"' in str(caught.value)


def test_only_external_assets_are_nothing_to_do() -> None:
    with pytest.raises(PlanError) as caught:
        make_plan(build([location("shop", [], {"raw": []})]), ["raw"])
    assert caught.value.code == "plan.nothing_to_do"


def test_an_unknown_asset_is_named() -> None:
    with pytest.raises(PlanError) as caught:
        make_plan(Catalog(), ["nope"])
    assert caught.value.code == "plan.unknown_asset"
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.code, str(copy)) == ("plan.unknown_asset", str(caught.value))


def test_a_plan_survives_storage() -> None:
    plan = make_plan(build([location("shop", single("a", "b"), {"b": ["a"]})]), ["a", "b"])
    assert Plan.from_data(plan.to_data()) == plan


def test_a_long_chain_is_planned_without_recursion() -> None:
    keys = [f"a{number}" for number in range(3000)]
    deps = {key: [before] for before, key in pairwise(keys)}
    plan = make_plan(build([location("shop", single(*keys), deps)]), keys)
    assert [step.key for step in plan.steps] == keys


def test_a_value_that_a_location_could_not_keep_is_refused_before_any_step_starts() -> None:
    near = location("bank", single("rates"))
    far = replace(location("shop", single("orders")), reaches_values=False)
    with pytest.raises(PlanError, match=r'shop cannot reach .* "orders"') as caught:
        make_plan(build([near, far]), ["orders", "rates"])
    assert caught.value.code == "plan.values_out_of_reach"
    make_plan(build([near, far]), ["rates"])


def test_whoever_brings_an_io_manager_needs_no_folder_of_the_deployment() -> None:
    far = replace(location("shop", single("orders")), reaches_values=False)
    own = replace(far.snapshot, resources=[ResourceSnapshot("io_manager")])
    make_plan(build([replace(far, snapshot=own)]), ["orders"])
    named = [replace(asset, io_manager_key="warehouse") for asset in far.snapshot.assets]
    make_plan(build([replace(far, snapshot=replace(far.snapshot, assets=named))]), ["orders"])
