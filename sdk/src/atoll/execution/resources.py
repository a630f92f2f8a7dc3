"""Resources outside a run: made ready for a block, for a test, or for assets of their own."""

from __future__ import annotations

import contextlib
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional

from atoll.definitions.config.reading import Reading
from atoll.definitions.config.schema import ConfigSchema, read_run_section
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import (
    ResourceDefinition,
    check_resources,
    is_configurable,
)
from atoll.definitions.resources.scope import Resources, ResourceScope
from atoll.errors import AtollError, InvariantError, InvocationError, ResourceFunctionError

__all__ = [
    "ResourceScope",
    "Resources",
    "UnboundInitResourceContext",
    "build_init_resource_context",
    "build_resources",
    "check_resource_config",
    "with_resources",
]


@contextlib.contextmanager
def build_resources(
    resources: Mapping[str, Any],
    instance: Any = None,
    resource_config: Optional[Mapping[str, Any]] = None,
    dagster_run: Any = None,
    log_manager: Any = None,
    event_loop: Any = None,
) -> Iterator[Resources]:
    """Resources that are ready within the block, and torn down behind it.

    Args:
        resources: by name; those that others need among them.
        instance: the deployment, which resources are told.
        resource_config: by name, `{"config": {...}}`, as under `resources` in a run's config.
        dagster_run: the run, which resources are told.
        log_manager: takes lines of log.
        event_loop: runs resources that are set up by coroutines.

    Yields:
        The resources, as attributes.

    Raises:
        ConfigError: `config.*`, a resource's config does not fit.
        ResourceFunctionError: `resource.raised`, a resource's own code raised.
    """
    declared, config = check_resources(resources), dict(resource_config or {})
    check_resource_config(declared, config)
    context = InitResourceContext(
        instance=instance, dagster_run=dagster_run, log_manager=log_manager, event_loop=event_loop
    )
    scope = ResourceScope(declared, config, context)
    problems: List[BaseException] = []
    try:
        open_resources(scope, declared)
        yield Resources(scope.ready)
    finally:
        problems = scope.close()
    if problems:
        raise problems[0]


def open_resources(scope: ResourceScope, declared: Mapping[str, Any]) -> None:
    """Make resources ready.

    Raises:
        ResourceFunctionError: `resource.raised`, the code of a resource raised.
    """
    try:
        scope.open(declared)
    except AtollError:
        raise
    except Exception as error:
        raise ResourceFunctionError(
            "a resource could not be made ready: %s: %s" % (type(error).__name__, error),
            code="resource.raised",
            user_exception=error,
        ) from error


class UnboundInitResourceContext(InitResourceContext):
    """What `build_init_resource_context` gives: it belongs to no resource yet."""

    _scope: Optional[ResourceScope] = None
    _is_entered = False

    @property
    def resource_def(self) -> Any:
        """Raises: the context is bound by calling a resource with it.

        Raises:
            InvariantError: `invariant.unbound_context`.
        """
        raise InvariantError(
            "this context belongs to no resource yet",
            code="invariant.unbound_context",
            hint="call a resource with it",
        )

    @property
    def resources(self) -> Any:
        """The resources that were given, made ready.

        Raises:
            InvariantError: `invariant.outside_block`, some are to be torn down, and no `with`
                block says when.
        """
        if self._scope is not None and self._scope.needs_close and not self._is_entered:
            raise InvariantError(
                "a resource of this context is to be torn down behind its use",
                code="invariant.outside_block",
                hint="write: with build_init_resource_context(...) as context:",
            )
        return self._resources

    def replace_config(self, config: Any) -> InitResourceContext:
        """A copy with another config, unbound as this one."""
        made = UnboundInitResourceContext(config, self._resources, instance=self._instance)
        made._scope, made._is_entered = self._scope, self._is_entered
        return made

    def __enter__(self) -> UnboundInitResourceContext:
        self._is_entered = True
        return self

    def __exit__(self, *_: Any) -> None:
        for error in self._scope.close() if self._scope else ():
            raise error


def build_init_resource_context(
    config: Optional[Mapping[str, Any]] = None,
    resources: Optional[Mapping[str, Any]] = None,
    instance: Any = None,
) -> UnboundInitResourceContext:
    """An `InitResourceContext` for tests of resources; also a context manager.

    Args:
        config: the resource's config, as a run would write it.
        resources: what `context.resources` has: values or definitions, which are made ready.
            Those that are to be torn down need a `with` block.
        instance: the deployment, which the resource is told.
    """
    scope = ResourceScope(check_resources(resources), {}, InitResourceContext(instance=instance))
    scope.open(resources or ())
    context = UnboundInitResourceContext(
        {} if config is None else config, Resources(scope.ready), instance=instance
    )
    context._scope = scope
    return context


def with_resources(
    definitions: Iterable[Any],
    resource_defs: Mapping[str, Any],
    resource_config_by_key: Optional[Mapping[str, Any]] = None,
) -> List[Any]:
    """Copies of assets that carry the resources which they need.

    Args:
        definitions: assets; what needs no resource is given back as it is.
        resource_defs: by name.
        resource_config_by_key: by name, `{"config": {...}}`.

    Raises:
        InvocationError: `invocation.bad_config`, a config has another form.
        ConfigError: `config.*`, a resource's config does not fit.
    """
    bound = check_resources(resource_defs)
    for key, entry in (resource_config_by_key or {}).items():
        if key in bound:
            bound[key] = _with_config(key, bound[key], entry)
    return [
        item.with_resources(bound) if hasattr(item, "with_resources") else item
        for item in definitions
    ]


def _with_config(key: str, value: Any, entry: Any) -> Any:
    if not isinstance(entry, dict) or "config" not in entry:
        raise InvocationError(
            "the config of the resource '%s' is not given as {'config': ...}" % key,
            code="invocation.bad_config",
            hint="write resource_config_by_key={'%s': {'config': {...}}}" % key,
        )
    check_resource_config({key: value}, {key: entry})
    definition = value.get_resource_definition() if is_configurable(value) else value
    return definition.configured(entry["config"])


def check_resource_config(
    declared: Mapping[str, Any], config: Mapping[str, Any], what: str = "the config of resources"
) -> None:
    """Raise all that does not fit in the config of resources; variables are not read.

    Args:
        declared: the resources by name.
        config: their entries.
        what: whose config it is, for the error.

    Raises:
        ConfigError: `config.invalid`.
    """
    reading = Reading(resolve=False)
    read_run_section(config, schemas_of(declared), "resources", reading)
    reading.finish(what, config)


def schemas_of(declared: Mapping[str, Any]) -> Dict[str, ConfigSchema]:
    """What config each resource takes; plain objects take any, and do not see it."""
    return {
        key: value.config_schema
        if is_configurable(value) or isinstance(value, ResourceDefinition)
        else ConfigSchema.of(None)
        for key, value in declared.items()
    }
