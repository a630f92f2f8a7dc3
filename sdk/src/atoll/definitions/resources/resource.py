"""Resources without pydantic: plain objects, `@resource` functions, and what they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Mapping, Optional, TypeVar

from atoll.definitions.function import ResourceAnnotation
from atoll.definitions.source import caller_source
from atoll.definitions.validation import check_name
from atoll.errors import DefinitionError

T = TypeVar("T")

if TYPE_CHECKING:
    from typing_extensions import Annotated

    ResourceParam = Annotated[T, ResourceAnnotation]
else:

    class ResourceParam:
        """Annotates a parameter that takes a resource of any type: `ResourceParam[Client]`."""

        def __class_getitem__(cls, item: Any) -> ResourceAnnotation:
            return ResourceAnnotation(item)


class InitResourceContext:
    """What a resource is given when it is made ready for a step."""

    def __init__(
        self,
        resource_config: Any = None,
        resources: Any = None,
        log: Any = None,
        run_id: str = "",
        resource_key: str = "",
        run_tags: Optional[Mapping[str, str]] = None,
        values_url: str = "",
    ):
        self.resource_config: Any = {} if resource_config is None else resource_config
        self.resources = resources
        self.log = log
        self.run_id = run_id
        self.resource_key = resource_key
        self.run_tags = dict(run_tags or {})
        self.values_url = values_url

    def replace_config(self, config: Any) -> InitResourceContext:
        """A copy with another config."""
        return InitResourceContext(
            config,
            self.resources,
            self.log,
            self.run_id,
            self.resource_key,
            self.run_tags,
            self.values_url,
        )


def build_init_resource_context(
    config: Any = None, resources: Any = None, instance: Any = None
) -> InitResourceContext:
    """An `InitResourceContext` for tests of resources."""
    return InitResourceContext(config, resources)


class ResourceDefinition:
    """A resource that a function makes when a step needs it.

    Args:
        resource_fn: called with an `InitResourceContext`, or with nothing; a generator function
            yields the resource once and cleans up behind the `yield`.
        config_schema: fields of `context.resource_config`.
        required_resource_keys: other resources that it needs, as `context.resources.NAME`.
    """

    def __init__(
        self,
        resource_fn: Callable[..., Any],
        config_schema: Any = None,
        description: Optional[str] = None,
        required_resource_keys: Optional[Iterable[str]] = None,
        config: Any = None,
    ):
        self.resource_fn = resource_fn
        self.config_schema = config_schema
        self.description = description or getattr(resource_fn, "__doc__", None)
        self.required_resource_keys = set(required_resource_keys or ())
        self.config = config

    def configured(self, config: Any, **_: Any) -> ResourceDefinition:
        """A copy with its config given."""
        return type(self)(
            self.resource_fn,
            self.config_schema,
            self.description,
            self.required_resource_keys,
            config,
        )

    def __call__(self, context: Any = None) -> Any:
        """The resource itself, for tests."""
        return call_resource_fn(self.resource_fn, context)

    @staticmethod
    def hardcoded_resource(value: Any, description: Optional[str] = None) -> ResourceDefinition:
        """A resource that is `value`."""
        return ResourceDefinition(lambda: value, description=description)

    @staticmethod
    def none_resource(description: Optional[str] = None) -> ResourceDefinition:
        """A resource that is None."""
        return ResourceDefinition.hardcoded_resource(None, description)

    @staticmethod
    def mock_resource(description: Optional[str] = None) -> ResourceDefinition:
        """A resource that is a `unittest.mock.MagicMock`."""

        def make() -> Any:
            from unittest.mock import MagicMock

            return MagicMock()

        return ResourceDefinition(make, description=description)


class IOManagerDefinition(ResourceDefinition):
    """A resource that is an IO manager; made by `@io_manager`."""


def resource(config_schema: Any = None, **arguments: Any) -> Any:
    """Declare that a function makes a resource; bare, or with `ResourceDefinition`'s arguments."""
    return _decorate(ResourceDefinition, config_schema, arguments)


def io_manager(config_schema: Any = None, **arguments: Any) -> Any:
    """Declare that a function makes an IO manager."""
    return _decorate(IOManagerDefinition, config_schema, arguments)


def _decorate(cls: Any, config_schema: Any, arguments: Dict[str, Any]) -> Any:
    for name in ("input_config_schema", "output_config_schema", "version"):
        arguments.pop(name, None)
    if callable(config_schema) and not isinstance(config_schema, type):
        return cls(config_schema)
    return lambda fn: cls(fn, config_schema, **arguments)


def call_resource_fn(fn: Callable[..., Any], context: Any) -> Any:
    """Call a resource's function, with the context if it takes a parameter."""
    is_class = isinstance(fn, type)
    code = getattr(vars(fn).get("__init__") if is_class else fn, "__code__", None)
    takes_none = is_class if code is None else code.co_argcount <= (1 if is_class else 0)
    return fn() if takes_none else fn(context)


def check_resources(resources: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """`resources` as a dict, if each has a name and is an object rather than a class of one.

    Raises:
        DefinitionError: `definition.bad_name` or `definition.bad_resource`.
    """
    source = caller_source()
    for name, value in (resources or {}).items():
        check_name(name, "a resource", source)
        if isinstance(value, type) and getattr(value, "__atoll_resource__", False):
            raise DefinitionError(
                "the resource '%s' is the class %s, not an object of it" % (name, value.__name__),
                code="definition.bad_resource",
                hint="write %s(...)" % value.__name__,
                source=source,
            )
    return dict(resources or {})


def nested_resources(value: Any) -> List[Any]:
    """The resources that are fields of a `ConfigurableResource`."""
    nested = getattr(value, "nested_resources", None)
    return list(nested().values()) if callable(nested) and is_configurable(value) else []


def is_configurable(value: Any) -> bool:
    """Whether `value` is a `ConfigurableResource`, or one whose config is given at launch."""
    return getattr(type(value), "__atoll_configurable__", False)
