"""What schedules and sensors are given in common: resources, instance, log, definitions."""

from __future__ import annotations

import copy
import inspect
import logging
from typing import Any, Dict, List, Mapping, Optional, TypeVar

from atoll.definitions.logger import get_atoll_logger
from atoll.definitions.resources.init_context import InitResourceContext
from atoll.definitions.resources.resource import ResourceDefinition, is_configurable
from atoll.definitions.resources.scope import Resources, ResourceScope
from atoll.errors import InvariantError

_Context = TypeVar("_Context", bound="TickContext")


class TickContext:
    """The part of its context that every evaluation has.

    It is a context manager: leaving it tears the resources down. Only resources that clean up
    behind them (generator functions and the like) need it.
    """

    def __init__(
        self,
        what: str,
        instance: Any = None,
        resources: Optional[Mapping[str, Any]] = None,
        repository_def: Any = None,
        definitions: Any = None,
    ):
        if repository_def is not None and definitions is not None:
            raise InvariantError(
                "a context of %s takes definitions or repository_def, not both" % what,
                code="tick.two_definitions",
            )
        self._what = what
        self._instance = instance
        self._declared: Dict[str, Any] = dict(resources or {})
        self._given = definitions if repository_def is None else repository_def
        self._definitions = getattr(self._given, "definitions", self._given)
        self._scope: Any = None
        self._resources: Any = None
        self._is_entered = False

    def __enter__(self: _Context) -> _Context:
        self._is_entered = True
        return self

    def __exit__(self, *_: Any) -> None:
        self._is_entered = False
        scope, self._scope, self._resources = self._scope, None, None
        if scope is not None:
            for problem in scope.close():
                raise problem

    @property
    def instance(self) -> Any:
        """What the deployment has recorded: runs, events, dynamic partitions.

        Raises:
            InvariantError: `tick.no_instance`, the context was made without one.
        """
        if self._instance is None:
            raise InvariantError(
                "the context of %s has no instance" % self._what,
                code="tick.no_instance",
                hint="pass instance=DagsterInstance.ephemeral() where the context is built",
            )
        return self._instance

    @property
    def has_instance(self) -> bool:
        """Whether there is an instance."""
        return self._instance is not None

    @property
    def resource_defs(self) -> Mapping[str, Any]:
        """The resources as they were declared."""
        return self._declared

    @property
    def resources(self) -> Any:
        """The resources, made ready, as attributes.

        Raises:
            InvariantError: `tick.not_entered`, one of them cleans up behind it, and the context
                is not used in a `with` block.
        """
        if self._resources is None:
            told = InitResourceContext(instance=self._instance, log_manager=self.log)
            self._scope = ResourceScope(self._declared, {}, told)
            self._scope.open(self._declared)
            self._resources = Resources(self._scope.ready)
            if not self._is_entered:
                self._refuse_generators()
        return self._resources

    def _refuse_generators(self) -> None:
        names = [name for name, value in self._declared.items() if _cleans_up(value)]
        if names:
            self.__exit__()
            raise InvariantError(
                "at least one provided resource is a generator, or cleans up in another way: %s"
                % ", ".join(names),
                code="tick.not_entered",
                hint="write `with build_..._context(...) as context:` around its use",
            )

    def merge_resources(self: _Context, resources_dict: Mapping[str, Any]) -> _Context:
        """A copy with more resources."""
        made = copy.copy(self)
        made._declared = {**self._declared, **resources_dict}
        made._scope = made._resources = None
        return made

    @property
    def log(self) -> logging.Logger:
        """The logger whose lines are kept with the evaluation."""
        return get_atoll_logger()

    @property
    def log_key(self) -> Optional[List[str]]:
        """None: the lines of an evaluation in process go where Python's logging sends them."""
        return None


def _cleans_up(value: Any) -> bool:
    if isinstance(value, ResourceDefinition):
        return inspect.isgeneratorfunction(value.resource_fn)
    if not is_configurable(value):
        return False
    names = ("yield_for_execution", "teardown_after_execution")
    modules = [getattr(type(value), name).__module__ for name in names]
    return not all(module.startswith("atoll.") for module in modules)
