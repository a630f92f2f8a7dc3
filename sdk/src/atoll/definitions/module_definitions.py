"""What modules define at their top levels, joined to one `Definitions`."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Dict, Iterable, List, Set

from atoll.definitions.assets.assets_definition import AssetsDefinition
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
