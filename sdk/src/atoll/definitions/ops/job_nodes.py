"""Everything in the graph of a job: checked when the job is made, found by name."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.graph_nodes import same_name
from atoll.definitions.ops.node import Node, NodeDefinition
from atoll.errors import DefinitionError


def definitions_in(graph: GraphDefinition, job: str) -> Dict[str, NodeDefinition]:
    """The ops and graphs in a job's graph, at every depth, by name.

    Raises:
        DefinitionError: `definition.duplicate_node`, two different ones have one name;
            `definition.unconnected_input`, an input can have no value.
    """
    found: Dict[str, NodeDefinition] = {}
    waiting: List[GraphDefinition] = [graph]
    while waiting:
        around = waiting.pop()
        mapped = {(one.mapped_node_name, one.maps_to.input_name) for one in around.input_mappings}
        for node in around.nodes:
            definition = node.definition
            is_new = definition.name not in found
            if found.setdefault(definition.name, definition) is not definition:
                raise same_name(definition.name, found[definition.name], definition)
            _check_inputs(node, around, mapped, job)
            if is_new and isinstance(definition, GraphDefinition):
                waiting.append(definition)
    return found


def _check_inputs(node: Node, graph: GraphDefinition, mapped: Any, job: str) -> None:
    connected = graph.dependencies.get(node.name, {})
    for name, declared in node.definition.ins.items():
        place: Tuple[str, str] = (node.name, name)
        if name in connected or place in mapped or declared.can_be_left_open:
            continue
        raise DefinitionError(
            "the input '%s' of '%s' in job '%s' is connected to nothing, and values of type "
            "%s cannot be given in the config"
            % (name, node.name, job, declared.dagster_type.display_name),
            code="definition.unconnected_input",
            hint="pass it what another op returns, or give it a default",
            source=getattr(node.definition, "source", None),
        )
