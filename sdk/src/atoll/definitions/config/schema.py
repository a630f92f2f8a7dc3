"""Configuration described by dicts of types, as code from before `Config` has it."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from atoll.errors import ConfigError, nearest

_UNSET: Any = object()
String, Int, Float, Bool = str, int, float, bool
StringSource, IntSource, BoolSource = str, int, bool
"""Any value may be given as `{"env": NAME}`; these are the plain types under Dagster's names."""

_NAMES = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    list: "array",
}


class Noneable:
    """A type whose value may also be None."""

    def __init__(self, inner_type: Any):
        self.inner = inner_type


class Permissive(Dict[str, Any]):
    """Fields beside which others may be given."""


def Array(inner_type: Any) -> Any:
    """A list of values of one type."""
    return [inner_type]


def Shape(fields: Mapping[str, Any]) -> Any:
    """These fields and no others."""
    return dict(fields)


class Field:
    """A field of a `config_schema`.

    Args:
        config: its type: `str`, `int`, `float`, `bool`, `dict`, `list`, `[type]`, or fields.
        default_value: taken where the run gives none.
        is_required: whether the run must give it; not where there is a default.
    """

    def __init__(
        self,
        config: Any,
        default_value: Any = _UNSET,
        is_required: Any = None,
        description: Any = None,
    ):
        self.config = config
        self.default_value = default_value
        self.description = description
        self.is_required = default_value is _UNSET if is_required is None else bool(is_required)

    @property
    def has_default(self) -> bool:
        """Whether there is a default."""
        return self.default_value is not _UNSET


def apply(schema: Any, given: Any, where: str) -> Any:
    """What the run gives, checked, with defaults filled in.

    Raises:
        ConfigError: `config.invalid`, a field is missing, unknown or of the wrong type.
    """
    if not isinstance(schema, Mapping):
        return given
    if given is None:
        given = {}
    if not isinstance(given, Mapping):
        raise _bad(where, "it takes named fields, not %s" % type(given).__name__)
    for name in given:
        if name not in schema and not isinstance(schema, Permissive):
            raise _bad(where, "it has no field '%s'" % name, nearest(name, list(schema)))
    found: Dict[str, Any] = {name: value for name, value in given.items() if name not in schema}
    for name, kind in schema.items():
        field = kind if isinstance(kind, Field) else _field(kind)
        if name in given:
            found[name] = _value(field.config, given[name], "%s.%s" % (where, name))
        elif field.has_default:
            found[name] = field.default_value
        elif field.is_required:
            raise _bad(where, "the field '%s' is missing" % name)
    return found


def json_schema(schema: Mapping[str, Any]) -> Dict[str, Any]:
    """The JSON Schema of a `config_schema`."""
    properties: Dict[str, Any] = {}
    required = []
    for name, kind in schema.items():
        field = kind if isinstance(kind, Field) else _field(kind)
        properties[name] = _type_schema(field.config)
        if field.description:
            properties[name]["description"] = field.description
        if field.has_default:
            properties[name]["default"] = field.default_value
        elif field.is_required:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def _field(kind: Any) -> Field:
    return Field(kind, default_value=None) if isinstance(kind, Noneable) else Field(kind)


def _type_schema(kind: Any) -> Dict[str, Any]:
    if isinstance(kind, Noneable):
        return {"anyOf": [_type_schema(kind.inner), {"type": "null"}]}
    if isinstance(kind, Mapping):
        return json_schema(kind)
    if isinstance(kind, list):
        return {"type": "array", "items": _type_schema(kind[0]) if kind else {}}
    name = _NAMES.get(kind) if isinstance(kind, type) else None
    return {} if name is None else {"type": name}


def _value(kind: Any, value: Any, where: str) -> Any:
    if isinstance(kind, Noneable):
        return None if value is None else _value(kind.inner, value, where)
    if isinstance(kind, Mapping):
        return apply(kind, value, where)
    if isinstance(kind, list) and kind and isinstance(value, list):
        return [_value(kind[0], item, where) for item in value]
    if kind is float and type(value) is int:
        return value
    if isinstance(kind, type) and kind in _NAMES:
        fits = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
        if not fits:
            raise _bad(where, "it takes a %s, not a %s" % (kind.__name__, type(value).__name__))
    return value


def _bad(where: str, what: str, hint: str = "") -> ConfigError:
    return ConfigError(
        "the config of %s does not fit: %s" % (where, what),
        code="config.invalid",
        hint=hint or None,
    )
