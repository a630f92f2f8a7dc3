"""`materialize`: assets made in the caller's own process."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.collection import Definitions
from atoll.definitions.config.run_config import CoercibleToRunConfig
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
    return make_assets(run, definitions, keys, checks, raise_on_error)


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


def make_assets(
    run: InProcessRun,
    definitions: Definitions,
    keys: Iterable[str],
    checks: Iterable[str],
    raise_on_error: bool,
) -> ExecuteInProcessResult:
    """Have a run make assets and evaluate checks, each after what it depends on."""
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
    steps = run.narrowed(steps)
    check_run_config(
        _configured(definitions),
        definitions.resources,
        run.run_config,
        needed_by({step.key: step for step in steps}),
        running={step.config_path[0] for step in steps},
    )
    run.execute(steps, selected)
    return finished(run, raise_on_error)


def finished(run: InProcessRun, raise_on_error: bool) -> ExecuteInProcessResult:
    """What came of a run; its first exception is raised where that is wanted."""
    if raise_on_error and run.error is not None:
        raise run.error
    return run.result()


def _configured(definitions: Definitions) -> Dict[str, Any]:
    """What takes config, by the name under which it takes it."""
    items: List[Any] = [*definitions.assets, *definitions.asset_checks]
    return {item.name: item.graph or item for item in items if hasattr(item, "outputs")}
