"""`JobDefinition`: a graph of ops with resources and config, to be run."""

from __future__ import annotations

import copy
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.job_nodes import definitions_in
from atoll.definitions.ops.node import NodeDefinition
from atoll.definitions.policies import check_policy
from atoll.definitions.resources.resource import check_resources
from atoll.definitions.source import caller_source
from atoll.definitions.validation import check_name, check_owners, text_tags
from atoll.errors import DefinitionError, InvariantError


class JobDefinition:
    """A graph of ops with resources and config. Made by `@job` and `GraphDefinition.to_job`.

    Args:
        graph_def: what it runs.
        resource_defs: resources by name.
        executor_def: how many steps of a run go on at once.
        logger_defs: loggers by name.
        name: the graph's, where none is given.
        config: the config of its runs, a `ConfigMapping`, a `PartitionedConfig` or a `RunConfig`.
        description: Markdown.
        partitions_def: the pieces in which it is run.
        tags: of the job; values that are not text become JSON.
        run_tags: of its runs; `tags`, where they are not given.
        metadata: facts about the job.
        hook_defs: functions to call when a step has succeeded or failed.
        op_retry_policy: of the steps that have none.
        input_values: values of the graph's own inputs, by name.
        owners: e-mail addresses, or `team:NAME`.

    Raises:
        DefinitionError: `definition.*`, an argument cannot be meant so.
    """

    is_asset_job = False

    def __init__(
        self,
        *,
        graph_def: GraphDefinition,
        resource_defs: Optional[Mapping[str, Any]] = None,
        executor_def: Any = None,
        logger_defs: Optional[Mapping[str, Any]] = None,
        name: Optional[str] = None,
        config: Any = None,
        description: Optional[str] = None,
        partitions_def: Any = None,
        tags: Optional[Mapping[str, Any]] = None,
        run_tags: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        hook_defs: Optional[Iterable[Any]] = None,
        op_retry_policy: Any = None,
        input_values: Optional[Mapping[str, Any]] = None,
        owners: Optional[Sequence[str]] = None,
    ):
        self.source = graph_def.source or caller_source()
        self.name = check_name(name or graph_def.name, "a job", self.source)
        self.graph = graph_def
        self.resource_defs: Dict[str, Any] = check_resources(resource_defs)
        self.executor_def = executor_def
        self.loggers: Dict[str, Any] = dict(logger_defs or {})
        self.description = description
        self.__name__ = self.name
        self.__doc__ = description
        self._partitions_def = partitions_def
        self.config = config
        what = "job '%s'" % self.name
        own, of_graph = text_tags(what, tags, self.source), graph_def.tags
        self.tags: Dict[str, str] = {**of_graph, **own}
        of_runs = own if run_tags is None else text_tags(what, run_tags, self.source)
        self.run_tags: Dict[str, str] = {**of_graph, **of_runs}
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.hook_defs: Set[Any] = set(hook_defs or ())
        self.op_retry_policy = check_policy(op_retry_policy, self.source)
        self.input_values: Dict[str, Any] = dict(input_values or {})
        self.owners: List[str] = check_owners(owners, self.source)
        self.op_selection: Optional[List[str]] = None
        self._definitions = definitions_in(graph_def, self.name)
        self._check_input_values()
        if self.resource_defs:
            from importlib import import_module

            import_module("atoll.graph.check").check_job_resources(self)

    def _check_input_values(self) -> None:
        for name in self.input_values:
            if name not in self.graph.ins:
                raise DefinitionError(
                    "the job '%s' is given a value for the input '%s', which its graph does not "
                    "have" % (self.name, name),
                    code="definition.unknown_parameter",
                    source=self.source,
                )

    @property
    def partitions_def(self) -> Any:
        """The pieces in which it is run, or None."""
        if self._partitions_def is not None:
            return self._partitions_def
        return getattr(self.config, "partitions_def", None)

    @property
    def partitioned_config(self) -> Any:
        """What makes the config of a partition's run, or None."""
        return self.config if hasattr(self.config, "partitions_def") else None

    @property
    def config_mapping(self) -> Any:
        """What makes the config of its nodes of its own, or None."""
        return self.config if hasattr(self.config, "config_fn") else None

    @property
    def run_config(self) -> Any:
        """The config of its runs, where it is a constant; else None."""
        constant = self.config_mapping is None and self.partitioned_config is None
        return self.config if constant else None

    @property
    def nodes(self) -> List[Any]:
        """The nodes of its graph."""
        return self.graph.nodes

    @property
    def required_resource_keys(self) -> Set[str]:
        """The resources that its ops use."""
        return {key for one in self.graph.iterate_op_defs() for key in one.required_resource_keys}

    def has_node(self, name: str) -> bool:
        """Whether an op or a graph of that name is in it, at any depth."""
        return name in self._definitions

    @property
    def all_node_defs(self) -> List[NodeDefinition]:
        """The ops and graphs in it, at every depth, each once."""
        return list(self._definitions.values())

    def get_node_named(self, name: str) -> Any:
        """The node of that name."""
        return self.graph.node_named(name)

    def has_node_named(self, name: str) -> bool:
        """Whether there is a node of that name."""
        return self.graph.has_node_named(name)

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Not possible: a job is only run.

        Raises:
            InvariantError: `invocation.no_job`.
        """
        raise InvariantError(
            "the job '%s' was called like a function" % self.name,
            code="invocation.no_job",
            hint="call %s.execute_in_process() to run it" % self.name,
        )

    def execute_in_process(
        self,
        run_config: Any = None,
        instance: Any = None,
        partition_key: Optional[str] = None,
        raise_on_error: bool = True,
        op_selection: Optional[Sequence[str]] = None,
        asset_selection: Optional[Sequence[Any]] = None,
        run_id: Optional[str] = None,
        input_values: Optional[Mapping[str, Any]] = None,
        tags: Optional[Mapping[str, str]] = None,
        resources: Optional[Mapping[str, Any]] = None,
    ) -> Any:
        """Run it in this process, with every value of the default IO manager kept in memory.

        Args:
            run_config: a `RunConfig` or a dict; goes before the job's own.
            instance: takes the run and its events.
            partition_key: the piece to run.
            raise_on_error: whether an exception of the user's code comes out of this call.
            op_selection: names of the ops to run; all by default.
            asset_selection: keys of the assets to make, where it is a job of assets; all by
                default.
            run_id: of the run; a new one by default.
            input_values: values of the graph's own inputs.
            tags: more tags of the run.
            resources: by name; go before the job's own.

        Returns:
            An `ExecuteInProcessResult`.
        """
        from importlib import import_module

        return import_module("atoll.execution.jobs").execute_in_process(
            self,
            run_config=run_config,
            instance=instance,
            partition_key=partition_key,
            raise_on_error=raise_on_error,
            op_selection=op_selection,
            asset_selection=asset_selection,
            run_id=run_id,
            input_values=input_values,
            tags=tags,
            resources=resources,
        )

    def get_subset(
        self, *, op_selection: Optional[Iterable[str]] = None, asset_selection: Any = None
    ) -> JobDefinition:
        """A copy that runs some of its ops only.

        Args:
            op_selection: names of ops and graphs, with `*` or `+` for those around them.
            asset_selection: keys of the assets to make, where it is a job of assets.

        Raises:
            SubsetError: `selection.*`, there is no such op, or it cannot be run by itself.
        """
        from importlib import import_module

        made = copy.copy(self)
        made.op_selection = None if op_selection is None else list(op_selection)
        if made.op_selection is not None:
            import_module("atoll.graph.steps").steps_of_job(made)
        return made

    def with_hooks(self, hook_defs: Iterable[Any]) -> JobDefinition:
        """A copy with more hooks."""
        made = copy.copy(self)
        made.hook_defs = self.hook_defs | set(hook_defs)
        return made

    def with_top_level_resources(self, resource_defs: Mapping[str, Any]) -> JobDefinition:
        """A copy whose missing resources are taken from `resource_defs`."""
        made = copy.copy(self)
        made.resource_defs = {**resource_defs, **self.resource_defs}
        return made

    def beside(
        self, resources: Mapping[str, Any], executor: Any, loggers: Mapping[str, Any]
    ) -> JobDefinition:
        """A copy that takes from its location what it does not say itself.

        Args:
            resources: of the location.
            executor: its own, if it has one.
            loggers: of the location, for a job that has none.
        """
        made = self.with_top_level_resources(resources)
        made.executor_def = self.executor_def or executor
        made.loggers = self.loggers or dict(loggers)
        return made

    def with_executor_def(self, executor_def: Any) -> JobDefinition:
        """A copy with another executor."""
        made = copy.copy(self)
        made.executor_def = executor_def
        return made

    def with_metadata(self, metadata: Mapping[str, Any]) -> JobDefinition:
        """A copy with other facts."""
        made = copy.copy(self)
        made.metadata = normalize(metadata)
        return made

    def run_request_for_partition(self, partition_key: str, **arguments: Any) -> Any:
        """A `RunRequest` for one of its partitions.

        Args:
            partition_key: the partition.
            arguments: further arguments of `RunRequest`.
        """
        from importlib import import_module

        requests = import_module("atoll.definitions.automation.run_request")
        return requests.RunRequest(job_name=self.name, partition_key=partition_key, **arguments)

    def get_run_config_for_partition_key(self, partition_key: str) -> Mapping[str, Any]:
        """The config of the run of a partition.

        Raises:
            InvariantError: it has no config for partitions.
        """
        if self.partitioned_config is None:
            raise InvariantError("the job '%s' has no config for partitions" % self.name)
        found: Mapping[str, Any] = self.partitioned_config.get_run_config_for_partition_key(
            partition_key
        )
        return found

    def __repr__(self) -> str:
        return "JobDefinition(%r)" % self.name
