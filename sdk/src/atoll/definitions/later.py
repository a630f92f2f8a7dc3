"""Names of Dagster's that Atoll does not have yet, and what to say about each."""

from __future__ import annotations

from typing import Dict, Optional, Sequence

from atoll.errors import nearest

_FAMILIES: Dict[str, str] = {
    "op job graph In Out Nothing GraphOut GraphIn DynamicOut DynamicOutput JobDefinition "
    "OpDefinition GraphDefinition graph_asset graph_multi_asset "
    "build_op_context success_hook failure_hook HookContext "
    "in_process_executor multiprocess_executor": "ops and jobs of ops come in a later "
    "release; write @asset functions, and define_asset_job for jobs",
    "asset_check multi_asset_check AssetCheckExecutionContext AssetChecksDefinition": "checks "
    "come in a later release",
    "evaluate_automation_conditions EvaluateAutomationConditionsResult": "conditions are declared "
    "now, and evaluated with a coming release",
    "freshness_policy_sensor FreshnessPolicySensorContext FreshnessPolicySensorDefinition "
    "build_freshness_policy_sensor_context": "Dagster took it out; write a FreshnessPolicy, which "
    "is watched without a sensor, or a @sensor",
    "AutoMaterializeSensorDefinition": "write AutomationConditionSensorDefinition",
    "AutoMaterializeAssetPartitionsFilter": "write AutomationCondition.executed_with_tags(...)",
    "daily_schedule hourly_schedule weekly_schedule monthly_schedule "
    "build_asset_reconciliation_sensor": "Dagster took it out; write "
    "build_schedule_from_partitioned_job, or a ScheduleDefinition",
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
