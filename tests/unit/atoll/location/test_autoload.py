"""Everything that the modules of a package define, together."""

from __future__ import annotations

from typing import Any

IMPORT = "from atoll import AssetSpec, Definitions, asset, load_assets_from_current_module\n"


def asset(name: str) -> str:
    return "@asset\ndef %s(): ...\n" % name


def test_all_modules_are_imported_and_their_definitions_joined_in_order(folder: Any) -> None:
    folder.write("shop/__init__.py", "")
    folder.write("shop/b.py", IMPORT + asset("beta") + "defs = Definitions([beta])\n")
    folder.write("shop/a.py", IMPORT + asset("alpha") + "outside = AssetSpec('outside')\n")
    folder.write("shop/c/__init__.py", "")
    folder.write("shop/c/deep/deeper.py", IMPORT + asset("gamma"))
    folder.write("shop/c/data/readme.txt", "no code here")
    folder.write("shop/__main__.py", "raise SystemExit(3)")

    found = ["beta", "alpha", "gamma", "outside"]

    assert sorted(folder.keys("autoload", "shop")) == sorted(found)
    assert folder.keys("autoload", "shop") == folder.keys("autoload", "shop")


def test_what_is_imported_into_several_modules_counts_once(folder: Any) -> None:
    folder.write("shop/__init__.py", "from shop.a import defs as everything\n")
    folder.write("shop/a.py", IMPORT + asset("alpha") + "defs = Definitions([alpha])\n")
    folder.write("shop/b.py", IMPORT + "from shop.a import alpha, defs\n" + asset("beta"))
    folder.write("shop/c.py", "from shop.b import beta\n")

    assert folder.keys("autoload", "shop") == ["alpha", "beta"]


def test_an_asset_that_definitions_hold_under_another_key_is_not_taken_twice(folder: Any) -> None:
    folder.write(
        "shop/__init__.py",
        IMPORT
        + asset("alpha")
        + "defs = Definitions(load_assets_from_current_module(key_prefix='eu'))\n"
        + asset("beta"),
    )

    assert folder.keys("autoload", "shop") == ["eu/alpha", "beta"]


def test_a_single_module_is_a_package_of_one(folder: Any) -> None:
    folder.write("shop.py", IMPORT + asset("alpha"))

    assert folder.keys("autoload", "shop") == ["alpha"]


def test_two_modules_that_define_the_same_are_told_with_both_places(folder: Any) -> None:
    folder.write("shop/a.py", IMPORT + asset("alpha"))
    folder.write("shop/b.py", IMPORT + asset("alpha"))

    error = folder.error("autoload", "shop")

    assert error.code == "definition.duplicate_key"
    assert "first in shop/a.py:2" in error.message
    assert (error.file, error.line) == (str(folder.path / "shop" / "b.py"), 2)


def test_two_modules_that_differ_about_a_resource_are_told(folder: Any) -> None:
    for name in ("a", "b"):
        folder.write("shop/%s.py" % name, IMPORT + "defs = Definitions(resources={'db': object()})")

    error = folder.error("autoload", "shop")

    assert error.code == "definition.duplicate_resource"
    assert error.message == (
        "shop.a (shop/a.py:2) and shop.b (shop/b.py:2) have a resource 'db', and they differ"
    )


def test_a_package_that_defines_nothing_says_so(folder: Any) -> None:
    folder.write("shop/__init__.py", "")
    folder.write("shop/a.py", "x = 1")

    error = folder.error("autoload", "shop")

    assert error.code == "definition.none"
    assert error.message == (
        "shop defines nothing: no Definitions and no assets in its 2 modules (shop)"
    )


def test_a_module_that_cannot_be_imported_is_told_with_its_line(folder: Any) -> None:
    folder.write("shop/__init__.py", "")
    path = folder.write("shop/b.py", "x = 1\nimport no_such_package\n")

    failure = folder.failure("autoload", "shop")

    assert failure.code == "location.missing_package"
    assert [(frame.file, frame.line) for frame in failure.user_frames] == [(path, 2)]


def test_jobs_that_no_definitions_holds_are_taken_too(folder: Any) -> None:
    folder.write("shop/__init__.py", "")
    folder.write("shop/a.py", IMPORT + asset("alpha"))
    job = "import atoll\nnightly = atoll.define_asset_job('nightly', '*')\nagain = nightly\n"
    folder.write("shop/b.py", job)
    folder.write("shop/c.py", "from shop.b import nightly\n")

    assert [job.name for job in folder.load("autoload", "shop").jobs] == ["nightly"]


def test_graphs_checks_and_jobs_of_ops_are_found_by_themselves(folder: Any) -> None:
    folder.write("shop/__init__.py", "")
    folder.write(
        "shop/a.py",
        "from atoll import Definitions, asset, asset_check, graph_asset, job, op\n"
        "@op\ndef wave(): return 1\n"
        "@graph_asset\ndef greeting(): return wave()\n"
        "@job\ndef greet(): wave()\n"
        "@asset\ndef held(): ...\n"
        "@asset_check(asset=held)\ndef named(): ...\n"
        "defs = Definitions([held])\n",
    )

    assert sorted(folder.keys("autoload", "shop")) == ["greeting", "held"]
