"""The logger whose lines become events of the running step."""

from __future__ import annotations

import logging

LOGGER_NAME = "atoll"


def get_atoll_logger(name: str = "") -> logging.Logger:
    """A logger for user code that has no context.

    While a step runs, its lines are recorded as events, like those of `context.log`.

    Args:
        name: put behind `atoll.`.
    """
    return logging.getLogger("%s.%s" % (LOGGER_NAME, name) if name else LOGGER_NAME)


get_dagster_logger = get_atoll_logger
