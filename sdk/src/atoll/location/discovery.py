"""Finding the one `Definitions` of a loaded module."""

from __future__ import annotations

import ast
import difflib
from types import ModuleType
from typing import Dict, List, Optional, Tuple

from atoll.definitions.collection import Definitions
from atoll.errors import DefinitionError


def find_definitions(module: ModuleType, attribute: Optional[str], what: str) -> Definitions:
    """The module's `Definitions`.

    Args:
        attribute: name of the object, or of a function without arguments that returns it;
            None to look for the only one at the top level.
        what: the module or file as the workspace names it, for messages.

    Raises:
        DefinitionError: `definition.none`, `definition.several`, `definition.no_attribute`
            or `definition.wrong_attribute`.
    """
    if attribute is not None:
        return _named(module, attribute, what)
    found: Dict[int, Tuple[Definitions, List[str]]] = {}
    for name, value in list(vars(module).items()):
        if isinstance(value, Definitions):
            found.setdefault(id(value), (value, []))[1].append(name)
    if len(found) == 1:
        return next(iter(found.values()))[0]
    source = getattr(module, "__file__", None)
    calls = _calls(source)
    if found:
        names = [name for _, names in found.values() for name in names[:1]]
        places = ["%s%s" % (name, _place(source, calls, name)) for name in names]
        raise DefinitionError(
            "%s has %d Definitions at its top level: %s" % (what, len(found), ", ".join(places)),
            code="definition.several",
            hint="keep one, or name the one to load with `attribute: %s`" % names[0],
        )
    raise _none(what, source, calls)


def _named(module: ModuleType, attribute: str, what: str) -> Definitions:
    if not hasattr(module, attribute):
        near = difflib.get_close_matches(attribute, dir(module), 1)
        raise DefinitionError(
            "%s has no attribute %r" % (what, attribute),
            code="definition.no_attribute",
            hint="did you mean %r?" % near[0] if near else None,
        )
    value = getattr(module, attribute)
    if callable(value) and not isinstance(value, Definitions):
        value = value()
    if isinstance(value, Definitions):
        return value
    raise DefinitionError(
        "%s: %r is %s, not Definitions" % (what, attribute, type(value).__name__),
        code="definition.wrong_attribute",
        hint="`attribute` names a Definitions object, or a function that returns one",
    )


def _none(what: str, source: Optional[str], calls: List[Tuple[str, int, str]]) -> DefinitionError:
    inside = next(((scope, line) for scope, line, _ in calls if scope), None)
    if inside is not None:
        hint = (
            "the Definitions( in line %d stands inside %s, where it does not count: "
            "assign it at the top level" % (inside[1], inside[0])
        )
    else:
        hint = "add one at the top level: defs = Definitions(assets=[...])"
    return DefinitionError(
        "%s has no Definitions object at its top level" % what,
        code="definition.none",
        source=(source, inside[1]) if source and inside is not None else None,
        hint=hint,
    )


def _place(source: Optional[str], calls: List[Tuple[str, int, str]], name: str) -> str:
    line = next((line for scope, line, target in calls if not scope and target == name), None)
    return "" if line is None else " (%s:%d)" % (source, line)


def _calls(source: Optional[str]) -> List[Tuple[str, int, str]]:
    """Each call of `Definitions(`: the function or class around it, its line, its target."""
    if not source or not source.endswith(".py"):
        return []
    try:
        with open(source, "rb") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return []
    calls: List[Tuple[str, int, str]] = []
    _collect(tree, "", calls)
    return calls


def _collect(node: ast.AST, scope: str, calls: List[Tuple[str, int, str]]) -> None:
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            inner = "the function %s" % child.name
        elif isinstance(child, ast.ClassDef):
            inner = "the class %s" % child.name
        elif isinstance(child, (ast.Assign, ast.AnnAssign)) and _is_call(child.value):
            target = child.targets[0] if isinstance(child, ast.Assign) else child.target
            calls.append((scope, child.lineno, getattr(target, "id", "")))
            continue
        elif _is_call(child):
            calls.append((scope, child.lineno, ""))  # type: ignore[attr-defined]
        _collect(child, inner, calls)


def _is_call(node: Optional[ast.AST]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", None)
    return name == "Definitions"
