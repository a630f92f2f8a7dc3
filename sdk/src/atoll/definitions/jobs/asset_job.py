"""`define_asset_job`: a name for some of a location's assets, with config and tags for its runs.

What it selects is found when the location loads, in `atoll.graph.jobs`: only then is it known
which assets there are.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, Optional

from atoll.definitions.config.env import EnvVar
from atoll.definitions.config.run_config import RunConfig, run_config_dict
from atoll.definitions.ops.graph_definition import GraphDefinition
from atoll.definitions.ops.job_definition import JobDefinition
from atoll.definitions.policies import check_policy
from atoll.definitions.source import Source, caller_source
from atoll.definitions.validation import check_name, check_owners, text_tags
from atoll.errors import DefinitionError
from atoll_wire.events import ASSET_JOB
from atoll_wire.selection_error import SelectionError

if TYPE_CHECKING:
    from atoll.definitions.assets.selection import AssetSelection


class UnresolvedAssetJobDefinition:
    """A job as it was declared. Made by `define_asset_job`."""

    def __init__(
        self,
        name: str,
        selection: AssetSelection,
        config: Dict[str, Any],
        description: Optional[str],
        tags: Dict[str, str],
        run_tags: Dict[str, str],
        metadata: Dict[str, Any],
        owners: List[str],
        source: Source,
        partitions_def: Any = None,
        executor_def: Any = None,
        hooks: Any = None,
        op_retry_policy: Any = None,
        automation_condition: Any = None,
    ):
        self.name = name
        self.selection = selection
        self.config = config
        self.description = description
        self.tags = tags
        self.run_tags = run_tags
        self.metadata = metadata
        self.owners = owners
        self.source = source
        self.partitions_def = partitions_def
        self.executor_def = executor_def
        self.hooks = set(hooks or ())
        self.op_retry_policy = op_retry_policy
        self.automation_condition = automation_condition

    @staticmethod
    def of_everything() -> UnresolvedAssetJobDefinition:
        """The job that makes every asset."""
        everything = _selection(ASSET_JOB, None, None)
        return UnresolvedAssetJobDefinition(ASSET_JOB, everything, {}, None, {}, {}, {}, [], None)

    def resolve(self, asset_graph: Any = None, **_: Any) -> Any:
        """The job with what it selects of `Definitions`, or of a list of assets, found."""
        from importlib import import_module

        return import_module("atoll.graph.resolved").resolved_job(self, asset_graph)

    def with_metadata(self, metadata: Mapping[str, Any]) -> UnresolvedAssetJobDefinition:
        """A copy with these facts instead of its own."""
        made = copy.copy(self)
        made.metadata = dict(metadata)
        return made

    def run_request_for_partition(self, partition_key: str, **arguments: Any) -> Any:
        """A `RunRequest` for one of its partitions."""
        from importlib import import_module

        requests = import_module("atoll.definitions.automation.run_request")
        return requests.RunRequest(job_name=self.name, partition_key=partition_key, **arguments)

    def __repr__(self) -> str:
        return "define_asset_job(%r, %r)" % (self.name, str(self.selection))


def define_asset_job(
    name: str,
    selection: Any = None,
    config: Any = None,
    description: Optional[str] = None,
    tags: Optional[Mapping[str, Any]] = None,
    run_tags: Optional[Mapping[str, Any]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    partitions_def: Any = None,
    executor_def: Any = None,
    hooks: Any = None,
    op_retry_policy: Any = None,
    owners: Optional[List[str]] = None,
    automation_condition: Any = None,
) -> UnresolvedAssetJobDefinition:
    """A job that makes some of the location's assets.

    Args:
        name: unique in the location.
        selection: a selection as text or object, an asset, a key, or a list of those; all
            assets that the location makes, by default.
        config: a `RunConfig` or a dict: the config of its runs, unless they say otherwise.
        description: Markdown.
        tags: of the job. Values that are not text become JSON.
        run_tags: of its runs; `tags`, where they are not given.
        metadata: facts about the job.
        partitions_def: the pieces in which its runs make the assets, where those do not say it.
        executor_def: how many steps of a run go on at once.
        hooks: functions to call when a step has succeeded or failed.
        op_retry_policy: of the steps that have none.
        owners: e-mail addresses, or `team:NAME`.
        automation_condition: when it is to be run by itself.

    Raises:
        DefinitionError: `definition.*` or `selection.*`. What the selection chooses is told when
            the location loads.
    """
    source = caller_source()
    check_name(name, "a job", source)
    if name.startswith(ASSET_JOB):
        raise DefinitionError(
            "a job may not be called '%s': names that begin with %s are Atoll's own"
            % (name, ASSET_JOB),
            code="definition.bad_name",
            source=source,
        )
    what = "job '%s'" % name
    own_tags = text_tags(what, tags, source)
    return UnresolvedAssetJobDefinition(
        name=name,
        selection=_selection(name, selection, source),
        config=config if _is_made_later(config) else plain_config(name, config, source),
        description=description,
        tags=own_tags,
        run_tags=dict(own_tags) if run_tags is None else text_tags(what, run_tags, source),
        metadata=dict(metadata or {}),
        owners=check_owners(owners, source),
        source=source,
        partitions_def=partitions_def,
        executor_def=executor_def,
        hooks=hooks,
        op_retry_policy=check_policy(op_retry_policy, source),
        automation_condition=automation_condition,
    )


def checked_jobs(jobs: Optional[Iterable[Any]], source: Source) -> List[Any]:
    """The `jobs` argument of `Definitions` as a list, each job once.

    Raises:
        DefinitionError: `definition.not_a_job` or `definition.duplicate_job`.
    """
    if isinstance(jobs, (UnresolvedAssetJobDefinition, JobDefinition)):
        raise DefinitionError(
            "'jobs' takes a list, not %r" % (jobs,), hint="write jobs=[...]", source=source
        )
    found: Dict[str, Any] = {}
    for given in jobs or ():
        job = given.implicit_job if isinstance(given, GraphDefinition) else given
        if not isinstance(job, (UnresolvedAssetJobDefinition, JobDefinition)):
            raise _not_a_job(job, source)
        first = found.setdefault(job.name, job)
        if first is not job:
            place = " first in %s:%s," % first.source if first.source else ""
            raise DefinitionError(
                "the job '%s' is defined twice:%s again here" % (job.name, place),
                code="definition.duplicate_job",
                hint="give one of them another name",
                source=job.source,
            )
    return list(found.values())


def _not_a_job(item: Any, source: Source) -> DefinitionError:
    if hasattr(item, "specs") or callable(item):
        hint = "write define_asset_job('name', selection=[...]) for a job that makes assets"
    elif isinstance(item, (list, tuple)):
        hint = "put a * before the list to unpack it"
    else:
        hint = "pass what define_asset_job or @job returned"
    named = getattr(item, "name", None)
    return DefinitionError(
        "'jobs' holds %s, which is no job"
        % ("'%s'" % named if isinstance(named, str) else "%.80r" % (item,)),
        code="definition.not_a_job",
        hint=hint,
        source=source,
    )


def _selection(name: str, selection: Any, source: Source) -> AssetSelection:
    from atoll.definitions.assets.selection import AssetSelection  # only where there are jobs

    if selection is None:
        return AssetSelection.all()
    try:
        return AssetSelection.from_coercible(selection)
    except (SelectionError, DefinitionError) as error:
        raise selection_error(name, error, source) from None


def selection_error(name: str, error: Exception, source: Source) -> DefinitionError:
    """What is wrong with a selection, told of the job whose it is."""
    told = error.message if isinstance(error, DefinitionError) else str(error)
    return DefinitionError(
        "the selection of job '%s': %s" % (name, told),
        code=getattr(error, "code", "selection.invalid"),
        hint=getattr(error, "hint", None),
        source=source,
    )


def plain_config(name: str, config: Any, source: Source) -> Dict[str, Any]:
    """The config of a job as JSON has it.

    Raises:
        DefinitionError: `definition.bad_config`.
    """
    if config is not None and not isinstance(config, (RunConfig, Mapping)):
        raise DefinitionError(
            "the config of job '%s' is %.80r" % (name, config),
            code="definition.bad_config",
            hint="write a RunConfig, or a dict such as {'ops': {'orders': {'config': {...}}}}",
            source=source,
        )
    found: Dict[str, Any] = _plain(name, run_config_dict(config), source)
    return found


def _is_made_later(config: Any) -> bool:
    """Whether it is a `ConfigMapping`, or what makes the config of a partition."""
    return hasattr(config, "config_fn") or hasattr(config, "partitions_def")


def _plain(name: str, value: Any, source: Source) -> Any:
    """`value` as JSON has it; an `EnvVar` as `{"env": NAME}`, which is read when a step runs."""
    if isinstance(value, EnvVar):
        return {"env": value.env_var_name}
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float) and value - value == 0:
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(name, item, source) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(name, item, source) for item in value]
    raise DefinitionError(
        "the config of job '%s' holds %.80r, which JSON does not have" % (name, value),
        code="definition.bad_config",
        hint="write plain values, or RunConfig(ops={...}) around objects of your Config class",
        source=source,
    )
