"""Importing a location's code, and knowing it again."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import sys
from types import ModuleType
from typing import Dict, Iterator, List, Tuple

from atoll.compat import dagster
from atoll.definitions.collection import Definitions
from atoll.errors import DefinitionError
from atoll.execution.failures import is_user_file
from atoll.location.autoload import load_all
from atoll.location.discovery import find_definitions
from atoll_wire.messages import Target


def load(target: Target) -> Definitions:
    """Import the target's code and find its `Definitions`. Whatever that raises comes through."""
    sys.path.insert(0, os.getcwd())
    if target.compat:
        dagster.install()
    if target.kind == "file":
        return find_definitions(_import_file(target.name), target.attribute, target.name)
    if target.kind == "autoload":
        return load_all(target.name)
    module = importlib.import_module(target.name)
    return find_definitions(module, target.attribute, target.name)


def _import_file(path: str) -> ModuleType:
    """Execute a file as a module; what lies beside it can be imported."""
    path = os.path.abspath(path)
    if not os.path.isfile(path):
        raise DefinitionError("there is no file %s" % path, code="location.no_file")
    folder, name = os.path.dirname(path), os.path.splitext(os.path.basename(path))[0]
    if name in ("atoll", "atoll_wire"):
        raise DefinitionError(
            "%s has the name of the library that it imports" % path,
            code="location.no_file",
            hint="rename the file, so that `import atoll` does not mean itself",
        )
    if folder not in sys.path:
        sys.path.insert(1, folder)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise DefinitionError(
            "%s is not a Python file" % path, code="location.no_file", hint="name a .py file"
        )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def identity(snapshot_hash: str, target: Target) -> str:
    """Hash of what the code is: its snapshot, the user's sources, the environment."""
    digest = hashlib.sha256(snapshot_hash.encode())
    for name, path in sorted(_user_sources(target)):
        digest.update(("\0%s\0" % name).encode())
        try:
            with open(path, "rb") as file:
                digest.update(file.read())
        except OSError:
            pass
    digest.update(("\0".join([sys.version, sys.prefix] + _distributions())).encode())
    return digest.hexdigest()


def _user_sources(target: Target) -> Iterator[Tuple[str, str]]:
    """Modules that are the user's: neither the interpreter's, nor installed, nor ours; and what
    components were described by.
    """
    documents = sys.modules.get("atoll.components.documents")  # loaded where a YAML file was read
    for path in getattr(documents, "FILES_READ", ()):
        yield path, path
    package = target.name.split(".")[0] if target.kind != "file" else None
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str) and (is_user_file(path) or name.split(".")[0] == package):
            yield name, path


def packages() -> Dict[str, str]:
    """Versions of the installed distributions by name, in order of name."""
    found: Dict[str, str] = {}
    for folder_name in _distributions():
        name, _, version = folder_name[: -len(".dist-info")].rpartition("-")
        if name:
            found.setdefault(name, version)
    return found


def _distributions() -> List[str]:
    """Names and versions of the installed packages, as the names of their metadata folders."""
    names: List[str] = []
    for folder in sys.path:
        if os.path.basename(folder) in ("site-packages", "dist-packages"):
            try:
                names.extend(n for n in os.listdir(folder) if n.endswith(".dist-info"))
            except OSError:
                pass
    return sorted(names)
