"""`materialize`: assets made in the caller's own process."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.assets.selection import AssetSelection
from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.collection import Definitions
from atoll.definitions.config.run_config import CoercibleToRunConfig
from atoll.errors import InvariantError
from atoll.execution.in_process import InProcessRun
from atoll.execution.prepare import prepare
from atoll.execution.result import ExecuteInProcessResult
from atoll.execution.run_config import check_run_config, needed_by
from atoll.graph.check import DEFAULT_IO_MANAGER, check
from atoll.graph.graph_part import steps_making
from atoll.graph.nodes import check_keys_of, nodes_of
from atoll.graph.order import Unit, units_in_order
from atoll.graph.steps import Step, sources_of, steps_of_assets

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

    Args:
        assets: assets, checks, and `AssetSpec`s of assets that something else makes.
        run_config: a `RunConfig` or a dict.
        instance: takes the run and its events; `context.instance` of the steps.
        resources: by name; no IO managers.
        partition_key: the partition to make.
        raise_on_error: whether an exception of the user's code comes out of this call.
        tags: tags of the run.
        selection: which of the assets to make; all by default.

    Raises:
        InvariantError: `definition.io_manager_given`, an IO manager was passed.
    """
    from atoll.io.memory import InMemoryIOManager

    listed = list(assets)
    kept = InMemoryIOManager()
    keys: Set[str] = {DEFAULT_IO_MANAGER}
    for item in listed:
        shown = item.definition if isinstance(item, SourceAsset) else item
        for output in getattr(shown, "outputs", ()):
            keys.add(output.io_manager_key)
    for name in resources or ():
        if name in keys:
            raise InvariantError(
                "materialize_to_memory keeps all values itself, and was given the IO manager '%s'"
                % name,
                code="definition.io_manager_given",
                hint="leave it out, or call materialize",
            )
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
    """Observe assets in this process.

    Args:
        assets: observable source assets.
        run_config: a `RunConfig` or a dict.
        instance: takes the run and its events; `context.instance` of the steps.
        resources: by name.
        partition_key: the partition to observe.
        raise_on_error: whether an exception of the user's code comes out of this call.
        tags: tags of the run.
    """
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
    made: Dict[str, str] = {}
    for unit in units_in_order(definitions, keys, checks):
        every = [run.prepared.steps[step.key] for step in steps_of_assets(unit.assets)]
        own = steps_making(every, [*unit.keys, *unit.checks])
        before = [key for name in unit.before for key in last[name]]
        for step in own:
            selected[step.key] = [*unit.keys, *unit.checks]
            run.given.wait_for(step, before, _outputs_needed(step, len(every) == 1, unit, made))
        made.update(
            (output.spec.key.to_user_string(), "%s:%s" % (step.key, output.name))
            for step in own
            for output in step.outputs
            if output.spec is not None and output.spec.key.to_user_string() in unit.keys
        )
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


def _outputs_needed(step: Step, is_all: bool, unit: Unit, made: Mapping[str, str]) -> List[str]:
    """The outputs, of steps before it in the run, that make what a step's assets depend on.

    Args:
        step: of the unit.
        is_all: whether it is the only one; of several, each depends on what its inputs take.
        unit: what makes the assets.
        made: by asset, the output that makes it.
    """
    values = (one for whole in step.inputs for one in sources_of(whole))
    keys = [value.key for value in values if value.key is not None]
    if is_all:
        specs = [spec for spec in unit.assets.specs if spec.key.to_user_string() in unit.keys]
        keys += [dep.asset_key for spec in specs for dep in spec.deps]
        checks = [output.check for output in unit.assets.check_outputs]
        keys += [one.asset_key for one in checks if one.key.to_user_string() in unit.checks]
    named = dict.fromkeys(key.to_user_string() for key in keys)
    return [made[name] for name in named if name in made]


def finished(run: InProcessRun, raise_on_error: bool) -> ExecuteInProcessResult:
    """What came of a run; its first exception is raised where that is wanted."""
    if raise_on_error and run.error is not None:
        raise run.error
    return run.result()


def _configured(definitions: Definitions) -> Dict[str, Any]:
    """What takes config, by the name under which it takes it."""
    items: List[Any] = [*definitions.assets, *definitions.asset_checks]
    return {item.name: item.graph or item for item in items if hasattr(item, "outputs")}
