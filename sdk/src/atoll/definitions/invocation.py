"""A decorated asset, op or check called like the function that it wraps."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Mapping, Optional, Tuple


def invoke(
    definition: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any], alias: Optional[str] = None
) -> Any:
    """Call the function; what it takes and gives back is checked as in a run.

    Args:
        definition: an asset, a check or an op.
        args: its arguments by position: the context first, where it takes one or one is given.
        kwargs: its arguments by name.
        alias: the name of an op here.

    Raises:
        InvocationError: `invocation.*`, an argument is missing, unknown, or given twice.
    """
    return import_module("atoll.execution.direct_call").invoke(definition, args, kwargs, alias)
