"""The workspace out of flags and of the current folder."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError, WorkspaceOptions, load_workspace


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(**options: object) -> list[str]:
    return [one.name for one in load_workspace(WorkspaceOptions(**options), {})]  # type: ignore[arg-type]


def told(**options: object) -> str:
    with pytest.raises(WorkspaceError) as caught:
        load_workspace(WorkspaceOptions(**options), {})  # type: ignore[arg-type]
    return str(caught.value)


def test_flags_and_files_are_mixed_and_keep_their_order(folder: Path) -> None:
    (folder / "main.py").touch()
    (folder / "more.yaml").write_text("load_from: [{python_module: c}, {python_module: d}]")

    assert names(
        targets=(("module", "b"), ("file", "main.py"), ("package", "a")),
        workspace_files=("more.yaml",),
    ) == ["b", "main.py", "a", "c", "d"]


def test_the_folder_and_the_attribute_apply_to_the_flags(folder: Path) -> None:
    (folder / "code").mkdir()

    (one,) = load_workspace(
        WorkspaceOptions(targets=(("module", "shop"),), attribute="defs", working_directory="code"),
        {},
    )

    assert one.name == "shop:defs"
    assert one.target.working_directory == str(folder / "code")


def test_two_locations_of_one_name_are_refused_with_both_places(folder: Path) -> None:
    (folder / "one.yaml").write_text("load_from: [{python_module: shop}]")

    message = told(targets=(("module", "shop"),), workspace_files=("one.yaml",))

    assert '"shop"' in message
    assert "-m shop" in message
    assert "one.yaml:1:14" in message


def test_an_attribute_for_several_targets_is_refused() -> None:
    assert "exactly one" in told(targets=(("module", "a"), ("module", "b")), attribute="defs")


def test_a_file_that_is_not_there_is_told() -> None:
    told_of = "-f nowhere.py: there is no such file; its folder has no .py file"
    assert told(targets=(("file", "nowhere.py"),)) == told_of


def test_a_file_is_told_from_a_folder_and_from_a_module(folder: Path) -> None:
    (folder / "shop").mkdir()
    (folder / "orders.py").touch()

    assert told(targets=(("file", "shop"),)) == (
        "-f shop: is a folder; name a .py file, or a package with --package-name"
    )
    assert told(targets=(("file", "order.py"),)).endswith('did you mean "orders.py"?')
    assert told(targets=(("module", "orders.py"),)).endswith("a file is named with: -f orders.py")


def test_without_flags_pyproject_goes_before_workspace_yaml(folder: Path) -> None:
    assert "workspace.yaml" in told()
    (folder / "workspace.yaml").write_text("load_from: [{python_module: from_yaml}]")
    assert names() == ["from_yaml"]
    (folder / "pyproject.toml").write_text("[tool.ruff]\nline-length = 80\n")
    assert names() == ["from_yaml"]
    (folder / "pyproject.toml").write_text("[tool.dagster]\nmodule_name = 'from_dagster'\n")
    assert names() == ["from_dagster"]
    (folder / "pyproject.toml").write_text(
        "[tool.dagster]\nmodule_name = 'a'\n[tool.atoll]\nmodule_name = 'from_atoll'\n"
    )
    assert names() == ["from_atoll"]


def test_pyproject_may_list_modules_and_name_a_single_one(folder: Path) -> None:
    pyproject = folder / "pyproject.toml"
    pyproject.write_text(
        '[tool.dagster]\nmodules = [{type = "module", name = "a"}, {name = "b"}]\n'
    )
    assert names() == ["a", "b"]
    pyproject.write_text('[tool.dagster]\nmodule_name = "a"\ncode_location_name = "mine"\n')
    assert names() == ["mine"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tool.atoll]\nmodul_name = "a"\nmodule_name = "a"', "pyproject.toml:2: [tool.atoll] has"),
        ('[tool.atoll]\nmodule_name = "a"\npython_file = "b"', "pyproject.toml:3: [tool.atoll] na"),
        ("[tool.dagster]\nmodules = []", "pyproject.toml:2: modules is a list of"),
        ("[tool.atoll]\nmodule_name = 3", "pyproject.toml:2: module_name is a text"),
        (
            '[tool.atoll]\npython_file = "a.py"',
            'pyproject.toml:2: python_file "a.py": there is no such file; its folder has no .py',
        ),
        (
            '[tool.dagster]\nmodule_name = "a.py"',
            'pyproject.toml:2: module_name is a dotted name; a file is named with python_file = "a',
        ),
        ("[tool.atoll\n", "pyproject.toml:1:12: not TOML"),
        (
            '[tool.atoll]\nmodules = [{name = "a"}, {name = "b"}]\ncode_location_name = "x"',
            "pyproject.toml:3: code_location_name names one location, and modules lists 2",
        ),
    ],
)
def test_a_mistake_in_pyproject_is_told_with_its_line(
    text: str, message: str, folder: Path
) -> None:
    (folder / "pyproject.toml").write_text(text)

    assert told().startswith(message)


def test_an_empty_workspace_is_chosen_not_fallen_into() -> None:
    assert names(is_empty=True) == []
    assert "stands alone" in told(is_empty=True, targets=(("module", "a"),))


def test_an_error_survives_pickling() -> None:
    error = WorkspaceError("wrong", file="workspace.yaml", line=3, column=5)

    copy = pickle.loads(pickle.dumps(error))

    assert str(copy) == str(error) == "workspace.yaml:3:5: wrong"
