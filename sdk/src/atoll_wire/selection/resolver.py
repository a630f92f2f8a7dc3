"""Finds what selections select, in time linear in the assets."""

from __future__ import annotations

from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
    Union,
)

from atoll_wire.selection.parser import parse
from atoll_wire.selection.tree import All, And, Attribute, Function, Key, Made, Not, Or, Traverse
from atoll_wire.selection_error import SelectionError


def resolve(selections: Sequence[Union[str, Any]], graph: Mapping[str, Any]) -> List[str]:
    """The keys that any of the selections selects, in the graph's order.

    Args:
        selections: texts or syntax trees.
        graph: by key, objects with `deps`, `group`, `tags`, `kinds`, `owners`, and, where it is
            known, `location`; `is_materializable`, where a tree holds `Made`. If the graph has a
            mapping `dependents`, it is used.

    Raises:
        SelectionError: `selection.*`; a key that does not exist is an error, an attribute that no
            asset has selects nothing.
    """
    if isinstance(selections, str):
        selections = [selections]
    parsed = [parse(s) if isinstance(s, str) else s for s in selections]
    if not parsed:
        return []
    found = _Resolver(graph).find(parsed[0] if len(parsed) == 1 else Or(tuple(parsed)))
    if len(found) == 1:
        return list(found)
    return [key for key in graph if key in found]


class _Resolver:
    def __init__(self, graph: Mapping[str, Any]):
        self.graph = graph
        self._children: Optional[Mapping[str, Iterable[str]]] = getattr(graph, "dependents", None)

    def find(self, node: Any) -> Set[str]:
        if isinstance(node, Key):
            return {self._known(node.key)}
        if isinstance(node, All):
            return set(self.graph)
        if isinstance(node, Attribute):
            matches = _matcher(node)
            return {key for key, asset in self.graph.items() if matches(key, asset)}
        if isinstance(node, Traverse):
            return self._traverse(self.find(node.inner), node.up, node.down)
        if isinstance(node, Function):
            return self._ends(self.find(node.inner), node.name)
        if isinstance(node, Made):
            return {key for key in self.find(node.inner) if self.graph[key].is_materializable}
        if isinstance(node, Not):
            return set(self.graph) - self.find(node.inner)
        if isinstance(node, And):
            return self._intersection(node.operands)
        return self._union(node.operands)

    def _intersection(self, operands: Iterable[Any]) -> Set[str]:
        sets = sorted((self.find(operand) for operand in operands), key=len)
        return set.intersection(*sets)

    def _union(self, operands: Iterable[Any]) -> Set[str]:
        """Traversals of one kind start together: a thousand of them walk the graph once."""
        found: Set[str] = set()
        starts: Dict[Tuple[Optional[int], Optional[int]], Set[str]] = {}
        for operand in operands:
            if isinstance(operand, Traverse):
                starts.setdefault((operand.up, operand.down), set()).update(
                    self.find(operand.inner)
                )
            elif isinstance(operand, Key):
                found.add(self._known(operand.key))
            else:
                found |= self.find(operand)
        for (up, down), keys in starts.items():
            found |= self._traverse(keys, up, down)
        return found

    def _known(self, key: str) -> str:
        if key in self.graph:
            return key
        import difflib

        raise SelectionError(
            "selection.unknown_key",
            "there is no asset '%s'" % key,
            key,
            nearest=difflib.get_close_matches(key, list(self.graph), 3, 0.6),
        )

    def _traverse(self, keys: Set[str], up: Optional[int], down: Optional[int]) -> Set[str]:
        found = set(keys)
        if up != 0:
            found |= self._walk(keys, up, self._upstream)
        if down != 0:
            children = self.children
            found |= self._walk(keys, down, lambda key: children.get(key, ()))
        return found

    def _walk(
        self, keys: Set[str], layers: Optional[int], following: Callable[[str], Iterable[str]]
    ) -> Set[str]:
        seen, edge = set(keys), list(keys)
        while edge and layers != 0:
            beyond: List[str] = []
            for key in edge:
                for other in following(key):
                    if other not in seen and other in self.graph:
                        seen.add(other)
                        beyond.append(other)
            edge = beyond
            if layers is not None:
                layers -= 1
        return seen

    def _upstream(self, key: str) -> Iterable[str]:
        found: Iterable[str] = self.graph[key].deps
        return found

    @property
    def children(self) -> Mapping[str, Iterable[str]]:
        """The keys directly downstream of each key."""
        if self._children is None:
            made: Dict[str, List[str]] = {}
            for key, asset in self.graph.items():
                for dep in asset.deps:
                    made.setdefault(dep, []).append(key)
            self._children = made
        return self._children

    def _ends(self, keys: Set[str], name: str) -> Set[str]:
        if name == "roots":
            return {
                key for key in keys if not any(d in keys for d in self.graph[key].deps if d != key)
            }
        with_children = {dep for key in keys for dep in self.graph[key].deps if dep != key}
        return keys - with_children


def _matcher(node: Attribute) -> Callable[[str, Any], bool]:
    name, value = node.name, node.value
    if name == "key":
        parts = (value or "").split("*")
        return lambda key, asset: _glob(parts, key)
    if name == "group":
        return lambda key, asset: asset.group == value or (value is None and not asset.group)
    if name == "code_location":
        return lambda key, asset: getattr(asset, "location", None) == value
    if name == "tag":
        if value is None:
            return lambda key, asset: not asset.tags
        if node.tag_value is None:
            return lambda key, asset: value in asset.tags
        return lambda key, asset: asset.tags.get(value) == node.tag_value
    many = "kinds" if name == "kind" else "owners"
    if value is None:
        return lambda key, asset: not getattr(asset, many)
    return lambda key, asset: value in getattr(asset, many)


def _glob(parts: Sequence[str], text: str) -> bool:
    """Whether `text` is `parts` with anything in between; linear, unlike a regular expression."""
    if len(parts) == 1:
        return text == parts[0]
    first, last = parts[0], parts[-1]
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    at, end = len(first), len(text) - len(last)
    for part in parts[1:-1]:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
