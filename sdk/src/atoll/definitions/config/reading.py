"""One reading of a configuration: every problem that it has, each with its path."""

from __future__ import annotations

from typing import Any, List, Optional, Tuple

from atoll.errors import ConfigError

Path = Tuple[str, ...]
"""The way into a configuration: names of fields, places in lists."""


class ConfigProblem:
    """One thing that does not fit.

    Attributes:
        message: what is wrong, and what is taken instead.
        path: where, such as `("ops", "load", "config", "limit")`.
        reason: `type`, `missing`, `unknown`, `selector`, `enum` or `value`.
    """

    __slots__ = ("message", "path", "reason")

    def __init__(self, message: str, path: Path, reason: str):
        self.message = message
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return "at path %s: %s" % (written_path(self.path), self.message)

    def __repr__(self) -> str:
        return "ConfigProblem(%r)" % str(self)


class Reading:
    """Collects the problems of one configuration.

    Args:
        resolve: whether environment variables are read and names of enums become their values;
            else it is only checked.
        fill: whether defaults are filled in.
    """

    __slots__ = ("fill", "problems", "resolve")

    def __init__(self, resolve: bool = True, fill: bool = True):
        self.problems: List[ConfigProblem] = []
        self.resolve = resolve
        self.fill = fill

    def problem(self, path: Path, reason: str, message: str, hint: str = "") -> None:
        """Note something that does not fit."""
        text = "%s; %s" % (message, hint) if hint else message
        self.problems.append(ConfigProblem(text, path, reason))

    def finish(self, what: str, given: Any = None) -> None:
        """Raise what was found.

        Args:
            what: whose configuration it is.
            given: the configuration that was read.

        Raises:
            ConfigError: `config.invalid`, or `config.env_missing` where a variable is all
                that is missing.
        """
        if self.problems:
            raise invalid(what, self.problems, given)


def invalid(what: str, problems: List[ConfigProblem], given: Any = None) -> ConfigError:
    """The error that names all the problems of a configuration."""
    only_env = all(problem.reason == "env_missing" for problem in problems)
    hint: Optional[str] = None
    if only_env:
        hint = "set it where the code location runs, or in its .env file"
    lines = "; ".join(str(problem) for problem in problems)
    message = "%s does not fit: %s" % (what, lines)
    if len(problems) > 1:
        lines = "".join("\n  %s" % problem for problem in problems)
        message = "%s does not fit, in %d places:%s" % (what, len(problems), lines)
    return ConfigError(
        message,
        code="config.env_missing" if only_env else "config.invalid",
        hint=hint,
        errors=problems,
        config_value=given,
    )


def written_path(path: Path) -> str:
    """A path as it is told: `root:ops:load:config:limit`."""
    return ":".join(("root", *path))


def shown(value: Any) -> str:
    """A value in a message: its kind, and what it is where that is short and no text.

    Texts may be secrets; errors are stored and shown to all who may see the run.
    """
    if value is None:
        return "None"
    if isinstance(value, (bool, int, float)):
        return "the %s %r" % (_KINDS[type(value)], value) if type(value) in _KINDS else repr(value)
    name = _KINDS.get(type(value))
    return name or "a value of type %s" % type(value).__name__


_KINDS = {
    str: "a text",
    dict: "a dict",
    list: "a list",
    tuple: "a tuple",
    bool: "boolean",
    int: "integer",
    float: "number",
}
