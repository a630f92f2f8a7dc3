"""`AssetGraph`: the assets of `Definitions`, and what each lies between."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Set

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.external import external_asset
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.keys import AssetKey
from atoll.errors import DefinitionError, nearest


class AssetNode:
    """One asset among the others.

    What its `AssetSpec` says (`group_name`, `tags`, `metadata` ...) can be asked of it too.

    Attributes:
        spec: its description.
        assets_def: what makes it; where something else does, a definition that says so.
        parent_keys: what it depends on.
        child_keys: what depends on it.
    """

    def __init__(self, spec: AssetSpec, assets_def: AssetsDefinition):
        self.spec = spec
        self.assets_def = assets_def
        self.parent_keys: Set[AssetKey] = {dep.asset_key for dep in spec.deps}
        self.child_keys: Set[AssetKey] = set()

    @property
    def key(self) -> AssetKey:
        """Its key."""
        return self.spec.key

    @property
    def group_name(self) -> str:
        """Its group, `default` where it names none."""
        return self.spec.group_name or "default"

    @property
    def is_external(self) -> bool:
        """Whether something else makes it."""
        return self.assets_def.is_external

    @property
    def is_materializable(self) -> bool:
        """Whether a run makes it."""
        return self.assets_def.is_materializable

    @property
    def is_observable(self) -> bool:
        """Whether a run looks at it."""
        return self.assets_def.is_observable

    @property
    def is_executable(self) -> bool:
        """Whether a run makes it or looks at it."""
        return self.assets_def.is_executable

    def to_asset_spec(self) -> AssetSpec:
        """Its description."""
        return self.spec

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.spec, name)

    def __repr__(self) -> str:
        return "AssetNode(%r)" % str(self.key)


class AssetGraph:
    """All assets of `Definitions`, those that something else makes included.

    Attributes:
        assets: what the definitions hold, as selections take it.
        asset_checks: the functions that only check.
    """

    def __init__(self, definitions: Any):
        self.assets: List[Any] = list(definitions.assets)
        self.asset_checks: List[Any] = list(definitions.asset_checks)
        self._nodes: Dict[AssetKey, AssetNode] = {}
        for item in self.assets:
            if isinstance(item, AssetsDefinition):
                for spec in item.specs:
                    self._nodes[spec.key] = AssetNode(spec, item)
        for item in self.assets:
            if isinstance(item, AssetSpec) and item.key not in self._nodes:
                self._nodes[item.key] = AssetNode(item, external_asset(item))
        for node in list(self._nodes.values()):
            for key in node.parent_keys:
                if key not in self._nodes:
                    unknown = AssetSpec(key, source=node.spec.source)
                    self._nodes[key] = AssetNode(unknown, external_asset(unknown))
                self._nodes[key].child_keys.add(node.key)

    @staticmethod
    def from_assets(assets: Iterable[Any]) -> AssetGraph:
        """The graph of some assets and checks.

        Args:
            assets: as `Definitions` take them.
        """
        from atoll.definitions.collection import Definitions

        return AssetGraph(Definitions(assets=assets))

    @property
    def asset_nodes(self) -> List[AssetNode]:
        """All assets."""
        return list(self._nodes.values())

    @property
    def assets_defs(self) -> List[AssetsDefinition]:
        """What makes the assets, each once, and then what only checks."""
        every = [*(node.assets_def for node in self._nodes.values()), *self.asset_checks]
        return list({id(item): item for item in every}.values())

    def has(self, key: Any) -> bool:
        """Whether there is such an asset."""
        return key in self._nodes

    def get(self, key: Any) -> AssetNode:
        """The asset of that key.

        Raises:
            DefinitionError: `definition.unknown_key`.
        """
        wanted = AssetKey.from_coercible(key)
        if wanted not in self._nodes:
            raise DefinitionError(
                "no asset here is called '%s'" % wanted,
                code="definition.unknown_key",
                hint=nearest(str(wanted), [str(known) for known in self._nodes]) or None,
            )
        return self._nodes[wanted]

    @property
    def asset_dep_graph(self) -> Dict[str, Dict[AssetKey, Set[AssetKey]]]:
        """Under `upstream` and `downstream`, by key: what each asset lies directly between."""
        return {
            "upstream": {key: set(node.parent_keys) for key, node in self._nodes.items()},
            "downstream": {key: set(node.child_keys) for key, node in self._nodes.items()},
        }

    def get_all_asset_keys(self) -> Set[AssetKey]:
        """The keys of all assets."""
        return set(self._nodes)

    @property
    def materializable_asset_keys(self) -> Set[AssetKey]:
        """The keys of what runs make."""
        return {key for key, node in self._nodes.items() if node.is_materializable}

    @property
    def external_asset_keys(self) -> Set[AssetKey]:
        """The keys of what something else makes."""
        return {key for key, node in self._nodes.items() if node.is_external}

    @property
    def asset_check_keys(self) -> Set[Any]:
        """The keys of all checks."""
        return {key for item in self.assets_defs for key in item.check_keys}
