"""`SourceAsset` and `@observable_source_asset`: assets that something else makes."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional

from atoll.definitions.arguments import tells_unknown_arguments
from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.ports import RESULT, AssetOutput
from atoll.definitions.assets.specs import IO_MANAGER_KEY, AssetSpec
from atoll.definitions.function import compute_function
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.source import caller_source
from atoll.errors import DefinitionError
from atoll_wire.keys import step_key


class ObservableAssets(AssetsDefinition):
    """One function that looks at assets which something else makes."""

    is_observable = True
    auto_observe_interval_minutes: Optional[float] = None
    """How often it is to be looked at, as a `SourceAsset` says it."""


class SourceAsset:
    """An asset that something else makes, and perhaps a function that looks at it.

    `AssetSpec` is the newer way to say the first.

    Args:
        key: its key.
        metadata: facts about it.
        io_manager_key: the resource that loads its value.
        io_manager_def: the IO manager itself.
        description: Markdown.
        partitions_def: the pieces in which it is made.
        group_name: letters, digits and underscores.
        resource_defs: resources of its own, by name.
        observe_fn: gives its `DataVersion`, or an `ObserveResult`.
        op_tags: of the step that observes.
        auto_observe_interval_minutes: kept, not acted on; give an `automation_condition`.
        legacy_freshness_policy: the older way to say `freshness_policy`.
        freshness_policy: how old it may get.
        automation_condition: when it is to be observed by itself.
        tags: for selections and filters.
        required_resource_keys: resources to offer `observe_fn` as `context.resources.NAME`.
    """

    @tells_unknown_arguments("SourceAsset")
    def __init__(
        self,
        key: Any,
        metadata: Optional[Mapping[str, Any]] = None,
        io_manager_key: Optional[str] = None,
        io_manager_def: Any = None,
        description: Optional[str] = None,
        partitions_def: Any = None,
        group_name: Optional[str] = None,
        resource_defs: Optional[Mapping[str, Any]] = None,
        observe_fn: Optional[Callable[..., Any]] = None,
        op_tags: Optional[Mapping[str, Any]] = None,
        *,
        auto_observe_interval_minutes: Optional[float] = None,
        legacy_freshness_policy: Any = None,
        freshness_policy: Any = None,
        automation_condition: Any = None,
        tags: Optional[Mapping[str, str]] = None,
        required_resource_keys: Optional[Iterable[str]] = None,
    ):
        source = caller_source()
        self.key = AssetKey.from_coercible(key)
        self.resource_defs: Dict[str, Any] = dict(resource_defs or {})
        if io_manager_def is not None:
            io_manager_key = io_manager_key or "%s__io_manager" % "__".join(self.key.path)
            self.resource_defs[io_manager_key] = io_manager_def
        self.io_manager_key = io_manager_key
        self.io_manager_def = io_manager_def
        self.observe_fn = observe_fn
        self.op_tags = dict(op_tags or {})
        self.auto_observe_interval_minutes = auto_observe_interval_minutes
        self.required_resource_keys = set(required_resource_keys or ())
        facts = dict(metadata or {})
        if io_manager_key is not None:
            facts[IO_MANAGER_KEY] = io_manager_key
        self.spec = AssetSpec(
            self.key,
            description=description,
            metadata=facts,
            group_name=group_name,
            partitions_def=partitions_def,
            freshness_policy=freshness_policy or legacy_freshness_policy,
            automation_condition=automation_condition,
            tags=tags,
            source=source,
        )
        self._observation: Optional[ObservableAssets] = None

    @property
    def metadata(self) -> Dict[str, Any]:
        """Facts about it, as they were given."""
        return {k: v for k, v in self.spec.metadata.items() if k != IO_MANAGER_KEY}

    raw_metadata = metadata

    @property
    def specs(self) -> List[AssetSpec]:
        """Its description."""
        return [self.spec]

    @property
    def keys(self) -> List[AssetKey]:
        """Its key."""
        return [self.key]

    @property
    def is_observable(self) -> bool:
        """Whether there is a function that looks at it."""
        return self.observe_fn is not None

    is_executable = is_observable

    @property
    def op(self) -> Any:
        """The op that looks at it."""
        return self.definition.op

    @property
    def definition(self) -> Any:
        """What `Definitions` take it as: an `AssetSpec`, or a function that observes it."""
        if self.observe_fn is None:
            return self.spec
        if self._observation is None:
            function = compute_function(self.observe_fn)
            self._observation = ObservableAssets.made(
                name=step_key(self.key.to_user_string()),
                function=function,
                outputs=[AssetOutput(RESULT, self.spec, None, "io_manager")],
                inputs=[],
                source=function.source,
                required_resource_keys=self.required_resource_keys,
                resource_defs=self.resource_defs,
                op_tags=self.op_tags,
            )
            self._observation.auto_observe_interval_minutes = self.auto_observe_interval_minutes
        return self._observation

    def get_io_manager_key(self) -> str:
        """The resource that loads its value; `io_manager` where none is named."""
        return self.spec.io_manager_key

    def __eq__(self, other: object) -> bool:
        """Whether both describe the same, looked at by the same function."""
        if not isinstance(other, SourceAsset):
            return NotImplemented
        return (
            self.spec == other.spec
            and self.resource_defs == other.resource_defs
            and self.observe_fn is other.observe_fn
        )

    def __hash__(self) -> int:
        return hash(self.key)

    def with_resources(self, resource_defs: Mapping[str, Any]) -> SourceAsset:
        """A copy that carries the resources which it needs, the IO manager that loads it too.

        Args:
            resource_defs: by name; those that are not needed are left out.

        Raises:
            InvocationError: `invocation.conflicting_resource`, it carries another one already.
            DefinitionError: `definition.missing_resource`, one that it needs is not there.
        """
        import copy

        from atoll.definitions.resources.binding import resources_needed

        wanted = {*self.required_resource_keys, self.get_io_manager_key()}
        made = copy.copy(self)
        name, source = "the source asset '%s'" % self.key, self.spec.source
        made.resource_defs = resources_needed(
            wanted, self.resource_defs, resource_defs, name, source
        )
        made._observation = None
        return made

    def with_attributes(self, group_name: Optional[str] = None, key: Any = None) -> SourceAsset:
        """A copy in another group, or under another key.

        Args:
            group_name: the other group; None: its own.
            key: the other key; None: its own.
        """
        import copy

        made = copy.copy(self)
        if key is not None:
            made.key = AssetKey.from_coercible(key)
        changes: Dict[str, Any] = {"key": made.key}
        if group_name is not None:
            changes["group_name"] = group_name
        made.spec = self.spec.replace_attributes(**changes)
        made._observation = None
        return made

    def __getattr__(self, name: str) -> Any:
        if name in ("description", "partitions_def", "tags", "automation_condition", "owners"):
            return getattr(self.spec, name)
        if name == "group_name":
            return self.spec.group_name or "default"
        raise AttributeError("a SourceAsset has no '%s'" % name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the function that looks at it gives back."""
        if self.observe_fn is None:
            raise DefinitionError(
                "the source asset '%s' has no function to call" % self.key, source=self.spec.source
            )
        return self.definition(*args, **kwargs)

    def __repr__(self) -> str:
        return "SourceAsset(%r)" % str(self.key)


@tells_unknown_arguments("@observable_source_asset")
def observable_source_asset(
    observe_fn: Optional[Callable[..., Any]] = None,
    *,
    key: Any = None,
    name: Optional[str] = None,
    key_prefix: Any = None,
    metadata: Optional[Mapping[str, Any]] = None,
    io_manager_key: Optional[str] = None,
    io_manager_def: Any = None,
    description: Optional[str] = None,
    group_name: Optional[str] = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    partitions_def: Any = None,
    auto_observe_interval_minutes: Optional[float] = None,
    freshness_policy: Any = None,
    legacy_freshness_policy: Any = None,
    automation_condition: Any = None,
    op_tags: Optional[Mapping[str, Any]] = None,
    tags: Optional[Mapping[str, str]] = None,
) -> Any:
    """Declare that a function looks at an asset which something else makes.

    It gives back the asset's `DataVersion`, or an `ObserveResult`.

    Args:
        observe_fn: the function.
        name: the asset's name, instead of the function's; `key_prefix` goes before it.
        key: the whole key, instead of both.
        key_prefix: parts put before the name.
        metadata: facts that do not change from one observation to the next.
        io_manager_key: the resource that loads its value.
        io_manager_def: the IO manager itself.
        description: Markdown; the function's docstring where none is given.
        group_name: letters, digits and underscores; `default` where none is given.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        resource_defs: resources of its own, by name.
        partitions_def: the pieces in which it is made.
        auto_observe_interval_minutes: kept, not acted on; give an `automation_condition`.
        freshness_policy: how old it may get.
        legacy_freshness_policy: the older way to say `freshness_policy`.
        automation_condition: when it is to be observed by itself.
        op_tags: of the step that observes.
        tags: for selections and filters.

    Returns:
        A `SourceAsset`.
    """

    def build(fn: Callable[..., Any]) -> SourceAsset:
        own = key
        if own is None:
            last: str = name or getattr(fn, "__name__", "") or "asset"
            own = AssetKey((*prefix_parts(key_prefix), last))
        doc = (fn.__doc__ or "").strip() or None
        return SourceAsset(
            own,
            metadata=metadata,
            io_manager_key=io_manager_key,
            io_manager_def=io_manager_def,
            description=description if description is not None else doc,
            partitions_def=partitions_def,
            group_name=group_name,
            resource_defs=resource_defs,
            observe_fn=fn,
            op_tags=op_tags,
            auto_observe_interval_minutes=auto_observe_interval_minutes,
            freshness_policy=freshness_policy,
            legacy_freshness_policy=legacy_freshness_policy,
            automation_condition=automation_condition,
            tags=tags,
            required_resource_keys=required_resource_keys,
        )

    return build if observe_fn is None else build(observe_fn)


def multi_observable_source_asset(
    *,
    specs: Iterable[AssetSpec],
    name: Optional[str] = None,
    description: Optional[str] = None,
    partitions_def: Any = None,
    can_subset: bool = False,
    required_resource_keys: Optional[Iterable[str]] = None,
    resource_defs: Optional[Mapping[str, Any]] = None,
    group_name: Optional[str] = None,
    check_specs: Any = None,
) -> Callable[[Callable[..., Any]], AssetsDefinition]:
    """Declare that a function looks at several assets which something else makes.

    Args:
        specs: the assets; the function yields an `ObserveResult` for each.
        name: name of the step, instead of the function's.
        description: Markdown; the function's docstring where none is given.
        partitions_def: the pieces in which all are made.
        can_subset: whether a run may ask for some of the assets only.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        resource_defs: resources of its own, by name.
        group_name: the group of assets that name none.
        check_specs: the checks that the function makes too.
    """
    from atoll.definitions.assets.multi_asset_decorator import multi_asset

    made = multi_asset(
        specs=list(specs),
        name=name,
        description=description,
        partitions_def=partitions_def,
        can_subset=can_subset,
        required_resource_keys=required_resource_keys,
        resource_defs=resource_defs,
        group_name=group_name,
        check_specs=check_specs,
    )

    def build(fn: Callable[..., Any]) -> AssetsDefinition:
        assets = made(fn)
        assets.__class__ = ObservableAssets
        return assets

    return build
