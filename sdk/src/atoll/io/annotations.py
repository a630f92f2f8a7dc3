"""What the annotation of a parameter or a return value says about its value.

Compares names, never imports the library: a location need not have it.
"""

from __future__ import annotations

import re
import typing
from typing import Any, List, Optional

from atoll.definitions.function import EMPTY

PANDAS, POLARS, LAZY, ARROW = (
    "pandas.DataFrame",
    "polars.DataFrame",
    "polars.LazyFrame",
    "pyarrow.Table",
)
FRAMES = (PANDAS, POLARS, LAZY, ARROW)

_WRITTEN = re.compile(r"\b(pd|pandas|pl|polars|pa|pyarrow)\.(DataFrame|LazyFrame|Table)\b")
_ALIASES = {"pd": "pandas", "pl": "polars", "pa": "pyarrow"}
_CHECKED = (str, bytes, bool, int, float, list, dict, tuple, set)


def frame_kind(cls: Any) -> Optional[str]:
    """Which of `FRAMES` exactly this class is, or None."""
    name = getattr(cls, "__name__", None)
    if name not in ("DataFrame", "LazyFrame", "Table"):
        return None
    kind = "%s.%s" % (str(getattr(cls, "__module__", "")).split(".")[0], name)
    return kind if kind in FRAMES else None


def wanted_frames(annotation: Any) -> List[str]:
    """The kinds of frame that an annotation names, in its order; none if it names none."""
    if isinstance(annotation, str):
        found = ["%s.%s" % (_ALIASES.get(a, a), b) for a, b in _WRITTEN.findall(annotation)]
        return [kind for kind in found if kind in FRAMES]
    if _is_union(annotation):
        return [kind for item in annotation.__args__ for kind in wanted_frames(item)]
    cls = getattr(annotation, "__origin__", None) or annotation
    for base in getattr(cls, "__mro__", ()):
        kind = frame_kind(base)
        if kind is not None:
            return [kind]
    return []


def is_any(annotation: Any) -> bool:
    """Whether the annotation says nothing about the type."""
    return annotation is EMPTY or annotation is Any or annotation is object


def matches(value: Any, annotation: Any) -> bool:
    """Whether `value` is of the annotated type, as far as that can be told cheaply and surely."""
    if is_any(annotation) or isinstance(annotation, (str, typing.TypeVar)):
        return True
    if annotation is None or annotation is type(None):
        return value is None
    if _is_union(annotation):
        return any(matches(value, item) for item in annotation.__args__)
    origin = getattr(annotation, "__origin__", None)
    if origin is not None:
        return not (isinstance(origin, type) and origin in _CHECKED) or isinstance(value, origin)
    if annotation is float:
        return isinstance(value, (float, int))
    if annotation in _CHECKED or frame_kind(annotation):
        return isinstance(value, annotation)
    if not isinstance(annotation, type) or getattr(annotation, "_is_protocol", False):
        return True
    if type(annotation) is not type:
        return True  # a metaclass may mean something of its own by `isinstance`
    return isinstance(value, annotation)


def type_name(annotation: Any) -> str:
    """How a type is called in a message."""
    if annotation is EMPTY:
        return "Any"
    if isinstance(annotation, str):
        return annotation
    if annotation is None or annotation is type(None):
        return "Nothing"
    if getattr(annotation, "__origin__", None) is not None or not isinstance(annotation, type):
        return str(annotation).replace("typing.", "")
    return frame_kind(annotation) or annotation.__name__


def _is_union(annotation: Any) -> bool:
    if getattr(annotation, "__origin__", None) is typing.Union:
        return True
    return type(annotation).__name__ in ("UnionType", "Union")
