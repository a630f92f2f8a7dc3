"""What a test needs of its module: the names that it uses, and those that these use."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

OPEN = frozenset({"dagster"})
"""Packages whose top level is their public API."""
CLOSED = frozenset({"dagster_tests", "dagster_test", "dagster_shared", "dagster_dg_core"})
"""Packages of Dagster's that have none."""
FIXTURES = frozenset(
    (
        *("tmp_path", "tmp_path_factory", "tmpdir", "tmpdir_factory", "monkeypatch", "capsys"),
        *("capfd", "caplog", "recwarn", "request", "mocker"),
    )
)
"""Those that pytest and pytest-mock have."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Needs:
    """What some code uses."""

    names: set[str] = field(default_factory=set)
    """Names that it does not bind itself, as far as that can be told."""
    symbols: set[str] = field(default_factory=set)
    """Public names of Dagster's."""
    private: set[str] = field(default_factory=set)
    """What it uses that is not public: modules, names, attributes that begin with `_`."""

    def add(self, other: Needs) -> None:
        """Take in what other code uses."""
        self.names |= other.names
        self.symbols |= other.symbols
        self.private |= other.private


class Imports:
    """What names mean that import statements bind.

    Args:
        public: the names at Dagster's top level.
    """

    def __init__(self, public: frozenset[str]) -> None:
        self._public = public
        self.meaning: dict[str, Needs] = {}
        self.roots: set[str] = set()
        """Names that stand for the package `dagster` itself."""

    def read(self, node: ast.Import | ast.ImportFrom) -> None:
        """Remember what the statement binds."""
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            if isinstance(node, ast.ImportFrom):
                self.meaning[bound] = self._member(node, alias.name)
            elif alias.name in OPEN:
                self.roots.add(bound)
                self.meaning[bound] = Needs()
            else:
                self.meaning[bound] = self._module(alias.name)

    def member_of_root(self, name: str) -> Needs:
        """What `dagster.NAME` means."""
        if name in self._public or name.startswith("__"):
            return Needs(symbols={name})
        return Needs(private={f"dagster.{name}"})

    def _member(self, node: ast.ImportFrom, name: str) -> Needs:
        if node.level:
            return Needs(private={"." * node.level + (node.module or "") + "." + name})
        if node.module in OPEN:
            return self.member_of_root(name)
        return self._module(f"{node.module}.{name}")

    @staticmethod
    def _module(path: str) -> Needs:
        root = path.partition(".")[0]
        return Needs(private={path}) if root in OPEN or root in CLOSED else Needs()


def needs_of(nodes: Iterable[ast.AST], imports: Imports) -> Needs:
    """What code uses, imports inside of it included.

    What it imports itself counts by what that is; a local variable that is called as something at
    the top level is taken for that.
    """
    needs = Needs()
    local = Imports(imports._public)
    local.roots |= imports.roots
    nodes = [node for top in nodes for node in _walk(top)]
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            local.read(node)
    for node in nodes:
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in local.roots:
                needs.add(local.member_of_root(node.attr))
            elif _is_private(node):
                needs.private.add(f".{node.attr}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            _use(node.id, needs, local, imports)
        elif isinstance(node, ast.Call):
            _patched(node, needs)
    return needs


def _use(name: str, needs: Needs, local: Imports, imports: Imports) -> None:
    for known in (local, imports):
        if name in known.meaning:
            needs.add(known.meaning[name])
            break
    if name not in local.meaning and not hasattr(builtins, name):
        needs.names.add(name)


def _walk(top: ast.AST) -> Iterator[ast.AST]:
    """All nodes, and those of annotations that are written as texts."""
    for node in ast.walk(top):
        yield node
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
                try:
                    yield from ast.walk(ast.parse(annotation.value, mode="eval"))
                except SyntaxError:
                    pass


def _is_private(node: ast.Attribute) -> bool:
    """`x._y`, unless it is the test's own (`self._y`) or a named tuple's (`x._replace`)."""
    if not node.attr.startswith("_") or node.attr.startswith("__"):
        return False
    own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    return not own and node.attr not in ("_replace", "_asdict", "_fields")


def _patched(call: ast.Call, needs: Needs) -> None:
    """`mock.patch("dagster._core.x")` and the like."""
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            text = argument.value
            if text.startswith(("dagster._", "dagster_shared.", "dagster_tests.")):
                needs.private.add(text)


def parameters(function: Function) -> list[str]:
    """Names of a function's parameters."""
    arguments = function.args
    return [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
