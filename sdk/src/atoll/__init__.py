"""Define data assets in isolated code locations: what user code imports.

Every name is loaded when it is first asked for, so that `import atoll` costs next to nothing and
pydantic is imported only where `Config` or a `ConfigurableResource` is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Dict, List

__version__ = "0.1.0"

if TYPE_CHECKING:
    from atoll.definitions.asset_events import AssetMaterialization as AssetMaterialization
    from atoll.definitions.asset_events import AssetObservation as AssetObservation
    from atoll.definitions.asset_events import ExpectationResult as ExpectationResult
    from atoll.definitions.assets.asset_decorator import asset as asset
    from atoll.definitions.assets.assets_definition import AssetsDefinition as AssetsDefinition
    from atoll.definitions.assets.graph_asset_decorator import graph_asset as graph_asset
    from atoll.definitions.assets.graph_asset_decorator import (
        graph_multi_asset as graph_multi_asset,
    )
    from atoll.definitions.assets.loaders import (
        load_assets_from_current_module as load_assets_from_current_module,
    )
    from atoll.definitions.assets.loaders import (
        load_assets_from_modules as load_assets_from_modules,
    )
    from atoll.definitions.assets.loaders import (
        load_assets_from_package_module as load_assets_from_package_module,
    )
    from atoll.definitions.assets.loaders import (
        load_assets_from_package_name as load_assets_from_package_name,
    )
    from atoll.definitions.assets.multi_asset_decorator import multi_asset as multi_asset
    from atoll.definitions.assets.selection import AssetSelection as AssetSelection
    from atoll.definitions.assets.source_asset import SourceAsset as SourceAsset
    from atoll.definitions.assets.source_asset import (
        multi_observable_source_asset as multi_observable_source_asset,
    )
    from atoll.definitions.assets.source_asset import (
        observable_source_asset as observable_source_asset,
    )
    from atoll.definitions.assets.specs import AssetDep as AssetDep
    from atoll.definitions.assets.specs import AssetIn as AssetIn
    from atoll.definitions.assets.specs import AssetOut as AssetOut
    from atoll.definitions.assets.specs import AssetSpec as AssetSpec
    from atoll.definitions.automation.asset_sensor import (
        AssetSensorDefinition as AssetSensorDefinition,
    )
    from atoll.definitions.automation.asset_sensor import asset_sensor as asset_sensor
    from atoll.definitions.automation.auto_materialize import (
        AutoMaterializePolicy as AutoMaterializePolicy,
    )
    from atoll.definitions.automation.auto_materialize import (
        AutoMaterializeRule as AutoMaterializeRule,
    )
    from atoll.definitions.automation.condition import AutomationCondition as AutomationCondition
    from atoll.definitions.automation.condition_evaluation import (
        AutomationContext as AutomationContext,
    )
    from atoll.definitions.automation.condition_evaluation import (
        AutomationResult as AutomationResult,
    )
    from atoll.definitions.automation.condition_operators import (
        AndAutomationCondition as AndAutomationCondition,
    )
    from atoll.definitions.automation.condition_operators import (
        NotAutomationCondition as NotAutomationCondition,
    )
    from atoll.definitions.automation.condition_operators import (
        OrAutomationCondition as OrAutomationCondition,
    )
    from atoll.definitions.automation.condition_sensor import (
        AutomationConditionSensorDefinition as AutomationConditionSensorDefinition,
    )
    from atoll.definitions.automation.failure_email import (
        make_email_on_run_failure_sensor as make_email_on_run_failure_sensor,
    )
    from atoll.definitions.automation.freshness import FreshnessPolicy as FreshnessPolicy
    from atoll.definitions.automation.freshness import (
        InternalFreshnessPolicy as InternalFreshnessPolicy,
    )
    from atoll.definitions.automation.freshness import (
        LegacyFreshnessPolicy as LegacyFreshnessPolicy,
    )
    from atoll.definitions.automation.freshness import (
        apply_freshness_policy as apply_freshness_policy,
    )
    from atoll.definitions.automation.multi_asset_context import (
        MultiAssetSensorEvaluationContext as MultiAssetSensorEvaluationContext,
    )
    from atoll.definitions.automation.multi_asset_context import (
        build_multi_asset_sensor_context as build_multi_asset_sensor_context,
    )
    from atoll.definitions.automation.multi_asset_sensor import (
        MultiAssetSensorDefinition as MultiAssetSensorDefinition,
    )
    from atoll.definitions.automation.multi_asset_sensor import (
        multi_asset_sensor as multi_asset_sensor,
    )
    from atoll.definitions.automation.partitioned_schedule import (
        build_schedule_from_partitioned_job as build_schedule_from_partitioned_job,
    )
    from atoll.definitions.automation.partitioned_schedule import (
        schedule_from_partitions as schedule_from_partitions,
    )
    from atoll.definitions.automation.run_request import RunRequest as RunRequest
    from atoll.definitions.automation.run_request import SkipReason as SkipReason
    from atoll.definitions.automation.run_status_context import (
        RunFailureSensorContext as RunFailureSensorContext,
    )
    from atoll.definitions.automation.run_status_context import (
        RunStatusSensorContext as RunStatusSensorContext,
    )
    from atoll.definitions.automation.run_status_context import (
        build_run_status_sensor_context as build_run_status_sensor_context,
    )
    from atoll.definitions.automation.run_status_sensor import (
        RunStatusSensorDefinition as RunStatusSensorDefinition,
    )
    from atoll.definitions.automation.run_status_sensor import (
        run_failure_sensor as run_failure_sensor,
    )
    from atoll.definitions.automation.run_status_sensor import (
        run_status_sensor as run_status_sensor,
    )
    from atoll.definitions.automation.schedule_context import (
        ScheduleEvaluationContext as ScheduleEvaluationContext,
    )
    from atoll.definitions.automation.schedule_context import (
        build_schedule_context as build_schedule_context,
    )
    from atoll.definitions.automation.schedule_decorator import schedule as schedule
    from atoll.definitions.automation.schedule_definition import (
        DefaultScheduleStatus as DefaultScheduleStatus,
    )
    from atoll.definitions.automation.schedule_definition import (
        ScheduleDefinition as ScheduleDefinition,
    )
    from atoll.definitions.automation.selectors import CodeLocationSelector as CodeLocationSelector
    from atoll.definitions.automation.selectors import JobSelector as JobSelector
    from atoll.definitions.automation.selectors import RepositorySelector as RepositorySelector
    from atoll.definitions.automation.sensor_context import (
        SensorEvaluationContext as SensorEvaluationContext,
    )
    from atoll.definitions.automation.sensor_context import (
        build_sensor_context as build_sensor_context,
    )
    from atoll.definitions.automation.sensor_decorator import sensor as sensor
    from atoll.definitions.automation.sensor_definition import (
        DefaultSensorStatus as DefaultSensorStatus,
    )
    from atoll.definitions.automation.sensor_definition import SensorDefinition as SensorDefinition
    from atoll.definitions.automation.sensor_definition import SensorType as SensorType
    from atoll.definitions.automation.sensor_result import SensorResult as SensorResult
    from atoll.definitions.checks.decorators import AssetChecksDefinition as AssetChecksDefinition
    from atoll.definitions.checks.decorators import asset_check as asset_check
    from atoll.definitions.checks.decorators import multi_asset_check as multi_asset_check
    from atoll.definitions.checks.results import AssetCheckEvaluation as AssetCheckEvaluation
    from atoll.definitions.checks.results import AssetCheckResult as AssetCheckResult
    from atoll.definitions.checks.specs import AssetCheckKey as AssetCheckKey
    from atoll.definitions.checks.specs import AssetCheckSeverity as AssetCheckSeverity
    from atoll.definitions.checks.specs import AssetCheckSpec as AssetCheckSpec
    from atoll.definitions.collection import Definitions as Definitions
    from atoll.definitions.config.env import EnvVar as EnvVar
    from atoll.definitions.config.fields import Field as Field
    from atoll.definitions.config.fields import Permissive as Permissive
    from atoll.definitions.config.fields import PermissiveShape as PermissiveShape
    from atoll.definitions.config.fields import Selector as Selector
    from atoll.definitions.config.fields import Shape as Shape
    from atoll.definitions.config.mapping import ConfigMapping as ConfigMapping
    from atoll.definitions.config.mapping import config_mapping as config_mapping
    from atoll.definitions.config.model import Config as Config
    from atoll.definitions.config.model import PermissiveConfig as PermissiveConfig
    from atoll.definitions.config.run_config import RunConfig as RunConfig
    from atoll.definitions.config.schema import configured as configured
    from atoll.definitions.config.types import Array as Array
    from atoll.definitions.config.types import Bool as Bool
    from atoll.definitions.config.types import BoolSource as BoolSource
    from atoll.definitions.config.types import Enum as Enum
    from atoll.definitions.config.types import EnumValue as EnumValue
    from atoll.definitions.config.types import Float as Float
    from atoll.definitions.config.types import Int as Int
    from atoll.definitions.config.types import IntSource as IntSource
    from atoll.definitions.config.types import Map as Map
    from atoll.definitions.config.types import Noneable as Noneable
    from atoll.definitions.config.types import ScalarUnion as ScalarUnion
    from atoll.definitions.config.types import String as String
    from atoll.definitions.config.types import StringSource as StringSource
    from atoll.definitions.data_versions import DataProvenance as DataProvenance
    from atoll.definitions.data_versions import DataVersion as DataVersion
    from atoll.definitions.data_versions import DataVersionsByPartition as DataVersionsByPartition
    from atoll.definitions.jobs.asset_job import define_asset_job as define_asset_job
    from atoll.definitions.keys import AssetKey as AssetKey
    from atoll.definitions.keys import CoercibleToAssetKey as CoercibleToAssetKey
    from atoll.definitions.logger import get_atoll_logger as get_atoll_logger
    from atoll.definitions.logger import get_dagster_logger as get_dagster_logger
    from atoll.definitions.loggers import InitLoggerContext as InitLoggerContext
    from atoll.definitions.loggers import LoggerDefinition as LoggerDefinition
    from atoll.definitions.loggers import build_init_logger_context as build_init_logger_context
    from atoll.definitions.loggers import colored_console_logger as colored_console_logger
    from atoll.definitions.loggers import default_loggers as default_loggers
    from atoll.definitions.loggers import default_system_loggers as default_system_loggers
    from atoll.definitions.loggers import json_console_logger as json_console_logger
    from atoll.definitions.loggers import logger as logger
    from atoll.definitions.metadata.code_references import (
        AnchorBasedFilePathMapping as AnchorBasedFilePathMapping,
    )
    from atoll.definitions.metadata.code_references import (
        CodeReferencesMetadataValue as CodeReferencesMetadataValue,
    )
    from atoll.definitions.metadata.code_references import FilePathMapping as FilePathMapping
    from atoll.definitions.metadata.code_references import (
        LocalFileCodeReference as LocalFileCodeReference,
    )
    from atoll.definitions.metadata.code_references import UrlCodeReference as UrlCodeReference
    from atoll.definitions.metadata.code_references import (
        link_code_references_to_git as link_code_references_to_git,
    )
    from atoll.definitions.metadata.code_references import (
        with_source_code_references as with_source_code_references,
    )
    from atoll.definitions.metadata.kinds import BoolMetadataValue as BoolMetadataValue
    from atoll.definitions.metadata.kinds import (
        DagsterAssetMetadataValue as DagsterAssetMetadataValue,
    )
    from atoll.definitions.metadata.kinds import DagsterJobMetadataValue as DagsterJobMetadataValue
    from atoll.definitions.metadata.kinds import DagsterRunMetadataValue as DagsterRunMetadataValue
    from atoll.definitions.metadata.kinds import FloatMetadataValue as FloatMetadataValue
    from atoll.definitions.metadata.kinds import IntMetadataValue as IntMetadataValue
    from atoll.definitions.metadata.kinds import JsonMetadataValue as JsonMetadataValue
    from atoll.definitions.metadata.kinds import MarkdownMetadataValue as MarkdownMetadataValue
    from atoll.definitions.metadata.kinds import NotebookMetadataValue as NotebookMetadataValue
    from atoll.definitions.metadata.kinds import NullMetadataValue as NullMetadataValue
    from atoll.definitions.metadata.kinds import PathMetadataValue as PathMetadataValue
    from atoll.definitions.metadata.kinds import PoolMetadataValue as PoolMetadataValue
    from atoll.definitions.metadata.kinds import (
        PythonArtifactMetadataValue as PythonArtifactMetadataValue,
    )
    from atoll.definitions.metadata.kinds import (
        TableColumnLineageMetadataValue as TableColumnLineageMetadataValue,
    )
    from atoll.definitions.metadata.kinds import TableMetadataValue as TableMetadataValue
    from atoll.definitions.metadata.kinds import (
        TableSchemaMetadataValue as TableSchemaMetadataValue,
    )
    from atoll.definitions.metadata.kinds import TextMetadataValue as TextMetadataValue
    from atoll.definitions.metadata.kinds import TimestampMetadataValue as TimestampMetadataValue
    from atoll.definitions.metadata.kinds import UrlMetadataValue as UrlMetadataValue
    from atoll.definitions.metadata.metadata_sets import TableMetadataSet as TableMetadataSet
    from atoll.definitions.metadata.tables import TableColumn as TableColumn
    from atoll.definitions.metadata.tables import TableColumnConstraints as TableColumnConstraints
    from atoll.definitions.metadata.tables import TableColumnDep as TableColumnDep
    from atoll.definitions.metadata.tables import TableColumnLineage as TableColumnLineage
    from atoll.definitions.metadata.tables import TableConstraints as TableConstraints
    from atoll.definitions.metadata.tables import TableRecord as TableRecord
    from atoll.definitions.metadata.tables import TableSchema as TableSchema
    from atoll.definitions.metadata.values import MetadataValue as MetadataValue
    from atoll.definitions.ops.dependencies import DependencyDefinition as DependencyDefinition
    from atoll.definitions.ops.dependencies import InputMapping as InputMapping
    from atoll.definitions.ops.dependencies import (
        MultiDependencyDefinition as MultiDependencyDefinition,
    )
    from atoll.definitions.ops.dependencies import NodeInvocation as NodeInvocation
    from atoll.definitions.ops.dependencies import OutputMapping as OutputMapping
    from atoll.definitions.ops.dynamic_output import DynamicOutput as DynamicOutput
    from atoll.definitions.ops.executors import ExecutorDefinition as ExecutorDefinition
    from atoll.definitions.ops.executors import executor as executor
    from atoll.definitions.ops.executors import in_process_executor as in_process_executor
    from atoll.definitions.ops.executors import (
        multi_or_in_process_executor as multi_or_in_process_executor,
    )
    from atoll.definitions.ops.executors import multiprocess_executor as multiprocess_executor
    from atoll.definitions.ops.graph_decorator import graph as graph
    from atoll.definitions.ops.graph_decorator import job as job
    from atoll.definitions.ops.graph_definition import GraphDefinition as GraphDefinition
    from atoll.definitions.ops.hooks import HookDefinition as HookDefinition
    from atoll.definitions.ops.hooks import failure_hook as failure_hook
    from atoll.definitions.ops.hooks import success_hook as success_hook
    from atoll.definitions.ops.job_definition import JobDefinition as JobDefinition
    from atoll.definitions.ops.op_decorator import op as op
    from atoll.definitions.ops.op_definition import OpDefinition as OpDefinition
    from atoll.definitions.ops.ports import DynamicOut as DynamicOut
    from atoll.definitions.ops.ports import GraphIn as GraphIn
    from atoll.definitions.ops.ports import GraphOut as GraphOut
    from atoll.definitions.ops.ports import In as In
    from atoll.definitions.ops.ports import Out as Out
    from atoll.definitions.ops.types import DagsterType as DagsterType
    from atoll.definitions.ops.types import DagsterTypeLoader as DagsterTypeLoader
    from atoll.definitions.ops.types import Nothing as Nothing
    from atoll.definitions.ops.types import PythonObjectDagsterType as PythonObjectDagsterType
    from atoll.definitions.ops.types import TypeCheck as TypeCheck
    from atoll.definitions.ops.types import check_dagster_type as check_dagster_type
    from atoll.definitions.ops.types import dagster_type_loader as dagster_type_loader
    from atoll.definitions.ops.types import (
        make_python_type_usable_as_dagster_type as make_python_type_usable_as_dagster_type,
    )
    from atoll.definitions.ops.types import usable_as_dagster_type as usable_as_dagster_type
    from atoll.definitions.outcomes import Failure as Failure
    from atoll.definitions.outcomes import MaterializeResult as MaterializeResult
    from atoll.definitions.outcomes import ObserveResult as ObserveResult
    from atoll.definitions.outcomes import Output as Output
    from atoll.definitions.outcomes import RetryRequested as RetryRequested
    from atoll.definitions.partitions.backfill_policy import BackfillPolicy as BackfillPolicy
    from atoll.definitions.partitions.cadence import ScheduleType as ScheduleType
    from atoll.definitions.partitions.context import (
        partition_loading_context as partition_loading_context,
    )
    from atoll.definitions.partitions.definition import PartitionsDefinition as PartitionsDefinition
    from atoll.definitions.partitions.definition import (
        StaticPartitionsDefinition as StaticPartitionsDefinition,
    )
    from atoll.definitions.partitions.dimension_mapping import (
        DimensionPartitionMapping as DimensionPartitionMapping,
    )
    from atoll.definitions.partitions.dimension_mapping import (
        MultiPartitionMapping as MultiPartitionMapping,
    )
    from atoll.definitions.partitions.dimension_mapping import (
        MultiToSingleDimensionPartitionMapping as MultiToSingleDimensionPartitionMapping,
    )
    from atoll.definitions.partitions.dynamic import (
        AddDynamicPartitionsRequest as AddDynamicPartitionsRequest,
    )
    from atoll.definitions.partitions.dynamic import (
        DeleteDynamicPartitionsRequest as DeleteDynamicPartitionsRequest,
    )
    from atoll.definitions.partitions.dynamic import (
        DynamicPartitionsDefinition as DynamicPartitionsDefinition,
    )
    from atoll.definitions.partitions.keys import MultiPartitionKey as MultiPartitionKey
    from atoll.definitions.partitions.keys import Partition as Partition
    from atoll.definitions.partitions.keys import PartitionKeyRange as PartitionKeyRange
    from atoll.definitions.partitions.keys import TimeWindow as TimeWindow
    from atoll.definitions.partitions.mapping import AllPartitionMapping as AllPartitionMapping
    from atoll.definitions.partitions.mapping import (
        IdentityPartitionMapping as IdentityPartitionMapping,
    )
    from atoll.definitions.partitions.mapping import LastPartitionMapping as LastPartitionMapping
    from atoll.definitions.partitions.mapping import PartitionMapping as PartitionMapping
    from atoll.definitions.partitions.mapping import (
        SpecificPartitionsPartitionMapping as SpecificPartitionsPartitionMapping,
    )
    from atoll.definitions.partitions.mapping import (
        StaticPartitionMapping as StaticPartitionMapping,
    )
    from atoll.definitions.partitions.multi import (
        MultiPartitionsDefinition as MultiPartitionsDefinition,
    )
    from atoll.definitions.partitions.partitioned_config import (
        PartitionedConfig as PartitionedConfig,
    )
    from atoll.definitions.partitions.partitioned_config import (
        daily_partitioned_config as daily_partitioned_config,
    )
    from atoll.definitions.partitions.partitioned_config import (
        dynamic_partitioned_config as dynamic_partitioned_config,
    )
    from atoll.definitions.partitions.partitioned_config import (
        hourly_partitioned_config as hourly_partitioned_config,
    )
    from atoll.definitions.partitions.partitioned_config import (
        monthly_partitioned_config as monthly_partitioned_config,
    )
    from atoll.definitions.partitions.partitioned_config import (
        partitioned_config as partitioned_config,
    )
    from atoll.definitions.partitions.partitioned_config import (
        static_partitioned_config as static_partitioned_config,
    )
    from atoll.definitions.partitions.partitioned_config import (
        weekly_partitioned_config as weekly_partitioned_config,
    )
    from atoll.definitions.partitions.regular import (
        DailyPartitionsDefinition as DailyPartitionsDefinition,
    )
    from atoll.definitions.partitions.regular import (
        HourlyPartitionsDefinition as HourlyPartitionsDefinition,
    )
    from atoll.definitions.partitions.regular import (
        MonthlyPartitionsDefinition as MonthlyPartitionsDefinition,
    )
    from atoll.definitions.partitions.regular import (
        WeeklyPartitionsDefinition as WeeklyPartitionsDefinition,
    )
    from atoll.definitions.partitions.time_windows import (
        TimeWindowPartitionsDefinition as TimeWindowPartitionsDefinition,
    )
    from atoll.definitions.partitions.window_mapping import (
        TimeWindowPartitionMapping as TimeWindowPartitionMapping,
    )
    from atoll.definitions.paths import file_relative_path as file_relative_path
    from atoll.definitions.policies import Backoff as Backoff
    from atoll.definitions.policies import Jitter as Jitter
    from atoll.definitions.policies import RetryPolicy as RetryPolicy
    from atoll.definitions.resources.adapters import (
        ConfigurableLegacyResourceAdapter as ConfigurableLegacyResourceAdapter,
    )
    from atoll.definitions.resources.adapters import (
        IAttachDifferentObjectToOpContext as IAttachDifferentObjectToOpContext,
    )
    from atoll.definitions.resources.configurable import (
        ConfigurableResource as ConfigurableResource,
    )
    from atoll.definitions.resources.configurable import (
        ConfigurableResourceFactory as ConfigurableResourceFactory,
    )
    from atoll.definitions.resources.configurable import ResourceDependency as ResourceDependency
    from atoll.definitions.resources.init_context import InitResourceContext as InitResourceContext
    from atoll.definitions.resources.resource import IOManagerDefinition as IOManagerDefinition
    from atoll.definitions.resources.resource import ResourceDefinition as ResourceDefinition
    from atoll.definitions.resources.resource import ResourceParam as ResourceParam
    from atoll.definitions.resources.resource import io_manager as io_manager
    from atoll.definitions.resources.resource import make_values_resource as make_values_resource
    from atoll.definitions.resources.resource import resource as resource
    from atoll.errors import AtollError as AtollError
    from atoll.errors import CheckFailedError as CheckFailedError
    from atoll.errors import ConfigDefinitionError as ConfigDefinitionError
    from atoll.errors import ConfigError as ConfigError
    from atoll.errors import DefinitionError as DefinitionError
    from atoll.errors import ExecutionInterrupted as ExecutionInterrupted
    from atoll.errors import InvariantError as InvariantError
    from atoll.errors import InvocationError as InvocationError
    from atoll.errors import MetadataError as MetadataError
    from atoll.errors import OutputNotFoundError as OutputNotFoundError
    from atoll.errors import ParameterError as ParameterError
    from atoll.errors import PropertyError as PropertyError
    from atoll.errors import StoredValueError as StoredValueError
    from atoll.errors import SubsetError as SubsetError
    from atoll.errors import TypeCheckError as TypeCheckError
    from atoll.errors import UnknownPartitionError as UnknownPartitionError
    from atoll.errors import UnknownResourceError as UnknownResourceError
    from atoll.errors import UserCodeError as UserCodeError
    from atoll.execution.built_contexts import (
        build_asset_check_context as build_asset_check_context,
    )
    from atoll.execution.built_contexts import build_asset_context as build_asset_context
    from atoll.execution.built_contexts import build_op_context as build_op_context
    from atoll.execution.context import AssetCheckExecutionContext as AssetCheckExecutionContext
    from atoll.execution.context import AssetExecutionContext as AssetExecutionContext
    from atoll.execution.context import OpExecutionContext as OpExecutionContext
    from atoll.execution.hooks import HookContext as HookContext
    from atoll.execution.hooks import build_hook_context as build_hook_context
    from atoll.execution.materialize import materialize as materialize
    from atoll.execution.materialize import materialize_to_memory as materialize_to_memory
    from atoll.execution.materialize import observe as observe
    from atoll.execution.resources import UnboundInitResourceContext as UnboundInitResourceContext
    from atoll.execution.resources import build_init_resource_context as build_init_resource_context
    from atoll.execution.resources import build_resources as build_resources
    from atoll.execution.resources import with_resources as with_resources
    from atoll.execution.result import ExecuteInProcessResult as ExecuteInProcessResult
    from atoll.execution.run_config import validate_run_config as validate_run_config
    from atoll.io.configurable import ConfigurableIOManager as ConfigurableIOManager
    from atoll.io.configurable import ConfigurableIOManagerFactory as ConfigurableIOManagerFactory
    from atoll.io.configurable import (
        ConfigurableLegacyIOManagerAdapter as ConfigurableLegacyIOManagerAdapter,
    )
    from atoll.io.configurable import FilesystemIOManager as FilesystemIOManager
    from atoll.io.contexts import InputContext as InputContext
    from atoll.io.contexts import OutputContext as OutputContext
    from atoll.io.contexts import build_input_context as build_input_context
    from atoll.io.contexts import build_output_context as build_output_context
    from atoll.io.filesystem import fs_io_manager as fs_io_manager
    from atoll.io.manager import IOManager as IOManager
    from atoll.io.memory import InMemoryIOManager as InMemoryIOManager
    from atoll.io.memory import mem_io_manager as mem_io_manager
    from atoll.io.typed import TypedIOManager as TypedIOManager

_NAMES: Dict[str, str] = {
    "op": "definitions.ops.op_decorator",
    "graph": "definitions.ops.graph_decorator",
    "job": "definitions.ops.graph_decorator",
    "In": "definitions.ops.ports",
    "Out": "definitions.ops.ports",
    "DynamicOut": "definitions.ops.ports",
    "GraphIn": "definitions.ops.ports",
    "GraphOut": "definitions.ops.ports",
    "Nothing": "definitions.ops.types",
    "DagsterType": "definitions.ops.types",
    "PythonObjectDagsterType": "definitions.ops.types",
    "TypeCheck": "definitions.ops.types",
    "DagsterTypeLoader": "definitions.ops.types",
    "usable_as_dagster_type": "definitions.ops.types",
    "make_python_type_usable_as_dagster_type": "definitions.ops.types",
    "check_dagster_type": "definitions.ops.types",
    "dagster_type_loader": "definitions.ops.types",
    "DynamicOutput": "definitions.ops.dynamic_output",
    "OpDefinition": "definitions.ops.op_definition",
    "GraphDefinition": "definitions.ops.graph_definition",
    "JobDefinition": "definitions.ops.job_definition",
    "DependencyDefinition": "definitions.ops.dependencies",
    "MultiDependencyDefinition": "definitions.ops.dependencies",
    "NodeInvocation": "definitions.ops.dependencies",
    "InputMapping": "definitions.ops.dependencies",
    "OutputMapping": "definitions.ops.dependencies",
    "HookDefinition": "definitions.ops.hooks",
    "success_hook": "definitions.ops.hooks",
    "failure_hook": "definitions.ops.hooks",
    "ExecutorDefinition": "definitions.ops.executors",
    "executor": "definitions.ops.executors",
    "in_process_executor": "definitions.ops.executors",
    "multiprocess_executor": "definitions.ops.executors",
    "multi_or_in_process_executor": "definitions.ops.executors",
    "graph_asset": "definitions.assets.graph_asset_decorator",
    "graph_multi_asset": "definitions.assets.graph_asset_decorator",
    "SourceAsset": "definitions.assets.source_asset",
    "observable_source_asset": "definitions.assets.source_asset",
    "multi_observable_source_asset": "definitions.assets.source_asset",
    "AssetChecksDefinition": "definitions.checks.decorators",
    "asset_check": "definitions.checks.decorators",
    "multi_asset_check": "definitions.checks.decorators",
    "HookContext": "execution.hooks",
    "build_hook_context": "execution.hooks",
    "build_op_context": "execution.built_contexts",
    "build_asset_check_context": "execution.built_contexts",
    "AssetCheckExecutionContext": "execution.context",
    "observe": "execution.materialize",
    "CheckFailedError": "errors",
    "asset": "definitions.assets.asset_decorator",
    "AssetsDefinition": "definitions.assets.assets_definition",
    "AssetCheckKey": "definitions.checks.specs",
    "AssetCheckSeverity": "definitions.checks.specs",
    "AssetCheckSpec": "definitions.checks.specs",
    "AssetCheckEvaluation": "definitions.checks.results",
    "AssetCheckResult": "definitions.checks.results",
    "AutoMaterializePolicy": "definitions.automation.auto_materialize",
    "AutoMaterializeRule": "definitions.automation.auto_materialize",
    "AssetSensorDefinition": "definitions.automation.asset_sensor",
    "asset_sensor": "definitions.automation.asset_sensor",
    "AutomationCondition": "definitions.automation.condition",
    "AutomationContext": "definitions.automation.condition_evaluation",
    "AutomationResult": "definitions.automation.condition_evaluation",
    "AndAutomationCondition": "definitions.automation.condition_operators",
    "NotAutomationCondition": "definitions.automation.condition_operators",
    "OrAutomationCondition": "definitions.automation.condition_operators",
    "AutomationConditionSensorDefinition": "definitions.automation.condition_sensor",
    "make_email_on_run_failure_sensor": "definitions.automation.failure_email",
    "FreshnessPolicy": "definitions.automation.freshness",
    "InternalFreshnessPolicy": "definitions.automation.freshness",
    "LegacyFreshnessPolicy": "definitions.automation.freshness",
    "apply_freshness_policy": "definitions.automation.freshness",
    "MultiAssetSensorEvaluationContext": "definitions.automation.multi_asset_context",
    "build_multi_asset_sensor_context": "definitions.automation.multi_asset_context",
    "MultiAssetSensorDefinition": "definitions.automation.multi_asset_sensor",
    "multi_asset_sensor": "definitions.automation.multi_asset_sensor",
    "build_schedule_from_partitioned_job": "definitions.automation.partitioned_schedule",
    "schedule_from_partitions": "definitions.automation.partitioned_schedule",
    "RunRequest": "definitions.automation.run_request",
    "SkipReason": "definitions.automation.run_request",
    "RunFailureSensorContext": "definitions.automation.run_status_context",
    "RunStatusSensorContext": "definitions.automation.run_status_context",
    "build_run_status_sensor_context": "definitions.automation.run_status_context",
    "RunStatusSensorDefinition": "definitions.automation.run_status_sensor",
    "run_failure_sensor": "definitions.automation.run_status_sensor",
    "run_status_sensor": "definitions.automation.run_status_sensor",
    "ScheduleEvaluationContext": "definitions.automation.schedule_context",
    "build_schedule_context": "definitions.automation.schedule_context",
    "schedule": "definitions.automation.schedule_decorator",
    "DefaultScheduleStatus": "definitions.automation.schedule_definition",
    "ScheduleDefinition": "definitions.automation.schedule_definition",
    "CodeLocationSelector": "definitions.automation.selectors",
    "JobSelector": "definitions.automation.selectors",
    "RepositorySelector": "definitions.automation.selectors",
    "SensorEvaluationContext": "definitions.automation.sensor_context",
    "build_sensor_context": "definitions.automation.sensor_context",
    "sensor": "definitions.automation.sensor_decorator",
    "DefaultSensorStatus": "definitions.automation.sensor_definition",
    "SensorDefinition": "definitions.automation.sensor_definition",
    "SensorType": "definitions.automation.sensor_definition",
    "SensorResult": "definitions.automation.sensor_result",
    "Definitions": "definitions.collection",
    "Config": "definitions.config.model",
    "PermissiveConfig": "definitions.config.model",
    "ConfigurableResource": "definitions.resources.configurable",
    "ConfigurableResourceFactory": "definitions.resources.configurable",
    "ResourceDependency": "definitions.resources.configurable",
    "EnvVar": "definitions.config.env",
    "Field": "definitions.config.fields",
    "Permissive": "definitions.config.fields",
    "PermissiveShape": "definitions.config.fields",
    "Selector": "definitions.config.fields",
    "Shape": "definitions.config.fields",
    "Array": "definitions.config.types",
    "Bool": "definitions.config.types",
    "BoolSource": "definitions.config.types",
    "Enum": "definitions.config.types",
    "EnumValue": "definitions.config.types",
    "Float": "definitions.config.types",
    "Int": "definitions.config.types",
    "IntSource": "definitions.config.types",
    "Map": "definitions.config.types",
    "Noneable": "definitions.config.types",
    "ScalarUnion": "definitions.config.types",
    "String": "definitions.config.types",
    "StringSource": "definitions.config.types",
    "ConfigMapping": "definitions.config.mapping",
    "config_mapping": "definitions.config.mapping",
    "configured": "definitions.config.schema",
    "ConfigurableLegacyResourceAdapter": "definitions.resources.adapters",
    "IAttachDifferentObjectToOpContext": "definitions.resources.adapters",
    "InitResourceContext": "definitions.resources.init_context",
    "IOManagerDefinition": "definitions.resources.resource",
    "ResourceDefinition": "definitions.resources.resource",
    "ResourceParam": "definitions.resources.resource",
    "io_manager": "definitions.resources.resource",
    "make_values_resource": "definitions.resources.resource",
    "resource": "definitions.resources.resource",
    "build_init_resource_context": "execution.resources",
    "build_resources": "execution.resources",
    "with_resources": "execution.resources",
    "UnboundInitResourceContext": "execution.resources",
    "ConfigurableIOManager": "io.configurable",
    "ConfigurableIOManagerFactory": "io.configurable",
    "ConfigurableLegacyIOManagerAdapter": "io.configurable",
    "FilesystemIOManager": "io.configurable",
    "InitLoggerContext": "definitions.loggers",
    "LoggerDefinition": "definitions.loggers",
    "build_init_logger_context": "definitions.loggers",
    "colored_console_logger": "definitions.loggers",
    "default_loggers": "definitions.loggers",
    "default_system_loggers": "definitions.loggers",
    "json_console_logger": "definitions.loggers",
    "logger": "definitions.loggers",
    "validate_run_config": "execution.run_config",
    "define_asset_job": "definitions.jobs.asset_job",
    "AssetKey": "definitions.keys",
    "CoercibleToAssetKey": "definitions.keys",
    "load_assets_from_current_module": "definitions.assets.loaders",
    "load_assets_from_modules": "definitions.assets.loaders",
    "load_assets_from_package_module": "definitions.assets.loaders",
    "load_assets_from_package_name": "definitions.assets.loaders",
    "get_atoll_logger": "definitions.logger",
    "get_dagster_logger": "definitions.logger",
    "MetadataValue": "definitions.metadata.values",
    "TableColumn": "definitions.metadata.tables",
    "TableColumnDep": "definitions.metadata.tables",
    "TableColumnLineage": "definitions.metadata.tables",
    "TableRecord": "definitions.metadata.tables",
    "TableSchema": "definitions.metadata.tables",
    "multi_asset": "definitions.assets.multi_asset_decorator",
    "Failure": "definitions.outcomes",
    "MaterializeResult": "definitions.outcomes",
    "Output": "definitions.outcomes",
    "RetryRequested": "definitions.outcomes",
    "BackfillPolicy": "definitions.partitions.backfill_policy",
    "partition_loading_context": "definitions.partitions.context",
    "PartitionsDefinition": "definitions.partitions.definition",
    "StaticPartitionsDefinition": "definitions.partitions.definition",
    "DimensionPartitionMapping": "definitions.partitions.dimension_mapping",
    "MultiPartitionMapping": "definitions.partitions.dimension_mapping",
    "MultiToSingleDimensionPartitionMapping": "definitions.partitions.dimension_mapping",
    "AddDynamicPartitionsRequest": "definitions.partitions.dynamic",
    "DeleteDynamicPartitionsRequest": "definitions.partitions.dynamic",
    "DynamicPartitionsDefinition": "definitions.partitions.dynamic",
    "MultiPartitionKey": "definitions.partitions.keys",
    "Partition": "definitions.partitions.keys",
    "PartitionKeyRange": "definitions.partitions.keys",
    "TimeWindow": "definitions.partitions.keys",
    "AllPartitionMapping": "definitions.partitions.mapping",
    "IdentityPartitionMapping": "definitions.partitions.mapping",
    "LastPartitionMapping": "definitions.partitions.mapping",
    "PartitionMapping": "definitions.partitions.mapping",
    "SpecificPartitionsPartitionMapping": "definitions.partitions.mapping",
    "StaticPartitionMapping": "definitions.partitions.mapping",
    "MultiPartitionsDefinition": "definitions.partitions.multi",
    "PartitionedConfig": "definitions.partitions.partitioned_config",
    "daily_partitioned_config": "definitions.partitions.partitioned_config",
    "dynamic_partitioned_config": "definitions.partitions.partitioned_config",
    "hourly_partitioned_config": "definitions.partitions.partitioned_config",
    "monthly_partitioned_config": "definitions.partitions.partitioned_config",
    "partitioned_config": "definitions.partitions.partitioned_config",
    "static_partitioned_config": "definitions.partitions.partitioned_config",
    "weekly_partitioned_config": "definitions.partitions.partitioned_config",
    "DailyPartitionsDefinition": "definitions.partitions.regular",
    "HourlyPartitionsDefinition": "definitions.partitions.regular",
    "MonthlyPartitionsDefinition": "definitions.partitions.regular",
    "WeeklyPartitionsDefinition": "definitions.partitions.regular",
    "ScheduleType": "definitions.partitions.cadence",
    "TimeWindowPartitionsDefinition": "definitions.partitions.time_windows",
    "TimeWindowPartitionMapping": "definitions.partitions.window_mapping",
    "file_relative_path": "definitions.paths",
    "Backoff": "definitions.policies",
    "Jitter": "definitions.policies",
    "RetryPolicy": "definitions.policies",
    "RunConfig": "definitions.config.run_config",
    "AssetSelection": "definitions.assets.selection",
    "AssetDep": "definitions.assets.specs",
    "AssetIn": "definitions.assets.specs",
    "AssetOut": "definitions.assets.specs",
    "AssetSpec": "definitions.assets.specs",
    "AtollError": "errors",
    "ConfigError": "errors",
    "DefinitionError": "errors",
    "ExecutionInterrupted": "errors",
    "InvocationError": "errors",
    "StoredValueError": "errors",
    "ConfigDefinitionError": "errors",
    "InvariantError": "errors",
    "MetadataError": "errors",
    "OutputNotFoundError": "errors",
    "ParameterError": "errors",
    "PropertyError": "errors",
    "SubsetError": "errors",
    "TypeCheckError": "errors",
    "UnknownPartitionError": "errors",
    "UnknownResourceError": "errors",
    "UserCodeError": "errors",
    "AssetExecutionContext": "execution.context",
    "OpExecutionContext": "execution.context",
    "build_asset_context": "execution.built_contexts",
    "materialize": "execution.materialize",
    "materialize_to_memory": "execution.materialize",
    "ExecuteInProcessResult": "execution.result",
    "InputContext": "io.contexts",
    "OutputContext": "io.contexts",
    "build_input_context": "io.contexts",
    "build_output_context": "io.contexts",
    "fs_io_manager": "io.filesystem",
    "IOManager": "io.manager",
    "InMemoryIOManager": "io.memory",
    "mem_io_manager": "io.memory",
    "TypedIOManager": "io.typed",
    "TextMetadataValue": "definitions.metadata.kinds",
    "IntMetadataValue": "definitions.metadata.kinds",
    "FloatMetadataValue": "definitions.metadata.kinds",
    "BoolMetadataValue": "definitions.metadata.kinds",
    "NullMetadataValue": "definitions.metadata.kinds",
    "JsonMetadataValue": "definitions.metadata.kinds",
    "MarkdownMetadataValue": "definitions.metadata.kinds",
    "UrlMetadataValue": "definitions.metadata.kinds",
    "PathMetadataValue": "definitions.metadata.kinds",
    "NotebookMetadataValue": "definitions.metadata.kinds",
    "TimestampMetadataValue": "definitions.metadata.kinds",
    "PythonArtifactMetadataValue": "definitions.metadata.kinds",
    "DagsterAssetMetadataValue": "definitions.metadata.kinds",
    "DagsterJobMetadataValue": "definitions.metadata.kinds",
    "DagsterRunMetadataValue": "definitions.metadata.kinds",
    "PoolMetadataValue": "definitions.metadata.kinds",
    "TableMetadataValue": "definitions.metadata.kinds",
    "TableSchemaMetadataValue": "definitions.metadata.kinds",
    "TableColumnLineageMetadataValue": "definitions.metadata.kinds",
    "TableConstraints": "definitions.metadata.tables",
    "TableColumnConstraints": "definitions.metadata.tables",
    "TableMetadataSet": "definitions.metadata.metadata_sets",
    "CodeReferencesMetadataValue": "definitions.metadata.code_references",
    "LocalFileCodeReference": "definitions.metadata.code_references",
    "UrlCodeReference": "definitions.metadata.code_references",
    "FilePathMapping": "definitions.metadata.code_references",
    "AnchorBasedFilePathMapping": "definitions.metadata.code_references",
    "with_source_code_references": "definitions.metadata.code_references",
    "link_code_references_to_git": "definitions.metadata.code_references",
    "AssetMaterialization": "definitions.asset_events",
    "AssetObservation": "definitions.asset_events",
    "ExpectationResult": "definitions.asset_events",
    "DataVersion": "definitions.data_versions",
    "DataVersionsByPartition": "definitions.data_versions",
    "DataProvenance": "definitions.data_versions",
    "ObserveResult": "definitions.outcomes",
}

__all__ = ["__version__", *sorted(_NAMES)]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    module = _NAMES.get(name)
    if module is not None:
        try:
            value = getattr(importlib.import_module("atoll." + module), name)
        except ImportError as error:
            if error.name is not None and error.name.partition(".")[0].startswith("pydantic"):
                raise ImportError(
                    "atoll.%s needs pydantic 2; install it: pip install 'pydantic>=2.4'" % name
                ) from error
            raise
        globals()[name] = value
        return value
    if name == "definitions":  # the package, which is the decorator too
        return importlib.import_module("atoll.definitions")
    if name.startswith("__"):
        raise AttributeError(name)
    from atoll.definitions.later import explain

    raise explain(name, sorted(_NAMES))


def __dir__() -> List[str]:
    return sorted([*globals(), *_NAMES])
