"""Dataclasses to JSON-able values and back, tolerant of unknown fields.

Every class on the wire is a plain dataclass whose field types are scalars, `Any`, other wire
dataclasses, or `Optional`, `List` and `Dict` of those. Fields that a peer of another release
added are ignored; fields that it lacks take their default.
"""

from __future__ import annotations

import dataclasses
import sys
import typing
from typing import Any, Callable, Dict, List, Optional, Tuple, Type, TypeVar

T = TypeVar("T")
_Decode = Callable[[Any], Any]
_decoders: Dict[type, Dict[str, Optional[_Decode]]] = {}
_encoders: Dict[type, Tuple[str, ...]] = {}
_defaults: Dict[type, Tuple[Tuple[str, Any], ...]] = {}
_SCALARS = (str, int, float, bool, type(None))


class MalformedMessage(ValueError):
    """`wire.malformed`: a peer sent something that is not a message of this protocol."""

    code = "wire.malformed"


def to_wire(value: Any) -> Any:
    """The JSON-able form of a wire dataclass, or of lists and dicts that hold some."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict:
        return {key: to_wire(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [to_wire(item) for item in value]
    names = _encoders.get(kind)
    if names is None:
        if not dataclasses.is_dataclass(value):
            raise TypeError("%r cannot travel on the wire" % (kind.__name__,))
        names = _encoders[kind] = tuple(field.name for field in dataclasses.fields(value))
    return {name: to_wire(getattr(value, name)) for name in names}


def to_sparse(value: Any) -> Any:
    """As `to_wire`, without the fields that hold their default: `from_wire` puts those back.

    For large descriptions, of which most fields say nothing. A message between releases may not be
    written so: its reader's defaults may be others.
    """
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is dict:
        return {key: to_sparse(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [to_sparse(item) for item in value]
    defaults = _defaults.get(kind)
    if defaults is None:
        if not dataclasses.is_dataclass(value):
            raise TypeError("%r cannot travel on the wire" % (kind.__name__,))
        defaults = _defaults[kind] = tuple((f.name, _default(f)) for f in dataclasses.fields(value))
    found = {}
    for name, default in defaults:
        item = getattr(value, name)
        if item is not default and item != default:
            found[name] = to_sparse(item)
    return found


def _default(field: Any) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def from_wire(cls: Type[T], value: Any) -> T:
    """The dataclass `cls` from its JSON-able form.

    Raises:
        MalformedMessage: `wire.malformed`, a field is missing or of the wrong shape.
    """
    if not isinstance(value, dict):
        raise MalformedMessage("%s is not an object: %.80r" % (cls.__name__, value))
    decoders = _decoders.get(cls)
    if decoders is None:
        decoders = _decoders[cls] = _compile(cls)
    arguments = {}
    for name, item in value.items():
        if name in decoders:
            decode = decoders[name]
            arguments[name] = item if decode is None or item is None else decode(item)
    try:
        return cls(**arguments)
    except TypeError as error:
        raise MalformedMessage("%s: %s" % (cls.__name__, error)) from None


def _compile(cls: type) -> Dict[str, Optional[_Decode]]:
    hints = typing.get_type_hints(cls, vars(sys.modules[cls.__module__]))
    return {f.name: _decoder(hints[f.name]) for f in dataclasses.fields(cls)}


def _decoder(hint: Any) -> Optional[_Decode]:
    """How to decode a field, or None where the JSON value is the value."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Union:
        (hint,) = [a for a in arguments if a is not type(None)]
        return _decoder(hint)
    if origin is list:
        return _list_decoder(_decoder(arguments[0]))
    if origin is dict:
        return _dict_decoder(_decoder(arguments[1]))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return lambda value: from_wire(hint, value)
    return None


def _list_decoder(item: Optional[_Decode]) -> _Decode:
    def decode(value: Any) -> List[Any]:
        if not isinstance(value, list):
            raise MalformedMessage("not a list: %.80r" % (value,))
        return value if item is None else [item(v) for v in value]

    return decode


def _dict_decoder(item: Optional[_Decode]) -> _Decode:
    def decode(value: Any) -> Dict[str, Any]:
        if not isinstance(value, dict):
            raise MalformedMessage("not an object: %.80r" % (value,))
        return value if item is None else {k: item(v) for k, v in value.items()}

    return decode
