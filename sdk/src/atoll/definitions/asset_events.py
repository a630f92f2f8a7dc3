"""What user code says of assets: that one was made or looked at, or is as it was expected."""

from __future__ import annotations

import os
from typing import Any, Dict, Mapping, Optional, TypeVar

from atoll.definitions.data_versions import DATA_VERSION_TAG
from atoll.definitions.keys import AssetKey
from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.parameters import check_optional, check_type
from atoll.definitions.source import caller_source
from atoll.definitions.validation import check_tags

LAST_UPDATED = "dagster/last_updated_timestamp"
"""The fact under which an event tells when the data changed last; seconds since 1970."""
_Event = TypeVar("_Event", bound="AssetEvent")


class AssetEvent:
    """What materializations and observations have in common.

    Args:
        asset_key: the asset.
        description: what happened, for people.
        metadata: facts about it.
        partition: the partition that it is about; None: the whole asset.
        tags: any.

    Raises:
        MetadataError: `metadata.no_kind`.
        ParameterError: `parameter.type`.
        DefinitionError: `definition.bad_key` or `definition.bad_tag`.
    """

    def __init__(
        self,
        asset_key: Any,
        description: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        partition: Optional[str] = None,
        tags: Optional[Mapping[str, str]] = None,
    ):
        name = type(self).__name__
        self.asset_key = AssetKey.from_coercible(asset_key)
        self.description: Optional[str] = check_optional(
            description, "%s(description=...)" % name, str
        )
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)
        self.partition: Optional[str] = check_optional(partition, "%s(partition=...)" % name, str)
        self.tags: Dict[str, str] = check_tags(tags, caller_source()) if tags else {}

    @property
    def label(self) -> str:
        """The parts of the asset's key."""
        return " ".join(self.asset_key.path)

    @property
    def data_version(self) -> Optional[str]:
        """The version of the data that the tags tell, or None."""
        return self.tags.get(DATA_VERSION_TAG)

    def with_metadata(self: _Event, metadata: Optional[Mapping[str, Any]]) -> _Event:
        """A copy with other facts."""
        return type(self)(self.asset_key, self.description, metadata, self.partition, self.tags)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        told = ("%s=%r" % item for item in self.__dict__.items() if item[1])
        return "%s(%s)" % (type(self).__name__, ", ".join(told))


class AssetMaterialization(AssetEvent):
    """An event: an asset was materialized, perhaps not by this step."""

    @staticmethod
    def file(
        path: str, description: Optional[str] = None, asset_key: Any = None
    ) -> AssetMaterialization:
        """A file was written.

        Args:
            path: the file; becomes the fact `path`.
            description: what happened, for people.
            asset_key: the asset; made of the path's parts where it is None.
        """
        found = os.fspath(
            check_type(path, "AssetMaterialization.file(path=...)", (str, os.PathLike))
        )
        key = [part for part in found.split("/") if part] if asset_key is None else asset_key
        return AssetMaterialization(key, description, {"path": MetadataValue.path(found)})


class AssetObservation(AssetEvent):
    """An event: something was learned about an asset without making it."""


class ExpectationResult:
    """An event: something is as it was expected, or is not.

    Args:
        success: whether it is.
        label: what was expected, in a word.
        description: the same, for people.
        metadata: facts about it.
    """

    def __init__(
        self,
        success: bool,
        label: Optional[str] = None,
        description: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
    ):
        self.success: bool = check_type(success, "ExpectationResult(success=...)", bool)
        self.label = check_optional(label, "ExpectationResult(label=...)", str) or "result"
        self.description = check_optional(description, "ExpectationResult(description=...)", str)
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExpectationResult) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "ExpectationResult(success=%r, label=%r)" % (self.success, self.label)
