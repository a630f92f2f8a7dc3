"""`AssetsDefinition`: one function and the assets that it makes."""

from __future__ import annotations

import copy
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Type,
    TypeVar,
)

from atoll.definitions.assets.asset_facts import AssetFacts
from atoll.definitions.assets.changed import with_renamed_check, with_renamed_key
from atoll.definitions.assets.ports import AssetInput, AssetOutput, check_outputs
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.checks.specs import AssetCheckSpec
from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.function import FunctionSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.op_tags import step_limits
from atoll.definitions.source import Source
from atoll.errors import InvariantError, SubsetError
from atoll_wire.limits import StepLimits

_Made = TypeVar("_Made", bound="AssetsDefinition")


class AssetsDefinition(AssetFacts):
    """One function and the assets that it makes. Made by `@asset` and `@multi_asset`.

    Called like a function, it runs the function: with a context from `build_asset_context`, or
    with resources and values as arguments.

    Args:
        keys_by_input_name: which asset each input of the node takes.
        keys_by_output_name: which asset each output of the node is.
        node_def: the op or graph that makes the assets.
        specs: the assets' descriptions; without a node, of assets that something else makes.
        asset_deps: by key, what each asset depends on, if not on all inputs.
        can_subset: whether a run may ask for some of the assets only.
        partitions_def: the pieces in which all are made.
    """

    function: Any
    graph: Any
    description: Optional[str]
    resource_defs: Dict[str, Any]
    config_schema: Any
    retry_policy: Any
    pool: Optional[str]
    op_tags: Dict[str, Any]
    limits: StepLimits
    can_subset: bool
    compute_kind: Optional[str]
    backfill_policy: Any
    hook_defs: Set[Any]
    is_multi: bool
    required_resource_keys: Set[str]

    def __init__(
        self,
        *,
        keys_by_input_name: Optional[Mapping[str, AssetKey]] = None,
        keys_by_output_name: Optional[Mapping[str, AssetKey]] = None,
        node_def: Any = None,
        specs: Optional[Sequence[AssetSpec]] = None,
        asset_deps: Optional[Mapping[AssetKey, Iterable[AssetKey]]] = None,
        **arguments: Any,
    ):
        from atoll.definitions.assets.as_op import from_arguments

        made = from_arguments(
            type(self),
            node_def,
            keys_by_input_name or {},
            keys_by_output_name or {},
            specs,
            asset_deps,
            arguments,
        )
        self.__dict__.update(made.__dict__)

    @staticmethod
    def from_op(op_def: Any, **arguments: Any) -> AssetsDefinition:
        """The assets that an op makes: each of its outputs is one.

        Args:
            op_def: the op.
            keys_by_input_name: which asset each input takes; the one of its name by default.
            keys_by_output_name: which asset each output is; the op's name, or the output's.
            key_prefix: put before all keys.
            internal_asset_deps: by output, what it depends on, if not on all inputs.
            partitions_def: the pieces in which all are made.
            partition_mappings: by input, which partitions of its asset it takes.
            group_name: the group of all.
            resource_defs: resources by name.
            metadata_by_output_name: facts, by output; also `tags_`, `descriptions_`, `owners_`,
                `code_versions_`, `freshness_policies_` and `automation_conditions_`.
            can_subset: whether a run may ask for some of the assets only.
            backfill_policy: how many partitions one run makes.

        Raises:
            DefinitionError: `definition.*`.
        """
        from atoll.definitions.assets.as_op import from_node

        return from_node(op_def, arguments)

    @staticmethod
    def from_graph(graph_def: Any, **arguments: Any) -> AssetsDefinition:
        """The assets that a graph makes: each of its outputs is one.

        Takes what `from_op` does.

        Args:
            graph_def: the graph.
            arguments: further arguments of `from_op`.
        """
        from atoll.definitions.assets.as_op import from_node

        return from_node(graph_def, arguments)

    @classmethod
    def made(
        cls: Type[_Made],
        *,
        name: str,
        function: Optional[FunctionSpec],
        outputs: Sequence[AssetOutput],
        inputs: Sequence[AssetInput],
        source: Source,
        required_resource_keys: Iterable[str] = (),
        resource_defs: Optional[Mapping[str, Any]] = None,
        config_schema: Any = None,
        retry_policy: Any = None,
        pool: Optional[str] = None,
        op_tags: Optional[Mapping[str, Any]] = None,
        can_subset: bool = False,
        compute_kind: Optional[str] = None,
        check_specs: Sequence[AssetCheckSpec] = (),
        backfill_policy: Any = None,
        hooks: Optional[Iterable[Any]] = None,
        is_multi: bool = False,
        graph: Any = None,
        check_output_names: Optional[Mapping[Any, str]] = None,
        description: Optional[str] = None,
    ) -> _Made:
        """The definition of a function, or a graph, whose inputs and outputs are known."""
        self = cls.__new__(cls)
        self.name = name
        self.function = function
        self.graph = graph
        self.description = description
        self.outputs = list(outputs)
        self.inputs = list(inputs)
        self.source = source
        self.resource_defs = dict(resource_defs or {})
        self.config_schema = None if config_schema is None else ConfigSchema.of(config_schema)
        self.retry_policy = retry_policy
        self.pool = pool
        self.op_tags = dict(op_tags or {})
        self.limits = step_limits(self.op_tags, source)
        self.can_subset = can_subset
        self.compute_kind = compute_kind
        self.check_outputs = check_outputs(check_specs, check_output_names or {})
        self.every_output, self.every_check_output = self.outputs, self.check_outputs
        self.backfill_policy = backfill_policy
        self.hook_defs = set(hooks or ())
        self.is_multi = is_multi
        self.required_resource_keys = {*required_resource_keys, *self.resource_defs}
        for hook in self.hook_defs:
            self.required_resource_keys |= set(hook.required_resource_keys)
        self._take_over(function)
        return self

    def _take_over(self, function: Optional[FunctionSpec]) -> None:
        """Be called what the function is called, and need what it needs."""
        if function is None:
            for op in () if self.graph is None else self.graph.iterate_op_defs():
                self.required_resource_keys.update(op.required_resource_keys)
            self.__name__, self.__doc__ = self.name, self.description
            return
        self.required_resource_keys.update(function.resources)
        self.__name__ = function.name
        self.__doc__ = function.doc
        self.__wrapped__ = function.fn

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's result, as when it is called undecorated."""
        from atoll.definitions.invocation import invoke

        return invoke(self, args, kwargs)

    @property
    def node_def(self) -> Any:
        """The op or the graph behind it."""
        if self.graph is not None:
            return self.graph
        from atoll.definitions.assets.as_op import op_of

        return op_of(self)

    @property
    def op(self) -> Any:
        """The op behind it."""
        return self.node_def

    is_observable = False

    @property
    def is_materializable(self) -> bool:
        """Whether a run makes its assets."""
        return bool(self.outputs) and not self.is_observable and not self.is_external

    is_external = False
    """Whether something else makes its assets."""

    @property
    def is_executable(self) -> bool:
        """Whether there is something to run."""
        return not self.is_external

    is_subset = False
    """Whether it is a part of a definition that makes more."""

    def subset_for(
        self, selected_asset_keys: Iterable[AssetKey], selected_asset_check_keys: Any = None
    ) -> AssetsDefinition:
        """A copy that makes some of its assets only, and evaluates some of its checks.

        Args:
            selected_asset_keys: which of its assets.
            selected_asset_check_keys: which of its checks; None: those of the assets.

        Raises:
            SubsetError: `selection.not_by_itself`, its assets are only made together.
        """
        wanted = set(selected_asset_keys)
        outputs = [output for output in self.outputs if output.key in wanted]
        checks = [
            output
            for output in self.check_outputs
            if (
                output.check.asset_key in wanted
                if selected_asset_check_keys is None
                else output.check.key in selected_asset_check_keys
            )
        ]
        if len(outputs) == len(self.outputs) and len(checks) == len(self.check_outputs):
            return self
        if not self.can_subset:
            raise SubsetError(
                "'%s' makes its assets only together, not %s alone"
                % (self.name, ", ".join("'%s'" % output.key for output in outputs) or "nothing"),
                code="selection.not_by_itself",
                hint="declare it with can_subset=True",
                source=self.source,
            )
        made = copy.copy(self)
        made.outputs, made.check_outputs, made.is_subset = outputs, checks, True
        return made

    def to_source_asset(self, key: Any = None) -> Any:
        """The asset, as one that something else makes."""
        return self.to_source_assets(key)[0]

    def to_source_assets(self, key: Any = None) -> List[Any]:
        """The assets, as such that something else makes."""
        from atoll.definitions.assets.source_asset import SourceAsset

        wanted = None if key is None else AssetKey.from_coercible(key)
        return [
            SourceAsset(
                output.key,
                metadata=output.spec.metadata,
                io_manager_key=output.io_manager_key,
                description=output.spec.description,
                group_name=output.spec.group_name,
                partitions_def=output.spec.partitions_def,
                tags=output.spec.tags,
            )
            for output in self.outputs
            if wanted is None or output.key == wanted
        ]

    def get_io_manager_key_for_asset_key(self, key: AssetKey) -> str:
        """The IO manager that stores an asset."""
        return next(output.io_manager_key for output in self.outputs if output.key == key)

    def get_output_name_for_asset_key(self, key: AssetKey) -> str:
        """The output that an asset is.

        Raises:
            InvariantError: `definition.unknown_key`, it makes no such asset.
        """
        return self._name_of(key, {output.key: output.name for output in self.outputs})

    def has_output_for_asset_key(self, key: AssetKey) -> bool:
        """Whether it makes an asset."""
        return any(output.key == key for output in self.outputs)

    def get_output_name_for_asset_check_key(self, key: Any) -> str:
        """The output that a check is.

        Raises:
            InvariantError: `definition.unknown_key`, it evaluates no such check.
        """
        return self._name_of(key, {one.check.key: one.name for one in self.check_outputs})

    def get_spec_for_check_key(self, asset_check_key: Any) -> AssetCheckSpec:
        """The description of one of its checks."""
        return {one.check.key: one.check for one in self.check_outputs}[asset_check_key]

    def _name_of(self, key: Any, names: Mapping[Any, str]) -> str:
        if key not in names:
            raise InvariantError(
                "'%s' does not make '%s'" % (self.name, key.to_user_string()),
                code="definition.unknown_key",
                hint="it makes: %s" % ", ".join(k.to_user_string() for k in names),
            )
        return names[key]

    def get_partition_mapping(self, in_asset_key: AssetKey) -> Any:
        """Which partitions of an asset it takes, where that was said; else None."""
        for spec in self.specs:
            for dep in spec.deps:
                if dep.asset_key == in_asset_key:
                    return dep.partition_mapping
        return None

    def with_hooks(self, hook_defs: Iterable[Any]) -> AssetsDefinition:
        """A copy with more functions to call when its step has succeeded or failed."""
        made = copy.copy(self)
        made.hook_defs = self.hook_defs | set(hook_defs)
        return made

    def map_asset_specs(self, fn: Callable[[AssetSpec], AssetSpec]) -> AssetsDefinition:
        """A copy whose assets are described by `fn` of their descriptions."""
        made = copy.copy(self)
        made.outputs = []
        renamed: Dict[AssetKey, AssetKey] = {}
        for output in self.outputs:
            spec = fn(output.spec)
            renamed[output.spec.key] = spec.key
            made.outputs.append(output.with_spec(spec))
        changed = {output.name: output for output in made.outputs}
        made.every_output = [changed.get(output.name, output) for output in self.every_output]
        if any(old != new for old, new in renamed.items()) and not self.is_multi:
            made.name = "__".join(made.outputs[0].key.path)
        return made

    def with_keys(self, renamed: Mapping[AssetKey, AssetKey]) -> AssetsDefinition:
        """A copy with keys replaced, its own and those that it depends on or checks."""
        made = self.map_asset_specs(lambda spec: with_renamed_key(spec, renamed))
        asked_for = {output.name for output in made.outputs}
        made.every_output = [
            output
            if output.name in asked_for
            else output.with_spec(with_renamed_key(output.spec, renamed))
            for output in made.every_output
        ]
        made.check_outputs = [with_renamed_check(one, renamed) for one in self.check_outputs]
        made.every_check_output = [
            with_renamed_check(one, renamed) for one in self.every_check_output
        ]
        made.inputs = [
            AssetInput(
                i.name,
                renamed.get(i.key, i.key),
                i.type,
                i.input_manager_key,
                i.metadata,
                i.partition_mapping,
            )
            for i in self.inputs
        ]
        return made

    def with_attributes(
        self,
        *,
        asset_key_replacements: Optional[Mapping[AssetKey, AssetKey]] = None,
        backfill_policy: Any = None,
        hook_defs: Optional[Iterable[Any]] = None,
        resource_defs: Optional[Mapping[str, Any]] = None,
        **changes: Any,
    ) -> AssetsDefinition:
        """A copy with other keys, groups or other attributes of the assets.

        Args:
            asset_key_replacements: by old key, the new one, also of what it depends on.
            backfill_policy: how many partitions one run makes.
            hook_defs: more functions to call when its step has ended.
            resource_defs: resources by name.
            changes: by key: `group_names_by_key`, `metadata_by_key` and so on.

        Raises:
            DefinitionError: `definition.unknown_argument`.
        """
        from atoll.definitions.assets.changed import changed_specs

        made = self.with_keys(asset_key_replacements) if asset_key_replacements else self
        made = made.map_asset_specs(changed_specs(changes, asset_key_replacements or {}))
        if backfill_policy is not None:
            made.backfill_policy = backfill_policy
        if hook_defs is not None:
            made.hook_defs = self.hook_defs | set(hook_defs)
        if resource_defs is not None:
            made.resource_defs = dict(resource_defs)
        return made

    def with_resources(self, resource_defs: Mapping[str, Any]) -> AssetsDefinition:
        """A copy that carries the resources which it needs.

        Raises:
            InvocationError: `invocation.conflicting_resource`, it carries another one already.
            DefinitionError: `definition.missing_resource`, one that it needs is not there.
        """
        from atoll.definitions.resources.binding import bound_resources

        made = copy.copy(self)
        made.resource_defs = bound_resources(self, resource_defs)
        return made

    def __repr__(self) -> str:
        return "AssetsDefinition(%s)" % ", ".join(repr(str(key)) for key in self.keys)

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other
