"""Whatever happens to a run, what is shown of its steps agrees with what the engine goes by.

Somebody who follows the run, and is told only what has changed, sees the same as somebody who
has just come.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import settings
from hypothesis.stateful import invariant
from tests.properties.test_run_machine import RunMachine

from atoll_server.adapters.event_log.memory import stored
from atoll_server.api.run_steps import StepsFold
from atoll_server.api.schemas.runs import RunSteps
from atoll_server.core.run.table import ACTIVE, RunStatus, StepStatus

SHOWN = {
    StepStatus.WAITING: {"WAITING", "READY"},
    StepStatus.STARTING: {"STARTING"},
    StepStatus.RUNNING: {"RUNNING"},
    StepStatus.RETRYING: {"RETRYING"},
    StepStatus.SUCCEEDED: {"SUCCESS"},
    StepStatus.FAILED: {"FAILURE", "CANCELED"},
    StepStatus.SKIPPED: {"SKIPPED", "CANCELED"},
}
UNPLANNED = (RunStatus.NEW, RunStatus.QUEUED, RunStatus.STARTING)


class WatchedRun(RunMachine):
    """A run, a fold of its events, and somebody who asks it for what is new."""

    def __init__(self) -> None:
        super().__init__()
        self.fold = StepsFold()
        self.watched = self.state.run_id
        self.known: dict[str, Any] = {}
        self.after: int | None = None

    def catch_up(self) -> RunSteps:
        if self.state.run_id != self.watched:  # it has failed, and is retried as another one
            self.fold, self.watched = StepsFold(), self.state.run_id
            self.known, self.after = {}, None
        for number, event in enumerate(self.history, start=1):
            if number > self.fold.last_event_id:
                self.fold.add(stored(event, number))
        return self.fold.answer()

    @invariant()
    def what_is_shown_agrees_with_the_state(self) -> None:
        told = {step.key: step for step in self.catch_up().items}
        assert list(told) == list(self.state.steps)
        for key, step in self.state.steps.items():
            shown = told[key]
            assert shown.status in SHOWN[step.status]
            has_begun = self.state.status not in UNPLANNED
            assert (shown.status == "READY") == (step.is_ready and has_begun)
            assert [one.attempt for one in shown.attempts] == list(range(1, step.attempt + 1))
            is_open = [one.outcome is None for one in shown.attempts]
            assert is_open == [False] * (step.attempt - 1) + [step.status in ACTIVE] * bool(is_open)
            assert all((one.ended_at is None) == (one.outcome is None) for one in shown.attempts)

    @invariant()
    def following_shows_what_a_first_look_shows(self) -> None:
        whole = self.catch_up()
        changed = self.fold.answer(self.after)
        if changed.is_whole:
            self.known = {}
        self.known |= {step.key: msgspec.to_builtins(step) for step in changed.items}
        self.after = changed.last_event_id
        assert list(self.known.values()) == [msgspec.to_builtins(step) for step in whole.items]
        assert sum(whole.counts.values()) == len(whole.items)
        assert self.fold.answer(self.after).items == [] or self.fold.answer(self.after).is_whole


TestWatchedRun = WatchedRun.TestCase
TestWatchedRun.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
