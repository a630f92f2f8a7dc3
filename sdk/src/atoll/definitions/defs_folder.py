"""`load_from_defs_folder`: all that the modules below a project's `defs` folder define."""

from __future__ import annotations

import importlib
import os
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, List, Optional

from atoll.definitions.collection import Definitions
from atoll.definitions.module_definitions import definitions_of_modules
from atoll.definitions.modules_below import modules_below
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError

_PROJECT_FILES = ("dg.toml", "pyproject.toml", "setup.py")
_COMPONENT_FILES = ("defs.yaml", "component.yaml")


def load_from_defs_folder(
    *, path_within_project: Any = None, project_root: Any = None
) -> Definitions:
    """All that the modules below a project's `defs` folder define.

    The project is the nearest folder with a `dg.toml`, `pyproject.toml` or `setup.py`. Its `defs`
    module is `defs_module` of `[tool.dg.project]`, else `defs` in `root_module`, else the folder
    `defs` beside the file that was named.

    Args:
        path_within_project: a file or folder of the project.
        project_root: the project's folder itself, as it was given before.

    Raises:
        DefinitionError: `definition.no_defs_folder`, there is none; `definition.component`, it
            holds a component, which Atoll does not have yet.
    """
    given = path_within_project or project_root
    if given is None:
        raise DefinitionError(
            "load_from_defs_folder is not told where the project is",
            code="definition.no_defs_folder",
            hint="write path_within_project=Path(__file__).parent",
            source=caller_source(),
        )
    start = Path(given).resolve()
    root = _project_root(start)
    name = _defs_module(start, root)
    with _importable(root):
        return load_defs(importlib.import_module(name))


def load_defs(
    defs_root: ModuleType,
    project_root: Any = None,
    terminate_autoloading_on_keyword_files: Any = None,
) -> Definitions:
    """All that a package and the modules below it define.

    Args:
        defs_root: the package.
        project_root: not used; the package is where it is.
        terminate_autoloading_on_keyword_files: not used; all modules are imported.

    Raises:
        DefinitionError: `definition.component`, it holds one, which Atoll does not have yet.
    """
    for folder in list(getattr(defs_root, "__path__", ())):
        _refuse_components(folder)
    return definitions_of_modules(modules_below(defs_root))


def _project_root(start: Path) -> Path:
    for folder in (start, *start.parents):
        if any((folder / name).exists() for name in _PROJECT_FILES):
            return folder
    raise DefinitionError(
        "%s lies in no project: no folder above it has a pyproject.toml or dg.toml" % start,
        code="definition.no_defs_folder",
        hint="add a pyproject.toml with [tool.dg.project] root_module = '...'",
        source=caller_source(),
    )


def _defs_module(start: Path, root: Path) -> str:
    settings = _project_settings(root)
    if "defs_module" in settings:
        return settings["defs_module"]
    if "root_module" in settings:
        return settings["root_module"] + ".defs"
    folder = start if start.is_dir() else start.parent
    if not (folder / "defs").is_dir():
        raise DefinitionError(
            "there is no folder 'defs' in %s" % folder,
            code="definition.no_defs_folder",
            hint="name the project's module: [tool.dg.project] root_module = '...'",
            source=caller_source(),
        )
    parts = list(folder.relative_to(root).parts)
    if parts and parts[0] == "src":
        parts = parts[1:]
    return ".".join([*parts, "defs"])


def _project_settings(root: Path) -> Dict[str, str]:
    """`root_module` and `defs_module`, read without a TOML parser: Python 3.8 has none."""
    found: Dict[str, str] = {}
    for name, section in (("pyproject.toml", "tool.dg.project"), ("dg.toml", "project")):
        path = root / name
        if not path.exists():
            continue
        inside = False
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip().startswith("["):
                inside = line.strip() == "[%s]" % section
            match = re.match(r"\s*(root_module|defs_module)\s*=\s*[\"']([\w.]+)[\"']", line)
            if inside and match is not None:
                found[match.group(1)] = match.group(2)
    return found


class _importable:
    """Within the block, the project's modules can be imported as when it is installed."""

    def __init__(self, root: Path):
        self._folders = [str(folder) for folder in (root / "src", root) if folder.is_dir()]
        self._added: List[str] = []

    def __enter__(self) -> None:
        self._added = [folder for folder in self._folders if folder not in sys.path]
        sys.path.extend(self._added)

    def __exit__(self, *_: Any) -> None:
        for folder in self._added:
            sys.path.remove(folder)


def _refuse_components(folder: str) -> None:
    for path, _, files in os.walk(folder):
        found: Optional[str] = next((name for name in _COMPONENT_FILES if name in files), None)
        if found is not None and not _is_only_folder(Path(path) / found):
            raise DefinitionError(
                "%s is a component, and components come in a later release of Atoll"
                % os.path.join(path, found),
                code="definition.component",
                hint="write what it makes as assets in a module beside it",
                source=(os.path.join(path, found), 1),
            )


def _is_only_folder(path: Path) -> bool:
    """Whether the file only says that its folder is one of modules."""
    text = path.read_text(encoding="utf-8")
    return re.search(r"^type:\s*dagster\.DefsFolderComponent\s*$", text, re.M) is not None
