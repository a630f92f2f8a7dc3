"""What an asset's function gives back, and what it raises to say how to go on."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.policies import check_retry

NO_VALUE: Any = type("NoValue", (), {"__repr__": lambda self: "<no value>"})()
"""Stands where a result carries no value for the IO manager, as distinct from None."""


class DataVersion:
    """The version of an asset's data, where the user knows it.

    Args:
        value: any text that differs when the data does.
    """

    def __init__(self, value: str):
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataVersion) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return "DataVersion(%r)" % self.value


class Output:
    """A value with facts about it.

    Args:
        value: what the IO manager stores.
        output_name: which output of a `multi_asset` it is.
        metadata: facts about this value.
        data_version: the version of the data, where the user knows it.
        tags: tags of the materialization.
    """

    def __init__(
        self,
        value: Any,
        output_name: str = "result",
        metadata: Optional[Mapping[str, Any]] = None,
        data_version: Any = None,
        *,
        tags: Optional[Mapping[str, str]] = None,
    ):
        self.value = value
        self.output_name = output_name
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.data_version = data_version
        self.tags = dict(tags or {})

    def __class_getitem__(cls, item: Any) -> Any:
        return OutputType(item)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Output) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Output(%r, %r, metadata=%r)" % (self.value, self.output_name, self.metadata)


class OutputType:
    """What `Output[T]` is as an annotation: the value's type is `T`."""

    def __init__(self, item: Any):
        self.item = item


class MaterializeResult:
    """Says that an asset was materialized, and facts about it.

    Args:
        asset_key: which asset of a `multi_asset`.
        metadata: facts about this materialization.
        check_results: what the checks of the asset that its function makes too have found.
        data_version: the version of the data, where the user knows it.
        tags: tags of the materialization.
        value: what the IO manager stores; where it is not given, nothing is stored.
    """

    def __init__(
        self,
        *,
        asset_key: Any = None,
        metadata: Optional[Mapping[str, Any]] = None,
        check_results: Optional[Sequence[Any]] = None,
        data_version: Any = None,
        tags: Optional[Mapping[str, str]] = None,
        value: Any = NO_VALUE,
    ):
        self.asset_key = None if asset_key is None else AssetKey.from_coercible(asset_key)
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.check_results: List[Any] = list(check_results or ())
        self.data_version = data_version
        self.tags = dict(tags or {})
        self.value = value

    def __class_getitem__(cls, item: Any) -> Any:
        return OutputType(item)

    def __repr__(self) -> str:
        return "MaterializeResult(asset_key=%r, metadata=%r)" % (self.asset_key, self.metadata)


class AssetMaterialization:
    """An event: an asset was materialized, perhaps not by this step."""

    def __init__(
        self,
        asset_key: Any,
        description: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        partition: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
    ):
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.description = description
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.partition = partition
        self.tags = dict(tags or {})


class AssetObservation(AssetMaterialization):
    """An event: something was learned about an asset without making it."""


class Failure(Exception):
    """Raise it to fail a step with a description and facts.

    Args:
        description: what went wrong.
        metadata: facts that help to understand it.
        allow_retries: whether a `RetryPolicy` may try again.
    """

    def __init__(
        self,
        description: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        allow_retries: Optional[bool] = None,
    ):
        super().__init__(description)
        self.description = description
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.allow_retries = True if allow_retries is None else allow_retries

    def __str__(self) -> str:
        return self.description or "the step failed on purpose"


class RetryRequested(Exception):
    """Raise it to have the step tried again; goes before the asset's `RetryPolicy`.

    Args:
        max_retries: how often at most, whatever the retries before were for.
        seconds_to_wait: before the next attempt.

    Raises:
        DefinitionError: `definition.bad_retry_policy`.
    """

    def __init__(self, max_retries: int = 1, seconds_to_wait: Optional[float] = None):
        super().__init__("the step asked to be tried again")
        check_retry(max_retries, seconds_to_wait, "seconds_to_wait")
        self.max_retries = max_retries
        self.seconds_to_wait = seconds_to_wait
