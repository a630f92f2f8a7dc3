"""The values that a step's function takes."""

from __future__ import annotations

import copy
from typing import Any, Dict, List, Mapping, Optional, Tuple, TypeVar

from atoll.definitions.config.reading import Reading
from atoll.definitions.config.types import UNSET
from atoll.definitions.function import EMPTY
from atoll.definitions.metadata.values import to_wire
from atoll.definitions.ops.ports import NO_DEFAULT
from atoll.definitions.ops.types import resolve_type
from atoll.errors import ConfigError, nearest
from atoll.execution.input_config import given_input, read_input
from atoll.execution.input_partitions import input_facts
from atoll.execution.step_config import config_path
from atoll.execution.type_checks import (
    check_facts,
    check_value,
    reason,
    shown_type,
    type_check_error,
)
from atoll.execution.value_contexts import input_context, stored_asset, stored_by_op
from atoll.graph.steps import ALL, Upstream
from atoll.io.contexts import OutputContext
from atoll_wire.events import LOADED_INPUT, STEP_INPUT


def load_inputs(execution: Any) -> Dict[str, Any]:
    """Load, check and tell the values of all inputs that have one."""
    arguments: Dict[str, Any] = {}
    for value in execution.step.inputs:
        if value.is_nothing:
            continue
        arguments[value.name] = _value(execution, value)
    for value in execution.step.inputs:
        if value.name in arguments:
            _check(execution, value, arguments[value.name])
    return arguments


def _value(execution: Any, value: Any) -> Any:
    parts = getattr(value, "parts", ())
    if parts:
        return [_value(execution, part) for part in parts if _is_present(execution, part)]
    if value.upstream:
        return _upstream_values(execution, value)
    if value.value is not NO_DEFAULT:
        return value.value
    if value.input_manager_key and value.key is None:
        return _load(execution, value, value.input_manager_key, None, {})
    given = given_input(execution.request.run_config, execution.step, execution.entry, value)
    if given is not UNSET:
        return _from_config(execution, value, given)
    if value.key is not None:
        return load_asset(execution, value)
    if value.default is not NO_DEFAULT:
        return value.default
    raise ConfigError(
        "the input '%s' of '%s' is connected to nothing" % (value.name, execution.step.key),
        code="config.missing_input",
        hint="give it a value in the run's config: ops: {%s: {inputs: {%s: ...}}}"
        % (execution.step.name, value.name),
    )


def _is_present(execution: Any, part: Any) -> bool:
    """Whether a value of a fan-in is not one that an op has left out."""
    return not part.upstream or any(
        execution.was_given_back(one, key)
        for one in part.upstream
        for key in execution.mapping_keys(one)
    )


def _from_config(execution: Any, value: Any, given: Any) -> Any:
    reading = Reading()
    path = (*config_path(execution.step), "inputs", value.name)
    read = read_input(value, given, path, reading)
    reading.finish("the config of '%s'" % execution.step.key, given)
    loader = resolve_type(value.type).loader
    if loader is None:
        return read
    context = execution.context_with(loader.required_resource_keys)
    return loader.construct_from_config_value(context, read)


def _upstream_values(execution: Any, value: Any) -> Any:
    """The value of the only output, or a list of those of all that were given back."""
    present: List[Tuple[Upstream, Optional[str]]] = []
    for one in value.upstream:
        for mapping_key in execution.mapping_keys(one):
            if execution.was_given_back(one, mapping_key):
                present.append((one, mapping_key))
    many = value.is_fan_in or any(one.mode == ALL for one in value.upstream)
    taken = _one_of(value) if many else value
    loaded = [_load_output(execution, taken, one, key) for one, key in present]
    return loaded if many else loaded[0]


def _one_of(value: Any) -> Any:
    """The input as it stands for one of several values: of the type that its list is of."""
    kind = resolve_type(value.type).typing_type
    parts = getattr(kind, "__args__", ()) if getattr(kind, "__origin__", None) is list else ()
    made = copy.copy(value)
    made.type = EMPTY if not parts or isinstance(parts[0], TypeVar) else parts[0]
    return made


def _load_output(execution: Any, value: Any, upstream: Upstream, mapping_key: Optional[str]) -> Any:
    step = execution.prepared.step(upstream.step, execution.request.job_name)
    output = next(one for one in step.outputs if one.name == upstream.output)
    manager_key = value.input_manager_key or output.io_manager_key
    stored = stored_by_op(execution, upstream, output, step, mapping_key)
    facts = execution.output_partition_facts(output) if output.spec is not None else {}
    facts.pop("partition_key", None)
    return _load(execution, value, manager_key, stored, facts)


def load_asset(
    execution: Any,
    value: Any,
    partition_key: Optional[str] = None,
    partition_keys: Optional[List[str]] = None,
) -> Any:
    """Load one asset's value, and say so.

    Args:
        partition_key: the partition, instead of the one that the step makes.
        partition_keys: several of them.
    """
    asset = value.key.to_user_string()
    manager_key = execution.prepared.io_manager_key(asset, value.input_manager_key)
    asked = [partition_key] if partition_key is not None else partition_keys
    partitions = input_facts(execution, value, asked)
    stored = stored_asset(execution, value.key, manager_key, partitions)
    return _load(execution, value, manager_key, stored, partitions)


def _load(
    execution: Any,
    value: Any,
    manager_key: str,
    stored: Optional[OutputContext],
    partitions: Mapping[str, Any],
) -> Any:
    manager = execution.io_manager(manager_key)  # first: what it needs is ready then
    context = input_context(
        execution,
        value,
        manager_key,
        stored,
        partitions,
        lambda: missing_hint(execution, value),
    )
    loaded = manager.load_input(context)
    data: Dict[str, Any] = {"input_name": value.name, "io_manager_key": manager_key}
    source = "a value"
    if value.key is not None:
        source = "'%s'" % value.key.to_user_string()
        data["asset_key"] = value.key.to_user_string()
    elif stored is not None:
        source = "'%s.%s'" % (stored.step_key, stored.name)
        data.update(upstream_step_key=stored.step_key, upstream_output_name=stored.name)
    facts = context.consume_logged_metadata()
    if facts:
        data["metadata"] = to_wire(facts)
    execution.emit(
        LOADED_INPUT,
        "Loaded %s for the parameter '%s' with IO manager '%s'."
        % (source, value.name, manager_key),
        data,
    )
    return loaded


def _check(execution: Any, value: Any, found: Any) -> None:
    check = check_value(execution, value.type, found)
    execution.emit(
        STEP_INPUT,
        "Got input '%s' of type %s." % (value.name, shown_type(value.type)),
        {"input_name": value.name, **check_facts(check)},
    )
    if not check.success:
        raise type_check_error(
            "the input '%s' of '%s' is declared to be %s: %s"
            % (value.name, execution.step.key, shown_type(value.type), reason(check)),
            value.type,
            check,
            code="input.wrong_type",
            hint="change the annotation, or what is passed",
        )


def missing_hint(execution: Any, value: Any) -> Optional[str]:
    """What to do when an input has no value: what it is called tells which mistake is likely."""
    if value.key is None:
        return "run '%s' again: the value is made within the run" % value.upstream[0].step
    asset = value.key.to_user_string()
    if asset in execution.prepared.specs:
        return "materialize '%s' first" % asset
    if value.name == "config":
        return "annotate config with your Config class, or use context.op_config"
    if value.name in execution.prepared.resources:
        return (
            "'%s' is a resource here: annotate the parameter with its class, or with ResourceParam"
            % value.name
        )
    close = nearest(asset, list(execution.prepared.specs))
    known = "materialize '%s' first; nothing in this location makes it" % asset
    return "%s, %s" % (known, close) if close else known
