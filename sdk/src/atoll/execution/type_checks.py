"""Whether values are of the types that inputs and outputs are declared with."""

from __future__ import annotations

from typing import Any, Optional

from atoll.definitions.ops.types import DagsterType, resolve_type
from atoll.io.annotations import matches, type_name


def mismatch(execution: Any, kind: Any, value: Any) -> Optional[str]:
    """Why `value` is not of the type that was declared, or None.

    Annotations of assets are checked as far as that is cheap: a value is a frame of a million
    rows. Those of ops are checked as Dagster checks them.
    """
    if isinstance(kind, DagsterType) or execution.step.assets is None:
        found = resolve_type(kind).type_check(execution.context, value)
        return None if found.success else found.description or "its check did not pass"
    if matches(value, kind):
        return None
    return "it is of type %s" % type(value).__qualname__


def shown_type(kind: Any) -> str:
    """How a declared type is called in messages."""
    return kind.display_name if isinstance(kind, DagsterType) else type_name(kind)
