"""`Config`: the typed configuration of an asset or op. Imports pydantic; loaded when it is used."""

from __future__ import annotations

import enum
from dataclasses import replace
from typing import Any, ClassVar, Dict, List, Mapping, Optional

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from atoll.definitions.config.env import EnvVar, holds_env_var
from atoll.definitions.config.fields import Field
from atoll.definitions.config.model_fields import (
    field_of_model,
    holds_model,
    is_literal,
    json_schema_of_model,
    normalized,
)
from atoll.definitions.config.reading import ConfigProblem, Path, Reading, invalid
from atoll.definitions.config.schema import ConfigSchema
from atoll.definitions.source import Source, caller_frame
from atoll.errors import ConfigDefinitionError, InvocationError, nearest


class Config(BaseModel):
    """Base of an asset's or op's configuration: its fields, with types and defaults.

    A parameter annotated with a subclass takes what the run's config says for the step.
    Unknown fields are refused; objects do not change. In a run's config, members of enums are
    written as their names, and one of several classes told apart by a discriminator as
    `{"its value": {...}}`; any text, number or boolean may be `{"env": NAME}`.
    """

    __atoll_config__: ClassVar[bool] = True

    model_config = ConfigDict(
        extra="forbid", frozen=True, protected_namespaces=(), arbitrary_types_allowed=True
    )

    @model_validator(mode="before")
    @classmethod
    def _normalize(cls, values: Any) -> Any:
        """Take names of enums, the selector form of unions, and nothing for what may be None."""
        return normalized(cls, values) if isinstance(values, dict) else values

    @field_validator("*", mode="wrap", check_fields=False)
    @classmethod
    def _defer_env_vars(cls, value: Any, handler: Any, info: Any) -> Any:
        """Let an `EnvVar` stand in any field until a step runs."""
        if isinstance(value, EnvVar):
            return value
        is_deferred = isinstance(value, (dict, list)) and holds_env_var(value)
        if is_deferred and not holds_model(cls.model_fields[info.field_name].annotation):
            return value
        return handler(value)

    @classmethod
    def __pydantic_init_subclass__(cls, **arguments: Any) -> None:
        """Put our validators around the user's, which must not see an `EnvVar`."""
        super().__pydantic_init_subclass__(**arguments)
        _refuse_legacy_fields(cls)
        if _arrange_validators(cls):
            cls.model_rebuild(force=True)

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a private attribute; fields do not change.

        Raises:
            InvocationError: `invocation.frozen`, it is a field.
        """
        try:
            super().__setattr__(name, value)
        except (ValidationError, ValueError) as error:
            text = str(error)
            if "frozen" not in text and "no field" not in text:
                raise
            raise _not_settable(type(self), name) from error

    @classmethod
    def to_config_schema(cls) -> ConfigSchema:
        """The schema that the fields mean."""
        return ConfigSchema(field_of_model(cls))

    @classmethod
    def to_fields_dict(cls) -> Dict[str, Field]:
        """The fields by name, for code that takes a `config_schema`."""
        shape: Any = field_of_model(cls).config_type
        return dict(shape.fields)

    @classmethod
    def config_json_schema(cls) -> Optional[Dict[str, Any]]:
        """The JSON Schema of the config as a run writes it; None where there is none."""
        return json_schema_of_model(cls)

    def to_config_dict(self) -> Dict[str, Any]:
        """The fields as a run's config writes them, without those that are None by default."""
        found = {}
        for name, value in self:
            field = type(self).model_fields.get(name)
            if value is None and (field is None or field.default is None):
                continue
            alias = field.alias if field is not None and field.alias else name
            found[alias] = written_field(field, value)
        return found

    _convert_to_config_dictionary = to_config_dict

    @classmethod
    def from_run_config(cls, given: Any, where: str, path: Path = ()) -> Any:
        """The config that a run gives.

        Args:
            given: what stands in the run's configuration.
            where: whose config it is, for the error.
            path: where it stands.

        Raises:
            ConfigError: `config.invalid`, with all that does not fit in `errors`.
        """
        reading = Reading(fill=False)
        values = field_of_model(cls).config_type.read(given or {}, path, reading)
        reading.finish("the config of %s" % where, given)
        return construct(cls, values, where, path)

    @classmethod
    def of_read_config(cls, values: Mapping[str, Any], where: str, path: Path) -> Any:
        """An object of config that its schema has read already.

        Raises:
            ConfigError: `config.invalid`, pydantic refuses the values.
        """
        return construct(cls, values, where, path)

    def _resolved(self) -> Any:
        """A copy with each `EnvVar` replaced by its value."""
        values = given_fields(self)
        if not any(holds_env_var(value) or isinstance(value, Config) for value in values.values()):
            return self
        return construct(
            type(self), by_alias(type(self), resolve_values(values)), type(self).__name__
        )


def construct(cls: Any, values: Mapping[str, Any], where: str, path: Path = ()) -> Any:
    """An object of a `Config` class.

    Raises:
        ConfigError: `config.invalid`, pydantic refuses the values.
    """
    try:
        return cls(**values)
    except ValidationError as error:
        raise invalid("the config of %s" % where, problems_of(error, path)) from None


def problems_of(error: ValidationError, path: Path = ()) -> List[ConfigProblem]:
    """What pydantic found, without the values: they may be secrets."""
    return [
        ConfigProblem(item["msg"], (*path, *(str(part) for part in item["loc"])), "value")
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def given_fields(model: BaseModel) -> Dict[str, Any]:
    """The fields that were given, in order of declaration; those beyond the declared ones last."""
    given = model.model_fields_set
    names = [name for name in type(model).model_fields if name in given]
    names += sorted(given.difference(names))
    return {name: getattr(model, name) for name in names}


def by_alias(cls: Any, values: Mapping[str, Any]) -> Dict[str, Any]:
    """Fields under the names that the class's constructor takes."""
    fields = cls.model_fields
    return {
        (getattr(fields.get(name), "alias", None) or name): value for name, value in values.items()
    }


def resolve_values(value: Any) -> Any:
    """`value` with each `EnvVar` in it replaced by what it stands for, in configs also."""
    if isinstance(value, EnvVar):
        return value.resolve()
    if isinstance(value, Config) and type(value).__atoll_config__:
        return value._resolved()
    if type(value) is dict:
        return {key: resolve_values(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)([resolve_values(item) for item in value])
    return value


def written_field(field: Any, value: Any) -> Any:
    """The value of a field as a run's config writes it."""
    found = written_value(value)
    discriminator = getattr(field, "discriminator", None)
    if isinstance(discriminator, str) and isinstance(value, Config) and isinstance(found, dict):
        name = type(value).model_fields[discriminator].alias or discriminator
        return {found.pop(name): found}
    return found


def written_value(value: Any) -> Any:
    """A value as a run's config writes it: plain data; an `EnvVar` as `{"env": NAME}`."""
    if isinstance(value, EnvVar):
        return {"env": value.env_var_name}
    if isinstance(value, Config):
        return value.to_config_dict()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, dict):
        return {key: written_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [written_value(item) for item in value]
    return value


def _arrange_validators(cls: Any) -> bool:
    """Put our validators last, which is outermost, and around no `Literal`; whether they moved.

    pydantic takes no validator around the field that tells the classes of a union apart.
    """
    found = cls.__pydantic_decorators__.field_validators
    ours = [name for name in found if name.startswith("_defer_")]
    literals = [n for n, field in cls.model_fields.items() if is_literal(field.annotation)]
    if list(found)[-len(ours) :] == ours and not literals:
        return False
    names = tuple(name for name in cls.model_fields if name not in literals)
    for name in ours:
        decorator = found.pop(name)
        info = replace(decorator.info, fields=names) if literals else decorator.info
        found[name] = replace(decorator, info=info)
    return True


def _refuse_legacy_fields(cls: Any) -> None:
    for name, field in cls.model_fields.items():
        if isinstance(field.default, Field):
            raise ConfigDefinitionError(
                "the field '%s' of %s has an atoll.Field as its default" % (name, cls.__name__),
                code="config_schema.invalid",
                hint="atoll.Field is for config_schema=...; here write pydantic.Field(...)",
                source=_class_source(),
            )


def _class_source() -> Source:
    """Where the class is written that is being made: above pydantic's own frames."""
    frame: Any = caller_frame()
    while frame is not None and frame.f_globals.get("__name__", "").startswith("pydantic"):
        frame = frame.f_back
    return None if frame is None else (frame.f_code.co_filename, frame.f_lineno)


def _not_settable(cls: Any, name: str) -> InvocationError:
    if name in cls.model_fields:
        hint = "make another object; what changes belongs into a PrivateAttr"
        message = "%s does not change: its field '%s' was set" % (cls.__name__, name)
    else:
        hint = nearest(name, list(cls.model_fields)) or "declare it, or begin it with '_'"
        message = "%s has no field '%s'" % (cls.__name__, name)
    return InvocationError(message, code="invocation.frozen", hint=hint)


class PermissiveConfig(Config):
    """A `Config` that takes fields beyond those it declares.

    Args:
        extra_data: values of its fields, and of any others; those are in `model_extra`.
    """

    model_config = ConfigDict(extra="allow")
