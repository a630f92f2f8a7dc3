"""Checks of arguments: whether a value is of a type that its parameter takes."""

from __future__ import annotations

from typing import Any, Optional, Tuple, Type, Union

from atoll.errors import ParameterError

Types = Union[Type[Any], Tuple[Type[Any], ...]]


def check_type(value: Any, what: str, types: Types, hint: Optional[str] = None) -> Any:
    """The value itself, if it is of one of the types; a bool is no number.

    Args:
        what: the parameter, as the message names it: `DataVersion(value=...)`.

    Raises:
        ParameterError: `parameter.type`.
    """
    wanted = types if isinstance(types, tuple) else (types,)
    if isinstance(value, wanted) and not (isinstance(value, bool) and bool not in wanted):
        return value
    names = " or ".join("None" if each is type(None) else each.__name__ for each in wanted)
    raise ParameterError("%s takes %s, not %.80r" % (what, names, value), hint=hint)


def check_optional(value: Any, what: str, types: Types, hint: Optional[str] = None) -> Any:
    """Like `check_type`, where None stands for nothing."""
    return None if value is None else check_type(value, what, types, hint)
