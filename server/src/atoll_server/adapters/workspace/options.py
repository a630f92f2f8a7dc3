"""What the command line, or the environment in its place, says about locations."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from atoll_server.adapters.workspace.errors import WorkspaceError

TARGET_FLAGS: Mapping[str, str] = {
    "module": "-m",
    "file": "-f",
    "package": "--package-name",
    "autoload": "--autoload-defs-module-name",
}
"""By the kind of their target."""
_FLAGS: Mapping[str, str] = {
    **TARGET_FLAGS,
    "workspace": "-w",
    "attribute": "-a",
    "working_directory": "-d",
    "grpc_host": "--grpc-host",
    "grpc_port": "--grpc-port",
    "grpc_socket": "--grpc-socket",
}
VARIABLES: Mapping[str, str] = {
    "module": "MODULE_NAME",
    "file": "PYTHON_FILE",
    "package": "PACKAGE_NAME",
    "attribute": "ATTRIBUTE",
    "working_directory": "WORKING_DIRECTORY",
    "workspace": "WORKSPACE",
    "grpc_host": "GRPC_HOST",
    "grpc_port": "GRPC_PORT",
    "grpc_socket": "GRPC_SOCKET",
}
"""What follows `ATOLL_` in the variable that stands for an option."""
DAGSTERS = frozenset(["module", "file", "package", "attribute", "working_directory"])
"""Options for which the variable may also begin with `DAGSTER_`, as Dagster's own do."""
_LISTS_OF_PATHS = frozenset(["file", "workspace"])


@dataclass(frozen=True, kw_only=True)
class WorkspaceOptions:
    """What was said about locations; all of it may be mixed."""

    targets: tuple[tuple[str, str], ...] = ()
    """(kind, name) in the order of the flags; kind as in `Target`."""
    workspace_files: tuple[str, ...] = ()
    attribute: str | None = None
    """Of the one target that `targets` then holds."""
    working_directory: str | None = None
    """Of all `targets`."""
    grpc_host: str | None = None
    grpc_port: str | None = None
    grpc_socket: str | None = None
    use_ssl: bool = False
    is_empty: bool = False
    """Work with no location at all."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """The variable out of which an option came, where it was no flag."""

    @property
    def names_server(self) -> bool:
        """Whether a server was given, so far as it goes."""
        return self.grpc_port is not None or self.grpc_socket is not None

    @property
    def is_given(self) -> bool:
        """Whether a location was named, or that there is none: the defaults do not apply."""
        return bool(self.targets or self.workspace_files or self.names_server or self.is_empty)

    def said(self, option: str, value: str) -> str:
        """How an option was given, for messages: `-m shop` or `ATOLL_MODULE_NAME=shop`."""
        if option in self.variables:
            return f"{self.variables[option]}={value}"
        return f"{_FLAGS[option]} {value}"


def with_variables(options: WorkspaceOptions, environment: Mapping[str, str]) -> WorkspaceOptions:
    """The options, with what `ATOLL_MODULE_NAME` and its like say where no flag does.

    Flags win: one that names a location puts all variables that name locations out of use, and
    `ATOLL_ATTRIBUTE` with them.
    """
    kept = [] if options.is_given else list(VARIABLES)
    if options.targets:
        kept = ["working_directory"]
    found = {o: _variable(o, environment) for o in kept if getattr(options, o, None) is None}
    given = {option: both for option, both in found.items() if both is not None}
    values = {option: value for option, (_, value) in given.items()}
    targets = [(kind, name) for kind in TARGET_FLAGS for name in _split(kind, values)]
    return replace(
        options,
        targets=options.targets or tuple(targets),
        workspace_files=options.workspace_files or tuple(_split("workspace", values)),
        attribute=options.attribute or values.get("attribute"),
        working_directory=options.working_directory or values.get("working_directory"),
        grpc_host=options.grpc_host or values.get("grpc_host"),
        grpc_port=options.grpc_port or values.get("grpc_port"),
        grpc_socket=options.grpc_socket or values.get("grpc_socket"),
        variables={option: name for option, (name, _) in given.items()},
    )


def _variable(option: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """Name and value of the option's variable, if it is set."""
    for prefix in ("ATOLL_", "DAGSTER_") if option in DAGSTERS else ("ATOLL_",):
        name = prefix + VARIABLES[option]
        if environment.get(name):
            return name, environment[name]
    return None


def _split(option: str, values: Mapping[str, str]) -> list[str]:
    """Several names stand between blanks, several paths between colons, as in PATH."""
    separator = os.pathsep if option in _LISTS_OF_PATHS else None
    return [part for part in values.get(option, "").split(separator) if part]


def refuse_contradictions(options: WorkspaceOptions) -> None:
    """Check that the options can be meant together.

    Raises:
        WorkspaceError: `workspace.invalid`, names them.
    """
    o = options
    if o.is_empty and (o.targets or o.workspace_files or o.names_server):
        raise WorkspaceError("--empty-workspace stands alone: it means that there is no location")
    takes_attribute = [kind for kind, _ in o.targets if kind != "autoload"]
    if o.attribute is not None and (len(o.targets) != 1 or not takes_attribute):
        raise WorkspaceError(
            f"{o.said('attribute', o.attribute)} belongs to exactly one of -m, -f and "
            f"--package-name; {len(takes_attribute)} were given"
        )
    if o.working_directory is not None and not o.targets:
        raise WorkspaceError(
            f"{o.said('working_directory', o.working_directory)} belongs to -m, -f and "
            "--package-name, and none was given; a workspace.yaml says working_directory itself"
        )
    if o.grpc_port is not None and o.grpc_socket is not None:
        raise WorkspaceError(
            f"{o.said('grpc_port', o.grpc_port)} and {o.said('grpc_socket', o.grpc_socket)} "
            "exclude each other: a server listens on one of them"
        )
    if not o.names_server and (o.grpc_host is not None or o.use_ssl):
        alone = "--use-ssl" if o.grpc_host is None else o.said("grpc_host", o.grpc_host)
        raise WorkspaceError(
            f"{alone} belongs to a server; add --grpc-port or --grpc-socket, on which it listens"
        )
