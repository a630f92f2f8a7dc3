"""Define data assets in isolated code locations: what user code imports."""

# Made by `make gen` of public_names.py.

from atoll.components.component import (
    Component as Component,
    component_instance as component_instance,
    ComponentTypeSpec as ComponentTypeSpec,
)
from atoll.components.composites import (
    DefsFolderComponent as DefsFolderComponent,
)
from atoll.components.core_models import (
    AssetAttributesModel as AssetAttributesModel,
    ResolvedAssetCheckSpec as ResolvedAssetCheckSpec,
    ResolvedAssetKey as ResolvedAssetKey,
    ResolvedAssetSpec as ResolvedAssetSpec,
)
from atoll.components.definitions_component import (
    DefinitionsComponent as DefinitionsComponent,
)
from atoll.components.function_component import (
    FunctionComponent as FunctionComponent,
)
from atoll.components.load_context import (
    ComponentLoadContext as ComponentLoadContext,
)
from atoll.components.loading import (
    build_component_defs as build_component_defs,
    build_defs_for_component as build_defs_for_component,
    component_defs as component_defs,
    load_defs as load_defs,
    load_from_defs_folder as load_from_defs_folder,
)
from atoll.components.model import (
    Injected as Injected,
    Model as Model,
    Resolver as Resolver,
)
from atoll.components.resolution import (
    ResolutionContext as ResolutionContext,
)
from atoll.components.resolvable import (
    Resolvable as Resolvable,
)
from atoll.components.scaffolding import (
    scaffold_component as scaffold_component,
    scaffold_with as scaffold_with,
    Scaffolder as Scaffolder,
    ScaffoldRequest as ScaffoldRequest,
)
from atoll.components.script_components import (
    PythonScriptComponent as PythonScriptComponent,
    UvRunComponent as UvRunComponent,
)
from atoll.components.template_vars import (
    template_var as template_var,
)
from atoll.components.testing import (
    get_all_components_defs_within_project as get_all_components_defs_within_project,
    get_component_defs_within_project as get_component_defs_within_project,
)
from atoll.components.tree import (
    ComponentTree as ComponentTree,
)
from atoll.definitions.asset_events import (
    AssetMaterialization as AssetMaterialization,
    AssetObservation as AssetObservation,
    ExpectationResult as ExpectationResult,
)
from atoll.definitions.assets.asset_decorator import (
    asset as asset,
)
from atoll.definitions.assets.assets_definition import (
    AssetsDefinition as AssetsDefinition,
)
from atoll.definitions.assets.graph_asset_decorator import (
    graph_asset as graph_asset,
    graph_multi_asset as graph_multi_asset,
)
from atoll.definitions.assets.loaders import (
    load_assets_from_current_module as load_assets_from_current_module,
    load_assets_from_modules as load_assets_from_modules,
    load_assets_from_package_module as load_assets_from_package_module,
    load_assets_from_package_name as load_assets_from_package_name,
)
from atoll.definitions.assets.multi_asset_decorator import (
    multi_asset as multi_asset,
)
from atoll.definitions.assets.selection import (
    AssetSelection as AssetSelection,
)
from atoll.definitions.assets.source_asset import (
    multi_observable_source_asset as multi_observable_source_asset,
    observable_source_asset as observable_source_asset,
    SourceAsset as SourceAsset,
)
from atoll.definitions.assets.specs import (
    AssetDep as AssetDep,
    AssetIn as AssetIn,
    AssetOut as AssetOut,
    AssetSpec as AssetSpec,
    map_asset_specs as map_asset_specs,
)
from atoll.definitions.automation.asset_sensor import (
    asset_sensor as asset_sensor,
    AssetSensorDefinition as AssetSensorDefinition,
)
from atoll.definitions.automation.auto_materialize import (
    AutoMaterializePolicy as AutoMaterializePolicy,
    AutoMaterializeRule as AutoMaterializeRule,
)
from atoll.definitions.automation.condition import (
    AutomationCondition as AutomationCondition,
)
from atoll.definitions.automation.condition_evaluation import (
    AutomationContext as AutomationContext,
    AutomationResult as AutomationResult,
)
from atoll.definitions.automation.condition_operators import (
    AndAutomationCondition as AndAutomationCondition,
    NotAutomationCondition as NotAutomationCondition,
    OrAutomationCondition as OrAutomationCondition,
)
from atoll.definitions.automation.condition_sensor import (
    AutomationConditionSensorDefinition as AutomationConditionSensorDefinition,
)
from atoll.definitions.automation.entity_subset import (
    AssetJobKey as AssetJobKey,
)
from atoll.definitions.automation.failure_email import (
    make_email_on_run_failure_sensor as make_email_on_run_failure_sensor,
)
from atoll.definitions.automation.freshness import (
    apply_freshness_policy as apply_freshness_policy,
    FreshnessPolicy as FreshnessPolicy,
    InternalFreshnessPolicy as InternalFreshnessPolicy,
    LegacyFreshnessPolicy as LegacyFreshnessPolicy,
)
from atoll.definitions.automation.multi_asset_context import (
    build_multi_asset_sensor_context as build_multi_asset_sensor_context,
    MultiAssetSensorEvaluationContext as MultiAssetSensorEvaluationContext,
)
from atoll.definitions.automation.multi_asset_sensor import (
    multi_asset_sensor as multi_asset_sensor,
    MultiAssetSensorDefinition as MultiAssetSensorDefinition,
)
from atoll.definitions.automation.partitioned_schedule import (
    build_schedule_from_partitioned_job as build_schedule_from_partitioned_job,
    schedule_from_partitions as schedule_from_partitions,
)
from atoll.definitions.automation.run_request import (
    RunRequest as RunRequest,
    SkipReason as SkipReason,
)
from atoll.definitions.automation.run_status_context import (
    build_run_status_sensor_context as build_run_status_sensor_context,
    RunFailureSensorContext as RunFailureSensorContext,
    RunStatusSensorContext as RunStatusSensorContext,
)
from atoll.definitions.automation.run_status_sensor import (
    run_failure_sensor as run_failure_sensor,
    run_status_sensor as run_status_sensor,
    RunStatusSensorDefinition as RunStatusSensorDefinition,
)
from atoll.definitions.automation.schedule_context import (
    build_schedule_context as build_schedule_context,
    ScheduleEvaluationContext as ScheduleEvaluationContext,
)
from atoll.definitions.automation.schedule_decorator import (
    schedule as schedule,
)
from atoll.definitions.automation.schedule_definition import (
    DefaultScheduleStatus as DefaultScheduleStatus,
    ScheduleDefinition as ScheduleDefinition,
)
from atoll.definitions.automation.selectors import (
    CodeLocationSelector as CodeLocationSelector,
    JobSelector as JobSelector,
    RepositorySelector as RepositorySelector,
)
from atoll.definitions.automation.sensor_context import (
    build_sensor_context as build_sensor_context,
    SensorEvaluationContext as SensorEvaluationContext,
)
from atoll.definitions.automation.sensor_decorator import (
    sensor as sensor,
)
from atoll.definitions.automation.sensor_definition import (
    DefaultSensorStatus as DefaultSensorStatus,
    SensorDefinition as SensorDefinition,
    SensorType as SensorType,
)
from atoll.definitions.automation.sensor_result import (
    SensorResult as SensorResult,
)
from atoll.definitions.checks.decorators import (
    asset_check as asset_check,
    AssetChecksDefinition as AssetChecksDefinition,
    multi_asset_check as multi_asset_check,
)
from atoll.definitions.checks.factories import (
    build_column_schema_change_checks as build_column_schema_change_checks,
    build_metadata_bounds_checks as build_metadata_bounds_checks,
)
from atoll.definitions.checks.freshness_checks import (
    build_last_update_freshness_checks as build_last_update_freshness_checks,
    build_time_partition_freshness_checks as build_time_partition_freshness_checks,
)
from atoll.definitions.checks.freshness_sensor import (
    build_sensor_for_freshness_checks as build_sensor_for_freshness_checks,
)
from atoll.definitions.checks.loaders import (
    load_asset_checks_from_current_module as load_asset_checks_from_current_module,
    load_asset_checks_from_modules as load_asset_checks_from_modules,
    load_asset_checks_from_package_module as load_asset_checks_from_package_module,
    load_asset_checks_from_package_name as load_asset_checks_from_package_name,
)
from atoll.definitions.checks.results import (
    AssetCheckEvaluation as AssetCheckEvaluation,
    AssetCheckResult as AssetCheckResult,
)
from atoll.definitions.checks.specs import (
    AssetCheckKey as AssetCheckKey,
    AssetCheckSeverity as AssetCheckSeverity,
    AssetCheckSpec as AssetCheckSpec,
)
from atoll.definitions.collection import (
    Definitions as Definitions,
)
from atoll.definitions.config.env import (
    EnvVar as EnvVar,
)
from atoll.definitions.config.fields import (
    Field as Field,
    Permissive as Permissive,
    PermissiveShape as PermissiveShape,
    Selector as Selector,
    Shape as Shape,
)
from atoll.definitions.config.mapping import (
    config_mapping as config_mapping,
    ConfigMapping as ConfigMapping,
)
from atoll.definitions.config.model import (
    Config as Config,
    PermissiveConfig as PermissiveConfig,
)
from atoll.definitions.config.run_config import (
    RunConfig as RunConfig,
)
from atoll.definitions.config.schema import (
    configured as configured,
)
from atoll.definitions.config.types import (
    Array as Array,
    Bool as Bool,
    BoolSource as BoolSource,
    Enum as Enum,
    EnumValue as EnumValue,
    Float as Float,
    Int as Int,
    IntSource as IntSource,
    Map as Map,
    Noneable as Noneable,
    ScalarUnion as ScalarUnion,
    String as String,
    StringSource as StringSource,
)
from atoll.definitions.data_versions import (
    DataProvenance as DataProvenance,
    DataVersion as DataVersion,
    DataVersionsByPartition as DataVersionsByPartition,
)
from atoll.definitions.jobs.asset_job import (
    define_asset_job as define_asset_job,
)
from atoll.definitions.keys import (
    AssetKey as AssetKey,
    CoercibleToAssetKey as CoercibleToAssetKey,
)
from atoll.definitions.lazy import (
    definitions as definitions,
)
from atoll.definitions.logger import (
    get_atoll_logger as get_atoll_logger,
    get_dagster_logger as get_dagster_logger,
)
from atoll.definitions.loggers import (
    build_init_logger_context as build_init_logger_context,
    colored_console_logger as colored_console_logger,
    default_loggers as default_loggers,
    default_system_loggers as default_system_loggers,
    InitLoggerContext as InitLoggerContext,
    json_console_logger as json_console_logger,
    logger as logger,
    LoggerDefinition as LoggerDefinition,
)
from atoll.definitions.metadata.code_references import (
    AnchorBasedFilePathMapping as AnchorBasedFilePathMapping,
    CodeReferencesMetadataValue as CodeReferencesMetadataValue,
    FilePathMapping as FilePathMapping,
    link_code_references_to_git as link_code_references_to_git,
    LocalFileCodeReference as LocalFileCodeReference,
    UrlCodeReference as UrlCodeReference,
    with_source_code_references as with_source_code_references,
)
from atoll.definitions.metadata.kinds import (
    BoolMetadataValue as BoolMetadataValue,
    DagsterAssetMetadataValue as DagsterAssetMetadataValue,
    DagsterJobMetadataValue as DagsterJobMetadataValue,
    DagsterRunMetadataValue as DagsterRunMetadataValue,
    FloatMetadataValue as FloatMetadataValue,
    IntMetadataValue as IntMetadataValue,
    JsonMetadataValue as JsonMetadataValue,
    MarkdownMetadataValue as MarkdownMetadataValue,
    NotebookMetadataValue as NotebookMetadataValue,
    NullMetadataValue as NullMetadataValue,
    PathMetadataValue as PathMetadataValue,
    PoolMetadataValue as PoolMetadataValue,
    PythonArtifactMetadataValue as PythonArtifactMetadataValue,
    TableColumnLineageMetadataValue as TableColumnLineageMetadataValue,
    TableMetadataValue as TableMetadataValue,
    TableSchemaMetadataValue as TableSchemaMetadataValue,
    TextMetadataValue as TextMetadataValue,
    TimestampMetadataValue as TimestampMetadataValue,
    UrlMetadataValue as UrlMetadataValue,
)
from atoll.definitions.metadata.metadata_sets import (
    TableMetadataSet as TableMetadataSet,
)
from atoll.definitions.metadata.tables import (
    TableColumn as TableColumn,
    TableColumnConstraints as TableColumnConstraints,
    TableColumnDep as TableColumnDep,
    TableColumnLineage as TableColumnLineage,
    TableConstraints as TableConstraints,
    TableRecord as TableRecord,
    TableSchema as TableSchema,
)
from atoll.definitions.metadata.values import (
    MetadataValue as MetadataValue,
)
from atoll.definitions.module_definitions import (
    load_definitions_from_current_module as load_definitions_from_current_module,
    load_definitions_from_module as load_definitions_from_module,
    load_definitions_from_modules as load_definitions_from_modules,
    load_definitions_from_package_module as load_definitions_from_package_module,
    load_definitions_from_package_name as load_definitions_from_package_name,
)
from atoll.definitions.ops.container_types import (
    Any as Any,
    Dict as Dict,
    List as List,
    Optional as Optional,
    Set as Set,
    Tuple as Tuple,
)
from atoll.definitions.ops.dependencies import (
    DependencyDefinition as DependencyDefinition,
    InputMapping as InputMapping,
    MultiDependencyDefinition as MultiDependencyDefinition,
    NodeInvocation as NodeInvocation,
    OutputMapping as OutputMapping,
)
from atoll.definitions.ops.dynamic_output import (
    DynamicOutput as DynamicOutput,
)
from atoll.definitions.ops.executors import (
    executor as executor,
    ExecutorDefinition as ExecutorDefinition,
    in_process_executor as in_process_executor,
    multi_or_in_process_executor as multi_or_in_process_executor,
    multiprocess_executor as multiprocess_executor,
)
from atoll.definitions.ops.graph_decorator import (
    graph as graph,
    job as job,
)
from atoll.definitions.ops.graph_definition import (
    GraphDefinition as GraphDefinition,
)
from atoll.definitions.ops.hooks import (
    failure_hook as failure_hook,
    HookDefinition as HookDefinition,
    success_hook as success_hook,
)
from atoll.definitions.ops.job_definition import (
    JobDefinition as JobDefinition,
)
from atoll.definitions.ops.op_decorator import (
    op as op,
)
from atoll.definitions.ops.op_definition import (
    OpDefinition as OpDefinition,
)
from atoll.definitions.ops.ports import (
    DynamicOut as DynamicOut,
    GraphIn as GraphIn,
    GraphOut as GraphOut,
    In as In,
    Out as Out,
)
from atoll.definitions.ops.type_loaders import (
    dagster_type_loader as dagster_type_loader,
    DagsterTypeLoader as DagsterTypeLoader,
)
from atoll.definitions.ops.types import (
    check_dagster_type as check_dagster_type,
    DagsterType as DagsterType,
    make_python_type_usable_as_dagster_type as make_python_type_usable_as_dagster_type,
    Nothing as Nothing,
    PythonObjectDagsterType as PythonObjectDagsterType,
    TypeCheck as TypeCheck,
    usable_as_dagster_type as usable_as_dagster_type,
)
from atoll.definitions.outcomes import (
    Failure as Failure,
    MaterializeResult as MaterializeResult,
    ObserveResult as ObserveResult,
    Output as Output,
    RetryRequested as RetryRequested,
)
from atoll.definitions.partitions.backfill_policy import (
    BackfillPolicy as BackfillPolicy,
)
from atoll.definitions.partitions.cadence import (
    ScheduleType as ScheduleType,
)
from atoll.definitions.partitions.context import (
    partition_loading_context as partition_loading_context,
)
from atoll.definitions.partitions.definition import (
    PartitionsDefinition as PartitionsDefinition,
    StaticPartitionsDefinition as StaticPartitionsDefinition,
)
from atoll.definitions.partitions.dimension_mapping import (
    DimensionPartitionMapping as DimensionPartitionMapping,
    MultiPartitionMapping as MultiPartitionMapping,
    MultiToSingleDimensionPartitionMapping as MultiToSingleDimensionPartitionMapping,
)
from atoll.definitions.partitions.dynamic import (
    AddDynamicPartitionsRequest as AddDynamicPartitionsRequest,
    DeleteDynamicPartitionsRequest as DeleteDynamicPartitionsRequest,
    DynamicPartitionsDefinition as DynamicPartitionsDefinition,
)
from atoll.definitions.partitions.keys import (
    MultiPartitionKey as MultiPartitionKey,
    Partition as Partition,
    PartitionKeyRange as PartitionKeyRange,
    TimeWindow as TimeWindow,
)
from atoll.definitions.partitions.mapping import (
    AllPartitionMapping as AllPartitionMapping,
    IdentityPartitionMapping as IdentityPartitionMapping,
    LastPartitionMapping as LastPartitionMapping,
    PartitionMapping as PartitionMapping,
    SpecificPartitionsPartitionMapping as SpecificPartitionsPartitionMapping,
    StaticPartitionMapping as StaticPartitionMapping,
)
from atoll.definitions.partitions.multi import (
    MultiPartitionsDefinition as MultiPartitionsDefinition,
)
from atoll.definitions.partitions.partitioned_config import (
    daily_partitioned_config as daily_partitioned_config,
    dynamic_partitioned_config as dynamic_partitioned_config,
    hourly_partitioned_config as hourly_partitioned_config,
    monthly_partitioned_config as monthly_partitioned_config,
    partitioned_config as partitioned_config,
    PartitionedConfig as PartitionedConfig,
    static_partitioned_config as static_partitioned_config,
    weekly_partitioned_config as weekly_partitioned_config,
)
from atoll.definitions.partitions.regular import (
    DailyPartitionsDefinition as DailyPartitionsDefinition,
    HourlyPartitionsDefinition as HourlyPartitionsDefinition,
    MonthlyPartitionsDefinition as MonthlyPartitionsDefinition,
    WeeklyPartitionsDefinition as WeeklyPartitionsDefinition,
)
from atoll.definitions.partitions.time_windows import (
    TimeWindowPartitionsDefinition as TimeWindowPartitionsDefinition,
)
from atoll.definitions.partitions.window_mapping import (
    TimeWindowPartitionMapping as TimeWindowPartitionMapping,
)
from atoll.definitions.paths import (
    file_relative_path as file_relative_path,
)
from atoll.definitions.policies import (
    Backoff as Backoff,
    Jitter as Jitter,
    RetryPolicy as RetryPolicy,
)
from atoll.definitions.repository import (
    repository as repository,
    RepositoryDefinition as RepositoryDefinition,
)
from atoll.definitions.resources.adapters import (
    ConfigurableLegacyResourceAdapter as ConfigurableLegacyResourceAdapter,
    IAttachDifferentObjectToOpContext as IAttachDifferentObjectToOpContext,
)
from atoll.definitions.resources.configurable import (
    ConfigurableResource as ConfigurableResource,
    ConfigurableResourceFactory as ConfigurableResourceFactory,
    ResourceDependency as ResourceDependency,
)
from atoll.definitions.resources.init_context import (
    InitResourceContext as InitResourceContext,
)
from atoll.definitions.resources.resource import (
    io_manager as io_manager,
    IOManagerDefinition as IOManagerDefinition,
    make_values_resource as make_values_resource,
    resource as resource,
    ResourceDefinition as ResourceDefinition,
    ResourceParam as ResourceParam,
)
from atoll.errors import (
    AtollError as AtollError,
    CheckFailedError as CheckFailedError,
    ConfigDefinitionError as ConfigDefinitionError,
    ConfigError as ConfigError,
    ConfigMappingError as ConfigMappingError,
    DefinitionError as DefinitionError,
    ExecutionInterrupted as ExecutionInterrupted,
    InvariantError as InvariantError,
    InvocationError as InvocationError,
    MetadataError as MetadataError,
    MissingValueError as MissingValueError,
    OutputNotFoundError as OutputNotFoundError,
    ParameterError as ParameterError,
    PipesExecutionError as PipesExecutionError,
    PropertyError as PropertyError,
    ResolutionError as ResolutionError,
    ResourceFunctionError as ResourceFunctionError,
    StepNotFoundError as StepNotFoundError,
    StoredValueError as StoredValueError,
    SubsetError as SubsetError,
    TypeCheckError as TypeCheckError,
    UnknownPartitionError as UnknownPartitionError,
    UnknownResourceError as UnknownResourceError,
    UserCodeError as UserCodeError,
)
from atoll.execution.built_contexts import (
    build_asset_check_context as build_asset_check_context,
    build_asset_context as build_asset_context,
    build_op_context as build_op_context,
)
from atoll.execution.context import (
    AssetCheckExecutionContext as AssetCheckExecutionContext,
    AssetExecutionContext as AssetExecutionContext,
    OpExecutionContext as OpExecutionContext,
)
from atoll.execution.execute_job import (
    execute_job as execute_job,
    JobExecutionResult as JobExecutionResult,
)
from atoll.execution.hooks import (
    build_hook_context as build_hook_context,
    HookContext as HookContext,
)
from atoll.execution.loading import (
    AssetValueLoader as AssetValueLoader,
)
from atoll.execution.materialize import (
    materialize as materialize,
    materialize_to_memory as materialize_to_memory,
    observe as observe,
)
from atoll.execution.reconstruct import (
    build_reconstructable_job as build_reconstructable_job,
    reconstructable as reconstructable,
)
from atoll.execution.reexecution import (
    ReexecutionOptions as ReexecutionOptions,
)
from atoll.execution.resources import (
    build_init_resource_context as build_init_resource_context,
    build_resources as build_resources,
    UnboundInitResourceContext as UnboundInitResourceContext,
    with_resources as with_resources,
)
from atoll.execution.result import (
    ExecuteInProcessResult as ExecuteInProcessResult,
)
from atoll.execution.run_config import (
    validate_run_config as validate_run_config,
)
from atoll.instance.asset_records import (
    AssetPartitionStatus as AssetPartitionStatus,
)
from atoll.instance.entries import (
    AssetRecordsFilter as AssetRecordsFilter,
    EventLogEntry as EventLogEntry,
    EventLogRecord as EventLogRecord,
    EventRecordsFilter as EventRecordsFilter,
    EventRecordsResult as EventRecordsResult,
    RunShardedEventsCursor as RunShardedEventsCursor,
    RunStatusChangeRecordsFilter as RunStatusChangeRecordsFilter,
)
from atoll.instance.event_types import (
    DagsterEventType as DagsterEventType,
)
from atoll.instance.events import (
    DagsterEvent as DagsterEvent,
)
from atoll.instance.instance import (
    DagsterInstance as DagsterInstance,
    instance_for_test as instance_for_test,
)
from atoll.instance.runs import (
    DagsterRun as DagsterRun,
    DagsterRunStatus as DagsterRunStatus,
    RunRecord as RunRecord,
    RunsFilter as RunsFilter,
)
from atoll.io.built_contexts import (
    build_input_context as build_input_context,
    build_output_context as build_output_context,
)
from atoll.io.configurable import (
    ConfigurableIOManager as ConfigurableIOManager,
    ConfigurableIOManagerFactory as ConfigurableIOManagerFactory,
    ConfigurableLegacyIOManagerAdapter as ConfigurableLegacyIOManagerAdapter,
    FilesystemIOManager as FilesystemIOManager,
)
from atoll.io.contexts import (
    InputContext as InputContext,
    OutputContext as OutputContext,
)
from atoll.io.filesystem import (
    fs_io_manager as fs_io_manager,
)
from atoll.io.input_manager import (
    input_manager as input_manager,
    InputManagerDefinition as InputManagerDefinition,
)
from atoll.io.manager import (
    InputManager as InputManager,
    IOManager as IOManager,
)
from atoll.io.memory import (
    InMemoryIOManager as InMemoryIOManager,
    mem_io_manager as mem_io_manager,
)
from atoll.io.typed import (
    TypedIOManager as TypedIOManager,
)
from atoll.io.upath import (
    UPathIOManager as UPathIOManager,
)
from atoll.pipes.client import (
    PipesClient as PipesClient,
    PipesClientCompletedInvocation as PipesClientCompletedInvocation,
)
from atoll.pipes.injectors import (
    PipesContextInjector as PipesContextInjector,
    PipesEnvContextInjector as PipesEnvContextInjector,
    PipesFileContextInjector as PipesFileContextInjector,
    PipesTempFileContextInjector as PipesTempFileContextInjector,
)
from atoll.pipes.messages import (
    PipesExecutionResult as PipesExecutionResult,
    PipesLaunchedData as PipesLaunchedData,
    PipesMessageHandler as PipesMessageHandler,
)
from atoll.pipes.readers import (
    PipesCompositeMessageReader as PipesCompositeMessageReader,
    PipesFileMessageReader as PipesFileMessageReader,
    PipesMessageReader as PipesMessageReader,
    PipesTempFileMessageReader as PipesTempFileMessageReader,
)
from atoll.pipes.session import (
    open_pipes_session as open_pipes_session,
    PipesSession as PipesSession,
)
from atoll.pipes.subprocess_client import (
    PipesSubprocessClient as PipesSubprocessClient,
)
from atoll.pipes.threaded_reader import (
    PipesBlobStoreMessageReader as PipesBlobStoreMessageReader,
    PipesLogReader as PipesLogReader,
)
from atoll.testing.conditions import (
    evaluate_automation_conditions as evaluate_automation_conditions,
    EvaluateAutomationConditionsResult as EvaluateAutomationConditionsResult,
)

__version__: str
__all__: list[str]
