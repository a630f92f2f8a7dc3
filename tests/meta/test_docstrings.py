"""What an editor shows on hover is complete: every public name says what its arguments mean.

A constructor's arguments stand in the class's docstring, or in that of a class that it extends,
under `Args:`, or under `Attributes:` where they are read under the same names.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import re
import textwrap
from collections.abc import Iterator
from enum import Enum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.meta.test_error_codes import CODE, documented

import atoll
from atoll import errors
from atoll.public_names import NAMES
from atoll_wire.selection_error import SelectionError

SDK = Path(atoll.__file__).parent
HANDED_OUT = [
    "AssetCheckExecutionContext",
    "AssetChecksDefinition",
    "AssetExecutionContext",
    "AssetSelection",
    "AssetsDefinition",
    "AutoMaterializeRule",
    "AutomationContext",
    "DagsterInstance",
    "EvaluateAutomationConditionsResult",
    "ExecuteInProcessResult",
    "HookContext",
    "InputContext",
    "JobExecutionResult",
    "MultiAssetSensorEvaluationContext",
    "OpExecutionContext",
    "OutputContext",
    "RepositoryDefinition",
    "RunFailureSensorContext",
    "RunStatusSensorContext",
    "ScheduleEvaluationContext",
    "SensorEvaluationContext",
    "UnboundInitResourceContext",
]
"""What Atoll makes and hands to users: nobody writes a call of their constructors."""
OWN = [
    "call_directly",
    "copy_for_configured",
    "filled",
    "made",
    "merge_unbound_defs",
    "model_post_init",
    "of",
    "of_read_config",
    "read",
    "read_fields",
    "record",
    "resolve_checks",
    "to_spec",
    "with_replaced_properties",
]
"""Methods by which Atoll's own parts speak with each other."""


PUBLIC = {
    name: getattr(importlib.import_module(f"atoll.{module}"), name)
    for name, module in sorted(NAMES.items())
}
"""By name, what it stands for; `atoll.graph` may be the package as well."""


def sections(docstring: str | None) -> dict[str, list[str]]:
    """By title, the names that a docstring's sections explain; `a, b: ...` explains two."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in inspect.cleandoc(docstring or "").splitlines():
        if heading := re.fullmatch(r"([A-Z]\w+):", line):
            title = heading[1]
            found[title] = []
        elif title and (entry := re.match(r" {4}(\S[^:]*):(?: |$)", line)):
            found[title] += [name.strip().lstrip("*") for name in entry[1].split(",")]
        elif line and not line.startswith(" "):
            title = ""
    return found


def explained(docstring: str | None) -> list[str]:
    """The arguments that a docstring explains."""
    found = sections(docstring)
    return [*found.get("Args", []), *found.get("Attributes", [])]


def parameters(function: Any) -> list[inspect.Parameter]:
    """What a function takes, or a class's constructor; anything for a class that extends `str`."""
    try:
        found = [*inspect.signature(function).parameters.values()]
    except ValueError:
        return [inspect.Parameter("anything", inspect.Parameter.VAR_KEYWORD)]
    bound = found[:1] if [p.name for p in found[:1]] in (["self"], ["cls"]) else []
    return [p for p in found[len(bound) :] if not p.name.startswith("_")]


def takes_any(found: list[inspect.Parameter]) -> bool:
    """Whether it takes arguments of names that its signature does not say."""
    return any(p.kind is p.VAR_KEYWORD for p in found)


def unsaid(found: list[inspect.Parameter], names: list[str]) -> Iterator[str]:
    """What parameters and the names that are explained do not have in common."""
    known = {p.name for p in found}
    more = [name for name in names if name not in known]
    for parameter in found:
        is_any = parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        if parameter.name not in names and not (is_any and more):
            yield f"does not explain {parameter.name}"
    if not takes_any(found):
        yield from (f"explains {name}, which is not there" for name in more)


def is_assigned(value: Any) -> bool:
    """Whether it is neither a function nor a class of Atoll's."""
    is_made = inspect.isfunction(value) or inspect.isclass(value)
    return not (is_made and value.__module__.startswith("atoll."))


@cache
def assignments(module: str) -> dict[str, bool]:
    """By name that a module assigns, whether a docstring follows."""
    body = ast.parse((SDK / (module.replace(".", "/") + ".py")).read_text()).body
    return {
        name.id: isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        for node, after in pairwise([*body, None])
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    }


def methods(cls: type) -> Iterator[tuple[str, Any]]:
    """The public methods that a class itself defines, as functions."""
    for name, value in vars(cls).items():
        function = getattr(value, "__func__", value)
        if not name.startswith("_") and inspect.isfunction(function) and name not in OWN:
            yield name, function


def is_explained_above(cls: type, name: str) -> bool:
    """Whether a class that `cls` extends explains the arguments of the method."""
    above = (vars(base).get(name) for base in cls.__mro__[1:])
    return any(explained(getattr(method, "__doc__", None)) for method in above)


def raised(function: Any) -> set[str]:
    """The errors that a function's own lines raise."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    except (OSError, TypeError, SyntaxError):
        return set()
    calls = (n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise))
    names = {c.func.id for c in calls if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)}
    return {name for name in names if name in vars(errors)}


CLASSES = [n for n, v in PUBLIC.items() if inspect.isclass(v) and not is_assigned(v)]
FUNCTIONS = [n for n, v in PUBLIC.items() if inspect.isfunction(v)]
METHODS = [
    (f"{name}.{method}", PUBLIC[name], method, function)
    for name in CLASSES
    for method, function in methods(PUBLIC[name])
]


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring(name: str) -> None:
    value = PUBLIC[name]

    assert assignments(NAMES[name]).get(name) if is_assigned(value) else value.__doc__


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_explains_its_arguments(name: str) -> None:
    function = PUBLIC[name]

    assert list(unsaid(parameters(function), explained(function.__doc__))) == []


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in HANDED_OUT])
def test_a_class_explains_the_arguments_of_its_constructor(name: str) -> None:
    cls = PUBLIC[name]
    own = sections(cls.__doc__).get("Args", [])
    names = [found for base in cls.__mro__[:-1] for found in explained(base.__doc__)]
    fields = getattr(cls, "model_fields", {})  # pydantic's, which may say it themselves
    names += [found for found, field in fields.items() if field.description]
    known = {p.name for p in parameters(cls)}

    if not issubclass(cls, Enum):
        inherited = [found for found in names if found in known]
        assert list(unsaid(parameters(cls), [*own, *inherited])) == []


@pytest.mark.parametrize(
    ("cls", "name", "function"), [m[1:] for m in METHODS], ids=[m[0] for m in METHODS]
)
def test_a_method_of_several_arguments_explains_them(cls: type, name: str, function: Any) -> None:
    found = parameters(function)
    said = sections(function.__doc__)

    assert function.__doc__ or is_explained_above(cls, name)
    if "Args" in said or (len(found) > 1 and not is_explained_above(cls, name)):
        assert list(unsaid(found, explained(function.__doc__))) == []


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES])
def test_what_raises_an_error_says_so(name: str) -> None:
    value = PUBLIC[name]
    told = "" if not inspect.isclass(value) else (value.__init__.__doc__ or "")
    raising = vars(value).get("__init__") if inspect.isclass(value) else value

    assert not raised(raising) or "Raises" in sections(value.__doc__) | sections(told)


@pytest.mark.parametrize(("name", "function"), [(m[0], m[3]) for m in METHODS])
def test_a_method_that_raises_an_error_says_so(name: str, function: Any) -> None:
    assert not raised(function) or "Raises" in sections(function.__doc__), name


KNOWN = {SelectionError.__name__, *vars(errors), *vars(builtins)}


def test_the_errors_that_are_named_are_errors() -> None:
    told = [(n, PUBLIC[n].__doc__) for n in [*FUNCTIONS, *CLASSES]]
    told += [(name, function.__doc__) for name, _, _, function in METHODS]
    named = [(name, error) for name, doc in told for error in sections(doc).get("Raises", [])]
    unknown = [(name, error) for name, error in named if error not in KNOWN]
    raises = [doc.partition("Raises:")[2] for _, doc in told if doc]
    codes = {code for text in raises for code in re.findall(r"`([\w.]+)`", text)}

    assert named
    assert unknown == []
    assert {code for code in codes if CODE.fullmatch(code)} - documented() == set()
