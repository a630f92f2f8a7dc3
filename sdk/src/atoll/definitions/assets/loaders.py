"""Assets found in modules and packages."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import types
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.changed import with_renamed_key
from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.assets.specs import AssetSpec, condition_of
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.source import caller_frame, caller_source
from atoll.definitions.validation import check_group
from atoll.errors import DefinitionError

Found = Union[AssetsDefinition, AssetSpec, SourceAsset]
Prefix = Union[None, str, Sequence[str]]


def load_assets_from_modules(
    modules: Iterable[types.ModuleType],
    group_name: Optional[str] = None,
    key_prefix: Prefix = None,
    *,
    automation_condition: Any = None,
    backfill_policy: Any = None,
    source_key_prefix: Prefix = None,
    include_specs: bool = False,
    freshness_policy: Any = None,
    legacy_freshness_policy: Any = None,
    auto_materialize_policy: Any = None,
) -> List[Found]:
    """Every asset that the modules hold, each once, in order of appearance.

    Args:
        modules: where to look.
        group_name: the group of all of them; none of them may name another.
        key_prefix: put before the keys of those that are made here, also where others name them.
        automation_condition: when those are to be made by themselves that do not say so.
        backfill_policy: how many partitions one run makes of those that do not say so.
        source_key_prefix: put before the keys of `SourceAsset`s and `AssetSpec`s.
        include_specs: whether `AssetSpec`s are found too.
        freshness_policy: how old those may get that do not say so.
        legacy_freshness_policy: the older way to say `freshness_policy`.
        auto_materialize_policy: the older way to say `automation_condition`.

    Raises:
        DefinitionError: `definition.two_groups`, one names another group.
    """
    listed = [modules] if isinstance(modules, types.ModuleType) else list(modules)
    kinds: Any = (AssetsDefinition, SourceAsset)
    if include_specs:
        kinds = (*kinds, AssetSpec)
    found = [
        item
        for item in objects_of(listed, kinds)
        if not isinstance(item, AssetsDefinition) or item.outputs  # what only checks is no asset
    ]
    defaults = {
        "automation_condition": condition_of(automation_condition, auto_materialize_policy),
        "freshness_policy": freshness_policy or legacy_freshness_policy,
    }
    group = check_group(group_name, caller_source())
    renamed = _renamed(found, key_prefix, source_key_prefix)
    return [_changed(item, group, renamed, defaults, backfill_policy) for item in found]


def load_assets_from_current_module(
    group_name: Optional[str] = None, key_prefix: Prefix = None, **options: Any
) -> List[Found]:
    """Every asset that the calling module holds so far.

    Args:
        group_name: the group of all of them; none of them may name another.
        key_prefix: put before the keys of those that are made here.
        options: further arguments of `load_assets_from_modules`.
    """
    module = calling_module()
    return load_assets_from_modules([module], group_name, key_prefix, **options)


def load_assets_from_package_module(
    package_module: types.ModuleType,
    group_name: Optional[str] = None,
    key_prefix: Prefix = None,
    **options: Any,
) -> List[Found]:
    """Every asset in a package and the packages and modules below it.

    Args:
        package_module: the package, imported.
        group_name: the group of all of them; none of them may name another.
        key_prefix: put before the keys of those that are made here.
        options: further arguments of `load_assets_from_modules`.
    """
    modules = list(modules_of(package_module))
    return load_assets_from_modules(modules, group_name, key_prefix, **options)


def load_assets_from_package_name(
    package_name: str, group_name: Optional[str] = None, key_prefix: Prefix = None, **options: Any
) -> List[Found]:
    """Every asset in the package of that name.

    Args:
        package_name: the package, which is imported: `shop.assets`.
        group_name: the group of all of them; none of them may name another.
        key_prefix: put before the keys of those that are made here.
        options: further arguments of `load_assets_from_modules`.
    """
    return load_assets_from_package_module(
        importlib.import_module(package_name), group_name, key_prefix, **options
    )


def calling_module() -> types.ModuleType:
    """The module that calls, of which only what stands above the call is there.

    Raises:
        DefinitionError: it cannot be told.
    """
    frame = caller_frame()
    module = sys.modules.get(frame.f_globals.get("__name__", "")) if frame else None
    if module is None:
        raise DefinitionError("the calling module cannot be told")
    return module


def modules_of(package: types.ModuleType) -> Iterator[types.ModuleType]:
    """A package, and the packages and modules below it."""
    yield package
    for entry in pkgutil.iter_modules(getattr(package, "__path__", ())):
        if entry.name == "__main__":
            continue
        module = importlib.import_module("%s.%s" % (package.__name__, entry.name))
        if entry.ispkg:
            yield from modules_of(module)
        else:
            yield module


def objects_of(modules: Iterable[types.ModuleType], kinds: Any) -> List[Any]:
    """What of some kinds stands at the modules' top levels, by itself or in a list; each once."""
    found: Dict[int, Any] = {}
    for module in modules:
        for value in list(vars(module).values()):
            for item in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(item, kinds):
                    found.setdefault(id(item), item)
    return list(found.values())


def _renamed(found: Sequence[Found], made: Prefix, others: Prefix) -> Dict[AssetKey, AssetKey]:
    """By old key, the new one."""
    renamed: Dict[AssetKey, AssetKey] = {}
    for item in found:
        is_made = isinstance(item, AssetsDefinition) and not item.is_external
        prefix = made if is_made else others
        if prefix is not None:
            keys = item.keys if isinstance(item, AssetsDefinition) else [item.key]
            renamed.update((key, key.with_prefix(prefix_parts(prefix))) for key in keys)
    return renamed


def _changed(
    item: Found,
    group: Optional[str],
    renamed: Mapping[AssetKey, AssetKey],
    defaults: Mapping[str, Any],
    backfill_policy: Any,
) -> Found:
    if group is not None:
        item = _grouped(item, group)
    if isinstance(item, SourceAsset):
        key = renamed.get(item.key)
        return item if key is None else item.with_attributes(key=key)
    if isinstance(item, AssetSpec):
        return with_renamed_key(item, renamed) if renamed else item
    item = item.with_keys(renamed) if renamed else item
    if any(value is not None for value in defaults.values()):
        item = item.map_asset_specs(lambda spec: _filled(spec, defaults))
    if backfill_policy is not None and item.backfill_policy is None:
        item = item.with_attributes(backfill_policy=backfill_policy)
    return item


def _filled(spec: AssetSpec, defaults: Mapping[str, Any]) -> AssetSpec:
    missing = {name: value for name, value in defaults.items() if getattr(spec, name) is None}
    return spec.replace_attributes(**missing) if missing else spec


def _grouped(item: Found, group: str) -> Found:
    def change(spec: AssetSpec) -> AssetSpec:
        if spec.group_name not in (None, group):
            raise DefinitionError(
                "the asset '%s' is loaded into the group '%s', but names the group '%s' itself"
                % (spec.key, group, spec.group_name),
                code="definition.two_groups",
                source=spec.source,
            )
        return spec.replace_attributes(group_name=group)

    if isinstance(item, SourceAsset):
        change(item.spec)
        return item.with_attributes(group_name=group)
    return change(item) if isinstance(item, AssetSpec) else item.map_asset_specs(change)
