"""The nodes of a graph: found in what it is given, named, put in order."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional

from atoll.definitions.ops.dependencies import Dependencies, NodeInvocation, nodes_before
from atoll.definitions.ops.node import Node, NodeDefinition, PendingNode
from atoll.definitions.source import Source, caller_source
from atoll.errors import DefinitionError, nearest


def bad_graph(
    graph: str, message: str, hint: Optional[str] = None, source: Source = None
) -> DefinitionError:
    """What is raised of a graph whose parts do not fit."""
    return DefinitionError(
        "graph '%s': %s" % (graph, message),
        code="definition.bad_graph",
        hint=hint,
        source=source or caller_source(),
    )


def declared_nodes(
    graph: str, definitions: Iterable[Any], dependencies: Mapping[Any, Any]
) -> Dict[str, Node]:
    """The nodes of a graph that is declared by its parts, by name.

    Args:
        graph: its name.
        definitions: the ops and graphs.
        dependencies: by node; keys are names or `NodeInvocation`s.

    Raises:
        DefinitionError: `definition.bad_graph`, `definition.duplicate_node`.
    """
    by_name: Dict[str, NodeDefinition] = {}
    for one in definitions:
        _check_is_node(graph, one)
        if by_name.setdefault(one.name, one) is not one:
            raise same_name(one.name, by_name[one.name], one)
    found: Dict[str, Node] = {}
    used = set()
    for key in dependencies:
        invocation = key if isinstance(key, NodeInvocation) else NodeInvocation(key)
        definition = by_name.get(invocation.name)
        if definition is None:
            raise bad_graph(
                graph,
                "the dependencies name '%s', which is none of its nodes" % invocation.name,
                nearest(invocation.name, list(by_name)) or None,
            )
        used.add(invocation.name)
        found[invocation.node_name] = Node(
            invocation.node_name,
            definition,
            invocation.tags,
            invocation.hook_defs or (),
            invocation.retry_policy,
        )
    for definition in by_name.values():
        if definition.name not in used:
            found[definition.name] = Node(definition.name, definition)
    return found


def _check_is_node(graph: str, one: Any) -> None:
    if isinstance(one, NodeDefinition):
        return
    name = getattr(one, "__name__", None)
    hint = "node_defs takes ops and graphs"
    if isinstance(one, PendingNode):
        hint = "a node's alias and tags are said in dependencies: NodeInvocation(name, alias=...)"
    elif callable(one) and name is not None:
        hint = "make '%s' an op: write @op before it" % name
    raise bad_graph(graph, "%.80r is no node" % (one,), hint)


def check_names(nodes: Iterable[Node]) -> None:
    """Refuse two different ops or graphs of one name.

    Raises:
        DefinitionError: `definition.duplicate_node`.
    """
    first: Dict[str, NodeDefinition] = {}
    for node in nodes:
        definition = first.setdefault(node.definition.name, node.definition)
        if definition is not node.definition:
            raise same_name(node.definition.name, definition, node.definition)


def same_name(name: str, first: Any, second: Any) -> DefinitionError:
    """What is raised of two definitions with one name."""
    place = getattr(first, "source", None) or ("?", 0)
    return DefinitionError(
        "two different ops or graphs are called '%s'; the first is in %s:%s" % (name, *place),
        code="definition.duplicate_node",
        hint="name one of them otherwise: @op(name=...), or .configured(..., name=...)",
        source=getattr(second, "source", None) or caller_source(),
    )


def in_order(
    nodes: Mapping[str, Node],
    dependencies: Dependencies,
    circle: Callable[[List[str]], DefinitionError],
) -> List[Node]:
    """The nodes, each after those whose values it takes; raises what `circle` makes."""
    done: Dict[str, Node] = {}
    waiting = {name: nodes_before(dependencies.get(name, {})) for name in nodes}
    while waiting:
        ready = [name for name, before in waiting.items() if all(one in done for one in before)]
        if not ready:
            raise circle(sorted(waiting))
        for name in ready:
            done[name] = nodes[name]
            del waiting[name]
    return list(done.values())
