from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import pytest

from atoll import (
    AssetKey,
    AssetSpec,
    DefinitionError,
    asset,
    load_assets_from_current_module,
    load_assets_from_modules,
    load_assets_from_package_module,
)


@asset
def first() -> None: ...


@asset(deps=[first, "elsewhere"])
def second(first: int) -> None: ...


def module(**names: Any) -> types.ModuleType:
    made = types.ModuleType("made")
    vars(made).update(names)
    return made


def test_each_asset_is_found_once_under_whatever_name() -> None:
    spec = AssetSpec("s")
    modules = [module(a=first, b=first, c=[second], d=spec, e=3)]

    assert load_assets_from_modules(modules) == [first, second]
    assert load_assets_from_modules(modules, include_specs=True) == [first, second, spec]


def test_a_prefix_goes_before_keys_and_references_among_them() -> None:
    one, two = load_assets_from_modules([module(a=first, b=second)], key_prefix=["raw", "x"])

    assert one.key == AssetKey("raw/x/first")
    assert two.name == "raw__x__second"  # type: ignore[union-attr]
    assert [str(d.asset_key) for d in two.specs[0].deps] == ["raw/x/first", "elsewhere"]  # type: ignore[union-attr]
    assert two.keys_by_input_name == {  # type: ignore[union-attr]
        "first": AssetKey("raw/x/first"),
        "elsewhere": AssetKey("elsewhere"),
    }
    assert first.key == AssetKey("first"), "the original is untouched"


def test_a_group_is_given_to_all_but_not_against_their_own() -> None:
    @asset(group_name="mine")
    def grouped() -> None: ...

    (found,) = load_assets_from_modules([module(a=first)], group_name="g")
    assert found.specs[0].group_name == "g"  # type: ignore[union-attr]
    with pytest.raises(DefinitionError) as told:
        load_assets_from_modules([module(a=grouped)], group_name="g")
    assert told.value.code == "definition.two_groups"


def test_the_current_module_is_the_caller_s() -> None:
    assert load_assets_from_current_module() == [first, second]


def test_packages_are_searched_to_the_bottom(tmp_path: Path, monkeypatch: Any) -> None:
    source = "from atoll import asset\n@asset\ndef {0}() -> None: ...\n"
    package = tmp_path / "shop_for_loaders"
    (package / "deep").mkdir(parents=True)
    (package / "__init__.py").write_text(source.format("top"))
    (package / "plain.py").write_text(source.format("beside"))
    (package / "deep" / "__init__.py").write_text("")
    (package / "deep" / "down.py").write_text(source.format("below"))
    monkeypatch.syspath_prepend(str(tmp_path))

    import shop_for_loaders  # type: ignore[import-not-found]

    found = load_assets_from_package_module(shop_for_loaders)
    for name in [n for n in sys.modules if n.startswith("shop_for_loaders")]:
        del sys.modules[name]

    assert sorted(str(a.key) for a in found) == ["below", "beside", "top"]
