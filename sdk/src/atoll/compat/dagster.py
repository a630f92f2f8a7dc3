"""`import dagster`, served by Atoll: `install()` before the code that imports it.

Inside a location process this is done for the user, unless the target says `compat: off`. Elsewhere
(in a project's own tests, say) two lines in `conftest.py` do it:

    from atoll.compat import dagster
    dagster.install()

It goes before an installed dagster. A module of it is loaded when it is imported, a name when it is
used; what Atoll does not have fails right there, with a sentence that says what to do instead.
"""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, List, Optional, Sequence

from atoll.compat import modules, names


def install() -> None:
    """From now on `import dagster` means Atoll; a second call changes nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def uninstall() -> None:
    """Undo `install()`, and forget the modules that were served."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    for name in [name for name, module in sys.modules.items() if isinstance(module, AliasModule)]:
        del sys.modules[name]


def notices() -> List[str]:
    """What the user should know of it: one sentence where code has imported dagster, else none."""
    if not isinstance(sys.modules.get("dagster"), AliasModule):
        return []
    return [
        "`import dagster` is served by Atoll, which speaks the API of dagster %s; to import an "
        "installed dagster instead, set `compat: off` for this location" % names.VERSION
    ]


class AliasModule(ModuleType):
    """A module of Dagster's that Atoll stands in for."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            value: Any = names.everything(self.__name__)
        elif modules.is_package(self.__name__ + "." + name):
            value = importlib.import_module(self.__name__ + "." + name)
        else:
            value = names.find(self.__name__, name)
        setattr(self, name, value)
        return value

    def __dir__(self) -> List[str]:
        return sorted({*self.__dict__, *names.everything(self.__name__)})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # Only a name that was taken for a module of a private package gets here.
        raise names.unsupported_import(self.__name__)


class _Finder:
    """Goes first on `sys.meta_path`, so that an installed dagster is not found."""

    def find_spec(
        self, name: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        if name.partition(".")[0] not in modules.ROOTS:
            return None
        if not modules.is_module(name):
            # Whatever is no module is a name: `from dagster import graph` gets here only if the
            # attribute is missing. Not a ModuleNotFoundError: `from ... import` would swallow it.
            raise names.unsupported_import(name)
        return ModuleSpec(name, self, origin="atoll", is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return AliasModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing runs: attributes are looked up when they are asked for."""
