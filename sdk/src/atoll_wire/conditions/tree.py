"""A condition as data: what `AutomationCondition.to_wire` wrote, read for evaluation."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

CUSTOM = "custom"
_NARROWING = ("allow_selection", "ignore_selection")


class Node:
    """One condition of a tree; immutable, and shared by all targets that have the same.

    Args:
        kind: the condition's name on the wire.
        arguments: what it was given, JSON-able.
        children: the conditions that it is made of.
        label: a name that a person gave it.
        origin: beside user code, the condition that was declared; None on the host.

    Attributes:
        identity: the same for conditions that remember the same: labels and selections of
            dependencies do not count, so that changing them forgets nothing.
        digest: the same for conditions that are the same in all.
    """

    __slots__ = ("arguments", "children", "digest", "identity", "kind", "label", "origin")

    def __init__(
        self,
        kind: str,
        arguments: Optional[Mapping[str, Any]] = None,
        children: Sequence[Node] = (),
        label: Optional[str] = None,
        origin: Any = None,
    ):
        self.kind = kind
        self.arguments: Dict[str, Any] = dict(arguments or {})
        self.children: Tuple[Node, ...] = tuple(children)
        self.label = label
        self.origin = origin
        kept = {key: value for key, value in self.arguments.items() if key not in _NARROWING}
        self.identity: str = _hash(kind, kept, [child.identity for child in self.children])
        parts: List[Any] = [kind, self.arguments, label, [child.digest for child in self.children]]
        if kind == CUSTOM and origin is not None:
            parts.append(id(origin))
        self.digest: str = _hash(*parts)

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Node:
        """The tree that `AutomationCondition.to_wire` wrote."""
        children = [cls.from_wire(child) for child in data.get("children", ())]
        return cls(data["kind"], data.get("arguments"), children, data.get("label"))

    def of(self, other: str) -> Node:
        """The condition that this one's operand holds for the target `other`; for results only."""
        made = Node.__new__(Node)
        made.kind, made.arguments, made.children = "asset_matches", {"key": other}, self.children
        made.identity = made.digest = ""
        made.label = made.origin = None
        return made

    def walk(self) -> Iterator[Node]:
        """It and all that it is made of."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def name(self) -> str:
        """What it is, with its arguments."""
        if self.kind == CUSTOM:
            return str(self.arguments.get("name", CUSTOM))
        given = ", ".join("%s=%s" % item for item in sorted(self.arguments.items()))
        return "%s(%s)" % (self.kind, given) if given else self.kind

    def __repr__(self) -> str:
        return "Node(%s)" % (self.label or self.name)


def _hash(*parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha1(text.encode()).hexdigest()[:20]
