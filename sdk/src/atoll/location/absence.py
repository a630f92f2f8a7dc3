"""What to say where a module has no `Definitions`: what is there instead, and what to write."""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import List, Optional, Tuple

from atoll.definitions.assets.loaders import load_assets_from_modules
from atoll.definitions.collection import Definitions
from atoll.errors import DefinitionError
from atoll.location.written import Call, definitions_calls

_MOST_NAMED = 5
_MOST_FILES = 200
_MAIN_ONLY = (
    "the Definitions in line %d stand under `if __name__ == ...`, which is not executed when a "
    "location loads: assign them outside of it"
)
_LOST = "the Definitions( in line %d was not executed, or its name stands for something else by now"
_UNNAMED = (
    "the Definitions( in line %d is not assigned to a name of the top level: write "
    "defs = Definitions(...)"
)


def no_definitions(module: ModuleType, what: str) -> DefinitionError:
    """The error that `module` has no `Definitions` at its top level.

    Args:
        what: the module or file as the workspace names it.
    """
    file = getattr(module, "__file__", None)
    place = " (%s)" % file if file and file != what else ""
    calls = definitions_calls(file)
    hint = _written(calls) or _loose(module) or _below(module)
    if hint is None and hasattr(module, "__path__"):
        hint = (
            "add one to its __init__.py, or take what its modules define all together: "
            "`autoload_defs_module: %s`" % module.__name__
        )
    return DefinitionError(
        "%s%s has no Definitions object at its top level" % (what, place),
        code="definition.none",
        source=(file, calls[0].line) if file and calls else None,
        hint=hint or "add one at the top level: defs = Definitions(assets=[...])",
    )


def _written(calls: List[Call]) -> Optional[str]:
    """Why a `Definitions(` that the file has does not count."""
    if not calls:
        return None
    call = calls[0]
    if not call.inside:
        reason = _MAIN_ONLY if call.is_main_only else _LOST if call.name else _UNNAMED
        return reason % call.line
    hint = "the Definitions( in line %d stands inside %s, where it does not count: " % (
        call.line,
        call.inside,
    )
    if not call.function:
        return hint + "assign it at the top level"
    return (
        hint
        + "assign it at the top level, decorate %s with @definitions, or name it with "
        % (call.function)
        + "`attribute: %s` (-a %s)" % (call.function, call.function)
    )


def _loose(module: ModuleType) -> Optional[str]:
    """What to write where there are assets that no `Definitions` holds."""
    found = load_assets_from_modules([module], include_specs=True)
    if not found:
        return None
    held = {id(item) for item in found}
    names = [name for name, value in vars(module).items() if id(value) in held]
    if len(names) == len(found) and len(names) <= _MOST_NAMED:
        assets = "[%s]" % ", ".join(names)
    else:
        assets = "load_assets_from_current_module()"
    return "%d asset%s there that no Definitions holds: add defs = Definitions(assets=%s)" % (
        len(found),
        " is" if len(found) == 1 else "s are",
        assets,
    )


def _below(module: ModuleType) -> Optional[str]:
    """Where a module below a package has `Definitions`: imported already, or in its files."""
    below = _imported_below(module.__name__) or _written_below(module)
    if below is None:
        return None
    name, file, line = below
    return "%s has Definitions (%s:%d): name that module, as with `module_name: %s` (-m %s)" % (
        name,
        file,
        line,
        name,
        name,
    )


def _imported_below(package: str) -> Optional[Tuple[str, str, int]]:
    for name, module in sorted(sys.modules.items()):
        if name.startswith(package + ".") and isinstance(module, ModuleType):
            for value in list(vars(module).values()):
                if isinstance(value, Definitions) and value.source:
                    return (name, *value.source)
    return None


def _written_below(module: ModuleType) -> Optional[Tuple[str, str, int]]:
    for folder in getattr(module, "__path__", ()):
        try:
            files = sorted(name for name in os.listdir(folder) if name.endswith(".py"))
        except OSError:
            continue
        for file in files[:_MOST_FILES]:
            path = os.path.join(folder, file)
            for call in definitions_calls(path):
                if call.name and not call.inside and not call.is_main_only:
                    return "%s.%s" % (module.__name__, file[:-3]), path, call.line
    return None
