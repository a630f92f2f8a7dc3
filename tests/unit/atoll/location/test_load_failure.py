"""Hints at what to do about code that cannot be imported."""

from __future__ import annotations

import sys
from typing import Any

import pytest


def test_a_relative_import_in_a_file_is_told_how_to_name_the_module(folder: Any) -> None:
    for name in ("proj/__init__.py", "proj/shop/__init__.py", "proj/shop/assets.py"):
        folder.write(name, "")
    path = folder.write("proj/shop/main.py", "from . import assets\n")

    assert folder.failure("file", path).hint == (
        "a file is loaded by itself and has no package: name the module with "
        "`python_module: proj.shop.main` (-m proj.shop.main)"
    )


def test_the_folder_to_start_in_is_named_where_it_is_another(folder: Any) -> None:
    folder.write("src/shop/__init__.py", "")
    path = folder.write("src/shop/main.py", "from .assets import x\n")

    assert str(folder.failure("file", path).hint).endswith(
        "`python_module: shop.main` (-m shop.main); set `working_directory: %s/src` (-d %s/src)"
        % (folder.path, folder.path)
    )


def test_a_module_that_is_not_there_is_told_with_where_it_was_looked_for(folder: Any) -> None:
    folder.write("shopping.py", "")

    failure = folder.failure("module", "shoping")

    assert (failure.code, failure.message) == ("location.no_module", "there is no module 'shoping'")
    assert failure.hint == (
        "looked in %s and among the packages of %s; did you mean `shopping`?; the folder that "
        "holds it is named with `working_directory` (-d)" % (folder.path, sys.prefix)
    )


def test_a_folder_below_that_has_the_module_is_named(folder: Any) -> None:
    folder.write("src/shop/__init__.py", "import missing_lib\n")
    folder.write("lib/missing_lib.py", "")

    told = "the folder %s has it: set `working_directory: %s` (-d %s)"
    assert folder.failure("module", "shop.defs").hint == told % ("src", folder.path / "src", "src")
    sys.path.insert(0, str(folder.path / "src"))
    failure = folder.failure("package", "shop")
    assert (failure.code, failure.hint) == (
        "location.missing_package",
        told % ("lib", folder.path / "lib", "lib"),
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("shop.definition", "shop was found (%s/__init__.py); did you mean `shop.definitions`?"),
        ("shop.zzz", "shop was found (%s/__init__.py); it has assets, definitions"),
        ("shop.assets.zzz", "%s/assets.py is a module, not a package: nothing lies below it"),
    ],
)
def test_a_package_that_lacks_the_module_is_told_with_what_it_has(
    name: str, hint: str, folder: Any
) -> None:
    for file in ("__init__", "assets", "definitions"):
        folder.write("shop/%s.py" % file, "")

    failure = folder.failure("module", name)

    assert failure.code == "location.no_module"
    assert failure.hint == hint % (folder.path / "shop")


def test_what_the_module_itself_lacks_is_a_missing_package(folder: Any) -> None:
    folder.write("shop/__init__.py", "import shop.nothing\n")

    failure = folder.failure("module", "shop")

    assert failure.code == "location.missing_package"
    assert "install shop.nothing into" in str(failure.hint)


def test_a_definition_that_is_refused_begins_at_its_place(folder: Any) -> None:
    path = folder.write("main.py", "from atoll import Definitions\nDefinitions()\n")

    failure = folder.failure("file", path)

    assert [(f.file, f.line, f.text) for f in failure.user_frames] == [(path, 2, "Definitions()")]


def test_a_file_that_is_called_like_the_library_is_told(folder: Any) -> None:
    path = folder.write("atoll.py", "import atoll\n")

    failure = folder.failure("file", path)

    assert "has the name of the library that it imports" in failure.message
    assert "rename the file" in (failure.hint or "")
