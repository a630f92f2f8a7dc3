"""What modules define at their top levels, joined to one `Definitions`."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.loaders import calling_module, modules_of
from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.definitions.jobs.asset_job import UnresolvedAssetJobDefinition
from atoll.definitions.lazy import LazyDefinitions
from atoll.definitions.ops.job_definition import JobDefinition

_ASSETS = (AssetsDefinition, AssetSpec, SourceAsset)
_JOBS = (UnresolvedAssetJobDefinition, JobDefinition)


def definitions_of_modules(modules: Iterable[ModuleType]) -> Definitions:
    """The `Definitions` objects of the modules, and what stands beside them by itself.

    That are assets, checks, jobs, schedules and sensors. What is imported into several modules
    counts once, and what a `Definitions` object holds counts as its own.

    Raises:
        DefinitionError: `definition.duplicate_key` and others, two of them define the same.
    """
    whole: Dict[int, Definitions] = {}
    loose: Dict[int, Any] = {}
    for module in modules:
        for value in list(vars(module).values()):
            for item in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(item, Definitions):
                    whole.setdefault(id(item), item)
                elif isinstance(item, LazyDefinitions) and id(item) not in whole:
                    whole[id(item)] = item.built()
                elif kind_of(item) is not None:
                    loose.setdefault(id(item), item)
    held = _held(whole.values())
    found: Dict[str, Any] = {}
    for item in loose.values():
        if _origin(item) not in held:
            found.setdefault(str(kind_of(item)), []).append(item)
    return Definitions.merge(*whole.values(), Definitions(**found))


def load_definitions_from_modules(
    modules: Iterable[ModuleType],
    resources: Optional[Mapping[str, Any]] = None,
    loggers: Optional[Mapping[str, Any]] = None,
    executor: Any = None,
) -> Definitions:
    """Everything that the modules define at their top levels, as one `Definitions`.

    That are assets, checks, jobs, schedules and sensors; and what `Definitions` there hold.

    Args:
        modules: where to look.
        resources: by name.
        loggers: by name.
        executor: how many steps of a run go on at once, where its job does not say.

    Raises:
        DefinitionError: `definition.duplicate_key` and others, two of them define the same.
    """
    found = definitions_of_modules(modules)
    return Definitions.merge(
        found, Definitions(resources=resources, loggers=loggers, executor=executor)
    )


def load_definitions_from_module(
    module: ModuleType,
    resources: Optional[Mapping[str, Any]] = None,
    loggers: Optional[Mapping[str, Any]] = None,
    executor: Any = None,
) -> Definitions:
    """Everything that a module defines.

    Args:
        module: where to look.
        resources: by name.
        loggers: by name.
        executor: how many steps of a run go on at once, where its job does not say.
    """
    return load_definitions_from_modules([module], resources, loggers, executor)


def load_definitions_from_current_module(
    resources: Optional[Mapping[str, Any]] = None,
    loggers: Optional[Mapping[str, Any]] = None,
    executor: Any = None,
) -> Definitions:
    """Everything that the calling module defines above the call.

    Args:
        resources: by name.
        loggers: by name.
        executor: how many steps of a run go on at once, where its job does not say.
    """
    return load_definitions_from_modules([calling_module()], resources, loggers, executor)


def load_definitions_from_package_module(
    package_module: ModuleType,
    resources: Optional[Mapping[str, Any]] = None,
    loggers: Optional[Mapping[str, Any]] = None,
    executor: Any = None,
) -> Definitions:
    """Everything that a package, and the packages and modules below it, define.

    Args:
        package_module: the package, imported.
        resources: by name.
        loggers: by name.
        executor: how many steps of a run go on at once, where its job does not say.
    """
    modules = list(modules_of(package_module))
    return load_definitions_from_modules(modules, resources, loggers, executor)


def load_definitions_from_package_name(
    package_name: str,
    resources: Optional[Mapping[str, Any]] = None,
    loggers: Optional[Mapping[str, Any]] = None,
    executor: Any = None,
) -> Definitions:
    """Everything that the package of that name defines.

    Args:
        package_name: the package, which is imported: `shop.defs`.
        resources: by name.
        loggers: by name.
        executor: how many steps of a run go on at once, where its job does not say.
    """
    package = importlib.import_module(package_name)
    return load_definitions_from_package_module(package, resources, loggers, executor)


def kind_of(item: Any) -> Any:
    """The argument of `Definitions` that takes such a thing, or None."""
    from atoll.definitions.automation.partitioned_schedule import (
        UnresolvedPartitionedAssetScheduleDefinition,
    )
    from atoll.definitions.automation.schedule_definition import ScheduleDefinition
    from atoll.definitions.automation.sensor_definition import SensorDefinition

    if isinstance(item, _ASSETS):
        return "assets"
    if isinstance(item, _JOBS):
        return "jobs"
    if isinstance(item, (ScheduleDefinition, UnresolvedPartitionedAssetScheduleDefinition)):
        return "schedules"
    return "sensors" if isinstance(item, SensorDefinition) else None


def is_empty(definitions: Definitions) -> bool:
    """Whether there is nothing in it but resources."""
    return not any(_items(definitions))


def _items(part: Definitions) -> List[List[Any]]:
    return [part.assets, part.asset_checks, part.jobs, part.schedules, part.sensors]


def _origin(item: Any) -> Any:
    """What an asset and its changed copies (with a prefix, a group) have in common."""
    if isinstance(item, AssetsDefinition):
        return id(item.graph) if item.function is None else id(item.function.fn)
    if isinstance(item, AssetSpec) and item.source:
        return (item.source, item.key)
    return id(item)


def _held(parts: Iterable[Definitions]) -> Set[Any]:
    found: Set[Any] = set()
    for part in parts:
        for items in _items(part):
            found.update(_origin(item) for item in items)
    return found
