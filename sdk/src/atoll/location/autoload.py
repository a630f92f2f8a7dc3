"""Everything that the modules of a package define, as one `Definitions`."""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any, Dict, List, Tuple

from atoll.definitions.collection import Definitions
from atoll.definitions.module_definitions import definitions_of_modules, is_empty
from atoll.definitions.modules_below import modules_below
from atoll.errors import DefinitionError
from atoll.location.discovery import definitions_in, place_of


def load_all(package_name: str) -> Definitions:
    """Import a package with everything below it, and join what stands at the top levels.

    See `definitions_of_modules`. The order is that of the modules' names.

    Raises:
        DefinitionError: `definition.none`, nothing is defined there; `definition.duplicate_key`
            or `definition.duplicate_resource`, two modules define the same.
    """
    package = importlib.import_module(package_name)
    modules = list(modules_below(package))
    parts: Dict[int, Tuple[Definitions, ModuleType]] = {}
    for module in modules:
        for _, value in definitions_in(module):
            parts.setdefault(id(value), (value, module))
    _refuse_different_resources(list(parts.values()))
    found = definitions_of_modules(modules)
    if not parts and is_empty(found):
        count = "module" if len(modules) == 1 else "%d modules" % len(modules)
        folder = os.path.dirname(getattr(package, "__file__", None) or "")
        raise DefinitionError(
            "%s defines nothing: no Definitions and no assets in its %s (%s)"
            % (package_name, count, folder or next(iter(package.__path__))),
            code="definition.none",
            hint="write @asset functions or Definitions into the modules of that package",
        )
    return found


def _refuse_different_resources(parts: List[Tuple[Definitions, ModuleType]]) -> None:
    seen: Dict[str, Tuple[Any, str]] = {}
    for part, module in parts:
        here = module.__name__ + place_of(part.source)
        for name, value in part.resources.items():
            first, there = seen.setdefault(name, (value, here))
            if first is not value:
                raise DefinitionError(
                    "%s and %s have a resource '%s', and they differ" % (there, here, name),
                    code="definition.duplicate_resource",
                    hint="define it once, and import it from there",
                )
