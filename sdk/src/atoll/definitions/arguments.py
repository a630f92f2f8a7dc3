"""Arguments that a function does not have: told with the nearest name that it has."""

from __future__ import annotations

import functools
from typing import Any, Callable, Iterable, TypeVar

from atoll.definitions.source import Source, caller_source
from atoll.errors import UnknownArgumentError, nearest

_F = TypeVar("_F", bound=Callable[..., Any])


def tells_unknown_arguments(what: str) -> Callable[[_F], _F]:
    """Decorate a public function so that it tells the nearest name to a misspelt argument.

    Type checkers and `inspect.signature` go on seeing the function's own parameters.

    Args:
        what: the function's name, as users write it.

    Raises:
        UnknownArgumentError: `definition.unknown_argument`, when the function is called so.
    """

    def wrap(fn: _F) -> _F:
        code = fn.__code__
        known = frozenset(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])

        @functools.wraps(fn)
        def called(*args: Any, **kwargs: Any) -> Any:
            if not kwargs.keys() <= known:
                first = next(name for name in kwargs if name not in known)
                raise unknown_argument(what, first, known - {"self"}, caller_source())
            return fn(*args, **kwargs)

        return called  # type: ignore[return-value]

    return wrap


def unknown_argument(
    what: str, name: str, known: Iterable[str], source: Source
) -> UnknownArgumentError:
    """The error for an argument that `what` does not have."""
    return UnknownArgumentError(
        "%s does not take '%s'" % (what, name),
        code="definition.unknown_argument",
        hint=nearest(name, sorted(known)) or None,
        source=source,
    )
