"""`ConfigurableResource`: resources as pydantic models. Loaded only when it is used."""

from __future__ import annotations

import contextlib
from typing import Any, ClassVar, Dict, Generator, Iterator, Mapping, Optional, Tuple

from pydantic import ConfigDict, ValidationError, field_validator

from atoll.definitions.config.env import EnvVar, resolve_env_vars
from atoll.definitions.config.model import Config, explain, given_fields
from atoll.definitions.resources.resource import InitResourceContext, ResourceDefinition
from atoll.errors import ConfigError


class _Dependency:
    """Marks a field as taking a resource of any kind."""


class ResourceDependency:
    """Annotates a field that takes another resource of any kind: `ResourceDependency[Client]`."""

    def __class_getitem__(cls, item: Any) -> Any:
        from typing_extensions import Annotated

        return Annotated[Any, _Dependency]


class ConfigurableResourceFactory(Config):
    """A resource with fields, which makes the object that assets are given.

    Fields take values, `EnvVar`s and other resources. For each step that needs it, it is made
    anew with those resolved, `setup_for_execution` is called, and behind the step
    `teardown_after_execution`; or `yield_for_execution` does both.
    """

    __atoll_config__: ClassVar[bool] = False
    __atoll_configurable__: ClassVar[bool] = True

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    @field_validator("*", mode="wrap", check_fields=False)
    @classmethod
    def _defer_resources(cls, value: Any, handler: Any) -> Any:
        """Let an unfinished resource stand in any field until a step runs."""
        return value if isinstance(value, (PartialResource, ResourceDefinition)) else handler(value)

    def create_resource(self, context: InitResourceContext) -> Any:
        """The object that assets are given."""
        raise NotImplementedError("%s.create_resource" % type(self).__name__)

    def setup_for_execution(self, context: InitResourceContext) -> None:
        """Called before the step; may set private attributes."""

    def teardown_after_execution(self, context: InitResourceContext) -> None:
        """Called behind the step, whether it succeeded or not."""

    @contextlib.contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[Any, None, None]:
        """Sets up before the `yield`, cleans up behind it."""
        self.setup_for_execution(context)
        try:
            yield self.create_resource(context)
        finally:
            self.teardown_after_execution(context)

    @classmethod
    def configure_at_launch(cls, **values: Any) -> PartialResource:
        """The resource, its other fields to be given by the run's config."""
        return PartialResource(cls, values)

    def nested_resources(self) -> Dict[str, Any]:
        """The resources that are its fields, by field."""
        return {
            name: value
            for name, value in ((n, getattr(self, n)) for n in type(self).model_fields)
            if isinstance(value, (ConfigurableResourceFactory, PartialResource, ResourceDefinition))
        }

    def _ready(
        self, nested: Mapping[str, Any], config: Optional[Mapping[str, Any]], where: str
    ) -> Any:
        """A fresh object with environment variables, nested resources and config filled in."""
        return make_ready(type(self), given_fields(self), nested, config, where)

    @contextlib.contextmanager
    def process_config_and_initialize_cm(self) -> Iterator[Any]:
        """The ready resource, outside a run."""
        ready = self._ready(dict(self.nested_resources()), None, type(self).__name__)
        with ready.yield_for_execution(InitResourceContext()) as made:
            yield made

    def process_config_and_initialize(self) -> Any:
        """The ready resource, outside a run, for tests; it is not torn down."""
        ready = self._ready(dict(self.nested_resources()), None, type(self).__name__)
        context = InitResourceContext()
        ready.setup_for_execution(context)
        return ready.create_resource(context)

    @classmethod
    def from_resource_context(cls, context: InitResourceContext) -> Any:
        """The ready resource from a `@resource` function's context."""
        made = cls(**resolve_env_vars(dict(context.resource_config or {})))
        made.setup_for_execution(context)
        return made.create_resource(context)


class ConfigurableResource(ConfigurableResourceFactory):
    """A resource with fields, which assets are given itself.

    A parameter annotated with a subclass takes the resource of the parameter's name.
    """

    __atoll_resource__: ClassVar[bool] = True

    def create_resource(self, context: InitResourceContext) -> Any:
        """The object that assets are given: this one."""
        return self

    def get_resource_definition(self) -> Any:
        """The resource itself."""
        return self


class PartialResource:
    """A `ConfigurableResource` some of whose fields are given by the run's config."""

    __atoll_configurable__ = True

    def __init__(self, cls: Any, values: Mapping[str, Any]):
        self.resource_cls = cls
        self.values = dict(values)

    def nested_resources(self) -> Dict[str, Any]:
        """The resources that are its fields, by field."""
        kinds = (ConfigurableResourceFactory, PartialResource, ResourceDefinition)
        return {name: value for name, value in self.values.items() if isinstance(value, kinds)}

    def _ready(
        self, nested: Mapping[str, Any], config: Optional[Mapping[str, Any]], where: str
    ) -> Any:
        """A fresh object with environment variables, nested resources and config filled in."""
        return make_ready(self.resource_cls, self.values, nested, config, where)


def make_ready(
    cls: Any,
    values: Mapping[str, Any],
    nested: Mapping[str, Any],
    config: Optional[Mapping[str, Any]],
    where: str,
) -> Any:
    """An object of `cls` whose fields are all known.

    Raises:
        ConfigError: `config.invalid` or `config.env_missing`.
    """
    filled = {
        name: value._resolved() if _is_plain_config(value) else resolve_env_vars(value)
        for name, value in values.items()
        if name not in nested
    }
    made_from: Dict[str, Any] = {}
    for name, value in nested.items():
        given = values.get(name)
        if value is given or isinstance(value, type(given)) or isinstance(given, PartialResource):
            filled[name] = value
        else:  # a factory's product need not be of the field's type
            filled[name], made_from[name] = given, value
    if config:
        filled.update(resolve_env_vars(dict(config)))
    try:
        made = cls(**_by_alias(cls, filled))
    except ValidationError as error:
        raise ConfigError(explain(error, where), code="config.invalid") from None
    made.__dict__.update(made_from)
    return made


def _by_alias(cls: Any, values: Mapping[str, Any]) -> Dict[str, Any]:
    """Field names as the class's constructor takes them."""
    fields = cls.model_fields
    return {
        (getattr(fields.get(name), "alias", None) or name): value for name, value in values.items()
    }


def _is_plain_config(value: Any) -> bool:
    return isinstance(value, Config) and not isinstance(value, ConfigurableResourceFactory)


def env_var_fields(value: Any) -> Tuple[str, ...]:
    """The names of the fields that are given as environment variables."""
    return tuple(
        name for name in type(value).model_fields if isinstance(getattr(value, name), EnvVar)
    )
