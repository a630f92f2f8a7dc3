"""The variables that stand for flags, and who goes before whom."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from atoll_server.adapters.workspace import WorkspaceError, WorkspaceOptions, load_workspace
from atoll_server.adapters.workspace.location import ServerAddress
from atoll_wire.messages import Target


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("one.py", "two.py"):
        (tmp_path / name).touch()
    (tmp_path / "w.yaml").write_text("load_from: [{python_module: listed}]")
    return tmp_path


def names(environment: dict[str, str], **options: object) -> list[str]:
    found = load_workspace(WorkspaceOptions(**options), environment)  # type: ignore[arg-type]
    return [one.name for one in found]


def told(environment: dict[str, str], **options: object) -> str:
    with pytest.raises(WorkspaceError) as caught:
        names(environment, **options)
    return str(caught.value)


def test_every_variable_stands_for_its_flag(folder: Path) -> None:
    assert names(
        {
            "ATOLL_MODULE_NAME": "a b.c",
            "ATOLL_PYTHON_FILE": os.pathsep.join(["one.py", "two.py"]),
            "ATOLL_PACKAGE_NAME": "d",
            "ATOLL_WORKSPACE": "w.yaml",
            "ATOLL_GRPC_HOST": "far",
            "ATOLL_GRPC_PORT": "4500",
        }
    ) == ["a", "b.c", "one.py", "two.py", "d", "grpc:far:4500", "listed"]


def test_attribute_folder_and_socket_have_theirs(folder: Path) -> None:
    (one,) = load_workspace(
        WorkspaceOptions(),
        {
            "ATOLL_MODULE_NAME": "a",
            "ATOLL_ATTRIBUTE": "defs",
            "ATOLL_WORKING_DIRECTORY": str(folder),
        },
    )
    (server,) = load_workspace(WorkspaceOptions(), {"ATOLL_GRPC_SOCKET": "s.sock"})

    assert one.target == Target("module", "a", "defs", str(folder))
    assert one.place == "ATOLL_MODULE_NAME=a"
    assert server.target == ServerAddress("localhost", None, str(folder / "s.sock"))


def test_dagsters_variables_count_where_ours_are_not_set() -> None:
    assert names({"DAGSTER_MODULE_NAME": "theirs", "DAGSTER_ATTRIBUTE": "x"}) == ["theirs:x"]
    both = {"DAGSTER_MODULE_NAME": "theirs", "ATOLL_MODULE_NAME": "ours"}
    assert names(both) == ["ours"]
    assert "DAGSTER_MODULE_NAME=a/b: expected" in told({"DAGSTER_MODULE_NAME": "a/b"})
    assert "no code location" in told({"DAGSTER_WORKSPACE": "w.yaml"})


def test_a_variable_goes_before_the_files_of_the_folder(folder: Path) -> None:
    (folder / "workspace.yaml").write_text("load_from: [{python_module: from_yaml}]")

    assert names({"ATOLL_MODULE_NAME": "a"}) == ["a"]
    assert names({"ATOLL_MODULE_NAME": ""}) == ["from_yaml"]


def test_flags_that_name_locations_put_the_variables_out_of_use(folder: Path) -> None:
    variables = {
        "ATOLL_MODULE_NAME": "a",
        "ATOLL_ATTRIBUTE": "x",
        "ATOLL_GRPC_PORT": "1",
        "ATOLL_WORKING_DIRECTORY": str(folder),
    }
    monday = (("module", "monday"),)

    (one,) = load_workspace(WorkspaceOptions(targets=monday), variables)
    assert one.target == Target("module", "monday", None, str(folder)), "only its folder counts"
    (one,) = load_workspace(WorkspaceOptions(targets=monday, working_directory="/"), variables)
    assert isinstance(one.target, Target)
    assert one.target.working_directory == "/"
    assert names(variables, workspace_files=("w.yaml",)) == ["listed"]
    assert names(variables, grpc_port="2") == ["grpc:localhost:2"]
    assert names(variables, is_empty=True) == []


def test_flags_that_name_none_go_before_their_own_variable_only() -> None:
    server = {"ATOLL_GRPC_PORT": "1", "ATOLL_GRPC_HOST": "far"}

    assert names(server, grpc_host="near") == ["grpc:near:1"]
    assert names({"ATOLL_MODULE_NAME": "a", "ATOLL_ATTRIBUTE": "x"}, attribute="y") == ["a:y"]


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"ATOLL_PYTHON_FILE": "three.py"}, "ATOLL_PYTHON_FILE=three.py: there is no such file"),
        ({"ATOLL_MODULE_NAME": "a b", "ATOLL_ATTRIBUTE": "x"}, "ATOLL_ATTRIBUTE=x belongs to"),
        ({"ATOLL_GRPC_PORT": "0"}, "ATOLL_GRPC_PORT=0: a port is"),
        ({"ATOLL_GRPC_HOST": "far"}, "ATOLL_GRPC_HOST=far belongs to a server"),
        (
            {"ATOLL_GRPC_PORT": "1", "ATOLL_GRPC_SOCKET": "s"},
            "ATOLL_GRPC_PORT=1 and ATOLL_GRPC_SOCKET=s exclude",
        ),
        (
            {"ATOLL_MODULE_NAME": "a", "ATOLL_WORKING_DIRECTORY": "no"},
            "ATOLL_WORKING_DIRECTORY=no: there is no such folder",
        ),
        ({"ATOLL_WORKING_DIRECTORY": "/"}, "ATOLL_WORKING_DIRECTORY=/ belongs to -m, -f and"),
    ],
)
def test_a_mistake_names_the_variable(environment: dict[str, str], message: str) -> None:
    assert told(environment).startswith(message)


def test_two_of_one_name_are_refused_with_the_variables() -> None:
    message = told({"ATOLL_MODULE_NAME": "a", "ATOLL_PACKAGE_NAME": "a"})

    assert "one at ATOLL_MODULE_NAME=a, another at ATOLL_PACKAGE_NAME=a" in message
