"""Resources made ready, each once, and torn down behind their use."""

from __future__ import annotations

import types
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Set, Tuple

from atoll.definitions.config.reading import Reading
from atoll.definitions.config.types import UNSET
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import (
    ResourceDefinition,
    call_resource_fn,
    is_configurable,
)
from atoll.errors import (
    AtollError,
    DefinitionError,
    InvariantError,
    ResourceFunctionError,
    UnknownResourceError,
    nearest,
)


class Resources:
    """`context.resources`: the resources that the step asked for, as attributes.

    A resource with `get_object_to_set_on_execution_context` stands here as what that gives.
    """

    def __init__(self, values: Mapping[str, Any]):
        self.__dict__["_values"] = dict(values)

    @property
    def original_resource_dict(self) -> Dict[str, Any]:
        """The resources by name, each itself."""
        return dict(self.__dict__["_values"])

    def _asdict(self) -> Dict[str, Any]:
        return {name: _attached(value) for name, value in self.__dict__["_values"].items()}

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__["_values"]
        if name in values:
            return _attached(values[name])
        raise UnknownResourceError(
            "the step has no resource '%s'" % name,
            code="resource.unknown",
            hint=nearest(name, list(values))
            or "ask for it with required_resource_keys={'%s'}, or as a parameter" % name,
        )

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__["_values"]

    def __iter__(self) -> Any:
        return iter(self.__dict__["_values"])


@contextmanager
def user_code_of(key: str) -> Iterator[None]:
    """Within the block the user's code makes a resource ready; what it raises is told so.

    Args:
        key: the resource's name.

    Raises:
        ResourceFunctionError: `resource.raised`.
    """
    try:
        yield
    except AtollError:
        raise
    except Exception as error:
        raise ResourceFunctionError(
            "the resource '%s' could not be made ready: %s: %s"
            % (key, type(error).__name__, error),
            user_exception=error,
        ) from error


def _attached(value: Any) -> Any:
    attach = getattr(type(value), "get_object_to_set_on_execution_context", None)
    return value if attach is None else attach(value)


class ResourceScope:
    """Makes resources ready, each once, those that they need first; `close` tears them down.

    Args:
        declared: the definitions' resources.
        config: `resources` of the run's config.
        context: what each resource is told of the run.
    """

    def __init__(
        self,
        declared: Mapping[str, Any],
        config: Mapping[str, Any],
        context: InitResourceContext,
    ):
        self.ready: Dict[str, Any] = {}
        self.declared = declared
        self._config = config
        self._context = context
        self._made: Dict[Tuple[str, int], Any] = {}
        self._keys = {id(value): key for key, value in declared.items()}
        self._making: Set[Tuple[str, int]] = set()
        self._teardowns: List[Callable[[], Any]] = []
        self._needs_close = False

    @property
    def needs_close(self) -> bool:
        """Whether any resource that is ready is to be torn down."""
        return self._needs_close

    def open(self, keys: Iterable[str]) -> None:
        """Make these resources ready.

        Raises:
            DefinitionError: `definition.missing_resource`.
            InvariantError: `definition.resource_cycle`, one needs itself.
            ConfigError: `config.*`, a resource's config does not fit.
            ResourceFunctionError: `resource.raised`, the user's code raised.
        """
        for key in keys:
            if key not in self.ready:
                if key not in self.declared:
                    raise DefinitionError(
                        "there is no resource '%s'" % key,
                        code="definition.missing_resource",
                        hint=nearest(key, list(self.declared)) or None,
                    )
                self.ready[key] = self._make(self.declared[key], key)

    def config_of(self, key: str) -> Any:
        """The config of a resource, with defaults and variables filled in; empty of an object.

        Raises:
            ConfigError: `config.*`, it does not fit.
        """
        value = self.declared.get(key)
        has_config = is_configurable(value) or isinstance(value, ResourceDefinition)
        return self._read(value, key, Reading()) if has_config else {}

    def close(self) -> List[BaseException]:
        """Tear everything down, last made first; gives what went wrong meanwhile."""
        problems: List[BaseException] = []
        while self._teardowns:
            try:
                self._teardowns.pop()()
            except BaseException as error:
                problems.append(error)
        return problems

    def _make(self, value: Any, key: str) -> Any:
        if self.declared.get(key) is not value:  # nested: its config stands under a name of its own
            key = self._keys.get(id(value), key)
        if (key, id(value)) in self._made:
            return self._made[key, id(value)]
        if (key, id(value)) in self._making:
            raise InvariantError(
                "the resource '%s' needs itself" % key, code="definition.resource_cycle"
            )
        self._making.add((key, id(value)))
        if is_configurable(value) or hasattr(value, "configurable"):
            given = self._read(value, key, Reading(fill=False))
            whole = self._read(value, key, Reading())
            made = self.enter(key, getattr(value, "configurable", value), given, whole)
        elif isinstance(value, ResourceDefinition):
            made = self._from_function(value, key)
        else:
            made = value
        self._made[key, id(value)] = made
        return made

    def enter(self, key: str, value: Any, config: Any, whole: Any = None) -> Any:
        """Make a `ConfigurableResource` ready whose config has been read.

        Args:
            key: its name.
            value: the resource.
            config: fields that take the place of its own.
            whole: its config with all fields, as it is told in the context.
        """
        nested = {
            name: self._make(item, "%s.%s" % (key, name))
            for name, item in value.nested_resources.items()
        }
        context = self._init_context(key, config if whole is None else whole, value)
        ready = value._ready(nested, config, "the resource '%s'" % key, context)
        self._needs_close |= ready._is_torn_down()
        with user_code_of(key):
            return self._enter(ready.yield_for_execution(context))

    def _from_function(self, value: ResourceDefinition, key: str) -> Any:
        self.open(sorted(value.required_resource_keys))
        context = self._init_context(key, self._read(value, key, Reading()), value)
        needed = {k: self.ready[k] for k in value.required_resource_keys}
        context = context.replace(resources=Resources(needed))
        with user_code_of(key):
            made = call_resource_fn(value.resource_fn, context)
            if isinstance(made, types.GeneratorType):
                first = next(made)
                self._needs_close = True
                self._teardowns.append(lambda: next(made, None))
                return first
            if type(made).__name__ == "_GeneratorContextManager":
                self._needs_close = True
                return self._enter(made)
            return made

    def _read(self, value: Any, key: str, reading: Reading) -> Any:
        entry = self._config.get(key)
        given = entry.get("config", UNSET) if isinstance(entry, dict) else UNSET
        if given is UNSET and is_configurable(value):
            given = {}
        config = value.config_schema.read(given, ("resources", key, "config"), reading)
        reading.finish("the config of the resource '%s'" % key, entry)
        return config

    def _enter(self, manager: Any) -> Any:
        if hasattr(manager, "__aenter__") and not hasattr(manager, "__enter__"):
            run = self._loop().run_until_complete
            made = run(manager.__aenter__())
            self._teardowns.append(lambda: run(manager.__aexit__(None, None, None)))
            return made
        made = manager.__enter__()
        self._teardowns.append(lambda: manager.__exit__(None, None, None))
        return made

    def _loop(self) -> Any:
        """The loop for resources that are set up by coroutines; ours, where none is given."""
        if self._context.event_loop is None:
            import asyncio

            loop = asyncio.new_event_loop()
            self._teardowns.append(loop.close)
            self._context = self._context.replace(event_loop=loop)
        return self._context.event_loop

    def _init_context(self, key: str, config: Any, value: Any) -> InitResourceContext:
        return self._context.replace(
            resource_config=config,
            resource_key=key,
            resource_def=value,
            all_resource_defs=self.declared,
            resources=Resources(self.ready),
        )
