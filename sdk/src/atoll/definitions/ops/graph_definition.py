"""`GraphDefinition`: ops, and other graphs, connected with each other."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence

from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.ops.dependencies import (
    AssetDependency,
    Dependencies,
    InputMapping,
    NodeInvocation,
    OutputMapping,
    check_shape,
)
from atoll.definitions.ops.dynamic_rules import DynamicNodes
from atoll.definitions.ops.graph_nodes import bad_graph, check_names, declared_nodes, in_order
from atoll.definitions.ops.graph_ports import graph_inputs, graph_outputs
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
        composition_fn: the function that connected them; a graph made by hand has none.
        nodes: what `node_defs` and `dependencies` say, as `@graph` has found it.
        source: file and line that errors name; where it is constructed, by default.

    Raises:
        DefinitionError: `definition.*`, something is connected that is not there.
    """

    _takes_name = True

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
        given = check_shape(dependencies, lambda told, hint: self._error(told, hint))
        self.node_dict: Dict[str, Node] = (
            declared_nodes(name, node_defs or (), given) if nodes is None else dict(nodes)
        )
        self.dependencies: Dependencies = {
            key.node_name if isinstance(key, NodeInvocation) else key: dict(by_input)
            for key, by_input in given.items()
        }
        self.input_mappings = list(input_mappings or ())
        self.output_mappings = list(output_mappings or ())
        self._check()
        self.ins: Dict[str, In] = graph_inputs(self.input_mappings, self.node_dict)
        self.outs: Dict[str, Out] = graph_outputs(self.output_mappings, self.node_dict)
        self.__name__ = name
        self.__doc__ = description

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
        check_names(self.node_dict.values())
        self._order = in_order(self.node_dict, self.dependencies, self._circle)
        self.dynamic_nodes = DynamicNodes(self.name, self._order, self.dependencies)

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
        """Its nodes, each after those whose values it takes."""
        return list(self._order)

    def _circle(self, names: List[str]) -> DefinitionError:
        return DefinitionError(
            "the nodes of '%s' wait for each other in a circle: %s" % (self.name, ", ".join(names)),
            code="definition.cycle",
            source=self.source,
        )

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

    def iterate_asset_specs(self) -> Iterable[Any]:
        """What is known of the assets that nodes in it, and in the graphs in it, take."""
        for by_input in self.dependencies.values():
            for one in by_input.values():
                if isinstance(one, AssetDependency) and one.spec is not None:
                    yield one.spec
        for node in self.nodes:
            if isinstance(node.definition, GraphDefinition):
                yield from node.definition.iterate_asset_specs()

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
        """A job that runs the graph, with resources and config for it.

        Args:
            name: the job's name; the graph's by default.
            description: Markdown; the graph's by default.
            resource_defs: resources by name; those of `Definitions` stand in where it has none.
            config: the config of its runs, a `ConfigMapping`, or a `PartitionedConfig`.
            tags: of the job; values that are not text become JSON.
            metadata: facts about the job.
            logger_defs: loggers by name.
            executor_def: how many steps of a run go on at once.
            hooks: functions to call when a step has succeeded or failed.
            op_retry_policy: of the steps that have none.
            op_selection: names of the ops to run, with `*` or `+` for those around them; None: all.
            partitions_def: the pieces in which it is run.
            asset_layer: not used: a job of a graph makes no assets.
            input_values: values of the graph's own inputs, by name.
            run_tags: of its runs; `tags`, where they are not given.
            owners: e-mail addresses, or `team:NAME`.
        """
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

    @cached_property
    def implicit_job(self) -> Any:
        """The job that runs it where the graph itself stands for one: always the same."""
        return self.to_job()

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

        Args:
            run_config: a `RunConfig` or a dict.
            instance: takes the run and its events.
            resources: by name.
            raise_on_error: whether an exception of the user's code comes out of this call.
            op_selection: names of the ops to run; all by default.
            run_id: of the run; a new one by default.
            input_values: values of the graph's own inputs, by name.

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
        """A copy whose config is given, or is made of another config by a function.

        Args:
            config_or_config_fn: the config, or a function of the config of the copy.
            name: of the copy.
            config_schema: of the copy, where a function is given.
            description: Markdown.

        Raises:
            DefinitionError: `definition.invalid`, it takes no config of its own.
        """
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
        """Not possible: a graph is only run.

        Raises:
            InvariantError: `invocation.no_graph`, always.
        """
        raise InvariantError(
            "the graph '%s' was called outside of a graph's or a job's function" % self.name,
            code="invocation.no_graph",
            hint="call %s.execute_in_process() to run it" % self.name,
        )

    def _error(self, message: str, hint: Optional[str] = None) -> DefinitionError:
        return bad_graph(self.name, message, hint, self.source)

    def __repr__(self) -> str:
        return "GraphDefinition(%r)" % self.name
