"""`ConfigurableResource`: resources as pydantic models. Loaded only when it is used."""

from __future__ import annotations

import contextlib
from typing import (
    Any,
    ClassVar,
    Dict,
    Generator,
    Generic,
    Iterator,
    List,
    Mapping,
    Optional,
    TypeVar,
)

from pydantic import ConfigDict, PrivateAttr, ValidationError, field_validator

from atoll.definitions.config.fields import Field, Permissive, Shape
from atoll.definitions.config.model import (
    Config,
    by_alias,
    given_fields,
    problems_of,
    resolve_values,
    written_field,
)
from atoll.definitions.config.model_fields import field_of_model
from atoll.definitions.config.reading import invalid
from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import IOManagerDefinition, ResourceDefinition
from atoll.definitions.resources.scope import ResourceScope
from atoll.errors import ParameterError

TResValue = TypeVar("TResValue")


class _Dependency:
    """Marks a field as taking a resource of any kind."""

    __atoll_dependency__ = True


class ResourceDependency(Generic[TResValue]):
    """Annotates a field that takes another resource of any kind: `ResourceDependency[Client]`."""

    def __class_getitem__(cls, item: Any) -> Any:
        from typing_extensions import Annotated

        return Annotated[Any, _Dependency]


class ConfigurableResourceFactory(Config, Generic[TResValue]):
    """A resource with fields, which makes the object that assets are given.

    Fields take values, `EnvVar`s and other resources. For each step that needs it, it is made
    anew with those resolved, `setup_for_execution` is called, and behind the step
    `teardown_after_execution`; or `yield_for_execution` does both.
    """

    __atoll_config__: ClassVar[bool] = False
    __atoll_configurable__: ClassVar[bool] = True

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    _init_context: Optional[InitResourceContext] = PrivateAttr(default=None)
    _definition: Any = PrivateAttr(default=None)

    @field_validator("*", mode="wrap", check_fields=False)
    @classmethod
    def _defer_resources(cls, value: Any, handler: Any) -> Any:
        """Let an unfinished resource stand in any field until a step runs."""
        return value if isinstance(value, _UNFINISHED) else handler(value)

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
    def _is_torn_down(cls) -> bool:
        """Whether it says what to do behind its use."""
        own = ConfigurableResourceFactory
        return (
            cls.yield_for_execution is not own.yield_for_execution
            or cls.teardown_after_execution is not own.teardown_after_execution
        )

    @classmethod
    def configure_at_launch(cls, **kwargs: Any) -> PartialResource:
        """The resource, its other fields to be given by the run's config."""
        return PartialResource(cls, kwargs)

    @property
    def nested_resources(self) -> Dict[str, Any]:
        """The resources that are its fields, by field."""
        return _nested({name: getattr(self, name) for name in type(self).model_fields})

    @property
    def config_schema(self) -> ConfigSchema:
        """What a run's config may say: its fields, with the values it has as defaults."""
        return schema_with(type(self), given_fields(self))

    def get_resource_definition(self) -> ResourceDefinition:
        """The same resource as a `ResourceDefinition`, which has `configured`."""
        if self._definition is None:
            self._definition = definition_of(self, type(self))
        found: ResourceDefinition = self._definition
        return found

    def get_resource_context(self) -> InitResourceContext:
        """What the resource was told when it was made ready.

        Raises:
            ParameterError: `parameter.no_context`, it has not been made ready.
        """
        if self._init_context is None:
            raise ParameterError(
                "%s has not been made ready, so it has no context" % type(self).__name__,
                code="parameter.no_context",
                hint="ask inside a step, or with_replaced_resource_context(...) first",
            )
        return self._init_context

    def with_replaced_resource_context(self, resource_context: InitResourceContext) -> Any:
        """A copy that was told this when it was made ready."""
        made = self.model_copy()
        made._init_context = resource_context
        return made

    def with_resource_context(self, resource_context: InitResourceContext) -> Any:
        """The older name of `with_replaced_resource_context`."""
        return self.with_replaced_resource_context(resource_context)

    def _ready(
        self,
        nested: Mapping[str, Any],
        config: Optional[Mapping[str, Any]],
        where: str,
        context: InitResourceContext,
    ) -> Any:
        """A fresh object with environment variables, nested resources and config filled in."""
        return make_ready(type(self), given_fields(self), nested, config, where, context)

    @contextlib.contextmanager
    def process_config_and_initialize_cm(self) -> Iterator[Any]:
        """The ready resource, outside a run; torn down at the end of the block."""
        with _opened(self, InitResourceContext()) as made:
            yield made

    def process_config_and_initialize(self) -> Any:
        """The ready resource, outside a run.

        Raises:
            ParameterError: `parameter.needs_teardown`, it is to be torn down behind its use.
        """
        return _opened_for_good(self, InitResourceContext())

    @classmethod
    def from_resource_context(
        cls, context: InitResourceContext, nested_resources: Optional[Mapping[str, Any]] = None
    ) -> Any:
        """The ready resource, with the config of a `@resource` function's context.

        Args:
            context: what the function was given.
            nested_resources: the resources that are its fields, by field.

        Raises:
            ParameterError: `parameter.needs_teardown`, it is to be torn down behind its use.
        """
        return _opened_for_good(cls._of(context, nested_resources), context)

    @classmethod
    @contextlib.contextmanager
    def from_resource_context_cm(
        cls, context: InitResourceContext, nested_resources: Optional[Mapping[str, Any]] = None
    ) -> Iterator[Any]:
        """The ready resource, with the config of a `@resource` function's context; torn down.

        Args:
            context: what the function was given.
            nested_resources: the resources that are its fields, by field.
        """
        with _opened(cls._of(context, nested_resources), context) as made:
            yield made

    @classmethod
    def _of(cls, context: InitResourceContext, nested: Optional[Mapping[str, Any]]) -> Any:
        return cls(**{**(context.resource_config or {}), **(nested or {})})


class ConfigurableResource(ConfigurableResourceFactory[TResValue]):
    """A resource with fields, which assets are given itself.

    A parameter annotated with a subclass takes the resource of the parameter's name.
    """

    __atoll_resource__: ClassVar[bool] = True

    def create_resource(self, context: InitResourceContext) -> Any:
        """The object that assets are given: this one."""
        return self


class PartialResource:
    """A `ConfigurableResource` some of whose fields are given by the run's config."""

    __atoll_configurable__ = True

    def __init__(self, resource_cls: Any, data: Mapping[str, Any]):
        self.resource_cls = resource_cls
        self.data = dict(data)
        self._definition: Optional[ResourceDefinition] = None

    @property
    def nested_resources(self) -> Dict[str, Any]:
        """The resources that are its fields, by field."""
        return _nested(self.data)

    @property
    def config_schema(self) -> ConfigSchema:
        """What a run's config must say: its fields, with the values it has as defaults."""
        return schema_with(self.resource_cls, self.data)

    def get_resource_definition(self) -> ResourceDefinition:
        """The same resource as a `ResourceDefinition`, which has `configured`."""
        if self._definition is None:
            self._definition = definition_of(self, self.resource_cls)
        return self._definition

    def _ready(
        self,
        nested: Mapping[str, Any],
        config: Optional[Mapping[str, Any]],
        where: str,
        context: InitResourceContext,
    ) -> Any:
        """A fresh object with environment variables, nested resources and config filled in."""
        return make_ready(self.resource_cls, self.data, nested, config, where, context)


_UNFINISHED = (PartialResource, ResourceDefinition)


def make_ready(
    cls: Any,
    values: Mapping[str, Any],
    nested: Mapping[str, Any],
    config: Optional[Mapping[str, Any]],
    where: str,
    context: InitResourceContext,
) -> Any:
    """An object of `cls` whose fields are all known.

    Args:
        cls: the resource's class.
        values: the fields that were given.
        nested: what the resources among them have become.
        config: what the run's config says, read.
        where: whose config it is, for the error.
        context: what the resource is told.

    Raises:
        ConfigError: `config.invalid` or `config.env_missing`.
    """
    filled = {name: resolve_values(value) for name, value in values.items() if name not in nested}
    made_from: Dict[str, Any] = {}
    for name, value in nested.items():
        given = values.get(name)
        if value is given or isinstance(value, type(given)) or isinstance(given, PartialResource):
            filled[name] = value
        else:  # a factory's product need not be of the field's type
            filled[name], made_from[name] = given, value
    try:
        made = cls(**{**by_alias(cls, filled), **(config or {})})
    except ValidationError as error:
        path = ("resources", context.resource_key, "config")
        raise invalid("the config of %s" % where, problems_of(error, path)) from None
    made.__dict__.update(made_from)
    made._init_context = context
    return made


def schema_with(cls: Any, values: Mapping[str, Any]) -> ConfigSchema:
    """The schema of a resource's class, where some fields have been given."""
    field = field_of_model(cls)
    shape: Any = field.config_type
    fields = dict(shape.fields)
    for name, value in values.items():
        info = cls.model_fields.get(name)
        alias = (info.alias if info is not None else None) or name
        known = fields.get(alias)
        if known is None:
            continue
        fields[alias] = Field(known.config_type, is_required=False, description=known.description)
        fields[alias]._default = written_field(info, value)
    kind = Permissive if shape.allows_others else Shape
    return ConfigSchema(Field(kind(fields), description=field.description))


def definition_of(value: Any, cls: Any) -> ResourceDefinition:
    """A `ResourceDefinition` that makes ready what `value` is."""

    @contextlib.contextmanager
    def make(context: InitResourceContext) -> Iterator[Any]:
        with _opened(value, context, context.resource_config) as made:
            yield made

    is_io = getattr(cls, "__atoll_io_manager__", False)
    kind: Any = IOManagerDefinition if is_io else ResourceDefinition
    doc = cls.__dict__.get("__doc__")
    made: Any = kind(make, config_schema=value.config_schema, description=doc or cls.__name__)
    made.configurable, made.configurable_resource_cls = value, cls
    made.__name__ = cls.__name__
    found: ResourceDefinition = made
    return found


def _nested(values: Mapping[str, Any]) -> Dict[str, Any]:
    kinds = (ConfigurableResourceFactory, *_UNFINISHED)
    return {name: value for name, value in values.items() if isinstance(value, kinds)}


@contextlib.contextmanager
def _opened(value: Any, context: InitResourceContext, config: Any = None) -> Iterator[Any]:
    scope = ResourceScope({}, {}, context)
    problems: List[BaseException] = []
    try:
        yield scope.enter(context.resource_key or type(value).__name__, value, config)
    finally:
        problems = scope.close()
    if problems:
        raise problems[0]


def _opened_for_good(value: Any, context: InitResourceContext) -> Any:
    for one in _all_nested(value):
        if one._is_torn_down():
            raise ParameterError(
                "%s is to be torn down behind its use" % type(one).__name__,
                code="parameter.needs_teardown",
                hint="use the context manager of this name with _cm behind it",
            )
    nested = {
        name: _opened_for_good(item, InitResourceContext())
        if isinstance(item, ConfigurableResourceFactory)
        else item
        for name, item in value.nested_resources.items()
    }
    ready = value._ready(nested, None, type(value).__name__, context)
    ready.setup_for_execution(context)
    return ready.create_resource(context)


def _all_nested(value: Any) -> Iterator[Any]:
    if isinstance(value, ConfigurableResourceFactory):
        yield value
        for item in value.nested_resources.values():
            yield from _all_nested(item)
