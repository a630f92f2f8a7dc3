"""`[tool.atoll]` and `[tool.dagster]`: what they mean, and how mistakes in them are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError
from atoll_server.adapters.workspace.location import WorkspaceLocation
from atoll_server.adapters.workspace.pyproject_file import read_pyproject
from atoll_wire.messages import Target


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder: Path, text: str, **environment: str) -> list[WorkspaceLocation] | None:
    (folder / "pyproject.toml").write_text(text)
    return read_pyproject("pyproject.toml", environment)


def names(folder: Path, text: str) -> list[str]:
    return [one.name for one in read(folder, text) or []]


def test_modules_may_be_listed_and_a_single_one_named(folder: Path) -> None:
    listed = '[tool.dagster]\nmodules = [{type = "module", name = "a"}, {name = "b"}]\n'
    assert names(folder, listed) == ["a", "b"]
    tables = '[[tool.dagster.modules]]\nname = "a"\n[[tool.dagster.modules]]\nname = "b"\n'
    assert names(folder, tables) == ["a", "b"]
    single = '[tool.dagster]\nmodule_name = "a"\ncode_location_name = "mine"\n'
    assert names(folder, single) == ["mine"]


def test_a_table_that_names_no_code_of_ours_is_left_alone(folder: Path) -> None:
    assert read(folder, "[tool.ruff]\nline-length = 80\n") is None
    assert read(folder, "[tool.atoll]\n") is None
    assert read(folder, "tool = 3\n") is None
    assert read(folder, '[tool.dagster]\nregistry_modules = ["a"]\n') is None


def test_every_key_of_ours_arrives_in_the_target(folder: Path) -> None:
    found = read(
        folder,
        """
[tool.atoll]
module_name = {env = "MODULE"}
attribute = "defs"
working_directory = "src"
executable_path = "~/v/bin/python"
inherit_env = false
worker = "spawn"
load_timeout = 2.5
env.PORT = 5432

[tool.atoll.env.TOKEN]
env = "SECRET"
""",
        MODULE="shop",
        SECRET="s",
        HOME="/home/ada",
    )

    assert found is not None
    assert [(one.name, one.place) for one in found] == [("shop:defs", "pyproject.toml:3:1")]
    assert found[0].target == Target(
        "module",
        "shop",
        "defs",
        str(folder / "src"),
        str(Path("~/v/bin/python").expanduser()),
        "spawn",
        {"PORT": "5432", "TOKEN": "s"},
        False,
        2.5,
    )


@pytest.mark.parametrize(
    ("key", "kind"), [("package_name", "package"), ("autoload_defs_module", "autoload")]
)
def test_packages_may_be_named(key: str, kind: str, folder: Path) -> None:
    found = read(folder, f'[tool.atoll]\n{key} = "shop"\n')

    assert found is not None and isinstance(found[0].target, Target)
    assert (found[0].name, found[0].target.kind) == ("shop", kind)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.atoll]\nmodul_name = "a"\nmodule_name = "a"',
            "pyproject.toml:2:1: [tool.atoll] has",
        ),
        (
            '[tool.atoll]\nmodule_name = "a"\npython_file = "b"',
            "pyproject.toml:3:1: [tool.atoll] names",
        ),
        ("[tool.dagster]\nmodules = []", "pyproject.toml:2:11: modules is empty; expected"),
        ("[tool.atoll]\nmodule_name = 3", "pyproject.toml:2:15: module_name is a text or {env = "),
        (
            '[tool.atoll]\npython_file = "a.py"',
            'pyproject.toml:2:15: python_file "a.py": there is no such file; its folder has no .py',
        ),
        (
            '[tool.dagster]\nmodule_name = "a.py"',
            "pyproject.toml:2:15: module_name is a dotted name; a file is named with ",
        ),
        (
            '[tool.atoll]\nmodul_name = "a"',
            'pyproject.toml:2:1: [tool.atoll] has no key "modul_name"; did you mean "module_name"?',
        ),
        (
            '[tool]\natoll = {module_name = "a", env = {A = [1]}}',
            "pyproject.toml:2:40: env.A is a text or {env = ",
        ),
        (
            '[tool.atoll]\nmodule_name = "a"\n[tool.atoll.env]\n"B=" = "1"',
            'pyproject.toml:4:1: "B=" cannot name a variable',
        ),
        (
            '[tool.atoll]\nmodules = [\n  {name = "a"},\n  {nam = "b"},\n]',
            'pyproject.toml:4:4: an item of modules has no key "nam"; did you mean "name"?',
        ),
        (
            '[tool.dagster]\nmodules = [{type = "file", name = "a"}]',
            "pyproject.toml:2:20: type is module, not file",
        ),
        (
            '[tool.dagster]\nmodule_name = "a"\nworker = "spawn"',
            'pyproject.toml:3:1: [tool.dagster] has no key "worker"; known here: ',
        ),
        (
            '[tool.atoll]\nmodule_name = "a"\nload_timeout = 0',
            "pyproject.toml:3:16: load_timeout is a number greater than 0, not 0",
        ),
        (
            '[tool.atoll]\nmodule_name = {env = "UNSET"}',
            "pyproject.toml:2:15: module_name: the environment variable UNSET is not set",
        ),
        (
            '[tool.atoll]\nautoload_defs_module = "a"\nattribute = "b"',
            "pyproject.toml:3:1: autoload_defs_module takes all definitions; no attribute",
        ),
        ("[tool.atoll\n", "pyproject.toml:1:12: not TOML"),
        (
            '[tool.atoll]\nmodules = [{name = "a"}, {name = "b"}]\ncode_location_name = "x"',
            "pyproject.toml:3:1: code_location_name names one location, and modules lists 2",
        ),
    ],
)
def test_a_mistake_in_pyproject_is_told_with_its_line(
    text: str, message: str, folder: Path
) -> None:
    with pytest.raises(WorkspaceError) as caught:
        read(folder, text)
    assert str(caught.value).startswith(message)
