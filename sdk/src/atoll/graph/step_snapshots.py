"""Steps as data for the host."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional

from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.fields import jsonable
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.graph.steps import Step
from atoll_wire.snapshot import StepSnapshot


def step_snapshot(
    step: Step, resources: Mapping[str, Any], schemas: Dict[Any, Any]
) -> StepSnapshot:
    """A step as data.

    Args:
        resources: those that there are, by name.
        schemas: takes the JSON Schemas of config classes: many steps may share one.
    """
    required = set(step.required_resource_keys)
    for output in step.outputs:
        if output.io_manager_key in resources and output.type is not None:
            required.add(output.io_manager_key)
    for value in step.inputs:
        if value.input_manager_key:
            required.add(value.input_manager_key)
    policy, assets, over = step.retry_policy, step.assets, step.mapped_over
    is_part = assets is not None and assets.graph is not None
    return StepSnapshot(
        key=step.key,
        assets=[one.spec.key.to_user_string() for one in step.outputs if one.spec is not None],
        can_subset=step.can_subset,
        config_schema=_schema(step, schemas),
        required_resources=sorted(required - {DEFAULT_IO_MANAGER}),
        pool=step.pool,
        max_retries=policy.max_retries if policy is not None else 0,
        limits=None if step.limits.is_empty else step.limits,
        checks=[spec.key.to_user_string() for spec in step.check_specs],
        deps=step.needs,
        graph=assets.name if assets is not None and is_part else None,
        description=None if assets is not None else step.definition.description,
        inputs=_inputs(step),
        mapped_over=None if over is None else "%s:%s" % (over.step, over.output),
    )


def _inputs(step: Step) -> Dict[str, List[str]]:
    """By input, the outputs of earlier steps that it takes."""
    if not step.needs:
        return {}
    return {
        value.name: ["%s:%s" % (one.step, one.output) for one in value.upstream]
        for value in step.inputs
        if value.upstream
    }


def unsupported(steps: Iterable[Step]) -> Optional[str]:
    """What in the steps cannot be run on a host yet, or None."""
    mapped: List[str] = [step.key for step in steps if step.mapped_over is not None]
    if mapped:
        return (
            "'%s' is executed for each value of a dynamic output, which runs on a host come to "
            "with a later release; execute_in_process() runs it today" % mapped[0]
        )
    return None


def _schema(step: Step, schemas: Dict[Any, Any]) -> Optional[Dict[str, Any]]:
    config = step.function.config
    if config is None:
        if step.definition.config_schema is None:
            return None
        found = schema_of(step.definition).config_type.json_schema()
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
