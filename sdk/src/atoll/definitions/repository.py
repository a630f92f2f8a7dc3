"""`@repository`: the older way to offer definitions, as a list that a function returns."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

from atoll.definitions.assets.assets_definition import AssetsDefinition
from atoll.definitions.assets.source_asset import SourceAsset
from atoll.definitions.assets.specs import AssetSpec
from atoll.definitions.collection import Definitions
from atoll.definitions.keys import AssetKey
from atoll.definitions.source import Source, caller_source
from atoll.errors import DefinitionError


class RepositoryDefinition:
    """Definitions under a name. A code location takes it as it takes `Definitions`.

    Attributes:
        name: of the repository.
        definitions: what it offers.
    """

    def __init__(
        self,
        name: str,
        definitions: Definitions,
        description: Optional[str] = None,
    ):
        self.name = name
        self.definitions = definitions
        self.description = description
        self.metadata = definitions.metadata
        self.source: Source = definitions.source

    @property
    def asset_graph(self) -> Any:
        """All assets, and what each lies between."""
        return self.definitions.resolve_asset_graph()

    @property
    def assets_defs_by_key(self) -> Dict[AssetKey, AssetsDefinition]:
        """What makes each asset."""
        return {node.key: node.assets_def for node in self.asset_graph.asset_nodes}

    @property
    def asset_checks_defs_by_key(self) -> Dict[Any, AssetsDefinition]:
        """What evaluates each check."""
        return {key: item for item in self.asset_graph.assets_defs for key in item.check_keys}

    def validate_loadable(self) -> None:
        """Raise what would be told when the location loads."""
        Definitions.validate_loadable(self.definitions)

    load_all_definitions = validate_loadable

    @property
    def job_names(self) -> List[str]:
        """The names of all jobs."""
        return [job.name for job in self.get_all_jobs()]

    @property
    def schedule_defs(self) -> List[Any]:
        """All schedules."""
        return list(self.definitions.schedules)

    @property
    def sensor_defs(self) -> List[Any]:
        """All sensors."""
        return list(self.definitions.sensors)

    def get_all_jobs(self) -> List[Any]:
        """Every job, with what it selects found, and the one that makes every asset."""
        return self.definitions.resolve_all_job_defs()

    def has_job(self, name: str) -> bool:
        """Whether there is such a job."""
        return name in self.job_names

    def get_job(self, name: str) -> Any:
        """The job of that name, with what it selects found."""
        return self.definitions.resolve_job_def(name)

    def get_schedule_def(self, name: str) -> Any:
        """The schedule of that name; where it follows partitions, those of the job's assets."""
        return self.definitions.resolve_schedule_def(name)

    def has_schedule_def(self, name: str) -> bool:
        """Whether there is such a schedule."""
        return any(item.name == name for item in self.schedule_defs)

    def has_sensor_def(self, name: str) -> bool:
        """Whether there is such a sensor."""
        return any(item.name == name for item in self.sensor_defs)

    def get_top_level_resources(self) -> Mapping[str, Any]:
        """The resources by name."""
        return self.definitions.resources

    def __getattr__(self, name: str) -> Any:
        if name in _SHARED:
            return getattr(self.definitions, name)
        raise AttributeError("a RepositoryDefinition has no '%s'" % name)

    def __repr__(self) -> str:
        return "RepositoryDefinition(%r)" % self.name


_SHARED = (
    "get_all_asset_specs",
    "get_asset_value_loader",
    "get_implicit_global_asset_job_def",
    "get_sensor_def",
    "has_implicit_global_asset_job_def",
    "load_asset_value",
)


def repository(
    definitions_fn: Optional[Callable[[], Any]] = None,
    *,
    name: Optional[str] = None,
    description: Optional[str] = None,
    metadata: Optional[Mapping[str, Any]] = None,
    default_executor_def: Any = None,
    default_logger_defs: Optional[Mapping[str, Any]] = None,
) -> Any:
    """Decorate a function that returns a list of definitions. `Definitions` is the newer way.

    Args:
        definitions_fn: the function; it is called at once.
        name: of the repository, instead of the function's.
        description: Markdown; the function's docstring where none is given.
        metadata: facts about the location.
        default_executor_def: how many steps of a run go on at once, where its job does not say.
        default_logger_defs: loggers by name.

    Raises:
        DefinitionError: `definition.bad_repository`, it returns something else; and whatever
            would be told when the location loads.
    """

    def build(fn: Callable[[], Any]) -> RepositoryDefinition:
        source = caller_source()
        arguments: Dict[str, Any] = {**_sorted(fn(), source)}
        made = Definitions(
            executor=default_executor_def,
            loggers=default_logger_defs,
            metadata=metadata,
            **arguments,
        )
        Definitions.validate_loadable(made)
        text = description if description is not None else fn.__doc__
        return RepositoryDefinition(name or fn.__name__, made, text)

    return build if definitions_fn is None else build(definitions_fn)


def _sorted(returned: Any, source: Source) -> Dict[str, List[Any]]:
    """What a repository's function returned, by argument of `Definitions`."""
    if isinstance(returned, Mapping):
        return _of_dict(returned, source)
    if not isinstance(returned, (list, tuple)):
        raise _bad("a repository's function returned %.80r, not a list" % (returned,), source)
    found: Dict[str, List[Any]] = {"assets": [], "jobs": [], "schedules": [], "sensors": []}
    for item in returned:
        for one in item if isinstance(item, (list, tuple)) else [item]:
            found[_argument(one, source)].append(one)
    return found


def _argument(item: Any, source: Source) -> str:
    if isinstance(item, (AssetsDefinition, SourceAsset, AssetSpec)):
        return "assets"
    from atoll.definitions.automation.partitioned_schedule import (
        UnresolvedPartitionedAssetScheduleDefinition,
    )
    from atoll.definitions.automation.schedule_definition import ScheduleDefinition
    from atoll.definitions.automation.sensor_definition import SensorDefinition
    from atoll.definitions.jobs.asset_job import UnresolvedAssetJobDefinition
    from atoll.definitions.ops.graph_definition import GraphDefinition
    from atoll.definitions.ops.job_definition import JobDefinition

    if isinstance(item, (ScheduleDefinition, UnresolvedPartitionedAssetScheduleDefinition)):
        return "schedules"
    if isinstance(item, SensorDefinition):
        return "sensors"
    if isinstance(item, (JobDefinition, UnresolvedAssetJobDefinition, GraphDefinition)):
        return "jobs"
    raise _bad("a repository's list holds %.80r, which is no definition" % (item,), source)


def _of_dict(returned: Mapping[str, Any], source: Source) -> Dict[str, List[Any]]:
    """The older form: `{"jobs": {name: job}}`, where a value may be a function that makes it."""
    found: Dict[str, List[Any]] = {}
    for part, items in returned.items():
        if part not in ("jobs", "schedules", "sensors"):
            raise _bad("a repository's dict holds %r" % (part,), source)
        made = []
        for key, value in items.items():
            item = value() if callable(value) and not hasattr(value, "name") else value
            if not hasattr(item, "name"):
                raise _bad("'%s' in a repository's dict is %.80r" % (key, item), source)
            if item.name != key:
                raise _bad("'%s' in a repository's dict is called '%s'" % (key, item.name), source)
            made.append(item)
        found[part] = made
    return found


def _bad(message: str, source: Source) -> DefinitionError:
    return DefinitionError(
        message,
        code="definition.bad_repository",
        hint="return a list of assets, jobs, schedules and sensors, or write Definitions(...)",
        source=source,
    )
