"""The definitions as data for the host. Values of secrets and variables never enter it."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Tuple

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.ports import AssetOutput
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.definitions.config.fields import jsonable
from atoll.definitions.metadata.values import normalize, to_wire
from atoll.definitions.resources.resource import ResourceDefinition, nested_resources
from atoll.errors import DefinitionError
from atoll.graph.check import check
from atoll.graph.check_snapshots import check_snapshots
from atoll.graph.jobs import job_snapshots
from atoll.graph.step_snapshots import model_schema, step_snapshot
from atoll.graph.steps import steps_of_assets
from atoll_wire.snapshot import AssetSnapshot, LocationSnapshot, ResourceSnapshot, StepSnapshot
from atoll_wire.text import storable


def build_snapshot(definitions: Definitions) -> LocationSnapshot:
    """What the definitions offer, in order of declaration; equal definitions give equal text.

    Raises:
        DefinitionError: `definition.*`, they do not fit together.
    """
    check(definitions)
    assets: Dict[str, AssetSnapshot] = {}
    steps: List[StepSnapshot] = []
    schemas: Dict[Any, Any] = {}
    for item in definitions.assets:
        if isinstance(item, AssetsDefinition):
            own = steps_of_assets(item)
            steps += [step_snapshot(step, definitions.resources, schemas) for step in own]
            makers = {
                output.spec.key: (step.key, output)
                for step in own
                for output in step.outputs
                if output.spec is not None
            }
            for output in item.outputs:
                found = _asset(output.spec, makers[output.spec.key], output, item)
                assets[found.key] = found
    for checks in definitions.asset_checks:
        steps += [
            step_snapshot(step, definitions.resources, schemas) for step in steps_of_assets(checks)
        ]
    for item in definitions.assets:
        if isinstance(item, AssetSpec):
            assets.setdefault(item.key.to_user_string(), _asset(item, None, None, None))
    keys = {id(value): key for key, value in definitions.resources.items()}
    evaluated, jobs = check_snapshots(definitions), job_snapshots(definitions)
    elsewhere = [key for asset in assets.values() for key in asset.deps]
    for key in [*elsewhere, *(one.asset for one in evaluated)]:
        assets.setdefault(key, AssetSnapshot(key))
    return LocationSnapshot(
        assets=list(assets.values()),
        steps=steps,
        resources=[
            _resource(key, value, keys, key not in definitions.offered_resources)
            for key, value in sorted(definitions.resources.items())
        ],
        metadata=to_wire(normalize(definitions.metadata)),
        jobs=jobs,
        checks=evaluated,
        **_automation(definitions, [*assets.values(), *evaluated, *jobs]),
    )


def _automation(definitions: Definitions, made: Iterable[Any]) -> Dict[str, Any]:
    """Schedules and sensors, where there are any or a condition is to be evaluated.

    Their modules are loaded for those locations only.
    """
    if not (
        definitions.schedules
        or definitions.sensors
        or any(one.automation_condition is not None for one in made)
        or any(hasattr(one, "auto_observe_interval_minutes") for one in definitions.assets)
    ):
        return {}
    from atoll.graph.automation import schedule_snapshots, sensor_snapshots

    return {
        "schedules": schedule_snapshots(definitions),
        "sensors": sensor_snapshots(definitions),
    }


def _asset(
    spec: AssetSpec,
    made: Optional[Tuple[str, Any]],
    output: Optional[AssetOutput],
    assets: Optional[AssetsDefinition],
) -> AssetSnapshot:
    """An asset as data.

    Args:
        made: the key of the step that makes it, and that step's output.
        output: as which the function, or the graph, gives it back.
    """
    facts = {} if made is None else {"output": made[1].name, "is_optional": not made[1].is_required}
    return AssetSnapshot(
        key=_name(spec, "the key", spec.key.to_user_string()),
        step=None if made is None else made[0],
        deps=[_name(spec, "a dependency", d.asset_key.to_user_string()) for d in spec.deps],
        group=spec.group_name or "default",
        description=spec.description,
        metadata=to_wire(normalize(spec.metadata)) if spec.metadata else {},
        tags={name: _name(spec, "a tag", value) for name, value in spec.plain_tags.items()},
        owners=[_name(spec, "an owner", owner) for owner in spec.owners],
        kinds=spec.ordered_kinds,
        compute_kind=assets.compute_kind if assets is not None else None,
        code_version=spec.code_version,
        file=spec.source[0] if spec.source else None,
        line=spec.source[1] if spec.source else None,
        io_manager_key=output.io_manager_key if output else spec.io_manager_key,
        is_observable=assets is not None and assets.is_observable,
        **facts,
        **_policies(spec, assets),
    )


def _policies(spec: AssetSpec, assets: Optional[AssetsDefinition]) -> Dict[str, Any]:
    """What an asset says of partitions and automation, where it says anything."""
    found: Dict[str, Any] = {}
    if spec.partitions_def is not None:
        found["partitions"] = spec.partitions_def.to_wire()
        mappings = {
            dep.asset_key.to_user_string(): dep.partition_mapping.to_wire()
            for dep in spec.deps
            if dep.partition_mapping is not None
        }
        if mappings:
            found["partition_mappings"] = mappings
    if assets is not None and assets.backfill_policy is not None:
        found["backfill_partitions"] = assets.backfill_policy.max_partitions_per_run or 0
    if spec.automation_condition is not None:
        found["automation_condition"] = spec.automation_condition.to_wire()
    if spec.freshness_policy is not None:
        found["freshness_policy"] = spec.freshness_policy.to_wire()
    return found


def _name(spec: AssetSpec, what: str, text: str) -> str:
    """`text`, if others can name it: what is no UTF-8 cannot be typed, stored or shown."""
    clean = storable(text)
    if clean == text:
        return text
    raise DefinitionError(
        "%s of the asset '%s' holds characters that are no UTF-8: '%s'"
        % (what, storable(spec.key.to_user_string()), clean),
        code="definition.not_utf8",
        hint="a name out of a file's name may hold such; "
        "decode it with errors='replace', or give another one",
        source=spec.source,
    )


def _resource(key: str, value: Any, keys: Dict[int, str], is_bound: bool) -> ResourceSnapshot:
    cls = getattr(value, "resource_cls", None) or type(value)
    if isinstance(value, ResourceDefinition):
        required = sorted(value.required_resource_keys)
        schema = jsonable(value.config_schema.config_type.json_schema()) or None
        return ResourceSnapshot(key, value.__name__, value.description, schema, required, is_bound)
    schema = model_schema(cls)
    nested = nested_resources(value)
    doc = cls.__doc__ if schema is not None and "__doc__" in cls.__dict__ else None
    if schema is not None and nested:
        fields = value.nested_resources
        properties = schema.get("properties", {})
        schema = {
            **schema,
            "properties": {name: p for name, p in properties.items() if name not in fields},
        }
    required = sorted({keys[id(one)] for one in nested if id(one) in keys})
    return ResourceSnapshot(
        key, "%s.%s" % (cls.__module__, cls.__qualname__), doc, schema, required, is_bound
    )
