"""`AssetsDefinition`: one function and the assets that it makes."""

from __future__ import annotations

import copy
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.assets.ports import AssetInput, AssetOutput, CheckOutput
from atoll.definitions.assets.specs import AssetDep, AssetSpec
from atoll.definitions.checks.specs import AssetCheckSpec
from atoll.definitions.function import FunctionSpec
from atoll.definitions.keys import AssetKey
from atoll.definitions.op_tags import step_limits
from atoll.definitions.source import Source
from atoll.errors import DefinitionError, nearest


class AssetsDefinition:
    """One function and the assets that it makes. Made by `@asset` and `@multi_asset`.

    Called like a function, it runs the function: with a context from `build_asset_context`, or
    with resources and values as arguments.
    """

    def __init__(
        self,
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
    ):
        self.name = name
        self.function: Any = function
        self.graph = graph
        self.description = description
        self.outputs = list(outputs)
        self.inputs = list(inputs)
        self.source = source
        self.resource_defs = dict(resource_defs or {})
        self.config_schema = config_schema
        self.retry_policy = retry_policy
        self.pool = pool
        self.op_tags = dict(op_tags or {})
        self.limits = step_limits(self.op_tags, source)
        self.can_subset = can_subset
        self.compute_kind = compute_kind
        names = check_output_names or {}
        self.check_outputs: List[CheckOutput] = [
            CheckOutput(names.get(spec.key) or spec.get_python_identifier(), spec)
            for spec in check_specs
        ]
        self.backfill_policy = backfill_policy
        self.hook_defs = set(hooks or ())
        self.is_multi = is_multi
        self.required_resource_keys: Set[str] = set(required_resource_keys)
        self._take_over(function)

    def _take_over(self, function: Optional[FunctionSpec]) -> None:
        """Be called what the function is called, and need what it needs."""
        if function is None:
            for op in self.graph.iterate_op_defs():
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
    def key(self) -> AssetKey:
        """The key of the only asset."""
        if len(self.outputs) != 1:
            raise DefinitionError(
                "'%s' makes %d assets; ask for `keys`" % (self.name, len(self.outputs)),
                source=self.source,
            )
        return self.outputs[0].key

    asset_key = key

    @property
    def keys(self) -> List[AssetKey]:
        """The keys of all assets that it makes, in order of declaration."""
        return [output.spec.key for output in self.outputs]

    @property
    def specs(self) -> List[AssetSpec]:
        """The assets' descriptions, in order of declaration."""
        return [output.spec for output in self.outputs]

    @property
    def specs_by_key(self) -> Dict[AssetKey, AssetSpec]:
        """The assets' descriptions by key."""
        return {spec.key: spec for spec in self.specs}

    def get_asset_spec(self, key: Any = None) -> AssetSpec:
        """The description of one asset: the only one, if no key is given."""
        wanted = self.key if key is None else AssetKey.from_coercible(key)
        found = self.specs_by_key.get(wanted)
        if found is None:
            raise DefinitionError(
                "'%s' does not make %s" % (self.name, wanted),
                hint=nearest(str(wanted), [str(key) for key in self.keys]) or None,
                source=self.source,
            )
        return found

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

    @property
    def check_specs(self) -> List[AssetCheckSpec]:
        """The checks that its function evaluates too, in order of declaration."""
        return [output.check for output in self.check_outputs]

    @property
    def check_specs_by_output_name(self) -> Dict[str, AssetCheckSpec]:
        """The checks by the name of their output."""
        return {output.name: output.check for output in self.check_outputs}

    @property
    def check_keys(self) -> Set[Any]:
        """The keys of its checks."""
        return {output.check.key for output in self.check_outputs}

    @property
    def check_key(self) -> Any:
        """The key of the only check."""
        if len(self.check_outputs) != 1:
            raise DefinitionError(
                "'%s' evaluates %d checks; ask for `check_keys`"
                % (self.name, len(self.check_outputs)),
                source=self.source,
            )
        return self.check_outputs[0].check.key

    is_observable = False

    @property
    def is_materializable(self) -> bool:
        """Whether a run makes its assets."""
        return bool(self.outputs) and not self.is_observable

    @property
    def is_executable(self) -> bool:
        """Whether there is something to run."""
        return True

    @property
    def is_external(self) -> bool:
        """Whether something else makes its assets."""
        return False

    def with_hooks(self, hook_defs: Iterable[Any]) -> AssetsDefinition:
        """A copy with more functions to call when its step has succeeded or failed."""
        made = copy.copy(self)
        made.hook_defs = self.hook_defs | set(hook_defs)
        return made

    @property
    def keys_by_output_name(self) -> Dict[str, AssetKey]:
        """The key of each output."""
        return {output.name: output.key for output in self.outputs}

    @property
    def keys_by_input_name(self) -> Dict[str, AssetKey]:
        """The key of each parameter that takes an asset's value."""
        return {value.name: value.key for value in self.inputs}

    @property
    def dependency_keys(self) -> List[AssetKey]:
        """The keys of all assets that it depends on and does not make."""
        made = set(self.keys)
        found = dict.fromkeys(dep.asset_key for spec in self.specs for dep in spec.deps)
        return [key for key in found if key not in made]

    @property
    def asset_deps(self) -> Dict[AssetKey, Set[AssetKey]]:
        """For each asset, the keys that it depends on."""
        return {spec.key: {dep.asset_key for dep in spec.deps} for spec in self.specs}

    @property
    def group_names_by_key(self) -> Dict[AssetKey, str]:
        """The group of each asset."""
        return {spec.key: spec.group_name or "default" for spec in self.specs}

    @property
    def metadata_by_key(self) -> Dict[AssetKey, Dict[str, Any]]:
        """The metadata of each asset."""
        return {spec.key: spec.metadata for spec in self.specs}

    @property
    def tags_by_key(self) -> Dict[AssetKey, Dict[str, str]]:
        """The tags of each asset."""
        return {spec.key: spec.tags for spec in self.specs}

    @property
    def descriptions_by_key(self) -> Dict[AssetKey, str]:
        """The description of each asset that has one."""
        return {spec.key: spec.description for spec in self.specs if spec.description}

    @property
    def owners_by_key(self) -> Dict[AssetKey, List[str]]:
        """The owners of each asset."""
        return {spec.key: spec.owners for spec in self.specs}

    @property
    def code_versions_by_key(self) -> Dict[AssetKey, Optional[str]]:
        """The code version of each asset."""
        return {spec.key: spec.code_version for spec in self.specs}

    @property
    def automation_conditions_by_key(self) -> Dict[AssetKey, Any]:
        """When each asset is to be made by itself, of those that say so."""
        return {
            spec.key: spec.automation_condition
            for spec in self.specs
            if spec.automation_condition is not None
        }

    @property
    def partitions_def(self) -> Any:
        """The pieces in which the assets are made, or None.

        Raises:
            DefinitionError: they are not made in the same pieces.
        """
        found: List[Any] = []
        for spec in self.specs:
            if spec.partitions_def is not None and spec.partitions_def not in found:
                found.append(spec.partitions_def)
        if len(found) > 1:
            raise DefinitionError(
                "the assets of '%s' are partitioned in different ways" % self.name,
                hint="ask each spec for its partitions_def",
                source=self.source,
            )
        return found[0] if found else None

    def map_asset_specs(self, fn: Callable[[AssetSpec], AssetSpec]) -> AssetsDefinition:
        """A copy whose assets are described by `fn` of their descriptions."""
        made = copy.copy(self)
        made.outputs = []
        renamed: Dict[AssetKey, AssetKey] = {}
        for output in self.outputs:
            spec = fn(output.spec)
            renamed[output.spec.key] = spec.key
            made.outputs.append(
                AssetOutput(
                    output.name, spec, output.type, output.io_manager_key, output.is_required
                )
            )
        if any(old != new for old, new in renamed.items()) and not self.is_multi:
            made.name = "__".join(made.outputs[0].key.path)
        return made

    def with_keys(self, renamed: Mapping[AssetKey, AssetKey]) -> AssetsDefinition:
        """A copy with keys replaced, its own and those that it depends on."""
        made = self.map_asset_specs(lambda spec: with_renamed_key(spec, renamed))
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
        self, *, group_names_by_key: Optional[Mapping[AssetKey, str]] = None, **changes: Any
    ) -> AssetsDefinition:
        """A copy with groups or other attributes of the assets replaced, by key."""
        names = {
            "descriptions_by_key": "description",
            "metadata_by_key": "metadata",
            "tags_by_key": "tags",
            "owners_by_key": "owners",
            "code_versions_by_key": "code_version",
            "automation_conditions_by_key": "automation_condition",
            "freshness_policies_by_key": "freshness_policy",
        }
        changes["group_names_by_key"] = group_names_by_key
        names["group_names_by_key"] = "group_name"
        unknown = [name for name in changes if name not in names]
        if unknown:
            raise DefinitionError("with_attributes does not take %s" % ", ".join(unknown))

        def change(spec: AssetSpec) -> AssetSpec:
            found = {
                names[name]: by_key[spec.key]
                for name, by_key in changes.items()
                if by_key and spec.key in by_key
            }
            return spec.replace_attributes(**found) if found else spec

        return self.map_asset_specs(change)

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


def with_renamed_key(spec: AssetSpec, renamed: Mapping[AssetKey, AssetKey]) -> AssetSpec:
    """`spec` with its key and its dependencies' replaced."""
    return spec.replace_attributes(
        key=renamed.get(spec.key, spec.key),
        deps=[
            AssetDep(
                renamed.get(d.asset_key, d.asset_key),
                metadata=d.metadata,
                partition_mapping=d.partition_mapping,
            )
            for d in spec.deps
        ],
    )
