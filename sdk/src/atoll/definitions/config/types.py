"""The types of configuration values: what each takes, and what it makes of it.

Fields, shapes and selectors are in `fields.py`, with what may stand for a type.
"""

from __future__ import annotations

import enum as python_enum
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from atoll.definitions.config.env import EnvVar
from atoll.definitions.config.reading import Path, Reading, shown
from atoll.errors import ConfigDefinitionError, nearest

String, Int, Float, Bool = str, int, float, bool
"""Python's own types under the names that configuration knows them by."""

UNSET: Any = type("Unset", (), {"__repr__": lambda self: "<not given>"})()
"""Stands where no value, and no default, was given."""


class ConfigType:
    """What a value of a configuration may be. Its subclasses say what they take.

    Attributes:
        given_name: the name under which messages know it.
        description: what it is for.
    """

    given_name: Optional[str] = None
    description: Optional[str] = None

    @property
    def key(self) -> str:
        """Names the type: types of one key are one type."""
        return self.given_name or type(self).__name__

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """`value` as code is given it; what does not fit is noted in `reading`."""
        raise NotImplementedError

    def written(self) -> str:
        """What it takes, in a message: `Int`, `[String]`, `{a: Int, b?: Bool}`."""
        return self.given_name or type(self).__name__

    def json_schema(self) -> Dict[str, Any]:
        """The JSON Schema of what it takes."""
        raise NotImplementedError

    def implied_default(self) -> Any:
        """What it is where nothing is given, or UNSET if something must be."""
        return UNSET

    def __repr__(self) -> str:
        return self.written()


class AnyType(ConfigType):
    """Anything at all."""

    given_name = "Any"

    def takes(self, value: Any) -> bool:
        """True."""
        return True

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """The value itself."""
        return value

    def json_schema(self) -> Dict[str, Any]:
        """No constraint."""
        return {}


class Scalar(ConfigType):
    """A text, a number or a boolean."""

    def __init__(self, python_type: type, name: str, json_name: str):
        self.python_type = python_type
        self.given_name = name
        self._json_name = json_name

    def takes(self, value: Any) -> bool:
        """Whether `value` fits."""
        if self.python_type is int:
            return isinstance(value, int) and not isinstance(value, bool)
        if self.python_type is float:
            return isinstance(value, (int, float))
        return isinstance(value, self.python_type) and not isinstance(value, EnvVar)

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """The value; a number for a `Float` becomes one."""
        if not self.takes(value):
            reading.problem(path, "type", *self._unfit(value))
            return value
        return float(value) if self.python_type is float else value

    def _unfit(self, value: Any) -> Tuple[str, str]:
        if isinstance(value, EnvVar) or (isinstance(value, dict) and list(value) == ["env"]):
            return (
                "%s takes no environment variable" % self.given_name,
                "declare it as %sSource, or as a field of a Config" % self.given_name,
            )
        return "it takes %s, not %s" % (self.given_name, shown(value)), ""

    def json_schema(self) -> Dict[str, Any]:
        """`{"type": ...}`."""
        return {"type": self._json_name}


ANY = AnyType()
STRING = Scalar(str, "String", "string")
INT = Scalar(int, "Int", "integer")
FLOAT = Scalar(float, "Float", "number")
BOOL = Scalar(bool, "Bool", "boolean")


class Source(ConfigType):
    """A value, or the environment variable that holds it: `{"env": NAME}`."""

    def __init__(self, scalar: Union[Scalar, AnyType], convert: Callable[[str], Any]):
        self.scalar = scalar
        self.given_name = "%sSource" % scalar.given_name
        self._convert = convert

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """The value, or what the variable holds now."""
        name = value.env_var_name if isinstance(value, EnvVar) else None
        if isinstance(value, dict):
            if list(value) == ["env"] and isinstance(value["env"], str):
                name = value["env"]
            elif not self.scalar.takes(value):
                told = 'it takes %s or {"env": NAME}, not a dict of other fields' % self.scalar
                reading.problem(path, "type", told)
                return value
        if name is None:
            return self.scalar.read(value, path, reading)
        return self._variable(name, path, reading) if reading.resolve else {"env": name}

    def _variable(self, name: str, path: Path, reading: Reading) -> Any:
        text = EnvVar(name).get_value()
        if text is None:
            reading.problem(path, "env_missing", "the environment variable %s is not set" % name)
            return None
        try:
            return self._convert(text)
        except ValueError:
            told = "the environment variable %s does not hold a value of type %s"
            reading.problem(path, "value", told % (name, self.scalar))
            return None

    def written(self) -> str:
        """The type of the value."""
        return self.scalar.written()

    def json_schema(self) -> Dict[str, Any]:
        """The value's own schema: editors show what is meant to be written."""
        return self.scalar.json_schema()


def _boolean(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in ("true", "t", "1", "yes", "y"):
        return True
    if lowered in ("", "false", "f", "0", "no", "n", "none"):
        return False
    raise ValueError(text)


StringSource: Any = Source(STRING, str)
"""A text, or `{"env": NAME}`."""
IntSource: Any = Source(INT, int)
"""A whole number, or `{"env": NAME}`."""
BoolSource: Any = Source(BOOL, _boolean)
"""A boolean, or `{"env": NAME}` of a variable that holds `true`, `false`, `1`, `0` …"""


class Noneable(ConfigType):
    """A type whose value may also be None; None where nothing is given.

    Args:
        inner_type: what it takes beside None.
    """

    def __init__(self, inner_type: Any):
        self.inner_type = _resolve(inner_type)

    @property
    def key(self) -> str:
        """`Noneable.` and the key of the inner type."""
        return "Noneable." + self.inner_type.key

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """None, or what the inner type makes of the value."""
        return None if value is None else self.inner_type.read(value, path, reading)

    def written(self) -> str:
        """The inner type with a question mark."""
        return self.inner_type.written() + "?"

    def json_schema(self) -> Dict[str, Any]:
        """The inner type's or null."""
        return {"anyOf": [self.inner_type.json_schema(), {"type": "null"}]}

    def implied_default(self) -> Any:
        """None."""
        return None


class Array(ConfigType):
    """A list of values of one type.

    Args:
        inner_type: the type of each.
    """

    def __init__(self, inner_type: Any):
        self.inner_type = _resolve(inner_type)

    @property
    def key(self) -> str:
        """`Array.` and the key of the inner type."""
        return "Array." + self.inner_type.key

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """The list of what the inner type makes of each."""
        if not isinstance(value, list):
            reading.problem(path, "type", "it takes a list %s, not %s" % (self, shown(value)))
            return value
        inner = self.inner_type.read
        return [inner(item, (*path, str(i)), reading) for i, item in enumerate(value)]

    def written(self) -> str:
        """The inner type in brackets."""
        return "[%s]" % self.inner_type.written()

    def json_schema(self) -> Dict[str, Any]:
        """An array."""
        return {"type": "array", "items": self.inner_type.json_schema()}


class Map(ConfigType):
    """A dict with any keys of one type, and values of one type.

    Args:
        key_type: a scalar type, such as `str`.
        inner_type: the type of each value.
        key_label_name: what the keys are, for people.

    Raises:
        ConfigDefinitionError: `config_schema.invalid`, the keys are no scalars.
    """

    def __init__(self, key_type: Any, inner_type: Any, key_label_name: Optional[str] = None):
        self.key_type = _resolve(key_type)
        if not isinstance(self.key_type, (Scalar, Source, Enum)):
            raise ConfigDefinitionError(
                "the keys of a Map cannot be %s" % self.key_type,
                code="config_schema.invalid",
                hint="take str, int, float or bool",
            )
        self.inner_type = _resolve(inner_type)
        self.key_label_name = key_label_name

    @property
    def key(self) -> str:
        """`Map.`, the keys of both types, and what the keys are."""
        label = ":name: %s" % self.key_label_name if self.key_label_name else ""
        return "Map.%s.%s%s" % (self.key_type.key, self.inner_type.key, label)

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """The dict of what the types make of each key and value."""
        if not isinstance(value, dict):
            reading.problem(path, "type", "it takes a dict %s, not %s" % (self, shown(value)))
            return value
        found = {}
        for key, item in value.items():
            inside = (*path, str(key))
            found[self.key_type.read(key, (*inside, "key"), reading)] = self.inner_type.read(
                item, inside, reading
            )
        return found

    def written(self) -> str:
        """Key and value in braces."""
        label = self.key_label_name
        key = "%s: %s" % (label, self.key_type) if label else str(self.key_type)
        return "{[%s]: %s}" % (key, self.inner_type)

    def json_schema(self) -> Dict[str, Any]:
        """An object with any keys."""
        return {"type": "object", "additionalProperties": self.inner_type.json_schema()}


class EnumValue:
    """One value that an `Enum` takes.

    Args:
        config_value: how it is written.
        python_value: what code is given for it; the text itself by default.
        description: what it means.
    """

    def __init__(
        self, config_value: str, python_value: Any = None, description: Optional[str] = None
    ):
        self.config_value = config_value
        self.python_value = config_value if python_value is None else python_value
        self.description = description


class Enum(ConfigType):
    """One of several values, each written as its name.

    Args:
        name: the type's name.
        enum_values: what it takes.

    Raises:
        ConfigDefinitionError: `config_schema.invalid`, it has a value twice.
    """

    def __init__(self, name: str, enum_values: Sequence[EnumValue]):
        self.given_name = name
        self.enum_values = list(enum_values)
        self._values: Dict[str, Any] = {v.config_value: v.python_value for v in self.enum_values}
        if len(self._values) != len(self.enum_values):
            raise ConfigDefinitionError(
                "the Enum '%s' has a value twice" % name, code="config_schema.invalid"
            )

    @property
    def key(self) -> str:
        """Its name, and what tells it from another of that name, whose values may differ."""
        return "%s.%x" % (self.given_name, id(self))

    @property
    def config_values(self) -> List[str]:
        """How its values are written."""
        return list(self._values)

    def is_valid_config_enum_value(self, config_value: Any) -> bool:
        """Whether it takes `config_value`."""
        return config_value in self._values

    @classmethod
    def from_python_enum(cls, enum: Iterable[python_enum.Enum], name: Optional[str] = None) -> Enum:
        """The members of a Python enum by name; code is given the members.

        Args:
            enum: the Python enum.
            name: of the type; the enum's by default.
        """
        return cls(_name_of(enum, name), [EnumValue(m.name, m) for m in enum])

    @classmethod
    def from_python_enum_direct_values(
        cls, enum: Iterable[python_enum.Enum], name: Optional[str] = None
    ) -> Enum:
        """The members of a Python enum by name; code is given the members' values.

        Args:
            enum: the Python enum.
            name: of the type; the enum's by default.
        """
        return cls(_name_of(enum, name), [EnumValue(m.name, m.value) for m in enum])

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """The value that the name stands for."""
        if isinstance(value, str) and value in self._values:
            return self._values[value] if reading.resolve else value
        known = self.config_values
        listed = ", ".join("'%s'" % name for name in known)
        if isinstance(value, python_enum.Enum):
            hint = "write its name" + (": '%s'" % value.name if value.name in known else "")
            reading.problem(path, "type", "it takes one of %s, as a text" % listed, hint)
        elif not isinstance(value, str):
            reading.problem(path, "type", "it takes one of %s, not %s" % (listed, shown(value)))
        else:
            told = "it takes one of %s" % listed
            reading.problem(path, "enum", told, nearest(value, known))
        return value

    def json_schema(self) -> Dict[str, Any]:
        """The names."""
        return {"enum": self.config_values}


class ScalarUnion(ConfigType):
    """A scalar, or something of several parts.

    Args:
        scalar_type: taken where a text, number or boolean is given.
        non_scalar_schema: taken where a dict or a list is given.

    Raises:
        ConfigDefinitionError: `config_schema.invalid`, `scalar_type` is no scalar.
    """

    def __init__(self, scalar_type: Any, non_scalar_schema: Any, _key: Optional[str] = None):
        self.scalar_type = _resolve(scalar_type)
        if not isinstance(self.scalar_type, Scalar):
            raise ConfigDefinitionError(
                "the scalar_type of a ScalarUnion cannot be %s" % self.scalar_type,
                code="config_schema.invalid",
                hint="take str, int, float or bool",
            )
        self.non_scalar_type = _resolve(non_scalar_schema)
        self._key = _key or "ScalarUnion.%s-%s" % (self.scalar_type.key, self.non_scalar_type.key)

    @property
    def key(self) -> str:
        """`ScalarUnion.` and the keys of both types, unless another was given."""
        return self._key

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """What the type that is meant makes of the value."""
        is_compound = isinstance(value, (dict, list))
        kind = self.non_scalar_type if is_compound else self.scalar_type
        return kind.read(value, path, reading)

    def written(self) -> str:
        """Both, one beside the other."""
        return "%s | %s" % (self.scalar_type, self.non_scalar_type)

    def json_schema(self) -> Dict[str, Any]:
        """One of the two."""
        return {"anyOf": [self.scalar_type.json_schema(), self.non_scalar_type.json_schema()]}


def _resolve(kind: Any) -> ConfigType:
    from atoll.definitions.config.fields import config_type_of

    return config_type_of(kind)


def _name_of(members: Any, name: Optional[str]) -> str:
    return name or str(getattr(members, "__name__", "Enum"))
