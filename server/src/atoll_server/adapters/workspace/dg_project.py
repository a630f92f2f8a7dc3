"""The project that `[tool.dg]` of a `pyproject.toml`, or a `dg.toml`, describes.

It says where the code of one location is, as `create-dagster` writes it: the module
`definitions` of the project's package. Keys that say nothing about that are left alone.
"""

from __future__ import annotations

import os

from atoll_server.adapters.workspace.document import Document
from atoll_server.adapters.workspace.elements import ElementReader
from atoll_server.adapters.workspace.location import WorkspaceLocation, mistake_in_name
from atoll_server.adapters.workspace.text_file import read_text
from atoll_server.adapters.workspace.toml_nodes import read_toml, table_at

_TABLES = {"pyproject.toml": ("tool", "dg", "project"), "dg.toml": ("project",)}
"""By file of a project, the table that describes it."""
_MODULE = "code_location_target_module"
_NAME = "code_location_name"


def read_dg_project(folder: str) -> WorkspaceLocation | None:
    """The location of the project in a folder; None where the folder is none.

    Raises:
        WorkspaceError: `workspace.invalid`, with line and column of the mistake.
    """
    for name, table in _TABLES.items():
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            found = _location(path, table)
            if found is not None:
                return found
    return None


def _location(path: str, names: tuple[str, ...]) -> WorkspaceLocation | None:
    found = table_at(read_toml(path, read_text(path)), *names)
    if found is None:
        return None
    head, table = found
    document = Document(path, {}, "")
    reader = ElementReader(document, 'python_file = "%s" of [tool.atoll]')
    title = f"[{'.'.join(names)}]"
    entries = document.mapping(table, title, None)
    if "root_module" not in entries:
        document.fail(head, f'{title} needs root_module, the name of the package: "my_project"')
    root = reader.code(entries["root_module"].value, "module", "root_module")
    kind, code = "module", f"{root}.definitions"
    if "autoload_defs" in entries and document.flag(
        entries["autoload_defs"].value, "autoload_defs"
    ):
        kind, code = "autoload", f"{root}.defs"
        if "defs_module" in entries:
            code = reader.code(entries["defs_module"].value, "module", "defs_module")
    elif _MODULE in entries:
        code = reader.code(entries[_MODULE].value, "module", _MODULE)
    location = reader.location_name(entries, _NAME) or os.path.basename(reader.directory)
    if mistake_in_name(location) is not None:  # the folder's; the package's can always be one
        location = root
    target = reader.target(kind, code, {}, _source_folder(reader.directory, root))
    return reader.location(location, target, document.place(head), {})


def _source_folder(project: str, root_module: str) -> str:
    """Where the package is imported from: `src`, or the project's folder itself."""
    source = os.path.join(project, "src")
    is_there = os.path.isdir(os.path.join(source, root_module.partition(".")[0]))
    return source if is_there else project
