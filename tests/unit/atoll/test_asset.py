from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import atoll
from atoll import AssetDep, AssetIn, AssetKey, AssetSpec, DefinitionError, asset
from atoll.graph.snapshot import build_snapshot

if TYPE_CHECKING:
    import pandas as pd


def deps_of(made: atoll.AssetsDefinition) -> list[str]:
    return [str(dep.asset_key) for dep in made.specs[0].deps]


def test_the_name_of_the_function_is_the_key() -> None:
    @asset
    def orders() -> None: ...

    assert orders.key == AssetKey("orders")
    assert orders.name == "orders"


def test_parameters_name_the_assets_that_it_depends_on() -> None:
    @asset
    def report(orders: int, customers: int) -> None: ...

    assert deps_of(report) == ["orders", "customers"]
    assert report.keys_by_input_name == {
        "orders": AssetKey("orders"),
        "customers": AssetKey("customers"),
    }


def test_the_context_comes_first_whether_it_is_annotated_or_named_so() -> None:
    @asset
    def named(context, orders) -> None: ...  # type: ignore[no-untyped-def]

    @asset
    def annotated(ctx: atoll.AssetExecutionContext, orders: int) -> None: ...

    assert deps_of(named) == deps_of(annotated) == ["orders"]
    assert named.function.context and annotated.function.context


def test_deps_may_be_keys_names_paths_specs_and_assets_each_once() -> None:
    @asset
    def a() -> None: ...

    @asset(deps=[a, "b", "c/d", AssetKey(["e", "f"]), AssetSpec("g"), AssetDep("h"), "b"])
    def z(a: int) -> None: ...

    assert deps_of(z) == ["a", "b", "c/d", "e/f", "g", "h"]


def test_ins_bind_parameters_to_other_keys() -> None:
    @asset(
        ins={
            "x": AssetIn(key="raw/orders"),
            "y": AssetIn(key_prefix="raw"),
            "z": AssetIn("other"),
        }
    )
    def report(x: int, y: int, z: int) -> None: ...

    assert deps_of(report) == ["raw/orders", "raw/y", "other"]


def test_a_prefix_and_a_name_make_the_key_and_the_step() -> None:
    @asset(key_prefix=["raw", "shop"], name="orders")
    def whatever() -> None: ...

    assert whatever.key.to_user_string() == "raw/shop/orders"
    assert whatever.name == "raw__shop__orders"


def test_the_docstring_is_the_description_unless_one_is_given() -> None:
    @asset
    def documented() -> None:
        """First.

        Second.
        """

    @asset(description="other")
    def described() -> None:
        """First."""

    assert documented.specs[0].description == "First.\n\nSecond."
    assert described.specs[0].description == "other"


def test_a_compute_kind_is_shown_but_is_no_kind() -> None:
    @asset(compute_kind="duckdb")
    def a() -> None: ...

    shown = build_snapshot(atoll.Definitions([a])).assets

    assert a.get_asset_spec().kinds == set()
    assert [(one.kinds, one.shown_kinds) for one in shown] == [([], ["duckdb"])]


def test_compute_kind_beside_kinds_is_refused() -> None:
    with pytest.raises(DefinitionError) as caught:

        @asset(kinds={"python"}, compute_kind="duckdb")
        def a() -> None: ...

    assert caught.value.code == "definition.bad_kind"


def test_an_annotation_for_type_checkers_only_does_no_harm() -> None:
    @asset
    def a(frame: pd.DataFrame) -> pd.DataFrame:
        return frame

    assert deps_of(a) == ["frame"]
    assert a.inputs[0].type == "pd.DataFrame"


def test_annotations_of_a_factory_s_own_classes_are_found() -> None:
    class Client:
        pass

    def make() -> atoll.AssetsDefinition:
        class Settings(atoll.Config):
            n: int = 1

        @asset
        def a(config: Settings, client: atoll.ResourceParam[Client]) -> int:
            return config.n

        return a

    made = make()

    assert made.function.config is not None
    assert made.function.config.name == "config"
    assert list(made.function.resources) == ["client"]
    assert made.required_resource_keys == {"client"}
    assert made.inputs == []


def test_assets_made_in_a_loop_keep_their_own_names() -> None:
    made = []
    for name in ("a", "b"):

        @asset(name=name)
        def build() -> str:
            return "x"

        made.append(build)

    assert [m.key.to_user_string() for m in made] == ["a", "b"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ({"name": "a-b"}, "definition.bad_name", "a-b"),
        ({"group_name": "a b"}, "definition.bad_name", "a b"),
        ({"group_name": ""}, "definition.bad_name", "default"),
        ({"key": "a", "name": "b"}, "definition.bad_key", "not both"),
        ({"tags": {"a b": "c"}}, "definition.bad_tag", "a b"),
        ({"tags": {"n": 1}}, "definition.bad_tag", "'1'"),
        ({"owners": ["nobody"]}, "definition.bad_owner", "team:"),
        ({"owners": "me@x.com"}, "definition.invalid", "owners=['me@x.com']"),
        ({"kinds": ["/"]}, "definition.bad_kind", "/"),
        ({"deps": "orders"}, "definition.invalid", "deps=[...]"),
        ({"ins": {"ordres": AssetIn("x")}}, "definition.unknown_parameter", "orders"),
        ({"check_specs": [1]}, "definition.bad_check", "AssetCheckSpec"),
        ({"group": "x"}, "definition.unknown_argument", "group_name"),
        ({"deps": [3]}, "definition.bad_key", "3"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(arguments: Any, code: str, says: str) -> None:
    with pytest.raises(DefinitionError) as told:

        @asset(**arguments)
        def report(orders: int) -> None: ...

    assert told.value.code == code
    assert says in str(told.value)
    assert told.value.file == __file__
    assert told.value.line


def test_star_args_are_refused() -> None:
    with pytest.raises(DefinitionError, match="bound by name"):

        @asset
        def a(*args: int) -> None: ...


def test_empty_values_of_what_is_not_supported_are_fine() -> None:
    @asset(check_specs=[], partitions_def=None)
    def a() -> None: ...

    assert a.key == AssetKey("a")


def test_kwargs_take_the_assets_that_ins_name() -> None:
    @asset(ins={"x": AssetIn("a"), "y": AssetIn("b")})
    def total(**parts: int) -> int:
        return sum(parts.values())

    assert deps_of(total) == ["a", "b"]
    assert total(x=1, y=2) == 3
