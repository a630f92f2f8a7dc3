"""Checks, sources and whole definitions found in modules."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from atoll import (
    AssetCheckResult,
    AssetsDefinition,
    AssetSpec,
    AutomationCondition,
    BackfillPolicy,
    Definitions,
    SourceAsset,
    asset,
    asset_check,
    define_asset_job,
    load_asset_checks_from_current_module,
    load_asset_checks_from_modules,
    load_assets_from_modules,
    load_definitions_from_module,
    load_definitions_from_modules,
)


def _module(**objects: Any) -> ModuleType:
    made = ModuleType("found")
    vars(made).update(objects)
    return made


@asset
def one(source: Any) -> Any: ...


@asset_check(asset=one)
def fine() -> AssetCheckResult:
    return AssetCheckResult(passed=True)


WHOLE = _module(one=one, fine=fine, source=SourceAsset("source"), spec=AssetSpec("spec"))


def test_checks_are_found_under_the_prefix_of_their_assets() -> None:
    (found,) = load_asset_checks_from_modules([WHOLE], asset_key_prefix="p")

    assert [key.to_user_string() for key in found.check_keys] == ["p/one:fine"]
    assert load_asset_checks_from_modules([WHOLE]) == [fine]
    assert fine in load_asset_checks_from_current_module()


def test_assets_are_found_without_what_only_checks_them() -> None:
    found = load_assets_from_modules([WHOLE])

    assert [type(item) for item in found] == [AssetsDefinition, SourceAsset]


def test_each_kind_has_a_prefix_of_its_own() -> None:
    found = load_assets_from_modules(
        [WHOLE], key_prefix="made", source_key_prefix="given", include_specs=True
    )

    keys = [str(item.key) for item in found]
    assert keys == ["made/one", "given/source", "given/spec"]
    assert isinstance(found[0], AssetsDefinition)
    assert [str(key) for key in found[0].dependency_keys] == ["given/source"]


def test_what_an_asset_says_itself_goes_before_what_is_said_of_all() -> None:
    eager, missing = AutomationCondition.eager(), AutomationCondition.on_missing()

    @asset(automation_condition=missing)
    def own() -> None: ...

    first, second = load_assets_from_modules(
        [_module(own=own, one=one)],
        automation_condition=eager,
        backfill_policy=BackfillPolicy.single_run(),
    )

    assert isinstance(first, AssetsDefinition)
    assert isinstance(second, AssetsDefinition)
    assert first.automation_conditions_by_key[first.key] == missing
    assert second.automation_conditions_by_key[second.key] == eager
    assert second.backfill_policy == BackfillPolicy.single_run()


def test_all_that_modules_define_is_one_definitions() -> None:
    job = define_asset_job("all")
    inner = Definitions(assets=[AssetSpec("inner")])

    found = load_definitions_from_modules([WHOLE, _module(job=job, inner=inner)], {"r": 1})

    assert {str(key) for key in found.asset_keys} == {"one", "source", "spec", "inner"}
    assert found.asset_checks == [fine]
    assert found.jobs == [job]
    assert found.resources == {"r": 1}
    assert load_definitions_from_module(WHOLE).asset_checks == [fine]
