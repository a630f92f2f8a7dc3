"""The sensor that evaluates the automation conditions of assets."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, Mapping, Optional

from atoll.definitions.automation.condition import AutomationCondition
from atoll.definitions.automation.entity_subset import AssetJobKey
from atoll.definitions.automation.sensor_definition import (
    DefaultSensorStatus,
    SensorDefinition,
    SensorType,
)
from atoll.definitions.source import caller_source
from atoll.definitions.validation import text_tags
from atoll.errors import ParameterError

DEFAULT_NAME = "default_automation_condition_sensor"
"""The sensor of the assets that have a condition, but are in no sensor's selection."""
EMIT_BACKFILLS = "dagster/emit_backfills"


class AutomationConditionSensorDefinition(SensorDefinition):
    """Evaluates the automation conditions of some assets, and asks for the runs that they call for.

    Args:
        name: unique among the location's schedules and sensors.
        target: a selection of assets: as text or object, assets, or keys.
        tags: for searching; its runs do not get them.
        run_tags: of its runs.
        default_status: whether it runs before anybody has started or stopped it.
        minimum_interval_seconds: the least time between evaluations; 30 by default.
        description: Markdown.
        metadata: facts about the sensor.
        emit_backfills: whether it starts one backfill, rather than a run each, where several
            partitions of an asset are called for.
        use_user_code_server: whether the location evaluates the conditions, rather than the host:
            needed for conditions of classes of your own.
        default_condition: the condition of those assets that have none. Needs
            `use_user_code_server`.
        asset_job_keys: the jobs whose own conditions it evaluates.

    Raises:
        DefinitionError: `definition.*`.
        ParameterError: `default_condition` is no condition, or would have no effect; or
            `asset_job_keys` beside `use_user_code_server`.
    """

    def __init__(
        self,
        name: str,
        *,
        target: Any,
        tags: Optional[Mapping[str, Any]] = None,
        run_tags: Optional[Mapping[str, Any]] = None,
        default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
        minimum_interval_seconds: Optional[int] = None,
        description: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        emit_backfills: bool = True,
        use_user_code_server: bool = False,
        default_condition: Optional[AutomationCondition[Any]] = None,
        asset_job_keys: Optional[Iterable[AssetJobKey]] = None,
    ):
        marked = {EMIT_BACKFILLS: True} if emit_backfills else {}
        super().__init__(
            name,
            evaluation_fn=_not_here,
            minimum_interval_seconds=minimum_interval_seconds,
            description=description,
            default_status=default_status,
            asset_selection=target,
            tags=tags,
            metadata={**(metadata or {}), **marked},
        )
        self.asset_job_keys: FrozenSet[AssetJobKey] = frozenset(asset_job_keys or ())
        self._check(default_condition, use_user_code_server)
        self.run_tags: Dict[str, str] = text_tags(self.what, run_tags, caller_source())
        self.default_condition = default_condition
        self.use_user_code_server = use_user_code_server
        self.emit_backfills = emit_backfills
        self.sensor_type = (
            SensorType.AUTOMATION if use_user_code_server else SensorType.AUTO_MATERIALIZE
        )

    def _check(self, default_condition: Any, use_user_code_server: bool) -> None:
        if default_condition is not None and not isinstance(default_condition, AutomationCondition):
            raise ParameterError(
                "the default_condition of %s is %.80r, not an AutomationCondition"
                % (self.what, default_condition)
            )
        if default_condition is not None and not use_user_code_server:
            raise ParameterError(
                "%s has a default_condition, which is not supported for non-user-code sensors"
                % self.what,
                hint="write use_user_code_server=True",
            )
        if self.asset_job_keys and use_user_code_server:
            raise ParameterError(
                "%s has asset_job_keys, and conditions of jobs are evaluated by the host"
                % self.what,
                hint="leave use_user_code_server out",
            )


def _not_here() -> None:
    raise NotImplementedError(
        "Automation condition sensors cannot be evaluated like regular ones: the host evaluates "
        "conditions, with a coming release of Atoll"
    )
