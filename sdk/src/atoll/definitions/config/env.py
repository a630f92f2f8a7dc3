"""`EnvVar`: an environment variable that is read when a step runs, never before."""

from __future__ import annotations

import os
from typing import Any, Optional

from atoll.errors import ConfigError


class ReadTooEarly(ConfigError, RuntimeError):
    """`config.env_too_early`: a variable was read as text or number while definitions load."""


class EnvVar(str):
    """The value of an environment variable, as a field of a resource or config.

    It is read when a step runs, in the step's own process; its value is never shown or stored.

    Args:
        name: the variable's name.
    """

    @property
    def env_var_name(self) -> str:
        """The variable's name."""
        return str.__str__(self)

    def get_value(self, default: Optional[str] = None) -> Any:
        """The variable's value now, or `default` where it is not set."""
        return os.environ.get(str.__str__(self), default)

    def resolve(self) -> Any:
        """The variable's value now.

        Raises:
            ConfigError: `config.env_missing`, it is not set.
        """
        value = self.get_value()
        if value is None:
            raise ConfigError(
                "the environment variable %s is not set" % self.env_var_name,
                code="config.env_missing",
                hint="set it where the code location runs, or in its .env file",
            )
        return value

    @classmethod
    def int(cls, name: str) -> EnvVar:
        """A variable that holds a whole number."""
        return IntEnvVar(name)

    def __str__(self) -> str:
        raise ReadTooEarly(
            "EnvVar('%s') was read as text while definitions load" % self.env_var_name,
            code="config.env_too_early",
            hint="pass it to a resource or config as it is, or call .get_value()",
        )

    def __repr__(self) -> str:
        return "EnvVar(%s)" % str.__repr__(self)

    def __reduce__(self) -> Any:
        return type(self), (self.env_var_name,)


class IntEnvVar(EnvVar):
    """A variable that holds a whole number."""

    def get_value(self, default: Any = None) -> Any:
        """The number that the variable holds now, or `default` where it is not set.

        Raises:
            ConfigError: `config.env_not_int`, it holds something else.
        """
        value = super().get_value()
        if value is None:
            return default
        try:
            return int(value)
        except ValueError:
            raise ConfigError(
                "the environment variable %s does not hold a whole number" % self.env_var_name,
                code="config.env_not_int",
            ) from None

    def __int__(self) -> int:
        raise ReadTooEarly(
            "EnvVar.int('%s') was read as a number while definitions load" % self.env_var_name,
            code="config.env_too_early",
            hint="pass it to a resource or config as it is, or call .get_value()",
        )


def holds_env_var(value: Any) -> bool:
    """Whether `value` is an `EnvVar`, or a dict or list that holds one."""
    if isinstance(value, EnvVar):
        return True
    if isinstance(value, dict):
        return any(holds_env_var(item) for item in value.values())
    return isinstance(value, (list, tuple)) and any(holds_env_var(item) for item in value)
