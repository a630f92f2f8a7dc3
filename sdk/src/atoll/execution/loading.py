"""Values of assets, loaded when user code asks for them."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from atoll.definitions.assets.ports import AssetInput
from atoll.definitions.collection import Definitions
from atoll.definitions.function import EMPTY
from atoll.definitions.keys import AssetKey
from atoll.errors import DefinitionError, nearest
from atoll.execution.inputs import load_asset
from atoll.execution.prepare import prepare
from atoll.execution.resources import ResourceScope
from atoll.execution.sink import RecordingSink
from atoll.execution.step import StepExecution
from atoll.execution.step_resources import resource_scope
from atoll.instance import instance as instances
from atoll_wire.keys import AttemptKey
from atoll_wire.messages import StepRequest


def load_asset_value(
    execution: Any,
    asset_key: Any,
    python_type: Any,
    partition_key: Optional[str],
    partition_keys: Optional[List[str]] = None,
    metadata: Optional[Mapping[str, Any]] = None,
) -> Any:
    """Load an asset's value within a step.

    Args:
        partition_keys: several partitions, instead of one.
        metadata: what the IO manager is told of the input.
    """
    key = AssetKey.from_coercible(asset_key)
    kind = EMPTY if python_type is None else python_type
    value = AssetInput("__".join(key.path), key, kind, metadata=dict(metadata or {}))
    return load_asset(execution, value, partition_key, partition_keys)


class AssetValueLoader:
    """Loads values of assets outside of runs; makes each resource ready once.

    Use it in a `with` block, behind which its resources are torn down.

    Args:
        assets_defs_by_key: the assets, by their keys.
        instance: whose values are loaded; the one in use, by default.
    """

    def __init__(self, assets_defs_by_key: Mapping[AssetKey, Any], instance: Any = None):
        unique = {id(item): item for item in assets_defs_by_key.values()}
        self._start(Definitions(assets=list(unique.values())), instance)

    @classmethod
    def of(cls, definitions: Definitions, instance: Any = None) -> AssetValueLoader:
        """The loader of everything that a location defines."""
        made = cls.__new__(cls)
        made._start(definitions, instance)
        return made

    def _start(self, definitions: Definitions, instance: Any) -> None:
        self._prepared = prepare(definitions)
        self._instance = instance or instances._current
        self._scopes: Dict[str, ResourceScope] = {}

    def load_asset_value(
        self,
        asset_key: Any,
        *,
        python_type: Any = None,
        partition_key: Optional[str] = None,
        partition_key_range: Any = None,
        input_definition_metadata: Optional[Mapping[str, Any]] = None,
        resource_config: Optional[Mapping[str, Any]] = None,
        metadata: Optional[Mapping[str, Any]] = None,
    ) -> Any:
        """The stored value of an asset, loaded with its IO manager.

        Args:
            asset_key: of the asset.
            python_type: as what it is wanted; as it was stored, by default.
            partition_key: the partition; all, by default.
            partition_key_range: partitions from one to another.
            input_definition_metadata: what the IO manager is told of the input.
            resource_config: the config of resources, as a run would have it.
            metadata: the older name of `input_definition_metadata`.

        Raises:
            DefinitionError: `definition.unknown_key`.
            MissingValueError: `value.missing`, there is none.
        """
        key = AssetKey.from_coercible(asset_key)
        spec = self._prepared.specs.get(key.to_user_string())
        if spec is None:
            raise DefinitionError(
                "no asset here is called '%s'" % key,
                code="definition.unknown_key",
                hint=nearest(str(key), list(self._prepared.specs)) or None,
            )
        keys = None
        if partition_key_range is not None and spec.partitions_def is not None:
            keys = list(spec.partitions_def.get_partition_keys_in_range(partition_key_range))
        execution = self._execution(resource_config or {}, partition_key)
        facts = input_definition_metadata or metadata
        return load_asset_value(execution, key, python_type, partition_key, keys, facts)

    def _execution(
        self, resource_config: Mapping[str, Any], partition_key: Optional[str]
    ) -> StepExecution:
        """As if a step loaded the value: one that is nobody's."""
        instance = self._instance
        request = StepRequest(
            AttemptKey("", "", 1),
            run_config={"resources": resource_config},
            partition_key=partition_key,
            values_url="" if instance is None else instance.storage_directory(),
        )
        known = repr(resource_config)
        if known not in self._scopes:
            self._scopes[known] = resource_scope(self._prepared, request, instance)
        shared = self._scopes[known]
        return StepExecution(self._prepared, request, RecordingSink(), shared, instance=instance)

    def __enter__(self) -> AssetValueLoader:
        return self

    def __exit__(self, *_: Any) -> None:
        problems = [error for scope in self._scopes.values() for error in scope.close()]
        self._scopes.clear()
        for error in problems:
            raise error
