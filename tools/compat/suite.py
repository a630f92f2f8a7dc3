"""Which of Dagster's tests use its public API only, and a copy of the suite with just these.

A test counts if neither it, nor the fixtures and helpers of its module that it uses, import
anything but the top level of `dagster`, Python's and other people's packages, nor touch attributes
that begin with `_`. What else a module holds is blanked out in the copy, line by line, so that it
can be imported even if its other tests need what nobody promised.
"""

from __future__ import annotations

import ast
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tools.compat.closure import FIXTURES, Function, Imports, Needs, needs_of, parameters


@dataclass
class Test:
    """A test function."""

    name: str
    """`test_x` or `TestY::test_x`."""
    symbols: frozenset[str]
    """Public names of Dagster's that it uses, itself or through helpers."""
    private: frozenset[str]
    """What keeps it from being chosen."""
    helpers: frozenset[str] = frozenset()
    """Names at the module's top level that it needs."""


@dataclass
class Module:
    """A test module and its tests."""

    path: Path
    """Relative to the suite."""
    tests: list[Test] = field(default_factory=list)
    tree: ast.Module = field(default_factory=lambda: ast.Module([], []))

    @property
    def chosen(self) -> list[Test]:
        """Tests that use the public API only."""
        return [test for test in self.tests if not test.private]


def read_suite(folder: Path, public: frozenset[str]) -> list[Module]:
    """All test modules below a folder."""
    paths = sorted(folder.rglob("test_*.py"))
    return [_read(path, folder, public) for path in paths]


def _read(path: Path, folder: Path, public: frozenset[str]) -> Module:
    tree = ast.parse(path.read_text())
    imports = Imports(public)
    for node in _top_level(tree.body):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.read(node)
    module = Module(path.relative_to(folder), tree=tree)
    definitions = _definitions(tree.body)
    needs = {name: _union(imports, nodes) for name, nodes in definitions.items()}
    always = [name for name, nodes in definitions.items() if any(_is_autouse(n) for n in nodes)]
    always += ["pytestmark"] if "pytestmark" in definitions else []
    for name, function, around in _tests(tree.body):
        found = needs_of([function, *around], imports)
        used = _fixtures(function, definitions, found)
        helpers = _close({*found.names, *used, *always} & set(definitions), needs, definitions)
        for helper in helpers:
            found.add(needs[helper])
        test = Test(name, frozenset(found.symbols), frozenset(found.private), frozenset(helpers))
        module.tests.append(test)
    return module


def _union(imports: Imports, nodes: Iterable[ast.stmt]) -> Needs:
    needs = Needs()
    for node in nodes:
        needs.add(needs_of([node], imports))
    return needs


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that are executed as a module is imported, those within blocks included."""
    for node in body:
        yield node
        for block in ("body", "orelse", "finalbody"):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield from _top_level(getattr(node, block, []))


def _definitions(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """What binds each name at the top level, imports aside."""
    found: dict[str, list[ast.stmt]] = {}
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for name in _bound(node):
            found.setdefault(name, []).append(node)
    return found


def _bound(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    names = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            names.add(inner.id)
        elif isinstance(inner, ast.FunctionDef | ast.ClassDef):
            names.add(inner.name)
    return names


def _tests(body: list[ast.stmt]) -> Iterator[tuple[str, Function, list[ast.AST]]]:
    """Name, function and what stands around it: the parts of its class that are no tests."""
    for node in body:
        if isinstance(node, Function) and node.name.startswith("test"):
            yield node.name, node, []
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            rest: list[ast.AST] = [n for n in node.body if not _is_test(n)]
            rest += [*node.bases, *node.decorator_list]
            for inner in node.body:
                if isinstance(inner, Function) and _is_test(inner):
                    yield f"{node.name}::{inner.name}", inner, rest


def _is_test(node: ast.stmt) -> bool:
    return isinstance(node, Function) and node.name.startswith("test")


def _is_autouse(node: ast.stmt) -> bool:
    marks = getattr(node, "decorator_list", [])
    return any("autouse" in ast.unparse(mark) for mark in marks)


def _fixtures(function: Function, definitions: dict[str, list[ast.stmt]], needs: Needs) -> set[str]:
    """Fixtures of the module that a function takes; those of others are not public."""
    marks = " ".join(ast.unparse(mark) for mark in function.decorator_list)
    used = set()
    defaults = len(function.args.defaults)
    taken = parameters(function)
    for name in taken[: len(taken) - defaults]:
        if name in definitions:
            used.add(name)
        elif name not in ("self", "cls") and name not in FIXTURES and name not in marks:
            needs.private.add(f"fixture {name}")
    return used


def _close(
    names: set[str], needs: dict[str, Needs], definitions: dict[str, list[ast.stmt]]
) -> set[str]:
    """The names, and all that they need."""
    done: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        done.add(name)
        more = needs[name].names & set(definitions)
        for node in definitions[name]:
            if isinstance(node, Function):
                is_fixture = any("fixture" in ast.unparse(m) for m in node.decorator_list)
                more |= _fixtures(node, definitions, needs[name]) if is_fixture else set()
        waiting |= more - done
    return done


def write_copy(modules: list[Module], source: Path, cache: Path) -> Path:
    """Copy the suite, with only the chosen tests and what they need in it; the folder of the copy.

    Conftests stay out: nothing that was chosen uses them. A copy with the same tests is kept.
    """
    chosen = [f"{module.path}::{test.name}" for module in modules for test in module.chosen]
    code = [Path(__file__).read_text(), source.parent.name, *chosen]
    target = cache / f"suite-{hashlib.sha256(repr(code).encode()).hexdigest()[:12]}"
    if target.exists():
        return target
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("conftest.py", "__pycache__"))
    for module in modules:
        path = target / module.path
        if module.chosen:
            path.write_text(_blanked(module, path.read_text()))
        else:
            path.unlink()
    return target


def _blanked(module: Module, text: str) -> str:
    """The module's text, with empty lines for what is left out."""
    chosen = {test.name for test in module.chosen}
    helpers = {helper for test in module.chosen for helper in test.helpers}
    lines = text.splitlines()
    kept: list[ast.AST] = []
    imported: list[ast.Import | ast.ImportFrom] = []
    for node in module.tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported.append(node)
        elif not _keep(node, chosen, helpers):
            _blank(lines, node)
        elif isinstance(node, ast.ClassDef) and node.name not in helpers:
            left = [n for n in node.body if _is_left_out(n, node.name, chosen)]
            for inner in left:
                _blank(lines, inner)
            kept += [n for n in [*node.body, *node.bases, *node.decorator_list] if n not in left]
        else:
            kept.append(node)
    used = {n.id for top in kept for n in _names(top)}
    for statement in imported:
        _narrow(lines, statement, used)
    return "\n".join(lines) + "\n"


def _names(top: ast.AST) -> Iterator[ast.Name]:
    for node in ast.walk(top):
        if isinstance(node, ast.Name):
            yield node
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                inner = ast.parse(node.value, mode="eval")
            except (SyntaxError, ValueError, RecursionError):
                continue
            yield from (n for n in ast.walk(inner) if isinstance(n, ast.Name))


def _keep(node: ast.stmt, chosen: set[str], helpers: set[str]) -> bool:
    if isinstance(node, Function) and node.name in chosen:
        return True
    if isinstance(node, ast.ClassDef) and any(n.startswith(node.name + "::") for n in chosen):
        return True
    return bool(_bound(node) & helpers)


def _is_left_out(node: ast.stmt, class_name: str, chosen: set[str]) -> bool:
    if not isinstance(node, Function) or not _is_test(node):
        return False
    return f"{class_name}::{node.name}" not in chosen


def _blank(lines: list[str], node: ast.stmt) -> None:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    for number in range(first - 1, node.end_lineno or first):
        lines[number] = ""


def _narrow(lines: list[str], node: ast.Import | ast.ImportFrom, used: set[str]) -> None:
    """Keep of an import statement what is used."""
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return
    needed = [a for a in node.names if (a.asname or a.name.partition(".")[0]) in used]
    _blank(lines, node)
    if needed:
        left = ast.Import(needed)
        if isinstance(node, ast.ImportFrom):
            left = ast.ImportFrom(node.module, needed, node.level)
        lines[node.lineno - 1] = ast.unparse(left)
