"""The definitions as data for the host. Values of secrets and variables never enter it."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from atoll.definitions.assets.assets_definition import AssetOutput, AssetsDefinition
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.fields import jsonable
from atoll.definitions.metadata.values import normalize, to_wire
from atoll.definitions.resources.resource import ResourceDefinition, nested_resources
from atoll.errors import DefinitionError
from atoll.graph.check import DEFAULT_IO_MANAGER, check
from atoll.graph.jobs import job_snapshots
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
            steps.append(_step(item, definitions, schemas))
            for output in item.outputs:
                found = _asset(output.spec, item.name, output)
                assets[found.key] = found
    for item in definitions.assets:
        if isinstance(item, AssetSpec):
            assets.setdefault(item.key.to_user_string(), _asset(item, None, None))
    for asset in list(assets.values()):
        for key in asset.deps:
            if key not in assets:
                assets[key] = AssetSnapshot(key)
    keys = {id(value): key for key, value in definitions.resources.items()}
    return LocationSnapshot(
        assets=list(assets.values()),
        steps=steps,
        resources=[
            _resource(key, value, keys) for key, value in sorted(definitions.resources.items())
        ],
        metadata=to_wire(normalize(definitions.metadata)),
        jobs=job_snapshots(definitions),
    )


def _asset(spec: AssetSpec, step: Optional[str], output: Optional[AssetOutput]) -> AssetSnapshot:
    return AssetSnapshot(
        key=_name(spec, "the key", spec.key.to_user_string()),
        step=step,
        deps=[_name(spec, "a dependency", d.asset_key.to_user_string()) for d in spec.deps],
        group=spec.group_name or "default",
        description=spec.description,
        metadata=to_wire(normalize(spec.metadata)) if spec.metadata else {},
        tags={name: _name(spec, "a tag", value) for name, value in spec.tags.items()},
        owners=[_name(spec, "an owner", owner) for owner in spec.owners],
        kinds=spec.kinds,
        code_version=spec.code_version,
        file=spec.source[0] if spec.source else None,
        line=spec.source[1] if spec.source else None,
        io_manager_key=output.io_manager_key if output else spec.io_manager_key,
    )


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


def _step(
    item: AssetsDefinition, definitions: Definitions, schemas: Dict[Any, Any]
) -> StepSnapshot:
    required = set(item.required_resource_keys)
    for output in item.outputs:
        if output.io_manager_key in definitions.resources and output.type is not None:
            required.add(output.io_manager_key)
    for value in item.inputs:
        if value.input_manager_key:
            required.add(value.input_manager_key)
    policy = item.retry_policy
    return StepSnapshot(
        key=item.name,
        assets=[output.spec.key.to_user_string() for output in item.outputs],
        can_subset=item.can_subset,
        config_schema=_step_schema(item, schemas),
        required_resources=sorted(required - {DEFAULT_IO_MANAGER}),
        pool=item.pool,
        max_retries=policy.max_retries if policy is not None else 0,
        limits=None if item.limits.is_empty else item.limits,
    )


def _step_schema(item: AssetsDefinition, schemas: Dict[Any, Any]) -> Optional[Dict[str, Any]]:
    config = item.function.config
    if config is None:
        if item.config_schema is None:
            return None
        found = schema_of(item).config_type.json_schema()
        return jsonable(found) if found else None
    annotation = config.annotation
    if annotation not in schemas:
        schemas[annotation] = model_schema(annotation) or {}
    return schemas[annotation]  # type: ignore[no-any-return]


def model_schema(cls: Any) -> Optional[Dict[str, Any]]:
    """The JSON Schema of the config of a pydantic class, or None where it has none."""
    make = getattr(cls, "config_json_schema", None) or getattr(cls, "model_json_schema", None)
    if make is None:
        return None
    try:
        found: Optional[Dict[str, Any]] = make()
    except Exception:  # a field of a type that JSON Schema cannot express
        return None
    return found


def _resource(key: str, value: Any, keys: Dict[int, str]) -> ResourceSnapshot:
    cls = getattr(value, "resource_cls", None) or type(value)
    if isinstance(value, ResourceDefinition):
        required = sorted(value.required_resource_keys)
        schema = jsonable(value.config_schema.config_type.json_schema()) or None
        return ResourceSnapshot(key, value.__name__, value.description, schema, required)
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
        key, "%s.%s" % (cls.__module__, cls.__qualname__), doc, schema, required
    )
