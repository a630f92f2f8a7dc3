"""Finding the one `Definitions` of a loaded module. Read `absence` for what is said without."""

from __future__ import annotations

import difflib
import inspect
from types import ModuleType
from typing import Any, Dict, List, Optional, Tuple

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.collection import Definitions
from atoll.definitions.lazy import LazyDefinitions
from atoll.errors import DefinitionError
from atoll.location.absence import no_definitions


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
    found = definitions_in(module)
    if len(found) == 1:
        return found[0][1]
    if found:
        raise _several(found, module, what)
    raise no_definitions(module, what)


def definitions_in(module: ModuleType) -> List[Tuple[str, Definitions]]:
    """The `Definitions` objects at a module's top level, each with the first of its names."""
    found: Dict[int, Tuple[str, Definitions]] = {}
    for name, held in list(vars(module).items()):
        value = _definitions(held)
        if value is not None:
            found.setdefault(id(value), (name, value))
    return list(found.values())


def _definitions(value: Any) -> Optional[Definitions]:
    """What an object offers: a `Definitions` itself, or what a function or repository gives."""
    if isinstance(value, Definitions):
        return value
    if isinstance(value, LazyDefinitions):
        return value.built()
    if type(value).__name__ == "RepositoryDefinition":  # loaded only where there is one
        held = value.definitions
        return held if isinstance(held, Definitions) else None
    return None


def _several(
    found: List[Tuple[str, Definitions]], module: ModuleType, what: str
) -> DefinitionError:
    places = ["%s%s" % (name, place_of(value.source)) for name, value in found]
    file = getattr(module, "__file__", None)
    own = [name for name, value in found if value.source and value.source[0] == file]
    names = [name for name, _ in found]
    best = "defs" if "defs" in names else (own or names)[0]
    return DefinitionError(
        "%s has %d Definitions at its top level: %s" % (what, len(found), ", ".join(places)),
        code="definition.several",
        hint="keep one, join them with Definitions.merge under one name, or name the one to load "
        "with `attribute: %s` (-a %s)" % (best, best),
    )


def _named(module: ModuleType, attribute: str, what: str) -> Definitions:
    if not hasattr(module, attribute):
        names = [name for name, _ in definitions_in(module)]
        near = difflib.get_close_matches(attribute, names or dir(module), 1) or names[:1]
        raise DefinitionError(
            "%s has no attribute %r" % (what, attribute),
            code="definition.no_attribute",
            hint="did you mean %r?" % near[0] if near else None,
        )
    value = getattr(module, attribute)
    found = _definitions(value)
    if found is not None:
        return found
    if isinstance(value, (type, AssetsDefinition)) or not callable(value):
        kind = "a class" if isinstance(value, type) else "of type %s" % type(value).__name__
        raise _wrong("%s: %r is %s, not Definitions" % (what, attribute, kind))
    function = "%s: the function %r%s" % (what, attribute, place_of(_source(value)))
    needed = _needed_arguments(value)
    if needed:
        raise _wrong("%s needs arguments: %s" % (function, ", ".join(needed)))
    made = value()
    found = _definitions(made)
    if found is not None:
        return found
    if inspect.iscoroutine(made):
        made.close()  # else Python warns that nobody awaited it
    raise _wrong("%s returned an object of type %s" % (function, type(made).__name__))


def _wrong(message: str) -> DefinitionError:
    return DefinitionError(
        message,
        code="definition.wrong_attribute",
        hint="`attribute` names a Definitions object, or a function without arguments that "
        "returns one",
    )


def _needed_arguments(function: Any) -> List[str]:
    """The parameters that have to be given, as far as they can be told."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is inspect.Parameter.empty and parameter.kind not in optional
    ]


def _source(function: Any) -> Optional[Tuple[str, int]]:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return None if code is None else (code.co_filename, code.co_firstlineno)


def place_of(source: Optional[Tuple[str, int]]) -> str:
    """` (file:line)`, if it is known."""
    return " (%s:%d)" % source if source else ""
