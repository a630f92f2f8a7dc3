"""Fields of a configuration, the shapes that hold them, and what may stand for a type."""

from __future__ import annotations

import enum
import hashlib
from typing import Any, ClassVar, Dict, Mapping, Optional, Set, Tuple
from weakref import WeakValueDictionary

from atoll.definitions.config.env import EnvVar
from atoll.definitions.config.reading import Path, Reading, shown
from atoll.definitions.config.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    STRING,
    UNSET,
    Array,
    ConfigType,
    Enum,
    Map,
)
from atoll.definitions.source import caller_source
from atoll.errors import ConfigDefinitionError, ParameterError, nearest


class Field:
    """A field of a configuration.

    Args:
        config: its type: `str`, `int`, `float`, `bool`, `dict`, `list`, `[type]`, fields by
            name, or a type such as `Noneable(str)`.
        default_value: taken where none is given, written as a run would write it.
        is_required: whether it must be given; by default, unless there is a default, or its type
            implies one.
        description: what it is for.
        is_secret: whether its value is to be hidden.

    Raises:
        ConfigDefinitionError: `config_schema.invalid`, the type is none.
        ConfigError: `config.invalid`, the default does not fit.
    """

    def __init__(
        self,
        config: Any,
        default_value: Any = UNSET,
        is_required: Optional[bool] = None,
        description: Optional[str] = None,
        is_secret: bool = False,
    ):
        self.config_type = config_type_of(config)
        self.description = description
        self.is_secret = is_secret
        if isinstance(default_value, EnvVar):
            default_value = {"env": default_value.env_var_name}
        if default_value is not UNSET:
            self._check_default(default_value, is_required)
        if is_required is None:
            implied = self.config_type.implied_default()
            is_required = default_value is UNSET and implied is UNSET
            default_value = implied if default_value is UNSET else default_value
        self.is_required: bool = is_required
        self._default = default_value

    def _check_default(self, default: Any, is_required: Optional[bool]) -> None:
        if callable(default) and not isinstance(self.config_type, type(ANY)):
            raise ParameterError(
                "default_value is the function %r; it takes a value" % (default,),
                hint="call it: default_value=%s()" % getattr(default, "__name__", "..."),
            )
        if is_required:
            raise ParameterError(
                "a field that is_required has a default_value",
                hint="leave one of the two out",
            )
        if isinstance(self.config_type, Enum) and isinstance(default, enum.Enum):
            raise ConfigDefinitionError(
                "the default_value of the Enum '%s' is written as a text" % self.config_type,
                code="config_schema.invalid",
                hint="take one of %s" % ", ".join(map(repr, self.config_type.config_values)),
                source=caller_source(),
            )
        reading = Reading(resolve=False)
        self.config_type.read(default, (), reading)
        reading.finish("the default_value of a field")

    @property
    def default_provided(self) -> bool:
        """Whether there is a default."""
        return self._default is not UNSET

    @property
    def default_value(self) -> Any:
        """The default.

        Raises:
            ParameterError: `parameter.type`, there is none.
        """
        if self._default is UNSET:
            raise ParameterError("the field has no default", hint="ask default_provided first")
        return self._default

    @property
    def default_value_as_json_str(self) -> str:
        """The default as JSON."""
        import json

        return json.dumps(self.default_value)

    def facts(self) -> str:
        """All that it declares, as a text by which it can be told from other fields."""
        return repr(
            (self.config_type.key, self.description, self.is_required, self.is_secret)
            + ((self._default,) if self.default_provided else ())
        )

    def json_schema(self) -> Dict[str, Any]:
        """The JSON Schema of its value, with description and default."""
        found = self.config_type.json_schema()
        if self.description:
            found["description"] = self.description
        if self.default_provided and not self.is_secret:
            found["default"] = self._default
        return found

    def __repr__(self) -> str:
        default = ", default_value=%r" % (self._default,) if self.default_provided else ""
        return "Field(%s%s, is_required=%s)" % (self.config_type, default, self.is_required)


class _OneOfEach(type):
    """Gives the same object where the same is declared again: types of one key are one type."""

    _known: ClassVar[WeakValueDictionary[str, Any]] = WeakValueDictionary()

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        made = super().__call__(*args, **kwargs)
        return _OneOfEach._known.setdefault(made.key, made)


class _Fields(ConfigType, metaclass=_OneOfEach):
    """What has fields by name."""

    fields: Dict[str, Field]
    field_aliases: Mapping[str, str] = {}
    _key: Optional[str] = None

    @property
    def key(self) -> str:
        """The class, and a hash of the fields, whatever their order, and of the description."""
        if self._key is None:
            fields = sorted((name, field.facts()) for name, field in self.fields.items())
            facts = (self.description, sorted(self.field_aliases.items()), fields)
            digest = hashlib.sha256(repr(facts).encode()).hexdigest()
            self._key = "%s.%s" % (type(self).__name__, digest[:40])
        return self._key

    def _read_unknown(self, name: Any, path: Path, reading: Reading) -> None:
        known = list(self.fields)
        listed = ", ".join("'%s'" % one for one in known) or "none"
        hint = nearest(str(name), known) or "there are: %s" % listed
        reading.problem(path, "unknown", "there is no field '%s'" % name, hint)

    def _properties(self) -> Dict[str, Any]:
        return {name: field.json_schema() for name, field in self.fields.items()}


class Shape(_Fields):
    """A dict of these fields and no others.

    Args:
        fields: by name.
        description: what it is for.
        field_aliases: by field, another name under which it may be given.
    """

    allows_others = False

    def __init__(
        self,
        fields: Mapping[str, Any],
        description: Optional[str] = None,
        field_aliases: Optional[Mapping[str, str]] = None,
    ):
        self.fields = _fields(fields)
        self.description = description
        self.field_aliases = dict(field_aliases or {})

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """What is given, with defaults filled in."""
        return self.read_fields(value, path, reading)

    def read_fields(self, value: Any, path: Path, reading: Reading, partial: bool = False) -> Any:
        """What is given; where `partial`, nothing is missing, and nothing is filled in."""
        if not isinstance(value, dict):
            reading.problem(path, "type", "it takes a dict %s, not %s" % (self, shown(value)))
            return value
        found: Dict[str, Any] = {}
        taken: Set[str] = set()
        for name, field in self.fields.items():
            given = self._given_name(name, value, path, reading)
            if given in value:
                taken.update((name, given))
                found[name] = field.config_type.read(value[given], (*path, given), reading)
            elif partial:
                continue
            elif field.default_provided:
                if reading.fill:
                    default = field.default_value
                    found[name] = field.config_type.read(default, (*path, name), reading)
            elif field.is_required:
                told = "the field '%s' is missing" % name
                reading.problem(path, "missing", told, "it takes %s" % field.config_type)
        for name in value:
            if name not in taken:
                if self.allows_others:
                    found[name] = value[name]
                else:
                    self._read_unknown(name, path, reading)
        return found

    def _given_name(self, name: str, value: Dict[str, Any], path: Path, reading: Reading) -> str:
        alias = self.field_aliases.get(name)
        if alias is None or alias not in value:
            return name
        if name in value:
            told = "'%s' and '%s' are two names of one field" % (name, alias)
            reading.problem((*path, name), "unknown", told, "give one of them")
        return alias

    def written(self) -> str:
        """The fields in braces; those that need not be given with a question mark."""
        names = [
            "%s%s: %s" % (name, "" if field.is_required else "?", field.config_type)
            for name, field in self.fields.items()
        ]
        return "{%s}" % ", ".join(names + (["..."] if self.allows_others else []))

    def json_schema(self) -> Dict[str, Any]:
        """An object with these properties."""
        return {
            "type": "object",
            "properties": self._properties(),
            "required": [name for name, field in self.fields.items() if field.is_required],
            "additionalProperties": self.allows_others,
        }

    def implied_default(self) -> Any:
        """The defaults of the fields, if none must be given."""
        if any(field.is_required for field in self.fields.values()):
            return UNSET
        return self.read({}, (), Reading(resolve=False))


class Permissive(Shape):
    """A dict of these fields, beside which others may be given.

    Args:
        fields: by name.
        description: what it is for.
    """

    allows_others = True

    def __init__(
        self, fields: Optional[Mapping[str, Any]] = None, description: Optional[str] = None
    ):
        super().__init__(fields or {}, description)


PermissiveShape = Permissive


class Selector(_Fields):
    """A dict of exactly one of these fields.

    Args:
        fields: by name.
        description: what it is for.
    """

    def __init__(self, fields: Mapping[str, Any], description: Optional[str] = None):
        self.fields = _fields(fields)
        self.description = description

    def read(self, value: Any, path: Path, reading: Reading) -> Any:
        """The one field that is chosen; a field of shape may be chosen without a value."""
        if not isinstance(value, dict):
            told = "it takes a dict with one field of %s, not %s" % (self, shown(value))
            reading.problem(path, "type", told)
            return value
        if not value:
            return self._read_nothing(path, reading)
        if len(value) > 1:
            told = "it takes one field, and has %d: %s" % (len(value), _listed(value))
            reading.problem(path, "selector", told)
            return value
        ((name, inner),) = value.items()
        if name not in self.fields:
            self._read_unknown(name, path, reading)
            return value
        kind = self.fields[name].config_type
        if inner is None and isinstance(kind, _Fields):
            inner = {}
        return {name: kind.read(inner, (*path, name), reading)}

    def _read_nothing(self, path: Path, reading: Reading) -> Any:
        if len(self.fields) == 1:
            ((name, field),) = self.fields.items()
            if not field.is_required:
                default = field.default_value if field.default_provided else None
                return self.read({name: default}, path, reading)
        reading.problem(path, "selector", "it takes one field of %s" % _listed(self.fields))
        return {}

    def written(self) -> str:
        """The fields, one beside the other."""
        return "{%s}" % " | ".join("%s: %s" % (n, f.config_type) for n, f in self.fields.items())

    def json_schema(self) -> Dict[str, Any]:
        """One of several objects with one property each."""
        return {
            "oneOf": [
                {
                    "type": "object",
                    "title": name,
                    "properties": {name: schema},
                    "required": [name],
                    "additionalProperties": False,
                }
                for name, schema in self._properties().items()
            ]
        }

    def implied_default(self) -> Any:
        """The only field with its default, where there is one."""
        if len(self.fields) == 1:
            ((name, field),) = self.fields.items()
            if not field.is_required and field.default_provided:
                return {name: field.default_value}
        return UNSET


def field_of(kind: Any, path: Path = ()) -> Field:
    """The field that `kind` means: a `Field`, or its type."""
    return kind if isinstance(kind, Field) else Field(config_type_of(kind, path))


def config_type_of(kind: Any, path: Path = ()) -> ConfigType:
    """The type that `kind` means: a type, a Python type, fields by name, `[type]`, `{type: type}`.

    Raises:
        ConfigDefinitionError: `config_schema.invalid`, nothing can be meant by it.
    """
    if isinstance(kind, ConfigType):
        return kind
    if isinstance(kind, Field):
        return kind.config_type
    if kind is Any:
        return ANY
    if isinstance(kind, type) and kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, Mapping):
        return _of_mapping(kind, path)
    if isinstance(kind, list):
        if len(kind) != 1:
            raise _bad(path, kind, "a list has one type: [str]")
        return Array(config_type_of(kind[0], (*path, "0")))
    schema = getattr(kind, "as_field", None) or getattr(kind, "to_config_schema", None)
    if callable(schema):
        return config_type_of(schema(), path)
    raise _bad(path, kind, _hint_for(kind))


def _of_mapping(kind: Mapping[Any, Any], path: Path) -> ConfigType:
    if len(kind) == 1:
        ((key, inner),) = kind.items()
        if isinstance(key, (type, ConfigType)) or (not isinstance(key, str) and callable(key)):
            return Map(config_type_of(key, path), config_type_of(inner, path))
    return Shape(_fields(kind, path))


def _fields(fields: Mapping[str, Any], path: Path = ()) -> Dict[str, Field]:
    for name in fields:
        if not isinstance(name, str):
            raise _bad(path, name, "the name of a field is a text")
    return {name: field_of(kind, (*path, name)) for name, kind in fields.items()}


def _hint_for(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, ConfigType):
        return "write %s(...)" % kind.__name__
    if getattr(kind, "__module__", "") == "typing":
        args = getattr(kind, "__args__", ())
        if type(None) in args:
            inner = " or ".join(getattr(a, "__name__", str(a)) for a in args if a is not type(None))
            return "write Noneable(%s), or Field(%s, is_required=False)" % (inner, inner)
        return "write [str] for lists and {str: int} for dicts, or declare a Config class"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return "write Enum.from_python_enum(%s)" % kind.__name__
    return "it may be str, int, float, bool, dict, list, [type], a dict of fields, or a config type"


def _bad(path: Path, kind: Any, hint: str) -> ConfigDefinitionError:
    where = " at %s" % ":".join(path) if path else ""
    return ConfigDefinitionError(
        "%.80r is no type of a configuration%s" % (kind, where),
        code="config_schema.invalid",
        hint=hint,
        source=caller_source(),
    )


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join("'%s'" % name for name in names)


_PLAIN: Dict[Any, ConfigType] = {
    str: STRING,
    int: INT,
    float: FLOAT,
    bool: BOOL,
    list: Array(ANY),
    dict: Permissive(),
}


def jsonable(schema: Dict[str, Any]) -> Dict[str, Any]:
    """A JSON Schema without defaults that JSON does not have."""
    import json

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items() if _fits(key, item)}
        return [clean(item) for item in value] if isinstance(value, list) else value

    def _fits(key: str, value: Any) -> bool:
        if key != "default":
            return True
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError):
            return False
        return True

    found: Dict[str, Any] = clean(schema)
    return found


def read_config(kind: Any, given: Any, what: str, path: Tuple[str, ...] = ()) -> Any:
    """What a configuration means: checked, with defaults, variables and enums filled in.

    Args:
        kind: its type, or what stands for one.
        given: the configuration.
        what: whose it is, for the error.
        path: where it stands in the run's configuration.

    Raises:
        ConfigError: `config.invalid`, with everything that does not fit in `errors`;
            `config.env_missing`, a variable is not set.
    """
    reading = Reading()
    found = config_type_of(kind).read(given, path, reading)
    reading.finish(what, given)
    return found
