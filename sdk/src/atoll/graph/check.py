"""What can be wrong with definitions taken together: cycles, missing resources, name clashes."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Set

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.specs import AssetDep
from atoll.definitions.collection import Definitions
from atoll.definitions.keys import AssetKey
from atoll.definitions.ops.ports import NO_DEFAULT
from atoll.definitions.ops.types import resolve_type
from atoll.definitions.resources.binding import needs_among
from atoll.definitions.resources.resource import (
    ResourceDefinition,
    is_configurable,
    needs_config,
)
from atoll.errors import DefinitionError, InvariantError, nearest
from atoll.graph.steps import Step, sources_of, steps_of_assets, steps_of_job

DEFAULT_IO_MANAGER = "io_manager"


def check(definitions: Definitions) -> None:
    """Raise what concerns several definitions together.

    Raises:
        DefinitionError: `definition.cycle`, `definition.missing_resource` or
            `definition.duplicate_step`.
    """
    steps = [item for item in definitions.assets if isinstance(item, AssetsDefinition)]
    every = [*steps, *definitions.asset_checks]
    _check_steps(every)
    for item in every:
        if item.graph is None:
            _check_resources(item, definitions.resources)
        else:
            for step in steps_of_assets(item):
                check_resources_of(step, definitions.resources)
    for name, value in definitions.resources.items():
        _check_nested(name, value, definitions.resources)
        for needed in sorted(getattr(value, "required_resource_keys", ()) or ()):
            if isinstance(value, ResourceDefinition) and needed not in definitions.resources:
                raise _missing(needed, "the resource '%s'" % name, definitions.resources, None)
    _check_cycles(steps)


def _check_steps(steps: Iterable[AssetsDefinition]) -> None:
    seen: Dict[str, AssetsDefinition] = {}
    for step in steps:
        first = seen.setdefault(step.name, step)
        if first is not step:
            raise DefinitionError(
                "two steps are called '%s': that of %s in %s:%s, and that of %s"
                % (step.name, first, *(first.source or ("?", 0)), step),
                code="definition.duplicate_step",
                hint="name one of them otherwise",
                source=step.source,
            )


def check_resources_of(step: Any, resources: Mapping[str, Any]) -> None:
    """Raise `definition.missing_resource` where a step needs one that is not there."""
    _check_resources(step, resources)
    for hook in step.hooks:
        for name in sorted(hook.required_resource_keys):
            if name not in resources:
                raise _missing(name, "the hook '%s'" % hook.name, resources, step)


def check_job_resources(job: Any) -> None:
    """Raise what a job lacks that brings resources of its own: it has to bring all.

    Raises:
        DefinitionError: `definition.missing_resource` or `definition.no_io_manager`.
        InvariantError: `definition.missing_resource` or `definition.resource_cycle`, of what its
            resources need of each other.
    """
    resources, wanted = job.resource_defs, set()
    for step in steps_of_job(job):
        check_resources_of(step, resources)
        wanted |= step.required_resource_keys
    for name, whose in needs_among(wanted, resources, job.source):
        if name not in resources and name != DEFAULT_IO_MANAGER:
            raise InvariantError(
                "the resource '%s' needs '%s', which job '%s' does not have"
                % (whose, name, job.name),
                code="definition.missing_resource",
                hint="add it to the job's resource_defs",
            )


def check_inputs_of(step: Any, job: Any) -> None:
    """Raise `definition.unconnected_input` where a step's value can come from nowhere."""
    for value in (one for whole in step.inputs for one in sources_of(whole)):
        is_given = (
            value.is_nothing
            or value.upstream
            or value.key is not None
            or value.value is not NO_DEFAULT
            or value.default is not NO_DEFAULT
            or value.input_manager_key is not None
            or resolve_type(value.type).loader is not None
        )
        if not is_given:
            raise DefinitionError(
                "the input '%s' of '%s' in job '%s' is connected to nothing, and values of type "
                "%s cannot be given in the config"
                % (value.name, step.key, job.name, resolve_type(value.type).display_name),
                code="definition.unconnected_input",
                hint="pass it what another op returns, or give it a default",
                source=step.source,
            )


def _check_resources(step: Any, resources: Mapping[str, Any]) -> None:
    for name in sorted(step.required_resource_keys):
        if name not in resources:
            raise _missing(name, "'%s'" % step.name, resources, step)
    for name, whose in step.resources_of_types() if isinstance(step, Step) else ():
        if name not in resources:
            raise _missing(name, "%s, at '%s'," % (whose, step.name), resources, step)
    managers = [(one.io_manager_key, "output_config_schema") for one in step.outputs]
    managers += [(one.input_manager_key, "input_config_schema") for one in step.inputs]
    for name, mark in managers:
        if name is None:
            continue
        if name not in resources:
            if name != DEFAULT_IO_MANAGER:
                raise _missing(name, "'%s'" % step.name, resources, step, "the IO manager")
        elif isinstance(resources[name], ResourceDefinition) and not hasattr(resources[name], mark):
            raise DefinitionError(
                "'%s' takes the resource '%s' as IO manager, and it is none" % (step.name, name),
                code="definition.no_io_manager",
                hint="write @io_manager or @input_manager before its function, not @resource",
                source=step.source,
            )


def _check_nested(name: str, value: Any, resources: Mapping[str, Any]) -> None:
    """Config reaches a nested resource only under a name of its own."""
    for field, nested in value.nested_resources.items() if is_configurable(value) else ():
        if needs_config(nested) and not any(one is nested for one in resources.values()):
            raise DefinitionError(
                "the field '%s' of the resource '%s' is a resource whose config is to be given "
                "at launch, and which has no name of its own" % (field, name),
                code="definition.missing_resource",
                hint="add it to the Definitions: resources={'%s': ...}" % field,
            )
        _check_nested("%s.%s" % (name, field), nested, resources)


def _missing(
    name: str,
    who: str,
    resources: Mapping[str, Any],
    step: Any,
    what: str = "the resource",
) -> DefinitionError:
    known = ", ".join(sorted(resources))
    return DefinitionError(
        "%s needs %s '%s', which no Definitions here provide" % (who, what, name),
        code="definition.missing_resource",
        hint=nearest(name, list(resources))
        or "add resources={'%s': ...} to the Definitions%s"
        % (name, "; they have: " + known if known else ""),
        source=step.source if step else None,
    )


def _check_cycles(steps: Iterable[AssetsDefinition]) -> None:
    """Walk the steps depth first, without recursion: a chain may be ten thousand long."""
    made_by: Dict[AssetKey, AssetsDefinition] = {k: step for step in steps for k in step.keys}
    done: Set[str] = set()
    for start in made_by.values():
        if start.name in done:
            continue
        path: List[AssetsDefinition] = [start]
        on_path = {start.name}
        upstream = [iter(_upstream(start, made_by))]
        while path:
            following = next(upstream[-1], None)
            if following is None:
                done.add(path[-1].name)
                on_path.discard(path.pop().name)
                upstream.pop()
            elif following.name in on_path:
                raise _cycle(path, following)
            elif following.name not in done:
                path.append(following)
                on_path.add(following.name)
                upstream.append(iter(_upstream(following, made_by)))


def _upstream(
    step: AssetsDefinition, made_by: Mapping[AssetKey, AssetsDefinition]
) -> List[AssetsDefinition]:
    found = []
    inner = {
        dep.asset_key
        for spec in step.specs
        for dep in spec.deps
        if dep.asset_key == spec.key and not _is_earlier(dep, spec.partitions_def)
    }
    for spec in step.specs:
        for dep in spec.deps:
            other = made_by.get(dep.asset_key)
            if other is not None and (other is not step or dep.asset_key in inner):
                found.append(other)
    return found


def _is_earlier(dep: AssetDep, partitions: Any) -> bool:
    """Whether each partition needs earlier ones only, so that an asset may depend on itself."""
    mapping = dep.partition_mapping
    by_dimension = getattr(mapping, "downstream_mappings_by_upstream_dimension", None)
    if by_dimension is not None:
        time = getattr(partitions, "time_window_dimension", None)
        mapping = getattr(by_dimension.get(getattr(time, "name", None)), "partition_mapping", None)
    offsets = (getattr(mapping, "start_offset", 0), getattr(mapping, "end_offset", 0))
    return max(offsets) < 0


def _cycle(path: List[AssetsDefinition], again: AssetsDefinition) -> DefinitionError:
    names = [step.name for step in path]
    loop = names[names.index(again.name) :] + [again.name]
    hint = "take one of these dependencies out"
    if len(loop) == 2 and not again.is_multi:
        message = "the asset '%s' depends on itself" % again.name
        hint = (
            "take the dependency out; an asset partitioned by time may depend on its earlier "
            "partitions, with TimeWindowPartitionMapping(start_offset=-1, end_offset=-1)"
        )
    else:
        message = "these assets depend on each other in a circle: %s" % " <- ".join(loop)
    return DefinitionError(
        message,
        code="definition.cycle",
        hint=hint,
        source=again.source,
    )
