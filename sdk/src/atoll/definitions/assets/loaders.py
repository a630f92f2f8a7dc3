"""Assets found in modules and packages."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import types
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Union

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.changed import with_renamed_key
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.keys import AssetKey, prefix_parts
from atoll.definitions.source import caller_frame, caller_source
from atoll.definitions.validation import check_group, refuse_later
from atoll.errors import DefinitionError

Found = Union[AssetsDefinition, AssetSpec]
Prefix = Union[None, str, Sequence[str]]


def load_assets_from_modules(
    modules: Iterable[types.ModuleType],
    group_name: Optional[str] = None,
    key_prefix: Prefix = None,
    *,
    source_key_prefix: Prefix = None,
    include_specs: bool = False,
    **later: Any,
) -> List[Found]:
    """Every asset that the modules hold, each once, in order of appearance.

    Args:
        modules: where to look.
        group_name: the group of all of them; none of them may name another.
        key_prefix: put before their keys, also where they refer to each other.
        include_specs: whether `AssetSpec`s are found too.
    """
    refuse_later(caller_source(), later)
    listed = [modules] if isinstance(modules, types.ModuleType) else list(modules)
    found: Dict[int, Found] = {}
    kinds = (AssetsDefinition, AssetSpec) if include_specs else (AssetsDefinition,)
    for module in listed:
        for value in list(vars(module).values()):
            for item in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(item, kinds):
                    found[id(item)] = item
    return _changed(list(found.values()), check_group(group_name, caller_source()), key_prefix)


def load_assets_from_current_module(
    group_name: Optional[str] = None, key_prefix: Prefix = None, **options: Any
) -> List[Found]:
    """Every asset that the calling module holds so far."""
    frame = caller_frame()
    module = sys.modules[frame.f_globals["__name__"]] if frame else None
    if module is None:
        raise DefinitionError("the calling module cannot be told")
    return load_assets_from_modules([module], group_name, key_prefix, **options)


def load_assets_from_package_module(
    package_module: types.ModuleType,
    group_name: Optional[str] = None,
    key_prefix: Prefix = None,
    **options: Any,
) -> List[Found]:
    """Every asset in a package and the packages and modules below it."""
    modules = list(_modules_of(package_module))
    return load_assets_from_modules(modules, group_name, key_prefix, **options)


def load_assets_from_package_name(
    package_name: str, group_name: Optional[str] = None, key_prefix: Prefix = None, **options: Any
) -> List[Found]:
    """Every asset in the package of that name."""
    return load_assets_from_package_module(
        importlib.import_module(package_name), group_name, key_prefix, **options
    )


def _modules_of(package: types.ModuleType) -> Iterator[types.ModuleType]:
    yield package
    for entry in pkgutil.iter_modules(getattr(package, "__path__", ())):
        if entry.name == "__main__":
            continue
        module = importlib.import_module("%s.%s" % (package.__name__, entry.name))
        if entry.ispkg:
            yield from _modules_of(module)
        else:
            yield module


def _changed(items: List[Found], group: Optional[str], prefix: Prefix) -> List[Found]:
    renamed: Mapping[AssetKey, AssetKey] = {}
    if prefix is not None:
        parts = prefix_parts(prefix)
        keys = [key for item in items for key in _keys(item)]
        renamed = {key: key.with_prefix(parts) for key in keys}
    found: List[Found] = []
    for item in items:
        if group is not None:
            item = _grouped(item, group)
        if renamed:
            item = (
                with_renamed_key(item, renamed)
                if isinstance(item, AssetSpec)
                else item.with_keys(renamed)
            )
        found.append(item)
    return found


def _keys(item: Found) -> List[AssetKey]:
    return [item.key] if isinstance(item, AssetSpec) else list(item.keys)


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

    return change(item) if isinstance(item, AssetSpec) else item.map_asset_specs(change)
