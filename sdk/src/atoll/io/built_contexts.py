"""Contexts of IO managers for tests: `build_input_context` and `build_output_context`."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from atoll.definitions.keys import AssetKey
from atoll.definitions.ops.op_definition import OpDefinition
from atoll.definitions.partitions.definition import PartitionsDefinition
from atoll.definitions.partitions.keys import PartitionKeyRange
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import check_resources
from atoll.definitions.resources.scope import Resources, ResourceScope
from atoll.errors import ParameterError
from atoll.io.contexts import InputContext, OutputContext

RUN_ID = "__EPHEMERAL_RUN_ID"
"""The run of an `OutputContext` that was built without one; the name is Dagster's."""


def build_input_context(
    name: Optional[str] = None,
    config: Any = None,
    definition_metadata: Optional[Mapping[str, Any]] = None,
    upstream_output: Optional[OutputContext] = None,
    dagster_type: Any = None,
    resource_config: Optional[Mapping[str, Any]] = None,
    resources: Optional[Mapping[str, Any]] = None,
    op_def: Any = None,
    step_context: Any = None,
    asset_key: Any = None,
    partition_key: Optional[str] = None,
    asset_partition_key_range: Any = None,
    asset_partitions_def: Any = None,
    instance: Any = None,
    metadata: Optional[Mapping[str, Any]] = None,
) -> InputContext:
    """An `InputContext` for tests of `load_input`; also a context manager.

    Args:
        name: of the input.
        config: of the input.
        definition_metadata: that of `In` or `AssetIn`.
        upstream_output: the output whose value is loaded.
        dagster_type: the type that is wanted: a Python type or a `DagsterType`.
        resource_config: what `context.resource_config` is.
        resources: values or definitions, which are made ready. Those that are to be torn down
            need a `with` block.
        op_def: the op whose input it is.
        step_context: what `context.step_context` is.
        asset_key: of the asset that is loaded.
        partition_key: of the run; with `asset_key`, of the asset too.
        asset_partition_key_range: the asset's partitions that are loaded.
        asset_partitions_def: in which pieces the asset is made.
        instance: the deployment.
        metadata: the older name of `definition_metadata`.

    Raises:
        ParameterError: `parameter.*`, an argument is of another type, or given twice.
    """
    _check("upstream_output", upstream_output, OutputContext)
    return InputContext(
        upstream_output=upstream_output,
        instance=instance,
        **_arguments(
            name,
            definition_metadata,
            metadata,
            dagster_type,
            resource_config,
            resources,
            op_def,
            step_context,
            asset_key,
            instance,
            config,
        ),
        **_partitions(asset_key, partition_key, asset_partition_key_range, asset_partitions_def),
    )


def build_output_context(
    step_key: Optional[str] = None,
    name: Optional[str] = None,
    definition_metadata: Optional[Mapping[str, Any]] = None,
    run_id: Optional[str] = None,
    mapping_key: Optional[str] = None,
    config: Any = None,
    dagster_type: Any = None,
    version: Optional[str] = None,
    resource_config: Optional[Mapping[str, Any]] = None,
    resources: Any = None,
    op_def: Any = None,
    asset_key: Any = None,
    partition_key: Optional[str] = None,
    asset_partitions_def: Any = None,
    asset_partition_key_range: Any = None,
    instance: Any = None,
    asset_spec: Any = None,
    metadata: Optional[Mapping[str, Any]] = None,
    output_metadata: Optional[Mapping[str, Any]] = None,
) -> OutputContext:
    """An `OutputContext` for tests of `handle_output`; also a context manager.

    Args:
        step_key: of the step that makes the value.
        name: of the output.
        definition_metadata: that of `Out`, `AssetOut` or `@asset`.
        run_id: of the run that makes the value.
        mapping_key: which value of a dynamic output it is.
        config: of the output.
        dagster_type: of the output: a Python type or a `DagsterType`.
        version: of the output.
        resource_config: what `context.resource_config` is.
        resources: values or definitions, which are made ready. Those that are to be torn down
            need a `with` block.
        op_def: the op whose output it is.
        asset_key: of the asset that is stored.
        partition_key: of the run; with `asset_key`, of the asset too.
        asset_partitions_def: in which pieces the asset is made.
        asset_partition_key_range: the asset's partitions that are stored.
        instance: the deployment.
        asset_spec: of the asset.
        metadata: the older name of `definition_metadata`.
        output_metadata: the facts that the function gave back with the value.

    Raises:
        ParameterError: `parameter.*`, an argument is of another type, or given twice.
    """
    for argument, value in (
        ("step_key", step_key),
        ("run_id", run_id),
        ("mapping_key", mapping_key),
        ("version", version),
    ):
        _check(argument, value, str)
    return OutputContext(
        step_key=step_key,
        run_id=RUN_ID if run_id is None else run_id,
        mapping_key=mapping_key,
        version=version,
        output_metadata=_mapping("output_metadata", output_metadata),
        asset_spec=asset_spec,
        **_arguments(
            name,
            definition_metadata,
            metadata,
            dagster_type,
            resource_config,
            resources,
            op_def,
            None,
            asset_key,
            instance,
            config,
        ),
        **_partitions(asset_key, partition_key, asset_partition_key_range, asset_partitions_def),
    )


def _arguments(
    name: Any,
    definition_metadata: Any,
    metadata: Any,
    dagster_type: Any,
    resource_config: Any,
    resources: Any,
    op_def: Any,
    step_context: Any,
    asset_key: Any,
    instance: Any,
    config: Any,
) -> Dict[str, Any]:
    """What both kinds of context take."""
    _check("name", name, str)
    _check("op_def", op_def, OpDefinition)
    given = _mapping("definition_metadata", definition_metadata)
    older = _mapping("metadata", metadata)
    if definition_metadata is not None and metadata is not None:
        raise ParameterError(
            "both `definition_metadata` and its older name `metadata` are given",
            code="parameter.given_twice",
            hint="leave `metadata` out",
        )
    config_of_resource = _mapping("resource_config", resource_config)
    later: Dict[str, Any] = {"resource_config": lambda: config_of_resource}
    if op_def is not None:
        later["op_def"] = lambda: op_def
    if step_context is not None:
        later["step_context"] = lambda: step_context
    if isinstance(resources, Resources):
        resources = resources.original_resource_dict
    declared = check_resources(_mapping("resources", resources))
    scope = ResourceScope(declared, {}, InitResourceContext(instance=instance))
    scope.open(declared)
    return {
        "name": name,
        "config": config,
        "definition_metadata": given or older,
        "type": dagster_type,
        "asset_key": None if not asset_key else AssetKey.from_coercible(asset_key),
        "resources": Resources(scope.ready),
        "scope": scope,
        "later": later,
    }


def _partitions(
    asset_key: Any, partition_key: Any, key_range: Any, partitions_def: Any
) -> Dict[str, Any]:
    """What `PartitionedValue` takes."""
    _check("partition_key", partition_key, str)
    _check("asset_partition_key_range", key_range, PartitionKeyRange)
    _check("asset_partitions_def", partitions_def, PartitionsDefinition)
    found: Dict[str, Any] = {
        "partition_key": partition_key,
        "asset_partitions_def": partitions_def,
        "asset_partition_key_range": key_range,
    }
    if key_range is None and asset_key and partition_key:
        found["asset_partition_keys"] = [partition_key]
    found["is_partitioned"] = key_range is not None or "asset_partition_keys" in found
    return found


def _check(name: str, value: Any, kind: type) -> None:
    if value is not None and not isinstance(value, kind):
        raise ParameterError("%s is a %s, not %.80r" % (name, kind.__name__, value))


def _mapping(name: str, value: Any) -> Dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ParameterError("%s is a mapping whose keys are text, not %.80r" % (name, value))
    return dict(value)
