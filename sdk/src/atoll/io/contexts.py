"""What an IO manager is told about the value that it stores or loads."""

from __future__ import annotations

import contextlib
import copy
from typing import Any, ContextManager, Dict, List, Mapping, Optional, TypeVar

from atoll.definitions.function import EMPTY
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.ops.types import DagsterType, resolve_type
from atoll.errors import InvocationError
from atoll.io.partitioned import PartitionedValue

C = TypeVar("C", bound="_Context")


class _Context(PartitionedValue):
    def __init__(
        self,
        asset_key: Optional[AssetKey] = None,
        name: Optional[str] = None,
        step_key: str = "",
        run_id: str = "",
        definition_metadata: Optional[Mapping[str, Any]] = None,
        type: Any = EMPTY,
        partition_key: Optional[str] = None,
        log: Any = None,
        resource_config: Any = None,
        resources: Any = None,
        values_url: str = "",
        attempt: int = 1,
        mapping_key: Optional[str] = None,
        **partitions: Any,
    ):
        super().__init__(partition_key, **partitions)
        self.mapping_key = mapping_key
        self.name = name
        self.step_key = step_key
        self.run_id = run_id
        self.definition_metadata: Dict[str, Any] = dict(definition_metadata or {})
        self.resource_config = resource_config
        self.resources = resources
        self.values_url = values_url
        self.attempt = attempt
        self._annotation = type
        self._asset_key = asset_key
        self._log = log

    @property
    def dagster_type(self) -> DagsterType:
        """The type of the value; its `typing_type` is the annotation."""
        return resolve_type(self._annotation)

    @property
    def annotation(self) -> Any:
        """The annotated type; a string where it could not be resolved; `EMPTY` for none."""
        return self._annotation

    @property
    def has_asset_key(self) -> bool:
        """Whether the value is an asset's."""
        return self._asset_key is not None

    @property
    def asset_key(self) -> AssetKey:
        """The asset's key."""
        if self._asset_key is None:
            raise InvocationError("this value is not an asset's", code="invocation.no_asset")
        return self._asset_key

    @property
    def metadata(self) -> Dict[str, Any]:
        """The definition's metadata."""
        return self.definition_metadata

    @property
    def log(self) -> Any:
        """A logger."""
        if self._log is None:
            from atoll.definitions.logger import get_atoll_logger

            self._log = get_atoll_logger()
        return self._log

    def for_partition(self: C, key: str, annotation: Any = None) -> C:
        """The same context for one of the asset's partitions.

        Args:
            key: the partition.
            annotation: the type of its value; as before if not given.
        """
        found = copy.copy(self)
        found._partition_keys, found._partition_range, found._is_partitioned = [key], None, True
        if annotation is not None:
            found._annotation = annotation
        return found

    def get_asset_identifier(self) -> List[str]:
        """The key's parts, and the partition behind them where there is one."""
        partition = [self.asset_partition_key] if self.has_asset_partitions else []
        return [*self.asset_key.path, *partition]

    def get_identifier(self) -> List[str]:
        """Parts of a path that no other value has: run, step and name, or the asset's."""
        if self._asset_key is not None:
            return self.get_asset_identifier()
        own = [self.run_id, self.step_key, self.name or "result"]
        return own if self.mapping_key is None else [*own, self.mapping_key]


class OutputContext(_Context):
    """What `handle_output` is told: the asset's key, its metadata, its type, the run."""

    def __init__(self, *, uninterruptible: Any = None, **arguments: Any):
        super().__init__(**arguments)
        self._uninterruptible = uninterruptible
        self.output_metadata: Dict[str, MetadataValue] = {}

    def add_output_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Add facts to the materialization."""
        self.output_metadata.update(normalize(metadata))

    def uninterruptible(self) -> ContextManager[None]:
        """Hold a cancellation back: for the moment in which a value becomes the stored one."""
        if self._uninterruptible is None:
            return contextlib.nullcontext()
        found: ContextManager[None] = self._uninterruptible()
        return found


class InputContext(_Context):
    """What `load_input` is told: the upstream asset, the type wanted, the run."""

    def __init__(
        self, *, upstream_output: Optional[OutputContext] = None, hint: Any = None, **arguments: Any
    ):
        super().__init__(**arguments)
        self.upstream_output = upstream_output
        self._hint = hint

    def missing_hint(self) -> Optional[str]:
        """What to do when the value is missing, where somebody knows."""
        found: Optional[str] = self._hint() if callable(self._hint) else self._hint
        return found


def build_output_context(**arguments: Any) -> OutputContext:
    """An `OutputContext` for tests of IO managers."""
    return OutputContext(**_coerced(arguments))


def build_input_context(**arguments: Any) -> InputContext:
    """An `InputContext` for tests of IO managers."""
    return InputContext(**_coerced(arguments))


def _coerced(arguments: Dict[str, Any]) -> Dict[str, Any]:
    if arguments.get("asset_key") is not None:
        arguments["asset_key"] = AssetKey.from_coercible(arguments["asset_key"])
    if "metadata" in arguments:
        arguments["definition_metadata"] = arguments.pop("metadata")
    if "dagster_type" in arguments:
        kind = arguments.pop("dagster_type")
        arguments["type"] = getattr(kind, "typing_type", kind)
    return arguments
