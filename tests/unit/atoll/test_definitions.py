from __future__ import annotations

from typing import Any

import pytest

import atoll
from atoll import AssetKey, AssetSpec, DefinitionError, Definitions, InvariantError, asset
from atoll.graph import build_snapshot, notices


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
    with pytest.raises(InvariantError) as told:
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

    with pytest.raises(DefinitionError, match="depends on itself") as told:
        build_snapshot(Definitions([a]))
    assert "TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)" in str(told.value.hint)


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


@pytest.mark.parametrize("name", ["StateBackedComponent", "SqlComponent"])
def test_a_name_that_comes_later_says_so_at_import(name: str) -> None:
    with pytest.raises(ImportError, match="later release"):
        getattr(atoll, name)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="MetadataValue"):
        atoll.MetadataVal  # type: ignore[attr-defined]  # noqa: B018


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(atoll, name) is not None for name in atoll.__all__)
    assert set(atoll.__all__) <= set(dir(atoll))


@pytest.mark.parametrize("decorate", [asset, atoll.multi_asset])
def test_a_class_is_no_asset(decorate: Any) -> None:
    class Report: ...

    with pytest.raises(DefinitionError, match="decorates a function, not the class Report") as told:
        (decorate(outs={"a": atoll.AssetOut()}) if decorate is not asset else decorate)(Report)

    assert told.value.code == "definition.not_a_function"
    assert told.value.file == __file__


@pytest.mark.parametrize(
    "decorator",
    [
        lambda **arguments: asset(**arguments),
        lambda **arguments: atoll.multi_asset(outs={"x": atoll.AssetOut()}, **arguments),
    ],
)
def test_a_number_is_no_retry_policy(decorator: Any) -> None:
    with pytest.raises(DefinitionError) as told:

        @decorator(retry_policy=3)
        def a() -> None: ...

    assert told.value.code == "definition.bad_retry_policy"
    assert told.value.hint == "write retry_policy=RetryPolicy(max_retries=3)"
    assert told.value.file == __file__


def test_parameters_that_nothing_names_get_nothing() -> None:
    @asset
    def a(**more: Any) -> Any:
        return more

    assert atoll.materialize([a]).asset_value("a") == {}


def test_a_multi_asset_without_parentheses_is_told_what_it_lacks() -> None:
    with pytest.raises(DefinitionError, match="outs=") as told:

        @atoll.multi_asset
        def a() -> None: ...

    assert told.value.file == __file__


def test_what_an_asset_gives_back_is_no_asset() -> None:
    @asset
    def a() -> int:
        return 1

    with pytest.raises(DefinitionError, match="without calling it"):
        Definitions(assets=[a()])


def test_a_decorated_function_gives_the_definitions() -> None:
    @atoll.definitions
    def defs() -> Definitions:
        return Definitions(assets=[AssetSpec("a")])

    assert [str(key) for key in defs().asset_keys] == ["a"]


def test_what_a_decorated_function_takes_and_returns_is_checked() -> None:
    with pytest.raises(InvariantError, match="defs has parameters") as told:

        @atoll.definitions
        def defs(context: int) -> None: ...

    assert told.value.code == "definition.parameters"

    @atoll.definitions
    def other() -> None: ...

    with pytest.raises(InvariantError, match="returned None"):
        other()

    @atoll.definitions
    def third(context: atoll.ComponentLoadContext) -> None: ...

    with pytest.raises(InvariantError, match="there is none") as told:
        third()
    assert told.value.code == "definition.no_context"


def test_a_parameter_that_is_nearly_an_asset_is_noticed() -> None:
    @asset
    def orders() -> int:
        return 1

    @asset
    def revenue(ordrs: int, elsewhere: int) -> int:
        return ordrs + elsewhere

    @asset
    def report(config, orders) -> None: ...  # type: ignore[no-untyped-def]

    found = notices(Definitions(assets=[orders, revenue, report]))

    assert len(found) == 2
    assert "'ordrs'" in found[0] and "did you mean 'orders'?" in found[0]
    assert __file__ in found[0]
    assert "annotate config with your Config class" in found[1]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("external_assets_from_specs", "AssetSpecs"),
    ],
)
def test_a_name_that_something_else_stands_for_says_what(name: str, says: str) -> None:
    with pytest.raises(ImportError, match=says):
        getattr(atoll, name)
