from __future__ import annotations

from typing import Any

import pytest

import atoll
from atoll import AssetKey, AssetSpec, DefinitionError, Definitions, asset
from atoll.graph import build_snapshot


@asset
def one() -> int:
    return 1


@asset
def two(one: int) -> int:
    return one + 1


def test_the_same_asset_twice_is_one() -> None:
    assert Definitions([one, one]).asset_keys == [AssetKey("one")]


def test_two_assets_of_one_key_are_told_with_both_places() -> None:
    @asset(name="one")
    def other() -> None: ...

    with pytest.raises(DefinitionError) as told:
        Definitions([one, other])

    assert told.value.code == "definition.duplicate_key"
    assert "'one'" in str(told.value)
    assert str(told.value).count(__file__) == 2


@pytest.mark.parametrize(
    ("item", "hint"),
    [
        ([one], "*"),
        (lambda: 1, "@asset"),
        (AssetKey("x"), "AssetSpec('x')"),
        (3, "3"),
    ],
)
def test_what_is_no_asset_is_told_with_what_to_do(item: Any, hint: str) -> None:
    with pytest.raises(DefinitionError) as told:
        Definitions([item])

    assert told.value.code == "definition.not_an_asset"
    assert hint in str(told.value)


@pytest.mark.parametrize(
    "name", ["jobs", "schedules", "sensors", "asset_checks", "loggers", "executor"]
)
def test_what_comes_later_says_so_and_empty_ones_pass(name: str) -> None:
    Definitions(**{name: None if name == "executor" else []})
    with pytest.raises(DefinitionError) as told:
        Definitions(**{name: [object()]})

    assert told.value.code == "definition.not_supported_yet"
    assert name in str(told.value)
    assert told.value.file == __file__


def test_a_resource_class_in_place_of_an_object_is_told() -> None:
    class Db(atoll.ConfigurableResource):
        url: str = ""

    with pytest.raises(DefinitionError, match=r"write Db\(\.\.\.\)"):
        Definitions(resources={"db": Db})


def test_merging_joins_parts_and_keeps_one_of_the_same_resource() -> None:
    shared = object()
    merged = Definitions.merge(
        Definitions([one], resources={"db": shared}), Definitions([two], resources={"db": shared})
    )

    assert merged.asset_keys == [AssetKey("one"), AssetKey("two")]
    with pytest.raises(DefinitionError) as told:
        Definitions.merge(merged, Definitions(resources={"db": object()}))
    assert told.value.code == "definition.duplicate_resource"


def test_resources_may_come_from_another_part() -> None:
    @asset(required_resource_keys={"db"})
    def needy() -> None: ...

    part = Definitions([needy])

    with pytest.raises(DefinitionError) as told:
        Definitions.validate_loadable(part)
    assert told.value.code == "definition.missing_resource"
    assert told.value.line == needy.source[1] if needy.source else False
    Definitions.validate_loadable(Definitions.merge(part, Definitions(resources={"db": 1})))


def test_a_missing_resource_is_told_with_the_nearest() -> None:
    @asset(required_resource_keys={"warehose"})
    def needy() -> None: ...

    with pytest.raises(DefinitionError, match="did you mean 'warehouse'"):
        build_snapshot(Definitions([needy], resources={"warehouse": 1}))


def test_a_missing_io_manager_is_told() -> None:
    @asset(io_manager_key="lake")
    def needy() -> None: ...

    with pytest.raises(DefinitionError, match="IO manager 'lake'"):
        build_snapshot(Definitions([needy]))


def test_a_cycle_is_told_with_its_path() -> None:
    @asset
    def a(c: int) -> None: ...

    @asset
    def b(a: int) -> None: ...

    @asset
    def c(b: int) -> None: ...

    with pytest.raises(DefinitionError) as told:
        build_snapshot(Definitions([a, b, c]))

    assert told.value.code == "definition.cycle"
    assert "a <- c <- b <- a" in str(told.value)


def test_an_asset_that_depends_on_itself_is_told() -> None:
    @asset(deps=["a"])
    def a() -> None: ...

    with pytest.raises(DefinitionError, match="depends on itself"):
        build_snapshot(Definitions([a]))


def test_two_steps_of_one_name_are_told() -> None:
    @asset(key="a/b")
    def first() -> None: ...

    @asset(key="a__b")
    def second() -> None: ...

    with pytest.raises(DefinitionError) as told:
        build_snapshot(Definitions([first, second]))

    assert told.value.code == "definition.duplicate_step"


def test_specs_can_be_mapped() -> None:
    changed = Definitions([one, AssetSpec("outside")]).map_asset_specs(
        func=lambda spec: spec.merge_attributes(tags={"team": "x"})
    )

    assert [spec.tags for spec in changed.get_all_asset_specs()] == [{"team": "x"}] * 2


def test_an_asset_is_found_by_its_key_or_the_nearest_is_named() -> None:
    definitions = Definitions([one])

    assert definitions.get_assets_def("one") is one
    with pytest.raises(DefinitionError, match="did you mean 'one'"):
        definitions.get_assets_def("onne")


@pytest.mark.parametrize("name", ["sensor", "job", "DailyPartitionsDefinition", "asset_check"])
def test_a_name_that_comes_later_says_so_at_import(name: str) -> None:
    with pytest.raises(ImportError, match="later release"):
        getattr(atoll, name)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="MetadataValue"):
        atoll.MetadataVal  # type: ignore[attr-defined]  # noqa: B018


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(atoll, name) is not None for name in atoll.__all__)
    assert set(atoll.__all__) <= set(dir(atoll))
