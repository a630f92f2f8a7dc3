"""Which checks a selection means."""

from __future__ import annotations

from typing import Any, Iterable, List, NamedTuple, Set, Tuple, Union

from atoll_wire import selection as wire


class Of(NamedTuple):
    """The checks of the assets that a selection means."""

    tree: Any

    def __str__(self) -> str:
        return "checks of (%s)" % (self.tree,)


class Named(NamedTuple):
    """Some checks, by their keys."""

    keys: Tuple[str, ...]

    def __str__(self) -> str:
        return "checks %s" % ", ".join(self.keys) if self.keys else "no checks"


class Every(NamedTuple):
    """All checks."""

    def __str__(self) -> str:
        return "all checks"


class Combined(NamedTuple):
    """Two such, put together."""

    how: str
    """`or`, `and`, `sub`."""
    first: Any
    second: Any

    def __str__(self) -> str:
        return "(%s) %s (%s)" % (
            self.first,
            {"sub": "without"}.get(self.how, self.how),
            self.second,
        )


CheckTree = Union[Of, Named, Every, Combined]


def resolve(tree: CheckTree, graph: Any, known: Iterable[str]) -> Set[str]:
    """The keys of the checks that are meant, of those that are known.

    Args:
        graph: the assets by key, as a selection of assets is resolved against it.
        known: the keys of all checks: `asset:name`.
    """
    keys = set(known)
    if isinstance(tree, Every):
        return keys
    if isinstance(tree, Named):
        return keys.intersection(tree.keys)
    if isinstance(tree, Of):
        if tree.tree is None:
            return set()
        assets = set(wire.resolve([tree.tree], graph))
        return {key for key in keys if key.rpartition(":")[0] in assets}
    first, second = resolve(tree.first, graph, keys), resolve(tree.second, graph, keys)
    if tree.how == "or":
        return first | second
    return first & second if tree.how == "and" else first - second


def named(tree: CheckTree) -> List[str]:
    """The keys of the checks that are named one by one, in order."""
    if isinstance(tree, Named):
        return list(tree.keys)
    return [*named(tree.first), *named(tree.second)] if isinstance(tree, Combined) else []
