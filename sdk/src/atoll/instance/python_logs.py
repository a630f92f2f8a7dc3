"""`python_logs` of a deployment's settings: which of Python's loggers are recorded, and how."""

from __future__ import annotations

import copy
import logging
from typing import Any, Dict, List, Mapping, Optional, Sequence

from atoll.errors import ConfigError, nearest

_SETTINGS = ("python_log_level", "managed_python_loggers", "dagster_handler_config")
_PARTS = ("handlers", "formatters", "filters")


class PythonLogs:
    """What the settings say of logging.

    Attributes:
        level: the lowest level that is recorded, by name; None: whatever its logger lets pass.
        managed: loggers whose lines are recorded as those of `context.log` are; `root` for all.

    Args:
        settings: `python_log_level`, `managed_python_loggers`, and `dagster_handler_config` with
            `handlers`, `formatters` and `filters` as `logging.config.dictConfig` takes them.

    Raises:
        ConfigError: `config.invalid`, there is no such setting or level.
    """

    def __init__(self, settings: Optional[Mapping[str, Any]] = None):
        given = dict(settings or {})
        _check_names(given, _SETTINGS, "python_logs")
        self.level: Optional[str] = given.get("python_log_level")
        self.managed: Sequence[str] = list(given.get("managed_python_loggers") or ())
        self._handlers: Dict[str, Any] = dict(given.get("dagster_handler_config") or {})
        _check_names(self._handlers, _PARTS, "python_logs: dagster_handler_config")
        if self.level_number is not None and not isinstance(self.level_number, int):
            raise ConfigError(
                "python_logs: there is no log level '%s'" % self.level,
                code="config.invalid",
                hint="there are: DEBUG, INFO, WARNING, ERROR, CRITICAL",
            )

    @property
    def level_number(self) -> Any:
        """The level as a number of `logging`, or None."""
        return None if self.level is None else logging.getLevelName(str(self.level).upper())

    def make_handlers(self) -> List[logging.Handler]:
        """The handlers that the settings declare, made for one step."""
        declared = self._handlers.get("handlers")
        if not declared:
            return []
        from logging.config import DictConfigurator

        made = DictConfigurator(
            {name: copy.deepcopy(self._handlers.get(name, {})) for name in _PARTS}
        )
        parts: Any = made.config
        for name in parts["formatters"]:
            parts["formatters"][name] = made.configure_formatter(parts["formatters"][name])
        for name in parts["filters"]:
            parts["filters"][name] = made.configure_filter(parts["filters"][name])
        return [made.configure_handler(parts["handlers"][name]) for name in declared]


def _check_names(given: Mapping[str, Any], known: Sequence[str], where: str) -> None:
    for name in given:
        if name not in known:
            raise ConfigError(
                "%s has no setting '%s'" % (where, name),
                code="config.invalid",
                hint=nearest(name, known) or "it has: %s" % ", ".join(known),
            )
