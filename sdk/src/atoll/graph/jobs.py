"""What the jobs of a location make: their selections, resolved against its own assets.

As in the field, a job makes what its location makes: of a group or of everything upstream, the
assets that something else makes are left out; naming one of those is an error. Ten thousand
assets are put in order once for all jobs.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Iterator, List, Optional, Set

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.selection import NO_ASSETS
from atoll.definitions.collection import Definitions
from atoll.definitions.jobs.asset_job import (
    UnresolvedAssetJobDefinition,
    plain_config,
    selection_error,
)
from atoll.definitions.metadata.values import normalize, to_wire
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.errors import DefinitionError, nearest
from atoll.graph.check import check_inputs_of, check_resources_of
from atoll.graph.nodes import (
    Node,
    check_keys_of,
    common_partitions,
    nodes_of,
    steps_in_order,
)
from atoll.graph.step_snapshots import step_snapshot, unsupported
from atoll.graph.steps import steps_of_job
from atoll_wire.snapshot import JobSnapshot

_SECTIONS = ("ops", "resources", "loggers", "execution")


def job_snapshots(definitions: Definitions) -> List[JobSnapshot]:
    """The jobs with the keys that each makes, every asset after those that it depends on.

    Raises:
        DefinitionError: `selection.*`, `definition.empty_job`, `definition.external_in_job` or
            `definition.bad_config`.
    """
    if not definitions.jobs:
        return []
    graph = _Graph(definitions)
    return [
        _ops_snapshot(job, definitions)
        if isinstance(job, JobDefinition)
        else _snapshot(job, graph, definitions)
        for job in definitions.jobs
    ]


class _Graph(Dict[str, Node]):
    """The assets by key, with what every job asks of them, found once."""

    def __init__(self, definitions: Definitions):
        super().__init__(nodes_of(definitions))
        self.check_keys = check_keys_of(definitions)
        self.dependents: Dict[str, List[str]] = {}
        for key, node in self.items():
            for dep in node.deps:
                self.dependents.setdefault(dep, []).append(key)
        ordered = (key for _, keys in steps_in_order(self, self) for key in keys)
        self.ranks = {key: rank for rank, key in enumerate(ordered)}
        self.whole_steps: Dict[str, List[str]] = {
            item.name: [key.to_user_string() for key in item.keys]
            for item in definitions.assets
            if isinstance(item, AssetsDefinition) and len(item.outputs) > 1 and not item.can_subset
        }

    def made_with(self, keys: Iterable[str]) -> List[str]:
        """What a run that makes `keys` makes, in order: some steps can only be run whole."""
        made: Set[str] = set()
        for key in keys:
            step = self[key].step
            if step is not None:
                made.update(self.whole_steps.get(step, (key,)))
        return sorted(made, key=self.ranks.__getitem__)


def _ops_snapshot(job: JobDefinition, definitions: Definitions) -> JobSnapshot:
    """A job of ops; its resources are checked when the location loads, as those of assets are."""
    steps = steps_of_job(job)
    resources = {**definitions.resources, **job.resource_defs}
    for step in steps:
        check_resources_of(step, resources)
        check_inputs_of(step, job)
    constant = job.run_config
    schemas: Dict[Any, Any] = {}
    return JobSnapshot(
        name=job.name,
        steps=[step_snapshot(step, resources, schemas) for step in steps],
        description=job.description,
        config=plain_config(job.name, constant, job.source) if constant is not None else {},
        tags=job.tags,
        run_tags=job.run_tags,
        metadata=to_wire(normalize(job.metadata)),
        owners=job.owners,
        file=job.source[0] if job.source else None,
        line=job.source[1] if job.source else None,
        partitions=_space(job.partitions_def),
        max_concurrent_steps=_at_once(job.executor_def or definitions.executor),
        not_supported=unsupported(steps),
    )


def _condition(condition: Any) -> Any:
    return None if condition is None else condition.to_wire()


def _space(partitions_def: Any) -> Any:
    return None if partitions_def is None else partitions_def.to_wire()


def _at_once(executor: Any) -> Optional[int]:
    return getattr(executor, "max_concurrent", None)


def _snapshot(
    job: UnresolvedAssetJobDefinition, graph: _Graph, definitions: Definitions
) -> JobSnapshot:
    selected = _selected(job, graph)
    assets = graph.made_with(selected)
    checks = sorted(job.selection.checks_beside(selected, graph, graph.check_keys))
    if not assets and not checks:
        raise DefinitionError(
            "the selection of job '%s' holds no asset that this location makes: %s"
            % (job.name, job.selection),
            code="definition.empty_job",
            hint="a job makes assets of its own location; select some of them",
            source=job.source,
        )
    _check_config(job, {str(graph[key].step): None for key in assets}, definitions)
    return JobSnapshot(
        name=job.name,
        assets=assets,
        description=job.description,
        config=job.config if isinstance(job.config, dict) else {},
        tags=job.tags,
        run_tags=job.run_tags,
        metadata=to_wire(normalize(job.metadata)),
        owners=job.owners,
        file=job.source[0] if job.source else None,
        line=job.source[1] if job.source else None,
        checks=checks,
        automation_condition=_condition(job.automation_condition),
        partitions=_space(job.partitions_def or common_partitions(graph, assets)),
        max_concurrent_steps=_at_once(job.executor_def or definitions.executor),
    )


def _selected(job: UnresolvedAssetJobDefinition, graph: _Graph) -> List[str]:
    from atoll_wire import selection as grammar  # only where there are jobs

    if job.selection.tree is NO_ASSETS:
        return []
    for key in _named(job.selection.tree, grammar):
        is_elsewhere = graph[key].step is None if key in graph else key in graph.dependents
        if is_elsewhere:
            raise DefinitionError(
                "job '%s' names the asset '%s', which this location does not make"
                % (job.name, key),
                code="definition.external_in_job",
                hint="leave it out, or define the job where the asset is made",
                source=job.source,
            )
    try:
        return grammar.resolve([job.selection.tree], graph)
    except grammar.SelectionError as error:
        raise selection_error(job.name, error, job.source) from None


def _named(tree: Any, grammar: Any) -> Iterator[str]:
    """The keys that a selection names to be made themselves."""
    if isinstance(tree, grammar.Key):
        yield tree.key
    elif isinstance(tree, grammar.Or):
        for operand in tree.operands:
            yield from _named(operand, grammar)


def _check_config(
    job: UnresolvedAssetJobDefinition, steps: Dict[str, None], definitions: Definitions
) -> None:
    known: Dict[str, Any] = {"ops": steps, "resources": definitions.resources}
    given = job.config if isinstance(job.config, dict) else {}
    for section, entries in given.items():
        if section not in _SECTIONS:
            raise _bad_config(job, "has '%s'" % section, section, _SECTIONS)
        for name in entries if section in known and isinstance(entries, dict) else ():
            if name not in known[section]:
                what = "is for '%s', which is none of its %s" % (name, _MEANT[section])
                raise _bad_config(job, what, name, known[section])


_MEANT = {"ops": "steps", "resources": "location's resources"}


def _bad_config(
    job: UnresolvedAssetJobDefinition, what: str, name: str, known: Iterable[str]
) -> DefinitionError:
    names = list(known)
    return DefinitionError(
        "the config of job '%s' %s" % (job.name, what),
        code="definition.bad_config",
        hint=nearest(name, names) or "there are: %s" % (", ".join(names[:10]) or "none"),
        source=job.source,
    )
