"""Resources without pydantic: plain objects and `@resource` functions."""

from __future__ import annotations

import types
from contextlib import contextmanager
from inspect import unwrap
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Set,
    TypeVar,
)

from atoll.definitions.config.reading import Reading
from atoll.definitions.config.schema import ConfigSchema, Configurable
from atoll.definitions.config.types import UNSET
from atoll.definitions.function import ResourceAnnotation
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.source import caller_source
from atoll.definitions.validation import check_name
from atoll.errors import DefinitionError, InvocationError, nearest

T = TypeVar("T")

if TYPE_CHECKING:
    from typing_extensions import Annotated

    ResourceParam = Annotated[T, ResourceAnnotation]
else:

    class ResourceParam:
        """Annotates a parameter that takes a resource of any type: `ResourceParam[Client]`."""

        def __class_getitem__(cls, item: Any) -> ResourceAnnotation:
            return ResourceAnnotation(item)


class ResourceDefinition(Configurable):
    """A resource that a function makes when a step needs it.

    Args:
        resource_fn: called with an `InitResourceContext`, or with nothing; a generator function
            yields the resource once and cleans up behind the `yield`.
        config_schema: what `context.resource_config` is; anything by default.
        description: what it is for; the function's docstring by default.
        required_resource_keys: other resources that it needs, as `context.resources.NAME`.
        version: of the function.

    Raises:
        DefinitionError: `definition.bad_signature`, the function needs several arguments.
    """

    __atoll_resource_definition__ = True

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: Optional[str] = None,
        required_resource_keys: Optional[Iterable[str]] = None,
        version: Optional[str] = None,
    ):
        _check_signature(resource_fn)
        self.resource_fn = resource_fn
        self._config = ConfigSchema.of(config_schema)
        self.description = description or getattr(resource_fn, "__doc__", None)
        self.required_resource_keys: Set[str] = set(required_resource_keys or ())
        self.version = version
        self.__doc__ = self.description
        self.__name__ = getattr(resource_fn, "__name__", "resource")

    def copy_for_configured(self, description: Optional[str], config_schema: ConfigSchema) -> Any:
        """A copy with another schema."""
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._config = config_schema
        made.description = description or self.description
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The resource itself, for tests.

        Takes what `build_init_resource_context` gives, where the function takes a context. A
        generator function gives a context manager.

        Raises:
            InvocationError: `invocation.no_context`, config or other resources are needed.
            ConfigError: `config.invalid`, the context's config does not fit.
        """
        return invoke_resource(self, args, kwargs)

    @staticmethod
    def hardcoded_resource(value: Any, description: Optional[str] = None) -> ResourceDefinition:
        """A resource that is `value`.

        Args:
            value: the resource.
            description: Markdown.
        """
        return ResourceDefinition(lambda: value, description=description)

    @staticmethod
    def none_resource(description: Optional[str] = None) -> ResourceDefinition:
        """A resource that is None."""
        return ResourceDefinition.hardcoded_resource(None, description)

    @staticmethod
    def string_resource(description: Optional[str] = None) -> ResourceDefinition:
        """A resource that is the text that its config gives."""
        return ResourceDefinition(lambda context: context.resource_config, str, description)

    @staticmethod
    def mock_resource(description: Optional[str] = None) -> ResourceDefinition:
        """A resource that is a `unittest.mock.MagicMock`."""

        def make() -> Any:
            from unittest.mock import MagicMock

            return MagicMock()

        return ResourceDefinition(make, description=description)

    def get_required_resource_keys(self, resource_defs: Mapping[str, Any]) -> Set[str]:
        """The other resources that it needs, by name."""
        return set(self.required_resource_keys)


class IOManagerDefinition(ResourceDefinition):
    """A resource that is an IO manager; made by `@io_manager`.

    Args:
        resource_fn: makes it, as for `ResourceDefinition`.
        config_schema: its own config, as for `ResourceDefinition`.
        description: Markdown.
        required_resource_keys: other resources that it uses.
        version: not used; kept for those who read it.
        input_config_schema: what config an input may give it.
        output_config_schema: what config an output may give it.
    """

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: Optional[str] = None,
        required_resource_keys: Optional[Iterable[str]] = None,
        version: Optional[str] = None,
        input_config_schema: Any = None,
        output_config_schema: Any = None,
    ):
        super().__init__(resource_fn, config_schema, description, required_resource_keys, version)
        self._input_config = _optional_schema(input_config_schema)
        self._output_config = _optional_schema(output_config_schema)

    @property
    def input_config_schema(self) -> Optional[ConfigSchema]:
        """What config an input may give it."""
        return self._input_config

    @property
    def output_config_schema(self) -> Optional[ConfigSchema]:
        """What config an output may give it."""
        return self._output_config

    @staticmethod
    def hardcoded_io_manager(value: Any, description: Optional[str] = None) -> IOManagerDefinition:
        """An IO manager that is `value`.

        Args:
            value: the IO manager.
            description: Markdown.
        """
        return IOManagerDefinition(lambda: value, description=description)


def resource(
    config_schema: Any = None,
    description: Optional[str] = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    version: Optional[str] = None,
) -> Any:
    """Declare that a function makes a resource; bare, or with arguments.

    Args:
        config_schema: what `context.resource_config` is; anything by default.
        description: what it is for; the function's docstring by default.
        required_resource_keys: other resources that it needs, as `context.resources.NAME`.
        version: of the function.
    """
    if _is_function(config_schema):
        return ResourceDefinition(config_schema)
    return lambda fn: ResourceDefinition(
        fn, config_schema, description, required_resource_keys, version
    )


def io_manager(
    config_schema: Any = None,
    description: Optional[str] = None,
    output_config_schema: Any = None,
    input_config_schema: Any = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    version: Optional[str] = None,
) -> Any:
    """Declare that a function makes an IO manager; bare, or with arguments.

    Args:
        config_schema: what `context.resource_config` is; anything by default.
        description: what it is for; the function's docstring by default.
        output_config_schema: what config an output may give it.
        input_config_schema: what config an input may give it.
        required_resource_keys: other resources that it needs, as `context.resources.NAME`.
        version: of the function.
    """
    if _is_function(config_schema):
        return IOManagerDefinition(config_schema)
    return lambda fn: IOManagerDefinition(
        fn,
        config_schema,
        description,
        required_resource_keys,
        version,
        input_config_schema,
        output_config_schema,
    )


def make_values_resource(**kwargs: Any) -> ResourceDefinition:
    """A resource that is its config: a dict with these fields, or anything where there are none.

    Args:
        **kwargs: the fields of the config, such as `limit=int`.
    """
    return ResourceDefinition(lambda context: context.resource_config, kwargs or None)


def _is_function(schema: Any) -> bool:
    return callable(schema) and not isinstance(schema, (type, ConfigSchema))


def _optional_schema(schema: Any) -> Optional[ConfigSchema]:
    return None if schema is None else ConfigSchema.of(schema)


def call_resource_fn(fn: Callable[..., Any], context: Any) -> Any:
    """Call a resource's function, with the context if it takes a parameter."""
    return fn(context) if _takes_context(fn) else fn()


def _takes_context(fn: Callable[..., Any]) -> bool:
    fn = unwrap(fn)
    is_class = isinstance(fn, type)
    code = getattr(vars(fn).get("__init__") if is_class else fn, "__code__", None)
    if code is None:
        if is_class:
            return False
        import inspect

        return bool(inspect.signature(fn).parameters)
    bound = 1 if is_class or getattr(fn, "__self__", None) is not None else 0
    return bool(code.co_argcount > bound)


def _check_signature(fn: Callable[..., Any]) -> None:
    fn = unwrap(fn)
    code = getattr(fn, "__code__", None)
    if code is None:
        return
    needed = code.co_argcount - len(getattr(fn, "__defaults__", None) or ())
    if needed - (getattr(fn, "__self__", None) is not None) > 1:
        raise DefinitionError(
            "the resource function %s needs %d arguments" % (fn.__name__, needed),
            code="definition.bad_signature",
            hint="it is called with an InitResourceContext, which has all that it may need",
            source=(code.co_filename, code.co_firstlineno),
        )


def invoke_resource(definition: ResourceDefinition, args: Any, kwargs: Mapping[str, Any]) -> Any:
    """Call a resource in a test; see `ResourceDefinition.__call__`."""
    context = _given_context(definition, args, kwargs)
    fn = definition.resource_fn
    needs = definition.required_resource_keys or definition.config_schema.is_required
    if context is None and needs and _takes_context(fn):
        raise InvocationError(
            "the resource %s needs config or other resources" % definition.__name__,
            code="invocation.no_context",
            hint="pass build_init_resource_context(config=..., resources=...)",
        )
    reading = Reading()
    given = None if context is None else context.resource_config
    config = definition.config_schema.read(given or UNSET, ("config",), reading)
    reading.finish("the config of the resource %s" % definition.__name__, given)
    known = getattr(context, "resources", None)
    for name in sorted(definition.required_resource_keys) if _takes_context(fn) else ():
        if known is None or name not in known:
            raise DefinitionError(
                "the resource %s needs the resource '%s'" % (definition.__name__, name),
                code="definition.missing_resource",
                hint="pass build_init_resource_context(resources={'%s': ...})" % name,
            )
    bound = (context or InitResourceContext()).replace(
        resource_config=config, resource_def=definition
    )
    made = call_resource_fn(fn, bound)
    return _managed(made) if isinstance(made, types.GeneratorType) else made


def _given_context(definition: ResourceDefinition, args: Any, kwargs: Mapping[str, Any]) -> Any:
    given = [*args, *kwargs.values()]
    if len(given) > 1:
        raise InvocationError(
            "the resource %s was called with %d arguments" % (definition.__name__, len(given)),
            code="invocation.unknown_argument",
            hint="pass one: what build_init_resource_context gives",
        )
    takes = _takes_context(definition.resource_fn)
    if given and not takes:
        raise InvocationError(
            "the resource %s takes no context, and was called with one" % definition.__name__,
            code="invocation.unknown_argument",
            hint="call it without arguments, or give its function a parameter",
        )
    code = getattr(unwrap(definition.resource_fn), "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    for name in kwargs:
        if name not in names:
            raise InvocationError(
                "the resource %s has no parameter '%s'" % (definition.__name__, name),
                code="invocation.unknown_argument",
                hint=nearest(name, list(names)) or None,
            )
    if not given and takes and not _has_default(definition):
        raise InvocationError(
            "the resource %s takes a context, and was called without" % definition.__name__,
            code="invocation.no_context",
            hint="pass build_init_resource_context(), or None",
        )
    return given[0] if given else None


def _has_default(definition: ResourceDefinition) -> bool:
    return bool(getattr(unwrap(definition.resource_fn), "__defaults__", None))


@contextmanager
def _managed(made: Any) -> Iterator[Any]:
    try:
        yield next(made)
    finally:
        next(made, None)


def check_resources(resources: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """`resources` as a dict, if each has a name and is an object rather than a class of one.

    Raises:
        DefinitionError: `definition.bad_name` or `definition.bad_resource`.
    """
    source = caller_source()
    for name, value in (resources or {}).items():
        check_name(name, "a resource", source)
        if isinstance(value, type) and getattr(value, "__atoll_configurable__", False):
            raise DefinitionError(
                "the resource '%s' is the class %s, not an object of it" % (name, value.__name__),
                code="definition.bad_resource",
                hint="write %s(...)" % value.__name__,
                source=source,
            )
    return dict(resources or {})


def nested_resources(value: Any) -> List[Any]:
    """The resources that are fields of a `ConfigurableResource`."""
    return list(value.nested_resources.values()) if is_configurable(value) else []


def is_configurable(value: Any) -> bool:
    """Whether `value` is a `ConfigurableResource`, or one whose config is given at launch."""
    return getattr(type(value), "__atoll_configurable__", False)


def needs_config(value: Any) -> bool:
    """Whether a run must give a resource config, or is meant to: it waits for its launch."""
    if isinstance(value, ResourceDefinition):
        return value.config_schema.is_required
    return is_configurable(value) and hasattr(value, "resource_cls")
