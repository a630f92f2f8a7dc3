"""`AssetSelection`: the selection grammar as objects."""

from __future__ import annotations

import re
from typing import Any, Iterable, List, Mapping, Optional, Set, Union

from atoll.definitions.assets import check_selection
from atoll.definitions.assets.check_selection import CheckTree
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError, SubsetError, nearest
from atoll_wire import selection as wire
from atoll_wire.keys import join_key

NO_ASSETS: Any = None
"""Stands for the tree of a selection of checks alone."""


class AssetSelection:
    """Which assets are meant. Combined by `|`, `&`, `-` and `~`; `str` gives it as text."""

    __slots__ = ("_checks", "tree")

    def __init__(self, tree: Any, checks: Optional[CheckTree] = None):
        self.tree = tree
        self._checks = checks
        """Which checks are meant; None for those of the assets that are meant."""

    @staticmethod
    def all(include_sources: bool = False) -> AssetSelection:
        """Every asset that a run makes.

        Args:
            include_sources: those as well that are made elsewhere, or only looked at.
        """
        return AssetSelection(_made(wire.All(), include_sources))

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
        """The assets of these groups.

        Args:
            group_strs: names of groups.
            include_sources: whether assets that something else makes are meant too.
        """
        found = _either([wire.Attribute("group", name) for name in group_strs])
        return AssetSelection(_made(found, include_sources))

    @staticmethod
    def key_prefixes(*key_prefixes: Any, include_sources: bool = False) -> AssetSelection:
        """The assets whose keys begin with one of these prefixes.

        Args:
            key_prefixes: text or parts.
            include_sources: whether assets that something else makes are meant too.
        """
        starts = [join_key(prefix_parts(prefix)) for prefix in key_prefixes]
        found = _either([wire.Attribute("key", start + "/*") for start in starts])
        return AssetSelection(_made(found, include_sources))

    @staticmethod
    def key_substring(key_substring: str, include_sources: bool = False) -> AssetSelection:
        """The assets whose keys hold this text.

        Args:
            key_substring: a part of a key, written `a/b`.
            include_sources: whether assets that something else makes are meant too.
        """
        found = wire.Attribute("key", "*%s*" % key_substring)
        return AssetSelection(_made(found, include_sources))

    @staticmethod
    def tag(key: str, value: Optional[str] = None, include_sources: bool = False) -> AssetSelection:
        """The assets with this tag.

        Args:
            key: the tag's name.
            value: its value; None: any.
            include_sources: whether assets that something else makes are meant too.
        """
        return AssetSelection(_made(wire.Attribute("tag", key, value), include_sources))

    @staticmethod
    def tag_string(string: str, include_sources: bool = False) -> AssetSelection:
        """The assets with the tag that is written `name` or `name=value`.

        Args:
            string: the tag.
            include_sources: whether assets that something else makes are meant too.
        """
        name, equals, value = string.partition("=")
        return AssetSelection.tag(name, value if equals else None, include_sources)

    @staticmethod
    def kind(kind: Optional[str], include_sources: bool = False) -> AssetSelection:
        """The assets of this kind.

        Args:
            kind: such as `duckdb`; None: those without any.
            include_sources: whether assets that something else makes are meant too.
        """
        return AssetSelection(_made(wire.Attribute("kind", kind), include_sources))

    @staticmethod
    def owner(owner: Optional[str], include_sources: bool = False) -> AssetSelection:
        """The assets of this owner.

        Args:
            owner: an e-mail address, or `team:NAME`; None: those without any.
            include_sources: not used: assets that something else makes are meant too.
        """
        return AssetSelection(wire.Attribute("owner", owner))

    @staticmethod
    def checks(*assets_or_check_keys: Any) -> AssetSelection:
        """These checks, and no assets: checks themselves, or keys of checks."""
        keys: List[str] = []
        for item in assets_or_check_keys:
            own = getattr(item, "check_keys", None)
            keys += [key.to_user_string() for key in (own if own is not None else [item])]
        return AssetSelection(NO_ASSETS, check_selection.Named(tuple(sorted(keys))))

    @staticmethod
    def checks_for_assets(*assets_defs: Any) -> AssetSelection:
        """The checks of these assets, and not the assets."""
        assets = AssetSelection.assets(*assets_defs)
        return AssetSelection(NO_ASSETS, check_selection.Of(assets.tree))

    @staticmethod
    def all_asset_checks() -> AssetSelection:
        """Every check, and no assets."""
        return AssetSelection(NO_ASSETS, check_selection.Every())

    def without_checks(self) -> AssetSelection:
        """The assets, and none of their checks."""
        return AssetSelection(self.tree, check_selection.Named(()))

    @property
    def check_tree(self) -> CheckTree:
        """Which checks are meant."""
        return check_selection.Of(self.tree) if self._checks is None else self._checks

    def checks_beside(self, assets: Iterable[str], graph: Any, known: Iterable[str]) -> Set[str]:
        """The keys of the checks that it selects, where the assets that it does are known already.

        Args:
            assets: the keys of the assets that it selects.
            graph: the assets by key.
            known: the keys of all checks.
        """
        if self._checks is not None:
            return check_selection.resolve(self._checks, graph, known)
        chosen = set(assets)
        return {key for key in known if key.rpartition(":")[0] in chosen}

    def resolve_checks(
        self, all_assets: Any, graph: Any = None, allow_missing: bool = False
    ) -> Set[Any]:
        """The keys of the checks that it selects of `Definitions`.

        Args:
            all_assets: what it selects of.
            graph: the same assets by key, where they have been looked at already.
            allow_missing: whether it may name checks that there are not.

        Raises:
            SubsetError: `selection.unknown_key`.
        """
        from importlib import import_module

        from atoll.definitions.checks.specs import AssetCheckKey

        nodes = import_module("atoll.graph.nodes")
        known = nodes.check_keys_of(all_assets)
        missing = [key for key in check_selection.named(self.check_tree) if key not in set(known)]
        if missing and not allow_missing:
            raise SubsetError(
                "there is no check '%s'" % missing[0],
                code="selection.unknown_key",
                hint=nearest(missing[0], known) or None,
            )
        found = check_selection.resolve(self.check_tree, graph or nodes.nodes_of(all_assets), known)
        return {AssetCheckKey.from_user_string(key) for key in found}

    @staticmethod
    def from_string(string: str, include_sources: bool = False) -> AssetSelection:
        """The selection that is written so.

        As in Dagster, attributes mean assets that a run makes, and so does `+`; beside a bare key
        each `+` stands for one layer, and beside `key:...` for all: `key:"sales"+`.

        Args:
            string: in the selection grammar.
            include_sources: attributes and `+` mean assets that are made elsewhere, too.

        Raises:
            SelectionError: `selection.*`.
        """
        tree = wire.parse(_with_layers(string))
        return AssetSelection(tree if include_sources else _as_declared(tree))

    @staticmethod
    def from_coercible(selection: CoercibleToAssetSelection) -> AssetSelection:
        """The selection that text, a key, an asset, or a list of those means."""
        if isinstance(selection, AssetSelection):
            return selection
        if isinstance(selection, str):
            return AssetSelection.from_string(selection)
        if isinstance(selection, (list, tuple, set)) and not hasattr(selection, "to_user_string"):
            parts = [AssetSelection.from_coercible(item) for item in selection]
            found = parts[0] if parts else AssetSelection(_either([]))
            for part in parts[1:]:
                found = found | part
            return found
        if isinstance(selection, tuple) or getattr(selection, "check_keys", None):
            return _of_checks(selection)
        return AssetSelection.assets(selection)

    def upstream(self, depth: Optional[int] = None, include_self: bool = True) -> AssetSelection:
        """With the assets upstream, all or so many layers; of all these, those that a run makes.

        Args:
            depth: so many layers at most.
            include_self: False: without the selection itself.
        """
        found = AssetSelection(wire.Made(wire.Traverse(self.tree, up=depth, down=0)))
        return found if include_self else found - self

    def downstream(self, depth: Optional[int] = None, include_self: bool = True) -> AssetSelection:
        """With the assets downstream, all or so many layers.

        Args:
            depth: so many layers at most.
            include_self: False: without the selection itself.
        """
        found = AssetSelection(wire.Traverse(self.tree, up=0, down=depth))
        return found if include_self else found - self

    def roots(self) -> AssetSelection:
        """Those without others of the selection upstream."""
        return AssetSelection(wire.Function("roots", self.tree))

    sources = roots
    """The older name."""

    def sinks(self) -> AssetSelection:
        """Those without others of the selection downstream."""
        return AssetSelection(wire.Function("sinks", self.tree))

    def materializable(self) -> AssetSelection:
        """Those of the selection that a run makes."""
        return AssetSelection(wire.Made(self.tree), self._checks)

    def resolve(self, all_assets: Any) -> Set[AssetKey]:
        """The keys that it selects of `Definitions`, a list of assets, or a graph by key."""
        graph = all_assets
        if not isinstance(graph, Mapping):
            from importlib import import_module

            graph = import_module("atoll.graph.nodes").nodes_of(all_assets)
        if self.tree is NO_ASSETS:
            return set()
        return {AssetKey(key) for key in wire.resolve([self.tree], graph)}

    def to_selection_str(self) -> str:
        """The selection as text."""
        return str(self.tree)

    def __or__(self, other: Any) -> AssetSelection:
        return self._combined("or", AssetSelection.from_coercible(other))

    def __and__(self, other: Any) -> AssetSelection:
        return self._combined("and", AssetSelection.from_coercible(other))

    def __sub__(self, other: Any) -> AssetSelection:
        return self._combined("sub", AssetSelection.from_coercible(other))

    def _combined(self, how: str, other: AssetSelection) -> AssetSelection:
        first, second = self.tree, other.tree
        if how == "or":
            trees = [tree for tree in (first, second) if tree is not NO_ASSETS]
            tree = _either(trees) if trees else NO_ASSETS
        elif first is NO_ASSETS or (second is NO_ASSETS and how == "and"):
            tree = NO_ASSETS
        elif second is NO_ASSETS:
            tree = first
        else:
            tree = _both(first, second if how == "and" else wire.Not(second))
        if self._checks is None and other._checks is None:
            return AssetSelection(tree)
        checks = check_selection.Combined(how, self.check_tree, other.check_tree)
        return AssetSelection(tree, checks)

    def __invert__(self) -> AssetSelection:
        return AssetSelection(wire.Not(self.tree))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AssetSelection)
            and self.tree == other.tree
            and self.check_tree == other.check_tree
        )

    def __hash__(self) -> int:
        return hash(self.tree)

    def __str__(self) -> str:
        if self._checks is None:
            return str(self.tree)
        return str(self._checks) if self.tree is NO_ASSETS else "%s, %s" % (self.tree, self._checks)

    def __repr__(self) -> str:
        return "AssetSelection.from_string(%r)" % str(self.tree)


_OLD_TRAVERSAL = re.compile(r"(\*|\++)?([\w.\[\]/-]+)(\*|\++)?$")
CoercibleToAssetSelection = Union[AssetSelection, str, AssetKey, Iterable[Any]]


def _with_layers(text: str) -> str:
    """A bare key with the marks of old around it, as it is written now.

    `*key` and `key*` mean all layers, each plus of `++key` and `key++` one.
    """
    found = _OLD_TRAVERSAL.match(text)
    if found is None:
        return text
    up, key, down = found.group(1) or "", found.group(2), found.group(3) or ""
    before = "%d+" % len(up) if up.startswith("+") else up.replace("*", "+")
    after = "+%d" % len(down) if down.startswith("+") else down.replace("*", "+")
    return before + key + after


def _made(tree: Any, include_sources: bool) -> Any:
    return tree if include_sources else wire.Made(tree)


def _as_declared(tree: Any) -> Any:
    """What text means, as the methods of `AssetSelection` would have it."""
    if isinstance(tree, wire.All):
        return wire.Made(tree)
    if isinstance(tree, wire.Attribute):
        return wire.Made(tree) if tree.name in ("group", "tag", "kind") else tree
    if isinstance(tree, (wire.And, wire.Or)):
        return type(tree)(tuple(map(_as_declared, tree.operands)))
    if isinstance(tree, wire.Function):
        return wire.Function(tree.name, _as_declared(tree.inner))
    if isinstance(tree, wire.Not):
        return wire.Made(wire.Not(_as_declared(tree.inner)))
    if isinstance(tree, wire.Traverse):
        inner = _as_declared(tree.inner)
        if tree.up == 0:
            return wire.Traverse(inner, 0, tree.down)
        up = wire.Made(wire.Traverse(inner, tree.up, 0))
        return up if tree.down == 0 else wire.Or((up, wire.Traverse(inner, 0, tree.down)))
    return tree


def _of_checks(selection: Any) -> AssetSelection:
    """What a function with checks means: its assets, where it makes some; else its checks."""
    if getattr(selection, "outputs", None):
        return AssetSelection.assets(selection)
    return AssetSelection.checks(selection)


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
