"""What a source file says about `Definitions`, whether or not it was executed.

For messages only: what counts are the objects that a loaded module holds.
"""

from __future__ import annotations

import ast
from typing import List, NamedTuple, Optional

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Call(NamedTuple):
    """A call of `Definitions(`, or of one of its functions that make one."""

    line: int
    name: str
    """What the result is assigned to, if that is a name."""
    inside: str
    """The function or class around it; empty at the top level."""
    function: str
    """The function of the top level around it that could be named as `attribute`."""
    is_main_only: bool
    """Whether it stands under `if __name__ == "__main__"`."""


def definitions_calls(file: Optional[str]) -> List[Call]:
    """The outermost calls of a Python file, in order; none where it cannot be read."""
    if not file or not file.endswith(".py"):
        return []
    try:
        with open(file, "rb") as stream:
            text = stream.read()
        tree = ast.parse(text) if b"Definitions" in text else None
    except (OSError, SyntaxError, ValueError, RecursionError):
        return []
    calls: List[Call] = []
    if tree is not None:
        _collect(tree, Call(0, "", "", "", False), calls)
    return calls


def _collect(node: ast.AST, around: Call, calls: List[Call]) -> None:
    for child in ast.iter_child_nodes(node):
        line = getattr(child, "lineno", 0)
        within = around
        if isinstance(child, _FUNCTIONS):
            offered = child.name if not around.inside and _is_callable_alone(child) else ""
            within = around._replace(inside="the function %s" % child.name, function=offered)
        elif isinstance(child, ast.ClassDef):
            within = around._replace(inside="the class %s" % child.name, function="")
        elif isinstance(child, ast.If) and _asks_for_main(child.test):
            within = around._replace(is_main_only=True)
        elif isinstance(child, (ast.Assign, ast.AnnAssign)) and _makes_definitions(child.value):
            target = child.targets[0] if isinstance(child, ast.Assign) else child.target
            calls.append(around._replace(line=line, name=getattr(target, "id", "")))
            continue
        elif _makes_definitions(child):
            calls.append(around._replace(line=line))
            continue
        _collect(child, within, calls)


def _is_callable_alone(function: ast.AST) -> bool:
    """Whether a function can be called without arguments, and returns what it returns."""
    if not isinstance(function, ast.FunctionDef):
        return False
    given = function.args
    positional = getattr(given, "posonlyargs", []) + given.args
    return len(positional) == len(given.defaults) and None not in given.kw_defaults


def _asks_for_main(test: ast.AST) -> bool:
    return isinstance(test, ast.Compare) and getattr(test.left, "id", None) == "__name__"


def _makes_definitions(node: Optional[ast.AST]) -> bool:
    """`Definitions(…)`, `dg.Definitions(…)`, `Definitions.merge(…)`."""
    if not isinstance(node, ast.Call):
        return False
    function: ast.AST = node.func
    if isinstance(function, ast.Attribute) and function.attr == "merge":
        function = function.value
    return "Definitions" in (getattr(function, "id", None), getattr(function, "attr", None))
