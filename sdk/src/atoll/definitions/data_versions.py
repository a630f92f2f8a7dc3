"""Versions of the data of assets, and what a version was made from."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Union

from atoll.definitions.keys import AssetKey
from atoll.definitions.parameters import check_type

DATA_VERSION_TAG = "dagster/data_version"
CODE_VERSION_TAG = "dagster/code_version"
USER_PROVIDED_TAG = "dagster/data_version_is_user_provided"
INPUT_VERSION_TAGS = "dagster/input_data_version/"
INPUT_EVENT_TAGS = "dagster/input_event_pointer/"
"""Tags of a materialization under which Dagster's code finds these facts; a prefix is followed by
an asset's key."""


class DataVersion:
    """The version of an asset's data, where the user knows it.

    Args:
        value: any text that differs when the data does.

    Raises:
        ParameterError: `parameter.type`, it is no text.
    """

    def __init__(self, value: str):
        self.value: str = check_type(value, "DataVersion(value=...)", str)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataVersion) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return "DataVersion(%r)" % self.value


class DataVersionsByPartition:
    """What an observation of a partitioned asset found: the version of each partition.

    Args:
        data_versions_by_partition: texts, or `DataVersion`s, by partition key.
    """

    def __init__(self, data_versions_by_partition: Mapping[str, Union[str, DataVersion]]):
        what = "DataVersionsByPartition(...)"
        check_type(data_versions_by_partition, what, Mapping)
        self.data_versions_by_partition: Dict[str, DataVersion] = {
            check_type(key, what, str): as_data_version(check_type(each, what, (str, DataVersion)))
            for key, each in data_versions_by_partition.items()
        }


class DataProvenance:
    """What a version of an asset's data was made from.

    Attributes:
        code_version: of the code that made it.
        input_data_versions: the version of each asset that it was made from.
        input_storage_ids: the id of the event that told of that version, or None.
        is_user_provided: whether the user's code said the version itself.
    """

    def __init__(
        self,
        code_version: str,
        input_data_versions: Mapping[AssetKey, DataVersion],
        input_storage_ids: Mapping[AssetKey, Optional[int]],
        is_user_provided: bool,
    ):
        self.code_version = code_version
        self.input_data_versions = dict(input_data_versions)
        self.input_storage_ids = dict(input_storage_ids)
        self.is_user_provided = is_user_provided

    @staticmethod
    def from_tags(tags: Mapping[str, str]) -> Optional[DataProvenance]:
        """What the tags of a materialization tell, or None where they tell nothing of the code."""
        code_version = tags.get(CODE_VERSION_TAG)
        if code_version is None:
            return None
        versions: Dict[AssetKey, DataVersion] = {}
        ids: Dict[AssetKey, Optional[int]] = {}
        for name, value in tags.items():
            if name.startswith(INPUT_VERSION_TAGS):
                key = AssetKey.from_user_string(name[len(INPUT_VERSION_TAGS) :])
                versions[key] = DataVersion(value)
            elif name.startswith(INPUT_EVENT_TAGS):
                key = AssetKey.from_user_string(name[len(INPUT_EVENT_TAGS) :])
                ids[key] = int(value) if value.isdigit() else None
        return DataProvenance(code_version, versions, ids, tags.get(USER_PROVIDED_TAG) == "true")

    def has_input_asset(self, key: AssetKey) -> bool:
        """Whether it was made from that asset."""
        return key in self.input_data_versions

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DataProvenance) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "DataProvenance(%r, %r)" % (self.code_version, self.input_data_versions)


def as_data_version(value: Any) -> DataVersion:
    """A `DataVersion`, or the one that a text means."""
    return value if isinstance(value, DataVersion) else DataVersion(value)
