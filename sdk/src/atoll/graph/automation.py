"""Schedules and sensors as data, with what they select resolved against the location's assets."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.automation.condition_sensor import (
    DEFAULT_NAME,
    AutomationConditionSensorDefinition,
)
from atoll.definitions.automation.entity_subset import AssetJobKey
from atoll.definitions.automation.partitioned_schedule import (
    UnresolvedPartitionedAssetScheduleDefinition,
)
from atoll.definitions.automation.schedule_definition import (
    DefaultScheduleStatus,
    ScheduleDefinition,
)
from atoll.definitions.automation.sensor_definition import DefaultSensorStatus, SensorDefinition
from atoll.definitions.automation.target import AutomationTarget
from atoll.definitions.collection import Definitions
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import to_wire
from atoll.errors import DefinitionError, nearest
from atoll.graph.nodes import Node, nodes_of
from atoll.graph.resolved import resolved_job
from atoll_wire.selection_error import SelectionError
from atoll_wire.snapshot import ScheduleSnapshot, SensorSnapshot

_KINDS = {"AUTO_MATERIALIZE": "automation"}


def schedule_snapshots(definitions: Definitions) -> List[ScheduleSnapshot]:
    """The location's schedules, in order of declaration.

    Raises:
        DefinitionError: `definition.*` or `selection.*`.
    """
    if not definitions.schedules:
        return []
    nodes = nodes_of(definitions)
    return [_schedule(one, nodes, definitions) for one in schedules_of(definitions)]


def sensor_snapshots(definitions: Definitions) -> List[SensorSnapshot]:
    """The location's sensors, in order of declaration, and the one of its automation conditions.

    As in the field, what has a condition but is in no sensor's selection gets a sensor of its own,
    which is stopped until somebody starts it.

    Raises:
        DefinitionError: `definition.*` or `selection.*`.
    """
    conditioned = _conditioned(definitions)
    jobs = [
        one.name
        for one in definitions.jobs
        if getattr(one, "automation_condition", None) is not None
    ]
    if not (definitions.sensors or conditioned or jobs):
        return []
    nodes = nodes_of(definitions)
    found = [_sensor(one, nodes, definitions) for one in sensors_of(definitions)]
    covered = {key for one in found if one.kind == "automation" for key in one.assets}
    left = [key for key in conditioned if key not in covered]
    claimed = {name for one in found for name in one.conditioned_jobs}
    jobs = [name for name in jobs if name not in claimed]
    if (left or jobs) and all(one.name != DEFAULT_NAME for one in found):
        keys = [AssetJobKey(name) for name in jobs]
        made = AutomationConditionSensorDefinition(
            DEFAULT_NAME, target=AssetSelection.all(), asset_job_keys=keys
        )
        found.append(_described(made, assets=left, file=None, line=None))
    return found


def schedules_of(definitions: Definitions) -> List[ScheduleDefinition]:
    """The schedules, those of a partitioned job of assets resolved.

    Raises:
        DefinitionError: `definition.not_a_schedule` or `definition.duplicate_automation`.
    """
    _check_names(definitions)
    found = []
    for item in _once(definitions.schedules):
        one = resolved_schedule(item, definitions)
        if not isinstance(one, ScheduleDefinition):
            raise _misplaced(item, "schedules", "schedule", definitions)
        found.append(one)
    return found


def resolved_schedule(item: Any, definitions: Definitions) -> Any:
    """The schedule, with the partitions known that it follows, if it follows some."""
    if isinstance(item, UnresolvedPartitionedAssetScheduleDefinition):
        return item.resolve(resolved_job(item.job, definitions).partitions_def)
    return item


def sensors_of(definitions: Definitions) -> List[SensorDefinition]:
    """The sensors, each once.

    Raises:
        DefinitionError: `definition.not_a_sensor` or `definition.duplicate_automation`.
    """
    _check_names(definitions)
    for item in definitions.sensors:
        if not isinstance(item, SensorDefinition):
            raise _misplaced(item, "sensors", "sensor", definitions)
    return _once(definitions.sensors)


def _schedule(
    item: ScheduleDefinition, nodes: Dict[str, Node], definitions: Definitions
) -> ScheduleSnapshot:
    _check_resources(item, definitions)
    _check_job(item, item.target, definitions)
    selection = item.target.selection
    return ScheduleSnapshot(
        name=item.name,
        job=item.job_name if selection is None else None,
        assets=[] if selection is None else _made(item, selection, nodes),
        cron=item.crons,
        timezone=item.execution_timezone,
        is_running=item.default_status is DefaultScheduleStatus.RUNNING,
        description=item.description,
        tags=item.tags,
        metadata=to_wire(item.metadata),
        owners=item.owners,
        required_resources=sorted(item.required_resource_keys),
        file=item.source[0] if item.source else None,
        line=item.source[1] if item.source else None,
    )


def _sensor(
    item: SensorDefinition, nodes: Dict[str, Node], definitions: Definitions
) -> SensorSnapshot:
    _check_resources(item, definitions)
    assets: List[str] = []
    if item.asset_selection is not None:
        assets = _made(item, item.asset_selection, nodes)
    for target in item.targets:
        _check_job(item, target, definitions)
        if target.selection is not None:
            assets = _made(item, target.selection, nodes)
    return _described(
        item,
        jobs=[target.job_name for target in item.targets if target.selection is None],
        assets=assets,
        monitored_assets=_monitored(item, nodes),
        monitored_jobs=[job.name for job in getattr(item, "monitored_jobs", ())],
        file=item.source[0] if item.source else None,
        line=item.source[1] if item.source else None,
    )


def _described(item: SensorDefinition, **facts: Any) -> SensorSnapshot:
    kind, condition = item.sensor_type.value, getattr(item, "default_condition", None)
    return SensorSnapshot(
        name=item.name,
        kind=_KINDS.get(kind, kind.lower()),
        minimum_interval_s=item.minimum_interval_seconds,
        is_running=item.default_status is DefaultSensorStatus.RUNNING,
        description=item.description,
        tags=item.tags,
        metadata=to_wire(item.metadata),
        owners=item.owners,
        required_resources=sorted(item.required_resource_keys),
        run_status=getattr(item, "status_name", None),
        monitors_every_location=getattr(item, "monitor_all_code_locations", False),
        run_tags=getattr(item, "run_tags", {}),
        conditioned_jobs=sorted(key.job_name for key in getattr(item, "asset_job_keys", ())),
        default_condition=None if condition is None else condition.to_wire(),
        evaluates_in_location=getattr(item, "use_user_code_server", False),
        **facts,
    )


def _monitored(item: Any, nodes: Dict[str, Node]) -> List[str]:
    if hasattr(item, "asset_key"):
        return [item.asset_key.to_user_string()]
    watched = getattr(item, "monitored_assets", ())
    if isinstance(watched, AssetSelection):
        return _resolved(item, watched, nodes)
    return [AssetKey.from_coercible(key).to_user_string() for key in watched]


def _made(item: Any, selection: AssetSelection, nodes: Dict[str, Node]) -> List[str]:
    """The assets of a selection that the location makes, or observes."""
    return [key for key in _resolved(item, selection, nodes) if nodes[key].step is not None]


def _resolved(item: Any, selection: AssetSelection, nodes: Dict[str, Node]) -> List[str]:
    try:
        return sorted(key.to_user_string() for key in selection.resolve(nodes))
    except SelectionError as error:
        raise DefinitionError(
            "the selection of %s: %s" % (item.what, error), code=error.code, source=item.source
        ) from None


def _conditioned(definitions: Definitions) -> List[str]:
    """Keys of what has an automation condition and can be made here: assets, and then checks."""
    found: List[str] = []
    checks: List[str] = []
    for item in [*definitions.assets, *definitions.asset_checks]:
        interval = getattr(item, "auto_observe_interval_minutes", None)
        for spec in getattr(item, "specs", ()):
            if spec.automation_condition is not None or interval is not None:
                found.append(spec.key.to_user_string())
        for output in getattr(item, "check_outputs", ()):
            if output.check.automation_condition is not None:
                checks.append(output.check.key.to_user_string())
    return found + checks


def _check_names(definitions: Definitions) -> None:
    seen: Dict[str, Any] = {}
    for item in [*definitions.schedules, *definitions.sensors]:
        name = getattr(item, "name", None)
        first = item if name is None else seen.setdefault(name, item)
        if first is not item:
            place = " first in %s:%s," % first.source if first.source else ""
            raise DefinitionError(
                "two schedules or sensors are called '%s':%s again here" % (name, place),
                code="definition.duplicate_automation",
                hint="give one of them another name",
                source=item.source,
            )


def _check_job(item: Any, target: AutomationTarget, definitions: Definitions) -> None:
    known = [job.name for job in definitions.jobs]
    if target.selection is None and not target.has_job_def and target.job_name not in known:
        raise DefinitionError(
            "%s runs the job '%s', which was not found among these Definitions"
            % (item.what, target.job_name),
            code="definition.unknown_job",
            hint=nearest(target.job_name, known) or "add it to Definitions(jobs=[...])",
            source=item.source,
        )


def _check_resources(item: Any, definitions: Definitions) -> None:
    known = list(definitions.resources)
    for key in sorted(item.required_resource_keys):
        if key not in definitions.resources:
            raise DefinitionError(
                "%s needs the resource '%s', which no Definitions here provide" % (item.what, key),
                code="definition.missing_resource",
                hint=nearest(key, known) or "add resources={'%s': ...} to the Definitions" % key,
                source=item.source,
            )


def _misplaced(item: Any, where: str, what: str, definitions: Definitions) -> DefinitionError:
    if callable(item) and not isinstance(item, (ScheduleDefinition, SensorDefinition)):
        hint = "decorate %s with @%s" % (getattr(item, "__name__", "it"), what)
    elif isinstance(item, (list, tuple)):
        hint = "put a * before the list to unpack it"
    else:
        hint = "pass what @%s or %sDefinition made" % (what, what.capitalize())
    return DefinitionError(
        "'%s' holds %.80r, which is no %s" % (where, item, what),
        code="definition.not_a_schedule" if what == "schedule" else "definition.not_a_sensor",
        hint=hint,
        source=definitions.source,
    )


def _once(items: Iterable[Any]) -> List[Any]:
    return list({id(item): item for item in items}.values())
