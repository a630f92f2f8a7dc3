"""`workspace.yaml`: all that a Dagster workspace.yaml may say about Python code, and more.

Every mistake is told with file, line, column and the nearest key that would be right. What
this release cannot do (`grpc_server`, `environment`) is read and checked, then refused.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

import yaml

from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.adapters.workspace.location import (
    WORKER_MODES,
    WorkspaceLocation,
    default_name,
    is_file_name,
    mistake_in_file,
)
from atoll_server.adapters.workspace.yaml_nodes import Document, Entry
from atoll_wire.messages import Target

_KINDS = {
    "python_file": ("file", "relative_path"),
    "python_module": ("module", "module_name"),
    "python_package": ("package", "package_name"),
}
_COMMON = (
    "attribute",
    "working_directory",
    "executable_path",
    "location_name",
    "env",
    "inherit_env",
    "worker",
    "load_timeout",
    "environment",
)
_ELEMENTS = (*_KINDS, "grpc_server", "autoload_defs_module")
_GRPC = ("host", "port", "socket", "location_name", "ssl", "additional_metadata")
_AUTOLOAD = ("module_name", "working_directory", "location_name", "executable_path")
_ENVIRONMENT = ("python", "requirements", "project", "requirements_file")


def read_workspace_file(path: str, environment: Mapping[str, str]) -> list[WorkspaceLocation]:
    """The locations of one `workspace.yaml`, in order.

    Args:
        path: as it was given; errors show it so.
        environment: the variables to which `{env: NAME}` may refer.

    Raises:
        WorkspaceError: `workspace.invalid`, with the place of the first mistake.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"cannot be read: {error}", file=path) from None
    document = Document(path, text, environment)
    if document.root is None:
        raise WorkspaceError('is empty; expected "load_from" with a list of locations', file=path)
    top = document.mapping(document.root, "workspace.yaml", ["load_from"])
    if "load_from" not in top:
        document.fail(document.root, 'expected "load_from" with a list of locations')
    elements = document.items(top["load_from"].value, "load_from")
    return [_Element(document, element).location() for element in elements]


class _Element:
    """One element of `load_from`."""

    def __init__(self, document: Document, node: yaml.Node) -> None:
        self._document = document
        self._node = node
        self._directory = os.path.dirname(os.path.abspath(document.file))

    def location(self) -> WorkspaceLocation:
        document = self._document
        if isinstance(self._node, yaml.ScalarNode) and self._node.value:
            name = self._node.value
            kind = "python_file" if is_file_name(name) else "python_module"
            document.fail(
                self._node, f"an element of load_from is a mapping: write `- {kind}: {name}`"
            )
        entries = document.mapping(self._node, "an element of load_from", _ELEMENTS)
        if len(entries) != 1:
            document.fail(
                self._node,
                f"an element of load_from has exactly one of {', '.join(_ELEMENTS)}"
                f" (this one has {len(entries)})",
            )
        ((kind, entry),) = entries.items()
        if kind == "grpc_server":
            self._refuse_grpc_server(entry)
        if kind == "autoload_defs_module":
            self._refuse_autoload(entry)
        target, name = (
            self._short(kind, entry.value)
            if document.is_text(entry.value)
            else self._long(kind, entry)
        )
        return WorkspaceLocation(name or default_name(target), target, document.place(entry.key))

    def _short(self, kind: str, node: yaml.Node) -> tuple[Target, None]:
        """`python_module: shop`. Its working directory is the host's, as in Dagster."""
        target_kind, _ = _KINDS[kind]
        name = self._name(node, kind, kind)
        return Target(target_kind, name, working_directory=os.getcwd()), None

    def _long(self, kind: str, entry: Entry) -> tuple[Target, str | None]:
        """`python_module: {module_name: shop, …}`."""
        document, (target_kind, name_key) = self._document, _KINDS[kind]
        entries = document.mapping(entry.value, kind, [name_key, *_COMMON])
        if name_key not in entries:
            document.fail(entry.value, f'{kind} needs "{name_key}"')
        if "environment" in entries:
            self._refuse_environment(entries["environment"])
        name = self._name(entries[name_key].value, kind, name_key)
        directory = self._text(entries, "working_directory")
        if directory is not None:
            directory = self._path(directory)
        else:
            directory = self._directory if target_kind == "file" else os.getcwd()
        executable = self._text(entries, "executable_path")
        target = Target(
            kind=target_kind,
            name=name,
            attribute=self._text(entries, "attribute"),
            working_directory=directory,
            executable=None if executable is None else self._executable(executable),
            worker=self._worker(entries),
            env=self._env(entries),
            inherit_env=(
                document.flag(entries["inherit_env"].value, "inherit_env")
                if "inherit_env" in entries
                else True
            ),
            load_timeout_s=(
                document.number(entries["load_timeout"].value, "load_timeout")
                if "load_timeout" in entries
                else Target.load_timeout_s
            ),
        )
        return target, self._text(entries, "location_name")

    def _name(self, node: yaml.Node, kind: str, key: str) -> str:
        """What is to be loaded: the path of a file that is there, or a dotted name."""
        document, name = self._document, self._document.text(node, key)
        if kind == "python_file":
            path = self._path(name)
            mistake = mistake_in_file(path)
            if mistake is not None:
                document.fail(node, f'{key} "{name}": {mistake}')
            return path
        if is_file_name(name):
            document.fail(
                node, f"{key} is a dotted name; a file is named with `python_file: {name}`"
            )
        return name

    def _text(self, entries: Mapping[str, Entry], key: str) -> str | None:
        return self._document.text(entries[key].value, key) if key in entries else None

    def _worker(self, entries: Mapping[str, Entry]) -> str:
        if "worker" not in entries:
            return "auto"
        return self._document.choice(entries["worker"].value, "worker", WORKER_MODES)

    def _env(self, entries: Mapping[str, Entry]) -> dict[str, str]:
        """The `env:` map; numbers and flags are taken as they are written."""
        if "env" not in entries:
            return {}
        variables = self._document.mapping(entries["env"].value, "env", None)
        values = {}
        for name, entry in variables.items():
            if not name or "=" in name or "\0" in name:
                self._document.fail(entry.key, f'"{name}" cannot name a variable')
            is_empty = isinstance(entry.value, yaml.ScalarNode) and not entry.value.value
            values[name] = "" if is_empty else self._document.text(entry.value, f"env.{name}")
        return values

    def _path(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._directory, os.path.expanduser(path)))

    def _executable(self, text: str) -> str:
        """An interpreter: a path, relative to the yaml, or a command that PATH knows.

        Links are kept: a venv is known by the link that it was called by.
        """
        path = self._path(text)
        if os.sep not in text and not os.path.exists(path):
            return shutil.which(text) or path
        return path

    def _refuse_grpc_server(self, entry: Entry) -> None:
        document = self._document
        entries = document.mapping(entry.value, "grpc_server", _GRPC)
        for key in ("host", "location_name", "socket"):
            self._text(entries, key)
        if "port" in entries and not 0 < document.number(entries["port"].value, "port") < 65536:
            document.fail(entries["port"].value, "port is a number from 1 to 65535")
        if "ssl" in entries:
            document.flag(entries["ssl"].value, "ssl")
        if ("port" in entries) == ("socket" in entries):
            document.fail(entry.value, "grpc_server has exactly one of port and socket")
        document.fail(
            entry.key,
            "remote locations (grpc_server) come in a later release; until then, name the "
            "location's code with python_module, python_file or python_package",
        )

    def _refuse_autoload(self, entry: Entry) -> None:
        if not self._document.is_text(entry.value):
            self._document.mapping(entry.value, "autoload_defs_module", _AUTOLOAD)
        self._document.fail(
            entry.key,
            "autoload_defs_module comes in a later release; until then, name a module that "
            "holds one Definitions with python_module",
        )

    def _refuse_environment(self, entry: Entry) -> None:
        self._document.mapping(entry.value, "environment", _ENVIRONMENT)
        self._document.fail(
            entry.key,
            "environments that Atoll builds come in a later release; until then, make one and "
            "name its interpreter with executable_path",
        )
