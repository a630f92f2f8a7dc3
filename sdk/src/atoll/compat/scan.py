"""What a project uses of Dagster, and what of it Atoll has: `atoll definitions validate --dagster`.

    python -m atoll.compat.scan KIND NAME

Reads sources, executes none. Begins with a target's file, follows its imports as far as they lie in
the working directory, and writes one JSON line: a list of `Use`s, as dicts.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import sys
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from atoll.compat import modules, names
from atoll.compat.sources import sources
from atoll.errors import AtollError, nearest

_LIBRARY = "a library for Dagster: it runs as far as what it uses is there; the load tells"


class Use(NamedTuple):
    """One place at which something of Dagster's is used."""

    name: str
    """`dagster.asset`, `dagster.asset(deps=)`, `dagster_dbt` for a library, or an unread file's."""
    file: str
    """Relative to the working directory."""
    line: int
    runs: str
    """`yes`, `no`, `perhaps`, or `unread` of a file in which this Python finds no sense."""
    why: Optional[str] = None


def scan(kind: str, name: str) -> List[Use]:
    """All uses in a target's sources, in order of files and lines.

    Args:
        kind: `file`, `module`, `package` or `autoload`, as of a `Target`.
        name: its path or dotted name, to be found from the working directory.
    """
    found: List[Use] = []
    for path in sources(kind, name):
        relative = os.path.relpath(path)
        try:
            with open(path, encoding="utf-8") as file:
                tree = ast.parse(file.read())
        except (OSError, SyntaxError, ValueError) as error:
            found.append(_unread(relative, error))
            continue
        found.extend(sorted(_File(relative, tree).uses(), key=lambda use: use.line))
    return found


def _unread(path: str, error: Exception) -> Use:
    """A file that cannot be read; the location's own Python may be able to."""
    told = "Python %d.%d cannot read it (%s); what it uses, the load tells" % (
        sys.version_info[0],
        sys.version_info[1],
        getattr(error, "msg", None) or error,
    )
    return Use(path, path, getattr(error, "lineno", None) or 1, "unread", told)


class _File:
    def __init__(self, path: str, tree: ast.Module) -> None:
        self._path = path
        self._nodes = list(ast.walk(tree))
        self._holders = {
            node.value.id
            for node in self._nodes
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        """Names of which an attribute is taken."""
        self._meaning: Dict[str, Tuple[str, str]] = {}
        """What a name of the file stands for: module of Dagster's and name in it, or `""`."""

    def uses(self) -> Iterator[Use]:
        for node in self._nodes:
            if isinstance(node, ast.Import):
                yield from self._import(node)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield from self._import_from(node, node.module)
        for node in self._nodes:
            if isinstance(node, ast.Attribute):
                yield from self._attribute(node)
        for node in self._nodes:
            if isinstance(node, ast.Call):
                yield from self._arguments(node)

    def _import(self, node: ast.Import) -> Iterator[Use]:
        for alias in node.names:
            root = alias.name.partition(".")[0]
            if root in modules.ROOTS:
                bound = alias.asname or root
                self._meaning[bound] = (alias.name if alias.asname else root, "")
                if not modules.is_module(alias.name):
                    parent, _, last = alias.name.rpartition(".")
                    yield self._use(node, parent, last)
            elif root.startswith("dagster_"):
                yield Use(root, self._path, node.lineno, "perhaps", _LIBRARY)

    def _import_from(self, node: ast.ImportFrom, module: str) -> Iterator[Use]:
        root = module.partition(".")[0]
        if root in modules.ROOTS:
            for alias in node.names:
                if alias.name == "*":
                    continue
                path = "%s.%s" % (module, alias.name)
                used_as_module = (alias.asname or alias.name) in self._holders
                if modules.is_package(path) or (used_as_module and _is_module(path)):
                    meaning = (path, "")
                else:
                    meaning = (module, alias.name)
                    yield self._use(node, *meaning)
                self._meaning[alias.asname or alias.name] = meaning
        elif root.startswith("dagster_"):
            yield Use(root, self._path, node.lineno, "perhaps", _LIBRARY)

    def _attribute(self, node: ast.Attribute) -> Iterator[Use]:
        """`dg.NAME`, and what a class of Dagster's is asked for (`AssetSelection.all`)."""
        target = self._resolve(node)
        if target is not None and target[1]:
            yield self._use(node, *target)
        outer = self._resolve(node.value)
        if outer is None or not outer[1] or _missing(*outer) is not None:
            return
        value = names.find(*outer)
        if inspect.isclass(value) and not hasattr(value, node.attr):
            name = "%s.%s.%s" % (*outer, node.attr)
            hint = nearest(node.attr, [one for one in dir(value) if not one.startswith("_")])
            why = "%s has no '%s'%s" % (outer[1], node.attr, "; " + hint if hint else "")
            yield Use(name, self._path, node.lineno, "no", why)

    def _use(self, node: Any, module: str, name: str) -> Use:
        why = _missing(module, name)
        runs = "yes" if why is None else "no"
        return Use("%s.%s" % (module, name), self._path, node.lineno, runs, why)

    def _resolve(self, node: ast.AST) -> Optional[Tuple[str, str]]:
        """The module and the name that an expression stands for, if it is one of Dagster's."""
        if isinstance(node, ast.Name):
            return self._meaning.get(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        outer = self._resolve(node.value)
        if outer is None or outer[1]:
            return None
        path = "%s.%s" % (outer[0], node.attr)
        return (path, "") if modules.is_package(path) else (outer[0], node.attr)

    def _arguments(self, node: ast.Call) -> Iterator[Use]:
        target = self._resolve(node.func)
        if target is None or not target[1] or _missing(*target) is not None:
            return
        taken = _parameters(names.find(*target))
        for keyword in node.keywords:
            if keyword.arg is not None and taken is not None and keyword.arg not in taken:
                name = "%s.%s(%s=)" % (target[0], target[1], keyword.arg)
                why = "%s takes no argument '%s'" % (target[1], keyword.arg)
                hint = nearest(keyword.arg, taken)
                why += "; " + hint if hint else ""
                yield Use(name, self._path, keyword.value.lineno, "no", why)


def _is_module(path: str) -> bool:
    return modules.is_module(path) and _missing(*path.rpartition(".")[::2]) is not None


def _missing(module: str, name: str) -> Optional[str]:
    """Why Atoll does not have a name of a module of Dagster's; None if it has."""
    if name.startswith("__"):
        return None
    try:
        names.find(module, name)
    except AtollError as error:
        return error.message
    except ImportError as error:
        return str(error)
    return None


def _parameters(value: Any) -> Optional[List[str]]:
    """Names of all arguments that a function or class takes; None if it takes any."""
    try:
        found = inspect.signature(value).parameters
    except (TypeError, ValueError):
        return None
    if any(one.kind is inspect.Parameter.VAR_KEYWORD for one in found.values()):
        return None
    return list(found)


if __name__ == "__main__":
    json.dump([use._asdict() for use in scan(*sys.argv[1:])], sys.stdout)
