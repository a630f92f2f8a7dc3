"""`DynamicOutput`: one of the values of an output that is given back several times."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional

from atoll.definitions.metadata.values import MetadataValue, normalize
from atoll.definitions.outcomes import OutputType
from atoll.errors import DefinitionError
from atoll_wire.keys import is_name


class DynamicOutputType(OutputType):
    """What `DynamicOutput[T]` is as an annotation."""


class DynamicOutput:
    """One of the values of an output that is given back several times.

    Args:
        value: what the IO manager stores.
        mapping_key: unique among the values: letters, digits and underscores.
        output_name: which output of the op it is.
        metadata: facts about this value.

    Raises:
        DefinitionError: `definition.bad_name`, the mapping key holds other characters.
    """

    def __init__(
        self,
        value: Any,
        mapping_key: str,
        output_name: Optional[str] = "result",
        metadata: Optional[Mapping[str, Any]] = None,
    ):
        if not isinstance(mapping_key, str) or not is_name(mapping_key):
            raise DefinitionError(
                "%r cannot be a mapping key: only letters, digits and underscores may"
                % (mapping_key,),
                code="definition.bad_name",
            )
        self.value = value
        self.mapping_key = mapping_key
        self.output_name = output_name or "result"
        self.metadata: Dict[str, MetadataValue] = normalize(metadata)

    def __class_getitem__(cls, item: Any) -> Any:
        return DynamicOutputType(item)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DynamicOutput) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "DynamicOutput(%r, %r)" % (self.value, self.mapping_key)
