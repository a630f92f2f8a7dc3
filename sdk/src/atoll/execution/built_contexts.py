"""Contexts made by hand, for calling assets, ops and checks in tests."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from atoll.errors import InvariantError
from atoll.execution.direct_context import (
    DirectAssetCheckContext,
    DirectAssetContext,
    DirectOpContext,
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
) -> DirectAssetContext:
    """A context for calling an asset's function in a test.

    Args:
        resources: by name; a `ConfigurableResource` is made ready as for a run.
        resources_config: their config, by name.
        asset_config: what `context.op_config` and the config parameter take.
        instance: what `context.instance` gives.
        partition_key: what `context.partition_key` says.
        partition_key_range: what `context.partition_key_range` says.
        run_tags: tags of the run.
        op_config: the same as `asset_config`.
        event_loop: runs the function, where it is a coroutine; one of its own by default.
    """
    return DirectAssetContext(
        "__ephemeral_asset_job__",
        resources=resources,
        resources_config=resources_config,
        config=op_config if op_config is not None else asset_config,
        instance=instance,
        partition_key=partition_key,
        partition_key_range=partition_key_range,
        run_tags=run_tags,
        event_loop=event_loop,
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
) -> DirectOpContext:
    """A context for calling an op's function in a test.

    Args:
        resources: by name; a `ConfigurableResource` is made ready as for a run.
        op_config: what `context.op_config` and the config parameter take; also as `config`.
        resources_config: their config, by name.
        instance: what `context.instance` gives.
        config: the same as `op_config`.
        partition_key: what `context.partition_key` says.
        partition_key_range: what `context.partition_key_range` says.
        mapping_key: what `context.get_mapping_key()` gives.
        run_tags: tags of the run.
        event_loop: runs the function, where it is a coroutine; one of its own by default.

    Raises:
        InvariantError: `invocation.given_twice`, `op_config` and `config` are both given.
    """
    if op_config is not None and config is not None:
        raise InvariantError(
            "build_op_context is given op_config and config, which mean the same",
            code="invocation.given_twice",
            hint="give op_config only",
        )
    return DirectOpContext(
        "__ephemeral__",
        resources=resources,
        resources_config=resources_config,
        config=op_config if op_config is not None else config,
        instance=instance,
        partition_key=partition_key,
        partition_key_range=partition_key_range,
        mapping_key=mapping_key,
        run_tags=run_tags,
        event_loop=event_loop,
    )


def build_asset_check_context(
    resources: Optional[Mapping[str, Any]] = None,
    resources_config: Any = None,
    asset_config: Any = None,
    instance: Any = None,
    partition_key: Optional[str] = None,
    partition_key_range: Any = None,
) -> DirectAssetCheckContext:
    """A context for calling a check's function in a test.

    Args:
        resources: by name; a `ConfigurableResource` is made ready as for a run.
        resources_config: their config, by name.
        asset_config: what `context.op_config` and the config parameter take.
        instance: what `context.instance` gives.
        partition_key: what `context.partition_key` says.
        partition_key_range: what `context.partition_key_range` says.
    """
    return DirectAssetCheckContext(
        "__ephemeral_asset_job__",
        resources=resources,
        resources_config=resources_config,
        config=asset_config,
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
