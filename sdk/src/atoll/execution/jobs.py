"""The execution of jobs in the caller's own process."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Sequence

from atoll.definitions.collection import Definitions
from atoll.definitions.config.run_config import CoercibleToRunConfig, run_config_dict
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.definitions.partitions.context import partition_loading_context
from atoll.definitions.partitions.keys import PARTITION_TAG
from atoll.errors import DefinitionError
from atoll.execution.in_process import InProcessRun
from atoll.execution.materialize import finished, make_assets
from atoll.execution.prepare import prepare
from atoll.execution.reexecution import Reexecution
from atoll.execution.result import ExecuteInProcessResult
from atoll.execution.run_config import check_run_config, needed_by
from atoll.graph.check import DEFAULT_IO_MANAGER
from atoll.graph.steps import Step
from atoll.instance.runs import PARENT_RUN_TAG, ROOT_RUN_TAG, DagsterRun


def execute_in_process(
    job: Any,
    *,
    run_config: CoercibleToRunConfig = None,
    instance: Any = None,
    partition_key: Optional[str] = None,
    raise_on_error: bool = True,
    op_selection: Optional[Sequence[str]] = None,
    asset_selection: Optional[Sequence[Any]] = None,
    run_id: Optional[str] = None,
    input_values: Optional[Mapping[str, Any]] = None,
    tags: Optional[Mapping[str, str]] = None,
    resources: Optional[Mapping[str, Any]] = None,
) -> ExecuteInProcessResult:
    """Run a job in this process, as `JobDefinition.execute_in_process` says."""
    if resources:
        job = job.with_top_level_resources({})
        job.resource_defs = {**job.resource_defs, **resources}
    if job.is_asset_job:
        if resources:
            job.definitions = job.definitions.with_resources_replaced(resources)
    else:
        job = _with_inputs(_kept_in_memory(job), input_values)
    if partition_key is not None and job.partitions_def is not None:
        with partition_loading_context(dynamic_partitions_store=instance):
            job.partitions_def.validate_partition_key(partition_key)
    return run_job(
        job,
        run_config=run_config,
        tags={**_partition_tags(job, partition_key), **(tags or {})},
        instance=instance,
        partition_key=partition_key,
        raise_on_error=raise_on_error,
        op_selection=op_selection,
        asset_selection=asset_selection,
        run_id=run_id,
    )


def run_job(
    job: Any,
    *,
    run_config: CoercibleToRunConfig,
    tags: Mapping[str, str],
    instance: Any,
    raise_on_error: bool,
    op_selection: Optional[Sequence[str]],
    asset_selection: Optional[Iterable[Any]],
    partition_key: Optional[str] = None,
    run_id: Optional[str] = None,
    parent: Optional[DagsterRun] = None,
    again: Optional[Callable[[Sequence[Step]], Optional[Reexecution]]] = None,
) -> ExecuteInProcessResult:
    """Run a job in this process.

    Args:
        parent: the run that it executes again.
        again: says which steps of that.
    """
    facts: Dict[str, Any] = {"op_selection": op_selection, "asset_selection": asset_selection}
    if parent is not None:
        root = parent.root_run_id or parent.run_id
        tags = {**tags, PARENT_RUN_TAG: parent.run_id, ROOT_RUN_TAG: root}
    if op_selection and not job.is_asset_job:
        job = job.get_subset(op_selection=op_selection)
    definitions = job.definitions if job.is_asset_job else Definitions(jobs=[job])
    run = InProcessRun(
        prepare(definitions),
        job.name,
        run_config=_config_of(job, run_config, partition_key),
        tags={**job.run_tags, **tags},
        instance=instance,
        partition_key=partition_key,
        run_id=run_id,
        job=job,
        facts=facts,
        again=again,
    )
    if job.is_asset_job:
        chosen = job.get_subset(asset_selection=asset_selection) if asset_selection else job
        return make_assets(
            run, definitions, chosen.selected, chosen.selected_checks, raise_on_error
        )
    steps = run.narrowed(list(run.prepared.job_steps(job.name).values()))
    check_run_config(
        {node.name: node.definition for node in job.graph.nodes},
        job.resource_defs,
        run.run_config,
        needed_by({step.key: step for step in steps}),
        running={step.config_path[0] for step in steps},
        op_steps=steps,
        graph=job.graph,
    )
    run.execute(steps, {})
    return finished(run, raise_on_error)


def _kept_in_memory(job: JobDefinition) -> JobDefinition:
    """The job, with values in memory where nothing says how they are stored."""
    from atoll.io.memory import InMemoryIOManager

    if DEFAULT_IO_MANAGER in job.resource_defs:
        return job
    return job.with_top_level_resources({DEFAULT_IO_MANAGER: InMemoryIOManager()})


def _with_inputs(job: JobDefinition, input_values: Optional[Mapping[str, Any]]) -> JobDefinition:
    if not input_values:
        return job
    unknown = [name for name in input_values if name not in job.graph.ins]
    if unknown:
        raise DefinitionError(
            "the job '%s' has no input '%s'" % (job.name, unknown[0]),
            code="definition.unknown_parameter",
            source=job.source,
        )
    made = job.with_top_level_resources({})
    made.input_values = {**job.input_values, **input_values}
    return made


def _partition_tags(job: Any, partition_key: Optional[str]) -> Dict[str, str]:
    if partition_key is None:
        return {}
    if job.partitioned_config is not None:
        found: Dict[str, str] = job.partitioned_config.get_tags_for_partition_key(partition_key)
        return found
    return {PARTITION_TAG: partition_key}


def _config_of(job: Any, run_config: Any, partition_key: Optional[str]) -> Any:
    """The run's own config, or what the job says where it has none."""
    if job.config_mapping is not None:
        mapped: Any = job.config_mapping.resolve_from_unvalidated_config(
            run_config_dict(run_config)
        )
        return mapped
    if run_config is not None:
        return run_config
    if job.partitioned_config is not None and partition_key is not None:
        return job.partitioned_config.get_run_config_for_partition_key(partition_key)
    return job.run_config
