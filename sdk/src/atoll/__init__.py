"""Define data assets in isolated code locations: what user code imports.

Every name is loaded when it is first asked for, so that `import atoll` costs next to nothing and
pydantic is imported only where `Config` or a `ConfigurableResource` is used.
"""

from __future__ import annotations

import importlib
import typing as _typing  # by itself: `atoll.Any` and `atoll.List` are types of ops

from atoll.public_names import NAMES

__version__ = "0.1.0"

__all__ = ["__version__", *sorted(NAMES)]  # noqa: PLE0604


def __getattr__(name: str) -> _typing.Any:
    module = NAMES.get(name)
    if module is not None:
        try:
            value = getattr(importlib.import_module("atoll." + module), name)
        except ImportError as error:
            if error.name is not None and error.name.partition(".")[0].startswith("pydantic"):
                raise ImportError(
                    "atoll.%s needs pydantic 2; install it: pip install 'pydantic>=2.4'" % name
                ) from error
            raise
        globals()[name] = value
        return value
    if name.startswith("__"):
        raise AttributeError(name)
    from atoll.definitions.later import explain

    raise explain(name, sorted(NAMES))


def __dir__() -> _typing.List[str]:
    return sorted([*globals(), *NAMES])
