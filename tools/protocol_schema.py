"""Describes the protocol between host and locations: `schema/location-protocol.json`.

The file is derived from the dataclasses of `atoll_wire.messages`, for readers and for the test
that nothing which was released is taken away.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import typing
from typing import Any

from atoll_wire import PROTOCOL_VERSION
from atoll_wire.messages import MESSAGES


def document() -> bytes:
    """The description, as JSON."""
    types: dict[str, dict[str, str]] = {}
    messages = {name: _fields(cls, types) for name, cls in sorted(MESSAGES.items())}
    described = {
        "protocol": PROTOCOL_VERSION,
        "frame": "4 bytes of length (unsigned, big-endian), then JSON {type, epoch, body}",
        "messages": messages,
        "types": dict(sorted(types.items())),
    }
    return (json.dumps(described, indent=2) + "\n").encode()


def _fields(cls: type, types: dict[str, dict[str, str]]) -> dict[str, str]:
    hints = typing.get_type_hints(cls, vars(sys.modules[cls.__module__]))
    described = {}
    for field in dataclasses.fields(cls):
        optional = (
            field.default is not dataclasses.MISSING
            or field.default_factory is not dataclasses.MISSING
        )
        described[field.name] = _name(hints[field.name], types) + ("?" if optional else "")
    return described


def _name(hint: Any, types: dict[str, dict[str, str]]) -> str:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return "json"
    if origin is typing.Union:
        (inner,) = [a for a in arguments if a is not type(None)]
        return f"{_name(inner, types)} | null"
    if origin is list:
        return f"[{_name(arguments[0], types)}]"
    if origin is dict:
        return f"{{string: {_name(arguments[1], types)}}}"
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        if hint.__name__ not in types:
            types[hint.__name__] = {}
            types[hint.__name__] = _fields(hint, types)
        return hint.__name__
    return {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]
