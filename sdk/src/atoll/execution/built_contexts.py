"""Contexts made by hand, for calling assets, ops and checks in tests."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from atoll.execution.context import (
    AssetCheckExecutionContext,
    AssetExecutionContext,
    OpExecutionContext,
    Run,
)


def build_asset_context(
    resources: Optional[Mapping[str, Any]] = None,
    resources_config: Any = None,
    asset_config: Any = None,
    instance: Any = None,
    partition_key: Optional[str] = None,
    partition_key_range: Any = None,
    run_tags: Optional[Mapping[str, str]] = None,
    op_config: Any = None,
    event_loop: Any = None,
) -> AssetExecutionContext:
    """A context for calling an asset's function in a test.

    Args:
        resources: by name; a `ConfigurableResource` is made ready as for a run.
        resources_config: their config, by name.
        asset_config: what `context.op_config` and the config parameter take.
        instance: what `context.instance` gives.
        partition_key: what `context.partition_key` says.
        partition_key_range: what `context.partition_key_range` says.
        run_tags: tags of the run.
    """
    return AssetExecutionContext(
        run=Run("EPHEMERAL", "__ephemeral_asset_job__", run_tags or {}, {}),
        resources=made_ready(resources, resources_config),
        op_config=op_config if op_config is not None else asset_config,
        instance=instance,
        partition_key=partition_key,
        partition_key_range=partition_key_range,
    )


def build_op_context(
    resources: Optional[Mapping[str, Any]] = None,
    op_config: Any = None,
    resources_config: Any = None,
    instance: Any = None,
    config: Any = None,
    partition_key: Optional[str] = None,
    partition_key_range: Any = None,
    mapping_key: Optional[str] = None,
    run_tags: Optional[Mapping[str, str]] = None,
    event_loop: Any = None,
) -> OpExecutionContext:
    """A context for calling an op's function in a test.

    Args:
        resources: by name; a `ConfigurableResource` is made ready as for a run.
        op_config: what `context.op_config` and the config parameter take; also as `config`.
        resources_config: their config, by name.
        instance: what `context.instance` gives.
        partition_key: what `context.partition_key` says.
        mapping_key: what `context.get_mapping_key()` gives.
        run_tags: tags of the run.
    """
    context = OpExecutionContext(
        run=Run("EPHEMERAL", "__ephemeral__", run_tags or {}, {}),
        resources=made_ready(resources, resources_config),
        op_config=op_config if op_config is not None else config,
        instance=instance,
        partition_key=partition_key,
        partition_key_range=partition_key_range,
    )
    if mapping_key is not None:
        context._step_key = "[%s]" % mapping_key
    return context


def build_asset_check_context(
    resources: Optional[Mapping[str, Any]] = None,
    resources_config: Any = None,
    asset_config: Any = None,
    instance: Any = None,
    partition_key: Optional[str] = None,
    partition_key_range: Any = None,
) -> AssetCheckExecutionContext:
    """A context for calling a check's function in a test; takes what `build_asset_context` does."""
    return AssetCheckExecutionContext(
        resources=made_ready(resources, resources_config),
        op_config=asset_config,
        instance=instance,
        partition_key=partition_key,
        partition_key_range=partition_key_range,
    )


def made_ready(resources: Optional[Mapping[str, Any]], config: Any) -> Dict[str, Any]:
    """The resources as a step is given them; they are not torn down."""
    if not resources:
        return {}
    from atoll.definitions.resources.init_context import InitResourceContext
    from atoll.execution.resources import ResourceScope

    scope = ResourceScope(resources, config or {}, InitResourceContext())
    scope.open(resources)
    return scope.ready
