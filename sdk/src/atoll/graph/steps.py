"""Steps, which workers execute: found in assets, in graphs behind them, and in jobs of ops."""

from __future__ import annotations

import copy
from typing import (
    Any,
    Callable,
    Container,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Set,
    Tuple,
    TypeVar,
)

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.function import EMPTY, FunctionSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.ops.dependencies import (
    AssetDependency,
    CollectDefinition,
    MappedInputPlaceholder,
    MultiDependencyDefinition,
)
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.definitions.ops.op_definition import OpDefinition
from atoll.definitions.ops.ports import NO_DEFAULT, In, Out
from atoll.definitions.ops.types import DagsterType, resolve_type
from atoll.errors import DefinitionError
from atoll.graph.op_selection import selected_steps, steps_by_themselves

ONE, EACH, ALL = "one", "each", "all"
"""Of a dynamic output, an input takes each value in a step of its own, or all as a list."""


class Upstream(NamedTuple):
    """The output of a step whose value an input takes."""

    step: str
    output: str
    mode: str = ONE


class Origin(NamedTuple):
    """Where an input's value comes from."""

    upstream: Tuple[Upstream, ...] = ()
    is_fan_in: bool = False
    key: Optional[AssetKey] = None
    """The asset whose value it is."""
    value: Any = NO_DEFAULT
    input_manager_key: Optional[str] = None
    partition_mapping: Any = None
    graph_inputs: Tuple[Tuple[Tuple[str, ...], str], ...] = ()
    """The inputs of graphs that it is, outermost first: the path of the graph, and the name."""
    parts: Tuple[Any, ...] = ()
    """The origins of a fan-in's values in order, where some are no outputs of ops."""


NOWHERE = Origin()


class StepInput:
    """An input of a step, with where its value comes from. Has what an `AssetInput` has."""

    def __init__(self, name: str, declared: In, origin: Origin):
        self.name = name
        self.type = declared.type
        self.declared = declared
        self.key = origin.key
        self.upstream = origin.upstream
        self.is_fan_in = origin.is_fan_in
        self.value = origin.value
        self.default = declared.default_value
        self.metadata = declared.metadata
        self.input_manager_key = declared.input_manager_key or origin.input_manager_key
        self.partition_mapping = origin.partition_mapping
        self.graph_inputs = origin.graph_inputs
        self.parts = tuple(self._part(declared, one) for one in origin.parts)

    def _part(self, declared: In, origin: Origin) -> StepInput:
        """One value of a fan-in, as an input of the type of which its list is."""
        part = StepInput(self.name, declared, origin)
        kind = resolve_type(declared.type).typing_type
        inner = getattr(kind, "__args__", ()) if getattr(kind, "__origin__", None) is list else ()
        part.type = EMPTY if not inner or isinstance(inner[0], TypeVar) else inner[0]
        part.default = NO_DEFAULT
        return part

    @property
    def is_nothing(self) -> bool:
        """Whether it carries no value."""
        return self.declared.is_nothing

    def taking_only_from(self, steps: Container[str]) -> StepInput:
        """A copy that takes no value from other steps than these."""
        made = copy.copy(self)
        made.upstream = tuple(one for one in self.upstream if one.step in steps)
        made.is_fan_in = self.is_fan_in and bool(made.upstream)
        return made


class StepOutput:
    """An output of a step, with its spec where it is an asset. Has what an `AssetOutput` has."""

    is_selected = True
    """Whether the run asks for it, where it executes a part of a graph only."""

    def __init__(self, name: str, declared: Out, spec: Optional[AssetSpec] = None):
        self.name = name
        self.declared = declared
        self.type = None if declared.is_nothing else declared.type
        self.io_manager_key = declared.io_manager_key
        self.is_required = declared.is_required
        self.is_dynamic = declared.is_dynamic
        self.in_output = declared.in_output
        self.spec = spec
        self.check: Any = None
        self.metadata = {**declared.metadata, **(spec.metadata if spec else {})}
        self.code_version = spec.code_version if spec else declared.code_version


def sources_of(value: Any) -> Tuple[Any, ...]:
    """An input; or its parts, where it is a fan-in that takes more than outputs of ops."""
    return getattr(value, "parts", ()) or (value,)


class Step:
    """What one worker executes: a function, with what goes in and what comes out.

    Attributes:
        key: unique among the location's assets, or in its job: the names of the nodes around it
            and its own, joined by dots.
        config_path: the names under `ops` in a run's config, outermost first.
        graphs: the graphs around it, outermost first, as far as they take part in its config.
        definition: the op or asset whose function it is.
        assets: what makes assets or checks with it; None for a step of a job of ops.
        needs: keys of the steps whose outputs it takes.
        mapped_over: the dynamic output for each of whose values it is executed once.
    """

    __slots__ = (
        "assets",
        "can_subset",
        "config_path",
        "definition",
        "function",
        "graphs",
        "hooks",
        "inputs",
        "is_multi",
        "key",
        "limits",
        "mapped_over",
        "needs",
        "outputs",
        "pool",
        "required_resource_keys",
        "retry_policy",
        "tags",
    )

    def __init__(
        self,
        key: str,
        definition: Any,
        inputs: List[Any],
        outputs: List[Any],
        *,
        assets: Optional[AssetsDefinition] = None,
        config_path: Tuple[str, ...] = (),
        graphs: Tuple[Any, ...] = (),
        hooks: Iterable[Any] = (),
        retry_policy: Any = None,
        tags: Optional[Mapping[str, str]] = None,
        mapped_over: Optional[Upstream] = None,
    ):
        self.key = key
        self.definition = definition
        self.function: FunctionSpec = definition.function
        self.inputs = inputs
        self.outputs = outputs
        self.assets = assets
        self.config_path = config_path or (key,)
        self.graphs = graphs
        self.hooks: Set[Any] = set(hooks)
        self.retry_policy = retry_policy or definition.retry_policy
        self.tags: Mapping[str, Any] = tags or {}
        self.mapped_over = mapped_over
        self.required_resource_keys: Set[str] = definition.required_resource_keys
        self.pool: Optional[str] = definition.pool
        self.limits = definition.limits
        self.can_subset: bool = assets is not None and assets.can_subset
        self.is_multi: bool = assets.is_multi if assets is not None else len(outputs) != 1
        self.needs: List[str] = list(
            dict.fromkeys(one.step for i in inputs for one in getattr(i, "upstream", ()))
        )

    @property
    def is_part(self) -> bool:
        """Whether it is one of the steps of a graph that makes assets."""
        return self.assets is not None and self.assets.graph is not None

    @property
    def name(self) -> str:
        """The name of its node."""
        return self.config_path[-1]

    @property
    def type_resource_keys(self) -> Set[str]:
        """The resources that checks and loaders of the types of inputs and outputs use."""
        return {name for name, _ in self.resources_of_types()}

    def resources_of_types(self) -> Iterator[Tuple[str, str]]:
        """Each resource that a type uses, and whose it is, in words."""
        for one in (*self.inputs, *self.outputs):
            if self.assets is not None and not isinstance(one.type, DagsterType):
                continue
            kind = resolve_type(one.type)
            for name in kind.required_resource_keys:
                yield name, "the type '%s'" % kind.display_name
            if kind.loader is not None and not getattr(one, "upstream", True):
                for name in kind.loader.required_resource_keys:
                    yield name, "the loader of the type '%s'" % kind.display_name

    @property
    def every_output(self) -> List[Any]:
        """The outputs of the function itself, of which a subset makes some only."""
        if self.assets is None or self.assets.graph is not None:
            return self.outputs
        return self.assets.every_output

    @property
    def source(self) -> Any:
        """File and line of its definition."""
        return self.definition.source

    @property
    def check_specs(self) -> List[Any]:
        """The checks that it evaluates too."""
        return [one.check for one in self.outputs if getattr(one, "check", None) is not None]


def steps_of_assets(assets: AssetsDefinition) -> List[Step]:
    """The steps that make what `assets` makes: one, or those of the graph behind them."""
    if assets.graph is None:
        return [
            Step(
                assets.name,
                assets,
                assets.inputs,
                assets.outputs + assets.check_outputs if assets.check_outputs else assets.outputs,
                assets=assets,
                hooks=assets.hook_defs,
                tags=assets.op_tags,
            )
        ]
    bound = {value.name: value for value in assets.inputs}

    def origin(name: str) -> Origin:
        value = bound.get(name)
        if value is None:
            return NOWHERE
        return Origin(
            key=value.key,
            input_manager_key=value.input_manager_key,
            partition_mapping=value.partition_mapping,
        )

    flat = _Flattener(assets)
    flat.add(assets.graph, (assets.name,), origin, (), assets.hook_defs, None)
    flat.bind_assets(assets.graph, assets)
    return flat.steps


def steps_of_job(job: JobDefinition) -> List[Step]:
    """The steps of a job of ops, each after those that it needs."""

    def origin(name: str) -> Origin:
        if name in job.input_values:
            return Origin(value=job.input_values[name])
        return NOWHERE

    flat = _Flattener(None)
    flat.add(job.graph, (), origin, (), job.hook_defs, job.op_retry_policy)
    if job.op_selection is None:
        return flat.steps
    return steps_by_themselves(selected_steps(flat.steps, job.op_selection, job), job)


class _Flattener:
    """Finds the ops in a graph and in the graphs in it, with what connects them."""

    def __init__(self, assets: Optional[AssetsDefinition]):
        self.steps: List[Step] = []
        self._assets = assets
        self._by_key: Dict[str, Step] = {}

    def add(
        self,
        graph: GraphDefinition,
        path: Tuple[str, ...],
        outer: Callable[[str], Origin],
        graphs: Tuple[Any, ...],
        hooks: Iterable[Any],
        retry_policy: Any,
    ) -> None:
        """Add the steps of a graph; `outer` tells where its own inputs come from."""
        for node in graph.nodes_in_topological_order:
            own = (*path, node.name)
            within = _Within(graph, path, node.name, outer)
            every = {*hooks, *node.hook_defs}
            if isinstance(node.definition, GraphDefinition):
                inner = node.retry_policy or retry_policy
                around = (*graphs, graph)
                self.add(node.definition, own, within.origin, around, every, inner)
            elif isinstance(node.definition, OpDefinition):
                policy = node.retry_policy or node.definition.retry_policy or retry_policy
                self._add_op(node, own, within, (*graphs, graph), every, policy)

    def _add_op(
        self,
        node: Any,
        path: Tuple[str, ...],
        within: _Within,
        graphs: Tuple[Any, ...],
        hooks: Set[Any],
        retry_policy: Any,
    ) -> None:
        op: OpDefinition = node.definition
        inputs = [StepInput(name, one, within.origin(name)) for name, one in op.ins.items()]
        for value in inputs:
            if value.key is None and value.declared.asset_key is not None and not value.upstream:
                value.key = AssetKey.from_coercible(value.declared.asset_key)
        key = ".".join(path)
        step = Step(
            key,
            op,
            inputs,
            [StepOutput(name, one) for name, one in op.outs.items()],
            assets=self._assets,
            config_path=path,
            graphs=graphs,
            hooks=hooks,
            retry_policy=retry_policy,
            tags=node.tags,
            mapped_over=self._mapped_over(inputs),
        )
        step.is_multi = len(op.outs) != 1
        self._by_key[key] = step
        self.steps.append(step)

    def _mapped_over(self, inputs: Iterable[StepInput]) -> Optional[Upstream]:
        for value in inputs:
            for one in value.upstream:
                if one.mode == EACH:
                    return one
                before = self._by_key.get(one.step)
                if one.mode == ONE and before is not None and before.mapped_over is not None:
                    return before.mapped_over
        return None

    def bind_assets(self, graph: GraphDefinition, assets: AssetsDefinition) -> None:
        """Say which outputs of the steps are the assets."""
        specs = {output.name: output for output in assets.outputs}
        checks = {output.name: output for output in assets.check_outputs}
        for mapping in graph.output_mappings:
            found, _ = _resolved(graph, (assets.name,), mapping.graph_output_name)
            step = self._by_key[found.step]
            for index, output in enumerate(step.outputs):
                if output.name != found.output:
                    continue
                if mapping.graph_output_name in checks:
                    output.check = checks[mapping.graph_output_name].check
                elif mapping.graph_output_name in specs:
                    declared = specs[mapping.graph_output_name]
                    made = StepOutput(output.name, output.declared, declared.spec)
                    if declared.io_manager_key != "io_manager":
                        made.io_manager_key = declared.io_manager_key
                    step.outputs[index] = made


class _Within(NamedTuple):
    """A node in its graph."""

    graph: GraphDefinition
    path: Tuple[str, ...]
    """Of the graph."""
    node: str
    outer: Callable[[str], Origin]

    def origin(self, input_name: str) -> Origin:
        """Where the value of one of the node's inputs comes from."""
        dependency = self.graph.dependencies.get(self.node, {}).get(input_name)
        if dependency is None:
            return self._mapped(input_name, None)
        if isinstance(dependency, MultiDependencyDefinition):
            parts = [
                self._mapped(input_name, index)
                if part is MappedInputPlaceholder
                else Origin((self._upstream(part),))
                for index, part in enumerate(dependency.dependencies)
            ]
            found = tuple(one for part in parts for one in part.upstream)
            is_made = all(part.upstream for part in parts)
            return Origin(found, is_fan_in=True, parts=() if is_made else tuple(parts))
        if isinstance(dependency, AssetDependency):
            return Origin(key=AssetKey.from_coercible(dependency.asset))
        return Origin((self._upstream(dependency),))

    def _upstream(self, dependency: Any) -> Upstream:
        node = self.graph.node_dict[dependency.node]
        found, declared = _node_output(node, (*self.path, node.name), dependency.output)
        if isinstance(dependency, CollectDefinition):
            return found._replace(mode=ALL)
        return found._replace(mode=EACH) if declared.is_dynamic else found

    def _mapped(self, input_name: str, index: Optional[int]) -> Origin:
        for mapping in self.graph.input_mappings:
            if tuple(mapping.maps_to) == (self.node, input_name, index):
                name = mapping.graph_input_name
                found = self.outer(name)
                return found._replace(graph_inputs=(*found.graph_inputs, (self.path, name)))
        return NOWHERE


def _node_output(node: Any, path: Tuple[str, ...], output: str) -> Tuple[Upstream, Out]:
    if isinstance(node.definition, GraphDefinition):
        return _resolved(node.definition, path, output)
    return Upstream(".".join(path), output), node.definition.outs[output]


def _resolved(graph: GraphDefinition, path: Tuple[str, ...], output: str) -> Tuple[Upstream, Out]:
    """The step's output that the graph's output is, and how that is declared."""
    for mapping in graph.output_mappings:
        if mapping.graph_output_name == output:
            node = graph.node_dict[mapping.mapped_node_name]
            return _node_output(node, (*path, node.name), mapping.mapped_node_output_name)
    raise DefinitionError(
        "the graph '%s' has no output '%s'" % (graph.name, output), source=graph.source
    )


def step_of(definition: Any) -> Step:
    """An op or an asset by itself, as a step."""
    if hasattr(definition, "outputs"):
        return steps_of_assets(definition)[0]
    op: Any = definition
    inputs = [StepInput(name, one, NOWHERE) for name, one in op.ins.items()]
    outputs = [StepOutput(name, one) for name, one in op.outs.items()]
    return Step(op.name, op, inputs, outputs)
