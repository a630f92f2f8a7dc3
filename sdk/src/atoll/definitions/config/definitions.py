"""The config schema of an asset's or op's definition: declared, of its Config, or configured."""

from __future__ import annotations

from typing import Any, Optional

from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.function import is_config_type


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
    return ConfigSchema.of(None)
