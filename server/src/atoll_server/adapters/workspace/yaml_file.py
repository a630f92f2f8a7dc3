"""`workspace.yaml`: all that a Dagster workspace.yaml may say, and more.

Every mistake is told with file, line, column and the nearest key that would be right. What
this release cannot do (`environment`) is read and checked, then refused.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from atoll_server.adapters.workspace.document import Document, Entry
from atoll_server.adapters.workspace.elements import ElementReader
from atoll_server.adapters.workspace.errors import WorkspaceError
from atoll_server.adapters.workspace.keys import ELEMENTS
from atoll_server.adapters.workspace.location import (
    WorkspaceLocation,
    is_file_name,
)
from atoll_server.adapters.workspace.nodes import Node, Scalar
from atoll_server.adapters.workspace.text_file import read_text
from atoll_server.adapters.workspace.yaml_nodes import read_yaml
from atoll_supervisor.target import default_name
from atoll_wire.messages import Target

FILE_NAMES = ("workspace.yaml", "workspace.yml")


def read_workspace_file(path: str, environment: Mapping[str, str]) -> list[WorkspaceLocation]:
    """The locations of one `workspace.yaml`, in order.

    Args:
        path: as it was given; errors show it so.
        environment: the variables to which `{env: NAME}` may refer.

    Raises:
        WorkspaceError: `workspace.invalid`, with the place of the first mistake.
    """
    _refuse_folder(path)
    root = read_yaml(path, read_text(path))
    if root is None or (isinstance(root, Scalar) and root.kind == "nothing"):
        raise WorkspaceError('is empty; expected "load_from" with a list of locations', file=path)
    document = Document(path, environment)
    top = document.mapping(root, "workspace.yaml", ["load_from"])
    if "load_from" not in top:
        document.fail(root, 'expected "load_from" with a list of locations')
    reader = ElementReader(document, "`python_file: %s`")
    return [_location(reader, node) for node in document.items(top["load_from"].value, "load_from")]


def _refuse_folder(path: str) -> None:
    folder = os.path.expanduser(path)
    if os.path.isdir(folder):
        found = [name for name in FILE_NAMES if os.path.isfile(os.path.join(folder, name))]
        hint = f"name {os.path.join(path, found[0])}" if found else "it has no workspace.yaml"
        raise WorkspaceError(f"is a folder; {hint}", file=path)


def _location(reader: ElementReader, node: Node) -> WorkspaceLocation:
    """One element of `load_from`."""
    document = reader.document
    if isinstance(node, Scalar) and node.kind == "text":
        kind = "python_file" if is_file_name(node.value) else "python_module"
        document.fail(node, f"an element of load_from is a mapping: write `- {kind}: {node.value}`")
    entries = document.mapping(node, "an element of load_from", ELEMENTS)
    if len(entries) != 1:
        document.fail(
            node,
            f"an element of load_from has exactly one of {', '.join(ELEMENTS)}"
            f" (this one has {len(entries)})",
        )
    ((kind, entry),) = entries.items()
    return _of_kind(reader, kind, entry)


def _of_kind(reader: ElementReader, kind: str, entry: Entry) -> WorkspaceLocation:
    document, element = reader.document, ELEMENTS[kind]
    place = document.place(entry.key)
    if element.kind is None or element.name_key is None:
        return reader.server(entry, place)
    if document.is_text(entry.value):
        # Its working directory is the host's, as in Dagster.
        code = reader.code(entry.value, element.kind, kind)
        target = Target(element.kind, code, working_directory=os.getcwd())
        return WorkspaceLocation(default_name(target), target, place)
    entries = document.mapping(entry.value, kind, element.keys)
    if element.name_key not in entries:
        document.fail(entry.value, f'{kind} needs "{element.name_key}"')
    code = reader.code(entries[element.name_key].value, element.kind, element.name_key)
    directory = reader.directory if element.kind == "file" else os.getcwd()
    target = reader.target(element.kind, code, entries, directory)
    name = reader.location_name(entries, "location_name") or default_name(target)
    return reader.location(name, target, place, entries)
