"""A `@resource` function behind the fields of a pydantic class."""

from __future__ import annotations

import contextlib
import types
from typing import Any, Generator

from atoll.definitions.resources.configurable import ConfigurableResource
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import ResourceDefinition, call_resource_fn


class IAttachDifferentObjectToOpContext:
    """A resource that stands in `context.resources` as another object than parameters are given.

    It serves both code that asks for the resource by its class, and older code that expects a
    client of some library under `context.resources.NAME`.
    """

    def get_object_to_set_on_execution_context(self) -> Any:
        """What `context.resources.NAME` is."""
        raise NotImplementedError("%s.get_object_to_set_on_execution_context" % type(self).__name__)


class ConfigurableLegacyResourceAdapter(ConfigurableResource[Any]):
    """A `@resource` function whose config is the fields of the subclass.

    Subclasses have a property `wrapped_resource` that gives the `ResourceDefinition`.
    """

    @property
    def wrapped_resource(self) -> ResourceDefinition:
        """The resource whose function is called."""
        raise NotImplementedError("%s.wrapped_resource" % type(self).__name__)

    @contextlib.contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Generator[Any, None, None]:
        """Call the function, with the fields as its config; clean up behind the block."""
        bound = context.replace_config(fields_of(self))
        with called(self.wrapped_resource, bound) as made:
            yield made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The wrapped resource itself, for tests."""
        return self.wrapped_resource(*args, **kwargs)


def fields_of(value: Any) -> Any:
    """The fields of a ready resource, as the config of a `@resource` function."""
    nested = value.nested_resources
    return {name: item for name, item in value if name not in nested}


@contextlib.contextmanager
def called(definition: ResourceDefinition, context: InitResourceContext) -> Any:
    """What a `@resource` function makes; cleaned up behind the block."""
    made = call_resource_fn(definition.resource_fn, context)
    if isinstance(made, types.GeneratorType):
        try:
            yield next(made)
        finally:
            next(made, None)
    elif hasattr(made, "__enter__") and hasattr(made, "gen"):
        with made as inner:
            yield inner
    else:
        yield made
