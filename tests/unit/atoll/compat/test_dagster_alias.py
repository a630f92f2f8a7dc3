"""`import dagster`, served by Atoll."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from typing import Any, Iterator

import pytest

import atoll
from atoll import errors
from atoll.compat import dagster as alias
from atoll.compat import names


@pytest.fixture(autouse=True)
def _installed() -> Iterator[None]:
    alias.install()
    yield
    alias.uninstall()


def imported(statement: str) -> Any:
    """What `statement` binds to `it`."""
    scope: Any = {}
    exec(statement, scope)
    return scope["it"]


@pytest.mark.parametrize(
    "statement",
    [
        "import dagster as dg; it = dg.asset",
        "import dagster; it = dagster.asset",
        "from dagster import asset as it",
        "from dagster import *; it = asset",
        "from dagster._core.definitions.decorators.asset_decorator import asset as it",
        "import dagster._core.definitions; it = dagster._core.definitions.asset",
        "import dagster; it = dagster._core.definitions.asset",
        "from dagster._core import definitions; it = definitions.asset",
    ],
)
def test_a_name_is_found_however_it_is_imported(statement: str) -> None:
    assert imported(statement) is atoll.asset


def test_errors_go_by_the_names_that_the_table_of_errors_says() -> None:
    # Each line of the table begins with our name, and Dagster's begins the next column.
    table = {
        theirs: ours
        for ours, theirs in re.findall(
            r"^[ |+-]*([A-Z]\w+) +(Dagster\w+|CheckError)\b", errors.__doc__ or "", re.M
        )
    }

    assert table == names.RENAMED
    assert imported("from dagster import DagsterInvalidDefinitionError as it") is (
        atoll.DefinitionError
    )


def test_all_names_that_are_served_can_be_had() -> None:
    module = importlib.import_module("dagster")

    assert [name for name in dir(module) if not hasattr(module, name)] == []
    assert module.__version__ == names.VERSION


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("from dagster import AssetCheckResul", "'dagster.AssetCheckResul'; did you mean"),
        ("from dagster import SqlComponent", "'dagster.SqlComponent' yet: they come"),
        (
            "from dagster.components import SqlComponent",
            "write a Component whose asset runs",
        ),
        ("from dagster._core.launcher.base import RunLauncher", "starts the processes of runs"),
        ("from dagster._core.test_utils import wait_for", "private to Dagster"),
        ("import dagster.nonsense", "'dagster.nonsense'"),
    ],
)
def test_what_is_not_there_fails_at_import_with_a_sentence(statement: str, said: str) -> None:
    with pytest.raises(ImportError) as caught:
        exec(statement, {})

    assert said in str(caught.value)
    assert caught.value.code == "compat.unsupported"  # type: ignore[attr-defined]


def test_an_attribute_that_is_not_there_is_told_alike_and_can_be_asked_for() -> None:
    module = importlib.import_module("dagster")

    with pytest.raises(errors.UnsupportedAttribute, match="come in a later release"):
        _ = module.SqlComponent
    assert not hasattr(module, "solid")


def test_a_name_that_is_taken_for_a_module_does_not_work_silently() -> None:
    thing = imported("from dagster._core.definitions import no_such_function as it")

    with pytest.raises(ImportError, match="no_such_function"):
        thing()


def test_the_notice_is_there_once_dagster_was_imported() -> None:
    assert alias.notices() == []
    importlib.import_module("dagster._core.definitions")
    assert len(alias.notices()) == 1


def test_it_goes_before_an_installed_dagster(tmp_path: Any, monkeypatch: Any) -> None:
    (tmp_path / "dagster.py").write_text("asset = 'the real one'\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    assert imported("from dagster import asset as it") is atoll.asset
    alias.uninstall()
    assert imported("from dagster import asset as it") == "the real one"
    del sys.modules["dagster"]


def test_importing_dagster_loads_nothing_heavy() -> None:
    script = (
        "import sys; from atoll.compat import dagster; dagster.install(); import dagster as dg; "
        "dg.asset, dg.Definitions; print('pydantic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
