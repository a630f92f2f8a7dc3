"""The config schema of an asset's or op's definition: declared, of its Config, or configured."""

from __future__ import annotations

from typing import Any, Optional

from atoll.definitions.config.fields import Field, config_type_of
from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.config.types import ANY, UNSET, BoolSource, IntSource, StringSource
from atoll.definitions.function import EMPTY, is_config_type


def schema_of(definition: Any) -> ConfigSchema:
    """What config the steps of a definition take; made once.

    Args:
        definition: an `AssetsDefinition` or `OpDefinition`: it has `function` and `config_schema`.
    """
    found: Optional[ConfigSchema] = getattr(definition, "_step_schema", None)
    if found is None:
        found = definition._step_schema = _schema(definition)
    return found


def _schema(definition: Any) -> ConfigSchema:
    if definition.config_schema is not None:
        return ConfigSchema.of(definition.config_schema)
    function = getattr(definition, "function", None)
    parameter = None if function is None else function.config
    if parameter is not None and is_config_type(parameter.annotation):
        schema: ConfigSchema = parameter.annotation.to_config_schema()
        return schema
    if parameter is not None:
        kind = _PLAIN.get(parameter.annotation) if _is_hashable(parameter.annotation) else None
        default = UNSET if parameter.default is EMPTY else parameter.default
        if kind is not None:
            return ConfigSchema(Field(kind, default_value=default))
        if default is not UNSET:
            return ConfigSchema(Field(ANY, default_value=default))
    return ConfigSchema.of(None)


_PLAIN = {
    str: StringSource,
    int: IntSource,
    bool: BoolSource,
    float: config_type_of(float),
    list: config_type_of(list),
    dict: config_type_of(dict),
}
"""What a parameter `config` takes whose annotation is one of Python's own types."""


def _is_hashable(annotation: Any) -> bool:
    return getattr(annotation, "__hash__", None) is not None
