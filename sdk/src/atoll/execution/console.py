"""The console of a run in this process: one line for each of its events, as a host prints them."""

from __future__ import annotations

import logging
import os
from typing import Any, Dict, List, Optional, Sequence

from atoll.definitions.loggers import InitLoggerContext, default_system_loggers
from atoll.execution.sink import RecordingSink
from atoll_wire import events
from atoll_wire.events import JournalEvent

_FAILURES = (events.STEP_FAILURE, events.RUN_FAILURE)


def console_loggers(instance: Any) -> List[logging.Logger]:
    """The loggers of a run whose config names none: lines on stderr.

    Args:
        instance: its `python_log_level` is the lowest that they tell.
    """
    return [
        definition.made(InitLoggerContext(config))
        for definition, config in default_system_loggers(instance)
    ]


class ConsoleSink(RecordingSink):
    """Keeps the events of an attempt at a step, and tells each when it happens.

    Args:
        loggers: are told.
        run: has a `job_name` and a `run_id`.
        step_key: of the step; None for what is made ready for several.
        retry: how often the step has been tried before.
    """

    def __init__(
        self, loggers: Sequence[logging.Logger], run: Any, step_key: Optional[str], retry: int = 0
    ):
        super().__init__()
        self._loggers = loggers
        self._run = run
        self._step_key = step_key
        self._retry = retry

    def emit(self, kind: str, message: str = "", data: Optional[Dict[str, Any]] = None) -> None:
        """Keep one event, and tell it."""
        if self._retry and kind == events.STEP_START:
            kind = events.STEP_RESTARTED
            message = "Started step '%s' again (attempt %d)." % (self._step_key, self._retry + 1)
        super().emit(kind, message, data)
        tell_event(self._loggers, self._run, self._step_key, self.events[-1])


def tell_event(
    loggers: Sequence[logging.Logger], run: Any, step_key: Optional[str], event: JournalEvent
) -> None:
    """Tell an event: `JOB - RUN - PID - STEP - KIND - message`.

    Lines of user code are told when they are written, so that they are left out here.

    Args:
        loggers: told so.
        run: has a `job_name` and a `run_id`.
        step_key: of the step; None for events of the run itself.
        event: what has happened.
    """
    if event.kind == events.LOG:
        return
    level = logging.ERROR if event.kind in _FAILURES else logging.DEBUG
    facts = [run.job_name, run.run_id, str(os.getpid()), step_key, event.kind, event.message]
    told = " - ".join(one for one in facts if one)
    failure = event.data.get("failure")
    if failure and event.kind == events.STEP_FAILURE:
        from atoll_wire.codec import from_wire
        from atoll_wire.failure import Failure, render

        told += "\n\n" + render(from_wire(Failure, failure))
    for logger in loggers:
        logger.log(level, "%s", told)
