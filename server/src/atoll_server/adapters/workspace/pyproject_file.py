"""`[tool.atoll]` and `[tool.dagster]` of a `pyproject.toml`.

Both may say `module_name`, or `modules = [{type = "module", name = …}]`, and
`code_location_name`. Ours may also name a file or a package, and set what `workspace.yaml` sets.
"""

from __future__ import annotations

from collections.abc import Mapping

from atoll_server.adapters.workspace.document import Document, Entry
from atoll_server.adapters.workspace.elements import ElementReader
from atoll_server.adapters.workspace.keys import DAGSTER_KEYS, PYPROJECT_KEYS, PYPROJECT_NAMES
from atoll_server.adapters.workspace.location import WorkspaceLocation
from atoll_server.adapters.workspace.nodes import Node
from atoll_server.adapters.workspace.text_file import read_text
from atoll_server.adapters.workspace.toml_nodes import read_toml, table_at
from atoll_supervisor.target import default_name

_DAGSTERS_OWN = ("registry_modules", "project")
"""Keys of `[tool.dagster]` that say nothing about locations."""


def read_pyproject(path: str, environment: Mapping[str, str]) -> list[WorkspaceLocation] | None:
    """The locations of a `pyproject.toml`; None where it has no table of ours or Dagster's.

    Args:
        environment: the variables to which `{env = "NAME"}` may refer, in `[tool.atoll]`.

    Raises:
        WorkspaceError: `workspace.invalid`, with line and column of the mistake.
    """
    root = read_toml(path, read_text(path))
    document = Document(path, environment, '{env = "NAME"}')
    for tool, known, also in (
        ("atoll", PYPROJECT_KEYS, ()),
        ("dagster", DAGSTER_KEYS, _DAGSTERS_OWN),
    ):
        found = table_at(root, "tool", tool)
        if found is None:
            continue
        key, table = found
        entries = document.mapping(table, f"[tool.{tool}]", None)
        if any(name not in also for name in entries):
            document.mapping(table, f"[tool.{tool}]", (*known, *also))
            return _locations(document, f"[tool.{tool}]", key, entries, known)
    return None


def _locations(
    document: Document,
    table: str,
    head: Node,
    entries: Mapping[str, Entry],
    known: tuple[str, ...],
) -> list[WorkspaceLocation]:
    naming = [key for key in (*PYPROJECT_NAMES, "modules") if key in known]
    given = [key for key in naming if key in entries]
    if len(given) != 1:
        document.fail(
            entries[given[-1]].key if given else head,
            f"{table} names its code once: {', '.join(naming[:-1])} or {naming[-1]}"
            f" (this one has {', '.join(given) or 'none of them'})",
        )
    reader = ElementReader(document, 'python_file = "%s" of [tool.atoll]')
    (key,) = given
    if key == "modules":
        kind, nodes = "module", _modules(document, entries[key])
        places = [document.place(node) for node in nodes]
        codes = [reader.code(node, kind, "name") for node in nodes]
    else:
        kind, places = PYPROJECT_NAMES[key], [document.place(entries[key].key)]
        codes = [reader.code(entries[key].value, kind, key)]
    given_name = reader.location_name(entries, "code_location_name")
    if given_name is not None and len(codes) > 1:
        document.fail(
            entries["code_location_name"].key,
            f"code_location_name names one location, and modules lists {len(codes)}",
        )
    if "attribute" in entries and kind == "autoload":
        document.fail(
            entries["attribute"].key, "autoload_defs_module takes all definitions; no attribute"
        )
    targets = [reader.target(kind, code, entries, reader.directory) for code in codes]
    return [
        reader.location(given_name or default_name(target), target, place, entries)
        for target, place in zip(targets, places, strict=True)
    ]


def _modules(document: Document, entry: Entry) -> list[Node]:
    """The names in `modules = [{type = "module", name = …}]`."""
    items = document.items(entry.value, "modules")
    if not items:
        document.fail(entry.value, 'modules is empty; expected [{type = "module", name = …}]')
    names = []
    for item in items:
        module = document.mapping(item, "an item of modules", ("type", "name"))
        if "type" in module:
            document.choice(module["type"].value, "type", ("module",))
        if "name" not in module:
            document.fail(item, 'an item of modules needs "name"')
        names.append(module["name"].value)
    return names
