"""A decorated asset called like the function that it wraps."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

from atoll.definitions.function import is_config_type
from atoll.errors import InvocationError, nearest


def invoke(assets: Any, args: Tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Call the function; resources that are not given come from the context.

    Raises:
        InvocationError: `invocation.*`, an argument is missing or unknown.
    """
    function = assets.function
    arguments: List[Any] = list(args)
    named: Dict[str, Any] = dict(kwargs)
    context = None
    if function.context:
        context = _take_context(assets, arguments, named)
    elif arguments and getattr(arguments[0], "__atoll_context__", False):
        context = arguments.pop(0)
    if context is not None and hasattr(context, "_bind"):
        context._bind(assets)
    for name in function.resources:
        if name not in named and context is not None and name in context.resource_keys:
            named[name] = getattr(context.resources, name)
    config = function.config
    if config is not None and config.name not in named and not _reached(assets, arguments):
        named[config.name] = _config(assets, context)
    _check(assets, arguments, named)
    if function.context:
        return function.fn(context, *arguments, **named)
    return function.fn(*arguments, **named)


def _take_context(assets: Any, arguments: List[Any], named: Dict[str, Any]) -> Any:
    if arguments and (arguments[0] is None or getattr(arguments[0], "__atoll_context__", False)):
        return arguments.pop(0)
    for name in ("context", "_context", "_", "__"):
        if name in named:
            return named.pop(name)
    if arguments and not hasattr(arguments[0], "shape"):
        return arguments.pop(0)
    raise InvocationError(
        "%s takes a context as its first argument" % assets.function.name,
        code="invocation.no_context",
        hint="pass build_asset_context()",
    )


def _reached(assets: Any, arguments: List[Any]) -> bool:
    """Whether positional arguments go as far as the config."""
    function = assets.function
    if function.config is None:
        return False
    names = _names(assets)
    return names.index(function.config.name) < len(arguments)


def _names(assets: Any) -> List[str]:
    code = getattr(assets.function.fn, "__code__", None)
    if code is None:
        function = assets.function
        config = [function.config.name] if function.config else []
        return [p.name for p in function.inputs] + config + list(function.resources)
    count = code.co_argcount + code.co_kwonlyargcount
    return list(code.co_varnames[1 if assets.function.context else 0 : count])


def _config(assets: Any, context: Any) -> Any:
    """The config parameter: what the context gives, read as in a run, with defaults."""
    from atoll.definitions.config.definitions import schema_of
    from atoll.definitions.config.reading import Reading
    from atoll.definitions.config.types import UNSET

    given = getattr(context, "op_config", None)
    annotation = assets.function.config.annotation
    what = "'%s'" % assets.function.name
    if is_config_type(annotation):
        return annotation.from_run_config(given, what, ("config",))
    reading = Reading()
    found = schema_of(assets).read(UNSET if given is None else given, ("config",), reading)
    reading.finish("the config of %s" % what, given)
    return {} if found is None else found


def _check(assets: Any, arguments: List[Any], named: Mapping[str, Any]) -> None:
    function = assets.function
    known = _names(assets)
    for name in named:
        if name not in known and not function.takes_any:
            raise InvocationError(
                "%s has no parameter '%s'" % (function.name, name),
                code="invocation.unknown_argument",
                hint=nearest(name, known) or None,
            )
    for name in function.resources:
        if name not in named and known.index(name) >= len(arguments):
            raise InvocationError(
                "%s needs the resource '%s'" % (function.name, name),
                code="invocation.missing_resource",
                hint="pass %s=..., or build_asset_context(resources={'%s': ...})" % (name, name),
            )
