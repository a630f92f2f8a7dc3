"""The modules of a package, whether or not its folders say that they are packages."""

from __future__ import annotations

import importlib
import os
import pkgutil
from types import ModuleType
from typing import Iterator


def modules_below(module: ModuleType) -> Iterator[ModuleType]:
    """The module and all below it, by name; folders without `__init__.py` are looked into."""
    yield module
    path = list(getattr(module, "__path__", ()))
    names = {entry.name for entry in pkgutil.iter_modules(path)}
    names.update(name for folder in path for name in _namespaces(folder))
    for name in sorted(names - {"__main__"}):
        yield from modules_below(importlib.import_module("%s.%s" % (module.__name__, name)))


def _namespaces(folder: str) -> Iterator[str]:
    """Folders of Python files that are packages although they do not say so."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.isidentifier() and entry.name != "__pycache__" and entry.is_dir():
            inside = (file for _, _, files in os.walk(entry.path) for file in files)
            if any(file.endswith(".py") for file in inside):
                yield entry.name
