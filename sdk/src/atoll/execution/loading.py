"""Values of assets, loaded when user code asks for them."""

from __future__ import annotations

from typing import Any, Optional

from atoll.definitions.assets.ports import AssetInput
from atoll.definitions.function import EMPTY
from atoll.definitions.keys import AssetKey
from atoll.errors import DefinitionError, nearest
from atoll.execution.inputs import load_asset
from atoll.execution.prepare import prepare
from atoll.execution.sink import RecordingSink
from atoll.execution.step import StepExecution
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import StepRequest


def load_asset_value(
    execution: Any, asset_key: Any, python_type: Any, partition_key: Optional[str]
) -> Any:
    """Load an asset's value within a step."""
    key = AssetKey.from_coercible(asset_key)
    kind = EMPTY if python_type is None else python_type
    value = AssetInput("__".join(key.path), key, kind)
    return load_asset(execution, value, partition_key)


def load_value(
    definitions: Any,
    asset_key: Any,
    python_type: Any,
    partition_key: Optional[str],
    resource_config: Any,
) -> Any:
    """Load an asset's value outside of a run."""
    key = AssetKey.from_coercible(asset_key)
    prepared = prepare(definitions)
    if key.to_user_string() not in prepared.specs:
        raise DefinitionError(
            "no asset here is called '%s'" % key,
            code="definition.unknown_key",
            hint=nearest(str(key), list(prepared.specs)) or None,
        )
    request = StepRequest(
        AttemptKey("", "", 1),
        run_config={"resources": resource_config or {}},
        partition_key=partition_key,
    )
    execution = StepExecution(prepared, request, RecordingSink())
    try:
        return load_asset_value(execution, key, python_type, partition_key)
    finally:
        execution.close_resources()
