"""The part of a run's config that a step is given."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence

from atoll.definitions.config.definitions import schema_of
from atoll.definitions.config.reading import Path, Reading
from atoll.definitions.config.types import UNSET
from atoll.definitions.function import is_config_type
from atoll.errors import ConfigError
from atoll.graph.steps import Step


def step_entry(run_config: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
    """What a run's config says under a step's name: its `config`, its `inputs`.

    Graphs with a config mapping make the entries of their nodes out of their own config.
    """
    return entry_at(run_config, step, step.config_path)


def entry_at(run_config: Mapping[str, Any], step: Step, path: Sequence[str]) -> Mapping[str, Any]:
    """What a run's config says of a step, or of one of the graphs around it.

    Args:
        run_config: of the run.
        step: the step.
        path: the names of the graphs around, and its own; none at all of them means the run.
    """
    if not path:
        return run_config
    graphs = list(step.graphs)
    entries: Mapping[str, Any] = run_config.get("ops") or {}
    # Of a job, the outermost graph is the run itself; of an asset, it has a name of its own.
    if len(graphs) == len(step.config_path):
        entries = node_entries(entries, graphs.pop(0))
    for name, graph in zip(path[:-1], graphs):
        entries = _inside(entries.get(name) or {}, graph)
    entry: Mapping[str, Any] = entries.get(path[-1]) or {}
    return entry


def node_entries(ops: Mapping[str, Any], graph: Any) -> Mapping[str, Any]:
    """The entries of the nodes of a job's graph, of what stands under `ops` in the run's config.

    Raises:
        ConfigError: `config.invalid`, the graph's own config does not fit.
        ConfigMappingError: `user_code.config_mapping`, the function of its mapping raised.
    """
    return _inside(ops if graph.config_mapping is not None else {"ops": ops}, graph)


def _inside(entry: Mapping[str, Any], graph: Any) -> Mapping[str, Any]:
    """The entries of a graph's nodes."""
    if graph.config_mapping is not None:
        made = graph.config_mapping.resolve_from_unvalidated_config(entry.get("config", UNSET))
        if made is not None and not isinstance(made, Mapping):
            raise ConfigError(
                "the config mapping of the graph '%s' made %.80r" % (graph.name, made),
                code="config.invalid",
                hint="its function returns the config of the graph's nodes, by name: "
                "{'NODE': {'config': ...}}",
            )
        return made or {}
    if isinstance(graph.config, Mapping) and not entry.get("ops"):
        return graph.config
    return entry.get("ops") or {}


def raw_config(entry: Mapping[str, Any], step: Step) -> Any:
    """What `context.op_config` is: read, with defaults.

    Raises:
        ConfigError: `config.*`, it does not fit.
    """
    reading = Reading()
    given = entry.get("config", UNSET)
    found = schema_of(step.definition).read(given, (*config_path(step), "config"), reading)
    reading.finish("the config of '%s'" % step.name, given)
    return found


def config_argument(entry: Mapping[str, Any], step: Step, raw: Any) -> Dict[str, Any]:
    """The config parameter, as an argument; empty where the function takes none.

    Raises:
        ConfigError: `config.*`, it does not fit.
    """
    parameter = step.function.config
    if parameter is None:
        return {}
    if not is_config_type(parameter.annotation):
        return {parameter.name: {} if raw is None else raw}
    given = entry.get("config") if step.definition.config_schema is None else raw
    path = (*config_path(step), "config")
    made = parameter.annotation.from_run_config(given, "'%s'" % step.name, path)
    return {parameter.name: made}


def config_parameter_value(step: Step, read: Any) -> Any:
    """The config parameter of a direct call, of the config that was read."""
    parameter = step.function.config
    if parameter is None or not is_config_type(parameter.annotation):
        return {} if read is None else read
    return parameter.annotation.from_run_config(read, "'%s'" % step.name, ())


def config_path(step: Step) -> Path:
    """Where the step's entry stands in the run's config."""
    return tuple(part for name in step.config_path for part in ("ops", name))
