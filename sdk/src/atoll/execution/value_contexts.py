"""What IO managers are told of the values that a step stores and loads."""

from __future__ import annotations

import inspect
from typing import Any, Dict, Mapping, Optional

from atoll.definitions.config.reading import Path, Reading
from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.config.types import UNSET
from atoll.definitions.metadata.values import MetadataValue
from atoll.execution.step_config import config_path, step_entry
from atoll.graph.steps import Upstream
from atoll.io.contexts import InputContext, OutputContext


def output_context(
    execution: Any,
    output: Any,
    mapping_key: Optional[str],
    facts: Mapping[str, MetadataValue],
    record: Any,
) -> OutputContext:
    """Of an output that the step gives back.

    Args:
        execution: of the step.
        output: what is given back.
        mapping_key: which value of a dynamic output it is.
        facts: what the function said of it.
        record: takes the events that the IO manager logs.
    """
    manager_key = output.io_manager_key
    return OutputContext(
        uninterruptible=execution.sink.uninterruptible,
        record=record,
        asset_key=output.spec.key if output.spec is not None else None,
        asset_spec=output.spec,
        name=output.name,
        step_key=execution.request.key.step,
        run_id=execution.request.key.run_id,
        definition_metadata=output.metadata,
        output_metadata={**execution.context_metadata(output.name), **facts},
        type=output.type,
        mapping_key=mapping_key,
        config=_output_config(execution, manager_key, execution.step, execution.entry, output.name),
        **execution.output_partition_facts(output),
        **_of_run(execution, manager_key),
    )


def stored_by_op(
    execution: Any, upstream: Upstream, output: Any, step: Any, mapping_key: Optional[str]
) -> OutputContext:
    """Of an output of an earlier step of the run."""
    manager_key = output.io_manager_key
    step_key = execution.instance_key(upstream, mapping_key)
    entry = step_entry(execution.request.run_config, step)
    return OutputContext(
        asset_key=output.spec.key if output.spec is not None else None,
        asset_spec=output.spec,
        name=output.name,
        step_key=step_key,
        definition_metadata=output.metadata,
        type=output.type,
        mapping_key=mapping_key if output.is_dynamic else None,
        config=_output_config(execution, manager_key, step, entry, output.name),
        partition_key=execution.request.partition_key,
        is_partitioned=None if output.spec is not None else False,
        **{**_of_run(execution, manager_key), "run_id": execution.value_run(step_key)},
    )


def stored_asset(
    execution: Any, asset_key: Any, manager_key: str, partitions: Mapping[str, Any]
) -> OutputContext:
    """Of an asset that was stored by this run or by an earlier one."""
    asset = asset_key.to_user_string()
    spec = execution.prepared.specs.get(asset)
    maker = execution.prepared.makers.get(asset)
    return OutputContext(
        asset_key=asset_key,
        asset_spec=spec,
        name="result" if maker is None else maker.output,
        step_key="__".join(asset_key.path) if maker is None else maker.step,
        run_id=execution.request.key.run_id,
        definition_metadata=spec.metadata if spec else None,
        type=None if maker is None else maker.type,
        partition_key=execution.request.partition_key,
        **partitions,
        **_of_run(execution, manager_key, lambda: _maker(execution, maker)),
    )


def _maker(execution: Any, maker: Any) -> Any:
    """The op that makes an asset, as `op_def`."""
    made_by = None if maker is None else execution.prepared.steps.get(maker.step)
    definition = None if made_by is None else made_by.definition
    return getattr(definition, "op", definition)


def input_context(
    execution: Any,
    value: Any,
    manager_key: str,
    stored: Optional[OutputContext],
    partitions: Mapping[str, Any],
    hint: Any,
) -> InputContext:
    """Of an input of the step.

    Args:
        execution: of the step.
        value: the input.
        manager_key: of what loads it.
        stored: the output whose value it is; None for one that is connected to nothing.
        partitions: which partitions of an asset are loaded.
        hint: called where the value is missing; says what to do.
    """
    given = (execution.entry.get("inputs") or {}).get(value.name, UNSET)
    step_path = () if execution.step is None else config_path(execution.step)
    path = (*step_path, "inputs", value.name)
    return InputContext(
        upstream_output=stored,
        hint=hint,
        record=None if execution.context is None else execution.context.log_event,
        asset_key=stored._asset_key if value.key is None and stored is not None else value.key,
        name=value.name,
        step_key=execution.request.key.step,
        run_id=execution.request.key.run_id,
        definition_metadata=value.metadata,
        type=value.type,
        partition_key=execution.request.partition_key,
        config=_config(execution, manager_key, "input_config_schema", given, path),
        **({"is_partitioned": False} if value.key is None and not partitions else partitions),
        **_of_run(execution, manager_key),
    )


def _of_run(execution: Any, manager_key: str, op_def: Any = None) -> Dict[str, Any]:
    """What is the same for every value that an IO manager stores or loads in a run."""
    return {
        "job_name": execution.request.job_name,
        "log": execution.log,
        "resources": execution.manager_resources(manager_key),
        "values_url": execution.request.values_url,
        "later": {
            "op_def": op_def or (lambda: execution.context.op_def),
            "step_context": lambda: execution.context,
            "instance": lambda: execution.instance,
            "resource_config": lambda: execution.manager_config(manager_key),
        },
    }


def _output_config(
    execution: Any, manager_key: str, step: Any, entry: Mapping[str, Any], name: str
) -> Any:
    outputs = entry.get("outputs") or {}
    if isinstance(outputs, list):
        outputs = {key: config for one in outputs for key, config in one.items()}
    path = (*config_path(step), "outputs", name)
    given = outputs.get(name, UNSET)
    return _config(execution, manager_key, "output_config_schema", given, path)


def _config(execution: Any, manager_key: str, name: str, given: Any, path: Path) -> Any:
    """The config that an IO manager takes of each input or output.

    Raises:
        ConfigError: `config.*`, it does not fit.
    """
    schema = getattr(execution.declared_resource(manager_key), name, None)
    if inspect.ismethod(schema):  # of a ConfigurableIOManager
        schema = schema()
    if schema is None:
        return None if given is UNSET else given
    reading = Reading()
    found = ConfigSchema.of(schema).read(given, path, reading)
    reading.finish("the config of '%s'" % path[-1], given)
    return found
