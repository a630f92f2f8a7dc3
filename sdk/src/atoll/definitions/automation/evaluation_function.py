"""A user's function that is evaluated at every tick, and the ways in which it is called."""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple, Type

from atoll.definitions.automation.tick_context import TickContext
from atoll.definitions.function import FunctionSpec
from atoll.definitions.source import Source
from atoll.errors import AtollError, DefinitionError, InvocationError, ParameterError, UserCodeError


class EvaluationFunction:
    """A user's function, and what its parameters take.

    Args:
        fn: the function.
        what: the schedule or sensor, for messages.
        required_resource_keys: resources that it asks of `context.resources`.

    Attributes:
        resources: names of the parameters that take a resource.
        parameters: the names of all others, in order; the first takes the context.

    Raises:
        ParameterError: `parameter.type`, it is no function.
        DefinitionError: `definition.invalid`, it asks for resources in two ways.
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        what: str,
        required_resource_keys: Optional[Iterable[str]] = None,
    ):
        if not callable(fn):
            raise ParameterError("%s is given %.80r, not a function" % (what, fn))
        spec = FunctionSpec(fn)
        self.fn = fn
        self.what = what
        self.source: Source = spec.source
        self.resources = list(spec.resources)
        self.parameters = [name for name in _names(fn) if name not in spec.resources]
        given = set(required_resource_keys or ())
        if given and self.resources:
            raise ParameterError(
                "%s asks for resources in required_resource_keys and in parameters" % what,
                hint="leave required_resource_keys out, and add a parameter for each: %s"
                % ", ".join("%s: ResourceParam[...]" % key for key in sorted(given)),
            )
        self.required_resource_keys = given or set(self.resources)

    @property
    def context_name(self) -> Optional[str]:
        """The parameter that takes the context, if there is one."""
        return self.parameters[0] if self.parameters else None

    def call(self, context: TickContext, *more: Any) -> Any:
        """Call it with the context, and with the resources that it takes.

        Args:
            more: what the parameters after the context take; as many as it has.
        """
        named = dict(zip(self.parameters, (context, *more)))
        return self.fn(**named, **self._resources_for(context))

    def _resources_for(self, context: TickContext) -> Dict[str, Any]:
        if not self.required_resource_keys:
            return {}
        ready = context.resources
        for key in sorted(self.required_resource_keys):
            if key not in ready:
                raise DefinitionError(
                    "the resource '%s', required by %s, was not provided" % (key, self.what),
                    code="definition.missing_resource",
                    hint="pass resources={'%s': ...} where the context is built" % key,
                    source=self.source,
                )
        found = ready.original_resource_dict
        return {name: found[name] for name in self.resources}

    def invoke(
        self,
        args: Tuple[Any, ...],
        kwargs: Mapping[str, Any],
        context_type: Type[Any],
        make_context: Callable[[], Any],
    ) -> Any:
        """Call it as a user's test does: with a context, and with resources by name.

        Raises:
            InvocationError: `invocation.*`.
        """
        context = self._given_context(args, kwargs, context_type) or make_context()
        resources = {name: kwargs[name] for name in self.resources if name in kwargs}
        return self.call(context.merge_resources(resources) if resources else context)

    def _given_context(
        self, args: Tuple[Any, ...], kwargs: Mapping[str, Any], context_type: Type[Any]
    ) -> Any:
        others = [name for name in kwargs if name not in self.resources]
        if any(getattr(type(arg), "__atoll_resource__", False) for arg in args):
            raise InvocationError(
                "%s was called with a resource as a positional argument" % self.what,
                code="invocation.unknown_argument",
                hint="pass resources by name: %s"
                % ", ".join("%s=..." % name for name in self.resources),
            )
        if len(args) + len(others) > 1:
            raise InvocationError(
                "%s was called with several arguments; it takes its context, and resources by name"
                % self.what,
                code="invocation.unknown_argument",
            )
        if others and self.context_name not in (None, others[0]):
            raise InvocationError(
                "%s expected argument '%s', not '%s'" % (self.what, self.context_name, others[0]),
                code="invocation.unknown_argument",
            )
        if not args and not others and self.context_name is not None:
            raise InvocationError(
                "%s was called without the context that it takes" % self.what,
                code="invocation.no_context",
                hint="pass build_schedule_context(), build_sensor_context() or the like",
            )
        given = args[0] if args else kwargs[others[0]] if others else None
        if given is not None and not isinstance(given, context_type):
            raise ParameterError(
                "%s takes a %s, not %.80r" % (self.what, context_type.__name__, given)
            )
        return given


def takes_argument(fn: Callable[..., Any]) -> bool:
    """Whether a function has a parameter at all."""
    return bool(_names(fn))


def collected(result: Any) -> List[Any]:
    """What a function gave back, one by one: of a generator also what it returned at its end."""
    if isinstance(result, types.GeneratorType):
        found: List[Any] = []

        def walk() -> Any:
            found.append((yield from result))

        yielded = list(walk())
        return yielded + [item for item in found if item is not None]
    if isinstance(result, (list, tuple)):
        return list(result)
    return [] if result is None else [result]


def guarded(what: str, call: Callable[[], Any]) -> Any:
    """What `call` gives back; what the user's code raises becomes a `UserCodeError`.

    Raises:
        UserCodeError: `user_code.raised`.
    """
    try:
        return call()
    except Exception as error:
        if isinstance(error, AtollError) and not isinstance(error, ParameterError):
            raise
        raise UserCodeError(
            "%s raised %s: %s" % (what, type(error).__name__, error), user_exception=error
        ) from error


def shown_as(made: Any, fn: Callable[..., Any]) -> Any:
    """`made`, with the name and the docstring of the function that it was made of."""
    return functools.update_wrapper(made, fn, updated=())


def _names(fn: Callable[..., Any]) -> List[str]:
    many = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(fn).parameters.values()
    return [parameter.name for parameter in parameters if parameter.kind not in many]
