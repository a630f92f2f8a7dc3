"""`AssetSelection`: the selection grammar as objects."""

from __future__ import annotations

from typing import Any, Iterable, List, Mapping, Optional, Set, Union

from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError
from atoll_wire import selection as wire
from atoll_wire.keys import join_key


class AssetSelection:
    """Which assets are meant. Combined by `|`, `&`, `-` and `~`; `str` gives it as text."""

    __slots__ = ("tree",)

    def __init__(self, tree: Any):
        self.tree = tree

    @staticmethod
    def all(include_sources: bool = False) -> AssetSelection:
        """Every asset."""
        return AssetSelection(wire.All())

    @staticmethod
    def assets(*assets_defs: Any) -> AssetSelection:
        """These assets: keys, or assets themselves."""
        keys: List[str] = []
        for item in assets_defs:
            many = getattr(item, "keys", None) if hasattr(item, "specs") else None
            keys += [str(AssetKey.from_coercible(key)) for key in (many or [item])]
        return AssetSelection(_either([wire.Key(key) for key in keys]))

    keys = assets

    @staticmethod
    def groups(*group_strs: str, include_sources: bool = False) -> AssetSelection:
        """The assets of these groups."""
        return AssetSelection(_either([wire.Attribute("group", name) for name in group_strs]))

    @staticmethod
    def key_prefixes(*key_prefixes: Any, include_sources: bool = False) -> AssetSelection:
        """The assets whose keys begin with one of these prefixes."""
        starts = [join_key(prefix_parts(prefix)) for prefix in key_prefixes]
        return AssetSelection(_either([wire.Attribute("key", start + "/*") for start in starts]))

    @staticmethod
    def key_substring(key_substring: str, include_sources: bool = False) -> AssetSelection:
        """The assets whose keys hold this text."""
        return AssetSelection(wire.Attribute("key", "*%s*" % key_substring))

    @staticmethod
    def tag(key: str, value: Optional[str] = None, include_sources: bool = False) -> AssetSelection:
        """The assets with this tag."""
        return AssetSelection(wire.Attribute("tag", key, value))

    @staticmethod
    def tag_string(string: str, include_sources: bool = False) -> AssetSelection:
        """The assets with the tag that is written `name` or `name=value`."""
        name, equals, value = string.partition("=")
        return AssetSelection.tag(name, value if equals else None)

    @staticmethod
    def kind(kind: Optional[str], include_sources: bool = False) -> AssetSelection:
        """The assets of this kind."""
        return AssetSelection(wire.Attribute("kind", kind))

    @staticmethod
    def owner(owner: Optional[str], include_sources: bool = False) -> AssetSelection:
        """The assets of this owner."""
        return AssetSelection(wire.Attribute("owner", owner))

    @staticmethod
    def checks(*_: Any) -> AssetSelection:
        """Not supported yet."""
        raise DefinitionError(
            "AssetSelection.checks is not supported yet: asset checks come in a later release",
            code="definition.not_supported_yet",
            source=caller_source(),
        )

    @staticmethod
    def from_string(string: str) -> AssetSelection:
        """The selection that is written so.

        Raises:
            SelectionError: `selection.*`.
        """
        return AssetSelection(wire.parse(string))

    @staticmethod
    def from_coercible(selection: CoercibleToAssetSelection) -> AssetSelection:
        """The selection that text, a key, an asset, or a list of those means."""
        if isinstance(selection, AssetSelection):
            return selection
        if isinstance(selection, str):
            return AssetSelection.from_string(selection)
        if isinstance(selection, (list, tuple, set)):
            parts = [AssetSelection.from_coercible(item).tree for item in selection]
            return AssetSelection(_either(parts))
        return AssetSelection.assets(selection)

    def upstream(self, depth: Optional[int] = None, include_self: bool = True) -> AssetSelection:
        """With the assets upstream, all or so many layers."""
        found = AssetSelection(wire.Traverse(self.tree, up=depth, down=0))
        return found if include_self else found - self

    def downstream(self, depth: Optional[int] = None, include_self: bool = True) -> AssetSelection:
        """With the assets downstream, all or so many layers."""
        found = AssetSelection(wire.Traverse(self.tree, up=0, down=depth))
        return found if include_self else found - self

    def roots(self) -> AssetSelection:
        """Those without others of the selection upstream."""
        return AssetSelection(wire.Function("roots", self.tree))

    def sinks(self) -> AssetSelection:
        """Those without others of the selection downstream."""
        return AssetSelection(wire.Function("sinks", self.tree))

    def materializable(self) -> AssetSelection:
        """The selection itself: a run leaves out what it cannot make."""
        return self

    def resolve(self, all_assets: Any) -> Set[AssetKey]:
        """The keys that it selects of `Definitions`, a list of assets, or a graph by key."""
        graph = all_assets
        if not isinstance(graph, Mapping):
            from importlib import import_module

            graph = import_module("atoll.graph.nodes").nodes_of(all_assets)
        return {AssetKey(key) for key in wire.resolve([self.tree], graph)}

    def to_selection_str(self) -> str:
        """The selection as text."""
        return str(self.tree)

    def __or__(self, other: Any) -> AssetSelection:
        return AssetSelection(_either([self.tree, AssetSelection.from_coercible(other).tree]))

    def __and__(self, other: Any) -> AssetSelection:
        return AssetSelection(_both(self.tree, AssetSelection.from_coercible(other).tree))

    def __sub__(self, other: Any) -> AssetSelection:
        return AssetSelection(_both(self.tree, wire.Not(AssetSelection.from_coercible(other).tree)))

    def __invert__(self) -> AssetSelection:
        return AssetSelection(wire.Not(self.tree))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AssetSelection) and self.tree == other.tree

    def __hash__(self) -> int:
        return hash(self.tree)

    def __str__(self) -> str:
        return str(self.tree)

    def __repr__(self) -> str:
        return "AssetSelection.from_string(%r)" % str(self.tree)


CoercibleToAssetSelection = Union[AssetSelection, str, AssetKey, Iterable[Any]]


def _either(trees: List[Any]) -> Any:
    operands: List[Any] = []
    for tree in trees:
        operands += tree.operands if isinstance(tree, wire.Or) else (tree,)
    if not operands:
        raise DefinitionError(
            "the selection names nothing", code="selection.empty", source=caller_source()
        )
    return operands[0] if len(operands) == 1 else wire.Or(tuple(operands))


def _both(first: Any, second: Any) -> Any:
    operands: List[Any] = []
    for tree in (first, second):
        operands += tree.operands if isinstance(tree, wire.And) else (tree,)
    return wire.And(tuple(operands))
