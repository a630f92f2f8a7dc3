"""What the fields of a pydantic class mean as a config schema. Imports pydantic."""

from __future__ import annotations

import enum
from collections import abc
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union
from weakref import WeakKeyDictionary

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticUndefined

from atoll.definitions.config.fields import Field, Permissive, Selector, Shape
from atoll.definitions.config.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    STRING,
    UNSET,
    Array,
    BoolSource,
    ConfigType,
    Enum,
    EnumValue,
    IntSource,
    Map,
    Noneable,
    Source,
    StringSource,
)

_NONE = type(None)
_FIELDS: WeakKeyDictionary[Any, Field] = WeakKeyDictionary()
_SPECIAL: WeakKeyDictionary[Any, List[Tuple[str, str, str, Any]]] = WeakKeyDictionary()

FloatSource = Source(FLOAT, float)
OPAQUE = Source(ANY, str)
"""A type that only pydantic understands; a variable may stand for it."""

_PLAIN: Dict[Any, ConfigType] = {
    str: StringSource,
    int: IntSource,
    bool: BoolSource,
    float: FloatSource,
    list: Array(ANY),
    dict: Permissive(),
    Any: ANY,
}
_SCALARS = {str: STRING, int: INT, float: FLOAT, bool: BOOL}


def field_of_model(cls: Any) -> Field:
    """The field that takes the config of a `Config` class, made once for each class."""
    found = _FIELDS.get(cls)
    if found is None:
        found = _FIELDS[cls] = Field(_shape(cls), description=_doc(cls))
    return found


def holds_model(annotation: Any) -> bool:
    """Whether a value of this type holds objects of pydantic classes."""
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return issubclass(annotation, BaseModel)
    return any(holds_model(one) for one in getattr(annotation, "__args__", ()))


def is_literal(annotation: Any) -> bool:
    """Whether it is a `Literal[...]`."""
    return str(getattr(annotation, "__origin__", None)).endswith("Literal")


def is_resource_field(field: Any) -> bool:
    """Whether a field takes another resource, which is no config."""
    return _is_dependency(field.metadata) or _is_resource(field.annotation)


def normalized(cls: Any, values: Dict[str, Any]) -> Dict[str, Any]:
    """Values for a class, with what a run's config writes otherwise than pydantic.

    Names of enums' members become the members, `{"cat": {...}}` becomes `{"kind": "cat", ...}`,
    and a field that is not given is None where it may be, or a config of defaults.
    """
    special = _SPECIAL.get(cls)
    if special is None:
        special = _SPECIAL[cls] = _special_fields(cls)
    found: Optional[Dict[str, Any]] = None
    for name, alias, kind, detail in special:
        given = alias if alias in values else name
        if given not in values:
            if kind == "implied":
                found = {**(found or values), alias: detail}
            continue
        value = values[given]
        if kind == "enum" and isinstance(value, str) and value in detail.__members__:
            if not any(value == member.value for member in detail):
                found = {**(found or values), given: detail.__members__[value]}
        elif kind == "union" and isinstance(value, dict) and len(value) == 1:
            ((tag, inner),) = value.items()
            if tag in detail[1] and (inner is None or isinstance(inner, dict)):
                found = {**(found or values), given: {**(inner or {}), detail[0]: tag}}
    return values if found is None else found


def json_schema_of_model(cls: Any) -> Optional[Dict[str, Any]]:
    """The JSON Schema of a class's config as a run writes it; None where it has none."""
    try:
        found: Dict[str, Any] = cls.model_json_schema(schema_generator=_RunConfigSchema)
    except Exception:  # a field of a type that JSON Schema cannot express
        return None
    for name, info in cls.model_fields.items():
        shown = found.get("properties", {}).get(info.alias or name, {})
        if isinstance(info.discriminator, str) and "default" in shown:
            shown["default"] = _default(info)
    return found


class _RunConfigSchema(GenerateJsonSchema):
    """Writes enums as names and tagged unions as selectors, as a run's config does."""

    def enum_schema(self, schema: Any) -> Dict[str, Any]:
        """The members' names."""
        found = super().enum_schema(schema)
        found.pop("type", None)
        found.pop("const", None)
        return {**found, "enum": [member.name for member in schema["members"]]}

    def encode_default(self, default: Any) -> Any:
        """A default as a run's config writes it."""
        from atoll.definitions.config.model import written_value

        return super().encode_default(written_value(default))

    def tagged_union_schema(self, schema: Any) -> Dict[str, Any]:
        """One of several objects with one property each: the tag."""
        choices = []
        for tag, inner in schema["choices"].items():
            name = str(tag.value if isinstance(tag, enum.Enum) else tag)
            made = self.generate_inner(inner)
            choices.append(
                {
                    "type": "object",
                    "title": name,
                    "properties": {name: self._without_tag(made, schema["discriminator"])},
                    "required": [name],
                    "additionalProperties": False,
                }
            )
        return {"oneOf": choices}

    def _without_tag(self, made: Dict[str, Any], tag: Any) -> Dict[str, Any]:
        """The class's own schema; its tag is said by the property's name, and need not be told."""
        found = made
        if "$ref" in made:
            found = self.get_schema_from_definitions(made["$ref"]) or made
        found = dict(found)
        found["properties"] = {k: v for k, v in found.get("properties", {}).items() if k != tag}
        if "required" in found:
            found["required"] = [name for name in found["required"] if name != tag]
        return found


def _shape(cls: Any, without: Optional[str] = None) -> Shape:
    fields: Dict[str, Field] = {}
    for name, info in cls.model_fields.items():
        if name != without and not is_resource_field(info):
            fields[info.alias or name] = _field(info)
    kind = Permissive if cls.model_config.get("extra") == "allow" else Shape
    return kind(fields, _doc(cls))


def _field(info: Any) -> Field:
    kind = _kind_of_field(info)
    implied = kind.implied_default() if isinstance(kind, Shape) else UNSET
    is_required = info.is_required() and not _is_optional(info.annotation) and implied is UNSET
    if not info.is_required() and not isinstance(kind, (Noneable, Selector, Shape, Enum)):
        kind = Noneable(kind) if kind is not ANY else kind
    made = Field(
        kind,
        is_required=is_required,
        description=info.description,
        is_secret=bool(_extra(info).get("dagster__is_secret")),
    )
    made._default = implied if info.is_required() else _default(info)
    return made


def _default(info: Any) -> Any:
    from atoll.definitions.config.model import written_field

    default = info.default
    if default is PydanticUndefined:
        if not isinstance(info.discriminator, str):
            return UNSET  # a factory: pydantic calls it anew for each object
        default = info.default_factory()
    return written_field(info, default)


def _kind_of_field(info: Any) -> ConfigType:
    if isinstance(info.discriminator, str):
        kind = _selector(info.annotation, info.discriminator)
        return Noneable(kind) if _is_optional(info.annotation) else kind
    return _kind(info.annotation)


def _kind(annotation: Any) -> ConfigType:
    annotation = _bare(annotation)
    plain = _PLAIN.get(annotation) if _is_hashable(annotation) else None
    if plain is not None:
        return plain
    origin, args = getattr(annotation, "__origin__", None), getattr(annotation, "__args__", ())
    if _is_union(annotation):
        others = [one for one in args if one is not _NONE]
        inner = _kind(others[0]) if len(others) == 1 else OPAQUE
        return Noneable(inner) if len(others) < len(args) else inner
    if is_literal(annotation):
        return _literal(annotation, args)
    if isinstance(origin, type) and args:
        if issubclass(origin, (list, abc.Sequence)) and not issubclass(origin, tuple):
            return Array(_kind(args[0]))
        if issubclass(origin, abc.Mapping):
            key = _SCALARS.get(args[0])
            return OPAQUE if key is None else Map(key, _kind(args[1]))
        return OPAQUE
    if isinstance(annotation, type):
        if getattr(annotation, "__atoll_config__", False):
            return field_of_model(annotation).config_type
        if issubclass(annotation, enum.Enum):
            return Enum.from_python_enum_direct_values(annotation)
    return OPAQUE


def _literal(annotation: Any, values: Tuple[Any, ...]) -> ConfigType:
    if not all(isinstance(value, str) for value in values):
        return OPAQUE
    return Enum("Literal", [EnumValue(value) for value in values])


def _selector(annotation: Any, discriminator: str) -> ConfigType:
    fields: Dict[str, Any] = {}
    for cls in _models(annotation):
        tag = cls.model_fields[discriminator].annotation
        for value in getattr(tag, "__args__", ()):
            fields[str(getattr(value, "value", value))] = Field(
                _shape(cls, discriminator), description=_doc(cls)
            )
    return Selector(fields)


def _special_fields(cls: Any) -> List[Tuple[str, str, str, Any]]:
    """(name, alias, kind, detail) of the fields that a run's config writes in its own way."""
    found: List[Tuple[str, str, str, Any]] = []
    for name, info in cls.model_fields.items():
        alias = info.alias or name
        inner = _without_none(_bare(info.annotation))
        if isinstance(info.discriminator, str):
            kind = _selector(info.annotation, info.discriminator)
            tags = set(kind.fields) if isinstance(kind, Selector) else set()
            found.append((name, alias, "union", (info.discriminator, tags)))
        elif isinstance(inner, type) and issubclass(inner, enum.Enum):
            found.append((name, alias, "enum", inner))
        if info.is_required() and _is_optional(info.annotation):
            found.append((name, alias, "implied", None))
        elif info.is_required() and not _field(info).is_required:
            found.append((name, alias, "implied", {}))
    return found


def _models(annotation: Any) -> List[Any]:
    inner = _bare(annotation)
    found = [_bare(one) for one in getattr(inner, "__args__", (inner,))]
    return [one for one in found if isinstance(one, type) and issubclass(one, BaseModel)]


def _bare(annotation: Any) -> Any:
    """The type that is annotated, without its annotations."""
    while getattr(annotation, "__metadata__", None) is not None:
        annotation = annotation.__origin__
    return annotation


def _is_union(annotation: Any) -> bool:
    origin = getattr(annotation, "__origin__", None)
    return origin is Union or type(annotation).__name__ == "UnionType"


def _is_optional(annotation: Any) -> bool:
    annotation = _bare(annotation)
    return _is_union(annotation) and _NONE in annotation.__args__


def _without_none(annotation: Any) -> Any:
    if not _is_optional(annotation):
        return annotation
    others = [one for one in annotation.__args__ if one is not _NONE]
    return _bare(others[0]) if len(others) == 1 else annotation


def _is_dependency(marks: Iterable[Any]) -> bool:
    return any(getattr(mark, "__atoll_dependency__", False) for mark in marks)


def _is_resource(annotation: Any) -> bool:
    if _is_dependency(getattr(annotation, "__metadata__", ())):
        return True
    annotation = _bare(annotation)
    if _is_union(annotation):
        return any(_is_resource(one) for one in annotation.__args__)
    return isinstance(annotation, type) and (
        getattr(annotation, "__atoll_configurable__", False)
        or getattr(annotation, "__atoll_resource_definition__", False)
    )


def _is_hashable(value: Any) -> bool:
    return isinstance(value, abc.Hashable)


def _extra(info: Any) -> Mapping[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def _doc(cls: Any) -> Optional[str]:
    doc = cls.__dict__.get("__doc__")
    return doc.strip() if doc else None
