"""`[tool.dg.project]` and `dg.toml`: a project that `create-dagster` made is found as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError, WorkspaceOptions, load_workspace
from atoll_server.adapters.workspace.location import WorkspaceLocation
from atoll_wire.messages import Target

MADE = """
[project]
name = "shop"

[tool.dg]
directory_type = "project"

[tool.dg.project]
root_module = "shop"
registry_modules = ["shop.components.*"]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    project = tmp_path / "my-shop"
    (project / "src/shop").mkdir(parents=True)
    monkeypatch.chdir(project)
    return project


def found(folder: Path, text: str, name: str = "pyproject.toml") -> WorkspaceLocation:
    (folder / name).write_text(text)
    (location,) = load_workspace(WorkspaceOptions(), {})
    return location


def test_a_project_as_it_was_made_is_one_location_named_as_its_folder(folder: Path) -> None:
    location = found(folder, MADE)

    assert location.name == "my-shop"
    assert location.target == Target(
        "module", "shop.definitions", working_directory=str(folder / "src")
    )


def test_a_package_that_lies_beside_pyproject_runs_there(folder: Path) -> None:
    (folder / "src/shop").rmdir()

    assert found(folder, MADE).target.working_directory == str(folder)  # type: ignore[union-attr]


def test_dg_toml_says_the_same_and_may_name_module_and_location(folder: Path) -> None:
    text = (
        'directory_type = "project"\n[project]\nroot_module = "shop"\n'
        'code_location_target_module = "shop.main"\ncode_location_name = "mine"\n'
    )

    location = found(folder, text, "dg.toml")

    assert (location.name, location.target.name) == ("mine", "shop.main")  # type: ignore[union-attr]


def test_definitions_that_are_found_by_themselves_are_those_of_the_defs_module(
    folder: Path,
) -> None:
    by_itself = found(folder, MADE + "autoload_defs = true\n").target
    named = found(folder, MADE + 'autoload_defs = true\ndefs_module = "shop.mine"\n').target

    assert isinstance(by_itself, Target)
    assert isinstance(named, Target)
    assert (by_itself.kind, by_itself.name) == ("autoload", "shop.defs")
    assert (named.kind, named.name) == ("autoload", "shop.mine")


def test_what_names_code_for_dagster_or_atoll_goes_first(folder: Path) -> None:
    (folder / "workspace.yaml").write_text("load_from:\n  - python_module: elsewhere\n")

    assert found(folder, MADE).name == "elsewhere"
    assert found(folder, MADE + '[tool.dagster]\nmodule_name = "first"\n').name == "first"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.dg.project]\n", "pyproject.toml:1:10: [tool.dg.project] needs root_module"),
        ("[tool.dg.project]\nroot_module = 3\n", "pyproject.toml:2:15: root_module"),
        ('[tool.dg.project]\nroot_module = "a b"\n', "pyproject.toml:2:15: root_module"),
    ],
)
def test_a_mistake_is_told_with_its_place(folder: Path, text: str, told: str) -> None:
    with pytest.raises(WorkspaceError) as raised:
        found(folder, text)

    assert told in str(raised.value)


def test_a_folder_of_another_kind_is_none(folder: Path) -> None:
    with pytest.raises(WorkspaceError, match="no code location"):
        found(folder, '[tool.dg]\ndirectory_type = "workspace"\n')
