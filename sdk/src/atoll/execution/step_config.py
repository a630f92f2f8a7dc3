"""The part of a run's config that a step is given."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from atoll.definitions.config.env import resolve_env_vars
from atoll.definitions.config.schema import apply
from atoll.graph.steps import Step


def step_entry(run_config: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
    """What a run's config says under a step's name: its `config`, its `inputs`.

    Graphs with a config mapping make the entries of their nodes out of their own config.
    """
    entries: Mapping[str, Any] = run_config.get("ops") or {}
    depth = len(step.graphs)
    offset = len(step.config_path) - depth
    for name in step.config_path[:offset]:
        entries = _inside(entries.get(name) or {}, step.graphs[0] if step.graphs else None)
    for index, name in enumerate(step.config_path[offset:]):
        entry: Mapping[str, Any] = entries.get(name) or {}
        if offset + index == len(step.config_path) - 1:
            return entry
        entries = _inside(entry, step.graphs[index + 1])
    return (run_config.get("ops") or {}).get(step.config_path[-1]) or {}


def _inside(entry: Mapping[str, Any], graph: Any) -> Mapping[str, Any]:
    """The entries of a graph's nodes."""
    config = getattr(graph, "config", None)
    fn = getattr(config, "config_fn", None)
    if fn is not None:
        given = resolve_env_vars(entry.get("config") or {})
        schema = getattr(config, "config_schema", None)
        made: Mapping[str, Any] = fn(given if schema is None else apply(schema, given, "graph"))
        return made
    if isinstance(config, Mapping) and not entry.get("ops"):
        return config
    return entry.get("ops") or {}


def raw_config(run_config: Mapping[str, Any], step: Step) -> Any:
    """What `context.op_config` is: checked, with defaults, where there is a schema."""
    config = step_entry(run_config, step).get("config")
    mapping = getattr(step.definition, "config_mapping", None)
    where = "'%s'" % step.name
    if mapping is not None:
        return _configured(mapping, config, where)
    schema = step.definition.config_schema
    if schema is not None:
        return apply(schema, resolve_env_vars(config), where)
    return config


def _configured(mapping: Any, config: Any, where: str) -> Any:
    """The config of an op whose `configured` was called, perhaps several times."""
    given, schema, inner = mapping
    if callable(given):
        own = resolve_env_vars(config)
        given = given(own if schema is None else apply(schema, own, where))
    if inner.config_mapping is not None:
        return _configured(inner.config_mapping, given, where)
    if inner.config_schema is not None:
        return apply(inner.config_schema, resolve_env_vars(given), where)
    return given


def config_argument(step: Step, raw: Any) -> Dict[str, Any]:
    """The config parameter, as an argument; empty where the function takes none."""
    parameter = step.function.config
    if parameter is None:
        return {}
    annotation = parameter.annotation
    if getattr(annotation, "__atoll_config__", False):
        return {parameter.name: annotation.from_run_config(raw, "'%s'" % step.name)}
    return {parameter.name: resolve_env_vars(raw or {})}
