"""The inputs and outputs of a graph: those of its nodes that it has made its own."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping

from atoll.definitions.function import EMPTY
from atoll.definitions.ops.dependencies import InputMapping, OutputMapping
from atoll.definitions.ops.node import Node
from atoll.definitions.ops.ports import NO_DEFAULT, DynamicOut, In, Out
from atoll.definitions.ops.types import resolve_type


def graph_inputs(mappings: Iterable[InputMapping], nodes: Mapping[str, Node]) -> Dict[str, In]:
    """The inputs by name. One that several nodes take has the type that they have in common,
    and a default where each of them has one.
    """
    by_name: Dict[str, List[InputMapping]] = {}
    for mapping in mappings:
        by_name.setdefault(mapping.graph_input_name, []).append(mapping)
    return {name: _input(several, nodes) for name, several in by_name.items()}


def _input(mappings: List[InputMapping], nodes: Mapping[str, Node]) -> In:
    inner = [nodes[one.mapped_node_name].definition.ins[one.maps_to.input_name] for one in mappings]
    first = inner[0]
    kinds = [_taken_type(one, declared) for one, declared in zip(mappings, inner)]
    declared_type = mappings[0].dagster_type
    if declared_type in (EMPTY, None) or resolve_type(declared_type).is_any:
        is_common = len({resolve_type(kind).key for kind in kinds}) == 1
        declared_type = kinds[0] if is_common else EMPTY
    made = first.filled(EMPTY)
    made.type = declared_type
    made.default_value = (
        first.default_value if all(one.has_default_value for one in inner) else NO_DEFAULT
    )
    made.description = mappings[0].graph_input_description or first.description
    return made


def _taken_type(mapping: InputMapping, declared: In) -> Any:
    """The type of what the mapping passes on: of one item, where it is a place of a fan-in."""
    if mapping.fan_in_index is None:
        return declared.type
    items = getattr(declared.dagster_type.typing_type, "__args__", ())
    return items[0] if items else EMPTY


def graph_outputs(mappings: Iterable[OutputMapping], nodes: Mapping[str, Node]) -> Dict[str, Out]:
    """The outputs by name; what is made of each value of a dynamic output is dynamic itself."""
    found: Dict[str, Out] = {}
    for mapping in mappings:
        outs = nodes[mapping.mapped_node_name].definition.outs
        made = outs[mapping.mapped_node_output_name].filled(EMPTY)
        if mapping.from_dynamic_mapping and not made.is_dynamic:
            dynamic = DynamicOut.__new__(DynamicOut)
            dynamic.__dict__.update(made.__dict__)
            made = dynamic
        found[mapping.graph_output_name] = made
    return found
