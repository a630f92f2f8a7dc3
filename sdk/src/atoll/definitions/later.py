"""Names of Dagster's that Atoll does not have yet, and what to say about each."""

from __future__ import annotations

from typing import Dict, Optional, Sequence

from atoll.errors import nearest

_FAMILIES: Dict[str, str] = {
    "op job graph In Out Nothing GraphOut GraphIn DynamicOut DynamicOutput JobDefinition "
    "OpDefinition GraphDefinition graph_asset graph_multi_asset repository "
    "build_op_context success_hook failure_hook HookContext "
    "in_process_executor multiprocess_executor": "ops and jobs of ops come in a later "
    "release; write @asset functions, and define_asset_job for jobs",
    "schedule sensor ScheduleDefinition SensorDefinition ScheduleEvaluationContext "
    "SensorEvaluationContext SensorResult RunRequest SkipReason asset_sensor multi_asset_sensor "
    "run_status_sensor run_failure_sensor DefaultSensorStatus DefaultScheduleStatus "
    "build_schedule_from_partitioned_job build_sensor_context build_schedule_context "
    "RunStatusSensorContext RunFailureSensorContext": "schedules and sensors come in a later "
    "release",
    "asset_check multi_asset_check AssetCheckExecutionContext AssetChecksDefinition": "checks "
    "come in a later release",
    "AutomationCondition AutoMaterializePolicy FreshnessPolicy AutoMaterializeRule "
    "AutomationConditionSensorDefinition": "declarative automation comes in a later release",
    "PipesSubprocessClient PipesClient open_pipes_session": "pipes come in a later release",
    "Component Model Resolvable ComponentLoadContext load_from_defs_folder load_defs": "components "
    "come in a later release; put a Definitions object into your module",
    "DagsterType PythonObjectDagsterType usable_as_dagster_type dagster_type_loader "
    "TypeCheck check_dagster_type": "annotate the function with Python types instead",
    "external_assets_from_specs": "put the AssetSpecs themselves into Definitions(assets=[...])",
    "SourceAsset observable_source_asset": "write AssetSpec(key) for an asset that something "
    "else makes",
}


def sentence(name: str) -> Optional[str]:
    """When to expect a name of Dagster's, or what to use instead; None where it is unknown."""
    for names, text in _FAMILIES.items():
        if name in names.split():
            return text
    return None


def explain(name: str, known: Sequence[str]) -> Exception:
    """The error for a name that `atoll` lacks; says what to use instead, where that is known."""
    text = sentence(name)
    if text is not None:
        return ImportError("atoll has no '%s' yet: %s" % (name, text))
    hint = nearest(name, known)
    return AttributeError("module 'atoll' has no '%s'%s" % (name, "; " + hint if hint else ""))
