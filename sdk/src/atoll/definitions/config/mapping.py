"""`ConfigMapping`: the config of a graph's or a job's parts, made of the config of the whole."""

from __future__ import annotations

from typing import Any, Callable, Optional

from atoll.definitions.config.reading import Reading
from atoll.definitions.config.schema import ConfigSchema, configured_schema
from atoll.errors import AtollError, ConfigMappingError, ParameterError


class ConfigMapping:
    """Makes the config of the parts of a graph of the config of the whole.

    Args:
        config_fn: takes the config of the whole, gives back that of the parts, by name.
        config_schema: what the whole takes; anything by default.
        receive_processed_config_values: whether `config_fn` sees enums as their values and
            variables as what they hold (by default), or all as it is written.

    Raises:
        ParameterError: `parameter.type`, `config_fn` is no function.
    """

    def __init__(
        self,
        config_fn: Callable[[Any], Any],
        config_schema: Any = None,
        receive_processed_config_values: Optional[bool] = None,
    ):
        if not callable(config_fn):
            raise ParameterError("config_fn takes a function, not %.80r" % (config_fn,))
        self.config_fn = config_fn
        self.config_schema = ConfigSchema.of(config_schema)
        self.receive_processed_config_values = receive_processed_config_values

    def configured(self, config_or_config_fn: Any, config_schema: Any = None) -> ConfigMapping:
        """A copy that takes other config, and makes the config of the whole of it.

        Args:
            config_or_config_fn: the config, or a function of the config that the copy takes.
            config_schema: what the copy takes, where a function is given.
        """
        schema = configured_schema(self.config_schema, config_or_config_fn, config_schema)
        return ConfigMapping(self.config_fn, schema, self.receive_processed_config_values)

    def resolve_from_unvalidated_config(self, config: Any) -> Any:
        """The config of the parts.

        Raises:
            ConfigError: `config.invalid`, the config of the whole does not fit.
            ConfigMappingError: `user_code.config_mapping`, the function raised.
        """
        reading = Reading(resolve=self.receive_processed_config_values is not False)
        outer = self.config_schema.read(config, (), reading)
        reading.finish("the config of a config mapping", config)
        return self.resolve_from_validated_config(outer)

    def resolve_from_validated_config(self, config: Any) -> Any:
        """The config of the parts, of one that has been read already.

        Raises:
            ConfigMappingError: `user_code.config_mapping`, the function raised.
        """
        try:
            return self.config_fn(config)
        except AtollError:
            raise
        except Exception as error:
            raise ConfigMappingError(
                "the function of a config mapping raised %s: %s" % (type(error).__name__, error),
                user_exception=error,
            ) from error


def config_mapping(
    config_fn: Optional[Callable[..., Any]] = None,
    *,
    config_schema: Any = None,
    receive_processed_config_values: Optional[bool] = None,
) -> Any:
    """Declare that a function makes the config of a graph's or a job's parts.

    A parameter annotated with a `Config` class takes the config of the whole as an object, and a
    `RunConfig` may be given back.

    Args:
        config_fn: the function, where the decorator is bare.
        config_schema: what the whole takes; not where the parameter is a `Config`.
        receive_processed_config_values: see `ConfigMapping`.
    """
    if config_fn is None:
        return lambda fn: _mapping(fn, config_schema, receive_processed_config_values)
    return _mapping(config_fn, config_schema, receive_processed_config_values)


def _mapping(fn: Callable[..., Any], schema: Any, processed: Optional[bool]) -> ConfigMapping:
    from atoll.definitions.function import annotations_of, is_config_type

    code = getattr(fn, "__code__", None)
    name = code.co_varnames[0] if code is not None and code.co_argcount else None
    cls: Any = annotations_of(fn).get(name) if name else None
    if not is_config_type(cls):
        return ConfigMapping(fn, schema, processed)
    if schema is not None or processed is not None:
        raise ParameterError(
            "@config_mapping: the function takes a Config, which says what the whole takes",
            hint="leave config_schema and receive_processed_config_values out",
        )

    def made(config: Any) -> Any:
        result = fn(cls(**config))
        dump = getattr(result, "to_config_dict", None)
        return result if dump is None else dump()

    return ConfigMapping(made, cls.to_config_schema())
