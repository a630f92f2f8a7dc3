"""Runs that take too long, and workers that do not start: looked for now and then.

Time is taken from the loop, so that setting the machine's clock ends nothing; only what a run had
used up before this engine started comes from the stored events. It must not decide what becomes
of a run: that is `core.run`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from atoll_server.core.run import commands as c
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import RunStatus, StepStatus
from atoll_server.core.run.tags import read_leniently
from atoll_server.engine.runs import Runs
from atoll_server.engine.settings import EngineSettings
from atoll_wire.failure import Failure
from atoll_wire.keys import AttemptKey
from atoll_wire.limits import duration_text
from atoll_wire.messages import BuryAttempt, Message


class Surroundings(Protocol):
    """What deadlines need of the engine."""

    runs: Runs
    settings: EngineSettings

    def now(self) -> float: ...  # noqa: D102
    def later(self, delay_s: float, handler: Callable[[], None]) -> None: ...  # noqa: D102
    def send(self, location: str, message: Message) -> None: ...  # noqa: D102
    def is_out_of_reach(self, location: str) -> bool: ...  # noqa: D102


class Deadlines:
    """When what is under way has to be over."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._ends: dict[str, float] = {}
        """By run under way: when its time is over, by the loop's clock."""
        self._starting: dict[AttemptKey, float] = {}
        """Attempts whose worker has not started, and since when that is waited for."""

    def look(self) -> None:
        """Act on what is over, and look again later."""
        around, now = self._around, asyncio.get_running_loop().time()
        ends, starting = self._ends, self._starting
        self._ends, self._starting = {}, {}
        for state in list(around.runs.states.values()):
            if state.status is RunStatus.STARTED:
                self._look_at_run(state, ends, now)
            if state.active:
                self._look_at_starts(state, starting, now)
        around.later(around.settings.deadlines_interval_s, self.look)

    def _look_at_run(self, state: RunState, ends: dict[str, float], now: float) -> None:
        run_id, limit_s = state.run_id, self._limit_s(state)
        if limit_s is None or state.started_at is None:
            return
        end = ends.get(run_id)
        if end is None:
            end = now + limit_s - (self._around.now() - state.started_at)
        self._ends[run_id] = end
        if now >= end:
            self._around.runs.command(run_id, c.Expire(at=self._around.now(), limit_s=limit_s))

    def _limit_s(self, state: RunState) -> float | None:
        own = read_leniently(state.tags).max_runtime_s if state.tags else None
        return own or self._around.settings.max_runtime or None

    def _look_at_starts(
        self, state: RunState, starting: dict[AttemptKey, float], now: float
    ) -> None:
        limit_s = self._around.settings.start_timeout
        for step in state.active:
            found = state.steps[step]
            location = found.planned.location
            if found.status is not StepStatus.STARTING or self._around.is_out_of_reach(location):
                continue  # what an unreachable location does is not known
            key = state.attempt_key(step)
            since = self._starting[key] = starting.get(key, now)
            if now - since >= limit_s:
                self._starting[key] = now  # should the answer be lost
                self._around.send(location, BuryAttempt(key, _never_started(location, limit_s)))


def _never_started(location: str, limit_s: float) -> Failure:
    return Failure(
        code="step.start_timeout",
        message=f"location {location} had not started a worker after {duration_text(limit_s)}",
        hint=f"see whether its process hangs: atoll location show {location}",
    )
