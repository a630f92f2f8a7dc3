"""Resources made ready for one step, and torn down behind it."""

from __future__ import annotations

import types
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Set

from atoll.definitions.config.env import resolve_env_vars
from atoll.definitions.config.schema import apply
from atoll.definitions.resources.resource import (
    InitResourceContext,
    ResourceDefinition,
    call_resource_fn,
    is_configurable,
)
from atoll.errors import DefinitionError, nearest


class Resources:
    """`context.resources`: the resources that the step asked for, as attributes."""

    def __init__(self, values: Mapping[str, Any]):
        self.__dict__["_values"] = dict(values)

    @property
    def original_resource_dict(self) -> Dict[str, Any]:
        """The resources by name."""
        return dict(self.__dict__["_values"])

    def _asdict(self) -> Dict[str, Any]:
        return dict(self.__dict__["_values"])

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__["_values"]
        if name in values:
            return values[name]
        raise AttributeError(
            "the step has no resource '%s'; %s"
            % (
                name,
                nearest(name, list(values))
                or "ask for it with required_resource_keys={'%s'}, or as a parameter" % name,
            )
        )

    def __contains__(self, name: str) -> bool:
        return name in self.__dict__["_values"]

    def __iter__(self) -> Any:
        return iter(self.__dict__["_values"])


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
        self._made: Dict[int, Any] = {}
        self._keys = {id(value): key for key, value in declared.items()}
        self._making: Set[int] = set()
        self._teardowns: List[Callable[[], Any]] = []

    def open(self, keys: Iterable[str]) -> None:
        """Make these resources ready."""
        for key in keys:
            if key not in self.ready:
                if key not in self.declared:
                    raise DefinitionError(
                        "there is no resource '%s'" % key,
                        code="definition.missing_resource",
                        hint=nearest(key, list(self.declared)) or None,
                    )
                self.ready[key] = self._make(self.declared[key], key)

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
        if id(value) in self._made:
            return self._made[id(value)]
        if id(value) in self._making:
            raise DefinitionError(
                "the resource '%s' needs itself" % key, code="definition.resource_cycle"
            )
        self._making.add(id(value))
        key = self._keys.get(id(value), key)
        config = (self._config.get(key) or {}).get("config")
        if is_configurable(value):
            made = self._configurable(value, key, config)
        elif isinstance(value, ResourceDefinition):
            made = self._from_function(value, key, config)
        else:
            made = value
        self._made[id(value)] = made
        return made

    def _configurable(self, value: Any, key: str, config: Any) -> Any:
        nested = {
            name: self._make(item, "%s.%s" % (key, name))
            for name, item in value.nested_resources().items()
        }
        ready = value._ready(nested, config, "the resource '%s'" % key)
        context = self._init_context(key, config)
        return self._enter(ready.yield_for_execution(context))

    def _from_function(self, value: ResourceDefinition, key: str, config: Any) -> Any:
        self.open(sorted(value.required_resource_keys))
        given = value.config if config is None else config
        where = "the resource '%s'" % key
        context = self._init_context(
            key, apply(value.config_schema, resolve_env_vars(given), where)
        )
        context.resources = Resources({k: self.ready[k] for k in value.required_resource_keys})
        made = call_resource_fn(value.resource_fn, context)
        if isinstance(made, types.GeneratorType):
            self._teardowns.append(lambda: next(made, None))
            return next(made)
        if type(made).__name__ == "_GeneratorContextManager":
            return self._enter(made)
        return made

    def _enter(self, manager: Any) -> Any:
        made = manager.__enter__()
        self._teardowns.append(lambda: manager.__exit__(None, None, None))
        return made

    def _init_context(self, key: str, config: Optional[Any]) -> InitResourceContext:
        context = self._context.replace_config(config)
        context.resource_key = key
        context.resources = Resources(self.ready)
        return context
