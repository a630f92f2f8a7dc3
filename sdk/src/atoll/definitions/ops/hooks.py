"""Functions that are called when a step has succeeded or failed."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Optional, Set

from atoll.definitions.validation import check_name
from atoll.errors import InvocationError


class HookDefinition:
    """A function that is called when a step has ended. Made by `@success_hook` and `@failure_hook`.

    Attributes:
        name: shown in messages.
        hook_fn: called with a `HookContext`.
        required_resource_keys: resources to offer as `context.resources.NAME`.
        decorated_fn: the user's function; `hook_fn` by default.
        on: `success`, `failure`; or `event` for one that is given the events themselves.
    """

    def __init__(
        self,
        *,
        name: str,
        hook_fn: Callable[..., Any],
        required_resource_keys: Optional[Iterable[str]] = None,
        decorated_fn: Optional[Callable[..., Any]] = None,
        on: str = "event",
    ):
        self.name = check_name(name, "a hook", None)
        self.hook_fn = hook_fn
        self.decorated_fn = decorated_fn or hook_fn
        self.required_resource_keys: Set[str] = set(required_resource_keys or ())
        self.on = on

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Within a graph's function, the graph's nodes so far get the hook; else call it."""
        import inspect

        from atoll.definitions.ops.graph_definition import GraphDefinition
        from atoll.definitions.ops.job_definition import JobDefinition

        if len(args) == 1 and isinstance(args[0], (JobDefinition, GraphDefinition)):
            return args[0].with_hooks({self})
        try:
            inspect.signature(self.decorated_fn).bind(*args, **kwargs)
        except TypeError as error:
            raise InvocationError(
                "the hook '%s' cannot be called so: %s" % (self.name, error),
                code="invocation.hook_arguments",
                hint="pass build_hook_context(...), and nothing else",
            ) from None
        return self.decorated_fn(*args, **kwargs)

    def __repr__(self) -> str:
        return "HookDefinition(%r)" % self.name


def success_hook(
    hook_fn: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    required_resource_keys: Optional[Iterable[str]] = None,
) -> Any:
    """Declare that a function is called, with a `HookContext`, when a step has succeeded.

    Args:
        hook_fn: the function.
        name: shown in messages, instead of the function's.
        required_resource_keys: resources to offer as `context.resources.NAME`.
    """
    return _decorate(hook_fn, name, required_resource_keys, "success")


def failure_hook(
    hook_fn: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    required_resource_keys: Optional[Iterable[str]] = None,
) -> Any:
    """Declare that a function is called, with a `HookContext`, when a step has failed.

    Args:
        hook_fn: the function.
        name: shown in messages, instead of the function's.
        required_resource_keys: resources to offer as `context.resources.NAME`.
    """
    return _decorate(hook_fn, name, required_resource_keys, "failure")


def event_list_hook(
    hook_fn: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    required_resource_keys: Optional[Iterable[str]] = None,
    decorated_fn: Optional[Callable[..., Any]] = None,
) -> Any:
    """Declare that a function is called, with a context and its events, when a step has ended."""
    return _decorate(hook_fn, name, required_resource_keys, "event")


def _decorate(
    fn: Optional[Callable[..., Any]],
    name: Optional[str],
    keys: Optional[Iterable[str]],
    on: str,
) -> Any:
    def build(hook_fn: Callable[..., Any]) -> HookDefinition:
        own: str = name or getattr(hook_fn, "__name__", "") or "hook"
        return HookDefinition(name=own, hook_fn=hook_fn, required_resource_keys=keys, on=on)

    return build if fn is None else build(fn)
