"""Checks found in modules and packages."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Iterable, List

from atoll.definitions.assets.loaders import Prefix, calling_module, modules_of, objects_of
from atoll.definitions.checks.decorators import AssetChecksDefinition
from atoll.definitions.keys import prefix_parts


def load_asset_checks_from_modules(
    modules: Iterable[ModuleType], asset_key_prefix: Prefix = None
) -> List[AssetChecksDefinition]:
    """Every check that the modules hold, each once, in order of appearance.

    Args:
        modules: where to look.
        asset_key_prefix: put before the keys of the assets that are checked.
    """
    listed = [modules] if isinstance(modules, ModuleType) else list(modules)
    found = objects_of(listed, AssetChecksDefinition)
    if asset_key_prefix is None:
        return found
    return [_prefixed(item, asset_key_prefix) for item in found]


def load_asset_checks_from_current_module(
    asset_key_prefix: Prefix = None,
) -> List[AssetChecksDefinition]:
    """Every check that the calling module holds so far.

    Args:
        asset_key_prefix: put before the keys of the assets that they check.
    """
    return load_asset_checks_from_modules([calling_module()], asset_key_prefix)


def load_asset_checks_from_package_module(
    package_module: ModuleType, asset_key_prefix: Prefix = None
) -> List[AssetChecksDefinition]:
    """Every check in a package and the packages and modules below it.

    Args:
        package_module: the package, imported.
        asset_key_prefix: put before the keys of the assets that they check.
    """
    return load_asset_checks_from_modules(list(modules_of(package_module)), asset_key_prefix)


def load_asset_checks_from_package_name(
    package_name: str, asset_key_prefix: Prefix = None
) -> List[AssetChecksDefinition]:
    """Every check in the package of that name.

    Args:
        package_name: the package, which is imported: `shop.checks`.
        asset_key_prefix: put before the keys of the assets that they check.
    """
    package = importlib.import_module(package_name)
    return load_asset_checks_from_package_module(package, asset_key_prefix)


def _prefixed(item: AssetChecksDefinition, prefix: Prefix) -> AssetChecksDefinition:
    """A copy that checks the assets under their longer keys, and takes values from there."""
    parts = prefix_parts(prefix)
    checked = {spec.asset_key for spec in item.check_specs}
    made: AssetChecksDefinition = item.with_keys(
        {  # type: ignore[assignment]
            key: key.with_prefix(parts) for key in checked
        }
    )
    return made
