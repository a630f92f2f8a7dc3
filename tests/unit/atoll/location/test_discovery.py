"""Which `Definitions` of a module counts, and what is said where it cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

IMPORT = "import atoll\nfrom atoll import Definitions, asset, definitions\n"
ASSET = "@asset\ndef orders(): ...\n"
DEFS = IMPORT + ASSET + "defs = Definitions([orders])\n"


def test_one_object_counts_whatever_it_is_called_and_however_often(folder: Any) -> None:
    folder.write("lib.py", DEFS)
    aliased = folder.write("aliased.py", DEFS + "everything = again = defs\n")
    imported = folder.write(
        "imported.py", "import lib\nfrom lib import defs\nfrom lib import defs as others\n"
    )

    assert folder.keys("file", aliased) == ["orders"]
    assert folder.keys("file", imported) == ["orders"]


@pytest.mark.parametrize(
    "block",
    [
        "if True:\n    defs = Definitions([orders])\n",
        "try:\n    defs = Definitions([orders])\nfinally:\n    pass\n",
        "with open(__file__):\n    defs = Definitions([orders])\n",
        "for _ in range(1):\n    defs = Definitions([orders])\n",
        "if (defs := Definitions([orders])):\n    pass\n",
    ],
    ids=["if", "try", "with", "for", "walrus"],
)
def test_within_a_block_it_is_still_module_scope(block: str, folder: Any) -> None:
    assert folder.keys("file", folder.write("main.py", IMPORT + ASSET + block)) == ["orders"]


def test_in_a_function_it_does_not_count_and_the_error_says_what_to_do(folder: Any) -> None:
    code = DEFS.replace("defs = ", "def make():\n    return ")

    error = folder.error("file", folder.write("main.py", code))

    assert error.code == "definition.none"
    assert error.message == "main.py has no Definitions object at its top level"
    assert (error.line, error.hint) == (
        6,
        "the Definitions( in line 6 stands inside the function make, where it does not count: "
        "assign it at the top level, decorate make with @definitions, or name it with "
        "`attribute: make` (-a make)",
    )


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        (
            "def make(region):\n    defs = Definitions()\n",
            "the Definitions( in line 3 stands inside the function make, where it does not count: "
            "assign it at the top level",
        ),
        (
            "class Shop:\n    defs = Definitions()\n",
            "the Definitions( in line 3 stands inside the class Shop, where it does not count: ",
        ),
        (
            "class Shop:\n    def make():\n        return Definitions.merge()\n",
            "the Definitions( in line 4 stands inside the function make, where it does not count: "
            "assign it at the top level",
        ),
        (
            "if __name__ == '__main__':\n    defs = Definitions()\n",
            "the Definitions in line 3 stand under `if __name__ == ...`, which is not executed",
        ),
        ("Definitions()\n", "the Definitions( in line 2 is not assigned to a name of the top"),
        ("defs = [Definitions()]\n", "the Definitions( in line 2 is not assigned to a name"),
        ("defs = Definitions()\ndel defs\n", "the Definitions( in line 2 was not executed, or"),
        ("x = 1\n", "add one at the top level: defs = Definitions(assets=[...])"),
    ],
)
def test_one_that_does_not_count_is_told_with_the_reason(code: str, hint: str, folder: Any) -> None:
    path = folder.write("main.py", "from atoll import Definitions\n" + code)

    assert folder.error("file", path).hint.startswith(hint)


def test_assets_without_definitions_are_told_with_what_to_write(folder: Any) -> None:
    one = folder.write("one.py", IMPORT + ASSET)
    two_imports = "from atoll import AssetSpec, asset\n" + ASSET + "both = [orders, AssetSpec('x')]"
    two = folder.write("two.py", two_imports)

    assert folder.error("file", one).hint == (
        "1 asset is there that no Definitions holds: add defs = Definitions(assets=[orders])"
    )
    assert folder.error("file", two).hint.startswith(
        "2 assets are there that no Definitions holds: add defs = Definitions(assets=load_assets_"
    )


def test_a_package_with_definitions_further_down_is_told_which_module(folder: Any) -> None:
    folder.write("shop/__init__.py", "")
    folder.write("shop/definitions.py", DEFS)
    folder.write("mart/__init__.py", "from mart import definitions\n")
    folder.write("mart/definitions.py", DEFS)

    for name in ("shop", "mart"):
        error = folder.error("package", name)
        assert error.message == (
            "%s (%s/__init__.py) has no Definitions object at its top level" % (name, name)
        )
        assert error.hint == (
            f"{name}.definitions has Definitions ({name}/definitions.py:5): name that module, "
            f"as with `module_name: {name}.definitions` (-m {name}.definitions)"
        )


def test_a_package_whose_modules_hold_only_assets_is_told_how_to_take_them_all(folder: Any) -> None:
    folder.write("shop/__init__.py", "")
    folder.write("shop/assets.py", IMPORT + ASSET)

    hint = folder.error("package", "shop").hint
    assert hint.endswith("take what its modules define all together: `autoload_defs_module: shop`")


def test_several_are_named_each_with_its_place(folder: Any) -> None:
    folder.write("lib.py", "from atoll import Definitions\n\nshared = Definitions()\n")
    path = folder.write("main.py", "from lib import shared\n" + DEFS + "more = Definitions()\n")

    error = folder.error("file", path)

    assert error.code == "definition.several"
    assert error.message == (
        "main.py has 3 Definitions at its top level: shared (lib.py:3), defs (main.py:6), "
        "more (main.py:7)"
    )
    assert error.hint.endswith("name the one to load with `attribute: defs` (-a defs)")
    assert folder.keys("file", path, attribute="defs") == ["orders"]
    assert folder.keys("file", path, attribute="more") == []


def test_a_decorated_function_counts_as_the_object_that_it_makes(folder: Any) -> None:
    one = IMPORT + ASSET + "@definitions\ndef all_of_it():\n    return Definitions([orders])\n"
    alone = folder.write("alone.py", one)
    two = folder.write("two.py", one + "@definitions\ndef more():\n    return Definitions()\n")
    beside = folder.write("beside.py", one + "defs = Definitions()\n")

    assert folder.keys("file", alone) == ["orders"]
    assert folder.keys("file", alone, attribute="all_of_it") == ["orders"]
    assert "all_of_it (two.py:7), more (two.py:10)" in folder.error("file", two).message
    assert "all_of_it (beside.py:7), defs (beside.py:8)" in folder.error("file", beside).message


def test_attribute_may_name_a_function_that_makes_it(folder: Any) -> None:
    code = IMPORT + ASSET + "def make(region='eu', *more):\n    return Definitions([orders])\n"

    assert folder.keys("file", folder.write("main.py", code), attribute="make") == ["orders"]


@pytest.mark.parametrize(
    ("attribute", "code", "message"),
    [
        ("def", "definition.no_attribute", "main.py has no attribute 'def'"),
        ("orders", "definition.wrong_attribute", "'orders' is of type AssetsDefinition, not Defi"),
        ("Shop", "definition.wrong_attribute", "'Shop' is a class, not Definitions"),
        ("number", "definition.wrong_attribute", "'number' is of type int, not Definitions"),
        (
            "needs",
            "definition.wrong_attribute",
            "the function 'needs' (main.py:8) needs arguments: region, year",
        ),
        (
            "wrong",
            "definition.wrong_attribute",
            "the function 'wrong' (main.py:9) returned an object of type list",
        ),
        (
            "later",
            "definition.wrong_attribute",
            "the function 'later' (main.py:10) returned an object of type coroutine",
        ),
    ],
)
def test_an_attribute_that_is_something_else_is_told(
    attribute: str, code: str, message: str, folder: Any
) -> None:
    path = folder.write(
        "main.py",
        DEFS
        + "number = 1\nclass Shop: ...\n"
        + "def needs(region, *, year, more=1): ...\ndef wrong(): return []\n"
        + "async def later(): ...\n",
    )

    error = folder.error("file", path, attribute=attribute)

    assert error.code == code
    assert message in error.message
    if code == "definition.no_attribute":
        assert error.hint == "did you mean 'defs'?"


def test_a_function_that_raises_is_told_with_its_line(folder: Any) -> None:
    path = folder.write("main.py", "def make():\n    raise ValueError('no region')\n")

    failure = folder.failure("file", path, attribute="make")

    assert (failure.code, failure.message) == ("user_code.raised", "no region")
    assert [(frame.file, frame.line) for frame in failure.user_frames] == [(path, 2)]
