"""`materialize` and the execution of jobs: runs in the caller's own process."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.collection import Definitions
from atoll.definitions.config.run_config import CoercibleToRunConfig, run_config_dict
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.errors import DefinitionError
from atoll.execution.in_process import InProcessRun
from atoll.execution.prepare import prepare
from atoll.execution.result import ExecuteInProcessResult
from atoll.execution.run_config import check_run_config, needed_by
from atoll.graph.check import DEFAULT_IO_MANAGER, check
from atoll.graph.nodes import check_keys_of, nodes_of
from atoll.graph.order import units_in_order
from atoll.graph.steps import Step, steps_of_assets

_EPHEMERAL_JOB = "__ephemeral_asset_job__"


def materialize(
    assets: Iterable[Any],
    run_config: CoercibleToRunConfig = None,
    instance: Any = None,
    resources: Optional[Mapping[str, Any]] = None,
    partition_key: Optional[str] = None,
    raise_on_error: bool = True,
    tags: Optional[Mapping[str, str]] = None,
    selection: Any = None,
    values_url: Optional[str] = None,
) -> ExecuteInProcessResult:
    """Make assets in this process, one step after the other, upstream first.

    Args:
        assets: assets, checks, and `AssetSpec`s of assets that something else makes.
        run_config: a `RunConfig` or a dict.
        instance: takes the run and its events; `context.instance` of the steps.
        resources: by name.
        partition_key: the partition to make.
        raise_on_error: whether an exception of the user's code comes out of this call.
        tags: tags of the run.
        selection: which of the assets to make; all by default.
        values_url: where values are kept, and where those of assets that are not made are found;
            a temporary folder, by default.

    Returns:
        What came of it.
    """
    definitions = Definitions(list(assets), resources=resources)
    check(definitions)
    nodes = nodes_of(definitions)
    if selection is None:
        keys, checks = list(nodes), check_keys_of(definitions)
    else:
        chosen = AssetSelection.from_coercible(selection)
        keys = [key.to_user_string() for key in chosen.resolve(nodes)]
        checks = [key.to_user_string() for key in chosen.resolve_checks(definitions, nodes)]
    run = InProcessRun(
        prepare(definitions),
        _EPHEMERAL_JOB,
        run_config=run_config,
        tags=tags,
        instance=instance,
        partition_key=partition_key,
        values_url=values_url,
    )
    return _make(run, definitions, keys, checks, raise_on_error)


def materialize_to_memory(
    assets: Iterable[Any],
    run_config: CoercibleToRunConfig = None,
    instance: Any = None,
    resources: Optional[Mapping[str, Any]] = None,
    partition_key: Optional[str] = None,
    raise_on_error: bool = True,
    tags: Optional[Mapping[str, str]] = None,
    selection: Any = None,
) -> ExecuteInProcessResult:
    """Like `materialize`, with every value kept in memory instead of stored.

    Raises:
        DefinitionError: `definition.io_manager_given`, an IO manager was passed.
    """
    from atoll.io.memory import InMemoryIOManager

    listed = list(assets)
    kept = InMemoryIOManager()
    keys: Set[str] = {DEFAULT_IO_MANAGER}
    for item in listed:
        shown = item.definition if isinstance(item, SourceAsset) else item
        for output in getattr(shown, "outputs", ()):
            keys.add(output.io_manager_key)
    given = {**(resources or {}), **dict.fromkeys(keys, kept)}
    return materialize(
        listed, run_config, instance, given, partition_key, raise_on_error, tags, selection
    )


def observe(
    assets: Iterable[Any],
    run_config: CoercibleToRunConfig = None,
    instance: Any = None,
    resources: Optional[Mapping[str, Any]] = None,
    partition_key: Optional[str] = None,
    raise_on_error: bool = True,
    tags: Optional[Mapping[str, str]] = None,
) -> ExecuteInProcessResult:
    """Observe assets in this process; takes what `materialize` does."""
    return materialize(assets, run_config, instance, resources, partition_key, raise_on_error, tags)


def execute_job(
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
        definitions = job.definitions
        if resources:
            definitions = definitions.with_resources_replaced(resources)
    else:
        if op_selection:
            job = job.get_subset(op_selection=op_selection)
        job = _with_inputs(_kept_in_memory(job), input_values)
        definitions = Definitions(jobs=[job])
    run = InProcessRun(
        prepare(definitions),
        job.name,
        run_config=_config_of(job, run_config, partition_key),
        tags={**job.run_tags, **_partition_tags(job, partition_key), **(tags or {})},
        instance=instance,
        partition_key=partition_key,
        run_id=run_id,
        job=job,
    )
    if job.is_asset_job:
        chosen = job.get_subset(asset_selection=asset_selection) if asset_selection else job
        return _make(run, definitions, chosen.selected, chosen.selected_checks, raise_on_error)
    steps = list(run.prepared.job_steps(job.name).values())
    check_run_config(
        {node.name: node.definition for node in job.graph.nodes},
        job.resource_defs,
        run.run_config,
        needed_by({step.key: step for step in steps}),
        running={step.config_path[0] for step in steps},
        op_steps=steps,
    )
    run.execute(steps, {})
    return _finished(run, raise_on_error)


def _make(
    run: InProcessRun,
    definitions: Definitions,
    keys: Iterable[str],
    checks: Iterable[str],
    raise_on_error: bool,
) -> ExecuteInProcessResult:
    steps: List[Step] = []
    selected: Dict[str, List[str]] = {}
    last: Dict[str, List[str]] = {}
    for unit in units_in_order(definitions, keys, checks):
        own = [run.prepared.steps[step.key] for step in steps_of_assets(unit.assets)]
        before = [key for name in unit.before for key in last[name]]
        for step in own:
            selected[step.key] = [*unit.keys, *unit.checks]
            run.wait_for(step, before)
        steps += own
        last[unit.name] = [step.key for step in own]
    check_run_config(
        _configured(definitions),
        definitions.resources,
        run.run_config,
        needed_by({step.key: step for step in steps}),
        running={step.config_path[0] for step in steps},
    )
    run.execute(steps, selected)
    return _finished(run, raise_on_error)


def _finished(run: InProcessRun, raise_on_error: bool) -> ExecuteInProcessResult:
    if raise_on_error and run.error is not None:
        raise run.error
    return run.result()


def _configured(definitions: Definitions) -> Dict[str, Any]:
    """What takes config, by the name under which it takes it."""
    items: List[Any] = [*definitions.assets, *definitions.asset_checks]
    return {item.name: item.graph or item for item in items if hasattr(item, "outputs")}


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
    return {"dagster/partition": partition_key}


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
