"""Definitions as a graph: what does not fit together, and the snapshot that the host is sent."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from atoll.graph.check import check
from atoll.graph.hints import notices
from atoll.graph.snapshot import build_snapshot

__all__ = ["build_snapshot", "check", "notices"]


class _Package(ModuleType):
    """This package can be called: `@graph` of the field has its name.

    As attributes of `atoll`, package and decorator would replace each other.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Declare that a function connects ops to a graph."""
        from atoll.definitions.ops.graph_decorator import graph

        return graph(*args, **kwargs)


sys.modules[__name__].__class__ = _Package
