"""What user code declares: assets, resources, configuration, and the `Definitions` that hold them.

Declares only: it knows nothing of running, storing or processes. Read `assets` next.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """This package can be called: `@definitions` of the field has its name.

    As attributes of `atoll`, package and decorator would replace each other.
    """

    def __call__(self, fn: Any) -> Any:
        """Decorate a function that returns the `Definitions`."""
        from atoll.definitions.lazy import definitions

        return definitions(fn)


sys.modules[__name__].__class__ = _Package
