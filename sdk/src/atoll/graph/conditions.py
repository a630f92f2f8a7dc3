"""Definitions as the targets of automation conditions: assets, checks and jobs."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Set

from atoll.definitions.automation.check_and_job_conditions import ChecksAutomationCondition
from atoll.definitions.automation.condition import AutomationCondition
from atoll.definitions.automation.entity_subset import JOB_PREFIX
from atoll.graph.asset_graph import AssetGraph, AssetNode
from atoll.graph.nodes import Node as AssetOfSelection
from atoll.graph.resolved import resolved_job
from atoll_wire.conditions.targets import ASSET, CHECK, JOB, Target, Targets
from atoll_wire.conditions.tree import Node


class _Selections:
    """The selections that conditions name, by their text, which is how the tree has them."""

    def __init__(self, definitions: Any, graph: AssetGraph):
        self._definitions = definitions
        self._graph = graph
        self._by_text: Dict[str, Any] = {}
        self._nodes: Dict[int, Node] = {}
        self._kept: List[Any] = []

    def node(self, condition: Optional[AutomationCondition[Any]]) -> Optional[Node]:
        """A condition as data; the same one for the same condition."""
        if condition is None:
            return None
        known = self._nodes.get(id(condition))
        if known is None:
            known = self._nodes[id(condition)] = self._read(condition)
            self._kept.append(condition)
        return known

    def keys(self, text: str) -> Set[str]:
        """The assets and checks of a selection; one that names what is not there has none."""
        selection = self._by_text[text]
        assets = {
            str(node.key): AssetOfSelection(node.spec, None) for node in self._graph.asset_nodes
        }
        return {
            *(key.to_user_string() for key in _resolved(selection.resolve, assets)),
            *(
                key.to_user_string()
                for key in _resolved(selection.resolve_checks, self._definitions, assets)
            ),
        }

    def _read(self, condition: AutomationCondition[Any]) -> Node:
        for name in ("allow_selection", "ignore_selection"):
            selection = getattr(condition, name, None)
            if selection is not None:
                self._by_text[str(selection)] = selection
        is_of_checks = isinstance(condition, ChecksAutomationCondition)
        parts: Any = [getattr(condition, "operand", None)] if is_of_checks else condition.children
        data = condition.to_wire()
        children = [] if data["kind"] == "custom" else [self.node(part) for part in parts]
        return Node(
            data["kind"],
            data.get("arguments"),
            [child for child in children if child is not None],
            condition.get_label(),
            condition,
        )


def targets_of(definitions: Any, graph: Optional[AssetGraph] = None) -> Targets:
    """All that conditions can be about in some `Definitions`.

    Args:
        definitions: assets, checks and jobs.
        graph: their assets, if they are at hand.
    """
    graph = graph or definitions.resolve_asset_graph()
    selections = _Selections(definitions, graph)
    found = [
        *_assets(graph, selections),
        *_checks(graph, selections),
        *_jobs(definitions, selections),
    ]
    return Targets(found, selections.keys)


def _assets(graph: AssetGraph, selections: _Selections) -> List[Target]:
    checks: Dict[str, List[str]] = {}
    for spec in _check_specs(graph):
        checks.setdefault(str(spec.asset_key), []).append(spec.key.to_user_string())
    return [
        Target(
            str(node.key),
            ASSET,
            _space(node.partitions_def),
            {str(dep.asset_key): _data(dep.partition_mapping) for dep in node.spec.deps},
            selections.node(node.spec.automation_condition),
            node.spec.code_version,
            is_materializable=node.is_materializable,
            is_virtual=node.spec.is_virtual,
            checks=checks.get(str(node.key), ()),
            together=_together(node),
        )
        for node in graph.asset_nodes
    ]


def _checks(graph: AssetGraph, selections: _Selections) -> List[Target]:
    return [
        Target(
            spec.key.to_user_string(),
            CHECK,
            _space(spec.partitions_def),
            {
                str(spec.asset_key): None,
                **{
                    str(dep.asset_key): _data(dep.partition_mapping) for dep in spec.additional_deps
                },
            },
            selections.node(spec.automation_condition),
            is_blocking=spec.blocking,
        )
        for spec in _check_specs(graph)
    ]


def _jobs(definitions: Any, selections: _Selections) -> List[Target]:
    found = []
    for item in definitions.jobs:
        condition = getattr(item, "automation_condition", None)
        if condition is not None:
            job = resolved_job(item, definitions)
            node, space = selections.node(condition), _space(job.partitions_def)
            members = sorted(job.selected)
            found.append(Target(JOB_PREFIX + job.name, JOB, space, None, node, members=members))
    return found


def _check_specs(graph: AssetGraph) -> List[Any]:
    found = [output.check for item in graph.assets_defs for output in item.check_outputs]
    return list({spec.key: spec for spec in found}.values())


def _together(node: AssetNode) -> List[str]:
    item = node.assets_def
    if item.can_subset or not item.is_executable:
        return []
    keys: Iterable[Any] = [*item.keys, *item.check_keys]
    found = [key.to_user_string() for key in keys]
    return found if len(found) > 1 else []


def _space(partitions_def: Any) -> Any:
    return None if partitions_def is None else partitions_def.space


def _data(mapping: Any) -> Any:
    return None if mapping is None else mapping.data()


def _resolved(find: Any, *arguments: Any) -> Iterable[Any]:
    from atoll_wire.selection_error import SelectionError

    try:
        found: Iterable[Any] = find(*arguments)
        return found
    except SelectionError:
        return ()
