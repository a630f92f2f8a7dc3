"""`GraphDefinition`: ops, and other graphs, connected with each other."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.ops import composition
from atoll.definitions.ops.dependencies import (
    Dependencies,
    InputMapping,
    NodeInvocation,
    OutputMapping,
    nodes_before,
)
from atoll.definitions.ops.node import Node, NodeDefinition
from atoll.definitions.ops.op_definition import OpDefinition
from atoll.definitions.ops.ports import In, Out
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name
from atoll.errors import DefinitionError, InvariantError, nearest


class GraphDefinition(NodeDefinition):
    """Ops, and other graphs, connected with each other. Made by `@graph`.

    Args:
        name: letters, digits and underscores.
        description: Markdown.
        node_defs: the ops and graphs.
        dependencies: by node, by input, whose output it takes.
        input_mappings: which inputs of nodes the graph's own inputs are.
        output_mappings: which outputs of nodes the graph's own outputs are.
        config: the config of its nodes, or a `ConfigMapping` that makes it of the graph's own.
        tags: of the node that it is in another graph.

    Raises:
        DefinitionError: `definition.*`, something is connected that is not there.
    """

    def __init__(
        self,
        name: str,
        *,
        description: Optional[str] = None,
        node_defs: Optional[Sequence[NodeDefinition]] = None,
        dependencies: Optional[Mapping[Any, Mapping[str, Any]]] = None,
        input_mappings: Optional[Sequence[InputMapping]] = None,
        output_mappings: Optional[Sequence[OutputMapping]] = None,
        config: Any = None,
        tags: Optional[Mapping[str, str]] = None,
        composition_fn: Optional[Callable[..., Any]] = None,
        nodes: Optional[Mapping[str, Node]] = None,
        source: Source = None,
    ):
        self.source = source or caller_source()
        self.name = check_name(name, "a graph", self.source)
        self.description = description
        self.config = config
        self._step_schema = getattr(config, "config_schema", None) or ConfigSchema.of(None)
        self.tags = dict(tags or {})
        self.composition_fn = composition_fn
        self.dependencies: Dependencies = {}
        self.node_dict: Dict[str, Node] = dict(nodes or {})
        if nodes is None:
            self._take_nodes(list(node_defs or ()), dependencies or {})
        for key, by_input in (dependencies or {}).items():
            node_name = key.node_name if isinstance(key, NodeInvocation) else key
            self.dependencies[node_name] = dict(by_input)
        self.input_mappings = list(input_mappings or ())
        self.output_mappings = list(output_mappings or ())
        self._check()
        self.ins: Dict[str, In] = self._own_ins()
        self.outs: Dict[str, Out] = self._own_outs()
        self.__name__ = name
        self.__doc__ = description

    def _take_nodes(
        self, definitions: List[NodeDefinition], dependencies: Mapping[Any, Any]
    ) -> None:
        by_name = {one.name: one for one in definitions}
        used = set()
        for key in dependencies:
            invocation = key if isinstance(key, NodeInvocation) else NodeInvocation(key)
            definition = by_name.get(invocation.name)
            if definition is None:
                raise self._error(
                    "the dependencies name '%s', which is none of its nodes" % invocation.name,
                    nearest(invocation.name, list(by_name)) or None,
                )
            used.add(invocation.name)
            self.node_dict[invocation.node_name] = Node(
                invocation.node_name,
                definition,
                invocation.tags,
                invocation.hook_defs or (),
                invocation.retry_policy,
            )
        for definition in definitions:
            if definition.name not in used:
                self.node_dict[definition.name] = Node(definition.name, definition)

    def _check(self) -> None:
        for node_name, by_input in self.dependencies.items():
            node = self._node(node_name)
            for input_name, dependency in by_input.items():
                if input_name not in node.definition.ins:
                    raise self._error(
                        "'%s' has no input '%s'" % (node_name, input_name),
                        nearest(input_name, list(node.definition.ins)) or None,
                    )
                for one in getattr(dependency, "dependencies", (dependency,)):
                    if hasattr(one, "node"):
                        self._check_output(one, node_name, input_name)
        for mapping in self.input_mappings:
            to = mapping.maps_to
            if to.input_name not in self._node(to.node_name).definition.ins:
                raise self._error("'%s' has no input '%s'" % (to.node_name, to.input_name))
        for out in self.output_mappings:
            outs = self._node(out.mapped_node_name).definition.outs
            if out.mapped_node_output_name not in outs:
                raise self._error(
                    "'%s' has no output '%s'" % (out.mapped_node_name, out.mapped_node_output_name)
                )
        self._order = self._ordered()

    def _check_output(self, dependency: Any, node_name: str, input_name: str) -> None:
        outs = self._node(dependency.node).definition.outs
        if dependency.output not in outs:
            raise self._error(
                "'%s' takes the output '%s' of '%s' as '%s', which it does not have"
                % (node_name, dependency.output, dependency.node, input_name),
                nearest(dependency.output, list(outs)) or "it has: %s" % ", ".join(outs),
            )

    def _node(self, name: str) -> Node:
        found = self.node_dict.get(name)
        if found is None:
            raise self._error(
                "it has no node '%s'" % name, nearest(name, list(self.node_dict)) or None
            )
        return found

    def _own_ins(self) -> Dict[str, In]:
        found: Dict[str, In] = {}
        for mapping in self.input_mappings:
            to = mapping.maps_to
            inner = self.node_dict[to.node_name].definition.ins[to.input_name]
            if mapping.graph_input_name not in found:
                made = inner.filled(inner.type, inner.default_value)
                made.description = mapping.graph_input_description or made.description
                found[mapping.graph_input_name] = made
        return found

    def _own_outs(self) -> Dict[str, Out]:
        found: Dict[str, Out] = {}
        for mapping in self.output_mappings:
            node = self.node_dict[mapping.mapped_node_name]
            inner = node.definition.outs[mapping.mapped_node_output_name]
            found[mapping.graph_output_name] = inner.filled(inner.type)
        return found

    @property
    def nodes(self) -> List[Node]:
        """Its nodes, in order of declaration."""
        return list(self.node_dict.values())

    @property
    def node_defs(self) -> List[NodeDefinition]:
        """The ops and graphs that its nodes are, each once."""
        return list({node.definition.name: node.definition for node in self.nodes}.values())

    def node_named(self, name: str) -> Node:
        """The node of that name."""
        return self._node(name)

    get_node = node_named

    def has_node_named(self, name: str) -> bool:
        """Whether there is a node of that name."""
        return name in self.node_dict

    @property
    def nodes_in_topological_order(self) -> List[Node]:
        """Its nodes, each after those whose values it takes; by name where that leaves a choice."""
        return list(self._order)

    def _ordered(self) -> List[Node]:
        done: Dict[str, Node] = {}
        waiting = {name: nodes_before(self.dependencies.get(name, {})) for name in self.node_dict}
        while waiting:
            ready = sorted(n for n, before in waiting.items() if all(b in done for b in before))
            if not ready:
                raise DefinitionError(
                    "the nodes of '%s' wait for each other in a circle: %s"
                    % (self.name, ", ".join(sorted(waiting))),
                    code="definition.cycle",
                    source=self.source,
                )
            for name in ready:
                done[name] = self.node_dict[name]
                del waiting[name]
        return list(done.values())

    @property
    def config_mapping(self) -> Any:
        """What makes the config of its nodes of the graph's own, or None."""
        return self.config if hasattr(self.config, "config_fn") else None

    def iterate_op_defs(self) -> Iterable[OpDefinition]:
        """Every op in it, and in the graphs in it."""
        for node in self.nodes:
            if isinstance(node.definition, GraphDefinition):
                yield from node.definition.iterate_op_defs()
            elif isinstance(node.definition, OpDefinition):
                yield node.definition

    def to_job(
        self,
        name: Optional[str] = None,
        description: Optional[str] = None,
        resource_defs: Optional[Mapping[str, Any]] = None,
        config: Any = None,
        tags: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        logger_defs: Optional[Mapping[str, Any]] = None,
        executor_def: Any = None,
        hooks: Optional[Iterable[Any]] = None,
        op_retry_policy: Any = None,
        op_selection: Optional[Sequence[str]] = None,
        partitions_def: Any = None,
        asset_layer: Any = None,
        input_values: Optional[Mapping[str, Any]] = None,
        run_tags: Optional[Mapping[str, Any]] = None,
        owners: Optional[Sequence[str]] = None,
    ) -> Any:
        """A job that runs the graph, with resources and config for it."""
        from atoll.definitions.ops.job_definition import JobDefinition

        made = JobDefinition(
            graph_def=self,
            name=name,
            description=description or self.description,
            resource_defs=resource_defs,
            config=config,
            tags=tags,
            run_tags=run_tags,
            metadata=metadata,
            logger_defs=logger_defs,
            executor_def=executor_def,
            hook_defs=hooks,
            op_retry_policy=op_retry_policy,
            partitions_def=partitions_def,
            input_values=input_values,
            owners=owners,
        )
        return made.get_subset(op_selection=op_selection) if op_selection else made

    def execute_in_process(
        self,
        run_config: Any = None,
        instance: Any = None,
        resources: Optional[Mapping[str, Any]] = None,
        raise_on_error: bool = True,
        op_selection: Optional[Sequence[str]] = None,
        run_id: Optional[str] = None,
        input_values: Optional[Mapping[str, Any]] = None,
    ) -> Any:
        """Run it in this process, with every value kept in memory.

        Returns:
            An `ExecuteInProcessResult`.
        """
        job = self.to_job(resource_defs=resources, input_values=input_values)
        return job.execute_in_process(
            run_config=run_config,
            instance=instance,
            raise_on_error=raise_on_error,
            op_selection=op_selection,
            run_id=run_id,
        )

    def configured(
        self,
        config_or_config_fn: Any,
        name: Optional[str] = None,
        config_schema: Any = None,
        description: Optional[str] = None,
    ) -> GraphDefinition:
        """A copy whose config is given, or is made of another config by a function."""
        import copy

        if self.config_mapping is None:
            raise DefinitionError(
                "the graph '%s' takes no config of its own" % self.name,
                hint="give it a config mapping: @graph(config=config_mapping(...))",
                source=caller_source(),
            )
        made = copy.copy(self)
        made.name = name or self.name
        made.description = description or self.description
        made.config = self.config.configured(config_or_config_fn, config_schema)
        made._step_schema = made.config.config_schema
        return made

    def call_directly(self, args: Any, kwargs: Any, alias: Optional[str] = None) -> Any:
        """Not possible: a graph is only run."""
        raise InvariantError(
            "the graph '%s' was called outside of a graph's or a job's function" % self.name,
            code="invocation.no_graph",
            hint="call %s.execute_in_process() to run it" % self.name,
        )

    def _error(self, message: str, hint: Optional[str] = None) -> DefinitionError:
        return DefinitionError(
            "graph '%s': %s" % (self.name, message),
            code="definition.bad_graph",
            hint=hint,
            source=self.source,
        )

    def __repr__(self) -> str:
        return "GraphDefinition(%r)" % self.name


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
    import inspect

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
        outputs = _graph_outputs(graph, returned, out, handles)
    nodes = {
        key: Node(key, one.definition, one.tags, one.hooks, one.retry_policy)
        for key, one in graph.nodes.items()
    }
    _check_inputs(graph, parameters, ins or {}, source)
    doc = fn.__doc__
    return GraphDefinition(
        graph_name,
        description=description if description is not None else inspect.cleandoc(doc or "") or None,
        dependencies=graph.dependencies,
        nodes=nodes,
        input_mappings=graph.input_mappings,
        output_mappings=outputs,
        config=config,
        tags=tags,
        composition_fn=fn,
        source=source,
    )


def _check_inputs(
    graph: composition.Composition,
    parameters: List[str],
    ins: Mapping[str, Any],
    source: Source,
) -> None:
    for mapping in graph.input_mappings:
        described = ins.get(mapping.graph_input_name)
        mapping.graph_input_description = getattr(described, "description", None)
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


def _graph_outputs(
    graph: composition.Composition, returned: Any, out: Any, handles: Mapping[str, Any]
) -> List[OutputMapping]:
    if isinstance(returned, composition.InputHandle):
        raise graph._error(
            "its function returns its own input '%s'" % returned.input_name,
            "return what an op returned",
        )
    if (
        isinstance(out, Mapping)
        and isinstance(returned, tuple)
        and not hasattr(returned, "_fields")
    ):
        returned = dict(zip(out, returned))
    elif isinstance(out, Mapping) and len(out) == 1 and not isinstance(returned, dict):
        returned = {next(iter(out)): returned}
    found = graph.outputs(returned)
    if isinstance(out, Mapping):
        made = {mapping.graph_output_name for mapping in found}
        missing = [name for name in out if name not in made]
        if missing:
            raise graph._error(
                "its function returns nothing for the output '%s'" % missing[0],
                "return a dict by the names of the outputs",
            )
    return found
