"""Definitions as the graph that selections are resolved against, and the order to run it in."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.specs import AssetSpec


class Node:
    """An asset, as a selection sees it."""

    __slots__ = (
        "deps",
        "group",
        "is_materializable",
        "kinds",
        "location",
        "owners",
        "partitions_def",
        "step",
        "tags",
    )

    def __init__(self, spec: AssetSpec, step: Optional[str], is_materializable: bool = False):
        self.is_materializable = is_materializable
        self.deps = [dep.asset_key.to_user_string() for dep in spec.deps]
        self.group = spec.group_name or "default"
        self.tags = spec.tags
        self.kinds = spec.ordered_kinds
        self.owners = spec.owners
        self.partitions_def = spec.partitions_def
        self.step = step
        self.location = None


def nodes_of(definitions: Any) -> Dict[str, Node]:
    """The assets of `Definitions`, or of a list of assets, by key."""
    items: Iterable[Any] = getattr(definitions, "assets", definitions)
    found: Dict[str, Node] = {}
    for item in items:
        if isinstance(item, AssetsDefinition):
            is_materializable = item.is_materializable
            for spec in item.specs:
                found[spec.key.to_user_string()] = Node(spec, item.name, is_materializable)
        elif isinstance(item, AssetSpec):
            found.setdefault(item.key.to_user_string(), Node(item, None))
    return found


def steps_in_order(
    nodes: Mapping[str, Node], selected: Iterable[str]
) -> List[Tuple[str, List[str]]]:
    """The steps that make the selected assets, upstream first, with what each is to make."""
    wanted: Dict[str, List[str]] = {}
    for key in selected:
        step = nodes[key].step
        if step is not None:
            wanted.setdefault(step, []).append(key)
    waits: Dict[str, int] = {}
    following: Dict[str, List[str]] = {}
    for step, keys in wanted.items():
        before = {nodes[dep].step for key in keys for dep in nodes[key].deps if dep in nodes}
        before = {other for other in before if other in wanted and other != step}
        waits[step] = len(before)
        for other in before:
            following.setdefault(str(other), []).append(step)
    ready = [step for step in wanted if waits[step] == 0]
    order: List[Tuple[str, List[str]]] = []
    for step in ready:  # grows while it is walked
        order.append((step, wanted[step]))
        for other in following.get(step, ()):
            waits[other] -= 1
            if waits[other] == 0:
                ready.append(other)
    return order


def common_partitions(nodes: Mapping[str, Node], keys: Iterable[str]) -> Any:
    """The pieces in which all partitioned assets among `keys` are made; None where they differ."""
    found: List[Any] = []
    for key in keys:
        own = nodes[key].partitions_def
        if own is not None and own not in found:
            found.append(own)
    return found[0] if len(found) == 1 else None


def check_keys_of(definitions: Any) -> List[str]:
    """The keys of all checks of `Definitions`, or of a list of assets and checks, in order."""
    items: Iterable[Any] = getattr(definitions, "assets", definitions)
    return [
        output.check.key.to_user_string()
        for item in [*items, *getattr(definitions, "asset_checks", ())]
        for output in getattr(item, "check_outputs", ())
    ]
