"""Where each public name lives: read by `atoll/__init__.py`, and by `make gen` for its types."""

from __future__ import annotations

from typing import Dict

BY_MODULE: Dict[str, str] = {
    "components.component": "Component component_instance ComponentTypeSpec",
    "components.composites": "DefsFolderComponent",
    "components.core_models": (
        "AssetAttributesModel ResolvedAssetCheckSpec ResolvedAssetKey ResolvedAssetSpec"
    ),
    "components.definitions_component": "DefinitionsComponent",
    "components.function_component": "FunctionComponent",
    "components.load_context": "ComponentLoadContext",
    "components.loading": (
        "build_component_defs build_defs_for_component component_defs load_defs "
        "load_from_defs_folder"
    ),
    "components.model": "Injected Model Resolver",
    "components.resolution": "ResolutionContext",
    "components.resolvable": "Resolvable",
    "components.scaffolding": "scaffold_component scaffold_with Scaffolder ScaffoldRequest",
    "components.script_components": "PythonScriptComponent UvRunComponent",
    "components.template_vars": "template_var",
    "components.testing": (
        "get_all_components_defs_within_project get_component_defs_within_project"
    ),
    "components.tree": "ComponentTree",
    "definitions.asset_events": "AssetMaterialization AssetObservation ExpectationResult",
    "definitions.assets.asset_decorator": "asset",
    "definitions.assets.assets_definition": "AssetsDefinition",
    "definitions.assets.graph_asset_decorator": "graph_asset graph_multi_asset",
    "definitions.assets.loaders": (
        "load_assets_from_current_module load_assets_from_modules "
        "load_assets_from_package_module load_assets_from_package_name"
    ),
    "definitions.checks.loaders": (
        "load_asset_checks_from_current_module load_asset_checks_from_modules "
        "load_asset_checks_from_package_module load_asset_checks_from_package_name"
    ),
    "definitions.module_definitions": (
        "load_definitions_from_current_module load_definitions_from_module "
        "load_definitions_from_modules load_definitions_from_package_module "
        "load_definitions_from_package_name"
    ),
    "definitions.assets.multi_asset_decorator": "multi_asset",
    "definitions.assets.selection": "AssetSelection",
    "definitions.assets.source_asset": (
        "multi_observable_source_asset observable_source_asset SourceAsset"
    ),
    "definitions.assets.specs": "AssetDep AssetIn AssetOut AssetSpec map_asset_specs",
    "definitions.automation.asset_sensor": "asset_sensor AssetSensorDefinition",
    "definitions.automation.auto_materialize": "AutoMaterializePolicy AutoMaterializeRule",
    "definitions.automation.condition": "AutomationCondition",
    "definitions.automation.condition_evaluation": "AutomationContext AutomationResult",
    "definitions.automation.condition_operators": (
        "AndAutomationCondition NotAutomationCondition OrAutomationCondition"
    ),
    "definitions.automation.condition_sensor": "AutomationConditionSensorDefinition",
    "definitions.automation.entity_subset": "AssetJobKey",
    "definitions.automation.failure_email": "make_email_on_run_failure_sensor",
    "definitions.automation.freshness": (
        "apply_freshness_policy FreshnessPolicy InternalFreshnessPolicy LegacyFreshnessPolicy"
    ),
    "definitions.automation.multi_asset_context": (
        "build_multi_asset_sensor_context MultiAssetSensorEvaluationContext"
    ),
    "definitions.automation.multi_asset_sensor": "multi_asset_sensor MultiAssetSensorDefinition",
    "definitions.automation.partitioned_schedule": (
        "build_schedule_from_partitioned_job schedule_from_partitions"
    ),
    "definitions.automation.run_request": "RunRequest SkipReason",
    "definitions.automation.run_status_context": (
        "build_run_status_sensor_context RunFailureSensorContext RunStatusSensorContext"
    ),
    "definitions.automation.run_status_sensor": (
        "run_failure_sensor run_status_sensor RunStatusSensorDefinition"
    ),
    "definitions.automation.schedule_context": "build_schedule_context ScheduleEvaluationContext",
    "definitions.automation.schedule_decorator": "schedule",
    "definitions.automation.schedule_definition": "DefaultScheduleStatus ScheduleDefinition",
    "definitions.automation.selectors": "CodeLocationSelector JobSelector RepositorySelector",
    "definitions.automation.sensor_context": "build_sensor_context SensorEvaluationContext",
    "definitions.automation.sensor_decorator": "sensor",
    "definitions.automation.sensor_definition": "DefaultSensorStatus SensorDefinition SensorType",
    "definitions.automation.sensor_result": "SensorResult",
    "definitions.checks.decorators": "asset_check AssetChecksDefinition multi_asset_check",
    "definitions.checks.factories": (
        "build_column_schema_change_checks build_metadata_bounds_checks"
    ),
    "definitions.checks.freshness_checks": (
        "build_last_update_freshness_checks build_time_partition_freshness_checks"
    ),
    "definitions.checks.freshness_sensor": "build_sensor_for_freshness_checks",
    "definitions.checks.results": "AssetCheckEvaluation AssetCheckResult",
    "definitions.checks.specs": "AssetCheckKey AssetCheckSeverity AssetCheckSpec",
    "definitions.collection": "Definitions",
    "definitions.config.env": "EnvVar",
    "definitions.config.fields": "Field Permissive PermissiveShape Selector Shape",
    "definitions.config.mapping": "config_mapping ConfigMapping",
    "definitions.config.model": "Config PermissiveConfig",
    "definitions.config.run_config": "RunConfig",
    "definitions.config.schema": "configured",
    "definitions.config.types": (
        "Array Bool BoolSource Enum EnumValue Float Int IntSource Map Noneable ScalarUnion "
        "String StringSource"
    ),
    "definitions.data_versions": "DataProvenance DataVersion DataVersionsByPartition",
    "definitions.jobs.asset_job": "define_asset_job",
    "definitions.keys": "AssetKey CoercibleToAssetKey",
    "definitions.lazy": "definitions",
    "definitions.logger": "get_atoll_logger get_dagster_logger",
    "definitions.loggers": (
        "build_init_logger_context colored_console_logger default_loggers "
        "default_system_loggers InitLoggerContext json_console_logger logger LoggerDefinition"
    ),
    "definitions.metadata.code_references": (
        "AnchorBasedFilePathMapping CodeReferencesMetadataValue FilePathMapping "
        "link_code_references_to_git LocalFileCodeReference UrlCodeReference "
        "with_source_code_references"
    ),
    "definitions.metadata.kinds": (
        "BoolMetadataValue DagsterAssetMetadataValue DagsterJobMetadataValue "
        "DagsterRunMetadataValue FloatMetadataValue IntMetadataValue JsonMetadataValue "
        "MarkdownMetadataValue NotebookMetadataValue NullMetadataValue PathMetadataValue "
        "PoolMetadataValue PythonArtifactMetadataValue TableColumnLineageMetadataValue "
        "TableMetadataValue TableSchemaMetadataValue TextMetadataValue TimestampMetadataValue "
        "UrlMetadataValue"
    ),
    "definitions.metadata.metadata_sets": "TableMetadataSet",
    "definitions.metadata.tables": (
        "TableColumn TableColumnConstraints TableColumnDep TableColumnLineage TableConstraints "
        "TableRecord TableSchema"
    ),
    "definitions.metadata.values": "MetadataValue",
    "definitions.ops.container_types": "Any Dict List Optional Set Tuple",
    "definitions.ops.dependencies": (
        "DependencyDefinition InputMapping MultiDependencyDefinition NodeInvocation OutputMapping"
    ),
    "definitions.ops.dynamic_output": "DynamicOutput",
    "definitions.ops.executors": (
        "executor ExecutorDefinition in_process_executor multi_or_in_process_executor "
        "multiprocess_executor"
    ),
    "definitions.ops.graph_decorator": "graph job",
    "definitions.ops.graph_definition": "GraphDefinition",
    "definitions.ops.hooks": "failure_hook HookDefinition success_hook",
    "definitions.ops.job_definition": "JobDefinition",
    "definitions.ops.op_decorator": "op",
    "definitions.ops.op_definition": "OpDefinition",
    "definitions.ops.ports": "DynamicOut GraphIn GraphOut In Out",
    "definitions.ops.type_loaders": "dagster_type_loader DagsterTypeLoader",
    "definitions.ops.types": (
        "check_dagster_type DagsterType make_python_type_usable_as_dagster_type Nothing "
        "PythonObjectDagsterType TypeCheck usable_as_dagster_type"
    ),
    "definitions.outcomes": "Failure MaterializeResult ObserveResult Output RetryRequested",
    "definitions.partitions.backfill_policy": "BackfillPolicy",
    "definitions.partitions.cadence": "ScheduleType",
    "definitions.partitions.context": "partition_loading_context",
    "definitions.partitions.definition": "PartitionsDefinition StaticPartitionsDefinition",
    "definitions.partitions.dimension_mapping": (
        "DimensionPartitionMapping MultiPartitionMapping MultiToSingleDimensionPartitionMapping"
    ),
    "definitions.partitions.dynamic": (
        "AddDynamicPartitionsRequest DeleteDynamicPartitionsRequest DynamicPartitionsDefinition"
    ),
    "definitions.partitions.keys": "MultiPartitionKey Partition PartitionKeyRange TimeWindow",
    "definitions.partitions.mapping": (
        "AllPartitionMapping IdentityPartitionMapping LastPartitionMapping PartitionMapping "
        "SpecificPartitionsPartitionMapping StaticPartitionMapping"
    ),
    "definitions.partitions.multi": "MultiPartitionsDefinition",
    "definitions.partitions.partitioned_config": (
        "daily_partitioned_config dynamic_partitioned_config hourly_partitioned_config "
        "monthly_partitioned_config partitioned_config PartitionedConfig "
        "static_partitioned_config weekly_partitioned_config"
    ),
    "definitions.partitions.regular": (
        "DailyPartitionsDefinition HourlyPartitionsDefinition MonthlyPartitionsDefinition "
        "WeeklyPartitionsDefinition"
    ),
    "definitions.partitions.time_windows": "TimeWindowPartitionsDefinition",
    "definitions.partitions.window_mapping": "TimeWindowPartitionMapping",
    "definitions.paths": "file_relative_path",
    "definitions.policies": "Backoff Jitter RetryPolicy",
    "definitions.repository": "repository RepositoryDefinition",
    "definitions.resources.adapters": (
        "ConfigurableLegacyResourceAdapter IAttachDifferentObjectToOpContext"
    ),
    "definitions.resources.configurable": (
        "ConfigurableResource ConfigurableResourceFactory ResourceDependency"
    ),
    "definitions.resources.init_context": "InitResourceContext",
    "definitions.resources.resource": (
        "io_manager IOManagerDefinition make_values_resource resource ResourceDefinition "
        "ResourceParam"
    ),
    "errors": (
        "AtollError CheckFailedError ConfigDefinitionError ConfigError ConfigMappingError "
        "DefinitionError ExecutionInterrupted InvariantError InvocationError MetadataError "
        "MissingValueError OutputNotFoundError ParameterError PipesExecutionError PropertyError "
        "ResolutionError ResourceFunctionError StepNotFoundError StoredValueError SubsetError "
        "TypeCheckError "
        "UnknownPartitionError UnknownResourceError UserCodeError"
    ),
    "execution.execute_job": "execute_job JobExecutionResult",
    "execution.built_contexts": "build_asset_check_context build_asset_context build_op_context",
    "execution.context": "AssetCheckExecutionContext AssetExecutionContext OpExecutionContext",
    "execution.hooks": "build_hook_context HookContext",
    "execution.loading": "AssetValueLoader",
    "execution.materialize": "materialize materialize_to_memory observe",
    "execution.reconstruct": "build_reconstructable_job reconstructable",
    "execution.reexecution": "ReexecutionOptions",
    "execution.resources": (
        "build_init_resource_context build_resources UnboundInitResourceContext with_resources"
    ),
    "execution.result": "ExecuteInProcessResult",
    "execution.run_config": "validate_run_config",
    "instance.asset_records": "AssetPartitionStatus",
    "instance.entries": (
        "AssetRecordsFilter EventLogEntry EventLogRecord EventRecordsFilter EventRecordsResult "
        "RunShardedEventsCursor RunStatusChangeRecordsFilter"
    ),
    "instance.event_types": "DagsterEventType",
    "instance.events": "DagsterEvent",
    "instance.instance": "DagsterInstance instance_for_test",
    "instance.runs": "DagsterRun DagsterRunStatus RunRecord RunsFilter",
    "io.built_contexts": "build_input_context build_output_context",
    "io.configurable": (
        "ConfigurableIOManager ConfigurableIOManagerFactory ConfigurableLegacyIOManagerAdapter "
        "FilesystemIOManager"
    ),
    "io.contexts": "InputContext OutputContext",
    "io.filesystem": "fs_io_manager",
    "io.input_manager": "input_manager InputManagerDefinition",
    "io.manager": "InputManager IOManager",
    "io.memory": "InMemoryIOManager mem_io_manager",
    "io.typed": "TypedIOManager",
    "io.upath": "UPathIOManager",
    "pipes.client": "PipesClient PipesClientCompletedInvocation",
    "pipes.injectors": (
        "PipesContextInjector PipesEnvContextInjector PipesFileContextInjector "
        "PipesTempFileContextInjector"
    ),
    "pipes.messages": "PipesExecutionResult PipesLaunchedData PipesMessageHandler",
    "pipes.readers": (
        "PipesCompositeMessageReader PipesFileMessageReader PipesMessageReader "
        "PipesTempFileMessageReader"
    ),
    "pipes.session": "open_pipes_session PipesSession",
    "pipes.subprocess_client": "PipesSubprocessClient",
    "pipes.threaded_reader": "PipesBlobStoreMessageReader PipesLogReader",
    "testing.conditions": "evaluate_automation_conditions EvaluateAutomationConditionsResult",
}
"""By module below `atoll`, the names that it gives."""

NAMES: Dict[str, str] = {
    name: module for module, names in BY_MODULE.items() for name in names.split()
}
"""By name, the module that gives it."""
