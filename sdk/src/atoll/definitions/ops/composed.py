"""Graphs that functions describe: what the function of `@graph` or `@job` becomes."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, Mapping, Optional

from atoll.definitions.function import EMPTY, annotations_of
from atoll.definitions.ops import composition
from atoll.definitions.ops.dependencies import InputMapping, OutputMapping
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.node import Node
from atoll.definitions.source import Source, caller_source
from atoll.errors import DefinitionError


def composed(
    fn: Callable[..., Any],
    decorator: str,
    *,
    name: Optional[str] = None,
    description: Optional[str] = None,
    ins: Optional[Mapping[str, Any]] = None,
    out: Any = None,
    config: Any = None,
    tags: Optional[Mapping[str, str]] = None,
) -> GraphDefinition:
    """The graph that a function describes: it is called once, with a handle for each input."""
    parameters = [
        one.name
        for one in inspect.signature(fn).parameters.values()
        if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)
    ]
    code = getattr(fn, "__code__", None)
    source = (code.co_filename, code.co_firstlineno) if code else caller_source()
    graph_name: str = name or getattr(fn, "__name__", "") or "graph"
    with composition.Composition(graph_name, decorator) as graph:
        handles = {one: composition.InputHandle(graph_name, one) for one in parameters}
        returned = fn(**handles)
        outputs = _outputs(graph, returned, out)
    graph.warn_of_uninvoked()
    nodes = {
        key: Node(key, one.definition, one.tags, one.hooks, one.retry_policy)
        for key, one in graph.nodes.items()
    }
    doc = fn.__doc__
    return GraphDefinition(
        graph_name,
        description=description if description is not None else inspect.cleandoc(doc or "") or None,
        dependencies=graph.dependencies,
        nodes=nodes,
        input_mappings=_inputs(graph, fn, parameters, ins or {}, source),
        output_mappings=outputs,
        config=config,
        tags=tags,
        composition_fn=fn,
        source=source,
    )


def _inputs(
    graph: composition.Composition,
    fn: Callable[..., Any],
    parameters: List[str],
    ins: Mapping[str, Any],
    source: Source,
) -> List[InputMapping]:
    """Its inputs in the order of the parameters, with what these say of them."""
    used = {mapping.graph_input_name for mapping in graph.input_mappings}
    unused = [one for one in parameters if one not in used]
    if unused:
        raise DefinitionError(
            "%s %s takes '%s', and passes it to no op"
            % (graph.decorator, graph.graph_name, unused[0]),
            code="definition.bad_graph",
            hint="pass it on, or take the parameter away",
            source=source,
        )
    annotations: Dict[str, Any] = annotations_of(fn) if used else {}
    for mapping in graph.input_mappings:
        described = ins.get(mapping.graph_input_name)
        mapping.graph_input_description = getattr(described, "description", None)
        mapping.dagster_type = annotations.get(mapping.graph_input_name, EMPTY)
    return sorted(graph.input_mappings, key=lambda one: parameters.index(one.graph_input_name))


def _outputs(graph: composition.Composition, returned: Any, out: Any) -> List[OutputMapping]:
    if isinstance(returned, composition.InputHandle):
        raise graph.error(
            "its function returns its own input '%s'" % returned.input_name,
            "return what an op returned",
        )
    if not isinstance(out, Mapping):
        return graph.outputs(returned)
    if isinstance(returned, tuple):
        names = getattr(returned, "_fields", ())
        if not set(out) <= set(names) and len(out) == len(returned):
            names = tuple(out)
        returned = dict(zip(names or out, returned))
    elif len(out) == 1 and not isinstance(returned, dict):
        returned = {next(iter(out)): returned}
    found = graph.outputs(returned)
    made = {mapping.graph_output_name for mapping in found}
    missing = [name for name in out if name not in made]
    if missing:
        raise graph.error(
            "its function returns nothing for the output '%s'" % missing[0],
            "return a dict by the names of the outputs",
        )
    return found
