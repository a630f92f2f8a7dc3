"""Which sources a target consists of, found by reading their imports."""

from __future__ import annotations

import ast
import os
from typing import Dict, Iterator, List, Optional, Set

_COLLECTORS = ("_from_package_module", "_from_package_name", "load_from_defs_folder", "load_defs")
"""Calls of what imports whole packages while it runs."""


def sources(kind: str, name: str) -> List[str]:
    """Paths of a target's Python files: its own, and those that they import from near it.

    Args:
        kind: `file`, `module`, `package` or `autoload`.
        name: its path or dotted name, to be found from the working directory.
    """
    if kind == "file":
        path = os.path.abspath(name)
        search = _Search([os.path.dirname(path), os.getcwd()])
        search.add(path)
    else:
        search = _Search([os.getcwd()])
        search.add_module(name)
    search.follow(everything=kind == "autoload")
    return list(search.found)


class _Search:
    def __init__(self, folders: List[str]) -> None:
        self._folders = list(dict.fromkeys(folders))
        self.found: Dict[str, Optional[str]] = {}
        """By path, the package in which the file lies; in the order in which they were met."""

    def add(self, path: str, package: Optional[str] = None) -> None:
        if os.path.isfile(path):
            self.found.setdefault(path, package)

    def add_module(self, name: str) -> None:
        """A module with the packages around it, if it lies in one of the folders."""
        parts = name.split(".")
        for folder in self._folders:
            for end in range(1, len(parts) + 1):
                base = os.path.join(folder, *parts[:end])
                self.add(os.path.join(base, "__init__.py"), ".".join(parts[:end]))
                self.add(base + ".py", ".".join(parts[: end - 1]))

    def follow(self, everything: bool) -> None:
        """Add what the files import, and what these import.

        Args:
            everything: whether all modules below a package belong to it.
        """
        done: Set[str] = set()
        while len(done) < len(self.found):
            for path, package in list(self.found.items()):
                if path not in done:
                    done.add(path)
                    text = _read(path)
                    for name in _imported(text, package):
                        self.add_module(name)
                    everything = everything or any(name in text for name in _COLLECTORS)
            if everything:
                self._add_all_below()

    def _add_all_below(self) -> None:
        for path, package in list(self.found.items()):
            if os.path.basename(path) != "__init__.py":
                continue
            top = os.path.dirname(path)
            for folder, folders, files in os.walk(top):
                folders[:] = sorted(f for f in folders if f.isidentifier() and f != "__pycache__")
                below = [part for part in os.path.relpath(folder, top).split(os.sep) if part != "."]
                inner = ".".join([package or "", *below]).strip(".")
                for file in sorted(files):
                    if file.endswith(".py"):
                        self.add(os.path.join(folder, file), inner)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, ValueError):
        return ""


def _imported(text: str, package: Optional[str]) -> Iterator[str]:
    """Dotted names of what may be modules that a source imports."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            around = (package or "").split(".")
            start = around[: len(around) + 1 - node.level] if node.level else []
            base = ".".join(part for part in [*start, node.module or ""] if part)
            for alias in node.names:
                yield "%s.%s" % (base, alias.name) if base else alias.name
