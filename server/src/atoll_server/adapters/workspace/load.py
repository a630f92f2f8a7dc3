"""The workspace of a deployment, out of whatever names it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.adapters.workspace.location import (
    WorkspaceLocation,
    default_name,
    is_file_name,
    mistake_in_file,
    refuse_duplicates,
)
from atoll_wire.messages import Target

_PACKAGE = "--package-name"
_FLAGS = {"module": "-m", "file": "-f", "package": _PACKAGE}


@dataclass(frozen=True, kw_only=True)
class WorkspaceOptions:
    """What the command line says about locations; all of it may be mixed."""

    targets: tuple[tuple[str, str], ...] = ()
    """(kind, name) in the order of the flags; kind as in `Target`."""
    workspace_files: tuple[str, ...] = ()
    attribute: str | None = None
    """Of the one target that `targets` then holds."""
    working_directory: str | None = None
    """Of all `targets`."""
    is_empty: bool = False
    """Work with no location at all."""

    @property
    def is_given(self) -> bool:
        """Whether anything was chosen, so that the defaults do not apply."""
        return bool(self.targets or self.workspace_files or self.is_empty)


def load_workspace(
    options: WorkspaceOptions, environment: Mapping[str, str] | None = None
) -> list[WorkspaceLocation]:
    """The locations to work with, in workspace order: flags first, then files.

    Without flags: `[tool.atoll]` or `[tool.dagster]` of `pyproject.toml`, else
    `workspace.yaml` or `workspace.yml`, all in the current directory.

    Raises:
        WorkspaceError: `workspace.invalid`, says what is wrong and where.
    """
    environment = os.environ if environment is None else environment
    locations = _from_flags(options) if options.is_given else _from_directory(environment)
    if options.workspace_files:
        from atoll_server.adapters.workspace.yaml_file import read_workspace_file

        for path in options.workspace_files:
            locations += read_workspace_file(path, environment)
    refuse_duplicates(locations)
    return locations


def _from_flags(options: WorkspaceOptions) -> list[WorkspaceLocation]:
    if options.is_empty and (options.targets or options.workspace_files):
        raise WorkspaceError("--empty-workspace stands alone: it means that there is no location")
    if options.attribute is not None and len(options.targets) != 1:
        raise WorkspaceError(
            f"-a {options.attribute} belongs to exactly one of -m, -f and --package-name; "
            f"{len(options.targets)} were given"
        )
    directory = os.path.abspath(options.working_directory or os.getcwd())
    if not os.path.isdir(directory):
        raise WorkspaceError(f"-d {options.working_directory}: there is no such folder")
    locations = []
    for kind, name in options.targets:
        place = f"{_FLAGS[kind]} {name}"
        if kind == "file":
            name = os.path.abspath(os.path.expanduser(name))
            mistake = mistake_in_file(name)
            if mistake is not None:
                raise WorkspaceError(f"{place}: {mistake}".replace("python_package", _PACKAGE))
        elif is_file_name(name):
            raise WorkspaceError(
                f"{place}: expected a dotted name; a file is named with: -f {name}"
            )
        target = Target(kind, name, options.attribute, directory)
        locations.append(WorkspaceLocation(default_name(target), target, place))
    return locations


def _from_directory(environment: Mapping[str, str]) -> list[WorkspaceLocation]:
    if os.path.isfile("pyproject.toml"):
        from atoll_server.adapters.workspace.pyproject_file import read_pyproject

        locations = read_pyproject("pyproject.toml")
        if locations is not None:
            return locations
    for path in ("workspace.yaml", "workspace.yml"):
        if os.path.isfile(path):
            from atoll_server.adapters.workspace.yaml_file import read_workspace_file

            return read_workspace_file(path, environment)
    raise WorkspaceError(
        "no code location: name one with -m MODULE, -f FILE or -w workspace.yaml, or add "
        "workspace.yaml or a [tool.atoll] table in pyproject.toml to this folder"
    )
