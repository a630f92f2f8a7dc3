"""Lines of `context.log` and `get_atoll_logger()` as events of the running step."""

from __future__ import annotations

import logging
import traceback
from typing import Any, Dict

from atoll.definitions.logger import LOGGER_NAME
from atoll.execution.sink import Sink
from atoll_wire.events import LOG


class EventHandler(logging.Handler):
    """Writes log records into a sink."""

    def __init__(self, sink: Sink):
        super().__init__()
        self._sink = sink

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
        self._sink.emit(LOG, message, data)


class StepLogging:
    """Turns log lines into events within the block."""

    def __init__(self, sink: Sink):
        self._handler = EventHandler(sink)

    def __enter__(self) -> logging.Logger:
        logger = logging.getLogger(LOGGER_NAME)
        logger.disabled = False  # a user's logging.config may have switched it off
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.DEBUG)
        logger.addHandler(self._handler)
        return logger

    def __exit__(self, *_: Any) -> None:
        logging.getLogger(LOGGER_NAME).removeHandler(self._handler)
