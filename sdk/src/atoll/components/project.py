"""The project to which a file belongs, and the module of its `defs` folder."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, Tuple

from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError

_PROJECT_FILES = ("dg.toml", "pyproject.toml", "setup.py")


def defs_module_of(path: Any) -> Tuple[ModuleType, Path]:
    """The `defs` module of the project to which a file or folder belongs, and its folder.

    The project is the nearest folder with a `dg.toml`, `pyproject.toml` or `setup.py`. Its `defs`
    module is `defs_module` of `[tool.dg.project]`, else `defs` in `root_module`, else the folder
    `defs` beside the file that was named.

    Raises:
        DefinitionError: `definition.no_defs_folder`, there is none.
    """
    start = Path(path).resolve()
    root = project_root_of(start)
    name = _defs_module(start, root)
    _make_importable(root)
    return importlib.import_module(name), root


def project_root_of(start: Path) -> Path:
    """The nearest folder above that is a project.

    Raises:
        DefinitionError: `definition.no_defs_folder`, there is none.
    """
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


def _make_importable(root: Path) -> None:
    """From now on the project's modules are found as when it is installed.

    They come last, so that nothing else is found otherwise; and for good, since what a step does
    may import them late.
    """
    for folder in (root / "src", root):
        if folder.is_dir() and str(folder) not in sys.path:
            sys.path.append(str(folder))
