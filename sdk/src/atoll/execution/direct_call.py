"""Direct calls of assets, ops and checks: their function, with arguments and results checked."""

from __future__ import annotations

import types
from typing import Any, AsyncIterator, Dict, Iterator, List, Mapping, Optional, Tuple

from atoll.definitions.config.types import UNSET
from atoll.definitions.function import EMPTY
from atoll.definitions.ops.ports import NO_DEFAULT
from atoll.definitions.outcomes import Output
from atoll.errors import InvocationError, nearest
from atoll.execution.direct_context import DirectContext, DirectOpContext
from atoll.execution.outputs import Outputs
from atoll.execution.step_config import config_parameter_value
from atoll.execution.type_checks import check_value, reason, shown_type, type_check_error


def invoke(
    definition: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any], alias: Optional[str]
) -> Any:
    """Call a function as `atoll.definitions.invocation.invoke` says."""
    if getattr(definition, "graph", None) is not None:
        return definition.graph.call_directly(args, kwargs)
    name = alias or definition.name
    if definition.function is None or getattr(definition, "takes_inputs_dict", False):
        raise InvocationError(
            "'%s' was not made by a decorator, so it has no function to call" % name,
            code="invocation.no_function",
            hint="execute a job with it in process",
        )
    positional, named = list(args), dict(kwargs)
    context = _taken_context(definition, name, positional, named)
    given = _Arguments(definition, name, positional, named)
    bound = context.bind(definition, name, given.resources, given.config)
    try:
        call = DirectCall(bound, name)
        return call.result_of(given)
    except BaseException:
        bound.unbind()
        raise


def _taken_context(
    definition: Any, name: str, args: List[Any], kwargs: Dict[str, Any]
) -> DirectContext:
    """The context among the arguments, which it is taken out of; an empty one where it is None."""
    given: Any = None
    if definition.function.context:
        if args:
            given = args.pop(0)
        else:
            parameter = _parameter_names(definition, with_context=True)[0]
            if parameter not in kwargs:
                raise _no_context(name)
            given = kwargs.pop(parameter)
        if given is not None and not isinstance(given, DirectContext):
            raise _no_context(name)
    elif args and isinstance(args[0], DirectContext):
        given = args.pop(0)
    return DirectOpContext("__ephemeral__") if given is None else given


def _no_context(name: str) -> InvocationError:
    return InvocationError(
        "%s takes a context as its first argument" % name,
        code="invocation.no_context",
        hint="pass build_op_context() or build_asset_context(), or None",
    )


def _parameter_names(definition: Any, with_context: bool = False) -> List[str]:
    """The function's parameters, in order."""
    function = definition.function
    code = getattr(function.fn, "__code__", None)
    start = 1 if function.context and not with_context else 0
    if code is not None and not hasattr(function.fn, "__wrapped__"):
        bound = 1 if getattr(function.fn, "__self__", None) is not None else 0
        return list(code.co_varnames[start + bound : code.co_argcount + code.co_kwonlyargcount])
    import inspect

    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(function.fn).parameters.values()
    return [one.name for one in parameters if one.kind not in kinds][start:]


class _Arguments:
    """What a call gives: values of inputs, resources, and a config."""

    def __init__(self, definition: Any, name: str, args: List[Any], kwargs: Dict[str, Any]):
        function = definition.function
        self.name = name
        known = _parameter_names(definition)
        keyword_only = {one.name for one in function.inputs if one.keyword_only}
        places = [one for one in known if one not in keyword_only]
        if len(args) > len(places):
            raise InvocationError(
                "%s is called with %d values by position, but takes %d"
                % (name, len(args), len(places)),
                code="invocation.too_many",
                hint="it takes: %s"
                % (", ".join(known) or "none; inputs of type Nothing have no value"),
            )
        values = dict(zip(places, args))
        for key, value in kwargs.items():
            if key in values:
                raise InvocationError(
                    "%s is given '%s' by position and by name" % (name, key),
                    code="invocation.given_twice",
                )
            values[key] = value
        self.resources = {key: values.pop(key) for key in function.resources if key in values}
        own = function.config.name if function.config is not None else None
        self.config = values.pop(own, UNSET) if own is not None else UNSET
        declared = getattr(definition, "ins", None)
        for key in values:
            is_known = key in known or (function.takes_any if declared is None else key in declared)
            if not is_known:
                raise InvocationError(
                    "%s has no parameter '%s'" % (name, key),
                    code="invocation.unknown_argument",
                    hint=nearest(key, known) or "it takes: %s" % (", ".join(known) or "nothing"),
                )
        self.values = values


class DirectCall:
    """One call: stands where a step's execution stands in a run, and records nothing.

    Attributes:
        context: bound to what is called.
        step: what is called.
    """

    def __init__(self, context: DirectContext, name: str):
        self.context = context
        self.step = context.step
        self.name = name
        self.outputs = _CheckedOutputs(self, self.step.outputs)

    def emit(self, *_: Any) -> None:
        """Nothing is recorded."""

    def check_partitions(self, _: Any) -> List[Optional[str]]:
        """Nothing is recorded, so no matter for which partitions."""
        return [None]

    def context_metadata(self, *_: Any) -> Dict[str, Any]:
        """Nothing is recorded, so no matter with which facts."""
        return {}

    def output_partitions(self, _: Any) -> List[Optional[str]]:
        """Nothing is recorded, so no matter for which partitions."""
        return [None]

    def resources_of_type(self, _: Any) -> Any:
        """The resources that the check of a type sees."""
        return self.context.resources

    def result_of(self, given: _Arguments) -> Any:
        """What the function gives back; generators and coroutines are checked as they go on."""
        function, arguments = self.step.function, self._inputs(given)
        if function.config is not None:
            config = given.config
            if not hasattr(config, "to_config_dict"):
                config = config_parameter_value(self.step, self.context.op_config)
            arguments[function.config.name] = config
        ready = self.context.resources.original_resource_dict
        for name in function.resources:
            arguments[name] = ready[name]
        fn = function.fn
        result = fn(self.context, **arguments) if function.context else fn(**arguments)
        if isinstance(result, types.GeneratorType):
            self.outputs.check_generator(result)
            return self._each(result)
        if isinstance(result, types.CoroutineType):
            return self._awaited(result)
        if isinstance(result, types.AsyncGeneratorType):
            return self._each_awaited(result)
        return self._returned(result)

    def _inputs(self, given: _Arguments) -> Dict[str, Any]:
        found: Dict[str, Any] = {}
        taken = {one.name for one in self.step.function.inputs}
        for value in self.step.inputs:
            if value.is_nothing:
                if value.name in given.values:
                    raise InvocationError(
                        "%s is given a value for '%s', an input that carries none"
                        % (self.name, value.name),
                        code="invocation.nothing_input",
                        hint="leave it out: it only says what comes first",
                    )
                continue
            if value.name in given.values:
                found[value.name] = given.values[value.name]
            elif value.default is not NO_DEFAULT:
                found[value.name] = value.default
            elif value.name in taken and not self._has_default(value.name):
                raise InvocationError(
                    "%s is given no value for '%s'" % (self.name, value.name),
                    code="invocation.missing_argument",
                    hint="pass %s=..." % value.name,
                )
            if value.name in found:
                self._check_input(value, found[value.name])
        return {**{k: v for k, v in given.values.items() if k not in found}, **found}

    def _has_default(self, name: str) -> bool:
        return any(
            one.name == name and one.default is not EMPTY for one in self.step.function.inputs
        )

    def _check_input(self, value: Any, found: Any) -> None:
        check = check_value(self, value.type, found)
        if not check.success:
            raise type_check_error(
                "the argument '%s' of %s is declared to be %s: %s"
                % (value.name, self.name, shown_type(value.type), reason(check)),
                value.type,
                check,
                code="input.wrong_type",
                hint="change the annotation, or what is passed",
            )

    # What it gives back

    def _returned(self, result: Any) -> Any:
        self.outputs.take_returned(result)
        self.outputs.complete()
        self.context.unbind()
        return result

    def _each(self, items: Any) -> Iterator[Any]:
        try:
            for item in items:
                self.outputs.take(item)
                yield item
            yield from self.outputs.complete()
        finally:
            self.context.unbind()

    async def _awaited(self, coroutine: Any) -> Any:
        try:
            return self._returned(await coroutine)
        finally:
            self.context.unbind()

    async def _each_awaited(self, items: Any) -> AsyncIterator[Any]:
        try:
            async for item in items:
                self.outputs.take(item)
                yield item
            for item in self.outputs.complete():
                yield item
        finally:
            self.context.unbind()


class _CheckedOutputs(Outputs):
    """Checks what a function gives back, and stores nothing."""

    def complete(self) -> List[Output]:
        """Complain of what is missing; gives an empty output for each that has no value."""
        before = set(self.given_back)
        self.take_the_rest()
        return [
            Output(None, output_name=one.name)
            for one in self.selected
            if one.name in self.given_back and one.name not in before
        ]

    def _keep_and_tell(self, output: Any, value: Any, mapping_key: Optional[str], *_: Any) -> None:
        pass
