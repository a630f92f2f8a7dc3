"""The values that a step's function takes."""

from __future__ import annotations

from typing import Any, Dict, Optional

from atoll.definitions.assets.assets_definition import AssetInput
from atoll.definitions.config.steps import config_argument
from atoll.errors import nearest
from atoll.io.contexts import InputContext, OutputContext
from atoll_wire.events import LOADED_INPUT


def load_input(step: Any, value: AssetInput) -> Any:
    """Load one asset's value, and say so."""
    asset = value.key.to_user_string()
    manager_key = step.prepared.io_manager_key(asset, value.input_manager_key)
    spec = step.prepared.specs.get(asset)
    upstream = OutputContext(
        asset_key=value.key,
        name="result",
        step_key="__".join(value.key.path),
        run_id=step.request.key.run_id,
        definition_metadata=spec.metadata if spec else None,
        partition_key=step.request.partition_key,
        values_url=step.request.values_url,
    )
    context = InputContext(
        upstream_output=upstream,
        hint=lambda: missing_hint(step, value),
        asset_key=value.key,
        name=value.name,
        step_key=step.assets.name,
        run_id=step.request.key.run_id,
        definition_metadata=value.metadata,
        type=value.type,
        partition_key=step.request.partition_key,
        log=step.log,
        resources=step.resources,
        values_url=step.request.values_url,
    )
    loaded = step.io_manager(manager_key).load_input(context)
    step.emit(
        LOADED_INPUT,
        "Loaded '%s' for the parameter '%s' with IO manager '%s'."
        % (asset, value.name, manager_key),
        {"input_name": value.name, "asset_key": asset, "io_manager_key": manager_key},
    )
    return loaded


def missing_hint(step: Any, value: AssetInput) -> Optional[str]:
    """What to do when an input has no value: what it is called tells which mistake is likely."""
    asset = value.key.to_user_string()
    if asset in step.prepared.specs:
        return "materialize '%s' first" % asset
    if value.name == "config":
        return "annotate config with your Config class, or use context.op_config"
    if value.name in step.prepared.resources:
        return (
            "'%s' is a resource here: annotate the parameter with its class, or with ResourceParam"
            % value.name
        )
    close = nearest(asset, list(step.prepared.specs))
    known = "materialize '%s' first; nothing in this location makes it" % asset
    return "%s, %s" % (known, close) if close else known


def config_for(step: Any) -> Dict[str, Any]:
    """The config parameter, as an argument; empty where the function takes none."""
    parameter = step.assets.function.config
    if parameter is None:
        return {}
    return {parameter.name: config_argument(step.assets, step.request.run_config)}
