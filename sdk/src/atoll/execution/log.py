"""Lines of `context.log` and `get_atoll_logger()` as events of the running step."""

from __future__ import annotations

import json
import logging
import traceback
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from atoll.definitions.config.reading import Reading
from atoll.definitions.config.schema import read_run_section
from atoll.definitions.logger import LOGGER_NAME
from atoll.execution.prepare import Prepared
from atoll.execution.sink import Sink
from atoll.instance.python_logs import PythonLogs
from atoll_wire.events import LOG
from atoll_wire.keys import AttemptKey

_PLAIN = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"))
"""What every record has; anything beside it came as `extra=`."""


class EventHandler(logging.Handler):
    """Writes log records into a sink, and tells them to the run's loggers.

    Args:
        sink: takes the events.
        loggers: those that the run's config names.
        prefix: stands before each message that a logger is told.
        handlers: are told as the loggers are.
    """

    def __init__(
        self,
        sink: Sink,
        loggers: Sequence[logging.Logger] = (),
        prefix: str = "",
        handlers: Sequence[logging.Handler] = (),
    ):
        super().__init__()
        self._sink = sink
        self._handlers = handlers
        self._loggers = loggers
        self._prefix = prefix

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            message = record.getMessage()
        except Exception as error:
            message = "%s (its arguments do not fit: %s)" % (record.msg, error)
        data: Dict[str, Any] = {"level": record.levelname}
        if record.name != LOGGER_NAME:
            data["logger"] = record.name
        if record.exc_info and record.exc_info[0] is not None:
            data["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        extra = {name: value for name, value in vars(record).items() if name not in _PLAIN}
        if extra:
            data["extra"] = json.loads(json.dumps(extra, default=repr))
        self._sink.emit(LOG, message, data)
        for logger in self._loggers:
            told = self._prefix + message
            logger.log(record.levelno, told, exc_info=record.exc_info, extra=extra)
        for handler in self._handlers:
            if record.levelno >= handler.level:
                copied = {**vars(record), "msg": self._prefix + message, "args": None}
                handler.handle(logging.makeLogRecord(copied))


def loggers_of_run(
    prepared: Prepared, job_name: str, run_id: str, config: Mapping[str, Any], job: Any = None
) -> List[logging.Logger]:
    """The loggers that a run's config names, made with what it gives them.

    Args:
        prepared: the location's definitions.
        job_name: of the run's job.
        run_id: the run, which the loggers are told.
        config: the section `loggers` of the run's config.
        job: the job, which the loggers are told.

    Raises:
        ConfigError: `config.*`, there is no such logger, or its config does not fit.
    """
    if not config:
        return []
    from atoll.definitions.loggers import InitLoggerContext  # only where a run names loggers

    declared = prepared.loggers_of(job_name)
    named = {name: one.config_schema for name, one in declared.items() if name in config}
    reading = Reading(resolve=False)
    read_run_section(config, named, "loggers", reading)
    reading.finish("the config of loggers", config)
    return [
        declared[name].made(
            InitLoggerContext((entry or {}).get("config"), job_def=job, run_id=run_id), name
        )
        for name, entry in config.items()
    ]


class StepLogging:
    """Turns log lines into events within the block.

    Args:
        sink: takes the events.
        loggers: those that the run's config names.
        attempt: the step's, which loggers are told.
        job_name: of the run's job, which loggers are told.
        settings: which of Python's own loggers are recorded too, and from which level on.
    """

    def __init__(
        self,
        sink: Sink,
        loggers: Sequence[logging.Logger] = (),
        attempt: Optional[AttemptKey] = None,
        job_name: str = "",
        settings: Optional[PythonLogs] = None,
    ):
        facts = [] if attempt is None else [job_name, attempt.run_id, attempt.step, ""]
        self._settings = settings or PythonLogs()
        handlers = self._settings.make_handlers()
        self._handler = EventHandler(sink, loggers, " - ".join(facts), handlers)
        self._before: List[Tuple[logging.Logger, int]] = []

    def __enter__(self) -> logging.Logger:
        level = self._settings.level_number
        loggers = _outermost({LOGGER_NAME, *self._settings.managed})
        for name in {LOGGER_NAME, *self._settings.managed}:
            one = _named(name)
            self._before.append((one, one.level))
            if level is not None:
                one.setLevel(level)
        logger = logging.getLogger(LOGGER_NAME)
        logger.disabled = False  # a user's logging.config may have switched it off
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.DEBUG)
        for one in loggers:
            one.addHandler(self._handler)
        return logger

    def __exit__(self, *_: Any) -> None:
        for one, level in self._before:
            one.removeHandler(self._handler)
            if self._settings.level_number is not None:
                one.setLevel(level)


def _named(name: str) -> logging.Logger:
    return logging.getLogger(None if name == "root" else name)


def _outermost(names: Iterable[str]) -> List[logging.Logger]:
    """Those of the loggers whose lines no other one of them is told, so that none comes twice."""
    wanted = [_named(name) for name in names]
    found = []
    for one in wanted:
        above: Optional[logging.Logger] = one
        while above is not None and above.propagate:
            above = above.parent
            if above in wanted:
                break
        else:
            above = None
        if above is None:
            found.append(one)
    return found
