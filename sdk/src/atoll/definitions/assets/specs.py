"""Assets as data: `AssetSpec`, and how assets refer to each other."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.arguments import tells_unknown_arguments
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import (
    check_asset_tags,
    check_group,
    check_kinds,
    check_owners,
)
from atoll.errors import DefinitionError, InvariantError

_UNSET: Any = object()
_KIND_TAG = "dagster/kind/"
IO_MANAGER_KEY = "dagster/io_manager_key"


class AssetDep:
    """A dependency on another asset.

    Args:
        asset: its key, or the asset itself.
        partition_mapping: which of its partitions each own one needs, where the key alone does
            not say.
        metadata: facts about the dependency.
    """

    __slots__ = ("asset_key", "metadata", "partition_mapping")

    def __init__(self, asset: Any, *, partition_mapping: Any = None, metadata: Any = None):
        self.asset_key = asset if type(asset) is AssetKey else _dep_key(asset)
        self.metadata = metadata
        self.partition_mapping = partition_mapping

    @staticmethod
    def from_coercible(value: Any) -> AssetDep:
        """The dependency that a key, an asset or an `AssetDep` means."""
        return value if isinstance(value, AssetDep) else AssetDep(value)

    @property
    def key(self) -> AssetKey:
        """The key of the asset depended upon."""
        return self.asset_key

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AssetDep)
            and self.asset_key == other.asset_key
            and self.partition_mapping == other.partition_mapping
        )

    def __hash__(self) -> int:
        return hash(self.asset_key)

    def __repr__(self) -> str:
        return "AssetDep(%r)" % (self.asset_key,)


class AssetSpec:
    """The description of an asset; by itself, an asset that something else makes.

    Args:
        key: its name.
        deps: what it depends on: keys, assets or `AssetDep`s.
        description: Markdown.
        metadata: facts that do not change from one materialization to the next.
        skippable: whether the function that makes it may leave it out.
        group_name: letters, digits and underscores; `default` where none is given.
        code_version: raised by the user when the logic changes.
        owners: e-mail addresses, or `team:NAME`.
        tags: for selections and filters.
        kinds: what it is made with, such as `duckdb`.
        partitions_def: the pieces in which it is made.
        automation_condition: when it is to be made by itself.
        freshness_policy: how old it may get.
        is_virtual: whether it is a view, which has no values of its own.
        source: file and line that errors name; where it is constructed, by default.
        auto_materialize_policy: the older way to say `automation_condition`.
        legacy_freshness_policy: the older way to say `freshness_policy`.

    Raises:
        DefinitionError: `definition.*`, an attribute cannot be meant so.
    """

    @tells_unknown_arguments("AssetSpec")
    def __init__(
        self,
        key: Any,
        *,
        deps: Optional[Iterable[Any]] = None,
        description: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        skippable: bool = False,
        group_name: Optional[str] = None,
        code_version: Optional[str] = None,
        automation_condition: Any = None,
        owners: Optional[Sequence[str]] = None,
        tags: Optional[Mapping[str, str]] = None,
        kinds: Optional[Iterable[str]] = None,
        partitions_def: Any = None,
        freshness_policy: Any = None,
        is_virtual: bool = False,
        source: Source = None,
        auto_materialize_policy: Any = None,
        legacy_freshness_policy: Any = None,
    ):
        self.source = source = source or caller_source()
        self.automation_condition = condition_of(automation_condition, auto_materialize_policy)
        self.partitions_def = partitions_def
        self.freshness_policy = freshness_policy or legacy_freshness_policy
        self.is_virtual = is_virtual
        self.key = key if isinstance(key, AssetKey) else AssetKey.from_coercible(key)
        self.deps: List[AssetDep] = unique_deps(deps, source)
        self.description = description
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self.skippable = skippable
        self.group_name = check_group(group_name, source)
        self.code_version = code_version
        self.owners = check_owners(owners, source) if owners else []
        self.tags = check_asset_tags(tags, source) if tags else {}
        if kinds:
            self.tags.update(dict.fromkeys((_KIND_TAG + k for k in check_kinds(kinds, source)), ""))

    @property
    def kinds(self) -> Set[str]:
        """What it is made with, as the tags `dagster/kind/...` say."""
        return set(self.ordered_kinds)

    @property
    def ordered_kinds(self) -> List[str]:
        """The kinds, each once, in order of declaration."""
        return [tag[len(_KIND_TAG) :] for tag in self.tags if tag.startswith(_KIND_TAG)]

    @property
    def plain_tags(self) -> Dict[str, str]:
        """The tags that are no kinds."""
        return {tag: text for tag, text in self.tags.items() if not tag.startswith(_KIND_TAG)}

    @property
    def partition_mappings(self) -> Dict[AssetKey, Any]:
        """By asset that it depends on, which of its partitions each own one needs, if said."""
        given = (dep for dep in self.deps if dep.partition_mapping is not None)
        return {dep.asset_key: dep.partition_mapping for dep in given}

    @property
    def legacy_freshness_policy(self) -> Any:
        """The freshness policy, if it is of the older kind."""
        policy = self.freshness_policy
        return policy if hasattr(policy, "maximum_lag_minutes") else None

    @property
    def auto_materialize_policy(self) -> Any:
        """The automation condition, as the older kind of policy."""
        condition = self.automation_condition
        return None if condition is None else condition.as_auto_materialize_policy()

    def replace_attributes(self, **changes: Any) -> AssetSpec:
        """A copy with some attributes replaced: any argument of `AssetSpec`."""
        arguments: Dict[str, Any] = {
            "key": self.key,
            "deps": self.deps,
            "description": self.description,
            "metadata": self.metadata,
            "skippable": self.skippable,
            "group_name": self.group_name,
            "code_version": self.code_version,
            "owners": self.owners,
            "tags": self.plain_tags,
            "kinds": self.ordered_kinds,
            "automation_condition": self.automation_condition,
            "partitions_def": self.partitions_def,
            "freshness_policy": self.freshness_policy,
            "is_virtual": self.is_virtual,
            "source": self.source,
        }
        arguments.update(changes)
        return AssetSpec(**arguments)

    def merge_attributes(
        self,
        *,
        deps: Iterable[Any] = (),
        metadata: Optional[Mapping[str, Any]] = None,
        owners: Sequence[str] = (),
        tags: Optional[Mapping[str, str]] = None,
        kinds: Iterable[str] = (),
    ) -> AssetSpec:
        """A copy with more dependencies, metadata, owners, tags or kinds.

        Args:
            deps: more dependencies: keys, assets or `AssetDep`s.
            metadata: more facts; they go before those of the same name.
            owners: more owners.
            tags: more tags; they go before those of the same name.
            kinds: more kinds.
        """
        return self.replace_attributes(
            deps=[*self.deps, *deps],
            metadata={**self.metadata, **(metadata or {})},
            owners=[*self.owners, *owners],
            tags={**self.plain_tags, **(tags or {})},
            kinds=[*self.ordered_kinds, *kinds],
        )

    def with_io_manager_key(self, io_manager_key: str) -> AssetSpec:
        """A copy whose value is loaded with that IO manager."""
        return self.replace_attributes(metadata={**self.metadata, IO_MANAGER_KEY: io_manager_key})

    @property
    def io_manager_key(self) -> str:
        """The IO manager that stores the value; `io_manager` unless the metadata says otherwise."""
        return str(self.metadata.get(IO_MANAGER_KEY, "io_manager"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source_type: Any, handler: Any) -> Any:
        """For fields of pydantic models: an `AssetSpec`, as it is."""
        from pydantic_core import core_schema

        return core_schema.is_instance_schema(cls)

    def __eq__(self, other: object) -> bool:
        """Whether both describe the same, wherever they are written."""
        if not isinstance(other, AssetSpec):
            return NotImplemented
        return self is other or _facts(self) == _facts(other)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return "AssetSpec(%r)" % (self.key.to_user_string(),)


def _facts(spec: AssetSpec) -> Dict[str, Any]:
    return {name: value for name, value in vars(spec).items() if name != "source"}


def map_asset_specs(func: Callable[[AssetSpec], AssetSpec], iterable: Iterable[Any]) -> List[Any]:
    """The assets of a list, each described by `func` of its description.

    Args:
        func: makes a description of one.
        iterable: `AssetSpec`s and assets.
    """
    return [
        func(item) if isinstance(item, AssetSpec) else item.map_asset_specs(func)
        for item in iterable
    ]


class AssetIn:
    """How a parameter of an asset's function is bound to another asset.

    Args:
        key: the asset's key; the parameter's name where neither it nor a prefix is given.
        metadata: facts for the IO manager that loads it.
        key_prefix: put before the parameter's name.
        input_manager_key: the IO manager that loads it, instead of the one that stored it.
        partition_mapping: which partitions of the asset each own one takes.
        dagster_type: the type to load, instead of the parameter's annotation.

    Raises:
        DefinitionError: `definition.invalid`, it has a key and a prefix.
    """

    @tells_unknown_arguments("AssetIn")
    def __init__(
        self,
        key: Any = None,
        metadata: Optional[Mapping[str, Any]] = None,
        key_prefix: Any = None,
        input_manager_key: Optional[str] = None,
        partition_mapping: Any = None,
        dagster_type: Any = _UNSET,
    ):
        source = caller_source()
        if key is not None and key_prefix is not None:
            raise DefinitionError("AssetIn takes a key or a key_prefix, not both", source=source)
        self.key = None if key is None else _dep_key(key)
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self.key_prefix = prefix_parts(key_prefix)
        self.input_manager_key = input_manager_key
        self.partition_mapping = partition_mapping
        self.dagster_type = dagster_type

    def key_for(self, parameter: str) -> AssetKey:
        """The key that `parameter` is bound to."""
        if self.key is not None:
            return self.key
        return AssetKey((*self.key_prefix, parameter))

    @property
    def has_type(self) -> bool:
        """Whether a type was given."""
        return self.dagster_type is not _UNSET


class AssetOut:
    """One of the assets that a `multi_asset` makes.

    Args:
        key_prefix: parts put before the output's name, where no key is given.
        key: its key; the output's name where neither it nor a prefix is given.
        dagster_type: the type that a value is checked against; the function's annotation by
            default.
        description: Markdown.
        is_required: whether the function must always make it.
        io_manager_key: the IO manager that stores it.
        metadata: facts that do not change from one materialization to the next.
        group_name: letters, digits and underscores; the `multi_asset`'s where none is given.
        code_version: raise it when the logic changes; the `multi_asset`'s where none is given.
        automation_condition: when it is to be made by itself.
        owners: e-mail addresses, or `team:NAME`.
        tags: for selections and filters.
        kinds: what it is made with, such as `duckdb`.
        backfill_policy: how many partitions one run makes.
        auto_materialize_policy: the older way to say `automation_condition`.
        freshness_policy: how old it may get.
    """

    @tells_unknown_arguments("AssetOut")
    def __init__(
        self,
        key_prefix: Any = None,
        key: Any = None,
        dagster_type: Any = _UNSET,
        description: Optional[str] = None,
        is_required: bool = True,
        io_manager_key: str = "io_manager",
        metadata: Optional[Mapping[str, Any]] = None,
        group_name: Optional[str] = None,
        code_version: Optional[str] = None,
        automation_condition: Any = None,
        owners: Optional[Sequence[str]] = None,
        tags: Optional[Mapping[str, str]] = None,
        kinds: Optional[Iterable[str]] = None,
        backfill_policy: Any = None,
        auto_materialize_policy: Any = None,
        freshness_policy: Any = None,
    ):
        self.source = caller_source()
        self.key = None if key is None else AssetKey.from_coercible(key)
        self.key_prefix = prefix_parts(key_prefix)
        self.dagster_type = dagster_type
        self.is_required = is_required
        self.io_manager_key = io_manager_key
        self.backfill_policy = backfill_policy
        self.attributes: Dict[str, Any] = {
            "description": description,
            "metadata": metadata,
            "group_name": group_name,
            "code_version": code_version,
            "owners": owners,
            "tags": tags,
            "kinds": kinds,
            "automation_condition": condition_of(automation_condition, auto_materialize_policy),
            "freshness_policy": freshness_policy,
        }

    @staticmethod
    def from_spec(
        spec: AssetSpec, dagster_type: Any = _UNSET, is_required: bool = True
    ) -> AssetOut:
        """An output for the asset that `spec` describes.

        Args:
            spec: the asset.
            dagster_type: the type that a value is checked against; the function's annotation by
                default.
            is_required: whether the function must always make it.

        Raises:
            DefinitionError: `definition.deps_in_output`, the spec has `deps`.
        """
        if spec.deps:
            raise DefinitionError(
                "the spec of '%s' has deps, which an AssetOut cannot take"
                % spec.key.to_user_string(),
                code="definition.deps_in_output",
                hint="a multi_asset takes them in specs=[...], or in its own deps=",
                source=caller_source(),
            )
        out = AssetOut(key=spec.key, dagster_type=dagster_type, is_required=is_required)
        for name in out.attributes:
            out.attributes[name] = getattr(spec, "plain_tags" if name == "tags" else name)
        return out

    @property
    def has_type(self) -> bool:
        """Whether a type was given."""
        return self.dagster_type is not _UNSET

    def to_spec(
        self, output_name: str, deps: Sequence[Any], defaults: Mapping[str, Any]
    ) -> AssetSpec:
        """The spec of the asset; `defaults` stand in for attributes that are not given."""
        attributes = dict(self.attributes)
        for name, value in defaults.items():
            if attributes.get(name) is None:
                attributes[name] = value
        key = self.key or AssetKey((*self.key_prefix, output_name))
        return AssetSpec(
            key, deps=deps, skippable=not self.is_required, source=self.source, **attributes
        )


def condition_of(condition: Any, policy: Any) -> Any:
    """The automation condition that is given, or that an older policy means.

    Raises:
        InvariantError: `definition.conflicting_condition`, both are given.
    """
    if policy is None:
        return condition
    if condition is not None:
        raise InvariantError(
            "an asset takes 'automation_condition' or 'auto_materialize_policy', not both",
            code="definition.conflicting_condition",
            hint="leave auto_materialize_policy out: it is the older one",
        )
    return policy.to_automation_condition()


def unique_deps(deps: Optional[Iterable[Any]], source: Source) -> List[AssetDep]:
    """The dependencies that a `deps` argument means, each once."""
    if deps is None:
        return []
    if isinstance(deps, (str, AssetKey)):
        raise DefinitionError(
            "'deps' takes a list, not %r" % (deps,), hint="write deps=[...]", source=source
        )
    found: Dict[AssetKey, AssetDep] = {}
    for value in deps:
        for dep in (value,) if type(value) is AssetDep else _expand(value):
            first = found.setdefault(dep.asset_key, dep)
            if first is not dep and first.partition_mapping != dep.partition_mapping:
                raise InvariantError(
                    "'deps' names '%s' twice, with different partition mappings" % dep.asset_key,
                    code="definition.conflicting_deps",
                    hint="name it once, as AssetDep('%s', partition_mapping=...)" % dep.asset_key,
                )
    return list(found.values())


def _expand(value: Any) -> List[AssetDep]:
    if isinstance(value, str):
        return [AssetDep(AssetKey(value))]
    keys = getattr(value, "keys", None)
    if keys is not None and hasattr(value, "specs"):
        return [AssetDep(key) for key in keys]
    return [AssetDep(value)]


def _dep_key(asset: Any) -> AssetKey:
    keys = getattr(asset, "keys", None)
    if keys is not None and hasattr(asset, "specs") and len(keys) != 1:
        raise DefinitionError(
            "%s makes %d assets; a dependency names one" % (asset, len(keys)),
            code="definition.bad_key",
            hint="name the key that is meant, such as AssetDep('%s')" % next(iter(keys), "key"),
            source=caller_source(),
        )
    return AssetKey.from_coercible(asset)
