"""`Config`: the typed configuration of an asset. Imports pydantic; loaded only when it is used."""

from __future__ import annotations

import enum
from typing import Any, ClassVar, Dict

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from atoll.definitions.config.env import EnvVar, holds_env_var, resolve_env_vars
from atoll.errors import ConfigError


class Config(BaseModel):
    """Base of an asset's configuration: its fields, with types and defaults.

    A parameter annotated with a subclass takes what the run's config says for the step.
    Unknown fields are refused; objects do not change.
    """

    __atoll_config__: ClassVar[bool] = True

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    @field_validator("*", mode="wrap", check_fields=False)
    @classmethod
    def _defer_env_vars(cls, value: Any, handler: Any) -> Any:
        """Let an `EnvVar` stand in any field until a step runs."""
        return value if isinstance(value, EnvVar) else handler(value)

    @classmethod
    def __pydantic_init_subclass__(cls, **arguments: Any) -> None:
        """Put our own validators around the user's, which must not see an `EnvVar`."""
        super().__pydantic_init_subclass__(**arguments)
        found = cls.__pydantic_decorators__.field_validators
        ours = [name for name in found if name.startswith("_defer_")]
        if list(found)[-len(ours) :] != ours:
            for name in ours:
                found[name] = found.pop(name)
            cls.model_rebuild(force=True)

    def to_config_dict(self) -> Dict[str, Any]:
        """The fields that were given, as plain values; an `EnvVar` as `{"env": NAME}`."""
        return {name: _plain(value) for name, value in given_fields(self).items()}

    @classmethod
    def from_run_config(cls, given: Any, where: str) -> Any:
        """The config that a run gives.

        Raises:
            ConfigError: `config.invalid`, a field is missing, unknown or of the wrong type.
        """
        try:
            return cls(**resolve_env_vars(dict(given or {})))
        except ValidationError as error:
            raise ConfigError(explain(error, where), code="config.invalid") from None

    def _resolved(self) -> Any:
        """A copy with each `EnvVar` replaced by its value."""
        values = given_fields(self)
        if not holds_env_var(values):
            return self
        return type(self)(**resolve_env_vars(values))


class PermissiveConfig(Config):
    """A `Config` that takes fields beyond those it declares."""

    model_config = ConfigDict(extra="allow")


def given_fields(model: BaseModel) -> Dict[str, Any]:
    """The fields that were given, in order of declaration; those beyond the declared ones last."""
    given = model.model_fields_set
    names = [name for name in type(model).model_fields if name in given]
    names += sorted(given.difference(names))
    return {name: getattr(model, name) for name in names}


def explain(error: ValidationError, where: str) -> str:
    """What pydantic found, one line per field, without the values (they may be secrets)."""
    lines = [
        "%s: %s" % (".".join(str(part) for part in item["loc"]) or "config", item["msg"])
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return "the config of %s does not fit: %s" % (where, "; ".join(lines))


def _plain(value: Any) -> Any:
    if isinstance(value, EnvVar):
        return {"env": value.env_var_name}
    if isinstance(value, Config):
        return value.to_config_dict()
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
