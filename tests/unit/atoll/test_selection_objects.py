from __future__ import annotations

from typing import Any

import pytest

from atoll import (
    AssetCheckResult,
    AssetKey,
    AssetSelection,
    AssetSpec,
    DataVersion,
    DefinitionError,
    Definitions,
    asset,
    asset_check,
    observable_source_asset,
)
from atoll_wire.selection import SelectionError


@asset(group_name="g", tags={"t": "1"}, kinds={"k"}, owners=["team:x"])
def a() -> None: ...


@asset(deps=[a], group_name="g")
def b() -> None: ...


@asset(deps=[b], key_prefix="p")
def c() -> None: ...


DEFS = Definitions([a, b, c])


def names(selection: Any) -> set[str]:
    found: set[str] = {str(key) for key in selection.resolve(DEFS)}
    return found


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (AssetSelection.all(), "a b p/c"),
        (AssetSelection.assets(a, "p/c"), "a p/c"),
        (AssetSelection.keys(AssetKey("a"), ["p", "c"]), "a p/c"),
        (AssetSelection.groups("g"), "a b"),
        (AssetSelection.groups("g", "default"), "a b p/c"),
        (AssetSelection.tag("t", "1"), "a"),
        (AssetSelection.tag_string("t"), "a"),
        (AssetSelection.kind("k"), "a"),
        (AssetSelection.owner("team:x"), "a"),
        (AssetSelection.key_prefixes("p"), "p/c"),
        (AssetSelection.assets(b).upstream(), "a b"),
        (AssetSelection.assets(c).upstream(1), "b p/c"),
        (AssetSelection.assets(a).downstream(include_self=False), "b p/c"),
        (AssetSelection.assets(a) | AssetSelection.assets(b), "a b"),
        (AssetSelection.all() - AssetSelection.groups("g"), "p/c"),
        (AssetSelection.groups("g") & "b", "b"),
        (~AssetSelection.assets(a), "b p/c"),
        (AssetSelection.all().roots(), "a"),
        (AssetSelection.all().sinks(), "p/c"),
        (AssetSelection.from_string("+key:p/c and not a"), "b p/c"),
        (AssetSelection.from_coercible(["a", b]), "a b"),
    ],
)
def test_objects_select_what_they_say_and_their_text_the_same(
    selection: AssetSelection, expected: str
) -> None:
    assert names(selection) == set(expected.split())
    assert names(AssetSelection.from_string(str(selection))) == set(expected.split())


def test_a_key_that_does_not_exist_is_told() -> None:
    with pytest.raises(SelectionError, match="did you mean 'p/c'"):
        names(AssetSelection.keys("p/cc"))


def test_a_selection_of_nothing_is_told() -> None:
    with pytest.raises(DefinitionError, match="names nothing"):
        AssetSelection.groups()


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("*b", ["a", "b"]),
        ("b*", ["b", "c", "d"]),
        ("*b*", ["a", "b", "c", "d"]),
        ("++c", ["a", "b", "c"]),
        ("b++", ["b", "c", "d"]),
        ("++d", ["b", "c", "d"]),
    ],
)
def test_the_marks_of_old_around_a_key_still_mean_layers(text: str, keys: list[str]) -> None:
    chain = [asset(name="a")(lambda: 1)]
    for name, before in (("b", "a"), ("c", "b"), ("d", "c")):
        chain.append(asset(name=name, deps=[before])(lambda: 1))

    found = AssetSelection.from_string(text).resolve(chain)

    assert sorted(key.to_user_string() for key in found) == keys


@asset_check(asset="lake")
def whole() -> AssetCheckResult:
    return AssetCheckResult(passed=True)


@observable_source_asset(group_name="g")
def watched() -> DataVersion:
    return DataVersion("1")


@asset(deps=["lake", watched], group_name="g")
def made() -> None: ...


LAKE = Definitions(
    [AssetSpec("lake", group_name="g", tags={"t": "1"}, owners=["team:x"]), watched, made],
    asset_checks=[whole],
)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (AssetSelection.all(), "made"),
        (AssetSelection.all(include_sources=True), "lake watched made"),
        (AssetSelection.groups("g"), "made"),
        (AssetSelection.groups("g", include_sources=True), "lake watched made"),
        (AssetSelection.tag_string("t=1"), ""),
        (AssetSelection.tag_string("t=1", include_sources=True), "lake"),
        (AssetSelection.owner("team:x"), "lake"),
        (AssetSelection.key_substring("a"), "made"),
        (AssetSelection.assets("lake", watched), "lake watched"),
        (AssetSelection.assets("lake", made).materializable(), "made"),
        (AssetSelection.assets(made).upstream(), "made"),
        (AssetSelection.assets("lake").downstream(), "lake made"),
        (AssetSelection.from_string('key:"made"'), "made"),
        (AssetSelection.from_string("+made+"), "made"),
        (AssetSelection.from_string("group:g"), "made"),
        (AssetSelection.from_string("owner:team:x"), "lake"),
        (AssetSelection.from_string("roots(*)"), "made"),
        (AssetSelection.from_string("not lake"), "made"),
    ],
)
def test_what_a_run_makes_is_meant_unless_it_is_named(
    selection: AssetSelection, expected: str
) -> None:
    keys = set(expected.split())
    assert {str(key) for key in selection.resolve(LAKE)} == keys
    assert bool(selection.resolve_checks(LAKE)) == ("lake" in keys)


def test_beside_a_bare_key_each_plus_is_a_layer() -> None:
    for text, expected in {
        "+p/c": "b p/c",
        "++p/c": "a b p/c",
        "a+": "a b",
        "+key:p/c": "a b p/c",
        "key:a+": "a b p/c",
        "+b+": "a b p/c",
    }.items():
        assert names(AssetSelection.from_string(text)) == set(expected.split()), text
