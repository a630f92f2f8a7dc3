"""Names of Dagster's that Atoll does not have yet, and what to say about each."""

from __future__ import annotations

from typing import Dict, Optional, Sequence

from atoll.errors import nearest

_FAMILIES: Dict[str, str] = {
    "freshness_policy_sensor FreshnessPolicySensorContext FreshnessPolicySensorDefinition "
    "build_freshness_policy_sensor_context": "Dagster took it out; write a FreshnessPolicy, which "
    "is watched without a sensor, or a @sensor",
    "AutoMaterializeSensorDefinition": "write AutomationConditionSensorDefinition",
    "AutoMaterializeAssetPartitionsFilter": "write AutomationCondition.executed_with_tags(...)",
    "daily_schedule hourly_schedule weekly_schedule monthly_schedule "
    "build_asset_reconciliation_sensor": "Dagster took it out; write "
    "build_schedule_from_partitioned_job, or a ScheduleDefinition",
    "ComponentFormConfig": "Atoll's pages do not edit components; leave form_config out",
    "StateBackedComponent UPathDefsStateStorage DefsStateConfig DefsStateConfigArgs "
    "ResolvedDefsStateConfig": "components that keep a state come in a later release; read the "
    "state in build_defs",
    "SqlComponent TemplatedSqlComponent": "they come in a later release; write a Component whose "
    "asset runs the SQL",
    "RepositoryData create_repository_using_definitions_args": "write Definitions(...)",
    "Executor ExecutorRequirement InitExecutorContext StepLauncher StepRunRef run_step_from_ref "
    "external_instance_from_step_run_ref step_context_to_step_run_ref DefaultRunLauncher "
    "step_run_ref_to_step_context multiple_process_executor_requirements QueuedRunCoordinator "
    "SubmitRunContext StepExecutionContext": "Atoll starts each step in a process of its own; "
    "workspace.yaml and the settings say how many at a time",
    "config_from_files config_from_pkg_resources config_from_yaml_strings": "read the YAML, and "
    "give the dict that is in it",
    "serialize_value deserialize_value": "they write Dagster's own objects; json and pickle write "
    "yours",
    "DagsterRunNotFoundError DagsterEventLogInvalidForRun "
    "DagsterExecutionStepExecutionError "
    "DagsterSubprocessError DagsterTypeCheckError "
    "DagsterUnmetExecutorRequirementsError": "Atoll raises no such error; catch AtollError (which "
    "Dagster calls DagsterError)",
    "FileHandle LocalFileHandle local_file_manager custom_path_fs_io_manager": "they come in a "
    "later release; write an IO manager, or a file's path as an Output",
    "migrate_io_storage MigrateIOStorageResult": "load the values with one IO manager, and write "
    "them with the other",
    "JsonLogFormatter HookExecutionResult DagsterTypeLoaderContext TypeCheckContext MetadataEntry "
    "PendingNodeInvocation PaginatedResults resources": "it comes in a later release",
    "external_assets_from_specs": "put the AssetSpecs themselves into Definitions(assets=[...])",
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
