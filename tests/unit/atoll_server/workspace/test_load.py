"""The workspace out of flags and of the current folder."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError, WorkspaceOptions, load_workspace
from atoll_server.adapters.workspace.location import ServerAddress
from atoll_wire.messages import Target


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
    assert isinstance(one.target, Target)
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


def test_an_empty_workspace_is_chosen_not_fallen_into() -> None:
    assert names(is_empty=True) == []
    assert "stands alone" in told(is_empty=True, targets=(("module", "a"),))


def test_a_workspace_file_that_is_a_folder_is_told_which_file_to_name(folder: Path) -> None:
    (folder / "sub").mkdir()
    assert told(workspace_files=("sub",)) == "sub: is a folder; it has no workspace.yaml"
    (folder / "sub" / "workspace.yml").touch()
    assert told(workspace_files=("sub/",)) == "sub/: is a folder; name sub/workspace.yml"


def test_a_tilde_is_the_home_folder_in_every_option(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir("/")
    (folder / "main.py").touch()
    (folder / "w.yaml").write_text("load_from: [{python_file: {relative_path: main.py}}]")

    file, server, listed = load_workspace(
        WorkspaceOptions(
            targets=(("file", "~/main.py"),),
            working_directory="~",
            attribute="a",
            grpc_socket="~/s.sock",
            workspace_files=("~/w.yaml",),
        ),
        {},
    )

    assert isinstance(file.target, Target) and isinstance(server.target, ServerAddress)
    assert (file.target.name, file.target.working_directory) == (f"{folder}/main.py", str(folder))
    assert server.target.socket == f"{folder}/s.sock"
    assert isinstance(listed.target, Target)
    assert listed.target.name == f"{folder}/main.py"


def test_a_server_is_named_by_flags_beside_the_others(folder: Path) -> None:
    shop, server = load_workspace(
        WorkspaceOptions(
            targets=(("module", "shop"),), grpc_host="far", grpc_port="4500", use_ssl=True
        ),
        {},
    )

    assert (shop.name, server.name) == ("shop", "grpc:far:4500")
    assert server.target == ServerAddress("far", 4500, None, True)
    assert names(grpc_socket="run/s.sock") == ["grpc:localhost:run/s.sock"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"grpc_host": "far"}, "--grpc-host far belongs to a server; add --grpc-port or"),
        ({"use_ssl": True}, "--use-ssl belongs to a server; add --grpc-port or --grpc-socket"),
        (
            {"grpc_port": "1", "grpc_socket": "s"},
            "--grpc-port 1 and --grpc-socket s exclude each other",
        ),
        ({"grpc_port": "70000"}, "--grpc-port 70000: a port is a whole number from 1 to 65535"),
        ({"grpc_port": "x"}, "--grpc-port x: a port is a whole number"),
        ({"is_empty": True, "grpc_port": "1"}, "--empty-workspace stands alone"),
        ({"attribute": "a"}, "-a a belongs to exactly one of -m, -f and --package-name; 0 were"),
        (
            {"attribute": "a", "targets": (("autoload", "m"),)},
            "-a a belongs to exactly one of -m, -f and --package-name; 0 were",
        ),
        ({"working_directory": "/"}, "-d / belongs to -m, -f and --package-name, and none was"),
        (
            {"working_directory": "no", "targets": (("module", "m"),)},
            "-d no: there is no such folder",
        ),
        (
            {"targets": (("module", "a:defs"),)},
            "-m a:defs: must be a dotted name; the",
        ),
        (
            {"targets": (("module", ".a"),)},
            "-m .a: must be a dotted name, such as shop",
        ),
        ({"targets": (("module", "a" * 300),)}, f"-m {'a' * 300}: the location's name has 300"),
    ],
)
def test_options_that_cannot_be_meant_are_told(options: dict[str, object], message: str) -> None:
    assert told(**options).startswith(message)


def test_two_files_of_one_workspace_are_refused_with_both_places(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text("load_from:\n  - grpc_server: {port: 4500}\n")

    message = told(workspace_files=("one.yaml", "two.yaml"))

    assert '"grpc:localhost:4500"' in message
    assert "one.yaml:2:5" in message and "two.yaml:2:5" in message


def test_a_module_that_pyproject_lists_twice_is_refused_with_both_places(folder: Path) -> None:
    listed = "[tool.dagster]\nmodules = [\n  {name = 'a'},\n  {name = 'a'},\n]\n"
    (folder / "pyproject.toml").write_text(listed)

    assert "one at pyproject.toml:3:11, another at pyproject.toml:4:11" in told()


def test_an_error_survives_pickling() -> None:
    error = WorkspaceError("wrong", file="workspace.yaml", line=3, column=5)

    copy = pickle.loads(pickle.dumps(error))

    assert str(copy) == str(error) == "workspace.yaml:3:5: wrong"


def test_one_server_is_one_location(folder: Path) -> None:
    (folder / "one.yaml").write_text(
        "load_from:\n"
        "  - grpc_server: {port: 4266, location_name: a}\n"
        "  - grpc_server: {port: 4266, location_name: b}\n"
    )

    message = told(workspace_files=("one.yaml",))

    assert '"a" and "b" are one server, localhost:4266' in message
    assert "one.yaml:2" in message and "one.yaml:3" in message
