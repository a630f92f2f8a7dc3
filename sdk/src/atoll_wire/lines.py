"""One console line per event, in the field's own format, on the host and on a server alike.

`2026-11-22 22:38:30 +0800 - atoll - DEBUG - JOB - RUN_ID - PID - STEP - KIND - message`.
Knows events by their shape only; formatting is cheap, and logging handlers are not involved.
"""

from __future__ import annotations

import os
import time
from typing import Any, Dict, Mapping, Optional, Protocol, Tuple

from atoll_wire.events import ASSET_JOB

ERRORS = frozenset(["RUN_FAILURE", "STEP_FAILURE", "STEP_WORKER_LOST", "RESOURCE_INIT_FAILURE"])
"""Kinds of events of level ERROR."""
WARNINGS = frozenset(["STEP_UP_FOR_RETRY", "RUN_CANCELED", "RUN_CANCELING"])
"""Kinds of events of level WARNING; all others but LOG are of level DEBUG."""
_RUN_ENDS = frozenset(["RUN_SUCCESS", "RUN_FAILURE", "RUN_CANCELED"])


class EventLike(Protocol):
    """The part of a stored event that a line shows."""

    @property
    def run_id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> float: ...
    @property
    def message(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...
    @property
    def step(self) -> Optional[str]: ...
    @property
    def attempt(self) -> Optional[int]: ...


class EventLines:
    """Writes events as lines; remembers of what job a run is, and which process does a step."""

    def __init__(self) -> None:
        self._own_pid = os.getpid()
        self._pids: Dict[str, Dict[Tuple[Optional[str], Optional[int]], int]] = {}
        self._jobs: Dict[str, str] = {}
        self._zone: Tuple[int, str] = (0, "")

    def line(self, event: EventLike) -> str:
        """The line of one event; the lines of a run are asked for in order."""
        pids = self._pids.setdefault(event.run_id, {})
        attempt = (event.step, event.attempt)
        pid = event.data.get("pid")
        if isinstance(pid, int):
            pids[attempt] = pid
        shown = pids.get(attempt, self._own_pid)
        if "job_name" in event.data:
            self._jobs[event.run_id] = str(event.data["job_name"])
        job = self._jobs.get(event.run_id, ASSET_JOB)
        if event.kind in _RUN_ENDS:
            self.forget(event.run_id)
        parts = [
            self._time(event.at),
            "atoll",
            level_of(event),
            job,
            event.run_id or "-",
            str(shown),
        ]
        if event.step is not None:
            parts.append(event.step)
        parts.append(event.kind)
        if event.message:
            parts.append(event.message)
        return " - ".join(parts)

    def forget(self, run_id: str) -> None:
        """No more lines of this run will be asked for."""
        self._pids.pop(run_id, None)
        self._jobs.pop(run_id, None)

    def _time(self, at: float) -> str:
        """Local time with its distance from UTC; the text is kept for the second it holds."""
        second = int(at)
        if self._zone[0] != second:
            text = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(second))
            self._zone = (second, text)
        return self._zone[1]


def host_line(at: float, level: str, message: str) -> str:
    """A line about the host itself rather than about a run."""
    moment = time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(at))
    return "%s - atoll - %s - %s" % (moment, level, message)


def level_of(event: EventLike) -> str:
    """The level of an event: that of a logged line, or as grave as its kind is."""
    if event.kind == "LOG":
        return str(event.data.get("level", "INFO")).upper()
    if event.kind in ERRORS:
        return "ERROR"
    return "WARNING" if event.kind in WARNINGS else "DEBUG"
