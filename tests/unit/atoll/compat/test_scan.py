"""What a project uses of Dagster, told without executing it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import List, Tuple

import pytest

from atoll.compat.scan import scan
from atoll.compat.sources import sources


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, code: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(code))


def told(folder: Path, code: str) -> List[Tuple[str, str]]:
    write(folder, "main.py", code)
    return [(use.name, use.runs) for use in scan("file", "main.py")]


@pytest.mark.parametrize(
    ("code", "runs", "does_not"),
    [
        ("import dagster as dg\n@dg.asset\ndef a(): ...", ["dagster.asset"], []),
        ("import dagster\ndagster.SqlComponent", [], ["dagster.SqlComponent"]),
        (
            "from dagster import asset as a, Executor",
            ["dagster.asset"],
            ["dagster.Executor"],
        ),
        ("from dagster import _check as c\nc.str_param", ["dagster._check.str_param"], []),
        ("from dagster._core.launcher import Run", [], ["dagster._core.launcher.Run"]),
        ("import dagster.components", [], []),
        ("import dagster\ndagster._core.events.Output", ["dagster._core.events.Output"], []),
        (
            "import dagster as d\nd.Definitions(assets=[], asets=[])",
            ["dagster.Definitions"],
            ["dagster.Definitions(asets=)"],
        ),
        (
            "import dagster as d\nd.AssetSelection.group('a')",
            ["dagster.AssetSelection"],
            ["dagster.AssetSelection.group"],
        ),
        ("import json\njson.loads", [], []),
    ],
)
def test_each_use_is_told_with_whether_it_runs(
    folder: Path, code: str, runs: List[str], does_not: List[str]
) -> None:
    wanted = [(name, "yes") for name in runs] + [(name, "no") for name in does_not]

    assert sorted(told(folder, code)) == sorted(wanted)


def test_whether_a_library_for_dagster_runs_cannot_be_told(folder: Path) -> None:
    assert told(folder, "from dagster_dbt import dbt_assets") == [("dagster_dbt", "perhaps")]


def test_what_does_not_run_says_why_and_where(folder: Path) -> None:
    write(folder, "main.py", "import dagster as dg\n\ndefs = dg.Definitions(\n    asets=[],\n)\n")

    bad = [use for use in scan("file", "main.py") if use.runs == "no"]

    assert [(use.file, use.line) for use in bad] == [("main.py", 4)]
    assert bad[0].why == "Definitions takes no argument 'asets'; did you mean 'assets'?"


def test_imports_are_followed_as_far_as_they_lie_near(folder: Path) -> None:
    write(folder, "shop/__init__.py", "")
    write(
        folder, "shop/definitions.py", "import json\nfrom .assets import orders\nfrom . import jobs"
    )
    write(folder, "shop/assets/__init__.py", "")
    write(folder, "shop/assets/orders.py", "import shop.settings")
    write(folder, "shop/settings.py", "broken(")
    write(folder, "shop/jobs.py", "")
    write(folder, "shop/unused.py", "")

    found = [str(Path(path).relative_to(folder)) for path in sources("module", "shop.definitions")]

    assert sorted(found) == [
        "shop/__init__.py",
        "shop/assets/__init__.py",
        "shop/assets/orders.py",
        "shop/definitions.py",
        "shop/jobs.py",
        "shop/settings.py",
    ]


@pytest.mark.parametrize(
    ("kind", "code"), [("autoload", ""), ("module", "dg.load_assets_from_package_name('shop')")]
)
def test_a_package_that_is_collected_is_read_whole(folder: Path, kind: str, code: str) -> None:
    write(folder, "shop/__init__.py", code)
    write(folder, "shop/deep/orders.py", "")

    assert len(sources(kind, "shop")) == 2


def test_nothing_is_executed(folder: Path) -> None:
    write(folder, "main.py", "import dagster\nraise SystemExit(1)")

    assert scan("file", "main.py") == []


def test_a_file_that_this_python_cannot_read_is_told(folder: Path) -> None:
    write(folder, "later.py", "import dagster as dg\nmatch 3 with 4:\n")
    (use,) = scan("file", "later.py")
    assert (use.name, use.line, use.runs) == ("later.py", 2, "unread")
    assert "cannot read it (invalid syntax)" in str(use.why)
