"""Everything that the modules of a package define, as one `Definitions`."""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import Any, Dict, List, Set, Tuple, Union

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.loaders import load_assets_from_modules
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.definitions.jobs.asset_job import UnresolvedAssetJobDefinition
from atoll.definitions.modules_below import modules_below
from atoll.errors import DefinitionError
from atoll.location.discovery import definitions_in, place_of

Loose = Union[AssetsDefinition, AssetSpec]


def load_all(package_name: str) -> Definitions:
    """Import a package with everything below it, and join what stands at the top levels.

    That are `Definitions` objects, and assets, specs and jobs that none of those holds. What is
    imported into several modules counts once. The order is that of the modules' names.

    Raises:
        DefinitionError: `definition.none`, nothing is defined there; `definition.duplicate_key`
            or `definition.duplicate_resource`, two modules define the same.
    """
    package = importlib.import_module(package_name)
    modules = list(modules_below(package))
    parts: Dict[int, Tuple[Definitions, ModuleType]] = {}
    for module in modules:
        for _, value in definitions_in(module):
            parts.setdefault(id(value), (value, module))
    _refuse_different_resources(list(parts.values()))
    held = {_origin(item) for part, _ in parts.values() for item in part.assets}
    found = load_assets_from_modules(modules, include_specs=True)
    loose = [item for item in found if _origin(item) not in held]
    jobs = _loose_jobs(modules, {id(job) for part, _ in parts.values() for job in part.jobs})
    if not parts and not loose and not jobs:
        count = "module" if len(modules) == 1 else "%d modules" % len(modules)
        folder = os.path.dirname(getattr(package, "__file__", None) or "")
        raise DefinitionError(
            "%s defines nothing: no Definitions and no assets in its %s (%s)"
            % (package_name, count, folder or next(iter(package.__path__))),
            code="definition.none",
            hint="write @asset functions or Definitions into the modules of that package",
        )
    rest = Definitions(assets=loose, jobs=jobs)
    return Definitions.merge(*[part for part, _ in parts.values()], rest)


def _loose_jobs(modules: List[ModuleType], held: Set[int]) -> List[Any]:
    found: Dict[int, Any] = {}
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, UnresolvedAssetJobDefinition) and id(value) not in held:
                found.setdefault(id(value), value)
    return list(found.values())


def _origin(item: Loose) -> Any:
    """What an asset and its changed copies (with a prefix, a group) have in common."""
    if isinstance(item, AssetsDefinition):
        return id(item.function.fn)
    return (item.source, item.key) if item.source else id(item)


def _refuse_different_resources(parts: List[Tuple[Definitions, ModuleType]]) -> None:
    seen: Dict[str, Tuple[Any, str]] = {}
    for part, module in parts:
        here = module.__name__ + place_of(part.source)
        for name, value in part.resources.items():
            first, there = seen.setdefault(name, (value, here))
            if first is not value:
                raise DefinitionError(
                    "%s and %s have a resource '%s', and they differ" % (there, here, name),
                    code="definition.duplicate_resource",
                    hint="define it once, and import it from there",
                )
