"""Checks as data for the host."""

from __future__ import annotations

from typing import Any, Dict, List

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.collection import Definitions
from atoll.definitions.metadata.values import normalize, to_wire
from atoll.errors import DefinitionError
from atoll.graph.steps import steps_of_assets
from atoll_wire.snapshot import CheckSnapshot


def check_snapshots(definitions: Definitions) -> List[CheckSnapshot]:
    """The checks, in order of declaration: those of assets' functions first.

    Raises:
        DefinitionError: `definition.duplicate_check`.
    """
    found: Dict[str, CheckSnapshot] = {}
    for item in [*definitions.assets, *definitions.asset_checks]:
        if not isinstance(item, AssetsDefinition) or not item.check_outputs:
            continue
        steps = {spec.key: step.key for step in steps_of_assets(item) for spec in step.check_specs}
        for output in item.check_outputs:
            made = _check(output.check, steps.get(output.check.key, item.name))
            if made.key in found:
                raise DefinitionError(
                    "the check '%s' of the asset '%s' is defined twice" % (made.name, made.asset),
                    code="definition.duplicate_check",
                    hint="give one of them another name",
                    source=output.check.source,
                )
            found[made.key] = made
    return list(found.values())


def _check(spec: Any, step: str) -> CheckSnapshot:
    condition, partitions = spec.automation_condition, spec.partitions_def
    return CheckSnapshot(
        asset=spec.asset_key.to_user_string(),
        name=spec.name,
        step=step,
        description=spec.description,
        is_blocking=spec.blocking,
        deps=[dep.asset_key.to_user_string() for dep in spec.additional_deps],
        metadata=to_wire(normalize(spec.metadata)) if spec.metadata else {},
        partitions=None if partitions is None else partitions.to_wire(),
        automation_condition=None if condition is None else condition.to_wire(),
        file=spec.source[0] if spec.source else None,
        line=spec.source[1] if spec.source else None,
    )
