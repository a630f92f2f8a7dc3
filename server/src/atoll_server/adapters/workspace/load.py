"""The workspace of a deployment, out of whatever names it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.adapters.workspace.location import (
    ServerAddress,
    WorkspaceLocation,
    is_file_name,
    mistake_in_file,
    mistake_in_module,
    mistake_in_name,
    refuse_duplicates,
    server_name,
)
from atoll_server.adapters.workspace.options import (
    TARGET_FLAGS,
    WorkspaceOptions,
    refuse_contradictions,
    with_variables,
)
from atoll_supervisor.target import default_name
from atoll_wire.messages import Target

__all__ = ["WorkspaceOptions", "load_workspace"]

_MAX_PORT = 65535


def load_workspace(
    options: WorkspaceOptions, environment: Mapping[str, str] | None = None
) -> list[WorkspaceLocation]:
    """The locations to work with, in workspace order: flags first, then files.

    Without flags: what `ATOLL_MODULE_NAME` and its like say; else `[tool.atoll]` or
    `[tool.dagster]` of `pyproject.toml`, else `workspace.yaml` or `workspace.yml`, else
    `[tool.dg.project]` of `pyproject.toml` or `[project]` of `dg.toml`, all in the current
    directory.

    Raises:
        WorkspaceError: `workspace.invalid`, says what is wrong and where.
    """
    environment = os.environ if environment is None else environment
    options = with_variables(options, environment)
    refuse_contradictions(options)
    locations = _from_options(options) if options.is_given else _from_directory(environment)
    if options.workspace_files:
        from atoll_server.adapters.workspace.yaml_file import read_workspace_file

        for path in options.workspace_files:
            locations += read_workspace_file(path, environment)
    refuse_duplicates(locations)
    return locations


def _from_options(options: WorkspaceOptions) -> list[WorkspaceLocation]:
    directory = os.path.abspath(os.path.expanduser(options.working_directory or os.getcwd()))
    if options.working_directory is not None and not os.path.isdir(directory):
        given = options.said("working_directory", options.working_directory)
        raise WorkspaceError(f"{given}: there is no such folder")
    locations = []
    for kind, name in options.targets:
        place = options.said(kind, name)
        target = Target(kind, _code(kind, name, place), options.attribute, directory)
        locations.append(_named(default_name(target), target, place))
    if options.names_server:
        locations.append(_server(options))
    return locations


def _code(kind: str, name: str, place: str) -> str:
    """What a flag's target loads: the path of a file that is there, or a dotted name."""
    if kind == "file":
        name = os.path.abspath(os.path.expanduser(name))
        mistake = mistake_in_file(name)
        if mistake is not None:
            package = TARGET_FLAGS["package"]
            raise WorkspaceError(f"{place}: {mistake}".replace("python_package", package))
        return name
    if is_file_name(name):
        raise WorkspaceError(f"{place}: expected a dotted name; a file is named with: -f {name}")
    mistake = mistake_in_module(name)
    if mistake is not None:
        raise WorkspaceError(f"{place}: {mistake}".replace("attribute", "-a"))
    return name


def _server(options: WorkspaceOptions) -> WorkspaceLocation:
    host, port = options.grpc_host or ServerAddress.host, None
    if options.grpc_port is not None:
        place, text = options.said("grpc_port", options.grpc_port), options.grpc_port
        port = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
        if not 1 <= port <= _MAX_PORT:
            raise WorkspaceError(f"{place}: a port is a whole number from 1 to {_MAX_PORT}")
    else:
        place = options.said("grpc_socket", options.grpc_socket or "")
    socket = None
    if options.grpc_socket is not None:
        socket = os.path.abspath(os.path.expanduser(options.grpc_socket))
    name = server_name(host, port, options.grpc_socket)
    return _named(name, ServerAddress(host, port, socket, options.use_ssl), place)


def _named(name: str, target: Target | ServerAddress, place: str) -> WorkspaceLocation:
    mistake = mistake_in_name(name)
    if mistake is not None:
        raise WorkspaceError(f"{place}: the location's name {mistake}")
    return WorkspaceLocation(name, target, place)


def _from_directory(environment: Mapping[str, str]) -> list[WorkspaceLocation]:
    if os.path.isfile("pyproject.toml"):
        from atoll_server.adapters.workspace.pyproject_file import read_pyproject

        locations = read_pyproject("pyproject.toml", environment)
        if locations is not None:
            return locations
    for path in ("workspace.yaml", "workspace.yml"):
        if os.path.isfile(path):
            from atoll_server.adapters.workspace.yaml_file import read_workspace_file

            return read_workspace_file(path, environment)
    from atoll_server.adapters.workspace.dg_project import read_dg_project

    project = read_dg_project(os.getcwd())
    if project is not None:
        return [project]
    raise WorkspaceError(
        "no code location: name one with -m MODULE, -f FILE or -w workspace.yaml, or add "
        "workspace.yaml or a [tool.atoll] table in pyproject.toml to this folder; a small project "
        "to begin with: atoll init"
    )
