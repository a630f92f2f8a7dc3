"""Keeps files and functions small: `python tools/check_sizes.py`.

Of the house's own code, nine files in ten have at most 350 lines and every function at most 50;
no file at all, tests included, has more than 600. A function's docstring does not count, and one
inside another is judged by itself. Files of the UI are held to the same lines, among themselves. A
file that no longer fits has two subjects.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ("sdk/src", "server/src", "tools", "benchmarks")
ALSO = ("tests", "examples")
P90_LINES, MAX_LINES, MAX_FUNCTION_LINES = 350, 600, 50
UI = "ui/src"
UI_GENERATED = "schema.d.ts"
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def python_files(folder: str, root: Path = ROOT) -> list[Path]:
    """Python files below `folder`, without those in hidden folders (environments, caches)."""
    found = sorted((root / folder).rglob("*.py"))
    return [f for f in found if not any(p.startswith(".") for p in f.relative_to(root).parts)]


def ui_files(root: Path = ROOT) -> list[Path]:
    """TypeScript files of the UI that people write."""
    found = [*(root / UI).rglob("*.ts"), *(root / UI).rglob("*.tsx")]
    return sorted(path for path in found if path.name != UI_GENERATED)


def count_lines(path: Path) -> int:
    """Lines of a file."""
    return len(path.read_text().splitlines())


def span(node: ast.stmt | ast.expr) -> int:
    """Lines from a node's first to its last."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def inner_functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions right inside `node`, not those inside them."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _FUNCTION):
            yield child
        else:
            yield from inner_functions(child)


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function with its signature, but without its docstring and inner functions."""
    documented = ast.get_docstring(node, clean=False) is not None
    docstring = span(node.body[0]) if documented else 0
    return span(node) - docstring - sum(span(inner) for inner in inner_functions(node))


def long_functions(path: Path) -> Iterator[tuple[int, str, int]]:
    """Line, name and length of each function that is too long."""
    for node in ast.walk(ast.parse(path.read_text(), str(path))):
        if isinstance(node, _FUNCTION) and function_lines(node) > MAX_FUNCTION_LINES:
            yield node.lineno, node.name, function_lines(node)


def p90(sizes: list[int]) -> int:
    """The size that nine in ten do not exceed."""
    return sorted(sizes)[max(0, -(-len(sizes) * 9 // 10) - 1)] if sizes else 0


def too_long(paths: list[Path], root: Path) -> Iterator[str]:
    """What is wrong with the lengths of files that are counted together."""
    sizes = {path: count_lines(path) for path in paths}
    if p90(list(sizes.values())) > P90_LINES:
        biggest = ", ".join(
            str(p.relative_to(root)) for p in sorted(sizes, key=sizes.__getitem__)[-5:]
        )
        yield f"p90 of files is {p90(list(sizes.values()))}, at most {P90_LINES}: {biggest}"


def problems(root: Path = ROOT) -> list[str]:
    """What is too big, one line each."""
    house = [path for folder in HOUSE for path in python_files(folder, root)]
    also = [path for folder in ALSO for path in python_files(folder, root)]
    ui = ui_files(root)
    found = [
        f"{path.relative_to(root)}: {count_lines(path)} lines, at most {MAX_LINES}"
        for path in [*house, *also, *ui]
        if count_lines(path) > MAX_LINES
    ]
    for path in house:
        for line, name, length in long_functions(path):
            where = f"{path.relative_to(root)}:{line}"
            found.append(f"{where}: {name} has {length} lines, at most {MAX_FUNCTION_LINES}")
    return [*found, *too_long(house, root), *too_long(ui, root)]


def main() -> int:
    """Print what is too big; 1 where something is."""
    found = problems()
    for line in found:
        print(line)
    house = [path for folder in HOUSE for path in python_files(folder)]
    for name, files in (("sizes", house), ("sizes of the UI", ui_files())):
        lines = [count_lines(path) for path in files]
        print(
            f"{name}: {len(files)} files, p90 {p90(lines)} lines, largest {max(lines, default=0)}"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
