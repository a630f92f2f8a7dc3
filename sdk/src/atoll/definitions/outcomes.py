"""What an asset's function gives back, and what it raises to say how to go on."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from atoll.definitions.asset_events import AssetMaterialization, AssetObservation
from atoll.definitions.data_versions import DataVersion
from atoll.definitions.function import EMPTY
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.parameters import check_optional, check_type
from atoll.definitions.policies import check_retry
from atoll.definitions.source import caller_source
from atoll.definitions.validation import check_tags
from atoll.errors import InvariantError, nearest

__all__ = [
    "NO_VALUE",
    "AssetMaterialization",
    "AssetObservation",
    "AssetResult",
    "DataVersion",
    "Failure",
    "MaterializeResult",
    "ObserveResult",
    "Output",
    "OutputType",
    "RetryRequested",
]


class _NoValue:
    def __repr__(self) -> str:
        return "<no value>"

    def __reduce__(self) -> str:
        return "NO_VALUE"


NO_VALUE: Any = _NoValue()
"""Stands where a result carries no value for the IO manager, as distinct from None."""
_VERSION_HINT = "write DataVersion('...')"


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
        data_version: Optional[DataVersion] = None,
        *,
        tags: Optional[Mapping[str, str]] = None,
    ):
        self.value = value
        self.output_name: str = check_type(output_name, "Output(output_name=...)", str)
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.data_version: Optional[DataVersion] = check_optional(
            data_version, "Output(data_version=...)", DataVersion, _VERSION_HINT
        )
        self.tags = check_tags(tags, caller_source()) if tags else {}

    def with_metadata(self, metadata: Optional[Mapping[str, Any]]) -> Output:
        """A copy with other facts."""
        name, version = self.output_name, self.data_version
        return Output(self.value, name, metadata, version, tags=self.tags)

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


class AssetResult:
    """What `MaterializeResult` and `ObserveResult` have in common."""

    def __init__(
        self,
        *,
        asset_key: Any = None,
        metadata: Optional[Mapping[str, Any]] = None,
        check_results: Optional[Sequence[Any]] = None,
        data_version: Optional[DataVersion] = None,
        tags: Optional[Mapping[str, str]] = None,
    ):
        what = type(self).__name__
        self.asset_key = None if asset_key is None else AssetKey.from_coercible(asset_key)
        normalize(metadata)  # tells here what is no metadata; tests read it as it was given
        self.metadata: Dict[str, Any] = dict(metadata or {})
        self.check_results: List[Any] = []
        if check_results:
            from atoll.definitions.checks.results import AssetCheckResult

            what = "%s(check_results=[...])" % what
            self.check_results = [check_type(r, what, AssetCheckResult) for r in check_results]
        self.data_version: Optional[DataVersion] = check_optional(
            data_version, "%s(data_version=...)" % what, DataVersion, _VERSION_HINT
        )
        self.tags = check_tags(tags, caller_source()) if tags else {}

    def __class_getitem__(cls, item: Any) -> Any:
        return OutputType(item)

    def check_result_named(self, check_name: str) -> Any:
        """The result of the check of that name.

        Raises:
            InvariantError: `invariant.unknown_check`, there is none.
        """
        for result in self.check_results:
            if result.check_name == check_name:
                return result
        known = [str(result.check_name) for result in self.check_results]
        raise InvariantError(
            "no result is of the check '%s'" % check_name,
            code="invariant.unknown_check",
            hint=nearest(check_name, known) or None,
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        told = ("%s=%r" % item for item in self.__dict__.items() if item[1] not in (None, [], {}))
        return "%s(%s)" % (type(self).__name__, ", ".join(told))


class MaterializeResult(AssetResult):
    """Says that an asset was materialized, and facts about it.

    Args:
        asset_key: which asset of a `multi_asset`.
        metadata: facts about this materialization.
        check_results: what the checks of the asset that its function makes too have found.
        data_version: the version of the data, where the user knows it.
        tags: tags of the materialization.
        value: what the IO manager stores; where it is not given, nothing is stored.

    Raises:
        MetadataError: `metadata.no_kind`.
        ParameterError: `parameter.type`.
    """

    def __init__(
        self,
        *,
        asset_key: Any = None,
        metadata: Optional[Mapping[str, Any]] = None,
        check_results: Optional[Sequence[Any]] = None,
        data_version: Optional[DataVersion] = None,
        tags: Optional[Mapping[str, str]] = None,
        value: Any = NO_VALUE,
    ):
        super().__init__(
            asset_key=asset_key,
            metadata=metadata,
            check_results=check_results,
            data_version=data_version,
            tags=tags,
        )
        self.value = value


class ObserveResult(AssetResult):
    """Says what was learned about an asset that was looked at, not made.

    Args:
        asset_key: which asset, where the function looks at several.
        metadata: facts that were learned.
        check_results: what the checks that the function makes too have found.
        data_version: the version of the data, where the user knows it.
        tags: tags of the observation.

    Raises:
        MetadataError: `metadata.no_kind`.
        ParameterError: `parameter.type`.
    """


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
        self.description: Optional[str] = check_optional(
            description, "Failure(description=...)", str
        )
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


_STREAMS = frozenset(
    ["Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"]
)


def value_type(annotation: Any) -> Any:
    """The type of the value that a function so annotated gives back; None for no value."""
    if isinstance(annotation, OutputType):
        return annotation.item
    if annotation is MaterializeResult:
        return None
    if annotation is Output:
        return EMPTY
    origin = getattr(annotation, "__origin__", None)
    return EMPTY if getattr(origin, "__name__", "") in _STREAMS else annotation


class ReportedResults(Tuple[Any, ...]):
    """What another process reported: taken as results, though only one asset was asked for."""
