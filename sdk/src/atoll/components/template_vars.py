"""`@template_var`: functions whose values templates can name."""

from __future__ import annotations

import importlib
import inspect
from typing import Any, Callable, Dict, Iterator, Optional, Tuple, TypeVar

from atoll.errors import DefinitionError

_MARK = "__dagster_template_var"
F = TypeVar("F", bound=Callable[..., Any])


def template_var(fn: Optional[F] = None) -> Any:
    """Decorate a function whose value templates can name.

    It takes nothing, or the component's context. It stands in the module that `defs.yaml` names
    with `template_vars_module`, or is a static method of the component's class.

    Args:
        fn: the function; None where the decorator is called, as in `@template_var()`.
    """

    def mark(function: F) -> F:
        setattr(function, _MARK, True)
        return function

    return mark if fn is None else mark(fn)


def of_class(cls: type) -> Iterator[Tuple[str, Any]]:
    """The marked static methods of a class itself."""
    for name, held in list(vars(cls).items()):
        if isinstance(held, staticmethod) and getattr(held.__func__, _MARK, False):
            yield name, held.__func__


def without_context(cls: type) -> Dict[str, Any]:
    """By name, the values of a class's marked methods that take nothing."""
    return {name: function() for name, function in of_class(cls) if not _takes(function)}


def scope_of_class(cls: Any, context: Any) -> Dict[str, Any]:
    """What a component's class gives its templates to name."""
    found = dict(cls.get_additional_scope())
    found.update({name: fn(context) for name, fn in of_class(cls) if _takes(fn)})
    return found


def scope_of_module(name: str, context: Any, position: Any) -> Dict[str, Any]:
    """What a module gives templates to name.

    Args:
        position: where `defs.yaml` names it.

    Raises:
        DefinitionError: `component.template_vars`, it has no such function, or cannot be imported.
    """
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name + ".").startswith(error.name + "."):
            raise
        raise DefinitionError(
            "%s: template_vars_module: there is no module '%s'" % (position, name),
            code="component.template_vars",
            hint="write '.NAME' for a module beside the defs.yaml",
        ) from None
    functions = {
        each: value
        for each, value in vars(module).items()
        if callable(value) and getattr(value, _MARK, False) is True
    }
    if not functions:
        raise DefinitionError(
            "%s: template_vars_module: '%s' has no function that is decorated with @template_var"
            % (position, name),
            code="component.template_vars",
        )
    return {
        each: function(context) if _takes(function) else function()
        for each, function in functions.items()
    }


def _takes(function: Any) -> int:
    """How many parameters a function has: none, or one for the context."""
    count = len(inspect.signature(function).parameters)
    if count > 1:
        raise DefinitionError(
            "the @template_var %s has %d parameters" % (function.__name__, count),
            code="component.template_vars",
            hint="take nothing, or only the component's context",
            source=(function.__code__.co_filename, function.__code__.co_firstlineno),
        )
    return count
