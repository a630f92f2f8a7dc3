"""Decisions about a run, one situation at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from atoll_server.core.event import NewEvent
from atoll_server.core.outcome import InternalError, Rejected
from atoll_server.core.run import commands as c
from atoll_server.core.run.machine import decide, effects, evolve, resume
from atoll_server.core.run.plan import Plan, PlannedStep
from atoll_server.core.run.state import RunState
from atoll_server.core.run.table import RunStatus, StepStatus
from atoll_wire import events as kinds
from atoll_wire.codec import to_wire
from atoll_wire.events import JournalEvent
from atoll_wire.failure import SHUT_DOWN, Failure
from atoll_wire.keys import AttemptKey

LOST = Failure(code="step.worker_lost", message="killed by SIGKILL")
BOOM = {"failure": {"code": "user_code.raised", "message": "boom", "error_type": "ValueError"}}


class Run:
    """A run in memory: commands in, kinds of events and effects out."""

    def __init__(self, **needs: list[str]) -> None:
        self.state = RunState("r")
        self.at = 0.0
        self.events: list[NewEvent] = []
        self.effects: list[c.Effect] = []
        steps = [
            PlannedStep(key, (key,), "shop", 1, "id", tuple(need)) for key, need in needs.items()
        ]
        self.do(c.Enqueue(at=0.0, selection=["*"], tags={"team": "x"}))
        self.do(c.Start(at=0.0, plan=Plan(tuple(steps))))

    def do(self, command: c.Command) -> list[str]:
        self.effects = []
        decided = decide(self.state, command)
        assert not isinstance(decided, Rejected), decided
        for event in decided:
            evolve(self.state, event)
            self.effects.extend(effects(event, self.state))
        self.events.extend(decided)
        return [f"{e.kind} {e.step}" if e.step else e.kind for e in decided]

    def launch(self, *steps: str) -> None:
        for step in steps:
            self.do(c.Launch(at=self.at, step=step, generation=1, identity="id"))

    def close(self, step: str, kind: str, data: dict[str, Any] | None = None) -> list[str]:
        key = self.state.attempt_key(step)
        event = JournalEvent(self.state.steps[step].seq + 1, kind, self.at, "", data or {})
        return self.do(c.Record(at=self.at, key=key, events=[event]))

    def status(self, step: str) -> StepStatus:
        return self.state.steps[step].status


def test_steps_without_needs_are_offered_at_the_start() -> None:
    run = Run(a=[], b=["a"], c=[])
    assert run.effects == [c.OfferStep("a"), c.OfferStep("c")]
    assert run.state.status is RunStatus.STARTED


def test_a_step_is_offered_when_the_last_of_its_needs_has_succeeded() -> None:
    run = Run(a=[], b=[], c=["a", "b"])
    run.launch("a", "b")
    run.close("a", kinds.STEP_SUCCESS)
    assert c.OfferStep("c") not in run.effects
    run.close("b", kinds.STEP_SUCCESS)
    assert run.effects == [c.FreeSlot(AttemptKey("r", "b", 1)), c.OfferStep("c")]


def test_the_run_ends_with_its_last_step_in_the_same_decision() -> None:
    run = Run(a=[])
    run.launch("a")
    assert run.close("a", kinds.STEP_SUCCESS) == ["STEP_SUCCESS a", "RUN_SUCCESS"]
    assert c.EndRun() in run.effects


def test_a_failed_step_skips_what_needs_it_and_nothing_else() -> None:
    run = Run(a=[], b=["a"], c=["b"], d=[])
    run.launch("a", "d")
    assert run.close("a", kinds.STEP_FAILURE, BOOM) == [
        "STEP_FAILURE a",
        "STEP_SKIPPED b",
        "STEP_SKIPPED c",
    ]
    assert run.close("d", kinds.STEP_SUCCESS) == ["STEP_SUCCESS d", "RUN_FAILURE"]


def test_the_failure_of_a_run_names_the_steps_and_the_first_error() -> None:
    run = Run(a=[], b=[])
    run.launch("a", "b")
    run.close("b", kinds.STEP_FAILURE, BOOM)
    run.close("a", kinds.STEP_FAILURE, {"failure": {"message": "later"}})
    assert run.events[-1].message == (
        'Steps failed: "b", "a". The first error, in "b": ValueError: boom'
    )
    assert run.events[-1].data["failed_steps"] == ["b", "a"]


def test_a_step_that_skips_itself_skips_what_needs_it_and_the_run_succeeds() -> None:
    run = Run(a=[], b=["a"])
    run.launch("a")
    assert run.close("a", kinds.STEP_SKIPPED) == ["STEP_SKIPPED a", "STEP_SKIPPED b", "RUN_SUCCESS"]


def test_the_users_retry_waits_its_delay_and_is_counted() -> None:
    run = Run(a=[])
    run.launch("a")
    run.at = 10.0
    run.close("a", kinds.STEP_UP_FOR_RETRY, {"delay_s": 5.0})
    assert run.effects[-1] == c.OfferStepLater("a", 5.0)
    run.launch("a")
    starting = run.events[-1]
    assert (starting.kind, starting.attempt) == ("STEP_WORKER_STARTING", 2)
    assert starting.data["retry_number"] == 1
    assert run.events[-2].kind == "STEP_RESTARTED"


def test_a_lost_worker_is_tried_again_and_not_counted_as_a_retry_of_the_user() -> None:
    run = Run(a=[])
    run.launch("a")
    assert run.close("a", kinds.STEP_WORKER_LOST) == ["STEP_WORKER_LOST a", "STEP_UP_FOR_RETRY a"]
    run.launch("a")
    assert run.events[-1].data["retry_number"] == 0


def test_a_step_that_is_lost_too_often_fails_with_the_reason() -> None:
    run = Run(a=[])
    for _ in range(3):
        run.launch("a")
        run.do(c.NeverStarted(at=1.0, key=run.state.attempt_key("a"), failure=LOST))
    run.launch("a")
    key = run.state.attempt_key("a")
    assert run.do(c.NeverStarted(at=1.0, key=key, failure=LOST)) == [
        "STEP_FAILURE a",
        "RUN_FAILURE",
    ]
    assert "lost 4 times" in run.events[-2].message
    assert "killed by SIGKILL" in run.events[-1].message


def test_canceling_skips_what_has_not_begun_and_interrupts_what_has() -> None:
    run = Run(a=[], b=["a"], c=[])
    run.launch("a")
    assert run.do(c.Cancel(at=1.0)) == ["RUN_CANCELING", "STEP_SKIPPED b", "STEP_SKIPPED c"]
    assert c.InterruptAttempt(AttemptKey("r", "a", 1)) in run.effects
    assert run.close("a", kinds.STEP_FAILURE) == ["STEP_FAILURE a", "RUN_CANCELED"]


def test_a_success_in_the_journal_wins_over_the_cancellation() -> None:
    run = Run(a=[])
    run.launch("a")
    run.do(c.Cancel(at=1.0))
    assert run.close("a", kinds.STEP_SUCCESS) == ["STEP_SUCCESS a", "RUN_SUCCESS"]


def test_a_canceled_step_is_not_tried_again() -> None:
    run = Run(a=[], b=[])
    run.launch("a", "b")
    run.do(c.Cancel(at=1.0))
    assert run.close("a", kinds.STEP_UP_FOR_RETRY) == ["STEP_UP_FOR_RETRY a", "STEP_SKIPPED a"]
    assert run.close("b", kinds.STEP_WORKER_LOST) == [
        "STEP_WORKER_LOST b",
        "STEP_FAILURE b",
        "RUN_CANCELED",
    ]


def test_a_run_that_takes_too_long_is_interrupted_and_fails() -> None:
    run = Run(a=[], b=["a"])
    run.launch("a")
    assert run.do(c.Expire(at=600.0, limit_s=600)) == ["RUN_CANCELING", "STEP_SKIPPED b"]
    assert c.InterruptAttempt(AttemptKey("r", "a", 1)) in run.effects
    assert "limit of 10 min" in run.events[-2].message
    assert run.close("a", kinds.STEP_FAILURE) == ["STEP_FAILURE a", "RUN_FAILURE"]
    assert run.events[-1].data["failure"]["code"] == "run.timed_out"


def test_a_run_whose_time_is_over_between_steps_ends_at_once() -> None:
    run = Run(a=[])
    run.launch("a")
    run.close("a", kinds.STEP_UP_FOR_RETRY)
    assert run.do(c.Expire(at=600.0, limit_s=600))[-1] == "RUN_FAILURE"
    assert run.state.status is RunStatus.FAILURE


def test_a_success_in_the_journal_wins_over_the_time_limit() -> None:
    run = Run(a=[])
    run.launch("a")
    run.do(c.Expire(at=1.0, limit_s=1))
    assert run.close("a", kinds.STEP_SUCCESS) == ["STEP_SUCCESS a", "RUN_SUCCESS"]


def test_a_worker_that_had_to_be_killed_for_the_run_says_why() -> None:
    run = Run(a=[])
    run.launch("a")
    run.do(c.Expire(at=1.0, limit_s=1))
    run.close("a", kinds.STEP_WORKER_LOST, {"failure": {"code": "step.worker_lost"}})
    failed = next(e for e in run.events if e.kind == kinds.STEP_FAILURE)
    assert failed.data["failure"]["code"] == "run.timed_out"
    assert failed.data["failure"]["cause"]["code"] == "step.worker_lost"


def test_only_a_run_under_way_can_take_too_long() -> None:
    run = Run(a=[])
    run.launch("a")
    run.do(c.Cancel(at=1.0))
    assert isinstance(decide(run.state, c.Expire(at=2.0, limit_s=1)), Rejected)


def test_a_queued_run_is_canceled_at_once() -> None:
    state = RunState("r")
    for command in (c.Enqueue(at=0.0, selection=["*"]), c.Cancel(at=1.0)):
        decided = decide(state, command)
        assert not isinstance(decided, Rejected)
        for event in decided:
            evolve(state, event)
    assert state.status is RunStatus.CANCELED


def test_known_events_lead_to_nothing_and_a_gap_is_rejected() -> None:
    run = Run(a=[])
    run.launch("a")
    key = run.state.attempt_key("a")
    first = JournalEvent(1, kinds.STEP_START, 0.0)
    assert run.do(c.Record(at=0.0, key=key, events=[first])) == ["STEP_START a"]
    assert run.do(c.Record(at=0.0, key=key, events=[first])) == []
    gap = c.Record(at=0.0, key=key, events=[JournalEvent(3, kinds.STEP_SUCCESS, 0.0)])
    decided = decide(run.state, gap)
    assert isinstance(decided, Rejected)
    assert decided.code == "attempt.gap"


def test_events_of_an_earlier_attempt_are_kept_and_change_nothing() -> None:
    run = Run(a=[])
    run.launch("a")
    old = run.state.attempt_key("a")
    run.do(c.NeverStarted(at=0.0, key=old, failure=LOST))
    run.launch("a")
    late = [JournalEvent(1, kinds.STEP_SUCCESS, 0.0)]
    assert run.do(c.Record(at=0.0, key=old, events=late)) == ["STEP_SUCCESS a"]
    assert run.effects == []
    assert run.status("a") is StepStatus.STARTING


def test_a_step_cannot_be_launched_twice_or_too_early() -> None:
    run = Run(a=[], b=["a"])
    run.launch("a")
    for step in ("a", "b", "unknown"):
        command = c.Launch(at=0.0, step=step, generation=1, identity="id")
        assert isinstance(decide(run.state, command), Rejected)


def test_what_cannot_start_any_more_fails_and_what_runs_goes_on() -> None:
    run = Run(a=[], b=[], c=["b"])
    run.launch("a")
    lost = Failure(code="location.generation_lost", message="the code has changed")
    assert run.do(c.FailSteps(at=0.0, steps=["a", "b", "c"], failure=lost)) == [
        "STEP_FAILURE b",
        "STEP_SKIPPED c",
    ]
    assert run.effects == [c.WithdrawStep("b"), c.WithdrawStep("c")]
    assert run.status("a") is StepStatus.STARTING


def test_a_run_that_cannot_be_planned_fails_with_the_reason_and_the_hint() -> None:
    state = RunState("r")
    enqueued = decide(state, c.Enqueue(at=0.0, selection=["x"]))
    assert not isinstance(enqueued, Rejected)
    evolve(state, enqueued[0])
    failure = Failure(code="plan.unknown_asset", message="there is no x", hint="Did you mean y?")
    refused = decide(state, c.Refuse(at=0.0, failure=failure))
    assert not isinstance(refused, Rejected)
    assert [e.message for e in refused] == ["there is no x. Did you mean y?"]


def test_an_illegal_event_is_our_bug_and_tells_the_story() -> None:
    run = Run(a=[])
    run.launch("a")
    with pytest.raises(InternalError) as caught:
        evolve(run.state, NewEvent(run_id="r", kind=kinds.RUN_ENQUEUED, at=0.0))
    assert "STEP_WORKER_STARTING a.1" in str(caught.value)


def test_an_ended_run_rejects_every_command() -> None:
    run = Run(a=[])
    run.launch("a")
    run.close("a", kinds.STEP_SUCCESS)
    assert isinstance(decide(run.state, c.Cancel(at=0.0)), Rejected)


def test_resuming_asks_for_open_attempts_and_offers_what_is_ready() -> None:
    run = Run(a=[], b=[], c=["a"], d=[])
    run.launch("a", "d")
    run.close("d", kinds.STEP_UP_FOR_RETRY, {"delay_s": 2.0})
    key = AttemptKey("r", "a", 1)
    assert resume(run.state) == [
        c.OccupySlot(key),
        c.AttachAttempt(key, 0),
        c.OfferStep("b"),
        c.OfferStepLater("d", 2.0, 2.0),
    ]


def test_a_run_that_has_ended_resumes_nothing() -> None:
    # Simulation, seed 540: a run that taking over had ended held a slot of a pool for ever.
    run = Run(a=[])
    run.launch("a")
    run.close("a", kinds.STEP_SUCCESS)
    step = run.state.steps["a"]
    step.planned = replace(step.planned, pool="gpu")
    assert resume(run.state) == []


def test_an_interrupted_attempt_counts_as_neither_lost_nor_failed() -> None:
    run = Run(a=[])
    for told in range(3):
        run.launch("a")
        assert run.close("a", kinds.STEP_UP_FOR_RETRY, {"interrupted": True}) == [
            "STEP_UP_FOR_RETRY a"
        ]
        assert run.effects == [
            c.FreeSlot(AttemptKey("r", "a", told + 1)), c.OfferStepLater("a", 0.0)
        ]  # fmt: skip
    assert (run.state.steps["a"].retries, run.state.steps["a"].lost) == (0, 0)


@pytest.mark.parametrize("begun", [True, False])
def test_what_a_shutdown_killed_or_kept_from_beginning_starts_again(begun: bool) -> None:
    failure = Failure(code=SHUT_DOWN, message="it did not end by itself")
    run = Run(a=[])
    for _ in range(9):  # more often than a step may be lost
        run.launch("a")
        if begun:
            run.close("a", kinds.STEP_WORKER_LOST, {"failure": to_wire(failure)})
        else:
            key = run.state.attempt_key("a")
            run.do(c.NeverStarted(at=1.0, key=key, failure=failure))
        assert run.status("a") is StepStatus.RETRYING
    assert run.state.steps["a"].lost == 0
    assert run.events[-1].data["interrupted"] is True


def test_an_interrupted_step_of_a_run_that_is_canceled_is_over() -> None:
    run = Run(a=[])
    run.launch("a")
    run.do(c.Cancel(at=0.0))
    assert run.close("a", kinds.STEP_UP_FOR_RETRY, {"interrupted": True}) == [
        "STEP_UP_FOR_RETRY a",
        "STEP_SKIPPED a",
        "RUN_CANCELED",
    ]


def test_a_run_can_be_canceled_while_a_step_waits_for_its_retry() -> None:
    run = Run(a=[])
    run.launch("a")
    run.close("a", kinds.STEP_UP_FOR_RETRY, {"delay_s": 3600.0})
    assert run.do(c.Cancel(at=1.0)) == ["RUN_CANCELING", "STEP_SKIPPED a", "RUN_CANCELED"]
    assert c.WithdrawStep("a") in run.effects
