"""How long the code of imported modules takes, by top-level package: what makes a load slow.

The two loaders that execute modules are timed for as long as a load takes. A module's own time is
what it took less what the modules that it imported took, so that nothing counts twice.
"""

from __future__ import annotations

import time
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from typing import Any, Dict, List

SHOWN = 10
_LEAST_S = 0.005


class ImportTimes:
    """Measures between `__enter__` and `__exit__`; the main thread's imports only make sense."""

    def __init__(self) -> None:
        self._own: Dict[str, float] = {}
        self._nested: List[float] = []
        self._originals: List[Any] = []

    def __enter__(self) -> ImportTimes:
        for loader in (SourceFileLoader, ExtensionFileLoader):
            original = loader.exec_module
            self._originals.append((loader, "exec_module" in vars(loader), original))
            loader.exec_module = self._timed(original)  # type: ignore[method-assign]
        return self

    def __exit__(self, *error: object) -> None:
        for loader, is_own, original in self._originals:
            if is_own:
                loader.exec_module = original
            else:
                del loader.exec_module

    @property
    def slowest(self) -> Dict[str, float]:
        """Seconds by top-level package, the slowest first."""
        ordered = sorted(self._own.items(), key=lambda item: -item[1])
        return {name: round(took, 4) for name, took in ordered[:SHOWN] if took >= _LEAST_S}

    def _timed(self, original: Any) -> Any:
        def exec_module(loader: Any, module: Any) -> Any:
            self._nested.append(0.0)
            started = time.perf_counter()
            try:
                return original(loader, module)
            finally:
                took = time.perf_counter() - started
                own = took - self._nested.pop()
                if self._nested:
                    self._nested[-1] += took
                top = module.__name__.partition(".")[0]
                self._own[top] = self._own.get(top, 0.0) + own

        return exec_module
