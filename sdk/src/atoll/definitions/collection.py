"""`Definitions`: the one top-level object that a code location offers."""

from __future__ import annotations

import copy
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Set, Union

from atoll.definitions.arguments import tells_unknown_arguments
from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.automation.target import targeted_assets, targeted_jobs
from atoll.definitions.checks.decorators import AssetChecksDefinition
from atoll.definitions.jobs.asset_job import (
    UnresolvedAssetJobDefinition,
    checked_jobs,
)
from atoll.definitions.keys import AssetKey
from atoll.definitions.lookups import Lookups
from atoll.definitions.resources.resource import check_resources
from atoll.definitions.source import Source, caller_source
from atoll.errors import DefinitionError, InvariantError, nearest
from atoll_wire.events import ASSET_JOB


class Definitions(Lookups):
    """All that a code location offers.

    Args:
        assets: assets, and `AssetSpec`s of assets that something else makes.
        jobs: what `define_asset_job` or `@job` returned.
        resources: by name: `ConfigurableResource`s, `@resource` functions, or plain objects.
        schedules: when jobs run by the clock.
        sensors: what else starts runs.
        asset_checks: checks that functions of their own make.
        executor: how many steps of a run go on at once, where its job does not say.
        loggers: by name.
        metadata: facts about the location.
        component_tree: not used; what components make is merged into these.

    Raises:
        DefinitionError: `definition.*`, something cannot be meant so. What concerns several
            definitions together (cycles, missing resources) is told when the location loads,
            so that parts of it may be merged first.
    """

    @tells_unknown_arguments("Definitions")
    def __init__(
        self,
        assets: Optional[Iterable[Union[AssetsDefinition, AssetSpec]]] = None,
        schedules: Optional[Iterable[Any]] = None,
        sensors: Optional[Iterable[Any]] = None,
        jobs: Optional[Iterable[Any]] = None,
        resources: Optional[Mapping[str, Any]] = None,
        executor: Any = None,
        loggers: Optional[Mapping[str, Any]] = None,
        asset_checks: Optional[Iterable[Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        component_tree: Any = None,
    ):
        source = caller_source()
        self.source = source
        self.assets: List[Union[AssetsDefinition, AssetSpec]] = []
        self.schedules: List[Any] = list(schedules or ())
        self.sensors: List[Any] = list(sensors or ())
        targeted = targeted_jobs([*self.schedules, *self.sensors])
        self.jobs: List[Any] = checked_jobs([*checked_jobs(jobs, source), *targeted], source)
        self.resources: Dict[str, Any] = check_resources(resources)
        self.offered_resources: Set[str] = set(self.resources)
        """Names of those that were given here, rather than bound to an asset alone."""
        self.asset_checks: List[AssetsDefinition] = _checks(asset_checks, source)
        self.executor = executor
        self.loggers: Dict[str, Any] = dict(loggers or {})
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self._made_by: Dict[AssetKey, AssetsDefinition] = {}
        self._external: Dict[AssetKey, AssetSpec] = {}
        self._prepared: Any = None
        seen = set()
        for item in _listed(assets, source):
            if id(item) not in seen:
                seen.add(id(item))
                self._add(item)
        self._add_targeted()
        for checks in self.asset_checks:
            self._add_resources(checks)

    def _add_targeted(self) -> None:
        """Offer the assets that schedules and sensors were given and that are not here already."""
        self._targeted: Set[int] = set()
        for item in targeted_assets([*self.schedules, *self.sensors]):
            if not any(key in self._made_by for key in [*item.keys, *item.check_keys]):
                self._add(item)
                self._targeted.add(id(item))
        self._number_steps()

    def _number_steps(self) -> None:
        names = [item.name for item in self.assets if isinstance(item, AssetsDefinition)]
        if len(names) == len(set(names)):
            return
        from atoll.definitions.assets.step_names import numbered

        made = numbered(item for item in self.assets if isinstance(item, AssetsDefinition))
        self._targeted |= {id(made[known]) for known in self._targeted if known in made}
        self.assets = [made.get(id(item), item) for item in self.assets]
        for key, item in self._made_by.items():
            self._made_by[key] = made.get(id(item), item)

    def _add(self, given: Any) -> None:
        item = getattr(given, "definition", given) if isinstance(given, SourceAsset) else given
        if isinstance(given, SourceAsset):
            for name, value in given.resource_defs.items():
                self.resources.setdefault(name, value)
        if isinstance(item, AssetChecksDefinition):
            self.asset_checks.append(item)
            self._add_resources(item)
            return
        if isinstance(item, AssetSpec):
            if self._external.get(item.key) == item:
                return
            if item.key in self._external:
                raise _duplicate(item.key, item.source, self._external[item.key].source)
            self._external[item.key] = item
        elif isinstance(item, AssetsDefinition):
            for key in item.keys:
                if key in self._made_by:
                    raise _duplicate(key, item.source, self._made_by[key].source)
                self._made_by[key] = item
            self._add_resources(item)
        else:
            raise _not_an_asset(item, self.source)
        self.assets.append(item)

    def _add_resources(self, item: AssetsDefinition) -> None:
        for name, value in item.resource_defs.items():
            if self.resources.setdefault(name, value) is not value:
                raise DefinitionError(
                    "the resource '%s' of %s differs from the one of that name elsewhere"
                    % (name, item.name),
                    code="definition.duplicate_resource",
                    source=item.source,
                )

    @staticmethod
    def merge(*def_sets: Definitions) -> Definitions:
        """All definitions in one object.

        Raises:
            InvariantError: `definition.duplicate_resource`, `definition.duplicate_logger` or
                `definition.duplicate_executor`.
            DefinitionError: `definition.duplicate_key` or `definition.duplicate_job`.
        """
        made = Definitions()
        made.source = source = caller_source()
        seen = set()
        for part in def_sets:
            if not isinstance(part, Definitions):
                raise DefinitionError(
                    "Definitions.merge takes Definitions, not %r" % (part,), source=source
                )
            for name, value in part.resources.items():
                if made.resources.setdefault(name, value) is not value:
                    raise _differ("a resource '%s'" % name, "definition.duplicate_resource")
            made.offered_resources |= part.offered_resources
            for item in part.assets:
                if id(item) not in seen and id(item) not in part._targeted:
                    seen.add(id(item))
                    made._add(item)
            made.jobs = checked_jobs([*made.jobs, *part.jobs], source)
            made.schedules += [one for one in part.schedules if one not in made.schedules]
            made.sensors += [one for one in part.sensors if one not in made.sensors]
            made.asset_checks += [one for one in part.asset_checks if one not in made.asset_checks]
            if part.executor is not None and made.executor not in (None, part.executor):
                raise _differ("an executor", "definition.duplicate_executor")
            made.executor = made.executor or part.executor
            for name, value in part.loggers.items():
                if made.loggers.setdefault(name, value) is not value:
                    raise _differ("a logger '%s'" % name, "definition.duplicate_logger")
            made.metadata.update(part.metadata)
        made._add_targeted()
        return made

    def with_resources_replaced(self, resources: Mapping[str, Any]) -> Definitions:
        """A copy in which some resources are others."""
        made = copy.copy(self)
        made.resources = {**self.resources, **check_resources(resources)}
        made.offered_resources = self.offered_resources | set(resources)
        made._prepared = None
        return made

    @staticmethod
    def merge_unbound_defs(*def_sets: Definitions) -> Definitions:
        """The same as `merge`."""
        return Definitions.merge(*def_sets)

    def with_resources(self, resources: Optional[Mapping[str, Any]]) -> Definitions:
        """A copy with more resources; none of them may differ from one of the same name."""
        return Definitions.merge(self, Definitions(resources=resources)) if resources else self

    @staticmethod
    def validate_loadable(defs: Definitions) -> None:
        """Raise what would be told when the location loads."""
        from importlib import import_module

        import_module("atoll.graph").build_snapshot(defs)

    @property
    def asset_keys(self) -> List[AssetKey]:
        """The keys of all assets, those that something else makes included."""
        return list(dict.fromkeys([*self._made_by, *self._external]))

    def get_assets_def(self, key: Any) -> AssetsDefinition:
        """The definition that makes an asset.

        Raises:
            DefinitionError: `definition.unknown_key`, nothing here makes it.
        """
        wanted = AssetKey.from_coercible(key)
        found = self._made_by.get(wanted)
        if found is None:
            raise DefinitionError(
                "no asset here is called '%s'" % wanted,
                code="definition.unknown_key",
                hint=nearest(str(wanted), [str(key) for key in self._made_by]) or None,
                source=self.source,
            )
        return found

    def spec_of(self, key: AssetKey) -> Optional[AssetSpec]:
        """The description of an asset, or None where none is declared here."""
        found = self._made_by.get(key)
        return self._external.get(key) if found is None else found.specs_by_key[key]

    def get_job_def(self, name: str) -> Any:
        """The job of that name, with what it selects found; it can be executed in process.

        Raises:
            DefinitionError: `definition.unknown_job`.
        """
        from importlib import import_module

        return import_module("atoll.graph.resolved").resolved_job(self.get_declared_job(name), self)

    def get_declared_job(self, name: str) -> Any:
        """The job of that name, as it was declared.

        Raises:
            DefinitionError: `definition.unknown_job`, there is none.
        """
        if name == ASSET_JOB:
            return UnresolvedAssetJobDefinition.of_everything()
        found = {job.name: job for job in self.jobs}
        if name not in found:
            raise DefinitionError(
                "no job here is called '%s'" % name,
                code="definition.unknown_job",
                hint=nearest(name, list(found)) or None,
                source=self.source,
            )
        return found[name]

    resolve_job_def = get_job_def

    def get_schedule_def(self, name: str) -> Any:
        """The schedule of that name."""
        return self._named("schedule", self.schedules, name)

    def get_sensor_def(self, name: str) -> Any:
        """The sensor of that name."""
        return self._named("sensor", self.sensors, name)

    def resolve_schedule_def(self, name: str) -> Any:
        """The schedule of that name; where it follows partitions, those of the job's assets."""
        from importlib import import_module

        found = self.get_schedule_def(name)
        return import_module("atoll.graph.automation").resolved_schedule(found, self)

    resolve_sensor_def = get_sensor_def

    def _named(self, what: str, items: List[Any], name: str) -> Any:
        found = {item.name: item for item in items}
        if name not in found:
            raise DefinitionError(
                "no %s here is called '%s'" % (what, name),
                code="definition.unknown_%s" % what,
                hint=nearest(name, list(found)) or None,
                source=self.source,
            )
        return found[name]

    def load_asset_value(
        self,
        asset_key: Any,
        *,
        python_type: Any = None,
        instance: Any = None,
        partition_key: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        resource_config: Any = None,
    ) -> Any:
        """The stored value of an asset, loaded with its IO manager.

        Args:
            asset_key: of the asset.
            python_type: as what it is wanted; as it was stored, by default.
            instance: whose values are loaded; the one in use, by default.
            partition_key: the partition; all, by default.
            metadata: what the IO manager is told of the input.
            resource_config: the config of resources, as a run would have it.
        """
        with self.get_asset_value_loader(instance) as loader:
            return loader.load_asset_value(
                asset_key,
                python_type=python_type,
                partition_key=partition_key,
                metadata=metadata,
                resource_config=resource_config,
            )

    def get_asset_value_loader(self, instance: Any = None) -> Any:
        """An `AssetValueLoader`: loads several values, and makes each resource ready once.

        Args:
            instance: whose values are loaded; the one in use, by default.
        """
        from importlib import import_module

        return import_module("atoll.execution.loading").AssetValueLoader.of(self, instance)

    def get_all_asset_specs(self) -> List[AssetSpec]:
        """The description of each asset."""
        found: List[AssetSpec] = []
        for item in self.assets:
            found.extend([item] if isinstance(item, AssetSpec) else item.specs)
        return found

    def map_asset_specs(self, *, func: Callable[[AssetSpec], AssetSpec]) -> Definitions:
        """A copy whose assets are described by `func` of their descriptions."""
        return Definitions(
            assets=[
                func(item) if isinstance(item, AssetSpec) else item.map_asset_specs(func)
                for item in self.assets
            ],
            jobs=self.jobs,
            resources={name: self.resources[name] for name in self.offered_resources},
            schedules=self.schedules,
            sensors=self.sensors,
            asset_checks=self.asset_checks,
            executor=self.executor,
            loggers=self.loggers,
            metadata=self.metadata,
        )

    def map_resolved_asset_specs(
        self, *, func: Callable[[AssetSpec], AssetSpec], selection: Any = None
    ) -> Definitions:
        """A copy in which the selected assets are described by `func` of their descriptions.

        Args:
            func: from a description to the new one.
            selection: which assets; all by default.
        """
        if selection is None:
            return self.map_asset_specs(func=func)
        from atoll.definitions.assets.selection import AssetSelection

        if isinstance(selection, str):  # what is only declared can be changed as well
            selection = AssetSelection.from_string(selection, include_sources=True)
        keys = AssetSelection.from_coercible(selection).resolve(self)
        return self.map_asset_specs(func=lambda spec: func(spec) if spec.key in keys else spec)

    def __repr__(self) -> str:
        return "Definitions(%d assets, %d jobs, %d resources)" % (
            len(self.asset_keys),
            len(self.jobs),
            len(self.resources),
        )


def _listed(assets: Any, source: Source) -> List[Any]:
    if assets is None:
        return []
    if isinstance(assets, (AssetsDefinition, AssetSpec, str)) or callable(assets):
        raise DefinitionError(
            "'assets' takes a list, not %r" % (assets,),
            hint="write assets=[...]",
            source=source,
        )
    return list(assets)


def _checks(checks: Any, source: Source) -> List[AssetsDefinition]:
    found = list(checks or ())
    for item in found:
        if not isinstance(item, AssetsDefinition) or not item.check_outputs:
            raise DefinitionError(
                "'asset_checks' holds %.80r, which is no check" % (item,),
                code="definition.not_a_check",
                hint="pass what @asset_check returned",
                source=source,
            )
    return list({id(item): item for item in found}.values())


def _differ(what: str, code: str) -> InvariantError:
    return InvariantError(
        "two of the merged Definitions have %s, and they differ" % what,
        code=code,
        hint="define it once, and merge it in from there",
    )


def _duplicate(key: AssetKey, source: Source, first: Source) -> DefinitionError:
    place = " first in %s:%s," % first if first else ""
    return DefinitionError(
        "the asset '%s' is defined twice:%s again here" % (key, place),
        code="definition.duplicate_key",
        hint="give one of them another name, key or key_prefix",
        source=source,
    )


def _not_an_asset(item: Any, source: Source) -> DefinitionError:
    hint = None
    if isinstance(item, (list, tuple)):
        hint = "put a * before the list to unpack it"
    elif callable(item):
        hint = "decorate %s with @asset" % getattr(item, "__name__", "it")
    elif isinstance(item, AssetKey):
        hint = "to refer to an asset that something else makes, write AssetSpec(%r)" % str(item)
    elif isinstance(item, str):
        hint = "pass the asset itself, or AssetSpec(%r) if something else makes it" % item
    else:
        hint = "pass the function itself, without calling it"
    return DefinitionError(
        "'assets' holds %.80r, which is not an asset" % (item,),
        code="definition.not_an_asset",
        hint=hint,
        source=source,
    )
