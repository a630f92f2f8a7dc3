"""What may not be done with dynamic outputs, told when a graph is made."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

from atoll.definitions.ops.dependencies import CollectDefinition, MultiDependencyDefinition
from atoll.definitions.ops.node import Node
from atoll.errors import DefinitionError


class DynamicSource(NamedTuple):
    """A dynamic output of a node."""

    node: str
    output: str

    def __str__(self) -> str:
        return "'%s.%s'" % self


class DynamicNodes:
    """The nodes of one graph that are executed once for each value of a dynamic output.

    Args:
        graph: the name of the graph.
        nodes: in order: each after those whose values it takes.
        dependencies: by node, by input.

    Raises:
        DefinitionError: `definition.bad_dynamic`.
    """

    def __init__(self, graph: str, nodes: Iterable[Node], dependencies: Mapping[str, Any]):
        self._graph = graph
        self._nodes: Dict[str, Node] = {}
        self._each: Dict[str, DynamicSource] = {}
        for node in nodes:
            self._nodes[node.name] = node
            self._add(node, dependencies.get(node.name, {}))

    def takes_each(self, node: str) -> bool:
        """Whether a node is executed, or makes others be executed, once for each value."""
        return node in self._each or any(one.node == node for one in self._each.values())

    def _add(self, node: Node, by_input: Mapping[str, Any]) -> None:
        collected: Optional[DynamicSource] = None
        for input_name, dependency in by_input.items():
            if isinstance(dependency, MultiDependencyDefinition):
                self._check_fan_in(node, input_name, dependency)
                continue
            source = self._source(dependency)
            if source is None:
                continue
            if isinstance(dependency, CollectDefinition):
                collected = source
                self._check_collected(node, dependency, source)
            else:
                self._map(node, input_name, source)
        mapped = self._each.get(node.name)
        if collected is not None and mapped is not None:
            raise self._refused(
                "'%s' takes all values of %s, and each value of %s"
                % (node.name, collected, mapped),
                "collect in an op of its own, and pass on what that returns",
            )

    def _source(self, dependency: Any) -> Optional[DynamicSource]:
        """The dynamic output that a value is, or is made of."""
        before = self._nodes.get(getattr(dependency, "node", ""))
        if before is None:
            return None
        if before.definition.outs[dependency.output].is_dynamic:
            return DynamicSource(before.name, dependency.output)
        return self._each.get(before.name)

    def _check_fan_in(self, node: Node, input_name: str, fan_in: Any) -> None:
        for one in fan_in.dependencies:
            source = self._source(one)
            if source is not None:
                raise self._refused(
                    "'%s' takes a list as '%s' with what is made of the dynamic output %s in it"
                    % (node.name, input_name, source),
                    "call .collect() on the dynamic output: it gives the list",
                )

    def _check_collected(self, node: Node, dependency: Any, source: DynamicSource) -> None:
        around = self._each.get(dependency.node)
        if around is not None and around != source:
            raise self._two(node.name, source, around)

    def _map(self, node: Node, input_name: str, source: DynamicSource) -> None:
        before = self._each.get(source.node)
        if before is not None and before != source:
            raise self._two(node.name, source, before)
        first = self._each.setdefault(node.name, source)
        if first != source:
            raise self._two(node.name, first, source)
        if _is_dynamic_within(node.definition, input_name):
            raise self._refused(
                "'%s' takes each value of %s as '%s', which its own nodes take each with values of "
                "another dynamic output" % (node.name, source, input_name),
                _ONE_LEVEL,
            )

    def _two(self, node: str, *sources: DynamicSource) -> DefinitionError:
        return self._refused(
            "'%s' takes each value of two dynamic outputs: %s and %s" % (node, *sources),
            _ONE_LEVEL,
        )

    def _refused(self, message: str, hint: str) -> DefinitionError:
        from atoll.definitions.source import caller_source

        return DefinitionError(
            "graph '%s': %s" % (self._graph, message),
            code="definition.bad_dynamic",
            hint=hint,
            source=caller_source(),
        )


_ONE_LEVEL = "collect the first one, and have an op yield the values of both"


def _is_dynamic_within(definition: Any, input_name: str) -> bool:
    """Whether the nodes of a graph that take its input have to do with a dynamic output."""
    within: Optional[DynamicNodes] = getattr(definition, "dynamic_nodes", None)
    if within is None:
        return False
    targets: Iterable[Tuple[str, str]] = (
        (one.maps_to.node_name, one.maps_to.input_name)
        for one in definition.input_mappings
        if one.graph_input_name == input_name
    )
    return any(
        within.takes_each(node) or _is_dynamic_within(definition.node_dict[node].definition, name)
        for node, name in targets
    )
