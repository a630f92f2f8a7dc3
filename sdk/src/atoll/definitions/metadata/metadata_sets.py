"""Sets of facts that belong together under one prefix, such as what is known of a table."""

from __future__ import annotations

import typing
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Tuple, Type, TypeVar

from atoll.definitions.metadata.code_references import CodeReferencesMetadataValue
from atoll.definitions.metadata.tables import TableColumnLineage, TableSchema
from atoll.definitions.metadata.values import MetadataValue
from atoll.errors import ParameterError, nearest

_Set = TypeVar("_Set", bound="NamespacedMetadataSet")


class NamespacedMetadataSet:
    """Facts of one subject; `**` puts them into metadata, each under `NAMESPACE/NAME`.

    A class of its own names the facts, with their types, as annotations, and has a `namespace`.

    Raises:
        ParameterError: `parameter.type`, a fact is unknown, or not of its type.
    """

    legacy_names: ClassVar[Dict[str, str]] = {}
    """What a fact was called once, and what it is called now."""

    def __init__(self, **facts: Any):
        known = self._types()
        for name, value in facts.items():
            if name not in known:
                raise ParameterError(
                    "%s has no '%s'" % (type(self).__name__, name),
                    hint=nearest(name, list(known)) or "it has: %s" % ", ".join(known),
                )
            wanted = known[name]
            is_number = isinstance(value, bool) and bool not in wanted
            if not isinstance(value, wanted) or is_number:
                raise ParameterError(
                    "%s(%s=%.80r): it must be %s"
                    % (type(self).__name__, name, value, " or ".join(t.__name__ for t in wanted))
                )
        for name in known:
            setattr(self, name, facts.get(name))

    @classmethod
    def namespace(cls) -> str:
        """What stands before the `/` of each name."""
        raise NotImplementedError("%s needs a classmethod namespace()" % cls.__name__)

    @classmethod
    def _types(cls) -> Dict[str, Tuple[type, ...]]:
        """The types of each fact, with that of None."""
        found = cls.__dict__.get("_types_of_facts")
        if found is None:
            found = {}
            for name, hint in typing.get_type_hints(cls).items():
                if typing.get_origin(hint) is not ClassVar and not name.startswith("_"):
                    found[name] = (*_flat(hint), type(None))
            cls._types_of_facts = found  # type: ignore[attr-defined]
        types: Dict[str, Tuple[type, ...]] = found
        return types

    def keys(self) -> List[str]:
        """The full names of the facts that are known."""
        named = ((name, getattr(self, name)) for name in self._types())
        return ["%s/%s" % (self.namespace(), name) for name, value in named if value is not None]

    def __getitem__(self, key: str) -> Any:
        return getattr(self, key.split("/", 1)[1])

    @classmethod
    def extract(cls: Type[_Set], values: Mapping[str, Any]) -> _Set:
        """The set that metadata hold, other facts aside."""
        types, facts = cls._types(), {}
        for full, value in values.items():
            space, _, name = full.partition("/")
            if space != cls.namespace():
                continue
            if name in cls.legacy_names:
                name = cls.legacy_names[name]
                if "%s/%s" % (space, name) in values:
                    continue
            if name in types:
                is_wrapped = isinstance(value, MetadataValue) and not isinstance(value, types[name])
                facts[name] = value.value if is_wrapped else value
        return cls(**facts)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        known = ", ".join("%s=%r" % item for item in self.__dict__.items())
        return "%s(%s)" % (type(self).__name__, known)


class TableMetadataSet(NamespacedMetadataSet):
    """What is known of an asset that is a table.

    Args:
        column_schema: its columns.
        column_lineage: what each column is made from.
        row_count: how many rows it has.
        partition_row_count: how many the partition has that was made or looked at.
        table_name: its full name, such as `database.schema.table`.
        storage_kind: what holds it, such as `snowflake`.
    """

    legacy_names: ClassVar[Dict[str, str]] = {"relation_identifier": "table_name"}
    column_schema: Optional[TableSchema]
    column_lineage: Optional[TableColumnLineage]
    row_count: Optional[int]
    partition_row_count: Optional[int]
    table_name: Optional[str]
    storage_kind: Optional[str]

    @classmethod
    def namespace(cls) -> str:
        """Dagster's, whose names these are."""
        return "dagster"

    @classmethod
    def extract_normalized_table_name(cls, metadata: Mapping[str, Any]) -> Optional[str]:
        """The table's name in lower case; None where there is none, or it is no text."""
        try:
            name = cls.extract(metadata).table_name
        except ParameterError:
            return None
        return name.lower() if name else None


class CodeReferencesMetadataSet(NamespacedMetadataSet):
    """Where the code of an asset is to be found."""

    code_references: Optional[CodeReferencesMetadataValue]

    @classmethod
    def namespace(cls) -> str:
        """Dagster's, whose name this is."""
        return "dagster"


def _flat(hint: Any) -> List[type]:
    """The classes of an annotation, those of a union one by one."""
    arguments = typing.get_args(hint)
    if not arguments or isinstance(hint, type):
        return [hint]
    if typing.get_origin(hint) in (list, dict):
        return [typing.get_origin(hint)]
    return [each for argument in arguments for each in _flat(argument)]
