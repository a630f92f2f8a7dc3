"""Loggers: functions that make a `logging.Logger` to which a run's lines are told too."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from atoll.definitions.config.fields import Field
from atoll.definitions.config.reading import Reading
from atoll.definitions.config.schema import ConfigSchema, Configurable
from atoll.definitions.config.types import UNSET
from atoll.errors import InvariantError, InvocationError


class InitLoggerContext:
    """What a logger's function is told.

    Args:
        logger_config: the config that the run gives the logger.
        logger_def: the definition that is made.
        job_def: the job of the run.
        run_id: the run; None outside of one.
    """

    def __init__(
        self,
        logger_config: Any = None,
        logger_def: Optional[LoggerDefinition] = None,
        job_def: Any = None,
        run_id: Optional[str] = None,
    ):
        self.logger_config = logger_config
        self.job_def = job_def
        self.run_id = run_id
        self._logger_def = logger_def

    @property
    def logger_def(self) -> Optional[LoggerDefinition]:
        """The definition that is made."""
        return self._logger_def


class UnboundInitLoggerContext(InitLoggerContext):
    """What `build_init_logger_context` gives: it belongs to no logger yet."""

    @property
    def logger_def(self) -> Optional[LoggerDefinition]:
        """Raises: the context is bound by calling a logger with it.

        Raises:
            InvariantError: `invariant.unbound_context`.
        """
        raise InvariantError(
            "this context belongs to no logger yet",
            code="invariant.unbound_context",
            hint="call a logger with it",
        )


class LoggerDefinition(Configurable):
    """A logger that a function makes for a run.

    Args:
        logger_fn: called with an `InitLoggerContext`; gives back a `logging.Logger`.
        config_schema: what `context.logger_config` is; anything by default.
        description: what it is for; the function's docstring by default.
    """

    def __init__(
        self,
        logger_fn: Callable[[InitLoggerContext], logging.Logger],
        config_schema: Any = None,
        description: Optional[str] = None,
    ):
        self.logger_fn = logger_fn
        self._config = ConfigSchema.of(config_schema)
        self.description = description
        self.__doc__ = description or getattr(logger_fn, "__doc__", None)
        self.__name__ = getattr(logger_fn, "__name__", "logger")

    def copy_for_configured(self, description: Optional[str], config_schema: ConfigSchema) -> Any:
        """A copy with another schema."""
        return LoggerDefinition(self.logger_fn, config_schema, description or self.description)

    def __call__(self, *args: Any, **kwargs: Any) -> logging.Logger:
        """The logger itself, for tests: of what `build_init_logger_context` gives, or None.

        Raises:
            InvocationError: `invocation.*`, it was called with other arguments.
            ConfigError: `config.invalid`, the context's config does not fit.
        """
        return self.made(self._given_context(args, kwargs))

    def _given_context(self, args: Tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        given = [*args, *kwargs.values()]
        code = getattr(self.logger_fn, "__code__", None)
        name = code.co_varnames[0] if code is not None and code.co_argcount else "context"
        if not given:
            raise InvocationError(
                "the logger %s takes a context, and was called without" % self.__name__,
                code="invocation.no_context",
                hint="pass build_init_logger_context(), or None",
            )
        if len(given) > 1 or (kwargs and name not in kwargs):
            raise InvocationError(
                "the logger %s takes one argument, '%s'" % (self.__name__, name),
                code="invocation.unknown_argument",
                hint="pass what build_init_logger_context gives",
            )
        return given[0]

    def made(self, context: Optional[InitLoggerContext], key: str = "") -> logging.Logger:
        """The logger, made of a context whose config has not been read.

        Args:
            context: what the run or a test gives; None for no config.
            key: the logger's name in the run's configuration.

        Raises:
            ConfigError: `config.*`, the config does not fit.
        """
        context = context or InitLoggerContext()
        given = UNSET if context.logger_config is None else context.logger_config
        reading = Reading()
        path = ("loggers", key, "config") if key else ("config",)
        config = self._config.read(given, path, reading)
        reading.finish("the config of the logger %s" % (key or self.__name__), given)
        bound = InitLoggerContext(config, self, context.job_def, context.run_id)
        return self.logger_fn(bound)


def logger(config_schema: Any = None, description: Optional[str] = None) -> Any:
    """Declare that a function makes a logger; bare, or with arguments.

    Args:
        config_schema: what `context.logger_config` is; anything by default.
        description: what it is for.
    """
    if callable(config_schema) and not isinstance(config_schema, (type, ConfigSchema)):
        return LoggerDefinition(config_schema)
    return lambda fn: LoggerDefinition(fn, config_schema, description)


def build_init_logger_context(logger_config: Any = None, job_def: Any = None) -> InitLoggerContext:
    """An `InitLoggerContext` for tests of loggers.

    Args:
        logger_config: the config, as a run would write it.
        job_def: the job, which the logger is told.
    """
    return UnboundInitLoggerContext(logger_config, job_def=job_def)


def _console_schema(description: str) -> Field:
    return Field(
        {
            "log_level": Field(str, default_value="INFO", description="The lowest level told."),
            "name": Field(str, default_value="atoll", description="The logger's name."),
        },
        description=description,
    )


_COLORS = {"DEBUG": 90, "INFO": 34, "WARNING": 33, "ERROR": 31, "CRITICAL": 35}


class _ColoredLines(logging.Formatter):
    """`time - name - LEVEL - message`, the level in colour."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        text = super().format(record)
        return text.replace(
            " - %s - " % record.levelname,
            " - \033[%dm%s\033[0m - " % (_COLORS.get(record.levelname, 0), record.levelname),
            1,
        )


class _JsonLines(logging.Formatter):
    """A record as a JSON object, one a line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        facts: Dict[str, Any] = {**vars(record), "message": record.getMessage()}
        return json.dumps(facts, default=str)


def _console(config: Mapping[str, Any], formatter: logging.Formatter) -> logging.Logger:
    made = logging.Logger(config["name"], _level(config["log_level"]))
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    made.addHandler(handler)
    return made


def _level(name: str) -> int:
    found = logging.getLevelName(name.upper())
    if not isinstance(found, int):
        from atoll.errors import ConfigError

        raise ConfigError(
            "there is no log level '%s'" % name,
            code="config.invalid",
            hint="there are: DEBUG, INFO, WARNING, ERROR, CRITICAL",
        )
    return found


def _colored(context: InitLoggerContext) -> logging.Logger:
    is_terminal = getattr(sys.stderr, "isatty", bool)()
    lines = _ColoredLines if is_terminal else logging.Formatter
    return _console(
        context.logger_config,
        lines("%(asctime)s - %(name)s - %(levelname)s - %(message)s", "%Y-%m-%d %H:%M:%S %z"),
    )


def _json(context: InitLoggerContext) -> logging.Logger:
    return _console(context.logger_config, _JsonLines())


colored_console_logger = LoggerDefinition(
    _colored,
    _console_schema("Lines on stderr, in colour."),
    "Tells lines on stderr, their levels in colour.",
)
"""Tells lines on stderr, their levels in colour."""
json_console_logger = LoggerDefinition(
    _json,
    _console_schema("Lines on stderr, each a JSON object."),
    "Tells lines on stderr, each a JSON object.",
)
"""Tells lines on stderr, each a JSON object."""


def default_loggers() -> Dict[str, LoggerDefinition]:
    """The loggers of a job that declares none: `console`."""
    return {"console": colored_console_logger}


def default_system_loggers(instance: Any = None) -> List[Tuple[LoggerDefinition, Dict[str, Any]]]:
    """The loggers of a run whose config names none, each with its config.

    Args:
        instance: its `python_log_level`, if it has one, is theirs; DEBUG by default.
    """
    level = getattr(instance, "python_log_level", None) or "DEBUG"
    return [(colored_console_logger, {"name": "atoll", "log_level": level})]
