"""What events make of the steps that are shown."""

from __future__ import annotations

from typing import Any

import pytest

from atoll_server.adapters.event_log.memory import stored
from atoll_server.api.run_steps import STEP_EVENTS, StepsFold
from atoll_server.api.schemas.runs import RunStep
from atoll_server.ports.event_log import NewEvent


class Story:
    """A run that is told event by event, a second apart."""

    def __init__(self, **needs: list[str]) -> None:
        self.fold = StepsFold()
        self.at = 0.0
        steps = [
            {"key": key, "assets": [key], "location": "shop", "generation": 1, "needs": needed}
            for key, needed in needs.items()
        ]
        self.tell("RUN_ENQUEUED")
        self.tell("RUN_STARTING", plan={"steps": steps})
        self.tell("RUN_START")

    def tell(
        self, kind: str, step: str | None = None, attempt: int | None = None, **data: Any
    ) -> None:
        """An event of the run, or a decision about a step."""
        self.add(kind, step, attempt, None, data)

    def write(self, kind: str, step: str, attempt: int = 1, **data: Any) -> None:
        """An event out of an attempt's journal."""
        self.add(kind, step, attempt, 1, data)

    def add(
        self, kind: str, step: str | None, attempt: int | None, seq: int | None, data: Any
    ) -> None:
        self.at += 1.0
        event = NewEvent(
            run_id="r",
            kind=kind,
            at=self.at,
            message=f"{kind} was told",
            data=data,
            step=step,
            attempt=attempt,
            seq=seq,
        )
        self.fold.add(stored(event, int(self.at)))

    def attempt(self, step: str, number: int = 1) -> None:
        """The worker of an attempt begins."""
        self.tell("STEP_WORKER_STARTING", step, number, generation=1)
        self.write("STEP_WORKER_STARTED", step, number, pid=7)
        self.write("STEP_START", step, number)

    @property
    def statuses(self) -> dict[str, str]:
        return {step.key: step.status for step in self.fold.answer().items}

    def step(self, key: str) -> RunStep:
        (found,) = [step for step in self.fold.answer().items if step.key == key]
        return found

    def outcomes(self, key: str) -> list[str | None]:
        return [attempt.outcome for attempt in self.step(key).attempts]


def test_a_run_that_is_not_planned_has_no_steps() -> None:
    fold = StepsFold()
    fold.add(stored(NewEvent(run_id="r", kind="RUN_ENQUEUED", at=1.0), 5))

    told = fold.answer(after=3)

    assert (told.items, told.counts, told.is_whole, told.last_event_id) == ([], {}, True, 5)


def test_a_step_is_ready_when_all_that_it_needs_has_succeeded() -> None:
    story = Story(a=[], b=[], c=["a", "b"])
    assert story.statuses == {"a": "READY", "b": "READY", "c": "WAITING"}
    assert story.step("a").ready_at == 3.0

    story.attempt("a")
    assert story.statuses["a"] == "RUNNING"
    story.write("STEP_SUCCESS", "a")
    assert story.statuses == {"a": "SUCCESS", "b": "READY", "c": "WAITING"}
    story.attempt("b")
    story.write("STEP_SUCCESS", "b")

    assert story.statuses == {"a": "SUCCESS", "b": "SUCCESS", "c": "READY"}
    assert story.step("c").ready_at == story.step("b").ended_at == 11.0
    assert story.fold.answer().counts == {"SUCCESS": 2, "READY": 1}


def test_an_attempt_has_the_time_of_each_of_its_stages() -> None:
    story = Story(a=[])
    story.tell("STEP_WORKER_STARTING", "a", 1, generation=4)
    assert story.statuses == {"a": "STARTING"}
    story.write("STEP_WORKER_STARTED", "a", pid=7)
    story.write("STEP_START", "a")
    story.write("LOG", "a")
    story.write("STEP_SUCCESS", "a")

    (attempt,) = story.step("a").attempts
    times = (attempt.asked_at, attempt.worker_at, attempt.began_at, attempt.ended_at)
    assert times == (4.0, 5.0, 6.0, 8.0)
    assert (attempt.outcome, attempt.pid) == ("SUCCESS", 7)
    assert attempt.message == "STEP_SUCCESS was told"
    assert story.step("a").generation == 4


def test_a_retry_is_another_attempt() -> None:
    story = Story(a=[])
    story.attempt("a")
    story.write("STEP_UP_FOR_RETRY", "a")
    assert story.statuses == {"a": "RETRYING"}
    story.tell("STEP_RESTARTED", "a")
    story.attempt("a", 2)
    story.write("STEP_FAILURE", "a", 2)

    assert story.statuses == {"a": "FAILURE"}
    assert story.outcomes("a") == ["UP_FOR_RETRY", "FAILURE"]


def test_a_lost_worker_ends_its_attempt_and_what_it_says_later_changes_nothing() -> None:
    story = Story(a=[])
    story.attempt("a")
    story.write("STEP_WORKER_LOST", "a")
    story.tell("STEP_UP_FOR_RETRY", "a", 1, lost=True)
    assert story.statuses == {"a": "RETRYING"}
    story.write("STEP_SUCCESS", "a")
    assert story.statuses == {"a": "RETRYING"}
    story.tell("STEP_WORKER_STARTING", "a", 2)
    story.write("STEP_FAILURE", "a")

    assert story.statuses == {"a": "STARTING"}
    assert story.outcomes("a") == ["LOST", None]


@pytest.mark.parametrize(
    ("data", "outcome"), [({"lost": True}, "LOST"), ({"interrupted": True}, "UP_FOR_RETRY")]
)
def test_an_attempt_that_never_began_is_ended_by_the_host(
    data: dict[str, bool], outcome: str
) -> None:
    story = Story(a=[])
    story.tell("STEP_WORKER_STARTING", "a", 1)
    story.tell("STEP_UP_FOR_RETRY", "a", 1, **data)

    assert story.outcomes("a") == [outcome]
    assert story.step("a").attempts[0].worker_at is None


def test_what_needs_a_failed_step_is_skipped() -> None:
    story = Story(a=[], b=["a"])
    story.attempt("a")
    story.write("STEP_FAILURE", "a")
    story.tell("STEP_SKIPPED", "b")

    assert story.statuses == {"a": "FAILURE", "b": "SKIPPED"}
    assert story.step("b").attempts == ()
    assert story.step("b").ended_at == story.at


def test_steps_of_a_canceled_run_are_canceled_but_for_those_that_ended_by_themselves() -> None:
    story = Story(a=[], b=[], c=[], d=["a"], e=[])
    for key in "abce":
        story.attempt(key)
    story.tell("RUN_CANCELING")
    story.tell("STEP_SKIPPED", "d")
    story.write("STEP_FAILURE", "a", failure={"code": "step.interrupted"})
    story.write("STEP_FAILURE", "b", failure={"code": "step.error"})
    story.write("STEP_WORKER_LOST", "c")
    story.tell("STEP_FAILURE", "c", 1, failure={"code": "run.canceled"})
    story.write("STEP_SUCCESS", "e")
    story.tell("RUN_CANCELED")

    assert story.statuses == {
        "a": "CANCELED",
        "b": "FAILURE",
        "c": "CANCELED",
        "d": "CANCELED",
        "e": "SUCCESS",
    }
    assert story.outcomes("a") == story.outcomes("c") == ["CANCELED"]


def test_a_run_that_took_too_long_fails_what_it_interrupts() -> None:
    story = Story(a=[], b=["a"])
    story.attempt("a")
    story.tell("RUN_CANCELING", failure={"code": "run.timed_out"})
    story.tell("STEP_SKIPPED", "b")
    story.write("STEP_FAILURE", "a", failure={"code": "step.interrupted"})

    assert story.statuses == {"a": "FAILURE", "b": "SKIPPED"}


def test_who_follows_is_told_what_has_changed() -> None:
    story = Story(a=[], b=["a"], c=[])
    seen = story.fold.answer()
    assert seen.is_whole
    assert story.fold.answer(after=seen.last_event_id).items == []

    story.attempt("a")
    story.write("STEP_SUCCESS", "a")
    news = story.fold.answer(after=seen.last_event_id)

    assert [step.key for step in news.items] == ["a", "b"]
    assert not news.is_whole
    assert news.counts == {"SUCCESS": 1, "READY": 2}
    assert story.fold.answer(after=1).is_whole, "it was planned after that"


def test_no_kind_is_left_out_that_says_anything_about_steps() -> None:
    assert {"LOG", "STEP_OUTPUT", "RUN_SUCCESS"}.isdisjoint(STEP_EVENTS)
    assert {"RUN_STARTING", "STEP_START", "STEP_WORKER_LOST"} <= set(STEP_EVENTS)
