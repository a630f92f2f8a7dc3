from __future__ import annotations

from typing import Any

import pytest

from atoll import AssetKey, AssetSelection, DefinitionError, Definitions, asset
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
        (AssetSelection.from_string("+p/c and not a"), "b p/c"),
        (AssetSelection.from_coercible(["a", b]), "a b"),
    ],
)
def test_objects_select_what_they_say_and_their_text_the_same(
    selection: AssetSelection, expected: str
) -> None:
    assert names(selection) == set(expected.split())
    assert AssetSelection.from_string(str(selection)) == selection


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
