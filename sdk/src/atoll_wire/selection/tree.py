"""The syntax tree of a selection. The `str` of a tree is a selection again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Optional, Tuple, Union

NULL = "<null>"
_PLAIN = re.compile(r"[A-Za-z0-9_.@/\-]+\Z")
WORDS = ("and", "or", "not")


@dataclass(frozen=True)
class All:
    """Every asset."""

    def __str__(self) -> str:
        return "*"


@dataclass(frozen=True)
class Attribute:
    """Assets by key or attribute; the key of an `Attribute("key", ...)` may hold `*`."""

    name: str
    value: Optional[str]
    """None: those that have none."""
    tag_value: Optional[str] = None

    def __str__(self) -> str:
        value = NULL if self.value is None else quoted(self.value)
        if self.name == "tag" and self.tag_value is not None:
            value += "=" + quoted(self.tag_value)
        return "%s:%s" % (self.name, value)


@dataclass(frozen=True)
class Key:
    """One asset, which must exist."""

    key: str

    def __str__(self) -> str:
        return quoted(self.key)


@dataclass(frozen=True)
class Traverse:
    """A selection with what is upstream and downstream of it."""

    inner: Any
    up: Optional[int] = 0
    """Layers upstream; None for all."""
    down: Optional[int] = 0

    def __str__(self) -> str:
        up = "" if self.up == 0 else "%s+" % ("" if self.up is None else self.up)
        down = "" if self.down == 0 else "+%s" % ("" if self.down is None else self.down)
        inner = str(self.inner)
        bare = _written(self.inner)
        if isinstance(bare, Key):  # beside a bare key, Python's `+` means one layer
            inner = "key:" + inner
        elif not isinstance(bare, (All, Attribute, Function)):
            inner = "(%s)" % inner
        return up + inner + down


@dataclass(frozen=True)
class Function:
    """`roots(x)` or `sinks(x)`: those of a selection without others of it up- or downstream."""

    name: str
    inner: Any

    def __str__(self) -> str:
        return "%s(%s)" % (self.name, self.inner)


@dataclass(frozen=True)
class Made:
    """Those of a selection that a location makes; written like the selection itself."""

    inner: Any

    def __str__(self) -> str:
        return str(self.inner)


@dataclass(frozen=True)
class Not:
    """All others."""

    inner: Any

    def __str__(self) -> str:
        inner = str(self.inner)
        is_group = isinstance(_written(self.inner), (And, Or))
        return "not %s" % ("(%s)" % inner if is_group else inner)


@dataclass(frozen=True)
class And:
    """Those in every operand."""

    operands: Tuple[Any, ...]

    def __str__(self) -> str:
        return " and ".join(
            "(%s)" % o if isinstance(_written(o), (And, Or)) else str(o) for o in self.operands
        )


@dataclass(frozen=True)
class Or:
    """Those in any operand."""

    operands: Tuple[Any, ...]

    def __str__(self) -> str:
        return " or ".join(
            "(%s)" % o if isinstance(_written(o), Or) else str(o) for o in self.operands
        )


def _written(node: Any) -> Any:
    """What stands where a selection is written as text."""
    while isinstance(node, Made):
        node = node.inner
    return node


Selection = Union[All, Attribute, Key, Traverse, Function, Made, Not, And, Or]


def quoted(text: str) -> str:
    """`text` as a name in a selection: plain where that is unambiguous, else in quotes."""
    if _PLAIN.match(text) and text.lower() not in WORDS and not text.isdigit():
        return text
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')
