"""`@input_manager`: functions that make the values of inputs."""

from __future__ import annotations

from functools import update_wrapper
from typing import Any, Callable, Iterable, Optional

from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.resources.resource import ResourceDefinition, call_resource_fn
from atoll.errors import ParameterError
from atoll.io.contexts import InputContext
from atoll.io.manager import InputManager


class InputManagerDefinition(ResourceDefinition):
    """A resource that is an `InputManager`; made by `@input_manager`.

    Args:
        resource_fn: makes it, as for `ResourceDefinition`.
        config_schema: what `context.resource_config` is; anything by default.
        description: what it is for; the function's docstring by default.
        input_config_schema: what config each input gives it, as `context.config`.
        required_resource_keys: resources that it needs, as `context.resources.NAME`.
        version: of the function.
    """

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: Optional[str] = None,
        input_config_schema: Any = None,
        required_resource_keys: Optional[Iterable[str]] = None,
        version: Optional[str] = None,
    ):
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self._input_config = (
            None if input_config_schema is None else ConfigSchema.of(input_config_schema)
        )

    @property
    def input_config_schema(self) -> Optional[ConfigSchema]:
        """What config each input gives it; None for anything."""
        return self._input_config

    def copy_for_configured(self, description: Optional[str], config_schema: ConfigSchema) -> Any:
        """A copy with another schema, and without a version."""
        made = super().copy_for_configured(description, config_schema)
        made.version = None
        return made


class _Loading(InputManager):
    """Calls a function for the value; where it gives an input manager, has that load it."""

    def __init__(self, load_fn: Callable[..., Any]):
        self._load_fn = load_fn

    def load_input(self, context: InputContext) -> Any:
        """What the function makes."""
        found = call_resource_fn(self._load_fn, context)
        return found.load_input(context) if isinstance(found, InputManager) else found


def input_manager(
    config_schema: Any = None,
    description: Optional[str] = None,
    input_config_schema: Any = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    version: Optional[str] = None,
) -> Any:
    """Declare that a function makes the values of inputs; bare, or with arguments.

    Name it as `In(input_manager_key=...)` or `AssetIn(input_manager_key=...)`. The function is
    called with an `InputContext`, or with nothing, each time that an input is loaded, and returns
    the value, or an `InputManager` that loads it. An input that is connected to nothing has a
    context whose `upstream_output` is None.

    Args:
        config_schema: what `context.resource_config` is; anything by default.
        description: what it is for; the function's docstring by default.
        input_config_schema: what config each input gives it, as `context.config`: in the run's
            config, `ops: {NAME: {inputs: {INPUT: ...}}}`.
        required_resource_keys: resources that it needs, as `context.resources.NAME`.
        version: of the function.

    Raises:
        ParameterError: `parameter.type`, what is decorated cannot be called.
    """
    if callable(config_schema) and not isinstance(config_schema, (type, ConfigSchema)):
        return _defined(config_schema, None, None, None, None, None)
    return lambda fn: _defined(
        fn, config_schema, description, input_config_schema, required_resource_keys, version
    )


def _defined(
    load_fn: Callable[..., Any],
    config_schema: Any,
    description: Optional[str],
    input_config_schema: Any,
    required_resource_keys: Optional[Iterable[str]],
    version: Optional[str],
) -> InputManagerDefinition:
    if not callable(load_fn):
        raise ParameterError("@input_manager goes before a function, not %.80r" % (load_fn,))

    def make() -> InputManager:
        return _Loading(load_fn)

    made = InputManagerDefinition(
        make,
        config_schema,
        description or load_fn.__doc__,
        input_config_schema,
        required_resource_keys,
        version,
    )
    update_wrapper(made, load_fn, updated=())
    return made
